"""Tracebacks that name file, line and function of the application, and do not print its code: the log is the operator's."""

import linecache
import resource
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from .report import log


def keep_source_private(module: Path, hardware: int) -> None:
    """From now on no traceback prints a line of a file below `module`. `inspect.getsource` goes on working."""
    prefix = f"{module}/"
    getline, initialise = linecache.getline, traceback.TracebackException.__init__
    explained = False

    def getline_of_others(filename: str, lineno: int, module_globals: dict[str, Any] | None = None) -> str:
        return "" if filename.startswith(prefix) else getline(filename, lineno, module_globals)

    def initialise_without_text(self: Any, exc_type: type[BaseException], *rest: Any, **named: Any) -> None:
        nonlocal explained
        initialise(self, exc_type, *rest, **named)
        # A SyntaxError carries the line itself.
        if str(getattr(self, "filename", "")).startswith(prefix):
            self.text = None
        if isinstance(exc_type, type) and issubclass(exc_type, MemoryError) and not explained:
            explained = True
            log(f"out of memory: the enclave has {hardware:,} bytes, of them {_data_limit()} for data")

    linecache.getline = getline_of_others
    traceback.TracebackException.__init__ = initialise_without_text  # type: ignore[assignment]
    # The interpreter's own hooks read the files themselves before Python 3.13.
    sys.excepthook = lambda kind, error, trace: traceback.print_exception(kind, error, trace)
    threading.excepthook = lambda args: print_unhandled(f"in {args.thread and args.thread.name}", args.exc_value)
    sys.unraisablehook = lambda args: print_unhandled(args.err_msg or f"in {args.object!r}", args.exc_value)


def print_unhandled(where: str, error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        log(f"exception ignored {where}")
        traceback.print_exception(error)


def _data_limit() -> str:
    limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
    return "all" if limit == resource.RLIM_INFINITY else f"{limit:,}"
