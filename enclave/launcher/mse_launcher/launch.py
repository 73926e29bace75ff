"""Where things lie, and the one value that enters without being measured (spec/3-launch.md)."""

import ipaddress
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .report import Refusal
from .strict_json import between, equals, matches, members, parse_canonical

NAME = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
END_OF_9999 = 253402300799


@dataclass(frozen=True)
class Paths:
    """Tests point these elsewhere; nothing else can."""

    package: Path = Path("/opt/mse")
    home: Path = Path("/root")
    key: Path = Path("/key")
    module: Path = Path("/mse-app")
    tmp: Path = Path("/tmp")
    attestation: Path = Path("/dev/attestation")

    @property
    def secrets(self) -> Path:
        return self.home / ".cache/mse/secrets.json"

    @property
    def sealed_secrets(self) -> Path:
        return self.home / ".cache/mse/sealed_secrets.json"


@dataclass(frozen=True)
class Launch:
    address: str
    port: int
    instance: str
    names: tuple[str, ...]
    not_after: int


def take_launch(environment: MutableMapping[str, str]) -> Launch:
    """Reads `MSE_LAUNCH` and removes it."""
    try:
        return parse_launch(environment.pop("MSE_LAUNCH", "").encode("utf-8", "surrogateescape"))
    except ValueError as error:
        raise Refusal("launch/malformed", str(error)) from error


def parse_launch(data: bytes) -> Launch:
    """Raises ValueError."""
    if len(data) > 4096:
        raise ValueError("longer than 4,096 bytes")
    kinds = {
        "schema": equals("mse-launch/1"),
        "address": is_address,
        "port": between(1, 65535),
        "instance": matches("[0-9a-f]{32}"),
        "names": _are_names,
        "not_after": between(0, END_OF_9999),
    }
    value = members(parse_canonical(data), "MSE_LAUNCH", kinds)
    return Launch(value["address"], value["port"], value["instance"], tuple(value["names"]), value["not_after"])


def is_address(value: Any) -> bool:
    """An IPv4 or IPv6 literal without a zone."""
    try:
        return type(value) is str and "%" not in value and bool(ipaddress.ip_address(value).version)
    except ValueError:
        return False


def _are_names(value: Any) -> bool:
    return type(value) is list and 1 <= len(value) <= 16 and all(_is_name(one) for one in value)


def _is_name(value: Any) -> bool:
    return is_address(value) or (type(value) is str and len(value) <= 253 and NAME.fullmatch(value) is not None)
