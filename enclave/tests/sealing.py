"""The owner's side in a few lines: age encryption, DSSE, bundles. Written apart from the launcher's readers."""

import base64
import hashlib
import hmac
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 65536
BUNDLE = "application/vnd.mse.bundle+json"


def encrypt(plain: bytes, recipient: bytes) -> bytes:
    """An age v1 file for one X25519 recipient."""
    file_key, nonce, ephemeral = os.urandom(16), os.urandom(16), X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrap = hkdf(shared, share + recipient, b"age-encryption.org/v1/X25519")
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> X25519 " + b64(share) + b"\n" + b64(body) + b"\n---"
    mac = hmac.digest(hkdf(file_key, b"", b"header"), head, "sha256")
    cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    chunks = [plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)] or [b""]
    payload = [
        cipher.encrypt(at.to_bytes(11, "big") + bytes([at == len(chunks) - 1]), chunk, None)
        for at, chunk in enumerate(chunks)
    ]
    return head + b" " + b64(mac) + b"\n" + nonce + b"".join(payload)


def envelope(payload: bytes, key: Ed25519PrivateKey, payload_type: str = BUNDLE) -> bytes:
    head = f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} ".encode()
    signature = {
        "keyid": hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest(),
        "sig": base64.b64encode(key.sign(head + payload)).decode(),
    }
    return json.dumps(
        {"payloadType": payload_type, "payload": base64.b64encode(payload).decode(), "signatures": [signature]}
    ).encode()


def fingerprint(index: bytes) -> bytes:
    return hashlib.sha256(b"mse software enclave v1\0" + index).digest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def b64(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")
