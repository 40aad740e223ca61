"""The log's folder: made with the state folder, for nobody else to read."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import logs


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The program's own log without its handlers, as at the start of a process."""
    log = logging.getLogger("kiosk")
    before, level = log.handlers[:], log.level
    log.handlers.clear()
    yield log
    for handler in log.handlers:
        handler.close()
    log.handlers[:], log.level = before, level


def test_the_folders_of_the_log_are_for_nobody_else(root: logging.Logger, tmp_path: Path) -> None:
    logs.configure(tmp_path / "data" / "state")
    assert root.handlers
    for folder in (tmp_path / "data", tmp_path / "data" / "state", tmp_path / "data" / "state" / "logs"):
        assert folder.stat().st_mode & 0o777 == 0o700, folder
