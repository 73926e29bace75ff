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
    """SIGTERM or SIGINT."""


def stop(number: int, frame: FrameType | None) -> None:
    limit_shutdown()
    raise Stop(0)


def limit_shutdown() -> None:
    """What still runs after twice the grace is left alone."""
    signal.signal(signal.SIGALRM, lambda number, frame: os._exit(0))
    signal.alarm(signal.alarm(0) or 2 * GRACE)


def handle_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY by the protocol
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(2048)
    return listener


def prepare() -> None:
    """Imports what the application's server needs while there is nothing else to do."""
    import uvicorn.lifespan.on
    import uvicorn.protocols.websockets.auto  # noqa: F401


def configure(application: Asgi, context: ssl.SSLContext, **chosen: Any) -> uvicorn.Config:
    fixed: dict[str, Any] = {"interface": "asgi3", "loop": "asyncio", "log_config": None, "proxy_headers": False}
    config = uvicorn.Config(application, server_header=False, **fixed, **chosen)
    config.load()
    config.ssl = context
    return config


def configure_log() -> None:
    """Requests, without query strings, to standard output; trouble to standard error."""
    access, trouble = logging.getLogger("uvicorn.access"), logging.getLogger("uvicorn.error")
    for logger, stream, level in ((access, sys.stdout, logging.INFO), (trouble, sys.stderr, logging.ERROR)):
        logger.addHandler(logging.StreamHandler(stream))
        logger.setLevel(level)
        logger.propagate = False
    access.addFilter(_drop_query)


def _drop_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(one.partition("?")[0] if isinstance(one, str) else one for one in record.args)
    return True


class WaitingServer(threading.Thread):
    """Answers, in a thread and a loop of its own, until the application's server does."""

    def __init__(self, application: Asgi, listener: socket.socket, context: ssl.SSLContext) -> None:
        super().__init__(name="waiting", daemon=True)
        settings: dict[str, Any] = {
            "lifespan": "off",
            "ws": "none",
            "access_log": False,
            "headers": [("connection", "close")],
        }
        self.server = uvicorn.Server(configure(application, context, timeout_graceful_shutdown=1, **settings))
        self.listener, self.loop = listener, asyncio.new_event_loop()
        self.start()

    def stop(self) -> None:
        self.server.should_exit = True
        self.join(2)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.server.serve(sockets=[self.listener]))

    def hand_over(self, done: Callable[[], None]) -> None:
        """Stops accepting, then calls `done`. What is open is answered: uvicorn alone would drop TLS handshakes."""

        async def drain() -> None:
            for listener in (one for server in self.server.servers for one in server.sockets):
                self.loop.remove_reader(listener)  # close() would lose what is accepted and has no transport yet
            done()
            await asyncio.sleep(1)
            for _ in range(10 * GRACE):
                if not self.server.server_state.connections:
                    break
                await asyncio.sleep(0.1)
            self.server.should_exit = True

        asyncio.run_coroutine_threadsafe(drain(), self.loop)


class _ApplicationServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, running: Callable[[], None]) -> None:
        super().__init__(config)
        self.running = running

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.running()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        limit_shutdown()
        super().handle_exit(sig, frame)


def run(application: Asgi, context: ssl.SSLContext, listener: socket.socket, running: Callable[[], None]) -> bool:
    """Serves in the main thread, and calls `running` once it does; False if the application's start-up failed."""
    handle_signals()
    configure_log()
    server = _ApplicationServer(configure(application, context, timeout_graceful_shutdown=GRACE), running)
    try:
        asyncio.run(server.serve([listener]))
    except SystemExit as error:
        if server.started or isinstance(error, Stop):
            raise
    return server.started
