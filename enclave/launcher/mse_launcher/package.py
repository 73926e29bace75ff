"""What is measured (spec/2-package.md), and the application's code brought back from it."""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from . import age
from .report import Refusal
from .strict_json import between, equals, matches, members, optional, parse_canonical, text, texts

PATH = re.compile(r"(?!(?:.*/)?\.{1,2}(?:/|$))[^\x00-\x1f\x7f\\/]+(?:/[^\x00-\x1f\x7f\\/]+)*")
CLEAR = "code/requirements.txt"


@dataclass(frozen=True)
class File:
    path: str
    size: int
    mode: str
    sha256: str


@dataclass(frozen=True)
class Package:
    """What the launcher uses of index.json."""

    name: str
    python_application: str
    environment: dict[str, str]
    hardware: int
    threads: int
    restart: str
    python: str
    owner: bytes
    code: tuple[File, ...]


def parse_index(data: bytes) -> Package:
    try:
        index = members(parse_canonical(data), "index.json", INDEX)
        configuration = members(index["configuration"], "configuration", CONFIGURATION)
        files = [File(**members(value, "a file", FILE)) for value in index["files"]]
    except ValueError as error:
        raise Refusal("package/index", str(error)) from error
    paths = [file.path.encode() for file in files]
    if any(left >= right for left, right in zip(paths, paths[1:], strict=False)):
        raise Refusal("package/index", "the files are not sorted, or one stands there twice")
    code = tuple(file for file in files if file.path.startswith("code/"))
    if not all(file.path == CLEAR or file.path.endswith(".age") for file in code):
        raise Refusal("package/index", "a file of the code is not encrypted")
    chosen = {name: configuration[name] for name in USED}
    return Package(**chosen, python=index["python"], owner=bytes.fromhex(index["owner"]), code=code)


def rebuild_code(package: Package, source: Path, target: Path, code_key: bytes) -> None:
    """Empties `target` and decrypts the code into it; on any failure `target` is empty.

    What there is to decrypt says the index, never a folder's listing.
    """
    clear_folder(target)
    key = X25519PrivateKey.from_private_bytes(code_key)
    for file in package.code:
        try:
            _restore(file, source / file.path, target / file.path[len("code/") :].removesuffix(".age"), key)
        except ValueError as error:
            clear_folder(target)
            raise Refusal("provision/code-key", f"{file.path}: {error}") from error
        except BaseException:
            clear_folder(target)
            raise


def clear_folder(folder: Path) -> None:
    """Removes what is in it; the folder itself may be a mount."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)


def _restore(file: File, source: Path, target: Path, key: X25519PrivateKey) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with _open_measured(source) as raw, target.open("xb") as out:
        measured = _Measured(raw)
        clear = file.path == CLEAR
        for chunk in iter(partial(measured.read, age.CHUNK), b"") if clear else age.decrypt(measured, key):
            out.write(chunk)
        os.fchmod(out.fileno(), int(file.mode, 8))
    if (measured.size, measured.sha256.hexdigest()) != (file.size, file.sha256):
        raise ValueError("not the file that was measured")


def _open_measured(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error


class _Measured:
    """Hashes and counts what is read through it, so that a file is read once."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.size = 0
        self.sha256 = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        data = self.source.read(size)
        self.size += len(data)
        self.sha256.update(data)
        return data


def _is_path(value: Any) -> bool:
    return type(value) is str and PATH.fullmatch(value) is not None and len(value.encode()) <= 1024


def _is_environment(value: Any) -> bool:
    return type(value) is dict and all(re.fullmatch("[^=\0]+", name) for name in value) and _are_values(value)


def _are_values(value: dict[str, Any]) -> bool:
    return all(type(one) is str and "\0" not in one for one in value.values())


INDEX = {
    "schema": equals("mse-index/1"),
    "configuration": lambda value: type(value) is dict,
    "python": matches(r"3\.[0-9]+"),
    "base": optional(text),
    "owner": matches("[0-9a-f]{64}"),
    "files": lambda value: type(value) is list,
}
CONFIGURATION = {
    "name": matches("(?s:.+)"),
    "python_application": text,
    "healthcheck_endpoint": matches("(?s:/.*)"),
    "argv": texts,
    "environment": _is_environment,
    "hardware": between(0),
    "storage": between(0),
    "threads": between(1),
    "restart": equals("sealed", "reprovision"),
    "logs": equals("operator"),
    "log_key": equals(None),
    "tls": equals("enclave"),
    "client_ca": equals(None),
    "proxy": equals("none"),
}
FILE = {"path": _is_path, "size": between(0), "mode": equals("0644", "0755"), "sha256": matches("[0-9a-f]{64}")}
USED = ("name", "python_application", "environment", "hardware", "threads", "restart")
