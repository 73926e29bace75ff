"""From one bundle to an application on disk, and what a restart needs (spec/5-provision.md)."""

import hashlib
import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from .bundle import decrypt, judge_bundle
from .identity import MEASUREMENT, Identity, Quoting
from .launch import Refusal, demand, from_base64, log, write

STATE, SECRETS = "key/provisioned.json", "root/.cache/mse"
JUDGING = Lock()


def accept(index: Any, root: Path, identity: Identity, body: bytes) -> None:
    """Takes one bundle, once. A refusal changes nothing."""
    demand(JUDGING.acquire(blocking=False), "provision/busy", "another bundle is being judged", 409)
    try:
        given = judge_bundle(body, bytes.fromhex(index["owner"]), identity, time.time())
        accepted = replace(identity, **given, sealing_key=None)
        try:
            install(index, root, accepted)
            if index["configuration"]["restart"] == "sealed":
                _write_file(root / STATE, write(vars(accepted)))
        except BaseException:
            uninstall(root)
            raise
        identity.sealing_key = None
    except OSError as error:
        raise Refusal("provision/storage", f"cannot be kept: {error.strerror}", 507) from error
    finally:
        JUDGING.release()


def revive(root: Path, quoting: Quoting) -> Identity | None:
    """Who this enclave was before a restart, and with what; a state that cannot be used is left where it is."""
    try:
        state = json.loads((root / STATE).read_bytes())
        identity = Identity(**{name: from_base64(value) for name, value in state.items()})
        if quoting.quote(bytes(64))[MEASUREMENT] != identity.measurement:
            raise ValueError("of another fingerprint")
        return identity
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log(f"/{STATE} is not used, a new bundle is needed: {error}")
    return None


def install(index: Any, root: Path, identity: Identity) -> None:
    """Code and secrets where the application looks for them: what the index lists, never what a folder holds."""
    uninstall(root)
    code_key = X25519PrivateKey.from_private_bytes(identity.code_key)
    for file in index["files"]:
        if file["path"].startswith("code/"):
            try:
                _restore(file, root, code_key)
            except (ValueError, InvalidTag, FileNotFoundError) as error:
                raise Refusal("provision/code-key", f"{file['path']} does not open, or is not as measured") from error
    for name, content in (("secrets", identity.secrets), ("sealed_secrets", identity.sealed_secrets)):
        if content is not None:
            _write_file(root / SECRETS / f"{name}.json", content)


def uninstall(root: Path) -> None:
    for folder in (root / "mse-app", root / SECRETS):  # the folders themselves may be mounts
        folder.mkdir(0o700, parents=True, exist_ok=True)
        for entry in folder.iterdir():
            (shutil.rmtree if entry.is_dir() and not entry.is_symlink() else os.unlink)(entry)


def _restore(file: dict[str, Any], root: Path, code_key: X25519PrivateKey) -> None:
    digest, encrypted = hashlib.sha256(), file["path"].endswith(".age")
    path = root / "mse-app" / file["path"].removeprefix("code/").removesuffix(".age")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(root / "opt/mse" / file["path"], "rb") as measured, open(path, "xb") as plain:

        def read(size: int) -> bytes:
            data = measured.read(size)
            digest.update(data)
            return data

        for chunk in decrypt(read, code_key) if encrypted else [read(file["size"] + 1)]:
            plain.write(chunk)
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
    new.replace(file)
