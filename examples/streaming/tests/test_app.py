import time
from urllib.request import urlopen

from websockets.sync.client import connect


def test_health(url: str) -> None:
    with urlopen(url + "/health", timeout=10) as answer:
        assert answer.read() == b'{"status":"ok"}'


def test_lines_arrive_while_the_answer_is_being_made(url: str) -> None:
    begin = time.monotonic()
    with urlopen(url + "/count?to=3&pause=0.5", timeout=10) as answer:
        assert answer.readline() == b"1\n"
        assert time.monotonic() - begin < 1
        assert answer.read() == b"2\n3\n"
    assert time.monotonic() - begin >= 1


def test_the_websocket_echoes_text_and_bytes(url: str) -> None:
    with connect(url.replace("http", "ws", 1) + "/ws") as socket:
        for message in ("hello", "grüße", b"\x00\x01", "x" * 70_000):
            socket.send(message)
            assert socket.recv(timeout=10) == message
