"""Takes one bundle, once, and keeps what a restart needs (spec/5-provision.md). A refusal changes nothing."""

import base64
import os
import time
from pathlib import Path
from threading import Lock

from .bundle import Provisioned, judge_bundle
from .identity import Identity
from .launch import Paths
from .package import Package, clear_folder, rebuild_code
from .quote import MEASUREMENT, Quoting
from .report import Refusal, log
from .strict_json import base64_bytes, parse, write

SECRETS = ".cache/mse/secrets.json"
SEALED_SECRETS = ".cache/mse/sealed_secrets.json"
STATE = "provisioned.json"


class Provisioner:
    def __init__(self, package: Package, paths: Paths, identity: Identity) -> None:
        self.package, self.paths, self.identity, self.lock = package, paths, identity, Lock()

    def accept(self, body: bytes) -> Provisioned:
        if not self.lock.acquire(blocking=False):
            raise Refusal("provision/busy", "another bundle is being judged", 409)
        try:
            provisioned = judge_bundle(body, self.package.owner, self.identity, time.time())
            self._keep(provisioned)
            self.identity.sealing_key = None
            return provisioned
        finally:
            self.lock.release()

    def _keep(self, provisioned: Provisioned) -> None:
        try:
            install(self.package, self.paths, provisioned)
            if self.package.configuration["restart"] == "sealed":
                _seal(self.paths.key / STATE, self.identity, provisioned)
        except BaseException as error:
            uninstall(self.paths)
            if isinstance(error, OSError):
                raise Refusal("provision/storage", f"cannot be kept: {error.strerror}", 507) from error
            raise


def install(package: Package, paths: Paths, provisioned: Provisioned) -> None:
    """Code and secrets, where the application looks for them."""
    rebuild_code(package, paths.package, paths.module, provisioned.code_key)
    for name, content in ((SECRETS, provisioned.secrets), (SEALED_SECRETS, provisioned.sealed_secrets)):
        if content is None:
            (paths.home / name).unlink(missing_ok=True)
        else:
            _replace_file(paths.home / name, content)


def uninstall(paths: Paths) -> None:
    clear_folder(paths.module)
    for name in (SECRETS, SEALED_SECRETS):
        (paths.home / name).unlink(missing_ok=True)


def revive(paths: Paths, quoting: Quoting) -> tuple[Identity, Provisioned] | None:
    """Who this enclave was before a restart, and with what; a state that cannot be used is left where it is."""
    if not (paths.key / STATE).exists():
        return None
    try:
        state = {name: base64_bytes(value) for name, value in parse((paths.key / STATE).read_bytes()).items()}
        identity = Identity(state["tls_key"], state["certificate"], state["point"], state["measurement"])
        if quoting.quote(bytes(64))[MEASUREMENT] != identity.measurement:
            raise ValueError("of another fingerprint")
        return identity, Provisioned(state["code_key"], state.get("sealed_secrets"), state.get("secrets"))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        log(f"{STATE} is not used, a new bundle is needed: {error}")
        return None


def _seal(file: Path, identity: Identity, provisioned: Provisioned) -> None:
    members = {**vars(identity), **vars(provisioned)}
    state = {name: base64.b64encode(value).decode() for name, value in members.items() if type(value) is bytes}
    _replace_file(file, write(state))


def _replace_file(file: Path, content: bytes) -> None:
    """Readable by nobody else, and never seen half written."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(0o600)
    with new.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
