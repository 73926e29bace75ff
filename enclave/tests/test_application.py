"""What the application finds, how it is recognised, and what is said when it does not come up."""

import functools
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from applications import EVAL
from enclave import Enclave
from mse_launcher.application import is_wsgi

Make = Callable[..., Enclave]


def ask(one: Enclave, source: str) -> str:
    return one.request("POST", "/", source.encode())[2].decode()


def test_the_application_finds_what_the_contract_says(enclave: Make) -> None:
    one = enclave(EVAL, environment={"COLOUR": "blue", "OMP_NUM_THREADS": "1", "HOME": "/nowhere"})
    one.start().provision().until_state("running")
    root = one.root
    threads = str(min(4, os.cpu_count() or 1))
    assert json.loads(ask(one, "answer = dict(os.environ)").replace("'", '"')) == {
        "HOME": f"{root}/root",
        "SECRETS_PATH": f"{root}/root/.cache/mse/secrets.json",
        "SEALED_SECRETS_PATH": f"{root}/root/.cache/mse/sealed_secrets.json",
        "TMP_PATH": f"{root}/tmp",
        "TMPDIR": f"{root}/tmp",
        "MODULE_PATH": f"{root}/mse-app",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "NUMEXPR_NUM_THREADS": threads,
        "MALLOC_ARENA_MAX": threads,
        "OMP_NUM_THREADS": "1",
        "COLOUR": "blue",
    }
    assert ask(one, "answer = os.getcwd(), sys.path[0]") == repr((f"{root}/mse-app",) * 2)
    assert ask(one, "answer = sys.path[-1]") == repr(f"{root}/opt/mse/site-packages")
    assert ask(one, "answer = exit.__class__.__name__") == "'Quitter'"
    assert ask(one, "answer = os.path.exists(os.environ['SECRETS_PATH'])") == "False"
    assert ask(one, "answer = 'launcher' in ''.join(sys.path)") == "False"


def test_modules_of_the_application_are_found_before_site_packages(enclave: Make) -> None:
    code = {"flask.py": "name = 'mine'\n", "app.py": EVAL["app.py"]}
    one = enclave(code).start().provision()
    one.until_state("running")
    assert ask(one, "import flask\nanswer = flask.name") == "'mine'"


@pytest.mark.parametrize(
    ("application", "code", "sentence"),
    [
        ("other:app", "", "No module named 'other'"),
        ("app.sub:app", "", "No module named 'app.sub'"),
        ("app:application", "", "module 'app' has no attribute 'application'"),
        ("app:app.wsgi", "def app(environ, start_response): ...\n", "'function' object has no attribute 'wsgi'"),
        ("app:app", "app = 1\n", "1 is called neither as WSGI nor as ASGI"),
        ("app:app", "def app(scope): ...\n", "is called neither as WSGI nor as ASGI"),
        ("app:app", "def app(a, b, c, d): ...\n", "is called neither as WSGI nor as ASGI"),
    ],
)
def test_an_application_that_is_not_there_is_said_in_one_sentence(
    enclave: Make, application: str, code: str, sentence: str
) -> None:
    one = enclave({"app.py": code}, application).start().provision()
    one.until_state("failed")
    assert sentence in one.text()
    assert "Traceback" not in one.text()
    assert one.get("/")[1]["mse-status"] == "Failed"
    assert one.post(one.bundle()) == (409, "provision/already")


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
        ("def f():\n    raise ValueError('mine')\nf()\n", "ValueError: mine"),
        ("import sys\nsys.exit(1)\n", "SystemExit: 1"),
    ],
)
def test_an_error_of_the_applications_own_shows_its_traceback(enclave: Make, code: str, last: str) -> None:
    one = enclave({"app.py": code}).start().provision()
    one.until_state("failed")
    assert last in one.text()
    assert f'File "{one.root}/mse-app/app.py", line' in one.text()
    assert "mse_launcher" not in one.text()


def test_a_start_up_that_fails_is_a_failure(enclave: Make) -> None:
    code = """
from contextlib import asynccontextmanager
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(app):
    raise RuntimeError("no database")
    yield

app = FastAPI(lifespan=lifespan)
"""
    one = enclave({"app.py": code}).start().provision()
    one.until_state("failed")
    assert "no database" in one.text()
    assert one.get("/")[0] == 503


async def asgi3(scope: Any, receive: Any, send: Any) -> None: ...


def asgi3_plain(scope: Any, receive: Any, send: Any) -> Any: ...


def wsgi(environ: Any, start_response: Any) -> Any: ...


def wsgi_with_more(environ: Any, start_response: Any, more: int = 1) -> Any: ...


def asgi2(scope: Any) -> Any: ...


class WsgiClass:
    def __init__(self, environ: Any, start_response: Any) -> None: ...


class Asgi2Class:
    def __init__(self, scope: Any) -> None: ...
    async def __call__(self, receive: Any, send: Any) -> None: ...


class WsgiInstance:
    def __call__(self, environ: Any, start_response: Any) -> Any: ...


class AsgiInstance:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


def wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def unnamed(*args: Any) -> Any: ...


def frameworks() -> list[tuple[Any, str]]:
    from django.core.handlers.asgi import ASGIHandler
    from django.core.handlers.wsgi import WSGIHandler
    from fastapi import FastAPI
    from flask import Flask
    from starlette.applications import Starlette

    return [
        (Flask("x"), "wsgi"),
        (Flask("x").wsgi_app, "wsgi"),
        (FastAPI(), "asgi3"),
        (Starlette(), "asgi3"),
        (WSGIHandler.__new__(WSGIHandler), "wsgi"),
        (ASGIHandler.__new__(ASGIHandler), "asgi3"),
    ]


@pytest.mark.parametrize(
    ("application", "kind"),
    [
        (asgi3, "asgi3"),
        (asgi3_plain, "asgi3"),
        (wsgi, "wsgi"),
        (wsgi_with_more, "wsgi"),
        (WsgiClass, "wsgi"),
        (WsgiInstance(), "wsgi"),
        (AsgiInstance(), "asgi3"),
        (wrapped(asgi3), "asgi3"),
        (wrapped(wsgi), "wsgi"),
        (wrapped(wrapped(asgi3)), "asgi3"),
        (unnamed, "wsgi"),
        (functools.partial(wsgi), "wsgi"),
        (functools.partial(wsgi_with_more, more=2), "wsgi"),
        (functools.partial(asgi3), "asgi3"),
        *frameworks(),
    ],
)
def test_the_interface_is_told_from_the_signature(application: Any, kind: str) -> None:
    assert is_wsgi(application) == (kind == "wsgi")


@pytest.mark.parametrize("application", [None, "x", lambda: 1, lambda a, b, c, d: 1, asgi2, Asgi2Class])
def test_what_is_no_application_is_refused(application: Any) -> None:
    with pytest.raises(TypeError, match="neither as WSGI nor as ASGI"):
        is_wsgi(application)
