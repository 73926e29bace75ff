import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def forecast(url: str, table: str) -> Any:
    with urlopen(Request(url + "/forecast", table.encode(), {"Content-Type": "text/csv"}), timeout=30) as answer:
        return json.load(answer)


def test_forecast(url: str) -> None:
    table = "visits,spent\n1,3\n2,5\n3,7\n10,\n20,\n"
    assert forecast(url, table) == {"column": "spent", "forecast": [21.0, 41.0]}


@pytest.mark.parametrize("table", ["", "visits,spent\n1,3\n", "visits,spent\n1,3\n2,5\n", "a,b\nx,1\ny,2\nz,\n"])
def test_a_table_that_nothing_can_be_learnt_from_is_refused(url: str, table: str) -> None:
    with pytest.raises(HTTPError) as refusal:
        forecast(url, table)
    assert refusal.value.code == 400
