"""The listening socket goes from one supervisor to the next, and the launcher takes what it is given."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from applications import FLASK
from enclave import Enclave

PROGRAM = str(Path(__file__).parents[1] / "door.py")
SHOW = "import socket; print([socket.socket(fileno=n).getsockname()[1] for n in {}])"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def run(*words: str, show: str = "(4,)") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-B", PROGRAM, *words, sys.executable, "-c", SHOW.format(show)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_listener_is_made_and_handed_to_the_command(tmp_path: Path) -> None:
    port, meanwhile = free_port(), free_port()
    ended = run("hold", str(tmp_path), "", "127.0.0.1", str(port), "127.0.0.1", str(meanwhile), show="(4, 5)")
    assert json.loads(ended.stdout) == [port, meanwhile]


def test_a_port_that_is_taken_is_reported_with_its_code(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("hold", str(tmp_path), "", "127.0.0.1", str(taken.getsockname()[1]), "127.0.0.1", "0")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert json.loads((tmp_path / "report.json").read_text())["failure"]["code"] == "launch/port-taken"


def test_a_listener_is_taken_from_its_holder_over_a_path_of_any_length(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    with socket.socket() as held, socket.socket(socket.AF_UNIX) as control:
        held.bind(("127.0.0.1", 0))
        held.listen()
        here = os.getcwd()
        os.chdir(folder)
        control.bind("control")
        os.chdir(here)
        control.listen()
        words = []

        def give() -> None:
            connection, _ = control.accept()
            with connection:
                words.append(connection.recv(16))
                socket.send_fds(connection, [b"."], [held.fileno()])

        thread = threading.Thread(target=give)
        thread.start()
        ended = run("succeed", str(folder))
        thread.join()
        assert words == [b"succeed\n"]
        assert json.loads(ended.stdout) == [held.getsockname()[1]]


def test_a_holder_that_is_gone_is_reported_with_its_code(tmp_path: Path) -> None:
    ended = run("hold", str(tmp_path), str(tmp_path), "127.0.0.1", "1", "127.0.0.1", "0")
    assert ended.returncode == 1
    assert json.loads((tmp_path / "report.json").read_text())["failure"]["code"] == "launch/port-kept"


@pytest.mark.parametrize("what", ["a file", "nothing"])
def test_a_launcher_that_is_passed_no_sockets_makes_its_own(enclave: Callable[..., Enclave], what: str) -> None:
    with open(os.devnull, "rb") as file:
        one = enclave(FLASK).start(passed={4: file.fileno()} if what == "a file" else {})
    one.provision().until_state("running")
    assert one.get("/")[2] == b"hello"


def test_a_launcher_accepts_on_what_it_is_passed_and_on_the_second_when_told(enclave: Callable[..., Enclave]) -> None:
    ours, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second, theirs:
        one = enclave(FLASK)
        one.port = first.getsockname()[1]
        passed = {4: first.fileno(), 5: second.fileno(), 6: theirs.fileno()}
        one.start(passed=passed).provision().until_state("running")
        assert one.get("/")[2] == b"hello"
        one.port = second.getsockname()[1]
        ours.sendall(b"o")
        assert ours.recv(16) == b"1\n"
        assert one.get("/")[2] == b"hello"
        ours.sendall(b" ")
        assert ours.recv(16) == b"2\n"
    ours.close()
