"""Who this enclave is: a TLS key, a sealing key, and a certificate with a quote over both (spec/4-evidence.md)."""

import hashlib
import ipaddress
import os
import ssl
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .launch import is_address
from .quote import MEASUREMENT, Quoting


@dataclass
class Identity:
    tls_key: bytes  # PEM, as the certificate is
    certificate: bytes
    point: bytes
    measurement: bytes
    report_data: bytes = b""
    sealing_key: X25519PrivateKey | None = None  # in memory only, and gone once a bundle was accepted


def create_identity(quoting: Quoting, name: str, launch: dict[str, Any], now: float) -> Identity:
    key, sealing_key = ec.generate_private_key(ec.SECP256R1()), X25519PrivateKey.generate()
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    report_data = bind_keys(point, sealing_key.public_key().public_bytes_raw())
    quote = quoting.quote(report_data)
    names, not_after = launch["names"], launch["not_after"]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    addresses = [x509.IPAddress(ipaddress.ip_address(one)) for one in names if is_address(one)]
    domains = [x509.DNSName(one) for one in names if not is_address(one)]
    # Clients' clocks differ; and a certificate that is over already is served, for them to refuse.
    begin, end = (datetime.fromtimestamp(at, timezone.utc) for at in (min(now - 3600, not_after), not_after))
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), begin, end)
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.KeyUsage(True, *[False] * 8), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([*domains, *addresses]), False),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier(quoting.oid), quote), False),
    ):
        builder = builder.add_extension(extension, critical)
    certificate = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(pem, certificate, point, quote[MEASUREMENT], report_data, sealing_key)


def bind_keys(point: bytes, sealing: bytes) -> bytes:
    """REPORTDATA of the evidence."""
    return hashlib.sha256(point).digest() + sealing


def tls_context(identity: Identity, tmp: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.num_tickets = 0  # a resumed session shows its client no certificate
    context.options |= ssl.OP_NO_TICKET
    context.set_alpn_protocols(["http/1.1"])
    file = (
        tmp / f".mse-{os.urandom(16).hex()}"
    )  # `ssl` reads keys from files alone; this one is in memory, for a moment
    try:
        file.touch(0o600, exist_ok=False)
        file.write_bytes(identity.tls_key + identity.certificate)
        context.load_cert_chain(file)
    finally:
        file.unlink(missing_ok=True)
    return context
