"""A launcher as a real process, with its folders below a temporary root and a quoting enclave on descriptor 3."""

import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sealing import canonical, encrypt, envelope, fingerprint

DRIVER = Path(__file__).with_name("driver.py")
OID = "2.999.109.115.101.1"
PROVISION = "/.well-known/mse/provision"


ANYBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ANYBODY.check_hostname = False
ANYBODY.verify_mode = ssl.CERT_NONE


class Enclave:
    def __init__(self, root: Path, code: dict[str, bytes | str], application: str = "app:app", **configuration: Any):
        self.root = root
        self.owner = Ed25519PrivateKey.generate()
        self.code_key = X25519PrivateKey.generate()
        for folder in ("opt/mse", "root", "key", "mse-app", "tmp"):
            (root / folder).mkdir(parents=True)
        (root / "opt/mse/site-packages").symlink_to(sysconfig.get_paths()["purelib"])
        self.configuration = configuration
        self.write_package(code, application)
        self.port = free_port()
        self.not_after = int(time.time()) + 3600
        self.log = root / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.refuse_quotes = False

    def write_package(self, code: dict[str, bytes | str], application: str) -> None:
        recipient = self.code_key.public_key().public_bytes_raw()
        files = []
        for name, content in code.items():
            plain = content.encode() if isinstance(content, str) else content
            clear = name == "requirements.txt"
            path = f"code/{name}" if clear else f"code/{name}.age"
            data = plain if clear else encrypt(plain, recipient)
            file = self.root / "opt/mse" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            digest = hashlib.sha256(data).hexdigest()
            files.append({"path": path, "size": len(data), "mode": "0644", "sha256": digest})
        configuration = {
            "name": "hello",
            "python_application": application,
            "healthcheck_endpoint": "/health",
            "argv": ["-I", "-S", "-B", "/opt/mse/launcher"],
            "environment": {},
            "hardware": 1 << 30,
            "storage": 1 << 30,
            "threads": 4,
            "restart": "sealed",
            "logs": "operator",
            "log_key": None,
            "tls": "enclave",
            "client_ca": None,
            "proxy": "none",
        }
        index = {
            "schema": "mse-index/1",
            "configuration": {**configuration, **self.configuration},
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "base": None,
            "owner": self.owner.public_key().public_bytes_raw().hex(),
            "files": sorted(files, key=lambda file: file["path"].encode()),
        }
        self.index = canonical(index)
        (self.root / "opt/mse/index.json").write_bytes(self.index)

    @property
    def fingerprint(self) -> bytes:
        return fingerprint(self.index)

    def launch(self, **changes: Any) -> dict[str, Any]:
        value = {
            "schema": "mse-launch/1",
            "address": "127.0.0.1",
            "port": self.port,
            "instance": os.urandom(16).hex(),
            "names": ["localhost", "127.0.0.1"],
            "not_after": self.not_after,
        }
        return {**value, **changes}

    def start(
        self,
        patience: float = 30,
        grace: int = 5,
        raw_launch: str | None = None,
        wait: bool = True,
        before: str = "",
        passed: dict[int, int] | None = None,
    ) -> "Enclave":
        """`before`: Python run in the process before the launcher; `passed`: more descriptors, by their numbers."""
        ours, theirs = socket.socketpair()
        threading.Thread(target=self.quote, args=(ours,), daemon=True).start()
        launch = canonical(self.launch()).decode() if raw_launch is None else raw_launch
        command = [sys.executable, "-I", "-S", "-B", str(DRIVER), str(self.root), str(patience), str(grace), before]
        environment = {"MSE_LAUNCH": launch, "HOME": "/root", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}

        def on_three() -> None:
            moved = {number: os.dup(one) for number, one in (passed or {}).items()}
            os.dup2(theirs.fileno(), 3, inheritable=True)
            for number, one in moved.items():
                os.dup2(one, number, inheritable=True)

        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, preexec_fn=on_three, close_fds=False, cwd="/"
            )
        theirs.close()
        if wait:
            self.until(lambda: self.get("/.well-known/mse/status")[0] == 200)
        return self

    def quote(self, channel: socket.socket) -> None:
        while report_data := channel.recv(64, socket.MSG_WAITALL):
            if self.refuse_quotes:
                channel.sendall(bytes(4))
                continue
            quote = bytearray(600)
            quote[112:144] = self.fingerprint
            quote[368:432] = report_data
            channel.sendall(len(quote).to_bytes(4, "little") + quote)

    # -- talking to it

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=ANYBODY, timeout=20)

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], bytes]:
        connection = self.connect()
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        return self.request("GET", path)

    def state(self) -> str:
        return str(json.loads(self.get("/.well-known/mse/status")[2])["state"])

    def until(self, true: Any, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if true():
                    return
            except (OSError, http.client.HTTPException):
                pass
            if self.process and self.process.poll() is not None:
                raise AssertionError(f"the launcher ended: {self.log.read_text()}")
            time.sleep(0.01)
        raise AssertionError(f"not within {seconds} s: {self.log.read_text()}")

    def until_state(self, state: str) -> None:
        self.until(lambda: self.state() == state)

    def certificate(self) -> x509.Certificate:
        evidence = json.loads(self.get("/.well-known/mse/evidence")[2])
        assert evidence["schema"] == "mse-evidence/1"
        return x509.load_pem_x509_certificate(evidence["certificate"].encode())

    def report_data(self) -> bytes:
        extension = self.certificate().extensions.get_extension_for_oid(x509.ObjectIdentifier(OID))
        return extension.value.value[368:432]

    def payload(self, **changes: Any) -> dict[str, Any]:
        value = {
            "schema": "mse-bundle/1",
            "fingerprint": self.fingerprint.hex(),
            "report_data": self.report_data().hex(),
            "issued": int(time.time()),
            "expires": int(time.time()) + 3600,
            "code_key": base64.b64encode(self.code_key.private_bytes_raw()).decode(),
            "sealed_secrets": None,
            "secrets": None,
            "tls": None,
        }
        secrets = changes.get("secrets")
        digest = None if secrets is None else hashlib.sha256(base64.b64decode(secrets)).hexdigest()
        return {**value, "secrets_sha256": digest, **changes}

    def seal(self, payload: bytes, key: Ed25519PrivateKey | None = None, **envelope_changes: Any) -> bytes:
        return encrypt(envelope(payload, key or self.owner, **envelope_changes), self.report_data()[32:])

    def bundle(self, **changes: Any) -> bytes:
        return self.seal(canonical(self.payload(**changes)))

    def post(self, bundle: bytes, secrets: bytes | None = None) -> tuple[int, str]:
        body = {"bundle": base64.b64encode(bundle).decode(), "secrets": secrets and base64.b64encode(secrets).decode()}
        return self.post_raw(json.dumps(body).encode())

    def post_raw(self, body: Any) -> tuple[int, str]:
        status, _, content = self.request("POST", PROVISION, body)
        answer = json.loads(content)
        return status, answer["error"]["code"] if "error" in answer else answer["state"]

    def provision(self, **changes: Any) -> "Enclave":
        assert self.post(self.bundle(**changes)) == (200, "configured")
        return self

    # -- its end

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(15)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def text(self) -> str:
        return self.log.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
