"""Logging: JSON lines in `state/logs`, warnings on standard error. Never a child's words, never a token."""

import logging
import logging.handlers
import sys
from pathlib import Path

import msgspec

from kiosk.durable import make_folders

_MAX_BYTES = 2_000_000
_FILES = 5
_FACTS = ("run_id", "device_id", "box")


class JsonLines(logging.Formatter):
    """One JSON object a line; line ends and control characters in a message cannot forge another."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "where": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: str(value) for name in _FACTS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(entry).decode()


def configure(state: Path) -> None:
    """Log this program into its state folder; without a folder that can be written, to standard error only."""
    root = logging.getLogger("kiosk")
    if root.handlers:
        return
    root.setLevel(logging.INFO)
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.WARNING)
    root.addHandler(screen)
    folder = state / "logs"
    try:
        make_folders(folder, durable=False)
        file = logging.handlers.RotatingFileHandler(
            folder / "kiosk.log", maxBytes=_MAX_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
        )
    except OSError as error:
        root.warning("no log file: %s", error.strerror)
        return
    file.setFormatter(JsonLines())
    root.addHandler(file)
