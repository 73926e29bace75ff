"""The application's world, what Python code may not do in it, and what its log does not show (spec/3-launch.md)."""

import _posixsubprocess
import ctypes
import errno
import functools
import importlib
import inspect
import linecache
import os
import re
import site
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from resource import RLIMIT_DATA, getrlimit
from typing import Any

from a2wsgi import WSGIMiddleware

from .launch import log

CAPPED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "MALLOC_ARENA_MAX")
PATHS = re.compile(r"open|sqlite3\.connect|os\.(?!putenv|unsetenv).*")
PROCESSES = re.compile(r"subprocess\.Popen|pty\.spawn|os\.(exec|fork|forkpty|posix_spawn|spawn|system)")
ONE_PROCESS = "an enclave is one process: no fork, subprocess or multiprocessing; but threads (LIMITATIONS.md, no-fork)"
log_once = functools.cache(log)


def enter(configuration: Any, root: Path) -> None:
    """Environment, working directory and `sys.path`, as the application shall find them."""
    fixed = {"HOME": "root", "TMP_PATH": "tmp", "TMPDIR": "tmp", "MODULE_PATH": "mse-app"}
    fixed |= {f"{name.upper()}_PATH": f"root/.cache/mse/{name}.json" for name in ("secrets", "sealed_secrets")}
    threads = str(min(configuration["threads"], os.cpu_count() or 1))
    for name in set(os.environ) - {"PATH", "LANG"}:  # what the interpreter was started with is not the application's
        del os.environ[name]
    os.environ.update({**dict.fromkeys(CAPPED, threads), **configuration["environment"]})
    os.environ.update({name: str(root / path) for name, path in fixed.items()})
    ctypes.CDLL(None).mallopt(-8, int(threads))  # M_ARENA_MAX; glibc has read its environment already
    os.chdir(root / "mse-app")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.path[0] = os.environ["MODULE_PATH"]
    site.addsitedir(str(root / "opt/mse/site-packages"))
    site.setquit()


def load(name: str, threads: int, module: Path) -> Any:
    """Imports `module:variable`, and makes it ASGI 3. None if it fails: the log has the traceback from its code on."""
    imported, _, variable = name.partition(":")
    try:
        application: Any = functools.reduce(getattr, variable.split("."), importlib.import_module(imported))
        return WSGIMiddleware(application, workers=threads) if is_wsgi(application) else application
    except (Exception, SystemExit) as error:
        trace = error.__traceback__
        while trace and not trace.tb_frame.f_code.co_filename.startswith(f"{module}/"):
            trace = trace.tb_next
        traceback.print_exception(type(error), error, trace)
    return None


def is_wsgi(application: Any) -> bool:
    """Told from how it wants to be called: with two arguments or three. `inspect` sees through functools.wraps."""
    if inspect.iscoroutinefunction(application) or inspect.iscoroutinefunction(type(application).__call__):
        return False
    for arguments in ((0, 0), (0, 0, 0)):
        with suppress(TypeError, ValueError):
            inspect.signature(application).bind(*arguments)
            return len(arguments) == 2
    raise TypeError(f"{application!r} is called neither as WSGI nor as ASGI")


def install_guard(*folders: Path) -> None:
    """Refuses to open what is below `folders`, but to provision.py, or a process's memory, and to start a process."""
    refused = tuple(f"{os.path.realpath(folder)}/" for folder in folders)

    def refuse_process(*arguments: object) -> int:
        log_once(ONE_PROCESS)
        raise BlockingIOError(errno.EAGAIN, ONE_PROCESS)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if PROCESSES.fullmatch(event):
            refuse_process()
        if PATHS.fullmatch(event) and sys._getframe(1).f_globals.get("__name__") != "mse_launcher.provision":
            for one in arguments:
                path = os.path.realpath(os.fsdecode(one)) if isinstance(one, str | bytes | os.PathLike) else ""
                if f"{path}/".startswith(refused) or re.fullmatch("/proc/.*/mem", path):
                    raise PermissionError(errno.EACCES, "not for the application", path)

    sys.addaudithook(hook)
    _posixsubprocess.fork_exec = refuse_process  # of multiprocessing, which no audit event tells


def keep_source_private(module: Path, hardware: int) -> None:
    """Tracebacks name file, line and function of what is below `module` and print no line of it. `inspect` does."""
    prefix = f"{module}/"
    getline, initialise = linecache.getline, traceback.TracebackException.__init__

    def initialise_without_text(self: Any, exc_type: Any, *rest: Any, **named: Any) -> None:
        initialise(self, exc_type, *rest, **named)
        if str(getattr(self, "filename", "")).startswith(prefix):
            self.text = None  # a SyntaxError carries the line itself
        if exc_type is MemoryError:
            log_once(f"out of memory: {hardware:,} bytes of hardware, data limited to {getrlimit(RLIMIT_DATA)[0]:,}")

    def print_elsewhere(args: Any) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            log(f"exception in {getattr(args, 'thread', None) or getattr(args, 'object', None)!r}")
            traceback.print_exception(args.exc_value)

    linecache.getline = lambda filename, *rest: "" if filename.startswith(prefix) else getline(filename, *rest)
    traceback.TracebackException.__init__ = initialise_without_text  # type: ignore[method-assign]
    # The interpreter's own hooks read the files themselves before Python 3.13.
    sys.excepthook = traceback.print_exception
    threading.excepthook = sys.unraisablehook = print_elsewhere
