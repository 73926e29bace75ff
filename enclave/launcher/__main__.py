"""What runs inside the enclave: the life of an application in one screen."""

import os
import signal
import socket
import sys
import threading
from pathlib import Path

from mse_launcher.launch import Refusal, demand, inherited, log, parse_launch, read

# Anything else would be measured, and shown to clients, without being done.
SUPPORTED = {"logs": "operator", "log_key": None, "tls": "enclave", "client_ca": None, "proxy": "none"}


def live(root: Path) -> None:
    """Launch, attest, provision, serve. A signal ends it. `root` is / but in tests."""
    for number in (signal.SIGTERM, signal.SIGINT):  # until the application runs there is nothing to shut down
        signal.signal(number, lambda number, frame: os._exit(0))
    threading.stack_size(4 << 20)  # numpy, and from 3.12 on deep recursion in C, overrun 1 MiB
    launch = parse_launch(os.environ.pop("MSE_LAUNCH", ""))
    supervisor, second = inherited(6, listening=False), inherited(5, listening=True)
    listener = inherited(4, listening=True)
    if listener is None:
        family = socket.AF_INET6 if ":" in launch["address"] else socket.AF_INET
        listener = socket.create_server((launch["address"], launch["port"]), family=family, backlog=2048)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # which what it accepts inherits

    index = read((root / "opt/mse/index.json").read_bytes(), ".*")  # measured as this code is, and believed like it
    configuration, python = index["configuration"], "{}.{}".format(*sys.version_info)
    ours = {**configuration, **SUPPORTED} == configuration and index["schema"] == "mse-index/1"
    demand(ours and index["python"] == python, "package/index", f"for another launcher, or not for Python {python}")

    sys.path.append(str(root / "opt/mse/site-packages"))
    from mse_launcher import identity, provision, serve

    quoting = identity.Quoting(root / "dev/attestation")
    revived = provision.revive(root, quoting) if configuration["restart"] == "sealed" else None
    me = revived or identity.create_identity(quoting, configuration["name"], launch)
    context = identity.tls_context(me, root / "tmp")
    provision.clear(root, me.storage_key)
    surface = serve.Surface(me, quoting, context, lambda body: provision.accept(index, root, me, body), listener)
    log(f"{surface.state} on {launch['address']} port {launch['port']}")

    # While there is nothing else to do, and before modules of the application can stand in the way.
    import uvicorn.protocols.websockets.auto  # noqa: F401
    from mse_launcher import application

    if revived:
        provision.install(index, root, revived)
    else:
        surface.accepted.wait()
    surface.state = "starting"
    application.install_guard(root / "key", root / "dev/attestation")
    application.keep_source_private(root / "mse-app", configuration["hardware"])
    application.enter(configuration, root)
    loaded = application.load(configuration["python_application"], configuration["threads"], root / "mse-app")
    surface.answer_with(loaded, supervisor, second)


def main(root: Path) -> None:
    try:
        live(root)
    except (Refusal, OSError) as error:
        log(str(error))
        sys.exit(2)


if __name__ == "__main__":
    main(Path("/"))
