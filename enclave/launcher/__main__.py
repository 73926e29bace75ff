"""What runs inside the enclave: the life of an application in one screen."""

import os
import signal
import sys
import threading
import time

from mse_launcher.launch import Paths, take_launch
from mse_launcher.report import Refusal, log


def main(paths: Paths) -> None:
    sys.path.append(str(paths.package / "site-packages"))
    from mse_launcher.identity import create_identity, tls_context
    from mse_launcher.package import clear_folder, parse_index
    from mse_launcher.provision import Provisioner, install
    from mse_launcher.quote import FreshQuotes, open_quoting
    from mse_launcher.sealed import revive_state
    from mse_launcher.serve import WaitingServer, handle_signals, listen
    from mse_launcher.surface import Life, Surface

    handle_signals()
    threading.stack_size(1 << 20)

    launch = take_launch(os.environ)
    listener = listen(launch.address, launch.port)
    package = parse_index((paths.package / "index.json").read_bytes())
    quoting = open_quoting(paths.attestation)
    clear_folder(paths.module)

    revived = revive_state(paths.key, quoting) if package.restart == "sealed" else None
    identity = revived[0] if revived else create_identity(quoting, launch, package.name, time.time())
    provisioner = Provisioner(package, paths, identity)
    life = Life(identity, FreshQuotes(quoting, identity.point), provisioner)
    context = tls_context(identity, paths.tmp)
    waiting = WaitingServer(Surface(life, None), listener.dup(), context)
    log(f"{life.state} on {launch.address} port {launch.port}")
    try:
        if revived:
            install(package, paths, revived[1])
        else:
            prepare()
            provisioner.accepted.get()
        life.advance("configured")
        serve(package, paths, life, waiting, listener, context)
    finally:
        waiting.stop()


def prepare() -> None:
    """What the application's server needs, imported while there is nothing else to do."""
    import a2wsgi  # noqa: F401
    import uvicorn.lifespan.on
    import uvicorn.protocols.http.auto
    import uvicorn.protocols.websockets.auto  # noqa: F401


def serve(package, paths, life, waiting, listener, context):
    import asyncio
    from mse_launcher import application
    from mse_launcher.guard import install_guard
    from mse_launcher.privacy import keep_source_private
    from mse_launcher.serve import ApplicationServer, Stop, configure_logging, handle_signals
    from mse_launcher.surface import Surface

    install_guard(paths.key, paths.attestation)
    keep_source_private(paths.module, package.hardware)
    application.enter(package, paths)
    life.advance("starting")
    started = False

    def running() -> None:
        nonlocal started
        started = True
        waiting.hand_over(lambda: life.advance("running"))

    try:
        app, kind = application.load(package.python_application, package.threads)
        handle_signals()
        configure_logging()
        server = ApplicationServer(Surface(life, app), context, running)
        asyncio.run(server.serve(sockets=[listener]))
    except Stop:
        raise
    except application.BadApplication as error:
        log(str(error))
    except BaseException as error:
        if started:
            raise
        application.explain_failure(error, paths)
    if not started:
        life.advance("failed")
        log("the application did not start")
        while True:
            signal.pause()


def run(paths: Paths) -> None:
    try:
        main(paths)
    except Refusal as refusal:
        log(f"{refusal.code}: {refusal.message}")
        sys.exit(2)


if __name__ == "__main__":
    run(Paths())
