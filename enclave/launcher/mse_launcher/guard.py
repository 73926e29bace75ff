"""What Python code may not do in here, said clearly (spec/3-launch.md). Native code is not stopped by this."""

import errno
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .report import log

PROCESS_EVENTS = frozenset(
    "os.exec os.fork os.forkpty os.posix_spawn os.spawn os.system pty.spawn subprocess.Popen".split()
)
PATH_EVENTS = frozenset(
    "open os.chdir os.chmod os.chown os.link os.listdir os.mkdir os.remove os.rename os.rmdir os.scandir os.symlink "
    "os.truncate os.utime sqlite3.connect".split()
)
MEMORY = re.compile(r"/proc/.*/mem")
NO_PROCESSES = (
    "an enclave is one process: fork, subprocess and multiprocessing are not available; "
    "threads and asyncio are (LIMITATIONS.md, no-fork)"
)

_exempt = threading.local()


@contextmanager
def exempt() -> Iterator[None]:
    """The launcher itself, in this thread."""
    _exempt.now = True
    try:
        yield
    finally:
        _exempt.now = False


def install_guard(*folders: Path) -> None:
    """Refuses, from now on and for good, Python-level opens below `folders` or of a process's memory, and processes.

    A path relative to an open folder's descriptor is seen as relative to the working directory.
    """
    refused = tuple(os.path.realpath(folder) for folder in folders)
    explained = False

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal explained
        if event in PATH_EVENTS:
            for argument in arguments:
                if isinstance(argument, (str, bytes, os.PathLike)) and not getattr(_exempt, "now", False):
                    _check_path(argument, refused)
        elif event in PROCESS_EVENTS:
            if not explained:
                explained = True
                log(NO_PROCESSES)
            raise BlockingIOError(errno.EAGAIN, NO_PROCESSES)

    sys.addaudithook(hook)


def _check_path(argument: "str | bytes | os.PathLike[str]", refused: tuple[str, ...]) -> None:
    path = os.path.realpath(os.fsdecode(argument))
    if any(path == folder or path.startswith(folder + "/") for folder in refused) or MEMORY.fullmatch(path):
        raise PermissionError(errno.EACCES, "not for the application", path)
