"""Every test here has a short form, for each run of the tests, and with `--long` its full one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endurance.endured import Endured


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the full form was asked for."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Endured]:
    """A gateway that runs in its own process."""
    made = Endured(tmp_path)
    with made:
        yield made
