"""What Python code may not do in here, said clearly (spec/3-launch.md). Native code is not stopped by it."""

import errno
import os
import re
import sys
from pathlib import Path

from .report import log

MEMORY = re.compile(r"/proc/.*/mem")
PATHS = re.compile(
    r"open|sqlite3\.connect|os\.(ch|link|listdir|mkdir|remove|rename|rmdir|scandir|symlink|trunc|utime).*"
)
PROCESSES = re.compile(r"subprocess\.Popen|pty\.spawn|os\.(exec|fork|forkpty|posix_spawn|spawn|system)")
ONE_PROCESS = (
    "an enclave is one process: fork, subprocess and multiprocessing are not available; "
    "threads and asyncio are (LIMITATIONS.md, no-fork)"
)


def install_guard(*folders: Path) -> None:
    """Refuses from now on to open what is below `folders` or a process's memory, and to start a process.

    A path relative to the descriptor of a folder is seen as relative to the working directory.
    """
    refused = tuple(f"{os.path.realpath(folder)}/" for folder in folders)
    kinds: dict[str, str] = {}
    explained = False

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal explained
        kind = kinds.get(event)
        if kind is None:
            kind = kinds[event] = "path" if PATHS.fullmatch(event) else "process" if PROCESSES.fullmatch(event) else ""
        if kind == "path":
            for path in (
                os.path.realpath(os.fsdecode(one)) for one in arguments if isinstance(one, str | bytes | os.PathLike)
            ):
                if f"{path}/".startswith(refused) or MEMORY.fullmatch(path):
                    raise PermissionError(errno.EACCES, "not for the application", path)
        elif kind == "process":
            if not explained:
                explained = True
                log(ONE_PROCESS)
            raise BlockingIOError(errno.EAGAIN, ONE_PROCESS)

    sys.addaudithook(hook)
