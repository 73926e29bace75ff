"""Who logs in: an application with two files of secrets."""

import json
import os
from pathlib import Path

from flask import Flask

app = Flask(__name__)


def secret(variable: str, field: str) -> tuple[str, int]:
    """One field of the file that an environment variable names."""
    path = Path(os.environ.get(variable, ""))
    if not path.is_file():
        return f"there is no file at ${variable}\n", 404
    return json.loads(path.read_text())[field] + "\n", 200


@app.get("/health")
def health() -> str:
    return "ok\n"


@app.get("/")
@app.get("/whoami")
def whoami() -> tuple[str, int]:
    return secret("SECRETS_PATH", "login")


@app.get("/sealed")
def sealed() -> tuple[str, int]:
    return secret("SEALED_SECRETS_PATH", "motto")
