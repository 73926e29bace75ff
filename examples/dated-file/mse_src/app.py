"""Keeps one note with the time it was written, in the home directory."""

from datetime import datetime, timezone
from pathlib import Path

from flask import Flask

app = Flask(__name__)
note = Path.home() / "note.txt"


@app.get("/health")
def health() -> str:
    return "ok\n"


@app.post("/")
def write() -> tuple[str, int]:
    note.write_text(datetime.now(timezone.utc).isoformat() + "\n")
    return "", 204


@app.get("/")
def take() -> tuple[str, int]:
    """Returns the note once."""
    try:
        text = note.read_text()
    except FileNotFoundError:
        return "There is no note yet: send a POST first.\n", 404
    note.unlink(missing_ok=True)
    return text, 200
