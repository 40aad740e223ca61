"""What the index keeps of one run, made from the run as its folder tells it. No SQL; only stats files."""

import os
import stat
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.ids import began_ms
from kiosk.records import HistoryRecord, ItemType, MediaType, RunItem, RunMetadata, media_path, thumbnail_path
from kiosk.storage.accounts import total_seconds
from kiosk.storage.answers import GalleryItem, RunRow
from kiosk.storage.index.statistics import Tallies, tallies_of
from kiosk.storage.projection import Medium, recorded_on
from kiosk.storage.run_files import FINAL, JOURNAL, METADATA, PROMPTING, RunRecord, is_day

TEASER = 200
"""How many characters of the idea a gallery item carries."""

_SILENT = {ItemType.STAGE1_SAFETY_CHECK, ItemType.STAGE3_SAFETY_CHECK, ItemType.MEDIA_SAFETY_CHECK}


class MediumEntry(Struct, frozen=True, kw_only=True):
    """A finished medium, and when it was finished (epoch, ms)."""

    item: GalleryItem
    moment: int
    sequence: int
    shown: bool


class RunEntry(Struct, frozen=True, kw_only=True):
    """One run. `folder` is relative to `exports`; `moment` its start (epoch, ms); `body` what full text finds.

    `signature` tells whether the folder has changed since, empty if nobody asked; `body` None: the text follows
    later, and `tallies` (what it adds to the statistics) with it; `changed` is the time of the last item (epoch,
    ms), `host` where it was recorded; `kept_apart` counts pictures that were blocked.
    """

    row: RunRow
    folder: str
    moment: int
    day: str
    size_bytes: int
    signature: str
    media: list[MediumEntry]
    body: str | None
    tallies: Tallies | None = None
    changed: int = 0
    host: str | None = None
    parent: str | None = None
    retain_until: str | None = None
    kept_apart: int = 0


def entry_of(record: RunRecord, exports: Path, *, text: bool = True) -> RunEntry:
    """The entry of a run that has a journal."""
    run = record.metadata
    start = moment_of(run.run_id, run.start_time)
    day = day_of(run.start_time, record.folder)
    idea = record.folded.idea[:TEASER]
    return RunEntry(
        row=RunRow(
            execution_id=run.execution_id,
            run_id=run.run_id,
            config_name=run.schema,
            timestamp=run.start_time or "",
            execution_mode=str(run.execution_mode),
            safety_level=str(run.safety_level),
            total_execution_time=total_seconds(record.items),
            items_count=run.items_count,
            user_id=run.user_id,
            session_id=run.session_id,
            device_id=run.device_id,
            status=str(run.status),
            taxonomy_version=run.taxonomy_version,
            type=str(run.type),
            damaged=bool(record.damage),
        ),
        folder=place_name(record.folder, exports),
        moment=start,
        day=day,
        size_bytes=sum(entity.size_bytes for entity in run.entities),
        signature=signature(record.folder),
        media=[_medium(run, medium, idea) for medium in record.folded.media() if medium.item.file is not None],
        body=body_of(record.items) if text else None,
        tallies=tallies_of(record.items, run, day) if text else None,
        changed=milliseconds(record.items[-1].timestamp) if record.items else start,
        host=recorded_on(record.items),
        parent=run.parent_run_id,
        retain_until=run.retain_until,
        kept_apart=sum(item.item_type is ItemType.OUTPUT_BLOCKED for item in record.items),
    )


def place_name(folder: Path, exports: Path) -> str:
    """How the index names a folder: relative to `exports`."""
    place, root = str(folder), f"{exports}{os.sep}"
    below = place[len(root) :] if place.startswith(root) else os.path.relpath(place, root)
    return below.replace(os.sep, "/")


def told_by(record: HistoryRecord, row: RunRow) -> RunRow:
    """The line of an older run with what only its history record tells."""
    return msgspec.structs.replace(
        row, execution_id=record.execution_id, total_execution_time=record.total_execution_time
    )


def signature(folder: Path | str) -> str:
    """A run folder's changes in one word: times and sizes of what its writers touch. Missing parts are part of it."""
    place = str(folder)
    parts: list[str] = []
    for name in (JOURNAL, METADATA, PROMPTING, FINAL, ""):
        if not name and parts[0] != "-":
            # Only runs without a journal have files beside it.
            break
        try:
            # Asked 400,000 times at 100,000 runs: plain calls, no path objects.
            facts = os.stat(f"{place}/{name}")  # noqa: PTH116
        except OSError:
            parts.append("-")
            continue
        size = 0 if stat.S_ISDIR(facts.st_mode) else facts.st_size
        parts.append(f"{facts.st_mtime_ns:x}.{size:x}")
    return " ".join(parts)


def body_of(items: Iterable[RunItem]) -> str:
    """All words of a run that a person would search for: ideas and results, not verdicts."""
    texts = [
        item.content
        for item in items
        if item.content and item.media_type in (MediaType.TEXT, MediaType.CODE) and item.item_type not in _SILENT
    ]
    return folded("\n".join(dict.fromkeys(texts)))


def folded(text: str) -> str:
    """Text as the full-text index has it: composed, without case, `ß` as `ss`."""
    return unicodedata.normalize("NFC", text).casefold()


def moment_of(run_id: str, start: str | None) -> int:
    """When a run began (epoch, ms): its id tells, or its record; 0 if neither does."""
    began = began_ms(run_id)
    return milliseconds(start) if began is None else began


def milliseconds(text: str | None) -> int:
    """An ISO 8601 time as epoch milliseconds, naive ones as local; 0 if it is none."""
    try:
        # Of a naive time this is the moment in local time, too.
        return int(datetime.fromisoformat(text or "").timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0


def day_of(start: str | None, folder: Path) -> str:
    """The local date of a run: its day folder's name, or the date of its start."""
    for name in folder.parts[-2:-4:-1]:
        if is_day(name):
            return name
    return (start or "")[:10]


def _medium(run: RunMetadata, medium: Medium, idea: str) -> MediumEntry:
    item = medium.item
    facts = item.metadata
    is_picture = medium.media_type is MediaType.IMAGE
    return MediumEntry(
        item=GalleryItem(
            run_id=run.run_id,
            execution_id=run.execution_id,
            n=medium.n,
            media_type=medium.media_type,
            mime_type=item.file.mime_type if item.file else "",
            url=media_path(medium.media_type, run.run_id, medium.n),
            thumb_url=thumbnail_path(run.run_id, medium.n) if is_picture else None,
            width=_int(facts.get("width")),
            height=_int(facts.get("height")),
            duration_s=_float(facts.get("duration_s")),
            timestamp=item.timestamp,
            schema=run.schema,
            config=item.config_used,
            seed=_int(facts.get("seed")),
            input_text=idea,
            device_id=run.device_id,
            user_id=run.user_id,
            session_id=run.session_id,
            wall=run.consent.wall,
        ),
        moment=milliseconds(item.timestamp),
        sequence=item.sequence_number,
        shown=medium.shown,
    )


def _int(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


row_json = msgspec.json.encode
