"""The enclave's HTTP surface (spec/5-provision.md), in front of the application at all times."""

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from .identity import Identity
from .provision import Provisioner
from .quote import FreshQuotes
from .report import Refusal

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
Asgi = Callable[[Any, Receive, Send], Awaitable[None]]

PREFIX = "/.well-known/mse/"
FRESH = re.compile("fresh/((?:[0-9a-f]{2}){16,64})")
STATES = ("waiting", "configured", "starting", "running")


class Life:
    """What the launcher knows of itself, for all its servers."""

    def __init__(self, identity: Identity, fresh: FreshQuotes, provisioner: Provisioner) -> None:
        self.evidence = identity.evidence()
        self.fresh = fresh
        self.provisioner = provisioner
        self.state = "waiting"

    def advance(self, state: str) -> None:
        if state != "failed" and STATES.index(state) <= STATES.index(self.state):
            raise RuntimeError(f"{state} does not follow {self.state}")
        self.state = state


class Surface:
    """ASGI: answers what is the launcher's, and hands the rest to the application or says that there is none yet."""

    def __init__(self, life: Life, application: Asgi | None) -> None:
        self.life = life
        self.application = application

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        ours = scope["type"] != "lifespan" and (scope["path"] + "/").startswith(PREFIX)
        if not ours and self.application is not None:
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif not ours:
            await self._not_yet(send)
        else:
            await self._answer(scope["method"], scope["path"].removeprefix(PREFIX), receive, send)

    async def _answer(self, method: str, path: str, receive: Receive, send: Send) -> None:
        async def reply(status: int, body: "dict[str, Any] | bytes") -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            await self._send(send, status, content, (b"content-type", b"application/json"))

        async def refuse(status: int, code: str, message: str) -> None:
            await reply(status, {"error": {"code": code, "message": message}})

        fresh = FRESH.fullmatch(path)
        if fresh is None and path not in ("status", "evidence", "provision"):
            await refuse(404, "http/not-found", "there is nothing here")
        elif method != ("POST" if path == "provision" else "GET"):
            await refuse(405, "http/method", f"{method} is not for this")
        elif path == "status":
            await reply(200, {"schema": "mse-status/1", "state": self.life.state})
        elif path == "evidence":
            await reply(200, self.life.evidence)
        elif path == "provision":
            await self.life.provisioner.answer(receive, reply)
        elif fresh is not None:
            try:
                quote = await asyncio.to_thread(self.life.fresh.quote, bytes.fromhex(fresh[1]))
            except Refusal as refusal:
                return await refuse(429 if refusal.code == "fresh/too-many" else 503, refusal.code, refusal.message)
            answer = {"schema": "mse-fresh/1", "nonce": fresh[1], "quote": base64.b64encode(quote).decode()}
            await reply(200, answer)
        return None

    async def _not_yet(self, send: Send) -> None:
        word = {"waiting": b"Waiting", "failed": b"Failed"}.get(self.life.state, b"Starting")
        text = b"the application is not running: " + word.lower() + b"\n"
        await self._send(send, 503, text, (b"content-type", b"text/plain"), (b"mse-status", word))

    async def _send(self, send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        more = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
        if self.application is None:
            more.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": [*headers, *more]})
        await send({"type": "http.response.body", "body": body})
