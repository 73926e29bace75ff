"""What is measured (spec/2-package.md), and the application's code brought back from it."""

import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from . import age
from .report import Refusal
from .strict_json import parse

# Anything else would be measured, and shown to clients, without being done.
SUPPORTED = {"logs": "operator", "log_key": None, "tls": "enclave", "client_ca": None, "proxy": "none"}


@dataclass(frozen=True)
class Package:
    """index.json. It is measured as this code is, and believed like it."""

    configuration: dict[str, Any]
    owner: bytes
    code: list[dict[str, Any]]


def parse_index(data: bytes) -> Package:
    try:
        index = parse(data)
        configuration = index["configuration"]
        if index["schema"] != "mse-index/1" or {**configuration, **SUPPORTED} != configuration:
            raise ValueError("for another launcher")
        if index["python"] != "{}.{}".format(*sys.version_info):
            raise ValueError(f"for Python {index['python']}")
        code = [file for file in index["files"] if file["path"].startswith("code/")]
        return Package(configuration, bytes.fromhex(index["owner"]), code)
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("package/index", str(error)) from error


def rebuild_code(package: Package, source: Path, target: Path, code_key: bytes) -> None:
    """Decrypts into an empty `target` what the index lists (never a folder's listing), each file as it was measured."""
    clear_folder(target)
    identity = X25519PrivateKey.from_private_bytes(code_key)
    for file in package.code:
        path = target / file["path"].removeprefix("code/").removesuffix(".age")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with (source / file["path"]).open("rb") as measured, path.open("xb") as plain:
                _restore(file, measured, plain, identity)
        except (ValueError, FileNotFoundError) as error:
            raise Refusal("provision/code-key", f"{file['path']}: {error}") from error


def clear_folder(folder: Path) -> None:
    """Removes what is in it; the folder itself may be a mount."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _restore(file: dict[str, Any], measured: BinaryIO, plain: BinaryIO, identity: X25519PrivateKey) -> None:
    digest = hashlib.sha256()

    def read(size: int) -> bytes:
        data = measured.read(size)
        digest.update(data)
        return data

    encrypted = file["path"].endswith(".age")
    for chunk in age.decrypt(read, identity) if encrypted else iter(partial(read, 1 << 16), b""):
        plain.write(chunk)
    os.fchmod(plain.fileno(), int(file["mode"], 8))
    if (measured.tell(), digest.hexdigest()) != (file["size"], file["sha256"]):
        raise ValueError("not the file that was measured")
