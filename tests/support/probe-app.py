"""Says from inside what an application can do there, and does what an unlucky one does."""

import ctypes, json, mmap, os, pathlib

libc = ctypes.CDLL(None, use_errno=True)

def facts():
    status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
    sizes = {path: os.statvfs(path).f_blocks * os.statvfs(path).f_frsize for path in places}
    kinds = {line.split()[1]: line.split()[2] for line in open("/proc/mounts")}
    return {
        "capabilities": int(status["CapBnd"], 16) | int(status["CapEff"], 16),
        "no new privileges": status["NoNewPrivs"].strip(),
        "writable": [path for path in ("/", "/usr", "/etc", "/opt/mse", "/run/mse") if writable(path)],
        "fork": (libc.fork(), os.strerror(ctypes.get_errno())),
        "sizes": sizes,
        "kinds": {path: kinds.get(path) for path in places},
        "sgx": os.path.exists("/dev/sgx_enclave"),
    }

places = ("/root", "/key", "/mse-app", "/tmp", "/dev/shm")

def writable(path):
    try:
        pathlib.Path(path, "new").write_text("")
        return True
    except OSError:
        return False

def keep():
    pathlib.Path("/root/kept").write_text("kept")
    return "kept"

def kept():
    return pathlib.Path("/root/kept").read_text() if os.path.exists("/root/kept") else "nothing"

def fill():
    with open("/root/big", "wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
        except OSError as error:
            os.unlink("/root/big")
            return os.strerror(error.errno)

def eat():
    memory = mmap.mmap(-1, 1 << 30)
    for page in range(0, 1 << 30, 4096):
        memory[page] = 1
    return "eaten"

routes = {"/health": lambda: "ok", "/facts": lambda: json.dumps(facts()), "/keep": keep, "/kept": kept,
          "/fill": fill, "/eat": eat, "/crash": lambda: os.kill(os.getpid(), 9)}

def app(environ, start_response):
    start_response("200 OK", [])
    return [routes[environ["PATH_INFO"]]().encode()]
