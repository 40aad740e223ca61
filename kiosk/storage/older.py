"""Read runs of whatever age: today's journals, and the folders of older programs (docs/records.md, section 7).

An older run is shown as if it had a journal: its files become items, in the order of their numbers. What is
missing or contradictory is told as damage, never guessed, and nothing is ever written. Blocking.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kiosk.ids import began_ms, is_device_id, is_execution_id, is_run_id
from kiosk.records import (
    FileFacts,
    HistoryRecord,
    ItemType,
    MediaType,
    RunItem,
    RunMetadata,
    RunType,
    Status,
    timestamp,
)
from kiosk.storage import history
from kiosk.storage.journal import Damage
from kiosk.storage.older_files import Entry, entries_of, number_of
from kiosk.storage.older_words import record_of, text_of
from kiosk.storage.projection import OUTPUT_TYPES, fold
from kiosk.storage.run_files import (
    METADATA,
    RunRecord,
    is_day,
    media_type_of,
    mime_type_of,
    read_run,
)

MAX_TEXT = 256 << 10
"""Texts above this size (bytes) are files without content."""

_MAX_METADATA = 8 << 20

_ITEM_TYPES: Mapping[str, ItemType] = {
    "input": ItemType.USER_INPUT_TEXT,
    "input_text": ItemType.USER_INPUT_TEXT,
    "input_image": ItemType.USER_INPUT_IMAGE,
    "context_prompt": ItemType.CONTEXT_PROMPT,
    "safety": ItemType.STAGE1_SAFETY_CHECK,
    "interception": ItemType.INTERCEPTION_FINAL,
    "transformed_text": ItemType.INTERCEPTION_FINAL,
    "translation": ItemType.TRANSLATION_RESULT,
    "translation_en": ItemType.TRANSLATION_EN,
    "optimized_prompt": ItemType.PROMPT_OPTIMIZATION,
    "safety_pre_output": ItemType.STAGE3_SAFETY_CHECK,
    "output_image": ItemType.OUTPUT_IMAGE,
    "output_audio": ItemType.OUTPUT_AUDIO,
    "output_music": ItemType.OUTPUT_MUSIC,
    "output_video": ItemType.OUTPUT_VIDEO,
    "output_3d": ItemType.OUTPUT_3D,
    "output_code": ItemType.OUTPUT_CODE,
    "media_safety": ItemType.MEDIA_SAFETY_CHECK,
    "parameters": ItemType.PARAMETERS,
    "error": ItemType.PIPELINE_ERROR,
}
_STAGES = {
    "stage1": 1,
    "translation_result": 1,
    "interception": 2,
    "translation": 3,
    "prompt": 3,
    "stage3": 3,
    "output": 4,
    "media": 4,
}
_TEXT_FIELDS = ("schema", "user_id", "session_id", "execution_mode", "safety_level", "language", "app_version")


def read_any(folder: Path) -> RunRecord | None:
    """The run in a folder; None if there is none. Raises `OSError`."""
    try:
        return read_run(folder)
    except (FileNotFoundError, NotADirectoryError):
        pass  # no journal: a folder of an older program, or its history record
    if folder.is_dir():
        return read_older(folder)
    if folder.suffix != ".json" or not folder.is_file():
        return None
    record = history.read_older(folder)
    return of_history(folder, record) if record is not None else of_broken_history(folder)


def of_history(path: Path, record: HistoryRecord) -> RunRecord:
    """A run of which only its history record is left: its texts, without its files."""
    items = [msgspec.structs.replace(item, file=None, file_path=None) for item in record.items]
    folded = fold(items)
    run = folded.metadata()
    for name in ("run_id", "execution_id", "execution_mode", "safety_level", "user_id", "session_id", "device_id"):
        setattr(run, name, getattr(record, name))
    run.schema, run.start_time, run.items_count = record.config_name, record.timestamp, len(items)
    run.seed = record.used_seed if run.seed is None else run.seed
    made = [item.config_used for item in items if item.item_type in OUTPUT_TYPES and item.config_used]
    run.output_configs = run.output_configs or made
    if not run.status.ended:
        has_output = any(item.item_type in OUTPUT_TYPES for item in items)
        run.status = Status.COMPLETED if has_output else Status.INTERRUPTED
    return RunRecord(path, items, run, folded, [])


def of_broken_history(path: Path) -> RunRecord | None:
    """A run of which only a history record is left that cannot be read: its execution id, and that it is damaged."""
    if not is_execution_id(path.stem):
        return None
    folded = fold([])
    run = folded.metadata()
    run.run_id, run.execution_id, run.status = path.stem, path.stem, Status.INTERRUPTED
    return RunRecord(path, [], run, folded, [Damage(0, "broken")])


def read_older(folder: Path) -> RunRecord | None:
    """The run in a folder without a journal; None if its name and its records are of no run."""
    raw, damage = _raw_metadata(folder)
    named = raw.get("run_id")
    run_id = folder.name if is_run_id(folder.name) else named
    if not isinstance(run_id, str) or not is_run_id(run_id):
        return None
    entries, missing = entries_of(folder, raw)
    if not entries and not raw:
        return None
    damage += [Damage(0, "missing")] * missing
    if isinstance(named, str) and named != run_id:
        damage.append(Damage(0, "broken"))
    started = _started(raw, run_id) or ""
    items = [_start(raw, run_id, folder, started)]
    for entry in entries:
        items.append(_item(folder, entry, len(items) + 1, started))
    folded = fold(items)
    run = folded.metadata()
    _overlay(run, raw, items)
    return RunRecord(folder, items, run, folded, damage)


def _raw_metadata(folder: Path) -> tuple[dict[str, Any], list[Damage]]:
    path = folder / METADATA
    try:
        if path.stat().st_size > _MAX_METADATA:
            return {}, [Damage(0, "broken")]
        return record_of(path.read_bytes()), []
    except FileNotFoundError:
        return {}, [Damage(0, "missing")]
    except (OSError, ValueError, RecursionError):
        return {}, [Damage(0, "broken")]


def _start(raw: dict[str, Any], run_id: str, folder: Path, started: str) -> RunItem:
    device = raw.get("device_id") or _device_by_place(folder)
    execution_id = raw.get("execution_id")
    facts = {
        "run_id": run_id,
        "execution_id": execution_id if isinstance(execution_id, str) and is_execution_id(execution_id) else None,
        "type": raw.get("type") if raw.get("type") in list(RunType) else str(_type_by_name(run_id)),
        "device_id": device if isinstance(device, str) else None,
        "output_configs": [config for config in _list(raw.get("output_configs")) if isinstance(config, str)],
        "older": True,
    }
    for name in ("batch_id", "batch_index", "workflow_file", "latent_lab_tool"):
        if raw.get(name) is not None:
            facts[name] = raw[name]
    return RunItem(
        sequence_number=1,
        timestamp=started,
        stage=0,
        media_type=MediaType.METADATA,
        item_type=ItemType.PIPELINE_START,
        metadata=facts,
    )


def _device_by_place(folder: Path) -> str | None:
    """The device whose folder in a day's folder the run lies in; other layouts know none."""
    device, day = folder.parent.name, folder.parent.parent.name
    return device if is_day(day) and is_device_id(device) else None


def _item(folder: Path, entry: Entry, number: int, started: str) -> RunItem:
    path = folder / entry.filename
    media_type = media_type_of(path)
    kind = _item_type(entry)
    content = None
    if media_type in (MediaType.TEXT, MediaType.METADATA) and path.stat().st_size <= MAX_TEXT:
        content = text_of(path.read_bytes())
    if kind in OUTPUT_TYPES:
        media_type = MediaType(kind.removeprefix("output_"))
        content = None
    facts = dict(entry.facts)
    return RunItem(
        sequence_number=number,
        timestamp=entry.timestamp or started,
        stage=next((stage for prefix, stage in _STAGES.items() if kind.startswith(prefix)), 0),
        stage_iteration=number_of(entry.kind) if kind is ItemType.INTERCEPTION_ITERATION else None,
        media_type=media_type,
        item_type=kind,
        content=content,
        file_path=entry.filename,
        file=FileFacts(mime_type=mime_type_of(path), size_bytes=path.stat().st_size, sha256=""),
        config_used=_pop_text(facts, "config", "config_used"),
        model_used=_pop_text(facts, "model", "model_used"),
        backend_used=_pop_text(facts, "backend", "backend_used"),
        prompt_id=_pop_text(facts, "prompt_id"),
        metadata=facts,
    )


def _item_type(entry: Entry) -> ItemType:
    known = _ITEM_TYPES.get(entry.kind)
    if known is not None:
        return known
    for prefix, kind in (
        ("interception_", ItemType.INTERCEPTION_ITERATION),
        ("step_", ItemType.STEP_OUTPUT),
        ("node_", ItemType.NODE_OUTPUT),
    ):
        if entry.kind.startswith(prefix) and number_of(entry.kind):
            return kind
    return ItemType.NODE_OUTPUT if "node_id" in entry.facts else ItemType.RECOVERED_FILE


def _overlay(run: RunMetadata, raw: dict[str, Any], items: list[RunItem]) -> None:
    """Put what the older record says in the place of what its files alone would tell, unconverted."""
    said = {**raw, "schema": _first_text(raw, "schema", "config_name") or ""}
    for name in _TEXT_FIELDS:
        if isinstance(said.get(name), str) and said[name]:
            setattr(run, name, said[name])
    state = raw.get("current_state") if isinstance(raw.get("current_state"), dict) else {}
    run.start_time = _started(raw, run.run_id)
    run.output_configs = run.output_configs or [output.config for output in run.outputs if output.config]
    run.end_time = _first_text(raw, "end_time")
    run.models_used = {
        key: value
        for key, value in (_dict(raw.get("models_used")) or run.models_used).items()
        if isinstance(key, str) and isinstance(value, str)
    }
    stage = raw.get("current_stage", _dict(state).get("stage"))
    run.current_stage = stage if isinstance(stage, int) else run.current_stage
    step = raw.get("current_step", _dict(state).get("step"))
    run.current_step = step if isinstance(step, str) else run.current_step
    progress = raw.get("progress", _dict(state).get("progress"))
    run.progress = progress if isinstance(progress, str) else f"{len(items) - 1}/{len(items) - 1}"
    run.items_count = len(items)
    run.status = _status(raw, run)


def _started(raw: dict[str, Any], run_id: str) -> str | None:
    """When a run began: as its record says, else as its id does."""
    said = _first_text(raw, "start_time", "timestamp", "created_at")
    began = began_ms(run_id)
    if said is None and began is not None:
        return timestamp(datetime.fromtimestamp(began / 1000).astimezone())
    return said


def _status(raw: dict[str, Any], run: RunMetadata) -> Status:
    """What an older record says; where it says nothing, a finished medium or a full count is a completed run."""
    said = raw.get("status")
    if said in list(Status) and Status(said).ended:
        return Status(said)
    done, _, expected = run.progress.partition("/")
    is_full = done == expected and done not in ("", "0") and isinstance(raw.get("progress"), str)
    # Nobody records an older run any more, whatever it says of itself.
    return Status.COMPLETED if run.outputs or is_full else Status.INTERRUPTED


def _type_by_name(run_id: str) -> RunType:
    return RunType.CANVAS if "_canvas" in run_id else RunType.PIPELINE


def _first_text(raw: Mapping[str, Any], *names: str) -> str | None:
    return next((value for name in names if isinstance(value := raw.get(name), str) and value), None)


def _pop_text(facts: dict[str, Any], *names: str) -> str | None:
    found = _first_text(facts, *names)
    for name in names:
        facts.pop(name, None)
    return found


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def store_of(data: Path) -> Path:
    """Where the media store of 2025 keeps its runs."""
    return data / "media_storage" / "runs"


def older_places(data: Path) -> Iterator[Path]:
    """Run folders beside `exports`: the media store of 2025."""
    store = store_of(data)
    if store.is_dir() and not store.is_symlink():
        yield from sorted(folder for folder in store.iterdir() if folder.is_dir() and not folder.is_symlink())
