"""The vocabulary of the program: what is known about a run, as structs and enums.

Everything that is kept about a run is a `RunItem` in its journal (`items`); all other records are projections of
journals (`runs`; docs/records.md). Here: what passes and is not kept, the one clock, how runs are addressed. No I/O.
"""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.records.items import (
    BLOCK_ITEM_TYPES,
    CHECK_ITEM_TYPES,
    END_ITEM_TYPES,
    ENTITY_TYPES,
    OUTPUT_ITEM_TYPES,
    FileFacts,
    ItemType,
    MediaType,
    RunItem,
    entity_type_of,
)
from kiosk.records.runs import (
    SCHEMA_VERSION,
    TAXONOMY_VERSION,
    Consent,
    Entity,
    ExecutionMode,
    Favorite,
    HistoryRecord,
    Output,
    Person,
    RunMetadata,
    RunStart,
    RunType,
    SafetyLevel,
    Status,
    Step,
)

__all__ = [
    "BLOCK_ITEM_TYPES",
    "CHECK_ITEM_TYPES",
    "END_ITEM_TYPES",
    "ENTITY_TYPES",
    "GALLERY_TOPIC",
    "OUTPUT_ITEM_TYPES",
    "SCHEMA_VERSION",
    "TAXONOMY_VERSION",
    "Consent",
    "Entity",
    "ExecutionMode",
    "Favorite",
    "FileFacts",
    "HistoryRecord",
    "ItemType",
    "MediaType",
    "Output",
    "Person",
    "Progress",
    "RunItem",
    "RunMetadata",
    "RunStart",
    "RunType",
    "SafetyLevel",
    "Status",
    "Step",
    "entity_type_of",
    "local_now",
    "media_path",
    "run_topic",
    "thumbnail_path",
    "timestamp",
    "to_json",
]


class Progress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What passes and is not kept: tokens, steps, previews, places in a queue.

    `kind`: `stage` (a step begins, in `step`), `token` and `thinking` (in `text`), `step` (`value` of `total`),
    `preview` (`preview` is a data URI), `queue` (`place` from 1, `estimate_s`), `working` (no steps known).
    `seconds` is the time since the step began. `model` says who works on a text, once its turn has come.
    `loop_iteration` says which output it belongs to.
    """

    kind: Literal["stage", "token", "thinking", "step", "preview", "queue", "working"]
    step: Step | None = None
    text: str | None = None
    value: int | None = None
    total: int | None = None
    preview: str | None = None
    place: int | None = None
    estimate_s: float | None = None
    seconds: float | None = None
    stage_iteration: int | None = None
    loop_iteration: int | None = None
    config: str | None = None
    model: str | None = None


def run_topic(run_id: str) -> str:
    """The hub topic on which the items and the progress of a run are published."""
    return f"run:{run_id}"


GALLERY_TOPIC = "gallery"


def local_now() -> datetime:
    """Now, as aware local time: the one clock for ids, folders and timestamps."""
    return datetime.now().astimezone()


def timestamp(moment: datetime | None = None) -> str:
    """ISO 8601 with UTC offset and milliseconds, as all records have it."""
    return (moment or local_now()).isoformat(timespec="milliseconds")


def to_json(record: Struct) -> bytes:
    """A record as indented JSON in its fixed field order, with a final newline, as files have it."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def media_path(media_type: MediaType, run_id: str, n: int) -> str:
    """The URL path of the n-th output (from 1) of a media type of a run; code has none of its own, but its entity."""
    if media_type is MediaType.CODE:
        return f"/api/pipeline/{run_id}/entity/output_{media_type}?n={n}"
    return f"/api/media/{media_type}/{run_id}/{n}"


def thumbnail_path(run_id: str, n: int, media_type: MediaType = MediaType.IMAGE) -> str | None:
    """The URL path of what stands for the n-th medium (from 1) of a type; None for what has no small picture.

    Of a video it may not be there, as it needs ffmpeg; of a sound that is no WAV likewise.
    """
    path = f"/api/media/thumb/{run_id}/{n}"
    if media_type is MediaType.IMAGE:
        return path
    previewed = media_type in (MediaType.AUDIO, MediaType.MUSIC, MediaType.VIDEO)
    return f"{path}?media_type={media_type}" if previewed else None
