"""Replays spec/vectors. A case with a member that is not known here fails, so that none is half understood."""

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from mse_launcher import identity
from mse_launcher.launch import Refusal, parse_launch, read, write
from mse_launcher.provision import decrypt, judge_bundle, open_envelope
from sealing import fingerprint

VECTORS = Path(__file__).parents[2] / "spec/vectors"
Case = dict[str, Any]
# The launcher reads by patterns: none lets such a key or such an integer in, but that of index.json, which is measured.
LEFT_TO_PATTERNS = {
    "a key outside ASCII",
    "a key outside ASCII, deep within",
    "an integer beyond 2^53-1",
    "an integer beyond -(2^53-1)",
    "an integer of a hundred digits",
}


def replay_canonical_json(case: Case) -> None:
    data = bytes.fromhex(case.pop("hex")) if "hex" in case else case.pop("text").encode("utf-8", "surrogatepass")
    if case.pop("expect") == "ok":
        value = case.pop("value")
        assert read(data, "(?s).*") == value
        assert write(value) == data
    elif case["name"] not in LEFT_TO_PATTERNS:
        with pytest.raises((ValueError, RecursionError)):
            read(data, "(?s).*")


def replay_launch(case: Case) -> None:
    text = case.pop("text")
    if expect_ok(case):
        assert parse_launch(text) == case.pop("launch")
    else:
        assert code_of(lambda: parse_launch(text)) == "launch/malformed"


def replay_age(case: Case) -> None:
    code_key = X25519PrivateKey.from_private_bytes(bytes.fromhex(case.pop("code_key")))
    if case.pop("expect") == "refused":
        case.pop("any_age")
        with pytest.raises((ValueError, InvalidTag)):
            list(decrypt(io.BytesIO(base64.b64decode(case.pop("age"))).read, code_key))
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
        assert b"".join(decrypt(io.BytesIO(data).read, code_key)) == plain


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
    waiting = identity.Identity(b"", b"", b"", b"", measurement, report_data, sealing_key)
    if "body" in case:
        body = case.pop("body").encode()
    else:
        body = json.dumps({"bundle": case.pop("bundle"), "secrets": case.pop("secrets")}).encode()
    owner, now, expect = bytes.fromhex(case.pop("owner")), case.pop("now"), case.pop("expect")
    if expect != "ok":
        assert code_of(lambda: judge_bundle(body, owner, waiting, now)) == expect
        return
    given = judge_bundle(body, owner, waiting, now)
    wanted = case.pop("gives")
    assert given["code_key"].hex() == wanted.pop("code_key")
    for name in ("sealed_secrets", "secrets", "tls"):
        value = given[name]
        assert (None if value is None else base64.b64encode(value).decode()) == wanted.pop(name)
    assert wanted == {}


class Asked(Exception):
    """For a quote; what over is its argument."""


class Quotes(identity.Quoting):
    def __init__(self) -> None:
        self.lock, self.next = threading.Lock(), 0.0

    def quote(self, report_data: bytes) -> bytes:
        raise Asked(report_data)


def replay_report_data(case: Case) -> None:
    assert expect_ok(case)
    point, wanted = bytes.fromhex(case.pop("point")), bytes.fromhex(case.pop("report_data"))
    keys = Mock()
    with pytest.raises(Asked) as asked:
        if "nonce" in case:
            Quotes().fresh(bytes.fromhex(case.pop("nonce")), hashlib.sha256(point).digest())
        keys.generate_private_key().public_key().public_bytes.return_value = point
        sealing_key = keys.X25519PrivateKey.generate().public_key().public_bytes_raw
        sealing_key.return_value = bytes.fromhex(case.pop("sealing_key"))
        with patch.multiple(identity, ec=keys, x25519=keys):
            identity.create_identity(Quotes(), "name", {})
    assert asked.value.args == (wanted,)


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
    REPLAYS[file](rest)
    assert list(rest) == ["name"], "members that nothing here knows"
