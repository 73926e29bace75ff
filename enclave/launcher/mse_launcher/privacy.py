"""Tracebacks name file, line and function of the application and do not print its code: the log is the operator's."""

import linecache
import resource
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

from .report import log


def keep_source_private(module: Path, hardware: int) -> None:
    """No traceback prints a line of a file below `module` from now on. `inspect.getsource` goes on working."""
    prefix = f"{module}/"
    getline, initialise, limit = linecache.getline, traceback.TracebackException.__init__, resource.RLIMIT_DATA
    explained = False

    def getline_of_others(filename: str, lineno: int, module_globals: dict[str, Any] | None = None) -> str:
        return "" if filename.startswith(prefix) else getline(filename, lineno, module_globals)

    def initialise_without_text(self: Any, exc_type: Any, *rest: Any, **named: Any) -> None:
        nonlocal explained
        initialise(self, exc_type, *rest, **named)
        if str(getattr(self, "filename", "")).startswith(prefix):
            self.text = None  # a SyntaxError carries the line itself
        if exc_type is MemoryError and not explained:
            explained = True
            log(f"out of memory: {hardware:,} bytes of hardware, data limited to {resource.getrlimit(limit)[0]:,}")

    linecache.getline = getline_of_others
    traceback.TracebackException.__init__ = initialise_without_text  # type: ignore[method-assign]
    # The interpreter's own hooks read the files themselves before Python 3.13.
    sys.excepthook = traceback.print_exception
    threading.excepthook = lambda args: _print(args.exc_value, f"in thread {args.thread and args.thread.name}")
    sys.unraisablehook = lambda args: _print(args.exc_value, f"{args.err_msg or 'ignored in'} {args.object!r}")


def _print(error: BaseException | None, where: str) -> None:
    if error is not None and not isinstance(error, SystemExit):
        log(f"exception {where}")
        traceback.print_exception(error)
