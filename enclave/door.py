"""Outside the enclave: a listening socket goes from one supervisor to the next; its port is never without a listener.

hold FOLDER FROM ADDRESS PORT OTHER MEANWHILE COMMAND…: takes the listener of the launch in folder FROM, or makes one if
that is empty; makes another on address OTHER if port MEANWHILE is not 0; becomes COMMAND, which has them on descriptors
4 and 5.
succeed FOLDER COMMAND…: takes the listener of the supervisor that runs there, which then ends; becomes COMMAND.
give: sends descriptor 4 over the connection on descriptor 3.
hand: sends descriptors 2 to 6 to a container (loader.py), over the socket `hand` in the working folder.
"""

import json
import os
import socket
import sys
from collections.abc import Callable

PUBLIC, MEANWHILE = 4, 5


def hold(folder: str, source: str, address: str, port: str, other: str, meanwhile: str, *command: str) -> None:
    try:
        place(take(source, b"door") if source else listen(address, int(port)), PUBLIC)
        if int(meanwhile):
            place(listen(other, int(meanwhile)), MEANWHILE)
    except OSError as error:
        code = "launch/port-kept" if source else "launch/port-taken"
        fail(folder, code, f"there is no listening on {address} port {port}: {error.strerror}")
    os.execvp(command[0], command)


def succeed(folder: str, *command: str) -> None:
    try:
        place(take(folder, b"succeed"), PUBLIC)
    except OSError as error:
        fail(folder, "launch/port-kept", f"the enclave that runs does not make room: {error.strerror}")
    os.execvp(command[0], command)


def fail(folder: str, code: str, message: str) -> None:
    failure = {"code": code, "message": message, "next": "mse list, or choose another: --port NUMBER"}
    with open(os.path.join(folder, "report.json"), "w", encoding="utf-8") as report:
        json.dump({"phase": "failed", "failure": failure}, report)
    sys.exit(1)


def listen(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(2048)
    return listener


def take(folder: str, word: bytes) -> socket.socket:
    """A path of a Unix socket has at most 107 bytes; from its folder it is short."""
    os.chdir(folder)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(5)
    connection.connect("control")
    connection.sendall(word + b"\n")
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
    if not descriptors:
        raise OSError(0, "its holder gives none")
    return socket.socket(fileno=descriptors[0])


def place(listener: socket.socket, number: int) -> None:
    os.dup2(listener.detach(), number)
    os.set_inheritable(number, True)  # dup2 leaves a descriptor as it is that has this number already


def give() -> None:
    socket.send_fds(socket.socket(fileno=3), [b"."], [PUBLIC])


def hand() -> None:
    listener = socket.socket(socket.AF_UNIX)
    if os.path.exists("hand"):
        os.unlink("hand")
    listener.bind("hand")
    listener.listen(1)
    print("listening", flush=True)
    listener.settimeout(10)
    socket.send_fds(listener.accept()[0], [b"."], [2, 3, PUBLIC, MEANWHILE, 6])
    os.unlink("hand")


if __name__ == "__main__":
    commands: dict[str, Callable[..., None]] = {"hold": hold, "succeed": succeed, "give": give, "hand": hand}
    commands[sys.argv[1]](*sys.argv[2:])
