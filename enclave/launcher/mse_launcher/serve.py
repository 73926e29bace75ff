"""One server from the first second on: the enclave's own HTTP surface (spec/5-provision.md), then the application."""

import asyncio
import logging
import os
import re
import signal
import socket
import threading
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.lifespan.on import LifespanOn

from .identity import Identity, Quoting, tls_context
from .launch import Refusal, demand, log, write
from .provision import accept

PREFIX = "/.well-known/mse/"
LARGEST_BODY, PATIENCE, GRACE = 4 << 20, 30.0, 5  # bytes, seconds, seconds


class Surface(uvicorn.Server):
    """Knows the state (waiting, configured, starting, running; failed). Answers alone until an application does."""

    def __init__(self, identity: Identity, quoting: Quoting, index: Any, root: Path, listener: socket.socket) -> None:
        self.identity, self.quoting, self.index, self.root = identity, quoting, index, root
        self.loop, self.state = asyncio.new_event_loop(), "waiting" if identity.sealing_key else "configured"
        self.measured, self.context = index["configuration"], tls_context(identity, index, root)
        self.accepted, self.bodies, self.judging = threading.Event(), asyncio.Semaphore(16), asyncio.Lock()
        self.application, self.requests, self.ending = None, 0, self.loop.create_future()  # requests that it got
        settings: Any = {"interface": "asgi3", "lifespan": "off", "server_header": False, "forwarded_allow_ips": "*"}
        settings |= {"proxy_headers": self.measured["proxy"] == "forwarded", "timeout_graceful_shutdown": GRACE}
        super().__init__(uvicorn.Config(self.before, **settings))
        self.config.load()
        self.config.ssl = self.context
        self.context.sni_callback = lambda tls, name, first: setattr(tls, "context", self.context)  # each handshake
        logging.getLogger("uvicorn.access").addFilter(lambda record: f" {PREFIX}" not in record.getMessage())
        self.serving = self.loop.create_task(self.serve([listener]))
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)  # to import is for the main thread
        self.thread.start()

    def answer_with(self, application: Any, second: socket.socket, supervisor: socket.socket) -> None:
        """Moves the event loop, between two of its steps, to the main thread: no connection notices. Until a signal."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        for number in (signal.SIGTERM, signal.SIGINT):  # the application may have set its own
            signal.signal(number, self.handle_exit)
        self.loop.run_until_complete(self.run_application(application, second, supervisor))

    async def run_application(self, application: Any, second: socket.socket, supervisor: socket.socket) -> None:
        lifespan = LifespanOn(uvicorn.Config(application, interface="asgi3", log_config=None))
        lifespan.state = self.lifespan.state  # which uvicorn shows to every request
        if application:
            await lifespan.startup()
        if application and not lifespan.should_exit:
            self.state, self.application = "running", application
            self.attending = self.loop.create_task(self.attend(second, supervisor))
        else:
            self.state = "failed"
            log("the application did not start")
        await self.serving
        await lifespan.shutdown()
        for task in (others := asyncio.all_tasks() - {asyncio.current_task()}):
            task.cancel()  # as asyncio.run would
        await asyncio.gather(*others, return_exceptions=True)
        await self.loop.shutdown_asyncgens()

    async def attend(self, second: socket.socket, supervisor: socket.socket) -> None:
        """`o`: accept on the second listener, too; `c`: on none. Each byte is answered with the number of requests."""
        supervisor.setblocking(False)
        while word := await self.loop.sock_recv(supervisor, 1):
            if word == b"o":
                others = self.servers
                await self.startup([second])
                self.servers += others
            for listener in [one for server in self.servers for one in server.sockets if word == b"c"]:
                self.loop.remove_reader(listener)  # close() loses what is accepted and has no transport yet
            await self.loop.sock_sendall(supervisor, b"%d\n" % self.requests)

    def handle_exit(self, sig: int, frame: Any) -> None:
        if self.state != "running":
            os._exit(0)
        signal.signal(signal.SIGALRM, lambda number, frame: os._exit(0))
        signal.alarm(2 * GRACE)  # what still runs then is left alone
        self.loop.call_soon_threadsafe(self.ending.cancel)

    async def main_loop(self) -> None:
        while not self.ending.done():  # sets the date; uvicorn's own wakes up ten times a second, to see whether to end
            await asyncio.gather(self.on_tick(0), asyncio.wait([self.ending], timeout=1))

    async def before(self, logged: Any, receive: Any, send: Any) -> Any:
        scope, ours = dict(logged), f"{logged['path']}/".startswith(PREFIX)
        logged["query_string"] = b""  # what uvicorn logs from now on
        if self.application and not ours and self.admits(scope, receive):
            self.requests += 1
            return await self.application(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1000})  # which answers 403
        if ours:
            try:
                status, answer = 200, await self._answer(scope["method"], scope["path"].removeprefix(PREFIX), receive)
            except Refusal as refusal:
                status, answer = refusal.status, {"error": {"code": refusal.code, "message": refusal.message}}
            body = answer if isinstance(answer, bytes) else write(answer)
            headers = [(b"content-type", b"application/x-pem-file" if body is answer else b"application/json")]
        else:
            word = {"waiting": b"Waiting", "failed": b"Failed", "running": b"Running"}.get(self.state, b"Starting")
            status, body = (403, b"clients need a certificate\n") if self.application else (503, b"not running\n")
            headers = [(b"content-type", b"text/plain"), (b"mse-status", word), (b"connection", b"close")]
        headers += [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        return await send({"type": "http.response.body", "body": body})

    def admits(self, scope: Any, receive: Any) -> Any:
        """Where clients need a certificate: those that have shown one. The health check never needs a login."""
        is_health = scope.get("method") == "GET" and scope["path"] == self.measured["healthcheck_endpoint"]
        return is_health or not self.measured["client_ca"] or receive.__self__.transport.get_extra_info("peercert")

    async def _answer(self, method: str, path: str, receive: Any) -> Any:
        fresh = re.fullmatch("fresh/((?:[0-9a-f]{2}){16,64})", path)
        identity, waiting = self.identity, self.identity.successor
        pages: dict[str, Any] = {
            "certificates.pem": identity.certificate + (waiting.certificate if waiting else b""),
            "status": {"schema": "mse-status/1", "state": self.state},
            "evidence": {"schema": "mse-evidence/1", "certificate": identity.certificate.decode()},
            "request.pem": (waiting or identity).request,
        }
        demand(fresh or path in (*pages, "provision"), "http/not-found", "there is nothing here", 404)
        demand(method == ("POST" if path == "provision" else "GET"), "http/method", f"{method} is not for this", 405)
        if fresh:
            quote = await asyncio.to_thread(self.quoting.fresh, bytes.fromhex(fresh[1]), self.identity.report_data[:32])
            return {"schema": "mse-fresh/1", "nonce": fresh[1], "quote": quote}
        if path in pages:
            return pages[path]
        demand(not self.bodies.locked(), "provision/busy", "too many requests at once", 409)
        try:
            async with self.bodies:
                body = await asyncio.wait_for(_read(receive), PATIENCE)
                async with self.judging:
                    self.context = await asyncio.to_thread(accept, self.index, self.root, self.identity, body)
        except asyncio.TimeoutError:
            raise Refusal("provision/timeout", "the body did not arrive in time", 408) from None
        self.state = "configured" if self.state == "waiting" else self.state
        self.loop.call_soon(self.accepted.set)  # the main thread goes on once this is answered
        return {"state": self.state}


async def _read(receive: Any) -> bytes:
    """Too long a body is read to its end, too, and not kept: a client that still sends would not see an answer."""
    body, message = bytearray(), {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")[: LARGEST_BODY + 1 - len(body)]
    demand(len(body) <= LARGEST_BODY, "provision/oversized", "a body has at most 4 MiB", 413)
    return bytes(body)
