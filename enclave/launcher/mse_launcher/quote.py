"""Quotes: the two channels that they come through (spec/3-launch.md); fresh ones for anybody (spec/4-evidence.md)."""

import hashlib
import os
import time
from collections import deque
from functools import partial
from pathlib import Path
from threading import Lock

from .report import Refusal

# In a DCAP quote v3: a header of 48 bytes, then the report of 384.
MEASUREMENT = slice(48 + 64, 48 + 96)
REPORT_DATA = slice(48 + 320, 48 + 384)


class Quoting:
    """Quotes, one at a time, each checked to be over what was asked; `oid` is of the extension that carries them."""

    def __init__(self, attestation: Path, descriptor: int = 3) -> None:
        self.lock, self.given = Lock(), deque([float("-inf")] * 2, maxlen=2)
        if (attestation / "quote").exists():
            self.oid, self.fetch = "1.2.840.113741.1337.6", self._from_gramine
            # Opened before the guard is there, which stands at the path.
            self.opener = partial(os.open, dir_fd=os.open(attestation, os.O_RDONLY))
        else:
            self.oid, self.fetch = "2.25.245857643000160422224046758601957359357", self._from_quoting_enclave
            os.set_inheritable(descriptor, False)
            self.answers = open(descriptor, "rb")  # noqa: SIM115

    def quote(self, report_data: bytes) -> bytes:
        try:
            with self.lock:
                quote = self.fetch(report_data)
        except OSError as error:
            raise Refusal("launch/quote", f"no quote: {error}", 503) from error
        if quote[REPORT_DATA] != report_data:
            raise Refusal("launch/quote", "no quote, or one over something else", 503)
        return quote

    def fresh(self, nonce: bytes, point: bytes) -> bytes:
        """A quote over a stranger's nonce and the TLS key."""
        with self.lock:
            now = time.monotonic()
            if now - self.given[0] < 1:
                raise Refusal("fresh/too-many", "at most two fresh quotes a second", 429)
            self.given.append(now)
        return self.quote(fresh_report_data(nonce, point))

    def _from_gramine(self, report_data: bytes) -> bytes:
        with open("user_report_data", "wb", opener=self.opener) as file:
            file.write(report_data)
        with open("quote", "rb", opener=self.opener) as file:
            return file.read()

    def _from_quoting_enclave(self, report_data: bytes) -> bytes:
        os.write(self.answers.fileno(), report_data)
        return self.answers.read(int.from_bytes(self.answers.read(4), "little"))


def fresh_report_data(nonce: bytes, point: bytes) -> bytes:
    return hashlib.sha256(b"mse nonce v1\0" + nonce).digest() + hashlib.sha256(point).digest()
