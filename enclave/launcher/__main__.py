"""What runs inside the enclave: the life of an application in one screen."""

import os
import signal
import sys
import threading
import time

from mse_launcher.launch import Paths, parse_launch
from mse_launcher.report import Refusal, log


def live(paths: Paths) -> None:
    """Launch, attest, provision, serve. SIGTERM ends it."""
    sys.path.append(str(paths.package / "site-packages"))
    from mse_launcher import application, identity, package, provision, quote, serve, surface
    from mse_launcher.guard import install_guard
    from mse_launcher.privacy import keep_source_private

    serve.handle_signals()
    threading.stack_size(1 << 20)
    launch = parse_launch(os.environ.pop("MSE_LAUNCH", ""))
    listener = serve.listen(launch["address"], launch["port"])
    measured = package.parse_index((paths.package / "index.json").read_bytes())

    quoting = quote.Quoting(paths.attestation)
    revived = provision.revive(paths, quoting) if measured.restart == "sealed" else None
    me = revived[0] if revived else identity.create_identity(quoting, measured.name, launch, time.time())
    context = identity.tls_context(me, paths.tmp)

    provision.uninstall(paths)
    front = surface.Surface(me, quoting, provision.Provisioner(measured, paths, me))
    waiting = serve.WaitingServer(front.before(front.no_application), listener.dup(), context)
    try:
        log(f"{front.state} on {launch['address']} port {launch['port']}")
        serve.prepare()
        if revived:
            provision.install(measured, paths, revived[1])
        else:
            front.accepted.get()

        front.state = "starting"
        install_guard(paths.key, paths.attestation)
        keep_source_private(paths.module, measured.hardware)
        application.enter(measured, paths)
        try:
            app = application.load(measured.python_application, measured.threads)
            if not serve.run(front.before(app), context, listener, lambda: waiting.hand_over(front.run)):
                raise application.BadApplication("its start-up failed")
        except (Exception, SystemExit) as error:
            if isinstance(error, serve.Stop) or front.state == "running":
                raise
            front.state = "failed"
            application.explain(error, paths)
            signal.pause()
    finally:
        waiting.stop()


def main(paths: Paths) -> None:
    try:
        live(paths)
    except Refusal as refusal:
        log(str(refusal))
        sys.exit(2)


if __name__ == "__main__":
    main(Paths())
