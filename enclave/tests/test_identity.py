"""Keys, certificate, evidence, freshness (spec/4-evidence.md), and what ends a launch (spec/3-launch.md)."""

import base64
import hashlib
import json
import ssl
import time
from collections.abc import Callable

import pytest
from applications import FLASK
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from enclave import OID, Enclave
from sealing import canonical

Make = Callable[..., Enclave]


def point(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def test_the_certificate_is_as_the_format_says(enclave: Make) -> None:
    one = enclave(FLASK).start()
    certificate = one.certificate()
    assert certificate.version is x509.Version.v3
    assert certificate.signature_hash_algorithm and certificate.signature_hash_algorithm.name == "sha256"
    certificate.verify_directly_issued_by(certificate)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    assert certificate.subject.rfc4514_string() == "CN=hello"
    extensions = {each.oid.dotted_string: each for each in certificate.extensions}
    assert list(extensions) == ["2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.14", "2.5.29.35", OID]
    assert [each.critical for each in extensions.values()] == [True, True] + [False] * 5
    assert extensions["2.5.29.19"].value == x509.BasicConstraints(False, None)
    assert extensions["2.5.29.15"].value.digital_signature
    names = extensions["2.5.29.17"].value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    quote = extensions[OID].value.value
    assert quote[112:144] == one.fingerprint
    assert quote[368:400] == hashlib.sha256(point(certificate)).digest()


@pytest.mark.parametrize(
    ("name", "common_name"), [("x" * 255, "x" * 64), ("ä" * 40, "ä" * 32), ("x" * 63 + "ä", "x" * 63)]
)
def test_a_name_that_is_too_long_for_a_certificate_is_cut(enclave: Make, name: str, common_name: str) -> None:
    one = enclave(FLASK, name=name).start()
    assert one.certificate().subject.rfc4514_string() == f"CN={common_name}"


def test_a_client_that_trusts_the_certificate_connects_and_gets_no_ticket(enclave: Make) -> None:
    one = enclave(FLASK).start()
    context = ssl.create_default_context(cadata=one.certificate().public_bytes(Encoding.PEM).decode())
    connection = one.connect()
    connection._context = context  # type: ignore[attr-defined]
    connection.host = "localhost"
    connection.request("GET", "/")
    assert connection.sock.version() == "TLSv1.3"
    assert connection.getresponse().read()
    session = connection.sock and connection.sock.session
    assert session is None or not session.has_ticket


def test_old_tls_is_refused(enclave: Make) -> None:
    one = enclave(FLASK).start()
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    connection = one.connect()
    connection._context = old  # type: ignore[attr-defined]
    with pytest.raises(OSError):
        connection.connect()


@pytest.mark.parametrize("running", [False, True])
def test_fresh_quotes_are_over_the_nonce_and_two_a_second(enclave: Make, running: bool) -> None:
    one = enclave(FLASK).start()
    if running:
        one.provision().until_state("running")
    nonce = bytes(range(16))
    answers = [one.get(f"/.well-known/mse/fresh/{nonce.hex()}") for _ in range(2)]
    assert [status for status, _, _ in answers] == [200, 429]
    assert json.loads(answers[1][2])["error"]["code"] == "fresh/too-many"
    fresh = json.loads(answers[0][2])
    assert (fresh["schema"], fresh["nonce"]) == ("mse-fresh/1", nonce.hex())
    expected = hashlib.sha256(b"mse nonce v1\0" + nonce).digest() + hashlib.sha256(point(one.certificate())).digest()
    assert base64.b64decode(fresh["quote"])[368:432] == expected
    time.sleep(1)
    one.refuse_quotes = True
    status, _, text = one.get(f"/.well-known/mse/fresh/{nonce.hex()}")
    assert (status, json.loads(text)["error"]["code"]) == (503, "launch/quote")


@pytest.mark.parametrize("nonce", ["00" * 15, "0" * 33, "00" * 65, "AA" * 16, "zz" * 16])
def test_a_nonce_of_another_shape_is_not_found(enclave: Make, nonce: str) -> None:
    one = enclave(FLASK).start()
    assert one.get(f"/.well-known/mse/fresh/{nonce}")[0] == 404


def test_a_malformed_launch_ends_with_2_and_one_line(enclave: Make) -> None:
    one = enclave(FLASK)
    one.start(raw_launch=canonical(one.launch(port=0)).decode(), wait=False)
    assert one.process and one.process.wait(10) == 2
    assert one.text().startswith("mse: launch/malformed: ") and one.text().count("\n") == 1


def test_no_quote_no_launch(enclave: Make) -> None:
    one = enclave(FLASK)
    one.refuse_quotes = True
    one.start(wait=False)
    assert one.process and one.process.wait(10) == 2
    assert "mse: launch/quote: " in one.text()


def test_gramines_files_are_used_where_they_are(enclave: Make) -> None:
    one = enclave(FLASK)
    folder = one.root / "dev/attestation"
    folder.mkdir(parents=True)
    (folder / "user_report_data").write_bytes(b"")
    (folder / "quote").write_bytes(bytes(600))
    one.start(wait=False)
    assert one.process and one.process.wait(10) == 2
    assert len((folder / "user_report_data").read_bytes()) == 64
    assert "one over something else" in one.text()


def test_a_package_for_another_python_is_not_launched(enclave: Make) -> None:
    one = enclave(FLASK)
    index = one.root / "opt/mse/index.json"
    index.write_text(index.read_text().replace('"python":"3.', '"python":"3.9'))
    one.start(wait=False)
    assert one.process and one.process.wait(10) == 2
    assert "package/index: " in one.text()
