"""Who this enclave is (spec/4-evidence.md): quotes, two keys, and a certificate with a quote over both."""

import hashlib
import os
import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
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
        self.lock, self.next = Lock(), 0.0
        self.sgx = (attestation / "quote").exists()
        self.oid = "1.2.840.113741.1337.6" if self.sgx else "2.999.109.115.101.1"
        # The folder is opened before the guard stands at its path; the quoting enclave is on descriptor 3.
        self.channel = os.open(attestation, os.O_RDONLY) if self.sgx else 3

    def quote(self, report_data: bytes) -> bytes:
        opener = (lambda path, flags: os.open(path, flags, dir_fd=self.channel)) if self.sgx else None
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

    def fresh(self, nonce: bytes, key_hash: bytes) -> bytes:
        with self.lock:
            demand(time.monotonic() >= self.next, "fresh/too-many", "at most two fresh quotes a second", 429)
            self.next = time.monotonic() + 0.5
        return self.quote(hashlib.sha256(b"mse nonce v1\0" + nonce).digest() + key_hash)


@dataclass
class Identity:
    """Who this enclave is, and what its owner entrusted to it. As it is sealed, but for the sealing key."""

    tls_key: bytes  # PEM, as the certificate is
    certificate: bytes
    ends: bytes  # when the certificate does: seconds since 1970, in decimal
    request: bytes  # PEM: what an authority makes another certificate of (RFC 2986)
    measurement: bytes
    report_data: bytes
    sealing_key: Any = None  # in memory only, and gone once a bundle was accepted
    code_key: bytes = b""
    storage_key: bytes = b""  # of the encrypted folders on SGX, 16 bytes
    secrets: bytes | None = None
    sealed_secrets: bytes | None = None
    successor: Any = None  # who it is after the next bundle; in memory only
    tls: bytes | None = None  # what to show instead of the certificate: that of an authority, perhaps with its own key


def create_identity(quoting: Quoting, name: str, launch: Any) -> Identity:
    key, sealing_key = ec.generate_private_key(ec.SECP256R1()), x25519.X25519PrivateKey.generate()
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    report_data = hashlib.sha256(point).digest() + sealing_key.public_key().public_bytes_raw()
    quote = quoting.quote(report_data)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name.encode()[:64].decode(errors="ignore"))])
    names = [x509.DNSName(n) if DNS_NAME.fullmatch(n) else x509.IPAddress(ip_address(n)) for n in launch["names"]]
    san = x509.SubjectAlternativeName(names)
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).add_extension(san, critical=False)
    end = datetime.fromtimestamp(launch["not_after"], timezone.utc)
    begin = min(datetime.now(timezone.utc) - timedelta(hours=1), end)  # clocks differ; one that is over is served
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), begin, end)
    parts: list[Any] = [x509.BasicConstraints(ca=False, path_length=None), x509.KeyUsage(True, *[False] * 8)]
    parts += [x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), san]
    mark, carrier = report_data[:20], x509.UnrecognizedExtension(x509.ObjectIdentifier(quoting.oid), quote)
    parts += [x509.SubjectKeyIdentifier(mark), x509.AuthorityKeyIdentifier(mark, None, None), carrier]
    for at, part in enumerate(parts):
        builder = builder.add_extension(part, critical=at < 2)
    certificate = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    asked = request.sign(key, SHA256()).public_bytes(Encoding.PEM)
    return Identity(pem, certificate, b"%d" % launch["not_after"], asked, quote[MEASUREMENT], report_data, sealing_key)


def tls_context(identity: Identity, index: Any, root: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # TLS 1.2 or later
    context.num_tickets = 0  # a resumed session shows its client no certificate
    context.options |= ssl.OP_NO_TICKET
    if client_ca := index["configuration"]["client_ca"]:
        context.verify_mode = ssl.CERT_OPTIONAL  # whoever has none can still verify the enclave: serve.py
        context.load_verify_locations(cadata=client_ca)
    with NamedTemporaryFile(dir=root / "tmp", buffering=0) as file:  # `ssl` reads files alone; it is memory, briefly
        file.write((identity.tls or identity.certificate) + identity.tls_key)  # the first key counts
        context.load_cert_chain(file.name, password="")  # without one, somebody would be asked
    return context
