"""Who this enclave is: a TLS key, a sealing key, and a certificate that carries a quote over both (spec/4-evidence.md)."""

import datetime
import hashlib
import ipaddress
import json
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .launch import Launch, is_address
from .quote import MEASUREMENT, Quoting


@dataclass
class Identity:
    tls_key: ec.EllipticCurvePrivateKey
    certificate: bytes
    """PEM."""
    measurement: bytes
    report_data: bytes
    sealing_key: X25519PrivateKey | None
    """In memory only; None once a bundle was accepted."""

    @property
    def point(self) -> bytes:
        return public_point(self.tls_key)

    def evidence(self) -> bytes:
        return json.dumps({"schema": "mse-evidence/1", "certificate": self.certificate.decode()}).encode()

    def key_pem(self) -> bytes:
        return self.tls_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def create_identity(quoting: Quoting, launch: Launch, name: str, now: float) -> Identity:
    tls_key = ec.generate_private_key(ec.SECP256R1())
    sealing_key = X25519PrivateKey.generate()
    report_data = bind_keys(public_point(tls_key), sealing_key.public_key().public_bytes_raw())
    quote = quoting.quote(report_data)
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(quoting.oid), quote)
    certificate = certify(tls_key, launch, name, now, extension)
    return Identity(tls_key, certificate, quote[MEASUREMENT], report_data, sealing_key)


def bind_keys(point: bytes, sealing: bytes) -> bytes:
    """REPORTDATA of the evidence."""
    return hashlib.sha256(point).digest() + sealing


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def certify(
    key: ec.EllipticCurvePrivateKey, launch: Launch, name: str, now: float, quote: x509.UnrecognizedExtension
) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    names: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(one)) if is_address(one) else x509.DNSName(one) for one in launch.names
    ]
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clients' clocks differ; a certificate that is over already is served as such and refused by them.
        .not_valid_before(_time(min(now - 3600, launch.not_after)))
        .not_valid_after(_time(launch.not_after))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(quote, critical=False)
    )
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def tls_context(identity: Identity, tmp: Path) -> ssl.SSLContext:
    """TLS that ends here. `ssl` reads keys from files alone: this one lies in the enclave's memory, for a moment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A resumed session shows its client no certificate.
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET
    context.set_alpn_protocols(["http/1.1"])
    file = tmp / f".mse-{os.urandom(16).hex()}.pem"
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(identity.key_pem() + identity.certificate)
        context.load_cert_chain(file)
    finally:
        file.unlink(missing_ok=True)
    return context


def _time(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
