"""Replays spec/vectors. A case with a member that is not known here fails, so that none is half understood."""

import base64
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from mse_launcher import age, strict_json
from mse_launcher.bundle import judge_bundle, open_envelope
from mse_launcher.identity import Identity, bind_keys
from mse_launcher.launch import parse_launch
from mse_launcher.quote import fresh_report_data
from mse_launcher.report import Refusal
from sealing import fingerprint

VECTORS = Path(__file__).parents[2] / "spec/vectors"
Case = dict[str, Any]


def replay_canonical_json(case: Case) -> None:
    data = bytes.fromhex(case.pop("hex")) if "hex" in case else case.pop("text").encode("utf-8", "surrogatepass")
    if case.pop("expect") == "ok":
        value = case.pop("value")
        assert strict_json.parse(data) == value
        assert strict_json.write(value) == data
    else:
        with pytest.raises(ValueError):
            strict_json.parse(data)


def replay_launch(case: Case) -> None:
    text = case.pop("text")
    if expect_ok(case):
        assert parse_launch(text) == case.pop("launch")
    else:
        assert code_of(lambda: parse_launch(text)) == "launch/malformed"


def replay_age(case: Case) -> None:
    identity = X25519PrivateKey.from_private_bytes(bytes.fromhex(case.pop("code_key")))
    if case.pop("expect") == "refused":
        case.pop("any_age")
        with pytest.raises(ValueError):
            list(age.decrypt(io.BytesIO(base64.b64decode(case.pop("age"))).read, identity))
        return
    del case["path"]  # of the writer
    size, digest, ciphertext = case.pop("size"), case.pop("sha256"), case.pop("age", None)
    if "plaintext" in case:
        plain = base64.b64decode(case.pop("plaintext"))
    else:
        seed, length = case.pop("plaintext_seed").encode(), case.pop("plaintext_size")
        blocks = (hashlib.sha256(seed + b"\0" + at.to_bytes(8, "big")).digest() for at in range(length // 32 + 1))
        plain = b"".join(blocks)[:length]
    if ciphertext is not None:
        data = base64.b64decode(ciphertext)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (size, digest)
        assert b"".join(age.decrypt(io.BytesIO(data).read, identity)) == plain


def replay_dsse(case: Case) -> None:
    payload_type, key, envelope = case.pop("type"), bytes.fromhex(case.pop("key")), case.pop("envelope").encode()
    if expect_ok(case):
        del case["seed"]  # of the writer
        assert open_envelope(envelope, payload_type, key) == base64.b64decode(case.pop("payload"))
    else:
        with pytest.raises((Refusal, ValueError)):
            open_envelope(envelope, payload_type, key)


def replay_bundle(case: Case) -> None:
    sealing_key = X25519PrivateKey.from_private_bytes(bytes.fromhex(case.pop("sealing_secret")))
    measurement, report_data = bytes.fromhex(case.pop("fingerprint")), bytes.fromhex(case.pop("report_data"))
    identity = Identity(b"", b"", b"", measurement, report_data, sealing_key)
    if "body" in case:
        body = case.pop("body").encode()
    else:
        body = json.dumps({"bundle": case.pop("bundle"), "secrets": case.pop("secrets")}).encode()
    owner, now, expect = bytes.fromhex(case.pop("owner")), case.pop("now"), case.pop("expect")
    if expect != "ok":
        assert code_of(lambda: judge_bundle(body, owner, identity, now)) == expect
        return
    given = judge_bundle(body, owner, identity, now)
    wanted = case.pop("gives")
    assert given.code_key.hex() == wanted.pop("code_key")
    for name in ("sealed_secrets", "secrets"):
        value = getattr(given, name)
        assert (None if value is None else base64.b64encode(value).decode()) == wanted.pop(name)
    assert wanted == {}


def replay_report_data(case: Case) -> None:
    assert expect_ok(case)
    point, wanted = bytes.fromhex(case.pop("point")), bytes.fromhex(case.pop("report_data"))
    if "nonce" in case:
        assert fresh_report_data(bytes.fromhex(case.pop("nonce")), point) == wanted
    else:
        assert bind_keys(point, bytes.fromhex(case.pop("sealing_key"))) == wanted


def replay_fingerprint(case: Case) -> None:
    assert expect_ok(case)
    assert fingerprint(case.pop("index").encode()).hex() == case.pop("fingerprint")


def expect_ok(case: Case) -> bool:
    return case.pop("expect") == "ok"


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        action()
    return raised.value.code


REPLAYS = {
    "canonical-json": replay_canonical_json,
    "launch": replay_launch,
    "age": replay_age,
    "dsse": replay_dsse,
    "bundle": replay_bundle,
    "report-data": replay_report_data,
    "fingerprint": replay_fingerprint,
}
CASES = [
    pytest.param(file, case, id=f"{file}: {case['name'][:60]}")
    for file in REPLAYS
    for case in json.loads((VECTORS / f"{file}.json").read_text())["cases"]
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_vector(file: str, case: Case) -> None:
    rest = dict(case)
    del rest["name"]
    REPLAYS[file](rest)
    assert rest == {}, "members that nothing here knows"
