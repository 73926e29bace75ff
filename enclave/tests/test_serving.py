"""From the first second to SIGTERM, on one socket."""

import inspect
import json
import signal
import socket
import threading
import time
from collections.abc import Callable

import pytest
from applications import ASGI, FLASK
from enclave import ANYBODY, Enclave
from websockets.sync.client import connect

Make = Callable[..., Enclave]
SLOW_IMPORT = {
    "app.py": """
import asyncio, signal, sqlite3, threading, time
assert threading.current_thread() is threading.main_thread()
asyncio.run(asyncio.sleep(0))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
end = time.monotonic() + 0.7
while time.monotonic() < end:
    pass
time.sleep(0.3)

def app(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]
"""
}


def test_the_hand_over_drops_no_connection(enclave: Make) -> None:
    one = enclave(SLOW_IMPORT).start()
    answers: list[tuple[int, str, float]] = []
    failures: list[BaseException] = []
    over = threading.Event()

    def hammer() -> None:
        while not over.is_set():
            begin = time.monotonic()
            try:
                status, headers, _ = one.get("/")
                answers.append((status, headers.get("mse-status", ""), time.monotonic() - begin))
            except BaseException as error:
                failures.append(error)

    clients = [threading.Thread(target=hammer) for _ in range(4)]
    for client in clients:
        client.start()
    one.provision().until_state("running")
    time.sleep(1.5)
    over.set()
    for client in clients:
        client.join()
    assert not failures
    assert {(status, word) for status, word, _ in answers} <= {(503, "Waiting"), (503, "Starting"), (200, "")}
    assert {200, 503} <= {status for status, _, _ in answers}
    assert max(seconds for _, _, seconds in answers) < 2


def test_a_connection_opened_before_the_application_runs_is_answered_by_it(enclave: Make) -> None:
    one = enclave(FLASK).start()
    silent = ANYBODY.wrap_socket(socket.create_connection(("127.0.0.1", one.port)))
    late = socket.create_connection(("127.0.0.1", one.port))
    one.until(lambda: one.state() == "waiting")
    one.provision().until_state("running")
    silent.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert silent.recv(100).startswith(b"HTTP/1.1 200")
    tls = ANYBODY.wrap_socket(late)
    tls.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert tls.recv(100).startswith(b"HTTP/1.1 200")


def test_until_the_application_runs_everything_else_is_503(enclave: Make) -> None:
    one = enclave(FLASK).start()
    for method, path in (("GET", "/"), ("POST", "/echo"), ("GET", "/.well-known/other"), ("GET", "//x?y=z")):
        status, headers, text = one.request(method, path, b"x" if method == "POST" else None)
        assert (status, headers["mse-status"], headers["connection"]) == (503, "Waiting", "close")
        assert text.count(b"\n") == 1


@pytest.mark.parametrize("running", [False, True])
def test_the_surface_is_the_launchers_at_all_times(enclave: Make, running: bool) -> None:
    one = enclave(FLASK).start()
    if running:
        one.provision().until_state("running")
    for method, path, status, code in (
        ("GET", "nothing", 404, "http/not-found"),
        ("GET", "", 404, "http/not-found"),
        ("GET", "fresh/00", 404, "http/not-found"),
        ("GET", "%73tatus/", 404, "http/not-found"),
        ("GET", "provision", 405, "http/method"),
        ("DELETE", "status", 405, "http/method"),
    ):
        answer = one.request(method, f"/.well-known/mse/{path}")
        assert (answer[0], json.loads(answer[2])["error"]["code"]) == (status, code), path
    assert one.get("/.well-known/mse")[0] == 404
    assert json.loads(one.get("/.well-known/mse/%73tatus")[2])["schema"] == "mse-status/1"


def test_a_wsgi_application_serves_bodies_of_any_size(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    one.until_state("running")
    assert one.get("/")[2] == b"hello"
    large = b"0123456789" * 1_000_000
    assert one.request("POST", "/echo", large)[2] == large


def test_an_asgi_application_streams_has_websockets_and_a_lifespan(enclave: Make) -> None:
    one = enclave(ASGI).start().provision()
    one.until_state("running")
    assert one.get("/")[2] == b"one two lifespan.startup "
    tls = {"ssl_context" if "ssl_context" in inspect.signature(connect).parameters else "ssl": ANYBODY}
    with connect(f"wss://127.0.0.1:{one.port}/ws", **tls) as websocket:
        websocket.send("hello")
        assert websocket.recv() == "HELLO"
    with pytest.raises(Exception, match="403"), connect(f"wss://127.0.0.1:{one.port}/.well-known/mse/ws", **tls):
        pass
    assert one.stop() == 0
    assert (one.root / "root/shutdown").read_text() == "clean"


def test_a_fastapi_application_runs(enclave: Make) -> None:
    code = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef hello():\n    return 'hello'\n"
    one = enclave({"app.py": code}).start().provision()
    one.until_state("running")
    assert one.get("/")[2] == b'"hello"'


def test_a_django_application_runs(enclave: Make) -> None:
    settings = "SECRET_KEY = 'x'\nROOT_URLCONF = 'site_.urls'\nALLOWED_HOSTS = ['*']\n"
    urls = """
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
"""
    wsgi = """
import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")
application = get_wsgi_application()
"""
    code = {"site_/__init__.py": "", "site_/settings.py": settings, "site_/urls.py": urls, "site_/wsgi.py": wsgi}
    one = enclave(code, "site_.wsgi:application").start().provision()
    one.until_state("running")
    assert one.get("/")[2] == b"hello"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("state", ["waiting", "importing", "running", "failed"])
def test_a_signal_ends_it_with_0_in_every_state(enclave: Make, state: str, number: int) -> None:
    code = {"importing": {"app.py": "import time\ntime.sleep(60)\n"}, "failed": {"app.py": "1 / 0\n"}}.get(state, FLASK)
    one = enclave(code).start()
    if state != "waiting":
        one.provision().until_state("starting" if state == "importing" else state)
    begin = time.monotonic()
    assert one.stop(number) == 0
    assert time.monotonic() - begin < 4
    assert "Traceback" not in one.text() or state == "failed"


def test_a_signal_during_the_import_is_not_lost(enclave: Make) -> None:
    code = """
import os, signal
print("importing")
class Swallows:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000): pass
try:
    Swallows()
except BaseException:
    pass
import time
time.sleep(60)
"""
    one = enclave({"app.py": code}).start().provision()
    assert one.process and one.process.wait(5) == 0
    assert "importing" in one.text()


def test_a_request_that_never_ends_does_not_outlive_the_grace(enclave: Make) -> None:
    code = "import time\ndef app(environ, start_response):\n    time.sleep(60)\n"
    one = enclave({"app.py": code}).start(grace=1).provision()
    one.until_state("running")
    connection = one.connect()
    connection.request("GET", "/")
    time.sleep(0.2)
    begin = time.monotonic()
    assert one.stop() == 0
    assert time.monotonic() - begin < 4


def test_an_answer_that_is_under_way_is_finished(enclave: Make) -> None:
    code = """
import time
def app(environ, start_response):
    start_response("200 OK", [])
    yield b"begin"
    time.sleep(1)
    yield b"end"
"""
    one = enclave({"app.py": code}).start().provision()
    one.until_state("running")
    connection = one.connect()
    connection.request("GET", "/", headers={"connection": "close"})
    answer = connection.getresponse()
    assert one.process
    one.process.terminate()
    assert answer.read() == b"beginend"
    assert one.process.wait(10) == 0


def test_a_generator_that_still_waits_is_closed_at_the_end(enclave: Make) -> None:
    code = """
import os

async def connection():
    try:
        yield "open"
    finally:
        print("connection closed")

waiting = connection()

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        raise NotImplementedError
    await anext(waiting)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"held"})
"""
    one = enclave({"app.py": code}).start().provision()
    one.until_state("running")
    assert one.get("/")[2] == b"held"
    assert one.stop() == 0
    assert "connection closed" in one.text()


def test_the_access_log_has_no_query(enclave: Make) -> None:
    code = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [environ["QUERY_STRING"].encode()]
"""
    one = enclave({"app.py": code}).start().provision()
    one.until_state("running")
    assert one.get("/health?token=secret")[2] == b"token=secret"
    one.until(lambda: '"GET /health HTTP/1.1" 200' in one.text())
    assert "secret" not in one.text()


def test_the_log_of_websockets_has_no_query(enclave: Make) -> None:
    one = enclave(ASGI).start().provision()
    one.until_state("running")
    tls = {"ssl_context" if "ssl_context" in inspect.signature(connect).parameters else "ssl": ANYBODY}
    with connect(f"wss://127.0.0.1:{one.port}/ws?token=secret", **tls) as websocket:
        websocket.send("hello")
        assert websocket.recv() == "HELLO"
    assert '"WebSocket /ws" [accepted]' in one.text()
    assert "secret" not in one.text()


def test_the_access_log_is_the_applications(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    one.until_state("running")
    one.get("/.well-known/mse/status")
    one.get("/other/.well-known/mse/status")
    one.get("/%20/.well-known/mse/status?%20/.well-known/mse/")
    one.until(lambda: one.text().count(" 404") == 2)
    assert '"GET /.well-known/mse/' not in one.text()
