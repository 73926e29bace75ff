"""What the launcher says: refusals with a stable code, and its own lines in the log."""

import sys


class Refusal(Exception):
    """Something that came from outside is refused. Programs read the code, people the message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def log(text: str) -> None:
    print(f"mse: {text}", file=sys.stderr, flush=True)
