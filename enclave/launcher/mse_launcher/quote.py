"""Quotes: the two channels that they come through (spec/3-launch.md), and fresh ones for others (spec/4-evidence.md)."""

import hashlib
import os
import socket
import time
from collections import deque
from pathlib import Path
from threading import Lock
from typing import Protocol

from .guard import exempt
from .report import Refusal

# Offsets in a DCAP quote v3: a header of 48 bytes, then the report of 384 (spec/4-evidence.md).
MEASUREMENT = slice(48 + 64, 48 + 96)
REPORT_DATA = slice(48 + 320, 48 + 384)
LARGEST_QUOTE = 64 * 1024


class Channel(Protocol):
    oid: str
    """Of the certificate extension that carries the quotes of this channel."""

    def fetch(self, report_data: bytes) -> bytes: ...


class GramineChannel:
    oid = "1.2.840.113741.1337.6"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fetch(self, report_data: bytes) -> bytes:
        with exempt():
            (self.folder / "user_report_data").write_bytes(report_data)
            return (self.folder / "quote").read_bytes()


class SoftwareChannel:
    oid = "2.25.245857643000160422224046758601957359357"

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self.socket = socket.socket(fileno=descriptor)
        self.socket.settimeout(30)

    def fetch(self, report_data: bytes) -> bytes:
        self.socket.sendall(report_data)
        size = int.from_bytes(self._receive(4), "little")
        if not 0 < size <= LARGEST_QUOTE:
            raise OSError("the quoting enclave refused")
        return self._receive(size)

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise OSError("the quoting enclave is gone")
            data += part
        return data


class Quoting:
    """Quotes, one at a time, each checked to be over what was asked."""

    def __init__(self, channel: Channel) -> None:
        self.oid = channel.oid
        self.channel = channel
        self.lock = Lock()

    def quote(self, report_data: bytes) -> bytes:
        try:
            with self.lock:
                quote = self.channel.fetch(report_data)
        except OSError as error:
            raise Refusal("launch/quote", f"no quote: {error}") from error
        if quote[REPORT_DATA] != report_data:
            raise Refusal("launch/quote", "the quote is not over what was asked")
        return quote


def open_quoting(attestation: Path, descriptor: int = 3) -> Quoting:
    if (attestation / "quote").exists():
        return Quoting(GramineChannel(attestation))
    try:
        return Quoting(SoftwareChannel(descriptor))
    except OSError as error:
        raise Refusal("launch/quote", f"no quote channel: {error}") from error


class FreshQuotes:
    """Quotes over a stranger's nonce, at most two a second."""

    def __init__(self, quoting: Quoting, point: bytes) -> None:
        self.quoting = quoting
        self.key_hash = hashlib.sha256(point).digest()
        self.given: deque[float] = deque([float("-inf")] * 2, maxlen=2)
        self.lock = Lock()

    def quote(self, nonce: bytes) -> bytes:
        with self.lock:
            now = time.monotonic()
            if now - self.given[0] < 1:
                raise Refusal("fresh/too-many", "at most two fresh quotes a second")
            self.given.append(now)
        return self.quoting.quote(hashlib.sha256(b"mse nonce v1\0" + nonce).digest() + self.key_hash)
