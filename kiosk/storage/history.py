"""`exec_*.json`: the whole run for research, a projection of its journal (docs/records.md, section 4).

Written when a run ends, again when it is continued. Blocking.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kiosk import durable as disk
from kiosk.ids import is_execution_id, is_run_id
from kiosk.records import TAXONOMY_VERSION, HistoryRecord, ItemType, MediaType, RunItem, to_json
from kiosk.storage.older_words import record_of

FOLDER = "pipeline_runs"
OLDER_FOLDER = "executions"


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


def find(exports: Path, execution_id: str) -> Path | None:
    """The record of an execution, in today's folder or the older one. The id must have been checked."""
    for place in (FOLDER, OLDER_FOLDER):
        path = exports / place / f"{execution_id}.json"
        if path.is_file():
            return path
    return None


def unknown(exports: Path, known: set[str]) -> list[Path]:
    """Records of executions that are not in `known`: those of older programs, in either of their folders."""
    return [
        path
        for place in (exports / FOLDER, exports / OLDER_FOLDER)
        if place.is_dir()
        for path in sorted(place.glob("exec_*.json"))
        if is_execution_id(path.stem) and path.stem not in known
    ]


def read_older(path: Path) -> HistoryRecord | None:
    """A record of an older program, with nulls wherever it has them; None if it is none. Raises `OSError`.

    One that names no run goes by its execution alone, which then stands in the place of the run id, too.
    """
    try:
        raw = record_of(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not raw.keys() & {"execution_id", "run_id", "items"}:
        return None
    run_id = raw.get("run_id")
    if not isinstance(run_id, str) or not is_run_id(run_id):
        run_id = path.stem
    listed = raw.get("items")
    items = [
        item
        for number, entry in enumerate(listed if isinstance(listed, list) else [], start=1)
        if isinstance(entry, dict) and (item := _older_item(entry, number)) is not None
    ]
    total = raw.get("total_execution_time")
    return HistoryRecord(
        execution_id=path.stem,
        run_id=run_id,
        config_name=_text(raw, "config_name"),
        execution_mode=_text(raw, "execution_mode"),
        safety_level=_text(raw, "safety_level"),
        user_id=_text(raw, "user_id") or "anonymous",
        session_id=_text(raw, "session_id") or "default",
        device_id=_text(raw, "device_id") or None,
        timestamp=_text(raw, "timestamp"),
        items=items,
        total_execution_time=float(total) if isinstance(total, int | float) else None,
        taxonomy_version=_text(raw, "taxonomy_version") or TAXONOMY_VERSION,
        used_seed=seed if isinstance(seed := raw.get("used_seed"), int) else None,
    )


def _older_item(raw: dict[str, Any], number: int) -> RunItem | None:
    """An item whose fields may be null; `output_config_index` is today's `loop_iteration`.

    Of a kind or with fields that we do not know, its words are kept, and what it was called; None if it is no item.
    """
    known = {key: value for key, value in raw.items() if value is not None}
    known.setdefault("sequence_number", number)
    known.setdefault("timestamp", "")
    known.setdefault("stage", 0)
    known.setdefault("media_type", "metadata")
    if "loop_iteration" not in known and isinstance(known.get("output_config_index"), int):
        known["loop_iteration"] = known["output_config_index"]
    try:
        return msgspec.convert(known, RunItem, strict=False)
    except msgspec.ValidationError:
        return _strange_item(known, number)


def _strange_item(raw: dict[str, Any], number: int) -> RunItem:
    content = raw.get("content")
    return RunItem(
        sequence_number=number,
        timestamp=_text(raw, "timestamp"),
        stage=0,
        media_type=MediaType.TEXT if isinstance(content, str) else MediaType.METADATA,
        item_type=ItemType.RECOVERED_FILE,
        content=content if isinstance(content, str) else None,
        metadata={key: value for key, value in raw.items() if key != "content"},
    )


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def content(record: HistoryRecord) -> bytes:
    """A record as its file has it."""
    return to_json(record)
