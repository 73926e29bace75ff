import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def call(url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=30) as answer:
        return json.load(answer)


def test_mean(url: str) -> None:
    assert call(url + "/mean", [1, 2, 3, 6]) == {"mean": 3.0}


def test_spread(url: str) -> None:
    assert call(url + "/spread", [1, 2, 3, 4, 5])["quartiles"] == [2.0, 3.0, 4.0]


def test_product(url: str) -> None:
    assert call(url + "/product?size=300") == {"size": 300, "identity": True}


@pytest.mark.parametrize("body", [[], {}, "x", [1, "2"], [True]])
def test_what_is_not_a_list_of_numbers_is_refused(url: str, body: object) -> None:
    with pytest.raises(HTTPError) as refusal:
        call(url + "/mean", body)
    assert refusal.value.code == 400
