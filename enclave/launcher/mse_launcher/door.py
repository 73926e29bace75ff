"""Where connections come in: sockets of whoever started this, or one of its own (spec/3-launch.md)."""

import asyncio
import socket
from typing import Any

OWN, NEXT, SUPERVISOR = 4, 5, 6


class Supervisor:
    """Who started this: each byte is answered with the number of requests; `o` first opens the next door."""

    def __init__(self) -> None:
        self.own, self.next = _inherited(OWN, listening=True), _inherited(NEXT, listening=True)
        self.channel = _inherited(SUPERVISOR, listening=False)

    def attend(self, server: Any, loop: asyncio.AbstractEventLoop) -> None:
        while self.channel and (word := self.channel.recv(1)):
            if word == b"o" and self.next:
                asyncio.run_coroutine_threadsafe(server.open(self.next), loop).result()
                self.next = None
            self.channel.sendall(b"%d\n" % server.surface.requests)


def listen(launch: Any, supervisor: Supervisor) -> socket.socket:
    if supervisor.own:
        return supervisor.own
    family = socket.AF_INET6 if ":" in launch["address"] else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets TCP_NODELAY by the protocol
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((launch["address"], launch["port"]))
    listener.listen(2048)
    return listener


def _inherited(number: int, listening: bool) -> socket.socket | None:
    """Looked at before anything else is opened: numbers that nobody has passed are free then."""
    try:
        one = socket.socket(fileno=number)
    except OSError:  # nothing, or something else
        return None
    if bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) == listening:
        one.set_inheritable(False)
        return one
    one.detach()
    return None
