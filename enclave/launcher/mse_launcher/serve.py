"""One listening socket from the first second to the last, and the two servers that follow each other on it."""

import asyncio
import logging
import os
import signal
import socket
import ssl
import threading
from types import FrameType
from typing import Any

import uvicorn

from .surface import Asgi, Surface

GRACE = 5


class WaitingServer(threading.Thread):
    """Answers, in a thread and a loop of its own, until the application's server does."""

    def __init__(self, surface: Surface, listener: socket.socket, context: ssl.SSLContext) -> None:
        super().__init__(daemon=True)
        settings = {"lifespan": "off", "ws": "none", "access_log": False, "log_level": "error"}
        config = _configure(surface.no_application, surface, context, 1, headers=[("connection", "close")], **settings)
        self.server, self.surface, self.listener = uvicorn.Server(config), surface, listener
        self.loop = asyncio.new_event_loop()
        self.start()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.server.serve(sockets=[self.listener]))

    async def hand_over(self) -> None:
        """Stops accepting, and answers what is open: uvicorn alone would drop TLS handshakes and silent connections."""
        for listener in (one for server in self.server.servers for one in server.sockets):
            self.loop.remove_reader(listener)  # close() would lose what is accepted and has no transport yet
        self.surface.state = "running"
        await asyncio.sleep(1)
        for _ in range(10 * GRACE):
            if self.server.server_state.connections:
                await asyncio.sleep(0.1)
        self.server.should_exit = True


class ApplicationServer(uvicorn.Server):
    """Serves in the main thread, and takes over once the application's start-up is done and it accepts."""

    def __init__(self, application: Asgi, waiting: WaitingServer, context: ssl.SSLContext) -> None:
        super().__init__(_configure(application, waiting.surface, context, GRACE))
        self.waiting = waiting
        logging.getLogger("uvicorn.access").addFilter(_drop_query)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)  # the application may have set its own; uvicorn calls it when it is done

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            asyncio.run_coroutine_threadsafe(self.waiting.hand_over(), self.waiting.loop)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGALRM, lambda number, frame: os._exit(0))
        signal.alarm(2 * GRACE)  # what still runs then is left alone
        super().handle_exit(sig, frame)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if not self.started:
            os._exit(0)


def _configure(application: Asgi, surface: Surface, context: ssl.SSLContext, grace: int, **more: Any) -> uvicorn.Config:
    more |= {"interface": "asgi3", "loop": "asyncio", "proxy_headers": False, "server_header": False}
    config = uvicorn.Config(surface.before(application), timeout_graceful_shutdown=grace, **more)
    config.load()
    config.ssl = context
    return config


def _drop_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(one.partition("?")[0] if isinstance(one, str) else one for one in record.args)
    return True
