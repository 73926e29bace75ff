"""What enters unmeasured (spec/3-launch.md), and how values are read and written (spec/2-package.md); refusals, log."""

import base64
import ipaddress
import json
import re
import sys
from typing import Any

# Canonical JSON has one spelling of each value, so that one pattern says what the whole of it may be.
LAUNCH = (
    r'\{"address":"[0-9A-Fa-f.:]+","instance":"[0-9a-f]{32}","names":\[("[A-Za-z0-9*.:-]+",?){1,16}\],'
    r'"not_after":[0-9]{1,12},"port":[1-9][0-9]{0,4},"schema":"mse-launch/1"\}'
)
DNS_NAME = re.compile(r"(?=.{1,253}$)(?![0-9.]*$)(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Refusal(Exception):
    """Something that came from outside is refused. Programs read the code, people the message; HTTP has the status."""

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


def demand(fits: object, code: str, message: str, status: int = 403) -> None:
    if not fits:
        raise Refusal(code, message, status)


def log(text: str) -> None:
    print(f"mse: {text}", file=sys.stderr, flush=True)


def parse_launch(value: str) -> Any:
    try:
        launch = read(value.encode(), LAUNCH)
        for literal in (launch["address"], *(name for name in launch["names"] if not DNS_NAME.fullmatch(name))):
            ipaddress.ip_address(literal)
    except (ValueError, RecursionError) as error:
        raise Refusal("launch/malformed", str(error)) from error
    fits = len(value) <= 4096 and launch["port"] <= 65535 and launch["not_after"] <= 253402300799
    demand(fits, "launch/malformed", "too long, or a number too large")
    return launch


def read(data: bytes, pattern: str, canonical: bool = True) -> Any:
    """JSON that is, in its canonical spelling, what the pattern says; or ValueError, RecursionError."""
    value = json.loads(data.decode(), parse_float=str, parse_constant=str)  # these are written otherwise
    written = write(value)
    if (canonical and written != data) or not re.fullmatch(pattern, written.decode()):
        raise ValueError("not canonical, or a member is missing, unknown or of another kind")
    return value


def write(value: Any) -> bytes:
    """Canonical JSON; bytes are written in base64."""
    spelling: Any = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}
    return json.dumps(value, default=lambda data: base64.b64encode(data).decode(), **spelling).encode()


def from_base64(text: Any) -> Any:
    """RFC 4648 with padding, in its one canonical spelling; None is None."""
    data = None if text is None else base64.b64decode(text, validate=True)
    if data is not None and base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data
