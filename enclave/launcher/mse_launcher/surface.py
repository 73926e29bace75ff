"""The enclave's HTTP surface (spec/5-provision.md), in front of the application at all times."""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from queue import SimpleQueue
from typing import Any

from .bundle import Provisioned
from .provision import Provisioner
from .quote import Quoting
from .report import Refusal
from .strict_json import write

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Any, Receive, Send], Awaitable[None]]

PREFIX = "/.well-known/mse/"
FRESH = re.compile("fresh/((?:[0-9a-f]{2}){16,64})")
LARGEST_BODY = 4 << 20
PATIENCE = 30.0


class Surface:
    """Knows the state (waiting, configured, starting, running; failed), and holds what was accepted."""

    def __init__(self, quoting: Quoting, provisioner: Provisioner) -> None:
        self.quoting, self.provisioner = quoting, provisioner
        self.state = "configured" if provisioner.identity.sealing_key is None else "waiting"
        self.accepted: SimpleQueue[Provisioned] = SimpleQueue()
        self.bodies = asyncio.Semaphore(16)

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
        word = {"waiting": b"Waiting", "failed": b"Failed"}.get(self.state, b"Starting")
        await _send(send, 503, "text/plain", word + b": the application is not running\n", (b"mse-status", word))

    async def _answer(self, method: str, path: str, receive: Receive, send: Send) -> None:
        accepted, status = None, 200
        try:
            fresh = FRESH.fullmatch(path)
            if not fresh and path not in ("status", "evidence", "provision"):
                raise Refusal("http/not-found", "there is nothing here", 404)
            if method != ("POST" if path == "provision" else "GET"):
                raise Refusal("http/method", f"{method} is not for this", 405)
            identity = self.provisioner.identity
            if fresh:
                quote = await asyncio.to_thread(self.quoting.fresh, bytes.fromhex(fresh[1]), identity.point)
                answer = {"schema": "mse-fresh/1", "nonce": fresh[1], "quote": base64.b64encode(quote).decode()}
            elif path == "status":
                answer = {"schema": "mse-status/1", "state": self.state}
            elif path == "evidence":
                answer = {"schema": "mse-evidence/1", "certificate": identity.certificate.decode()}
            else:
                accepted = await asyncio.to_thread(self.provisioner.accept, await self._read(receive))
                self.state = "configured"
                answer = {"state": "configured"}
        except Refusal as refusal:
            status, answer = refusal.status, {"error": {"code": refusal.code, "message": refusal.message}}
        try:
            await _send(send, status, "application/json", write(answer))
        finally:
            if accepted:
                self.accepted.put(accepted)

    async def _read(self, receive: Receive) -> bytes:
        """Too long a body is read to its end, too, and not kept: a client that still sends would not see an answer."""
        if self.bodies.locked():
            raise Refusal("provision/busy", "too many requests at once", 409)
        body = bytearray()

        async def collect() -> None:
            message: dict[str, Any] = {"more_body": True}
            while message.get("more_body"):
                message = await receive()
                if len(body) <= LARGEST_BODY:
                    body.extend(message.get("body", b""))

        async with self.bodies:
            try:
                await asyncio.wait_for(collect(), PATIENCE)
            except asyncio.TimeoutError:
                raise Refusal("provision/timeout", "the body did not arrive in time", 408) from None
        if len(body) > LARGEST_BODY:
            raise Refusal("provision/oversized", "a body has at most 4 MiB", 413)
        return bytes(body)


async def _send(send: Send, status: int, kind: str, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    described = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": described})
    await send({"type": "http.response.body", "body": body})
