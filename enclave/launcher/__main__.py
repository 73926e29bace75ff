"""What runs inside the enclave: the life of an application in one screen."""

import asyncio
import os
import signal
import sys
import threading
import time

from mse_launcher.launch import Paths, listen, parse_launch
from mse_launcher.report import Refusal, log


def live(paths: Paths) -> None:
    """Launch, attest, provision, serve. A signal ends it."""
    for number in (signal.SIGTERM, signal.SIGINT):  # until the application runs there is nothing to shut down
        signal.signal(number, lambda number, frame: os._exit(0))
    threading.stack_size(4 << 20)  # Python 3.13 counts recursion in C, and needs 1.75 MiB to stop it in time
    launch = parse_launch(os.environ.pop("MSE_LAUNCH", ""))
    listener = listen(launch["address"], launch["port"])

    sys.path.append(str(paths.package / "site-packages"))
    from mse_launcher import identity, package, provision, quote, serve, surface

    measured = package.parse_index((paths.package / "index.json").read_bytes())
    configuration = measured.configuration

    quoting = quote.Quoting(paths.attestation)
    revived = provision.revive(paths, quoting) if configuration["restart"] == "sealed" else None
    me = revived[0] if revived else identity.create_identity(quoting, configuration["name"], launch, time.time())
    context = identity.tls_context(me, paths.tmp)

    provision.uninstall(paths)
    front = surface.Surface(quoting, provision.Provisioner(measured, paths, me))
    waiting = serve.WaitingServer(front, listener.dup(), context)
    log(f"{front.state} on {launch['address']} port {launch['port']}")

    # While there is nothing else to do.
    import uvicorn.protocols.websockets.auto  # noqa: F401
    from mse_launcher import application, guard, privacy

    if revived:
        provision.install(measured, paths, revived[1])
    else:
        front.accepted.get()
    front.state = "starting"
    guard.install_guard(paths.key, paths.attestation)
    privacy.keep_source_private(paths.module, configuration["hardware"])
    application.enter(configuration, paths)
    try:
        app = application.load(configuration["python_application"], configuration["threads"])
        asyncio.run(serve.ApplicationServer(app, waiting, context).serve([listener]))
    except (Exception, SystemExit) as error:
        if front.state == "running":
            raise
        application.explain(error, paths)
    if front.state == "starting":
        front.state = "failed"
        log("the application did not start")
        signal.pause()


def main(paths: Paths) -> None:
    try:
        live(paths)
    except (Refusal, OSError) as error:
        log(str(error))
        sys.exit(2)


if __name__ == "__main__":
    main(Paths())
