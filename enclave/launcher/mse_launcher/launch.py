"""Where things lie, and the one value that enters without being measured (spec/3-launch.md)."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .report import Refusal
from .strict_json import between, matching, parse, read, where

NAME = re.compile(r"(?=.{1,253}$)(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Paths:
    """Tests point these elsewhere; nothing else can."""

    package: Path = Path("/opt/mse")
    home: Path = Path("/root")
    key: Path = Path("/key")
    module: Path = Path("/mse-app")
    tmp: Path = Path("/tmp")
    attestation: Path = Path("/dev/attestation")


def parse_launch(value: str) -> dict[str, Any]:
    data = value.encode("utf-8", "surrogateescape")
    try:
        if len(data) > 4096:
            raise ValueError("longer than 4,096 bytes")
        return read(parse(data), MEMBERS)
    except ValueError as error:
        raise Refusal("launch/malformed", str(error)) from error


def listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY by the protocol
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(2048)
    return listener


def is_address(value: Any) -> bool:
    """An IPv4 or IPv6 literal without a zone."""
    try:
        return type(value) is str and "%" not in value and bool(ipaddress.ip_address(value).version)
    except ValueError:
        return False


def _is_name(value: Any) -> bool:
    return is_address(value) or (type(value) is str and NAME.fullmatch(value) is not None)


MEMBERS = {
    "schema": matching("mse-launch/1"),
    "address": where(is_address, "an address to listen on"),
    "port": between(1, 65535),
    "instance": matching("[0-9a-f]{32}"),
    "names": where(
        lambda value: type(value) is list and 1 <= len(value) <= 16 and all(map(_is_name, value)),
        "1 to 16 DNS names or addresses",
    ),
    "not_after": between(0, 253402300799),
}
