"""What runs inside the enclave: the life of an application in one screen."""

import os
import signal
import socket
import sys
import threading
from pathlib import Path

from mse_launcher.launch import Refusal, demand, log, parse_launch, read


def live(root: Path) -> None:
    """Launch, attest, provision, serve. A signal ends it. `root` is / but in tests."""
    for number in (signal.SIGTERM, signal.SIGINT):  # until the application runs there is nothing to shut down
        signal.signal(number, lambda number, frame: os._exit(0))
    threading.stack_size(8 << 20)  # numpy, and from 3.12 on deep recursion in C, overrun less
    launch = parse_launch(os.environ.pop("MSE_LAUNCH", ""))
    try:  # what a supervisor has passed; before anything is opened that could have one of these numbers
        listener, second, supervisor = (socket.socket(fileno=number) for number in (4, 5, 6))
    except OSError:
        family = socket.AF_INET6 if ":" in launch["address"] else socket.AF_INET
        listener = socket.create_server((launch["address"], launch["port"]), family=family, backlog=2048)
        second, supervisor = socket.socketpair()  # that say nothing
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # which what it accepts inherits
    index = read((root / "opt/mse/index.json").read_bytes(), ".*")  # measured as this code is, and believed like it
    configuration, python = index["configuration"], "{}.{}".format(*sys.version_info)
    demand((index["schema"], index["python"]) == ("mse-index/1", python), "package/index", f"not for Python {python}")
    sys.path.append(str(root / "opt/mse/site-packages"))
    from mse_launcher import identity, provision, serve

    quoting = identity.Quoting(root / "dev/attestation")
    revived = provision.revive(root, quoting) if configuration["restart"] == "sealed" else None
    me = revived or identity.create_identity(quoting, configuration["name"], launch)
    if launch["not_after"] > int(me.ends):
        me.successor = identity.create_identity(quoting, configuration["name"], launch)
    provision.clear(root, me.storage_key)
    surface = serve.Surface(me, quoting, index, root, listener)
    log(f"{surface.state} on {launch['address']} port {launch['port']}")
    from mse_launcher import application  # while there is nothing else to do

    if revived:
        provision.install(index, root, revived)
    else:
        surface.accepted.wait()
    surface.state = "starting"
    application.install_guard(root / "key", root / "dev/attestation")
    application.keep_source_private(root / "mse-app", configuration["hardware"])
    application.enter(configuration, root)
    loaded = application.load(configuration["python_application"], configuration["threads"], root / "mse-app")
    surface.answer_with(loaded, second, supervisor)


if __name__ == "__main__":
    try:
        live(Path("/"))
    except (Refusal, OSError) as error:
        log(str(error))
        sys.exit(2)
