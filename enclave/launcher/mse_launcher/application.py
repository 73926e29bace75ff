"""The application's world (spec/3-launch.md), its import, and what it is: WSGI or ASGI."""

import ctypes
import importlib
import inspect
import os
import site
import sys
import traceback
from functools import reduce
from typing import Any

from a2wsgi import WSGIMiddleware

from .launch import Paths
from .provision import SEALED_SECRETS, SECRETS
from .report import log

CAPPED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "MALLOC_ARENA_MAX")


class BadApplication(Exception):
    """`python_application` does not lead to an application."""


def enter(configuration: dict[str, Any], paths: Paths) -> None:
    """Environment, working directory, `sys.path` and `sys.argv`, as the application shall find them."""
    fixed = {"HOME": paths.home, "TMP_PATH": paths.tmp, "TMPDIR": paths.tmp, "MODULE_PATH": paths.module}
    fixed |= {"SECRETS_PATH": paths.home / SECRETS, "SEALED_SECRETS_PATH": paths.home / SEALED_SECRETS}
    threads = str(min(configuration["threads"], os.cpu_count() or 1))
    system = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    os.environ.clear()
    os.environ.update({**system, **dict.fromkeys(CAPPED, threads), **configuration["environment"]})
    os.environ.update({name: str(path) for name, path in fixed.items()})
    ctypes.CDLL(None).mallopt(-8, int(threads))  # M_ARENA_MAX; glibc has read its environment already
    os.chdir(paths.module)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.argv = [configuration["python_application"]]
    sys.path[0] = str(paths.module)
    site.addsitedir(str(paths.package / "site-packages"))
    site.setquit()
    site.sethelper()


def load(name: str, threads: int) -> Any:
    """Imports `module:variable`, and makes it ASGI 3."""
    module_name, _, variable = name.partition(":")
    if not (module_name and variable):
        raise BadApplication(f'"{name}" is not "module:variable"')
    try:
        application: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if not f"{module_name}.".startswith(f"{error.name}."):
            raise  # of a module that the application imports
        raise BadApplication(f'there is no module "{error.name}"') from None
    try:
        application = reduce(getattr, variable.split("."), application)
    except AttributeError:
        raise BadApplication(f'module "{module_name}" has no "{variable}"') from None
    kind = interface(application)
    if kind == "wsgi":
        return WSGIMiddleware(application, workers=threads)
    if kind == "asgi2":
        return lambda scope, receive, send: application(scope)(receive, send)
    return application


def interface(application: Any) -> str:
    """Told from how it wants to be called; inspect.signature sees through functools.wraps."""
    try:
        parameters = inspect.signature(application).parameters.values()
    except (TypeError, ValueError):
        raise BadApplication(f"{application!r} cannot be called") from None
    called = [application] if inspect.isclass(application) else [application, application.__call__]
    if any(inspect.iscoroutinefunction(inspect.unwrap(one)) for one in called):
        return "asgi3"
    required = [one for one in parameters if one.kind in (0, 1) and one.default is one.empty]
    any_number = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    kind = {0: "wsgi" if any_number else None, 1: "asgi2", 2: "wsgi", 3: "asgi3"}.get(len(required))
    if kind is None:
        raise BadApplication(f"{application!r} is called neither as WSGI nor as ASGI")
    return kind


def explain(error: BaseException, paths: Paths) -> None:
    """One sentence for what is ours to say; for an error of the application's, its traceback from its own code on."""
    trace = error.__traceback__
    while trace and not trace.tb_frame.f_code.co_filename.startswith(f"{paths.module}/"):
        trace = trace.tb_next
    if isinstance(error, BadApplication):
        log(f"python_application: {error}")
    elif trace or not isinstance(error, SystemExit):
        traceback.print_exception(type(error), error, trace)
