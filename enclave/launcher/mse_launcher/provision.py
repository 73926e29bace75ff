"""From a bundle in a stranger's hand to an application on disk, and what a restart needs (spec/5-provision.md)."""

import hashlib
import hmac
import io
import os
import re
import shutil
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from .identity import MEASUREMENT, Identity, Quoting, tls_context
from .launch import Refusal, demand, from_base64, log, read, write

BODY = r'\{"bundle":"[^"]*","secrets":(null|"[^"]*")\}'
ENVELOPE = r'\{"payload":"[^"]*","payloadType":"[^"]*","signatures":\[\{"keyid":"[^"]*","sig":"[^"]*"\}\]\}'
CLAIM = (
    r'\{"code_key":"[^"=]{43}=","expires":[0-9]{1,15},"fingerprint":"[0-9a-f]{64}","issued":[0-9]{1,15},'
    r'"report_data":"[0-9a-f]{128}","schema":"mse-bundle/1","sealed_secrets":(null|"[^"]*"),'
    r'"secrets":(null|"[^"]*"),"secrets_sha256":(null|"[0-9a-f]{64}"),"tls":(null|"[^"]+")\}'
)
AGE_CHUNK, WEEK = 64 * 1024 + 16, 7 * 24 * 3600
STATE, SECRETS = "key/provisioned.json", "root/.cache/mse"


def accept(index: Any, root: Path, identity: Identity, body: bytes) -> ssl.SSLContext:
    """Takes one bundle, once; returns what to show on connections from then on. A refusal changes nothing."""
    waiting, renews = identity.successor or identity, identity.successor is not None
    given = judge_bundle(body, bytes.fromhex(index["owner"]), waiting, time.time())
    demand(not renews or given["code_key"] == identity.code_key, "provision/code-key", "another one than before")
    kind = "enclave" if given["tls"] is None else "imported" if b" KEY-----" in given["tls"] else "request"
    demand(kind == index["configuration"]["tls"], "provision/certificate", f"tls = {kind!r} was not asked for")
    accepted = replace(waiting, **given, sealing_key=None, storage_key=identity.storage_key or os.urandom(16))
    try:
        context = tls_context(accepted, index, root)
        if not renews:
            install(index, root, accepted)
        if index["configuration"]["restart"] == "sealed":
            _write_file(root / STATE, write(vars(accepted)))
    except ssl.SSLError as error:
        raise Refusal("provision/certificate", f"not in PEM, or not for its key: {error.reason}") from error
    except BaseException as error:
        if not renews:
            with suppress(OSError):
                clear(root)
        if isinstance(error, OSError):
            raise Refusal("provision/storage", f"cannot be kept: {error.strerror}", 507) from error
        raise
    vars(identity).update(vars(accepted))
    return context


def revive(root: Path, quoting: Quoting) -> Identity | None:
    """Who this enclave was before a restart, and with what; a state that cannot be used is left where it is."""
    try:
        state = read((root / STATE).read_bytes(), ".*")
        identity = Identity(**{name: from_base64(value) for name, value in state.items()})
        if quoting.quote(bytes(64))[MEASUREMENT] != identity.measurement:
            raise ValueError("of another fingerprint")
        return identity
    except (OSError, ValueError, TypeError, AttributeError) as error:
        if not isinstance(error, FileNotFoundError):
            log(f"/{STATE} is not used, a new bundle is needed: {error}")
    return None


def install(index: Any, root: Path, identity: Identity) -> None:
    """Code and secrets where the application looks for them: what the index lists, never what a folder holds."""
    clear(root, identity.storage_key)
    code_key = x25519.X25519PrivateKey.from_private_bytes(identity.code_key)
    for file in index["files"]:
        if file["path"].startswith("code/"):
            try:
                _restore(file, root, code_key)
            except (ValueError, InvalidTag, FileNotFoundError) as error:
                raise Refusal("provision/code-key", f"{file['path']} does not open, or is not as measured") from error
    for name, content in (("secrets", identity.secrets), ("sealed_secrets", identity.sealed_secrets)):
        if content is not None:
            _write_file(root / SECRETS / f"{name}.json", content)


def clear(root: Path, storage_key: bytes = b"") -> None:
    if storage_key and (keys := root / "dev/attestation/keys").is_dir():  # Gramine's: before it opens a file for us
        (keys / "mse").write_bytes(storage_key)
    for folder in (root / "mse-app", root / SECRETS):  # the folders themselves may be mounts
        folder.mkdir(0o700, parents=True, exist_ok=True)
        for entry in folder.iterdir():
            (shutil.rmtree if entry.is_dir() and not entry.is_symlink() else os.unlink)(entry)


def _restore(file: dict[str, Any], root: Path, code_key: x25519.X25519PrivateKey) -> None:
    digest, encrypted = hashlib.sha256(), file["path"].endswith(".age")
    path = root / "mse-app" / file["path"].removeprefix("code/").removesuffix(".age")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(root / "opt/mse" / file["path"], "rb") as measured, open(path, "xb") as plain:

        def read(size: int) -> bytes:
            data = measured.read(size)
            digest.update(data)
            return data

        plain.writelines(decrypt(read, code_key) if encrypted else [read(file["size"] + 1)])
        os.fchmod(plain.fileno(), int(file["mode"], 8))
        if (measured.tell(), digest.hexdigest()) != (file["size"], file["sha256"]):
            raise ValueError("not the file that was measured")


def _write_file(file: Path, content: bytes) -> None:
    """Readable by nobody else, and never seen half written."""
    new = file.with_suffix(".new")
    with open(new, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, file)


def judge_bundle(body: bytes, owner: bytes, identity: Identity, now: float) -> dict[str, Any]:
    """What the owner entrusts to this enclave: code_key, secrets, sealed_secrets, and what to show for tls."""
    demand(identity.sealing_key, "provision/already", "a bundle was accepted before", 409)
    try:
        request = read(body, BODY, canonical=False)
        bundle, supplied = from_base64(request["bundle"]), from_base64(request["secrets"])
        envelope = b"".join(decrypt(io.BytesIO(bundle).read, identity.sealing_key))
        claim = read(open_envelope(envelope, "application/vnd.mse.bundle+json", owner), CLAIM)
        given = {name: from_base64(claim[name]) for name in ("code_key", "secrets", "sealed_secrets", "tls")}
    except InvalidTag as error:
        raise Refusal("provision/unopenable", "sealed to another enclave, or to an earlier launch of it") from error
    except (ValueError, RecursionError) as error:
        raise Refusal("provision/malformed", str(error), 400) from error
    demand(claim["fingerprint"] == identity.measurement.hex(), "provision/fingerprint", "for another fingerprint")
    demand(claim["report_data"] == identity.report_data.hex(), "provision/report-data", "for another launch's evidence")
    demand(now <= claim["expires"] <= claim["issued"] + WEEK, "provision/expired", "expired, or for more than 7 days")
    demand(now >= claim["issued"] - 120, "provision/clock", "the enclave's clock is before the bundle's time of issue")
    secrets = given["secrets"] if supplied is None else supplied
    digest = None if secrets is None else hashlib.sha256(secrets).hexdigest()
    demand(digest == claim["secrets_sha256"], "provision/secrets", "secrets.json is not the one that the owner named")
    return {**given, "secrets": secrets}


def open_envelope(data: bytes, payload_type: str, owner: bytes) -> Any:
    """The payload of a DSSE envelope (spec/2-package.md), not looked into before the signature holds."""
    envelope = read(data, ENVELOPE, canonical=False)
    payload, signature = from_base64(envelope["payload"]), envelope["signatures"][0]
    signed = f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} ".encode() + payload
    with suppress(InvalidSignature):
        ed25519.Ed25519PublicKey.from_public_bytes(owner).verify(from_base64(signature["sig"]), signed)
        if (envelope["payloadType"], signature["keyid"]) == (payload_type, hashlib.sha256(owner).hexdigest()):
            return payload
    raise Refusal("provision/signature", "of another type, or not signed by the owner of this package")


def decrypt(read: Callable[[int], bytes], identity: x25519.X25519PrivateKey) -> Iterator[bytes]:
    """What an age v1 file holds, in chunks, whole only at the end. InvalidTag: for another recipient; or ValueError."""
    # With one X25519 recipient all headers are of one length, and differ in three values of 32 bytes alone.
    header = re.fullmatch(rb"(age-encryption\.org/v1\n-> X25519 (.{43})\n(.{43})\n---) (.{43})\n", read(168))
    if header is None:
        raise ValueError("not an age file with one X25519 recipient")
    share, wrapped, mac = (from_base64(value.decode() + "=") for value in header.groups()[1:])
    shared = identity.exchange(x25519.X25519PublicKey.from_public_bytes(share))
    wrap_key = _derive(shared, share + identity.public_key().public_bytes_raw(), b"age-encryption.org/v1/X25519")
    file_key = ChaCha20Poly1305(wrap_key).decrypt(bytes(12), wrapped, None)
    if not hmac.compare_digest(hmac.digest(_derive(file_key, b"", b"header"), header[1], "sha256"), mac):
        raise ValueError("the header was changed")
    cipher = ChaCha20Poly1305(_derive(file_key, read(16), b"payload"))
    counter, chunk = 0, read(AGE_CHUNK)
    while chunk or not counter:
        following = read(AGE_CHUNK)
        try:
            plain = cipher.decrypt(counter.to_bytes(11, "big") + bytes([not following]), chunk, None)
        except InvalidTag as error:
            raise ValueError("changed, truncated or extended") from error
        if not plain and counter:
            raise ValueError("the last chunk is empty")
        yield plain
        counter, chunk = counter + 1, following


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return hmac.digest(hmac.digest(salt, key, "sha256"), info + b"\1", "sha256")  # HKDF (RFC 5869), of one block
