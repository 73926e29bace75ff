from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from enclave import Enclave


@pytest.fixture
def enclave(tmp_path: Path) -> Iterator[Callable[..., Enclave]]:
    """Makes enclaves, and ends those that are left."""
    made: list[Enclave] = []

    def make(code: dict[str, bytes | str], application: str = "app:app", **configuration: Any) -> Enclave:
        made.append(Enclave(tmp_path / str(len(made)), code, application, **configuration))
        return made[-1]

    yield make
    for one in made:
        one.kill()
