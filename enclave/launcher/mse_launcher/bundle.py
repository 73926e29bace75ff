"""Judges what claims to be the owner's bundle (spec/5-provision.md). Clock and keys are parameters."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import age
from .identity import Identity
from .report import Refusal
from .strict_json import base64_bytes, between, matching, optional, parse, read, where

BUNDLE_TYPE = "application/vnd.mse.bundle+json"
LONGEST_LIFE = 7 * 24 * 3600
CLOCK_TOLERANCE = 120
BODY = {"bundle": base64_bytes, "secrets": optional(base64_bytes)}
ENVELOPE = {
    "payload": base64_bytes,
    "payloadType": matching("(?s:.*)"),
    "signatures": where(lambda value: type(value) is list and len(value) == 1, "one signature"),
}
SIGNATURE = {"keyid": matching("(?s:.*)"), "sig": base64_bytes}
PAYLOAD = {
    "schema": matching("mse-bundle/1"),
    "fingerprint": matching("[0-9a-f]{64}"),
    "report_data": matching("[0-9a-f]{128}"),
    "issued": between(0),
    "expires": between(0),
    "code_key": lambda value: base64_bytes(matching("[^=]{43}=")(value)),
    "sealed_secrets": optional(base64_bytes),
    "secrets": optional(base64_bytes),
    "secrets_sha256": optional(matching("[0-9a-f]{64}")),
}


@dataclass(frozen=True)
class Provisioned:
    """What the owner entrusts to this enclave."""

    code_key: bytes
    sealed_secrets: bytes | None
    secrets: bytes | None


def judge_bundle(body: bytes, owner: bytes, identity: Identity, now: float) -> Provisioned:
    if identity.sealing_key is None:
        raise Refusal("provision/already", "a bundle was accepted before", 409)
    try:
        request = read(parse(body, canonical=False), BODY)
        if len(request["bundle"]) > 2 << 20:
            raise Refusal("provision/oversized", "a bundle has at most 2 MiB", 413)
        envelope = b"".join(age.decrypt(io.BytesIO(request["bundle"]).read, identity.sealing_key))
        claim = read(parse(open_envelope(envelope, BUNDLE_TYPE, owner)), PAYLOAD)
    except age.WrongKey as error:
        raise Refusal("provision/unopenable", "sealed to another enclave, or to an earlier launch of it") from error
    except ValueError as error:
        raise Refusal("provision/malformed", str(error), 400) from error
    if claim["fingerprint"] != identity.measurement.hex():
        raise Refusal("provision/fingerprint", "for another fingerprint")
    if claim["report_data"] != identity.report_data.hex():
        raise Refusal("provision/report-data", "for the evidence of another launch")
    if claim["expires"] < now or claim["expires"] - claim["issued"] > LONGEST_LIFE:
        raise Refusal("provision/expired", "expired, or issued for more than 7 days")
    if now < claim["issued"] - CLOCK_TOLERANCE:
        raise Refusal("provision/clock", "the enclave's clock is before the bundle's time of issue")
    return Provisioned(claim["code_key"], claim["sealed_secrets"], _choose_secrets(claim, request["secrets"]))


def open_envelope(data: bytes, payload_type: str, owner: bytes) -> bytes:
    """The payload of a DSSE envelope (spec/2-package.md), not looked into before the signature holds."""
    envelope = read(parse(data, canonical=False), ENVELOPE)
    signature = read(envelope["signatures"][0], SIGNATURE)
    payload = envelope["payload"]
    if envelope["payloadType"] != payload_type or signature["keyid"] != hashlib.sha256(owner).hexdigest():
        raise Refusal("provision/signature", "of another type, or not signed by the owner of this package")
    signed = f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} ".encode() + payload
    try:
        Ed25519PublicKey.from_public_bytes(owner).verify(signature["sig"], signed)
    except InvalidSignature as error:
        raise Refusal("provision/signature", "not the owner's signature") from error
    return bytes(payload)


def _choose_secrets(claim: dict[str, Any], supplied: bytes | None) -> bytes | None:
    """`secrets.json`: the owner's own, or what the operator supplied if it is the one that the owner named."""
    own, digest = claim["secrets"], claim["secrets_sha256"]
    if supplied is not None and (own is not None or digest is None):
        raise Refusal("provision/secrets", "secrets.json was not asked for")
    chosen = supplied if own is None else bytes(own)
    if digest is not None and (chosen is None or hashlib.sha256(chosen).hexdigest() != digest):
        raise Refusal("provision/secrets", "secrets.json is missing, or not the one that the owner named")
    return chosen
