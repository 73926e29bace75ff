"""Reads age v1 files with one X25519 recipient (https://age-encryption.org/v1), in flat memory."""

import hmac
import re
from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .strict_json import base64_bytes

SEALED_CHUNK = 64 * 1024 + 16
# With one X25519 recipient all headers are of one length, and differ in three values of 32 bytes alone.
VALUE = rb"([A-Za-z0-9+/]{43})\n"
HEADER = re.compile(rb"(age-encryption\.org/v1\n-> X25519 " + VALUE + VALUE + rb"---) " + VALUE)
HEADER_SIZE = 168


class WrongKey(ValueError):
    """Encrypted to another recipient."""


def decrypt(read: Callable[[int], bytes], identity: X25519PrivateKey) -> Iterator[bytes]:
    """The plaintext in chunks; whole only once the iterator has ended. WrongKey, or ValueError for anything else."""
    header = HEADER.fullmatch(read(HEADER_SIZE))
    if header is None:
        raise ValueError("not an age file with one X25519 recipient")
    share, wrapped, mac = (base64_bytes(value.decode() + "=") for value in header.groups()[1:])
    shared = identity.exchange(X25519PublicKey.from_public_bytes(share))
    wrap_key = _derive(shared, share + identity.public_key().public_bytes_raw(), b"age-encryption.org/v1/X25519")
    try:
        file_key = ChaCha20Poly1305(wrap_key).decrypt(bytes(12), wrapped, None)
    except InvalidTag as error:
        raise WrongKey("encrypted to another key") from error
    if not hmac.compare_digest(hmac.digest(_derive(file_key, b"", b"header"), header[1], "sha256"), mac):
        raise ValueError("the header was changed")
    cipher = ChaCha20Poly1305(_derive(file_key, read(16), b"payload"))
    counter, last, chunk = 0, False, read(SEALED_CHUNK)
    while not last:
        following = read(SEALED_CHUNK)
        last = not following
        try:
            plain = cipher.decrypt(counter.to_bytes(11, "big") + bytes([last]), chunk, None)
        except InvalidTag as error:
            raise ValueError("changed, truncated or extended") from error
        if not plain and counter:
            raise ValueError("the last chunk is empty")
        yield plain
        counter, chunk = counter + 1, following


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)
