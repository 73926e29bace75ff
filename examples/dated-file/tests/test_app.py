from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def call(url: str, method: str) -> str:
    with urlopen(Request(url + "/", method=method), timeout=10) as answer:
        return answer.read().decode()


def test_a_note_is_taken_once(url: str) -> None:
    call(url, "POST")
    written = datetime.fromisoformat(call(url, "GET").strip())
    assert abs(datetime.now(timezone.utc) - written) < timedelta(minutes=5)
    with pytest.raises(HTTPError) as refusal:
        call(url, "GET")
    assert refusal.value.code == 404
    assert "POST first" in refusal.value.read().decode()
