"""Judges what claims to be the owner's bundle (spec/5-provision.md). Clock and keys are parameters."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from . import age
from .report import Refusal
from .strict_json import between, decode_base64, equals, matches, members, optional, parse, parse_canonical, text

TYPE = "application/vnd.mse.bundle+json"
LARGEST_BUNDLE = 2 * 1024 * 1024
LONGEST_LIFE = 7 * 24 * 3600
CLOCK_TOLERANCE = 120

BODY = {"bundle": text, "secrets": optional(text)}
PAYLOAD = {
    "schema": equals("mse-bundle/1"),
    "fingerprint": matches("[0-9a-f]{64}"),
    "report_data": matches("[0-9a-f]{128}"),
    "issued": between(0),
    "expires": between(0),
    "code_key": matches("[A-Za-z0-9+/]{43}="),
    "sealed_secrets": optional(text),
    "secrets": optional(text),
    "secrets_sha256": optional(matches("[0-9a-f]{64}")),
}
ENVELOPE = {"payload": text, "payloadType": text, "signatures": lambda value: type(value) is list and len(value) == 1}
SIGNATURE = {"keyid": text, "sig": text}


@dataclass(frozen=True)
class Expected:
    """Whom a bundle has to be from, and what it has to be for."""

    owner: bytes
    fingerprint: bytes
    report_data: bytes


@dataclass(frozen=True)
class Provisioned:
    """What the owner entrusts to this enclave."""

    code_key: bytes
    sealed_secrets: bytes | None
    secrets: bytes | None


def judge_bundle(body: bytes, sealing_key: X25519PrivateKey, expected: Expected, now: float) -> Provisioned:
    """Raises Refusal."""
    try:
        request = members(parse(body), "the body", BODY)
        supplied = decode_optional(request["secrets"])
        bundle = decode_base64(request["bundle"])
        if len(bundle) > LARGEST_BUNDLE:
            raise Refusal("provision/oversized", "a bundle has at most 2 MiB")
        payload = open_envelope(_open(bundle, sealing_key), TYPE, expected.owner)
        claim = members(parse_canonical(payload), "the bundle", PAYLOAD)
        code_key = decode_base64(claim["code_key"])
        sealed, secrets = decode_optional(claim["sealed_secrets"]), decode_optional(claim["secrets"])
    except ValueError as error:
        raise Refusal("provision/malformed", str(error)) from error
    _check_purpose(claim, expected, now)
    return Provisioned(code_key, sealed, _choose_secrets(secrets, claim["secrets_sha256"], supplied))


def open_envelope(data: bytes, payload_type: str, owner: bytes) -> bytes:
    """The payload of a DSSE envelope (spec/2-package.md), not looked into before the signature holds.

    Raises Refusal, and ValueError if it is no envelope.
    """
    envelope = members(parse(data), "the envelope", ENVELOPE)
    signature = members(envelope["signatures"][0], "the signature", SIGNATURE)
    payload, bits = decode_base64(envelope["payload"]), decode_base64(signature["sig"])
    if envelope["payloadType"] != payload_type:
        raise Refusal("provision/signature", "the envelope is of another type")
    if signature["keyid"] != hashlib.sha256(owner).hexdigest():
        raise Refusal("provision/signature", "not signed by the owner of this package")
    head = f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} "
    try:
        Ed25519PublicKey.from_public_bytes(owner).verify(bits, head.encode() + payload)
    except InvalidSignature as error:
        raise Refusal("provision/signature", "not the owner's signature") from error
    return payload


def decode_optional(value: str | None) -> bytes | None:
    return None if value is None else decode_base64(value)


def _open(bundle: bytes, sealing_key: X25519PrivateKey) -> bytes:
    try:
        return b"".join(age.decrypt(io.BytesIO(bundle), sealing_key))
    except age.WrongKey as error:
        raise Refusal("provision/unopenable", "sealed to another enclave, or to an earlier launch of it") from error


def _check_purpose(claim: dict[str, Any], expected: Expected, now: float) -> None:
    if bytes.fromhex(claim["fingerprint"]) != expected.fingerprint:
        raise Refusal("provision/fingerprint", "for another fingerprint")
    if bytes.fromhex(claim["report_data"]) != expected.report_data:
        raise Refusal("provision/report-data", "for the evidence of another launch")
    if claim["expires"] < now or claim["expires"] - claim["issued"] > LONGEST_LIFE:
        raise Refusal("provision/expired", "expired, or issued for more than 7 days")
    if now < claim["issued"] - CLOCK_TOLERANCE:
        raise Refusal("provision/clock", "the enclave's clock is before the bundle's time of issue")


def _choose_secrets(sealed: bytes | None, digest: str | None, supplied: bytes | None) -> bytes | None:
    """`secrets.json`: the owner's own, or what the operator supplied if it is the one that the owner named."""
    if supplied is not None and (sealed is not None or digest is None):
        raise Refusal("provision/secrets", "secrets.json was not asked for")
    chosen = supplied if sealed is None else sealed
    if digest is not None and (chosen is None or hashlib.sha256(chosen).hexdigest() != digest):
        raise Refusal("provision/secrets", "secrets.json is missing, or not the one that the owner named")
    return chosen
