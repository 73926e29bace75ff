"""The enclave's HTTP surface (spec/5-provision.md); two servers behind it that follow each other on one socket."""

import asyncio
import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn

from .door import Supervisor
from .identity import Identity, Quoting
from .launch import Refusal, demand, write

PREFIX = "/.well-known/mse/"
LARGEST_BODY = 4 << 20
PATIENCE, GRACE, HANDSHAKE = 30.0, 5, 1  # seconds


class Surface(uvicorn.Server):
    """Knows the state (waiting, configured, starting, running; failed). Answers alone until an application does."""

    def __init__(self, identity: Identity, quoting: Quoting, context: Any, accept: Callable[[bytes], None]) -> None:
        self.identity, self.quoting, self.context, self.accept = identity, quoting, context, accept
        self.state = "waiting" if identity.sealing_key else "configured"
        self.accepted, self.bodies, self.loop = threading.Event(), asyncio.Semaphore(16), asyncio.new_event_loop()
        self.requests = 0  # that the application got
        settings = {"lifespan": "off", "ws": "none", "access_log": False, "log_level": "error"}
        super().__init__(self.configure(self.no_application, 1, headers=[("connection", "close")], **settings))

    def configure(self, application: Any, grace: int, **more: Any) -> uvicorn.Config:
        more |= {"interface": "asgi3", "loop": "asyncio", "proxy_headers": False, "server_header": False}
        config = uvicorn.Config(partial(self.before, application), timeout_graceful_shutdown=grace, **more)
        config.load()
        config.ssl = self.context
        return config

    async def hand_over(self) -> None:
        """Stops accepting, and answers what is open: uvicorn alone would drop TLS handshakes and silent connections."""
        self.loop.remove_reader(self.servers[0].sockets[0])  # close() loses what is accepted and has no transport yet
        self.state = "running"
        await asyncio.sleep(GRACE)
        self.should_exit = True

    async def before(self, application: Any, logged: Any, receive: Any, send: Any) -> None:
        scope = dict(logged)
        logged["query_string"] = b""  # what uvicorn logs from now on
        if scope["type"] == "lifespan" or not f"{scope['path']}/".startswith(PREFIX):
            self.requests += scope["type"] != "lifespan" and application != self.no_application
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            try:
                status, answer = 200, await self._answer(scope["method"], scope["path"].removeprefix(PREFIX), receive)
            except Refusal as refusal:
                status, answer = refusal.status, {"error": {"code": refusal.code, "message": refusal.message}}
            await _send(send, status, "application/json", write(answer))

    async def no_application(self, scope: Any, receive: Any, send: Any) -> None:
        word = {"waiting": b"Waiting", "failed": b"Failed"}.get(self.state, b"Starting")
        await _send(send, 503, "text/plain", word + b": the application is not running\n", (b"mse-status", word))

    async def _answer(self, method: str, path: str, receive: Any) -> Any:
        fresh = re.fullmatch("fresh/((?:[0-9a-f]{2}){16,64})", path)
        demand(fresh or path in ("status", "evidence", "provision"), "http/not-found", "there is nothing here", 404)
        demand(method == ("POST" if path == "provision" else "GET"), "http/method", f"{method} is not for this", 405)
        if fresh:
            quote = await asyncio.to_thread(self.quoting.fresh, bytes.fromhex(fresh[1]), self.identity.point)
            return {"schema": "mse-fresh/1", "nonce": fresh[1], "quote": quote}
        if path == "status":
            return {"schema": "mse-status/1", "state": self.state}
        if path == "evidence":
            return {"schema": "mse-evidence/1", "certificate": self.identity.certificate.decode()}
        demand(not self.bodies.locked(), "provision/busy", "too many requests at once", 409)
        async with self.bodies:
            body = await _read(receive)
        await asyncio.to_thread(self.accept, body)
        self.state = "configured"
        asyncio.get_running_loop().call_soon(self.accepted.set)  # the main thread goes on once this is answered
        return {"state": self.state}


class ApplicationServer(uvicorn.Server):
    """Serves in the main thread, and takes over once the application's start-up is done and it accepts."""

    def __init__(self, application: Any, surface: Surface, supervisor: Supervisor) -> None:
        super().__init__(surface.configure(application, GRACE))
        self.surface, self.supervisor = surface, supervisor
        logging.getLogger("uvicorn.access").addFilter(lambda record: f" {PREFIX}" not in record.getMessage())
        for number in (signal.SIGTERM, signal.SIGINT):  # the application may have set its own
            signal.signal(number, lambda number, frame: self.started or os._exit(0))  # uvicorn calls it when it is done

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            asyncio.run_coroutine_threadsafe(self.surface.hand_over(), self.surface.loop)
            self.loop = asyncio.get_running_loop()
            threading.Thread(target=self.supervisor.attend, args=[self, self.loop], daemon=True).start()

    async def open(self, listener: socket.socket) -> None:
        """Accepts there, too, as uvicorn does where it starts."""
        kind: Any = self.config.http_protocol_class
        state = {"server_state": self.server_state, "app_state": self.lifespan.state}
        protocol = partial(kind, config=self.config, **state)
        self.servers.append(await self.loop.create_server(protocol, sock=listener, ssl=self.surface.context))

    def handle_exit(self, sig: int, frame: Any) -> None:
        signal.signal(signal.SIGALRM, lambda number, frame: os._exit(0))
        signal.alarm(2 * GRACE)  # what still runs then is left alone
        if sig == signal.SIGINT:  # a successor accepts on this socket: what was accepted has time to say what it wants
            self.loop.call_soon_threadsafe(self.retire)
        else:
            super().handle_exit(sig, frame)

    def retire(self) -> None:
        for listener in [one for server in self.servers for one in server.sockets]:
            self.loop.remove_reader(listener)
        self.loop.call_later(HANDSHAKE, super().handle_exit, signal.SIGTERM, None)


async def _read(receive: Any) -> bytes:
    """Too long a body is read to its end, too, and not kept: a client that still sends would not see an answer."""
    body, end = bytearray(), time.monotonic() + PATIENCE
    message: Any = {"more_body": True}
    while message.get("more_body"):
        try:
            message = await asyncio.wait_for(receive(), end - time.monotonic())
        except asyncio.TimeoutError:
            raise Refusal("provision/timeout", "the body did not arrive in time", 408) from None
        if len(body) <= LARGEST_BODY:
            body += message.get("body", b"")
    demand(len(body) <= LARGEST_BODY, "provision/oversized", "a body has at most 4 MiB", 413)
    return bytes(body)


async def _send(send: Any, status: int, kind: str, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    described = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": described})
    await send({"type": "http.response.body", "body": body})
