"""One running program for the tests that leave nothing behind; a fresh one for those that do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.house import House, running


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A program that all tests of this folder may ask."""
    with running(tmp_path_factory.mktemp("data")) as house:
        yield house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A program of one's own."""
    with running(tmp_path) as own:
        yield own
