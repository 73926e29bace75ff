"""The key of the encrypted folders on SGX (spec/7-sgx.md, "Storage"). An ordinary folder plays Gramine's."""

from collections.abc import Callable
from pathlib import Path

from applications import FLASK
from enclave import Enclave

Make = Callable[..., Enclave]


def with_keys(one: Enclave) -> Path:
    """Gramine's file of the key, as it is before it is written: there, and empty."""
    key = one.root / "dev/attestation/keys/mse"
    key.parent.mkdir(parents=True)
    key.touch()
    return key


def test_the_key_is_random_for_each_provisioning_and_gramine_has_it(enclave: Make) -> None:
    keys = []
    for _ in range(2):
        one = enclave(FLASK)
        key = with_keys(one)
        one.start()
        assert key.read_bytes() == b""
        one.provision().until_state("running")
        keys.append(key.read_bytes())
    assert [len(key) for key in keys] == [16, 16]
    assert keys[0] != keys[1]


def test_a_sealed_restart_has_the_same_key_which_lies_in_key_alone(enclave: Make) -> None:
    one = enclave(FLASK)
    key = with_keys(one)
    one.start().provision().until_state("running")
    first = key.read_bytes()
    assert one.stop() == 0
    key.write_bytes(b"")  # another process of Gramine's knows no key
    one.start().until_state("running")
    assert key.read_bytes() == first
    elsewhere = [file for file in one.root.rglob("*") if file.is_file() and first in file.read_bytes()]
    assert elsewhere == [key]  # in /key/provisioned.json it stands in base64


def test_a_reprovisioned_enclave_has_another_key_and_keeps_none(enclave: Make) -> None:
    one = enclave(FLASK, restart="reprovision")
    key = with_keys(one)
    one.start().provision().until_state("running")
    first = key.read_bytes()
    assert list((one.root / "key").iterdir()) == []
    assert one.stop() == 0
    key.write_bytes(b"")
    one.start().until_state("waiting")
    assert key.read_bytes() == b""
    one.provision().until_state("running")
    assert key.read_bytes() not in (b"", first)


def test_a_key_that_gramine_does_not_take_is_no_provisioning(enclave: Make) -> None:
    one = enclave(FLASK)
    key = with_keys(one)
    key.unlink()
    key.mkdir()
    one.start()
    assert one.post(one.bundle()) == (507, "provision/storage")
    assert one.state() == "waiting"
    assert list((one.root / "mse-app").iterdir()) == []
    assert list((one.root / "key").iterdir()) == []
    key.rmdir()
    one.provision().until_state("running")


def test_nothing_in_the_encrypted_folders_is_touched_by_a_restart_before_the_key_is_there(enclave: Make) -> None:
    one = enclave(FLASK)
    key = with_keys(one)
    one.start().provision().until_state("running")
    assert one.stop() == 0
    touched = one.root / "touched"
    watch = (
        "import sys\n"
        "def hook(event, given, names=('open', 'os.listdir', 'os.scandir', 'os.mkdir', 'os.remove')):\n"
        "    if event in names and str(given[0]).startswith(SEEN):\n"
        "        with open(LIST, 'a') as file: file.write(str(given[0]) + '\\n')\n"
        "sys.addaudithook(hook)\n"
    )
    seen = tuple(f"{one.root}/{folder}" for folder in ("mse-app", "root", "dev/attestation/keys/mse"))
    one.start(before=f"SEEN, LIST = {seen!r}, {str(touched)!r}\n{watch}").until_state("running")
    names = touched.read_text().splitlines()
    assert names[0] == str(key)
    assert f"{one.root}/mse-app/app.py" in names


def test_a_software_enclave_has_no_such_file(enclave: Make) -> None:
    one = enclave(FLASK).start().provision()
    one.until_state("running")
    assert not (one.root / "dev").exists()
