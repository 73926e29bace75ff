"""One listening socket from the first second to the last, and the two servers that follow each other on it."""

import asyncio
import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from .surface import Asgi

GRACE = 5


class Stop(SystemExit):
    """SIGTERM or SIGINT, while no server handles them."""


def listen(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(2048)
    return listener


def handle_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        limit_shutdown()
        raise Stop(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def limit_shutdown() -> None:
    """Whatever still runs after twice the grace is left alone."""
    signal.signal(signal.SIGALRM, lambda number, frame: os._exit(0))
    signal.alarm(2 * GRACE)


def configure_logging() -> None:
    """Access lines to standard output without query strings, trouble to standard error."""
    access, errors = logging.getLogger("uvicorn.access"), logging.getLogger("uvicorn.error")
    for logger, stream, level in ((access, sys.stdout, logging.INFO), (errors, sys.stderr, logging.ERROR)):
        logger.addHandler(logging.StreamHandler(stream))
        logger.setLevel(level)
        logger.propagate = False
    access.addFilter(_drop_query)


def _drop_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(one.partition("?")[0] if isinstance(one, str) else one for one in record.args)
    return True


class _Config(uvicorn.Config):
    """Uvicorn's, with a TLS context that was made already."""

    def __init__(self, application: Asgi, context: ssl.SSLContext, grace: int, **chosen: Any) -> None:
        self.context = context
        super().__init__(
            application,
            interface="asgi3",
            loop="asyncio",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=grace,
            **chosen,
        )

    def load(self) -> None:
        super().load()
        self.ssl = self.context


class WaitingServer:
    """Answers, in a thread and loop of its own, until the application does; then lets what is open end."""

    def __init__(self, application: Asgi, listener: socket.socket, context: ssl.SSLContext) -> None:
        self.server = uvicorn.Server(_Config(application, context, 1, lifespan="off", ws="none", access_log=False))
        self.listener = listener
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="waiting", daemon=True)
        self.thread.start()

    def hand_over(self, done: Callable[[], None]) -> None:
        """Stops accepting, then calls `done`; connections that are open are answered before they are closed."""
        asyncio.run_coroutine_threadsafe(self._drain(done), self.loop)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(2)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.server.serve(sockets=[self.listener]))

    async def _drain(self, done: Callable[[], None]) -> None:
        for server in self.server.servers:
            server.close()
        done()
        # A connection in its TLS handshake is not counted yet; uvicorn alone would drop it before its first request.
        for elapsed in range(GRACE * 10):
            await asyncio.sleep(0.1)
            if elapsed >= 10 and not self.server.server_state.connections:
                break
        self.server.should_exit = True


class ApplicationServer(uvicorn.Server):
    """Serves the application in the main thread; `running` is called once its start-up is over and it accepts."""

    def __init__(self, application: Asgi, context: ssl.SSLContext, running: Callable[[], None]) -> None:
        super().__init__(_Config(application, context, GRACE))
        self.running = running

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.running()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        limit_shutdown()
        super().handle_exit(sig, frame)
