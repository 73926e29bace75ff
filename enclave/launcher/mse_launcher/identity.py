"""Who this enclave is (spec/4-evidence.md): quotes, two keys, and a certificate with a quote over both."""

import hashlib
import os
import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .launch import DNS_NAME, Refusal, demand

MEASUREMENT, REPORT_DATA = slice(112, 144), slice(368, 432)  # in a DCAP quote v3


class Quoting:
    """Quotes, one at a time, each checked to be over what was asked; `oid` is of the extension that carries them."""

    def __init__(self, attestation: Path) -> None:
        self.lock, self.given = Lock(), (0.0, 0.0)
        self.sgx = (attestation / "quote").exists()
        self.oid = "1.2.840.113741.1337.6" if self.sgx else "2.999.109.115.101.1"
        # The folder is opened before the guard stands at its path; the quoting enclave is on descriptor 3.
        self.channel = os.open(attestation, os.O_RDONLY) if self.sgx else 3
        os.set_inheritable(self.channel, False)

    def quote(self, report_data: bytes) -> bytes:
        opener = partial(os.open, dir_fd=self.channel) if self.sgx else None
        question, answer = ("user_report_data", "quote") if self.sgx else (self.channel, self.channel)
        try:
            with self.lock:
                with open(question, "wb", opener=opener, closefd=self.sgx) as file:
                    file.write(report_data)
                with open(answer, "rb", opener=opener, closefd=self.sgx) as file:
                    quote = file.read() if self.sgx else file.read(int.from_bytes(file.read(4), "little"))
        except OSError as error:
            raise Refusal("launch/quote", f"no quote: {error}", 503) from error
        demand(quote[REPORT_DATA] == report_data, "launch/quote", "no quote, or one over something else", 503)
        return quote

    def fresh(self, nonce: bytes, point: bytes) -> bytes:
        with self.lock:
            now = time.monotonic()
            demand(now - self.given[0] >= 1, "fresh/too-many", "at most two fresh quotes a second", 429)
            self.given = (self.given[1], now)
        return self.quote(hashlib.sha256(b"mse nonce v1\0" + nonce).digest() + hashlib.sha256(point).digest())


@dataclass
class Identity:
    """Who this enclave is, and what its owner entrusted to it. As it is sealed, but for the sealing key."""

    tls_key: bytes  # PEM, as the certificate is
    certificate: bytes
    point: bytes
    measurement: bytes
    report_data: bytes
    sealing_key: Any = None  # in memory only, and gone once a bundle was accepted
    code_key: bytes = b""
    storage_key: bytes = b""  # of the encrypted folders on SGX, 16 bytes
    secrets: bytes | None = None
    sealed_secrets: bytes | None = None


def create_identity(quoting: Quoting, name: str, launch: Any) -> Identity:
    key, sealing_key = ec.generate_private_key(ec.SECP256R1()), x25519.X25519PrivateKey.generate()
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    report_data = hashlib.sha256(point).digest() + sealing_key.public_key().public_bytes_raw()
    quote = quoting.quote(report_data)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name.encode()[:64].decode(errors="ignore"))])
    names = [x509.DNSName(n) if DNS_NAME.fullmatch(n) else x509.IPAddress(ip_address(n)) for n in launch["names"]]
    # Clients' clocks differ; and a certificate that is over already is served, for them to refuse.
    end = datetime.fromtimestamp(launch["not_after"], timezone.utc)
    begin = min(datetime.now(timezone.utc) - timedelta(hours=1), end)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), begin, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.KeyUsage(True, *[False] * 8), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    carrier = x509.UnrecognizedExtension(x509.ObjectIdentifier(quoting.oid), quote)
    certificate = builder.add_extension(carrier, critical=False).sign(key, SHA256()).public_bytes(Encoding.PEM)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(pem, certificate, point, quote[MEASUREMENT], report_data, sealing_key)


def tls_context(identity: Identity, tmp: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # TLS 1.2 or later
    context.num_tickets = 0  # a resumed session shows its client no certificate
    context.options |= ssl.OP_NO_TICKET
    with NamedTemporaryFile(dir=tmp) as file:  # `ssl` reads keys from files alone; this one is in memory, for a moment
        file.write(identity.tls_key + identity.certificate)
        file.flush()
        context.load_cert_chain(file.name)
    return context
