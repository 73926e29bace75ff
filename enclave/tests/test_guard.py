"""What Python code may not do, and what the log does not show."""

from collections.abc import Callable

import pytest
from applications import EVAL
from enclave import Enclave

Make = Callable[..., Enclave]


def ask(one: Enclave, source: str) -> str:
    return one.request("POST", "/", source.encode())[2].decode()


@pytest.fixture
def running(enclave: Make) -> Enclave:
    one = enclave(EVAL).start().provision()
    one.until_state("running")
    ask(one, f"import pathlib, shutil, sqlite3\nroot = {str(one.root)!r}\nkey = root + '/key'")
    return one


def test_opens_of_what_is_the_launchers_are_refused(running: Enclave) -> None:
    for source in (
        "open(key + '/provisioned.json')",
        "open((key + '/provisioned.json').encode())",
        "open(pathlib.Path(key, 'provisioned.json'))",
        "os.open(key + '/provisioned.json', os.O_RDONLY)",
        "os.open(key, os.O_RDONLY)",
        "os.listdir(key)",
        "os.listdir(pathlib.Path(key))",
        "list(os.scandir(key))",
        "os.remove(key + '/provisioned.json')",
        "os.rename(key + '/provisioned.json', root + '/tmp/x')",
        "os.rename(root + '/tmp', key + '/x')",
        "os.link(key + '/provisioned.json', root + '/tmp/x')",
        "os.truncate(key + '/provisioned.json', 0)",
        "os.chdir(key)",
        "pathlib.Path(key, 'provisioned.json').read_text()",
        "shutil.copy(key + '/provisioned.json', root + '/tmp/x')",
        "sqlite3.connect(key + '/provisioned.json')",
        "sqlite3.connect(pathlib.Path(key, 'provisioned.json'))",
        "open(root + '/tmp/../key/provisioned.json')",
        "open('/proc/self/root' + key + '/provisioned.json')",
        "open(root + '/dev/attestation/quote')",
        "open('/proc/self/mem', 'rb')",
        "open(f'/proc/{os.getpid()}/mem', 'r+b')",
        "open('/proc/thread-self/mem', 'rb')",
        "os.open('/proc/self/task/../mem', os.O_RDWR)",
    ):
        assert ask(running, f"answer = {source}").startswith("PermissionError: "), source
    assert ask(
        running, "os.symlink(key, root + '/tmp/way')\nanswer = open(root + '/tmp/way/provisioned.json')"
    ).startswith("PermissionError: ")
    assert (running.root / "key/provisioned.json").exists()


def test_the_rest_of_the_file_system_is_the_applications(running: Enclave) -> None:
    assert ask(running, "open(root + '/tmp/x', 'w').close()\nanswer = os.listdir(root + '/tmp')") == "['x']"
    assert (
        ask(running, "open(root + '/keyring', 'w').close()\nanswer = open('/proc/self/status').readline()[:5]")
        == "'Name:'"
    )
    assert ask(running, "sqlite3.connect(':memory:')\nsqlite3.connect(root + '/root/db')\nanswer = 1") == "1"


def test_processes_are_refused_and_explained_once(running: Enclave) -> None:
    for source in (
        "os.fork()",
        "os.forkpty()",
        "__import__('subprocess').run(['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.system('true')",
        "os.popen('true')",
        "os.execv('/bin/true', ['true'])",
        "os.spawnv(os.P_WAIT, '/bin/true', ['true'])",
        "__import__('pty').spawn('true')",
        "__import__('multiprocessing').get_context('fork').Process(target=print).start()",
        "__import__('multiprocessing').get_context('spawn').Process(target=print).start()",
        "__import__('multiprocessing').get_context('forkserver').Process(target=print).start()",
    ):
        answer = ask(running, f"answer = {source}")
        assert answer.startswith("BlockingIOError: [Errno 11] an enclave is one process"), source
    assert running.text().count("(LIMITATIONS.md, no-fork)") == 1


def test_what_only_tries_to_start_processes_goes_on_working(running: Enclave) -> None:
    assert ask(running, "import platform\nanswer = bool(platform.platform()) and platform.uname().system") == "'Linux'"
    assert ask(running, "import ctypes.util\nctypes.util.find_library('c')\nanswer = 1") == "1"
    assert ask(running, "import uuid\nanswer = uuid.uuid1().version") == "1"


SECRET = "the_secret_line"
TRACES = {
    "app.py": f"""
import asyncio, inspect, logging, sys, threading, traceback, warnings

def fail():
    {SECRET} = 1; raise ValueError("told")

class Dying:
    def __del__(self):
        {SECRET} = 2; fail()

def app(environ, start_response):
    what = environ["PATH_INFO"][1:]
    if what == "request":
        fail()
    if what == "thread":
        thread = threading.Thread(target=fail, name="worker"); thread.start(); thread.join()
    if what == "unraisable":
        Dying()
    if what == "logging":
        try:
            fail()
        except ValueError:
            logging.exception("logged")
    if what == "printed":
        try:
            fail()
        except ValueError:
            traceback.print_exc()
    if what == "hook":
        try:
            fail()
        except ValueError:
            sys.excepthook(*sys.exc_info())
    if what == "stack":
        traceback.print_stack()
    if what == "warning":
        warnings.warn("told")
    if what == "syntax":
        import broken
    if what == "chained":
        try:
            fail()
        except ValueError as error:
            raise RuntimeError("after") from error
    if what == "memory":
        raise MemoryError
    start_response("200 OK", [])
    if what == "source":
        return [inspect.getsource(fail).encode()]
    return [b"done"]
""",
    "broken.py": f"{SECRET} = = 1\n",
}


def test_no_way_of_printing_a_traceback_prints_the_code(enclave: Make) -> None:
    one = enclave(TRACES).start().provision()
    one.until_state("running")
    told = ["request", "thread", "unraisable", "logging", "printed", "hook", "stack", "warning", "syntax", "chained"]
    for what in told:
        size = len(one.text())
        one.get(f"/{what}")
        one.until(lambda start=size: f"{one.root}/mse-app/" in one.text()[start:])
    assert SECRET not in one.text()
    assert "in fail" in one.text()
    assert SECRET.encode() in one.get("/source")[2]


def test_running_out_of_memory_is_said_once_with_numbers(enclave: Make) -> None:
    one = enclave(TRACES).start().provision()
    one.until_state("running")
    for _ in range(3):
        one.get("/memory")
    one.until(lambda: one.text().count("MemoryError") >= 3)
    assert one.text().count("out of memory: 1,073,741,824 bytes") == 1


def test_a_syntax_error_at_import_does_not_print_the_line(enclave: Make) -> None:
    one = enclave({"app.py": f"{SECRET} = = 1\n"}).start().provision()
    one.until_state("failed")
    assert "SyntaxError" in one.text()
    assert SECRET not in one.text()
