"""The entry of a plain, ended run, read as fast as it goes: for making the index anew from a large archive.

Decodes only what lists and galleries need, checks no checksums, asks for no signature; anything out of the ordinary
is left to the full reading, which in any case follows in the background and has the last word. No SQL. Blocking.
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from kiosk.records import MediaType, Status, media_path, thumbnail_path
from kiosk.storage.answers import GalleryItem, RunRow
from kiosk.storage.index.entries import TEASER, MediumEntry, RunEntry, milliseconds, moment_of
from kiosk.storage.run_files import JOURNAL, content_of

_USUAL = frozenset(
    {
        *("user_input_text", "user_input_image", "context_prompt", "stage1_safety_check", "stage1_blocked"),
        *("interception_iteration", "interception_final", "translation_en", "prompt_optimization"),
        *("stage3_safety_check", "stage3_blocked", "media_safety_check", "output_error", "parameters", "step_output"),
        *("node_output", "node_error", "loop_limit_reached"),
    }
)
"""What a run may have, besides its outputs, that changes neither what is shown nor how times and numbers count."""

_IDEA = "user_input_text"
_ENDS = {"pipeline_complete": Status.COMPLETED, "pipeline_cancelled": Status.CANCELLED}


class _Facts(Struct, frozen=True, gc=False):
    size_bytes: int
    mime_type: str


class _Line(Struct, gc=False):
    """`content` and `metadata` are decoded where they are needed: most are long, and few are."""

    sequence_number: int
    timestamp: str
    item_type: str
    media_type: MediaType
    content: Raw = Raw(b"null")
    file: _Facts | None = None
    config_used: str | None = None
    execution_time: float | None = None
    metadata: Raw = Raw(b"{}")


class _Consent(Struct, frozen=True, gc=False):
    gallery: bool = True
    wall: bool = False


class _Start(Struct, gc=False):
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


_lines = msgspec.json.Decoder(_Line)
_start = msgspec.json.Decoder(_Start)
_facts = msgspec.json.Decoder(dict[str, Any])
_text = msgspec.json.Decoder(str | None)


def quick_entry(folder: str, place: str, day: str) -> RunEntry | None:
    """The entry of a run, without its text and its signature; None if it must be read in full.

    `place` is how the index names the folder. Raises `OSError`.
    """
    try:
        content = content_of(f"{folder}/{JOURNAL}")
    except FileNotFoundError:
        return None
    if not content.endswith(b"\n"):
        return None
    try:
        first, *between, end = _lines.decode_lines(content)
        run = _start.decode(first.metadata)
        if not folder.endswith(run.run_id) or end.item_type not in _ENDS or end.execution_time is None:
            return None
        return _entry(run, first, between, end, place, day)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None


def _entry(run: _Start, first: _Line, between: list[_Line], end: _Line, place: str, day: str) -> RunEntry | None:
    idea = ""
    outputs = []
    size = 0
    for line in between:
        kind = line.item_type
        if line.file is not None:
            size += line.file.size_bytes
        if kind == _IDEA:
            idea = _text.decode(line.content) or ""
        elif kind[:7] == "output_" and kind != "output_blocked" and kind != "output_error":
            outputs.append(line)
        elif kind not in _USUAL:
            return None
    counts: dict[MediaType, int] = {}
    media = []
    for line in outputs:
        facts = _facts.decode(line.metadata)
        if line.file is None or "check_pending" in facts:
            return None
        n = counts[line.media_type] = counts.get(line.media_type, 0) + 1
        media.append(_medium(run, line, line.file, facts, n, idea[:TEASER]))
    status = _facts.decode(end.metadata).get("status") if end.item_type == "pipeline_complete" else None
    return RunEntry(
        row=RunRow(
            execution_id=run.execution_id,
            run_id=run.run_id,
            config_name=run.schema,
            timestamp=first.timestamp,
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
        moment=moment_of(run.run_id, first.timestamp),
        day=day,
        size_bytes=size,
        signature="",
        media=media,
        body=None,
        changed=milliseconds(end.timestamp),
        host=run.host,
        parent=run.parent_run_id,
        retain_until=run.retain_until,
    )


def _medium(run: _Start, line: _Line, file: _Facts, facts: dict[str, Any], n: int, idea: str) -> MediumEntry:
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
