"""Every refusal of spec/5-provision.md, named after the attack; after each, a good bundle still works."""

import base64
import hashlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from applications import FLASK
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from enclave import ANYBODY, PROVISION, Enclave
from sealing import canonical, encrypt, envelope

Make = Callable[..., Enclave]
HELLO = {"app.py": "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'hello']\n"}
DAY = 24 * 3600


def body(bundle: bytes, secrets: str | None = None) -> bytes:
    return json.dumps({"bundle": base64.b64encode(bundle).decode(), "secrets": secrets}).encode()


def files_below(root: Path) -> dict[str, bytes]:
    folders = ("root", "key", "mse-app", "tmp")
    return {str(file): file.read_bytes() for one in folders for file in (root / one).rglob("*") if file.is_file()}


def changed_payload(**changes: object) -> Callable[[Enclave], bytes]:
    return lambda enclave: body(enclave.bundle(**changes))


def raw_payload(change: Callable[[bytes], bytes]) -> Callable[[Enclave], bytes]:
    return lambda enclave: body(enclave.seal(change(canonical(enclave.payload()))))


def changed_bundle(change: Callable[[bytes], bytes]) -> Callable[[Enclave], bytes]:
    return lambda enclave: body(change(enclave.bundle()))


def sealed_to_another_enclave(enclave: Enclave) -> bytes:
    recipient = X25519PrivateKey.generate().public_key().public_bytes_raw()
    return body(encrypt(envelope(canonical(enclave.payload()), enclave.owner), recipient))


def signed_by_a_stranger(enclave: Enclave) -> bytes:
    return body(enclave.seal(canonical(enclave.payload()), Ed25519PrivateKey.generate()))


def signed_by_a_stranger_under_the_owners_key_id(enclave: Enclave) -> bytes:
    forged = json.loads(envelope(canonical(enclave.payload()), Ed25519PrivateKey.generate()))
    owner = enclave.owner.public_key().public_bytes_raw()
    forged["signatures"][0]["keyid"] = hashlib.sha256(owner).hexdigest()
    return body(encrypt(json.dumps(forged).encode(), enclave.report_data()[32:]))


def signed_twice(enclave: Enclave) -> bytes:
    twice = json.loads(envelope(canonical(enclave.payload()), enclave.owner))
    twice["signatures"] *= 2
    return body(encrypt(json.dumps(twice).encode(), enclave.report_data()[32:]))


def signature_of_an_index(enclave: Enclave) -> bytes:
    return body(enclave.seal(canonical(enclave.payload()), payload_type="application/vnd.mse.index+json"))


def payload_swapped_under_the_signature(enclave: Enclave) -> bytes:
    swapped = json.loads(envelope(canonical(enclave.payload()), enclave.owner))
    swapped["payload"] = base64.b64encode(canonical(enclave.payload(secrets="e30="))).decode()
    return body(encrypt(json.dumps(swapped).encode(), enclave.report_data()[32:]))


NOW = time.time()
ATTACKS: list[tuple[str, Callable[[Enclave], bytes], int, str]] = [
    ("not JSON", lambda _: b"hello", 400, "provision/malformed"),
    ("not UTF-8", lambda _: b'{"bundle":"\xff","secrets":null}', 400, "provision/malformed"),
    ("deeply nested JSON", lambda _: b"[" * 100_000, 400, "provision/malformed"),
    ("an unknown member", lambda _: b'{"bundle":"","secrets":null,"uuid":1}', 400, "provision/malformed"),
    ("a missing member", lambda _: b'{"bundle":""}', 400, "provision/malformed"),
    ("a bundle of another type", lambda _: b'{"bundle":1,"secrets":null}', 400, "provision/malformed"),
    ("not base64", lambda _: b'{"bundle":"*","secrets":null}', 400, "provision/malformed"),
    ("base64 without padding", lambda _: b'{"bundle":"YQ","secrets":null}', 400, "provision/malformed"),
    ("base64 with stray bits", lambda _: b'{"bundle":"YR==","secrets":null}', 400, "provision/malformed"),
    ("not an age file", lambda _: body(b"age-encryption.org/v2\n"), 400, "provision/malformed"),
    ("a truncated bundle", changed_bundle(lambda data: data[:-1]), 400, "provision/malformed"),
    ("a bundle without its payload", changed_bundle(lambda data: data[:168]), 400, "provision/malformed"),
    ("an extended bundle", changed_bundle(lambda data: data + b"\0"), 400, "provision/malformed"),
    (
        "a flipped bit",
        changed_bundle(lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]),
        400,
        "provision/malformed",
    ),
    ("a changed header", changed_bundle(lambda data: data[:160] + b"AAAA" + data[164:]), 400, "provision/malformed"),
    (
        "a second stanza",
        changed_bundle(lambda data: data.replace(b"\n---", b"\n-> x\n\n---", 1)),
        400,
        "provision/malformed",
    ),
    ("two signatures", signed_twice, 400, "provision/malformed"),
    ("a payload that is not canonical", raw_payload(lambda data: data + b"\n"), 400, "provision/malformed"),
    ("an unknown claim", changed_payload(uuid="1"), 400, "provision/malformed"),
    ("another schema", changed_payload(schema="mse-bundle/2"), 400, "provision/malformed"),
    ("a time that is no integer", changed_payload(issued="0"), 400, "provision/malformed"),
    (
        "a fractional time",
        raw_payload(lambda data: data.replace(b'"issued":1', b'"issued":0.1')),
        400,
        "provision/malformed",
    ),
    ("a boolean time", changed_payload(issued=True), 400, "provision/malformed"),
    (
        "a code key of 31 bytes",
        changed_payload(code_key=base64.b64encode(bytes(31)).decode()),
        400,
        "provision/malformed",
    ),
    ("a bundle sealed to another enclave", sealed_to_another_enclave, 403, "provision/unopenable"),
    ("a bundle signed by a stranger", signed_by_a_stranger, 403, "provision/signature"),
    ("a stranger who names the owner's key", signed_by_a_stranger_under_the_owners_key_id, 403, "provision/signature"),
    ("a signature of another payload type", signature_of_an_index, 403, "provision/signature"),
    ("a payload swapped under its signature", payload_swapped_under_the_signature, 403, "provision/signature"),
    ("a bundle for another fingerprint", changed_payload(fingerprint="00" * 32), 403, "provision/fingerprint"),
    ("a bundle for other evidence", changed_payload(report_data="00" * 64), 403, "provision/report-data"),
    ("an expired bundle", changed_payload(issued=int(NOW) - 60, expires=int(NOW) - 30), 403, "provision/expired"),
    ("a bundle for ever", changed_payload(issued=int(NOW), expires=int(NOW) + 8 * DAY), 403, "provision/expired"),
    ("a clock set back", changed_payload(issued=int(NOW) + 900, expires=int(NOW) + DAY), 403, "provision/clock"),
    ("secrets that were withheld", changed_payload(secrets_sha256="00" * 32), 403, "provision/secrets"),
    ("secrets that nobody asked for", lambda enclave: body(enclave.bundle(), "e30="), 403, "provision/secrets"),
    ("a second secrets.json", lambda enclave: body(enclave.bundle(secrets="e30="), "e30K"), 403, "provision/secrets"),
    (
        "the owner's secrets, misnamed",
        changed_payload(secrets="e30=", secrets_sha256="00" * 32),
        403,
        "provision/secrets",
    ),
    (
        "the operator's own secrets",
        lambda enclave: body(enclave.bundle(secrets_sha256=hashlib.sha256(b"{}").hexdigest()), "e30K"),
        403,
        "provision/secrets",
    ),
    (
        "a wrong code key",
        changed_payload(code_key=base64.b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()),
        403,
        "provision/code-key",
    ),
]


def test_every_attack_is_refused_by_its_code_and_changes_nothing(enclave: Make) -> None:
    one = enclave(HELLO).start()
    before = files_below(one.root)
    for name, attack, status, code in ATTACKS:
        assert one.post_raw(attack(one)) == (status, code), name
        assert files_below(one.root) == before, name
        assert one.state() == "waiting", name
    one.provision()
    one.until(lambda: one.get("/")[2] == b"hello")


def test_a_bundle_of_an_earlier_launch_is_unopenable(enclave: Make) -> None:
    one = enclave(HELLO).start()
    replayed = one.bundle()
    assert one.stop() == 0
    one.start()
    assert one.post(replayed) == (403, "provision/unopenable")
    one.provision()


CODE_ATTACKS = [
    "other ciphertext",
    "older file of the same key",
    "absent file",
    "clear file",
    "truncated",
    "truncated by a chunk",
    "extended",
    "swapped with a file of the same size",
    "renamed",
]


@pytest.mark.parametrize("attack", CODE_ATTACKS)
def test_code_that_is_not_the_measured_one_is_refused(enclave: Make, attack: str) -> None:
    one = enclave({**FLASK, "data/model.bin": os.urandom(200_000), "data/other.bin": os.urandom(200_000)})
    file = one.root / "opt/mse/code" / {"clear file": "requirements.txt"}.get(attack, "data/model.bin.age")
    other = one.root / "opt/mse/code/data/other.bin.age"
    good, good_other = file.read_bytes(), other.read_bytes()
    one.start()
    if attack == "other ciphertext":
        file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    elif attack == "absent file":
        file.unlink()
    elif attack == "clear file":
        file.write_bytes(b"flask==0\n")
    elif attack == "truncated":
        file.write_bytes(good[:-1])
    elif attack == "truncated by a chunk":
        file.write_bytes(good[: -(200_000 % 65_536) - 16])
    elif attack == "extended":
        file.write_bytes(good + b"\0")
    elif attack == "swapped with a file of the same size":
        file.write_bytes(good_other)
        other.write_bytes(good)
    elif attack == "renamed":
        file.rename(file.with_name("renamed.bin.age"))
    else:
        file.write_bytes(encrypt(b"older", one.code_key.public_key().public_bytes_raw()))
    assert one.post(one.bundle()) == (403, "provision/code-key")
    assert not list((one.root / "mse-app").iterdir())
    file.write_bytes(good)
    other.write_bytes(good_other)
    one.provision().until_state("running")


def test_an_oversized_body_is_refused_and_never_kept(enclave: Make) -> None:
    one = enclave(HELLO).start()
    assert one.post_raw(b" " * (4 * 1024 * 1024 + 1)) == (413, "provision/oversized")
    one.provision()


def test_a_body_that_does_not_arrive_is_given_up(enclave: Make) -> None:
    one = enclave(HELLO).start(patience=0.5)
    connection = one.connect()
    connection.putrequest("POST", PROVISION)
    connection.putheader("content-length", "100")
    connection.endheaders(b"{")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (408, "provision/timeout")
    one.provision()


def test_one_bundle_at_a_time_and_only_one_ever(enclave: Make) -> None:
    one = enclave({**HELLO, "large.bin": bytes(64 * 1024 * 1024)}).start()
    bundle, answers = one.bundle(), []
    threads = [threading.Thread(target=lambda: answers.append(one.post(bundle))) for _ in range(4)]
    for thread in threads:
        thread.start()
    states = set()
    while any(thread.is_alive() for thread in threads):
        states.add(one.state())
    for thread in threads:
        thread.join()
    assert answers.count((200, "configured")) == 1
    assert {code for status, code in answers if status != 200} <= {"provision/busy", "provision/already"}
    assert "waiting" in states, "the status was not answered while the code was decrypted"
    one.until_state("running")
    assert one.post(bundle) == (409, "provision/already")
    assert one.get("/")[2] == b"hello"


def test_clients_that_hold_connections_do_not_hold_the_enclave(enclave: Make) -> None:
    one = enclave(HELLO).start()
    idle = [socket.create_connection(("127.0.0.1", one.port)) for _ in range(50)]
    silent = [ANYBODY.wrap_socket(socket.create_connection(("127.0.0.1", one.port))) for _ in range(10)]
    slow = []
    for _ in range(3):
        connection = one.connect()
        connection.putrequest("POST", PROVISION)
        connection.putheader("content-length", "1000")
        connection.endheaders(b"{")
        slow.append(connection)
    begin = time.monotonic()
    one.provision().until_state("running")
    assert time.monotonic() - begin < 5
    for each in (*idle, *silent, *slow):
        each.close()


def test_too_many_bodies_at_once_are_refused_without_being_kept(enclave: Make) -> None:
    one = enclave(HELLO).start(patience=2)
    slow = []
    for _ in range(16):
        connection = one.connect()
        connection.putrequest("POST", PROVISION)
        connection.putheader("content-length", "1000")
        connection.endheaders(b"{")
        slow.append(connection)
    one.until(lambda: one.post(b"") == (409, "provision/busy"), 5)
    for connection in slow:
        assert connection.getresponse().status == 408
    one.provision()


def test_secrets_reach_the_application_by_their_files(enclave: Make) -> None:
    one = enclave(FLASK).start()
    named = hashlib.sha256(b'{"a":1}').hexdigest()
    sealed = base64.b64encode(b"sealed").decode()
    assert one.post(one.bundle(secrets_sha256=named, sealed_secrets=sealed), b'{"a":1}') == (200, "configured")
    folder = one.root / "root/.cache/mse"
    assert (folder / "secrets.json").read_bytes() == b'{"a":1}'
    assert (folder / "sealed_secrets.json").read_bytes() == b"sealed"
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (one.root / "mse-app/requirements.txt").read_text() == "flask\n"


def test_storage_that_is_full_is_a_refusal_too(enclave: Make) -> None:
    one = enclave(HELLO).start()
    (one.root / "key").rmdir()
    (one.root / "key").write_text("in the way")
    assert one.post(one.bundle(secrets="e30=")) == (507, "provision/storage")
    assert not list((one.root / "mse-app").iterdir())
    assert not list((one.root / "root/.cache/mse").iterdir())
    (one.root / "key").unlink()
    (one.root / "key").mkdir()
    one.provision(secrets="e30=")


def test_storage_that_cannot_even_be_cleaned_up_is_the_same_refusal(enclave: Make) -> None:
    one = enclave(HELLO).start()
    secrets = one.root / "root/.cache/mse"
    secrets.rmdir()
    secrets.write_text("in the way")
    assert one.post(one.bundle(secrets="e30=")) == (507, "provision/storage")
    secrets.unlink()
    secrets.mkdir()
    assert one.post(one.bundle(secrets="e30=")) == (200, "configured")
