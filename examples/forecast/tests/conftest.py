"""Where the application is: TEST_REMOTE_URL. The certificate to believe is that of SSL_CERT_FILE."""

import os

import pytest


@pytest.fixture
def url() -> str:
    return os.environ.get("TEST_REMOTE_URL", "http://127.0.0.1:5000").rstrip("/")
