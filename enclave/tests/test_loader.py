"""Process 1 of a container: what it passes on, and to whom it passes nothing on."""

import asyncio
import importlib.util
import os
import socket
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def loader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("loader", Path(__file__).parents[1] / "loader.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listening() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    return listener


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def free_port() -> int:
    with listening() as listener:
        return port_of(listener)


def test_the_first_connection_is_the_quote_channel_and_a_second_one_gets_no_quotes(loader: ModuleType) -> None:
    async def scenario() -> None:
        inside, outside = socket.socketpair()
        outside.setblocking(False)
        port = free_port()
        await loader.quote_channel(port, inside)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"question")
        loop = asyncio.get_running_loop()
        assert await loop.sock_recv(outside, 64) == b"question"
        await loop.sock_sendall(outside, b"answer")
        assert await reader.read(64) == b"answer"
        with pytest.raises(OSError, match=r"(?i)refused|connect"):
            await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_the_front_passes_bytes_on_and_accepts_what_it_is_told_to(loader: ModuleType) -> None:
    async def scenario() -> None:
        async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write((await reader.read()).upper())
            writer.close()

        port = free_port()
        launcher = await asyncio.start_server(shout, "127.0.0.1", port)
        first, second = listening(), listening()
        inside, outside = socket.socketpair()
        outside.setblocking(False)
        loop = asyncio.get_running_loop()

        async def ask(listener_port: int) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener_port)
            writer.write(b"hello")
            writer.write_eof()
            return await reader.read()

        async def say(word: bytes) -> bytes:
            await loop.sock_sendall(outside, word)
            return await loop.sock_recv(outside, 64)

        ports = port_of(first), port_of(second)
        kept = [socket.socket(fileno=os.dup(one.fileno())) for one in (first, second)]
        front = loader.Front(port, first, second, inside)
        assert await ask(ports[0]) == b"HELLO"
        assert await say(b"r") == b"1\n"
        assert await say(b"o") == b"1\n"
        assert await ask(ports[1]) == b"HELLO"
        assert await say(b"c") == b"2\n"
        with pytest.raises(asyncio.TimeoutError):  # it waits in the queue for whoever accepts next
            await asyncio.wait_for(ask(ports[0]), 0.3)
        front.close()
        launcher.close()
        for one in kept:
            one.close()

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_the_launcher_s_numbers_are_taken_before_anything_else_is_opened(loader: ModuleType) -> None:
    child = os.fork()
    if child == 0:
        try:
            os.closerange(3, 20)
            loader.reserve()
            os._exit(0 if os.open(os.devnull, os.O_RDONLY) > loader.CHANNEL else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
