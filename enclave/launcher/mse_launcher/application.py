"""The application's own world (spec/3-launch.md), its import, and what it is: WSGI or ASGI."""

import importlib
import inspect
import os
import site
import sys
import traceback
from collections.abc import Callable
from functools import reduce
from types import TracebackType
from typing import Any

from .launch import Paths
from .package import Package
from .surface import Asgi

THREAD_CAPS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "MALLOC_ARENA_MAX")


class BadApplication(Exception):
    """`python_application` does not lead to an application; the text is for its developer."""


def enter(package: Package, paths: Paths) -> None:
    """Environment, working directory, `sys.path` and `sys.argv` as the application shall find them."""
    cap = str(min(package.threads, os.cpu_count() or 1))
    system = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    fixed = {
        "HOME": paths.home,
        "SECRETS_PATH": paths.secrets,
        "SEALED_SECRETS_PATH": paths.sealed_secrets,
        "TMP_PATH": paths.tmp,
        "TMPDIR": paths.tmp,
        "MODULE_PATH": paths.module,
    }
    os.environ.clear()
    os.environ.update({**system, **dict.fromkeys(THREAD_CAPS, cap), **package.environment})
    os.environ.update({name: str(path) for name, path in fixed.items()})
    os.chdir(paths.module)
    sys.path[0] = str(paths.module)
    site.addsitedir(str(paths.package / "site-packages"))
    site.setquit()
    site.sethelper()
    sys.argv = [package.python_application]


def load(name: str, threads: int) -> tuple[Asgi, str]:
    """Imports `module:variable`; the application as ASGI 3, and what it was."""
    module_name, colon, variable = name.partition(":")
    if not (module_name and colon and variable):
        raise BadApplication(f'python_application "{name}" is not "module:variable"')
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise BadApplication(f'python_application "{name}": there is no module "{error.name}"') from None
    try:
        application = reduce(getattr, variable.split("."), module)
    except AttributeError:
        raise BadApplication(f'python_application "{name}": module "{module_name}" has no "{variable}"') from None
    return adapt(application, threads)


def adapt(application: Any, threads: int) -> tuple[Asgi, str]:
    kind = interface(application)
    if kind == "wsgi":
        from a2wsgi import WSGIMiddleware

        return WSGIMiddleware(application, workers=threads), kind
    if kind == "asgi2":

        async def asgi3(scope: Any, receive: Any, send: Any) -> None:
            await application(scope)(receive, send)

        return asgi3, kind
    return application, kind  # type: ignore[no-any-return]


def interface(application: Any) -> str:
    """Told from how it wants to be called; `functools.wraps` is seen through."""
    target: Callable[..., Any] = application
    if not inspect.isroutine(application) and not inspect.isclass(application):
        target = getattr(application, "__call__", application)  # noqa: B004
    try:
        parameters = inspect.signature(application).parameters.values()
    except (TypeError, ValueError):
        raise BadApplication(f"{application!r} cannot be called as a WSGI or ASGI application") from None
    if inspect.iscoroutinefunction(inspect.unwrap(target)):
        return "asgi3"
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    required = sum(one.default is one.empty for one in positional)
    if required == 0 and any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return "wsgi"
    try:
        return {1: "asgi2", 2: "wsgi", 3: "asgi3"}[required]
    except KeyError:
        raise BadApplication(f"{application!r} is called neither as WSGI nor as ASGI") from None


def explain_failure(error: BaseException, paths: Paths) -> None:
    """The traceback from the application's first frame on."""
    trace: TracebackType | None = error.__traceback__
    while trace and not trace.tb_frame.f_code.co_filename.startswith(f"{paths.module}/"):
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace or error.__traceback__)
