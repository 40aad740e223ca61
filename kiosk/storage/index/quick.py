"""The entry of a plain, ended run, read as fast as it goes: for making the index anew from a large archive.

Decodes only the lines that lists and galleries need and checks no checksums; anything out of the ordinary is left
to the full reading, which in any case follows in the background and has the last word. No SQL. Blocking.
"""

import re
from typing import Any

import msgspec
from msgspec import Struct, field

from kiosk.records import MediaType, Status, media_path, thumbnail_path
from kiosk.storage.answers import GalleryItem, RunRow
from kiosk.storage.index.entries import TEASER, MediumEntry, RunEntry, milliseconds, signature

# A run with one of these is read in full: they change what may be shown, or how times and numbers are counted.
_UNUSUAL = re.compile(
    rb'"continues":true|"item_type":"(?:user_edit|consent_|retention_|visibility_|output_blocked|recovered_file|'
    rb'pipeline_interrupted|pipeline_error|interception_result)|"check_pending"|"not_saved"'
)
_SIZES = re.compile(rb'"file":\{"mime_type":"[^"]*","size_bytes":([0-9]+),"sha256"')
_WANTED = (b'"item_type":"output_', b'"item_type":"user_input_text"')
_ENDS = {"pipeline_complete": Status.COMPLETED, "pipeline_cancelled": Status.CANCELLED}


class _Facts(Struct):
    mime_type: str


class _Line(Struct):
    sequence_number: int
    timestamp: str
    item_type: str
    media_type: MediaType
    content: str | None = None
    file: _Facts | None = None
    config_used: str | None = None
    execution_time: float | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class _Consent(Struct, frozen=True):
    gallery: bool = True
    wall: bool = False


class _Start(Struct):
    run_id: str
    schema: str
    device_id: str
    execution_mode: str
    safety_level: str
    user_id: str
    session_id: str
    type: str
    execution_id: str | None = None
    host: str | None = None
    parent_run_id: str | None = None
    retain_until: str | None = None
    consent: _Consent = _Consent()


class _First(Struct):
    timestamp: str
    metadata: _Start


_first = msgspec.json.Decoder(_First)
_line = msgspec.json.Decoder(_Line)


def quick_entry(folder: str, place: str, day: str) -> RunEntry | None:
    """The entry of a run, without its text; None if it must be read in full.

    `place` is how the index names the folder. Raises `OSError`.
    """
    try:
        with open(f"{folder}/journal.jsonl", "rb", buffering=0) as file:  # noqa: PTH123 - 100,000 times
            content = file.read()
    except FileNotFoundError:
        return None
    if not content.endswith(b"\n") or _UNUSUAL.search(content):
        return None
    lines = content.split(b"\n")
    try:
        start = _first.decode(lines[0])
        end = _line.decode(lines[-2])
        wanted = [_line.decode(line) for line in lines[1:-2] if _WANTED[0] in line or _WANTED[1] in line]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if end.item_type not in _ENDS or end.execution_time is None or not folder.endswith(start.metadata.run_id):
        return None
    return _entry(start, end, wanted, folder, place, day, sum(map(int, _SIZES.findall(content))))


def _entry(start: _First, end: _Line, wanted: list[_Line], folder: str, place: str, day: str, size: int) -> RunEntry:
    run = start.metadata
    idea = next((line.content for line in reversed(wanted) if line.item_type == "user_input_text"), None) or ""
    status = end.metadata.get("status") if end.item_type == "pipeline_complete" else None
    counts: dict[MediaType, int] = {}
    media = []
    for line in wanted:
        if line.item_type != "user_input_text" and line.file is not None:
            n = counts[line.media_type] = counts.get(line.media_type, 0) + 1
            media.append(_medium(run, line, line.file, n, idea[:TEASER]))
    return RunEntry(
        row=RunRow(
            execution_id=run.execution_id,
            run_id=run.run_id,
            config_name=run.schema,
            timestamp=start.timestamp,
            execution_mode=run.execution_mode,
            safety_level=run.safety_level,
            total_execution_time=round(end.execution_time or 0.0, 3),
            items_count=end.sequence_number,
            user_id=run.user_id,
            session_id=run.session_id,
            device_id=run.device_id,
            status=status if isinstance(status, str) else str(_ENDS[end.item_type]),
            type=run.type,
        ),
        folder=place,
        moment=int(run.run_id.split("_")[1]),
        day=day,
        size_bytes=size,
        signature=signature(folder),
        media=media,
        body=None,
        changed=milliseconds(end.timestamp),
        host=run.host,
        parent=run.parent_run_id,
        retain_until=run.retain_until,
    )


def _medium(run: _Start, line: _Line, file: _Facts, n: int, idea: str) -> MediumEntry:
    facts = line.metadata
    duration = facts.get("duration_s")
    return MediumEntry(
        item=GalleryItem(
            run_id=run.run_id,
            execution_id=run.execution_id,
            n=n,
            media_type=line.media_type,
            mime_type=file.mime_type,
            url=media_path(line.media_type, run.run_id, n),
            thumb_url=thumbnail_path(run.run_id, n) if line.media_type is MediaType.IMAGE else None,
            width=width if isinstance(width := facts.get("width"), int) else None,
            height=height if isinstance(height := facts.get("height"), int) else None,
            duration_s=float(duration) if isinstance(duration, int | float) else None,
            timestamp=line.timestamp,
            schema=run.schema,
            config=line.config_used,
            seed=seed if isinstance(seed := facts.get("seed"), int) else None,
            input_text=idea,
            device_id=run.device_id,
            user_id=run.user_id,
            session_id=run.session_id,
            wall=run.consent.wall,
        ),
        moment=milliseconds(line.timestamp),
        sequence=line.sequence_number,
        shown=run.consent.gallery,
    )
