"""What runs inside the enclave stays short enough to be read whole."""

from pathlib import Path


def test_the_launcher_has_at_most_700_lines() -> None:
    launcher = Path(__file__).parents[1] / "launcher"
    files = list(launcher.rglob("*.py"))
    assert launcher / "__main__.py" in files
    assert sum(len(file.read_text().splitlines()) for file in files) <= 700
