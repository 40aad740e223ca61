"""`exec_*.json`: the whole run for research, a projection of its journal (docs/records.md, section 4).

Written when a run ends, again when it is continued. Blocking.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from kiosk.ids import is_execution_id
from kiosk.records import HistoryRecord, to_json
from kiosk.storage import durable as disk

FOLDER = "pipeline_runs"


def path_of(exports: Path, execution_id: str) -> Path:
    """Where the record of an execution lies. The id must have been checked."""
    return exports / FOLDER / f"{execution_id}.json"


def write(exports: Path, record: HistoryRecord) -> Path | None:
    """Write a record, whole or not at all; None for a run that never had an execution id. Raises `OSError`."""
    if record.execution_id is None or not is_execution_id(record.execution_id):
        return None
    path = path_of(exports, record.execution_id)
    disk.make_folders(path.parent, durable=False)
    disk.replace(path, content(record), durable=False)
    return path


def missing(exports: Path, known: Mapping[str, str]) -> list[str]:
    """Of executions given as id → folder: the folders of those that have no record."""
    place = exports / FOLDER
    there = {entry.name for entry in os.scandir(place)} if place.is_dir() else set()
    return [folder for execution_id, folder in known.items() if f"{execution_id}.json" not in there]


def content(record: HistoryRecord) -> bytes:
    """A record as its file has it."""
    return to_json(record)
