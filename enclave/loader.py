"""Process 1 of a container, outside the enclave: starts the launcher when its supervisor says so, and ends with that.

Speaks lines with the supervisor over a Unix socket in a folder that both see (spec/3-launch.md, "In a container").
Nothing here is trusted: it could do no more than whoever runs the container can anyway.
"""

import asyncio
import base64
import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = Path("/run/mse")
PATIENCE = 60.0  # seconds that storage is kept for the next supervisor
QUOTES, FIRST, SECOND, CHANNEL = 3, 4, 5, 6  # descriptors of the launcher
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2  # prctl(2)
STOP_COUNTERS = ("memory.events", "memory/memory.oom_control")  # cgroup v2, v1


class Launcher:
    """The launcher, once it was started, and what stands between it and the supervisor."""

    def __init__(self, job: Any) -> None:
        self.job, self.killed = job, stopped_for_memory()
        self.process: Process | None = None
        self.front: Front | None = None
        self.quotes: asyncio.Server | None = None

    async def start(self) -> None:
        log, *descriptors = await asyncio.to_thread(receive)
        for number, descriptor in zip((QUOTES, FIRST, SECOND, CHANNEL), descriptors, strict=True):
            os.dup2(descriptor, number)
            os.close(descriptor)
        if self.job["behind"]:
            self.front = Front(self.job["behind"], *(socket.socket(fileno=os.dup(n)) for n in (FIRST, SECOND, CHANNEL)))
        if self.job["quotes"]:
            self.quotes = await quote_channel(self.job["quotes"], socket.socket(fileno=os.dup(QUOTES)))
        passed = () if self.front else (QUOTES, FIRST, SECOND, CHANNEL)
        program, *arguments = self.job["argv"]
        self.process = await asyncio.create_subprocess_exec(
            program, *arguments, env=self.job["environment"], cwd="/", pass_fds=passed, start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=self.confine,
        )  # fmt: skip
        os.close(log)
        reserve()

    def confine(self) -> None:
        for name, wanted in self.job["limits"].items():
            number = getattr(resource, f"RLIMIT_{name.upper()}")
            most = resource.getrlimit(number)[1]
            resource.setrlimit(number, (wanted, wanted) if most == -1 else (min(wanted, most),) * 2)
        if self.job["seccomp"]:
            restrict(base64.b64decode(self.job["seccomp"]))

    async def end(self) -> str:
        code = await self.process.wait() if self.process else 127
        if self.front:
            self.front.close()
        if self.quotes:
            self.quotes.close()
        memory = int(stopped_for_memory() > self.killed)
        return f"ended {code if code >= 0 else 128 - code} {memory} {int(self.stored('key/provisioned.json').exists())}"

    def stored(self, name: str) -> Path:
        return Path(self.job["stored"], name)

    def usage(self) -> str:
        used, limit, memory, cpu = 0, 0, 0, 0.0
        with suppress(OSError, AttributeError, TypeError, ValueError):
            space = os.statvfs(self.stored("root"))
            used, limit = (space.f_blocks - space.f_bfree) * space.f_frsize, space.f_blocks * space.f_frsize
            process = Path(f"/proc/{self.process.pid}")  # type: ignore[union-attr]
            status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            memory = sum(int(status.get(name, "0 kB").split()[0]) << 10 for name in ("RssAnon", "RssShmem"))
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return "usage " + json.dumps({"memory": memory, "cpu": cpu, "storage": {"used": used, "limit": limit}})


class Front:
    """Takes connections for a launcher that gets no descriptors, as in Gramine, and passes their bytes on."""

    def __init__(self, port: int, first: socket.socket, second: socket.socket, channel: socket.socket) -> None:
        self.port, self.second, self.channel, self.count = port, second, channel, 0
        self.servers: list[asyncio.Server] = []
        self.tasks = [asyncio.ensure_future(self.accept_on(first)), asyncio.ensure_future(self.attend())]

    async def accept_on(self, listener: socket.socket) -> None:
        self.servers.append(await asyncio.start_server(self.forward, sock=listener))

    async def attend(self) -> None:
        """The words that a launcher would hear on descriptor 6; connections are counted in the place of requests."""
        loop = asyncio.get_running_loop()
        self.channel.setblocking(False)
        while word := await loop.sock_recv(self.channel, 1):
            if word == b"o" and self.second.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                await self.accept_on(self.second)
            if word == b"c":
                self.stop_accepting()
            await loop.sock_sendall(self.channel, b"%d\n" % self.count)

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        with suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.port)
            await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))
        writer.close()

    def stop_accepting(self) -> None:
        while self.servers:
            self.servers.pop().close()

    def close(self) -> None:
        self.stop_accepting()
        for task in self.tasks:
            task.cancel()
        self.channel.close()
        self.second.close()


async def quote_channel(port: int, channel: socket.socket) -> asyncio.Server:
    """Takes one connection for the quote channel, and no other: what follows in the container gets no quotes."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.close()
        inner_reader, inner_writer = await asyncio.open_unix_connection(sock=channel)
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(forward, "127.0.0.1", port)
    return server


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side has ended; the other one then hears an end, too."""
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.write_eof()


def receive() -> list[int]:
    """The log, and the descriptors of one launcher."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(FOLDER / "hand"))
        return socket.recv_fds(connection, 1, 5)[1]


def restrict(program: bytes) -> None:
    """A seccomp filter for what is executed next: sock_fprog of seccomp(2)."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.prctl(SECCOMP, FILTER, ctypes.byref(Program(len(program) // 8, program)), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no seccomp filter")


def stopped_for_memory() -> int:
    """How often the kernel has ended a process of this container for its memory."""
    for name in STOP_COUNTERS:
        with suppress(OSError):
            counters = dict(line.split() for line in Path("/sys/fs/cgroup", name).read_text().splitlines())
            return int(counters.get("oom_kill", 0))
    return 0


def reserve() -> None:
    """What this process opens itself shall not have the launcher's numbers; and no end is held that others wait for."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number in (QUOTES, FIRST, SECOND, CHANNEL):
        if number != nothing:
            os.dup2(nothing, number, inheritable=False)
    if nothing > CHANNEL:
        os.close(nothing)


async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            return await asyncio.open_unix_connection(str(FOLDER / "lifeline"))
        except OSError:
            if asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.05)


async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Does what one supervisor says. Returns whether storage is to be kept for another one, now that it is gone."""
    launcher, parked, tasks = Launcher(None), False, set()

    async def run() -> None:
        nonlocal launcher
        launcher = Launcher(json.loads((FOLDER / "job.json").read_text()))
        try:
            await launcher.start()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            print(f"the launcher cannot be started: {error}", file=sys.stderr, flush=True)
        writer.write(f"{await launcher.end()}\n".encode())

    while line := (await reader.readline()).decode().strip():
        word, _, argument = line.partition(" ")
        if word == "run":
            tasks.add(asyncio.ensure_future(run()))
        elif word == "signal" and launcher.process and launcher.process.returncode is None:
            launcher.process.send_signal(int(argument))
        elif word == "usage":
            writer.write(f"{launcher.usage()}\n".encode())
        parked = word == "park"
    if launcher.process and launcher.process.returncode is None:
        launcher.process.kill()
    return parked


async def live() -> None:
    parked = True
    while parked:
        parked = await attend(*await connect())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))  # process 1 has no default
    reserve()
    with suppress(OSError):
        asyncio.run(live())
    os._exit(0)
