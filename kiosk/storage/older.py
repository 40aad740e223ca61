"""Read a run folder of whatever age (docs/records.md, section 7). Never writes. Blocking."""

from pathlib import Path

from kiosk.storage.run_files import JOURNAL, RunRecord, read_run


def read_any(folder: Path) -> RunRecord | None:
    """The run in a folder; None if there is none. Raises `OSError`."""
    if (folder / JOURNAL).exists():
        return read_run(folder)
    return None
