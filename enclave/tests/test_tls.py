"""Certificates of the owner's own, those of clients, proxies, renewal (spec/5-provision.md)."""

import base64
import http.client
import inspect
import json
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from applications import FLASK
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from enclave import Enclave
from websockets.sync.client import connect

Make = Callable[..., Enclave]
WHO = {
    "app.py": """
from flask import Flask, request
app = Flask(__name__)

@app.get("/")
def who():
    return f"{request.remote_addr} {request.scheme}"

@app.get("/health")
def health():
    return "ok"
"""
}


class Authority:
    """A certificate authority in a few lines."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])
        self.certificate = self.issue(self.key.public_key(), self.name, ca=True)

    def issue(self, key: Any, subject: x509.Name, ca: bool = False, names: Any = None) -> x509.Certificate:
        now = datetime.now(timezone.utc)
        builder = x509.CertificateBuilder(self.name, subject, key, x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
        if not ca:
            uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, SHA256())

    def answer(self, request: bytes) -> str:
        """What an authority does: it believes the request, and signs."""
        asked = x509.load_pem_x509_csr(request)
        assert asked.is_signature_valid
        names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return text(self.issue(asked.public_key(), asked.subject, names=names), self.certificate)

    def pair(self, password: bytes | None = None) -> str:
        """A key of its own and its chain."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        shut = BestAvailableEncryption(password) if password else NoEncryption()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, shut).decode()
        return pem + text(self.issue(key.public_key(), x509.Name([]), names=names), self.certificate)


def text(*certificates: x509.Certificate) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def encoded(pem: str) -> str:
    return base64.b64encode(pem.encode()).decode()


def asked(one: Enclave) -> bytes:
    status, headers, request = one.get("/.well-known/mse/request.pem")
    assert (status, headers["content-type"]) == (200, "application/x-pem-file")
    return request


def shown(one: Enclave) -> x509.Certificate:
    return x509.load_pem_x509_certificate(ssl.get_server_certificate(("127.0.0.1", one.port)).encode())


def point(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def trusting(authority: Authority, pair: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=text(authority.certificate))
    if pair is not None:
        context.load_cert_chain(pair)
    return context


def get(one: Enclave, path: str, context: ssl.SSLContext, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPSConnection("localhost", one.port, context=context, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


# -- certificates of the owner's own


def test_a_certificate_that_was_asked_for_is_served_for_the_key_that_was_attested(enclave: Make) -> None:
    one, authority = enclave(FLASK, tls="request").start(), Authority()
    chain = authority.answer(asked(one))
    attested = one.certificate()
    one.provision(tls=encoded(chain)).until_state("running")
    assert get(one, "/", trusting(authority)) == (200, b"hello")
    assert point(shown(one)) == point(attested)
    assert one.certificate() == attested
    assert one.stop() == 0
    one.start().until_state("running")
    assert get(one, "/", trusting(authority)) == (200, b"hello")


def test_the_request_is_for_the_names_of_the_launch_and_for_no_subject(enclave: Make) -> None:
    request = x509.load_pem_x509_csr(asked(enclave(FLASK, tls="request").start()))
    names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert request.subject == x509.Name([])


def test_an_imported_key_is_served_and_is_in_no_quote(enclave: Make) -> None:
    one, authority = enclave(FLASK, tls="imported").start(), Authority()
    pair = authority.pair()
    one.provision(tls=encoded(pair)).until_state("running")
    assert get(one, "/", trusting(authority)) == (200, b"hello")
    assert point(shown(one)) != point(one.certificate())
    assert one.stop() == 0
    one.start().until_state("running")
    assert get(one, "/", trusting(authority)) == (200, b"hello")
    assert list((one.root / "tmp").iterdir()) == []


def test_whoever_connected_before_the_change_is_answered_after_it(enclave: Make) -> None:
    one, authority = enclave(FLASK, tls="request").start(), Authority()
    early = one.connect()
    early.connect()
    one.provision(tls=encoded(authority.answer(asked(one)))).until_state("running")
    early.request("GET", "/")
    assert early.getresponse().read() == b"hello"


def attacks(one: Enclave, authority: Authority) -> dict[str, tuple[str, str | None]]:
    """By the name of the attack: the mode of the application, and what the bundle has for it."""
    request = x509.load_pem_x509_csr(asked(one))
    stranger = ec.generate_private_key(ec.SECP256R1())
    chain = authority.answer(asked(one))
    pair = authority.pair()
    key, certificates = pair[: pair.index("-----BEGIN CERT")], pair[pair.index("-----BEGIN CERT") :]
    return {
        "a chain that was not asked for": ("enclave", chain),
        "an imported key where none was asked for": ("enclave", pair),
        "no chain": ("request", None),
        "an imported key in place of a chain": ("request", pair),
        "a chain for another key": ("request", text(authority.issue(stranger.public_key(), x509.Name([])))),
        "the authority's own certificate": ("request", text(authority.certificate)),
        "the chain in another order": ("request", text(authority.certificate) + chain),
        "a chain with a stranger's key": ("request", chain + key),
        "garbage": ("request", "hello"),
        "half a certificate": ("request", chain[:200]),
        "a request in place of a certificate": ("request", request.public_bytes(Encoding.PEM).decode()),
        "no key": ("imported", None),
        "a chain without a key": ("imported", chain),
        "a key without a chain": ("imported", key),
        "a key and the chain of another": ("imported", key + chain),
        "a key that a passphrase protects": ("imported", authority.pair(b"secret")),
        "half a key": ("imported", key[:60] + "\n-----END PRIVATE KEY-----\n" + certificates),
    }


@pytest.mark.parametrize("mode", ["enclave", "request", "imported"])
def test_every_certificate_that_does_not_fit_is_refused_and_changes_nothing(enclave: Make, mode: str) -> None:
    one, authority = enclave(FLASK, tls=mode).start(), Authority()
    before = shown(one)
    for name, (wanted, pem) in attacks(one, authority).items():
        if wanted != mode:
            continue
        tls = None if pem is None else encoded(pem)
        assert one.post(one.bundle(tls=tls)) == (403, "provision/certificate"), name
        assert shown(one) == before, name
        assert not list((one.root / "mse-app").iterdir()), name
        assert not list((one.root / "key").iterdir()), name
    good = {"enclave": None, "request": encoded(authority.answer(asked(one))), "imported": encoded(authority.pair())}
    one.provision(tls=good[mode]).until_state("running")


# -- certificates of clients


@pytest.fixture
def for_clients(enclave: Make, tmp_path: Path) -> tuple[Enclave, Authority, ssl.SSLContext]:
    authority = Authority()
    one = enclave(FLASK, tls="imported", client_ca=text(authority.certificate)).start()
    one.provision(tls=encoded(authority.pair())).until_state("running")
    (tmp_path / "client.pem").write_text(authority.pair())
    return one, authority, trusting(authority, tmp_path / "client.pem")


def test_a_client_with_a_certificate_gets_the_application(
    for_clients: tuple[Enclave, Authority, ssl.SSLContext],
) -> None:
    one, _, known = for_clients
    assert get(one, "/", known) == (200, b"hello")


def test_a_client_without_a_certificate_gets_evidence_and_health_and_nothing_else(
    for_clients: tuple[Enclave, Authority, ssl.SSLContext],
) -> None:
    one, authority, _ = for_clients
    anybody = trusting(authority)
    for path in ("/", "/health/", "/health/x", "//health", "/.well-known/other"):
        assert get(one, path, anybody) == (403, b"clients need a certificate\n"), path
    assert one.request("POST", "/health", b"")[0] == 403
    assert get(one, "/health", anybody) == (200, b"ok")
    assert get(one, "/.well-known/mse/evidence", anybody)[0] == 200
    assert get(one, f"/.well-known/mse/fresh/{'00' * 32}", anybody)[0] == 200


def test_a_websocket_without_a_certificate_is_refused(for_clients: tuple[Enclave, Authority, ssl.SSLContext]) -> None:
    one, authority, _ = for_clients
    tls = {"ssl_context" if "ssl_context" in inspect.signature(connect).parameters else "ssl": trusting(authority)}
    with pytest.raises(Exception, match="403"), connect(f"wss://localhost:{one.port}/ws", **tls):
        pass


@pytest.mark.parametrize("attack", ["of another authority", "of an authority of the same name", "of the client itself"])
def test_a_client_with_a_certificate_of_another_authority_gets_nothing(
    for_clients: tuple[Enclave, Authority, ssl.SSLContext], tmp_path: Path, attack: str
) -> None:
    one, authority, _ = for_clients
    other = Authority()
    if attack == "of another authority":
        other.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another one")])
    pair = other.pair()
    if attack == "of the client itself":
        own = other.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        pair = own + text(other.certificate)
    (tmp_path / "stranger.pem").write_text(pair)
    with pytest.raises(OSError):
        get(one, "/health", trusting(authority, tmp_path / "stranger.pem"))


def test_nobody_is_asked_for_a_certificate_where_none_is_needed(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    one.until_state("running")
    assert one.get("/")[0] == 200


# -- proxies


def test_a_forged_address_is_not_believed_without_a_proxy(enclave: Make) -> None:
    one = enclave(WHO).start().provision()
    one.until_state("running")
    context = ssl.create_default_context(cadata=text(one.certificate()))
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http", "Forwarded": "for=6.6.6.6"}
    assert get(one, "/", context, **forged) == (200, b"127.0.0.1 https")


def test_behind_a_proxy_its_headers_are_believed(enclave: Make) -> None:
    one = enclave(WHO, proxy="forwarded").start().provision()
    one.until_state("running")
    context = ssl.create_default_context(cadata=text(one.certificate()))
    said = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http"}
    assert get(one, "/", context, **said) == (200, b"198.51.100.7 http")


def test_only_proxies_with_a_certificate_are_believed_where_clients_need_one(enclave: Make, tmp_path: Path) -> None:
    authority = Authority()
    one = enclave(WHO, proxy="forwarded", client_ca=text(authority.certificate)).start().provision()
    one.until_state("running")
    (tmp_path / "proxy.pem").write_text(authority.pair())
    context = ssl.create_default_context(cadata=text(one.certificate()))
    said = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    assert get(one, "/", context, **said)[0] == 403
    context.load_cert_chain(tmp_path / "proxy.pem")
    assert get(one, "/", context, **said) == (200, b"198.51.100.7 https")


# -- renewal


def published(one: Enclave) -> list[x509.Certificate]:
    status, headers, pem = one.get("/.well-known/mse/certificates.pem")
    assert (status, headers["content-type"]) == (200, "application/x-pem-file")
    return x509.load_pem_x509_certificates(pem)


def renewable(one: Enclave) -> x509.Certificate:
    """Starts again, to last longer: the certificate that is to come."""
    assert one.stop() == 0
    one.not_after += 1000
    one.start().until_state("running")
    current, successor = published(one)
    assert current == one.certificate() and point(successor) != point(current)
    return successor


def bundle_for(one: Enclave, certificate: x509.Certificate, **changes: Any) -> bytes:
    report_data = one.report_data
    quoted = certificate.extensions.get_extension_for_oid(x509.ObjectIdentifier("2.999.109.115.101.1")).value.value
    one.report_data = lambda: quoted[368:432]  # type: ignore[method-assign]
    try:
        return one.bundle(**changes)
    finally:
        one.report_data = report_data  # type: ignore[method-assign]


def test_without_renewal_one_certificate_is_published(enclave: Make) -> None:
    one = enclave(FLASK).start()
    assert published(one) == [one.certificate()]
    one.provision().until_state("running")
    assert one.stop() == 0
    one.start().until_state("running")
    assert published(one) == [one.certificate()]


def test_renewal_changes_key_and_certificate_and_keeps_storage(enclave: Make) -> None:
    one = enclave(FLASK).start().provision(sealed_secrets="e30=")
    one.until_state("running")
    (one.root / "root/kept").write_text("x")
    first = one.certificate()
    successor = renewable(one)
    both = ssl.create_default_context(cadata=text(*published(one)))
    assert get(one, "/", both) == (200, b"hello")
    early = one.connect()
    early.connect()
    assert one.post(bundle_for(one, successor, sealed_secrets="e30=")) == (200, "running")
    assert one.certificate() == shown(one) == successor != first
    assert published(one) == [successor]
    early.request("GET", "/")
    assert early.getresponse().read() == b"hello"
    assert get(one, "/", both) == (200, b"hello")
    assert one.post(bundle_for(one, successor)) == (409, "provision/already")
    one.kill()
    one.start().until_state("running")
    assert one.certificate() == successor
    assert (one.root / "root/kept").exists()
    assert (one.root / "root/.cache/mse/sealed_secrets.json").read_bytes() == b"{}"


def test_a_certificate_that_was_asked_for_is_renewed_with_its_key(enclave: Make) -> None:
    one, authority = enclave(FLASK, tls="request").start(), Authority()
    one.provision(tls=encoded(authority.answer(asked(one)))).until_state("running")
    successor = renewable(one)
    assert point(x509.load_pem_x509_csr(asked(one))) == point(successor)
    assert point(shown(one)) == point(one.certificate())
    old = one.certificate()
    assert one.post(bundle_for(one, successor, tls=encoded(authority.answer(asked(one))))) == (200, "running")
    assert point(shown(one)) == point(successor) == point(one.certificate()) != point(old)
    assert get(one, "/", trusting(authority)) == (200, b"hello")


def test_attacks_on_a_renewal_change_nothing(enclave: Make) -> None:
    one = enclave(FLASK).start()
    first = one.bundle()
    assert one.post(first) == (200, "configured")
    one.until_state("running")
    current = one.certificate()
    successor = renewable(one)
    other = base64.b64encode(bytes(range(32))).decode()
    for name, bundle, code in (
        ("the bundle of the first launch again", first, "provision/unopenable"),
        ("a bundle for the certificate that is there", one.bundle(), "provision/unopenable"),
        ("another code key", bundle_for(one, successor, code_key=other), "provision/code-key"),
        ("a certificate", bundle_for(one, successor, tls=encoded(text(successor))), "provision/certificate"),
        ("another fingerprint", bundle_for(one, successor, fingerprint="00" * 32), "provision/fingerprint"),
    ):
        assert one.post(bundle)[1] == code, name
        assert (one.certificate(), shown(one)) == (current, current), name
        assert one.get("/")[2] == b"hello", name
    state = json.loads((one.root / "key/provisioned.json").read_bytes())
    assert base64.b64decode(state["certificate"]).decode() == text(current)
    assert one.post(bundle_for(one, successor)) == (200, "running")
