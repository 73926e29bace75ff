"""The vectors of the authors of age (https://c2sp.org/CCTV/age), which npm installs with this project."""

import base64
import hashlib
import io
import re
import zlib
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from mse_launcher.provision import decrypt

MODULE = Path(__file__).parents[2] / "node_modules/cctv-age/index.js"
KNOWN = {"expect", "payload", "file key", "identity", "passphrase", "armored", "compressed", "comment"}
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# The launcher opens what this project writes: one X25519 recipient, no armor. Anything else is refused.
BEYOND = {
    "stanza_empty_body",
    "stanza_empty_last_line",
    "stanza_valid_characters",
    "x25519_grease",
    "x25519_multiple_recipients",
}


def vectors() -> dict[str, bytes]:
    text = MODULE.read_text() if MODULE.exists() else ""
    found = re.findall(r'^var (\w+)_default = __toBinary\("([^"]*)"\);$', text, re.MULTILINE)
    return {name: base64.b64decode(data) for name, data in found}


def secret_of(identity: str) -> bytes:
    """The 32 bytes of an AGE-SECRET-KEY-1, its checksum unread."""
    bits = "".join(f"{LETTERS.index(letter):05b}" for letter in identity.lower().partition("1")[2][:-6])
    return bytes(int(bits[at : at + 8], 2) for at in range(0, 256, 8))


def test_there_are_vectors() -> None:
    if not MODULE.exists():
        pytest.skip("npm ci has not installed cctv-age")
    assert len(vectors()) >= 139


@pytest.mark.parametrize(("name", "vector"), vectors().items(), ids=list(vectors()))
def test_vector(name: str, vector: bytes) -> None:
    head, _, data = vector.partition(b"\n\n")
    fields = [line.split(": ", 1) for line in head.decode().split("\n")]
    assert {key for key, _ in fields} <= KNOWN, "a key that nothing here knows"
    field = dict(fields)
    if field.get("compressed") == "zlib":
        data = zlib.decompress(data)
    identity = field.get("identity", "")
    key = X25519PrivateKey.from_private_bytes(secret_of(identity) if "-KEY-1" in identity else bytes(32))
    beyond = name in BEYOND or "armored" in field or "passphrase" in field or "-PQ-" in identity
    if field["expect"] == "success" and not beyond:
        plain = b"".join(decrypt(io.BytesIO(data).read, key))
        assert hashlib.sha256(plain).hexdigest() == field["payload"]
    else:
        with pytest.raises((ValueError, InvalidTag)):
            list(decrypt(io.BytesIO(data).read, key))
