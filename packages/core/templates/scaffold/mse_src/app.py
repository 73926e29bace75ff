"""A web application that does not know it runs in an enclave."""

import json
import os
from pathlib import Path

from flask import Flask

app = Flask(__name__)


def read_secrets(variable: str) -> dict[str, str]:
    """The secrets of the file that an environment variable names; none if there is no file."""
    path = Path(os.environ.get(variable, ""))
    return json.loads(path.read_text()) if path.is_file() else {}


@app.get("/")
def hello() -> str:
    return "Hello from {{title}}!\n"


@app.get("/health")
def health() -> str:
    return "ok\n"


@app.get("/whoami")
def whoami() -> str:
    """Uses secrets.json, which the operator of the machine may read."""
    return read_secrets("SECRETS_PATH").get("login", "nobody") + "\n"


@app.get("/sealed")
def sealed() -> str:
    """Uses secrets_to_seal.json, which only the enclave reads, without giving it away."""
    token = read_secrets("SEALED_SECRETS_PATH").get("token", "")
    return f"The sealed token has {len(token)} characters.\n"
