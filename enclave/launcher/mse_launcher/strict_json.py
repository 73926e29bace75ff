"""Canonical JSON (spec/2-package.md), and objects whose members are all known, all present and all of their type."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Kind = Callable[[Any], bool]
LARGEST = 2**53 - 1


def parse_canonical(data: bytes) -> Any:
    """The value, if writing it again gives the same bytes: no duplicates, other orders or other spellings.

    Raises ValueError.
    """
    value = parse(data)
    if write_canonical(value) != data:
        raise ValueError("not canonical JSON")
    return value


def parse(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode(), parse_float=_refuse, parse_constant=_refuse, parse_int=_integer, object_hook=_object
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def write_canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def members(value: Any, what: str, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """`value`, if it is an object with exactly these members, each of its kind. Raises ValueError."""
    if type(value) is not dict:
        raise ValueError(f"{what} is not an object")
    for name in kinds.keys() ^ value.keys():
        raise ValueError(f"{what}: {'missing' if name in kinds else 'unknown'} member {name!r}")
    for name, fits in kinds.items():
        if not fits(value[name]):
            raise ValueError(f"{what}: {name!r} is not as the format wants it")
    return value


def matches(pattern: str) -> Kind:
    return lambda value: type(value) is str and re.fullmatch(pattern, value) is not None


def equals(*allowed: object) -> Kind:
    return lambda value: any(type(value) is type(one) and value == one for one in allowed)


def between(least: int, most: int = LARGEST) -> Kind:
    return lambda value: type(value) is int and least <= value <= most


def optional(kind: Kind) -> Kind:
    return lambda value: value is None or kind(value)


def text(value: Any) -> bool:
    return type(value) is str


def texts(value: Any) -> bool:
    return type(value) is list and all(type(one) is str for one in value)


def decode_base64(text: str) -> bytes:
    """RFC 4648 with padding, in its one canonical spelling. Raises ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not an integer")


def _integer(text: str) -> int:
    value = int(text) if len(text) <= 17 else LARGEST + 1
    if abs(value) > LARGEST:
        raise ValueError("an integer beyond 2^53")
    return value


def _object(value: dict[str, Any]) -> dict[str, Any]:
    if not all(name.isascii() for name in value):
        raise ValueError("a member's name is not ASCII")
    return value
