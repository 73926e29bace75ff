"""Reader of age v1 files with one X25519 recipient (https://age-encryption.org/v1), in flat memory."""

import base64
import hmac
import re
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024
TAG = 16

# With one X25519 recipient every header has the same length and differs in three values of 32 bytes alone.
HEADER_SIZE = 168
_VALUE = rb"([A-Za-z0-9+/]{43})\n"
HEADER = re.compile(rb"age-encryption\.org/v1\n-> X25519 " + _VALUE + _VALUE + rb"--- " + _VALUE)
MAC_OFFSET = HEADER_SIZE - len(" \n") - 43


class NotAge(ValueError):
    """Not such a file, or changed, truncated or extended."""


class WrongKey(ValueError):
    """Encrypted to another recipient."""


class Reader(Protocol):
    def read(self, size: int, /) -> bytes: ...


def decrypt(source: Reader, identity: X25519PrivateKey) -> Iterator[bytes]:
    """Yields the plaintext in chunks. Nothing is whole before the iterator ends without an exception."""
    header = source.read(HEADER_SIZE)
    match = HEADER.fullmatch(header)
    if match is None:
        raise NotAge("not an age file with one X25519 recipient")
    share, wrapped, mac = (_decode(value) for value in match.groups())
    file_key = _unwrap(share, wrapped, identity)
    if not hmac.compare_digest(hmac.digest(_derive(file_key, b"", b"header"), header[:MAC_OFFSET], "sha256"), mac):
        raise NotAge("the header was changed")
    nonce = source.read(16)
    yield from _chunks(source, ChaCha20Poly1305(_derive(file_key, nonce, b"payload")))


def _unwrap(share: bytes, wrapped: bytes, identity: X25519PrivateKey) -> bytes:
    try:
        shared = identity.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:
        raise NotAge("the recipient's share is of low order") from error
    salt = share + identity.public_key().public_bytes_raw()
    try:
        return ChaCha20Poly1305(_derive(shared, salt, b"age-encryption.org/v1/X25519")).decrypt(
            bytes(12), wrapped, None
        )
    except InvalidTag as error:
        raise WrongKey("encrypted to another key") from error


def _chunks(source: Reader, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    counter = 0
    chunk, following = source.read(CHUNK + TAG), source.read(CHUNK + TAG)
    while True:
        last = not following
        try:
            plain = cipher.decrypt(counter.to_bytes(11, "big") + bytes([last]), chunk, None)
        except InvalidTag as error:
            raise NotAge("changed, truncated or extended") from error
        if last and counter and not plain:
            raise NotAge("the last chunk is empty")
        yield plain
        if last:
            return
        counter += 1
        chunk, following = following, source.read(CHUNK + TAG)


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _decode(value: bytes) -> bytes:
    data = base64.b64decode(value + b"=")
    if base64.b64encode(data) != value + b"=":
        raise NotAge("not canonical base64")
    return data
