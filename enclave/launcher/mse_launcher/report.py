"""What the launcher says: refusals with a stable code, and its own lines in the log."""

import sys


class Refusal(Exception):
    """Something that came from outside is refused. Programs read the code, people the message; HTTP has the status."""

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


def log(text: str) -> None:
    print(f"mse: {text}", file=sys.stderr, flush=True)
