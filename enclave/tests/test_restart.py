"""restart = "sealed" and "reprovision" (spec/5-provision.md)."""

import base64
import json
from collections.abc import Callable

import pytest
from applications import FLASK
from enclave import Enclave

Make = Callable[..., Enclave]


def test_a_sealed_restart_has_the_identical_certificate_and_needs_no_bundle(enclave: Make) -> None:
    one = enclave(FLASK).start()
    one.provision(sealed_secrets=base64.b64encode(b"s").decode()).until_state("running")
    certificate, payload = one.certificate(), one.payload()
    (one.root / "mse-app/written-by-the-application").write_text("x")
    (one.root / "root/kept").write_text("x")
    (one.root / "root/.cache/mse/sealed_secrets.json").unlink()
    assert one.stop() == 0
    one.start()
    assert one.state() != "waiting"
    one.until_state("running")
    assert one.certificate() == certificate
    assert one.get("/")[2] == b"hello"
    assert sorted(file.name for file in (one.root / "mse-app").iterdir()) == ["app.py", "requirements.txt"]
    assert (one.root / "root/.cache/mse/sealed_secrets.json").read_bytes() == b"s"
    assert (one.root / "root/kept").exists()
    assert payload["report_data"] == one.payload()["report_data"]
    assert one.post(one.bundle()) == (409, "provision/already")


def test_empty_secrets_are_not_absent_ones(enclave: Make) -> None:
    one = enclave(FLASK).start().provision(secrets="")
    one.until_state("running")
    assert one.stop() == 0
    one.start().until_state("running")
    assert (one.root / "root/.cache/mse/secrets.json").read_bytes() == b""
    assert not (one.root / "root/.cache/mse/sealed_secrets.json").exists()


def test_a_killed_enclave_comes_back(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    one.kill()
    one.start()
    one.until_state("running")


def test_the_sealed_state_is_one_private_file(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    assert [file.name for file in (one.root / "key").iterdir()] == ["provisioned.json"]
    assert (one.root / "key/provisioned.json").stat().st_mode & 0o777 == 0o600
    assert list((one.root / "tmp").iterdir()) == []


def test_reprovision_writes_nothing_and_waits_again(enclave: Make) -> None:
    one = enclave(FLASK, restart="reprovision").start()
    one.provision(secrets="e30=").until_state("running")
    assert list((one.root / "key").iterdir()) == []
    certificate = one.certificate()
    assert one.stop() == 0
    one.start()
    assert one.state() == "waiting"
    assert one.certificate() != certificate
    assert list((one.root / "mse-app").iterdir()) == []
    one.provision().until_state("running")
    assert not (one.root / "root/.cache/mse/secrets.json").exists()


@pytest.mark.parametrize("damage", ["not JSON", "half written", "of another version", "of another kind"])
def test_a_state_that_cannot_be_used_is_left_and_a_bundle_is_waited_for(enclave: Make, damage: str) -> None:
    one = enclave(FLASK).start().provision()
    assert one.stop() == 0
    file = one.root / "key/provisioned.json"
    state = json.loads(file.read_bytes())
    if damage == "of another version":
        state["measurement"] = base64.b64encode(bytes(32)).decode()
    damaged = {
        "not JSON": b"\xff",
        "half written": file.read_bytes()[:100],
        "of another version": json.dumps(state, separators=(",", ":"), sort_keys=True).encode(),
        "of another kind": b"[1]",
    }[damage]
    file.write_bytes(damaged)
    one.start()
    assert one.state() == "waiting"
    assert file.read_bytes() == damaged
    assert "a new bundle is needed" in one.text()
    one.provision().until_state("running")
    assert one.stop() == 0
    one.start().until_state("running")


def test_code_that_changed_under_a_sealed_state_stops_the_launcher(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    assert one.stop() == 0
    (one.root / "opt/mse/code/app.py.age").write_bytes(b"other")
    one.start(wait=False)
    assert one.process and one.process.wait(10) == 2
    assert "provision/code-key: " in one.text()
