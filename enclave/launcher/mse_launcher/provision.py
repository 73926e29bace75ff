"""Takes one bundle, once (spec/5-provision.md). A refusal changes nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from .bundle import Expected, Provisioned, judge_bundle
from .identity import Identity
from .launch import Paths
from .package import Package, clear_folder, rebuild_code
from .report import Refusal, log
from .sealed import replace_file, seal_state

Receive = Callable[[], Awaitable[Any]]
Reply = Callable[[int, dict[str, Any]], Awaitable[None]]

LARGEST_BODY = 4 * 1024 * 1024
PATIENCE = 30.0
BODIES_AT_ONCE = 16
STATUS = {"already": 409, "busy": 409, "oversized": 413, "timeout": 408, "malformed": 400, "storage": 507}


class Provisioner:
    def __init__(self, package: Package, paths: Paths, identity: Identity) -> None:
        self.package = package
        self.paths = paths
        self.identity = identity
        self.accepted: SimpleQueue[Provisioned] = SimpleQueue()
        self.open = identity.sealing_key is not None
        self.reading = 0
        self.judging = False

    async def answer(self, receive: Receive, reply: Reply) -> None:
        """Answers a POST; what was accepted is handed on once that is answered."""
        try:
            provisioned = await self._accept(receive)
        except Refusal as refusal:
            log(f"refused a bundle: {refusal.code}")
            status = STATUS.get(refusal.code.removeprefix("provision/"), 403)
            return await reply(status, {"error": {"code": refusal.code, "message": refusal.message}})
        try:
            await reply(200, {"state": "configured"})
        finally:
            self.accepted.put(provisioned)

    async def _accept(self, receive: Receive) -> Provisioned:
        self._check_open()
        if self.reading >= BODIES_AT_ONCE:
            raise Refusal("provision/busy", "too many requests at once")
        self.reading += 1
        try:
            body = await read_body(receive)
        finally:
            self.reading -= 1
        self._check_open()
        self.judging = True
        try:
            provisioned = await asyncio.to_thread(self._judge, body)
            self.open = False
            return provisioned
        finally:
            self.judging = False

    def _check_open(self) -> None:
        if not self.open:
            raise Refusal("provision/already", "a bundle was accepted before")
        if self.judging:
            raise Refusal("provision/busy", "another bundle is being judged")

    def _judge(self, body: bytes) -> Provisioned:
        identity = self.identity
        assert identity.sealing_key is not None
        expected = Expected(self.package.owner, identity.measurement, identity.report_data)
        provisioned = judge_bundle(body, identity.sealing_key, expected, time.time())
        install(self.package, self.paths, provisioned)
        try:
            if self.package.restart == "sealed":
                seal_state(self.paths.key, identity, provisioned)
        except OSError as error:
            uninstall(self.paths)
            raise Refusal("provision/storage", f"the sealed state cannot be written: {error.strerror}") from error
        identity.sealing_key = None
        return provisioned


def install(package: Package, paths: Paths, provisioned: Provisioned) -> None:
    """Code and secrets where the application looks for them; nothing of them if one cannot be written."""
    try:
        rebuild_code(package, paths.package, paths.module, provisioned.code_key)
        _write(paths.secrets, provisioned.secrets)
        _write(paths.sealed_secrets, provisioned.sealed_secrets)
    except OSError as error:
        uninstall(paths)
        raise Refusal("provision/storage", f"the code or the secrets cannot be written: {error.strerror}") from error


def uninstall(paths: Paths) -> None:
    clear_folder(paths.module)
    paths.secrets.unlink(missing_ok=True)
    paths.sealed_secrets.unlink(missing_ok=True)


async def read_body(receive: Receive) -> bytes:
    """Reads to the end what is too long, too: a client that is still sending does not see an answer."""
    body = bytearray()
    oversized = False

    async def read() -> None:
        nonlocal oversized
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refusal("provision/timeout", "the body did not arrive")
            body.extend(message.get("body", b""))
            if len(body) > LARGEST_BODY:
                oversized = True
                body.clear()
            if not message.get("more_body", False):
                return

    try:
        await asyncio.wait_for(read(), PATIENCE)
    except asyncio.TimeoutError:
        if not oversized:
            raise Refusal("provision/timeout", f"the body did not arrive within {PATIENCE:.0f} s") from None
    if oversized:
        raise Refusal("provision/oversized", "a body has at most 4 MiB")
    return bytes(body)


def _write(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        replace_file(file, content)
