from urllib.request import urlopen


def get(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_health(url: str) -> None:
    assert get(url + "/health") == "ok\n"


def test_the_login_is_that_of_secrets_json(url: str) -> None:
    assert get(url + "/whoami") == "ada@example.org\n"


def test_the_motto_is_that_of_secrets_to_seal_json(url: str) -> None:
    assert get(url + "/sealed") == "only the enclave knows this line\n"
