"""Where the application is: TEST_REMOTE_URL, and for its certificate SSL_CERT_FILE."""

import os
from collections.abc import Callable
from urllib.request import urlopen

import pytest


@pytest.fixture
def get() -> Callable[[str], str]:
    base = os.environ.get("TEST_REMOTE_URL", "http://127.0.0.1:5000").rstrip("/")

    def fetch(path: str) -> str:
        with urlopen(base + path, timeout=10) as answer:
            return answer.read().decode()

    return fetch
