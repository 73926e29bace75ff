"""What survives a restart when `restart` is "sealed": one file in /key, replaced atomically (spec/5-provision.md)."""

import base64
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from .bundle import Provisioned, decode_optional
from .identity import Identity
from .quote import MEASUREMENT, FreshQuotes, Quoting
from .report import log
from .strict_json import decode_base64, equals, matches, members, optional, parse_canonical, text, write_canonical

FILE = "provisioned.json"
KINDS = {
    "schema": equals("mse-provisioned/1"),
    "fingerprint": matches("[0-9a-f]{64}"),
    "tls_key": text,
    "certificate": text,
    "code_key": text,
    "sealed_secrets": optional(text),
    "secrets": optional(text),
}


def seal_state(folder: Path, identity: Identity, provisioned: Provisioned) -> None:
    state = {
        "schema": "mse-provisioned/1",
        "fingerprint": identity.measurement.hex(),
        "tls_key": identity.key_pem().decode(),
        "certificate": identity.certificate.decode(),
        "code_key": _encode(provisioned.code_key),
        "sealed_secrets": _encode(provisioned.sealed_secrets),
        "secrets": _encode(provisioned.secrets),
    }
    replace_file(folder / FILE, write_canonical(state))


def revive_state(folder: Path, quoting: Quoting) -> tuple[Identity, Provisioned] | None:
    """The identity and what it was provisioned with; None, and nothing is deleted, if there is none that can be used."""
    file = folder / FILE
    if not file.exists():
        return None
    try:
        state = members(parse_canonical(file.read_bytes()), FILE, KINDS)
        key = load_pem_private_key(state["tls_key"].encode(), None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise ValueError("the TLS key is of another kind")
        x509.load_pem_x509_certificate(state["certificate"].encode())
        identity = Identity(key, state["certificate"].encode(), bytes.fromhex(state["fingerprint"]), b"", None)
        if FreshQuotes(quoting, identity.point).quote(os.urandom(32))[MEASUREMENT] != identity.measurement:
            raise ValueError("of another fingerprint")
        sealed, secrets = decode_optional(state["sealed_secrets"]), decode_optional(state["secrets"])
        return identity, Provisioned(decode_base64(state["code_key"]), sealed, secrets)
    except (OSError, ValueError) as error:
        log(f"{file} is not used, a new bundle is needed: {error}")
        return None


def replace_file(file: Path, data: bytes) -> None:
    """Readable by nobody else, and never seen half written."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _encode(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()
