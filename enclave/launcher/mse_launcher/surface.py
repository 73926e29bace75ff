"""The enclave's HTTP surface (spec/5-provision.md), in front of the application at all times."""

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable
from queue import SimpleQueue
from typing import Any

from .bundle import Provisioned
from .identity import Identity
from .provision import Provisioner
from .quote import Quoting
from .report import Refusal

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Any, Receive, Send], Awaitable[None]]

PREFIX = "/.well-known/mse/"
FRESH = re.compile("fresh/((?:[0-9a-f]{2}){16,64})")
WORDS = {"waiting": "Waiting", "failed": "Failed"}
LARGEST_BODY = 4 << 20
PATIENCE = 30.0


class Surface:
    """Knows the state: waiting, configured, starting, running, or failed."""

    def __init__(self, identity: Identity, quoting: Quoting, provisioner: Provisioner) -> None:
        self.identity, self.quoting, self.provisioner = identity, quoting, provisioner
        self.state = "waiting"
        self.accepted: SimpleQueue[Provisioned] = SimpleQueue()
        self.bodies = asyncio.Semaphore(16)

    def run(self) -> None:
        self.state = "running"

    def before(self, application: Asgi) -> Asgi:
        async def answer(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan" or not f"{scope['path']}/".startswith(PREFIX):
                await application(scope, receive, send)
            elif scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1000})
            else:
                await self._answer(scope["method"], scope["path"].removeprefix(PREFIX), receive, send)

        return answer

    async def no_application(self, scope: Any, receive: Receive, send: Send) -> None:
        word = WORDS.get(self.state, "Starting")
        text = f"the application is not running: {word.lower()}\n".encode()
        await _send(send, 503, text, (b"content-type", b"text/plain"), (b"mse-status", word.encode()))

    async def _answer(self, method: str, path: str, receive: Receive, send: Send) -> None:
        accepted = None
        try:
            fresh = FRESH.fullmatch(path)
            if fresh is None and path not in ("status", "evidence", "provision"):
                raise Refusal("http/not-found", "there is nothing here", 404)
            if method != ("POST" if path == "provision" else "GET"):
                raise Refusal("http/method", f"{method} is not for this", 405)
            if fresh is not None:
                quote = await asyncio.to_thread(self.quoting.fresh, bytes.fromhex(fresh[1]), self.identity.point)
                quoted = base64.b64encode(quote).decode()
                answer = 200, {"schema": "mse-fresh/1", "nonce": fresh[1], "quote": quoted}
            elif path == "status":
                answer = 200, {"schema": "mse-status/1", "state": self.state}
            elif path == "evidence":
                answer = 200, {"schema": "mse-evidence/1", "certificate": self.identity.certificate.decode()}
            else:
                accepted = await asyncio.to_thread(self.provisioner.accept, await self._read(receive))
                self.state = "configured"
                answer = 200, {"state": "configured"}
        except Refusal as refusal:
            answer = refusal.status, {"error": {"code": refusal.code, "message": refusal.message}}
        try:
            await _send(send, answer[0], json.dumps(answer[1]).encode(), (b"content-type", b"application/json"))
        finally:
            if accepted:
                self.accepted.put(accepted)

    async def _read(self, receive: Receive) -> bytes:
        if self.bodies.locked():
            raise Refusal("provision/busy", "too many requests at once", 409)
        async with self.bodies:
            try:
                body = await asyncio.wait_for(_collect(receive), PATIENCE)
            except asyncio.TimeoutError:
                raise Refusal("provision/timeout", "the body did not arrive in time", 408) from None
        if len(body) > LARGEST_BODY:
            raise Refusal("provision/oversized", "a body has at most 4 MiB", 413)
        return body


async def _collect(receive: Receive) -> bytes:
    """Reads on when it is too long, and keeps nothing: a client that is still sending does not see an answer."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if len(body) <= LARGEST_BODY:
            body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
