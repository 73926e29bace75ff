"""Canonical JSON (spec/2-package.md), and objects whose members are all known, present and of their kind."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Reader = Callable[[Any], Any]  # gives the value as it is used, or raises ValueError


def parse(data: bytes, canonical: bool = True) -> Any:
    """Canonical: writing the value again gives the same bytes; no duplicate, other order or other spelling passes."""
    try:
        value = json.loads(data.decode())
        if canonical and not (_is_plain(value) and write(value) == data):
            raise ValueError("not canonical JSON")
        return value
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def write(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def read(value: Any, readers: Mapping[str, Reader]) -> dict[str, Any]:
    if type(value) is not dict or value.keys() != readers.keys():
        raise ValueError(f"not an object of exactly {', '.join(readers)}")
    return {name: reader(value[name]) for name, reader in readers.items()}


def where(fits: Callable[[Any], object], what: str) -> Reader:
    def reader(value: Any) -> Any:
        if not fits(value):
            raise ValueError(f"not {what}")
        return value

    return reader


def matching(pattern: str) -> Reader:
    return where(lambda value: type(value) is str and re.fullmatch(pattern, value), f"a string like {pattern}")


def between(least: int, most: int = 2**53 - 1) -> Reader:
    return where(lambda value: type(value) is int and least <= value <= most, f"an integer from {least} to {most}")


def optional(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def base64_bytes(value: Any) -> bytes:
    """RFC 4648 with padding, in its one canonical spelling."""
    if type(value) is not str or base64.b64encode(data := base64.b64decode(value, validate=True)).decode() != value:
        raise ValueError("not canonical base64")
    return data


def _is_plain(value: Any) -> bool:
    if type(value) is dict:
        return all(name.isascii() and _is_plain(one) for name, one in value.items())
    if type(value) is list:
        return all(map(_is_plain, value))
    return type(value) in (str, bool, type(None)) or (type(value) is int and abs(value) < 2**53)
