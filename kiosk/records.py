"""The vocabulary of the program: what is known about a run, as structs and enums.

Everything that is kept about a run is a `RunItem` in its journal; all other records here are projections
of journals (docs/records.md). No I/O.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

TAXONOMY_VERSION = "1.0"
SCHEMA_VERSION = 1


class MediaType(StrEnum):
    """What a person perceives in an item."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    MUSIC = "music"
    VIDEO = "video"
    MODEL_3D = "3d"
    CODE = "code"
    METADATA = "metadata"


class RunType(StrEnum):
    """Which recorder wrote a run."""

    PIPELINE = "pipeline"
    CANVAS = "canvas_workflow"
    LAB = "latent_lab"


class Status(StrEnum):
    """Where a run stands; `waiting` means that it is the person's turn."""

    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens unless a person continues the run."""
        return self not in (Status.RUNNING, Status.WAITING)


class ExecutionMode(StrEnum):
    """`eco`: boxes on this machine or the local network only. `fast`: cloud APIs may be used."""

    ECO = "eco"
    FAST = "fast"


class SafetyLevel(StrEnum):
    """How strict the safety check is."""

    KIDS = "kids"
    YOUTH = "youth"
    ADULT = "adult"
    RESEARCH = "research"

    @property
    def strictness(self) -> int:
        """Larger is stricter."""
        return 3 - list(SafetyLevel).index(self)


class Step(StrEnum):
    """What a run is doing now (`current_step`)."""

    SAFETY = "safety"
    INTERCEPTION = "interception"
    TRANSLATION = "translation"
    OPTIMIZATION = "optimization"
    SAFETY_PRE_OUTPUT = "safety_pre_output"
    MEDIA_GENERATION = "media_generation"
    MEDIA_SAFETY = "media_safety"
    PIPELINE_COMPLETE = "pipeline_complete"


class ItemType(StrEnum):
    """The taxonomy of journal items, version 1.0 (docs/records.md, section 4)."""

    PIPELINE_START = "pipeline_start"
    USER_INPUT_TEXT = "user_input_text"
    USER_INPUT_IMAGE = "user_input_image"
    CONTEXT_PROMPT = "context_prompt"
    USER_EDIT = "user_edit"
    PIPELINE_COMPLETE = "pipeline_complete"
    PIPELINE_ERROR = "pipeline_error"
    PIPELINE_CANCELLED = "pipeline_cancelled"
    PIPELINE_INTERRUPTED = "pipeline_interrupted"
    RECOVERED_FILE = "recovered_file"
    CONSENT_CHANGE = "consent_change"
    RETENTION_CHANGE = "retention_change"
    VISIBILITY_CHANGE = "visibility_change"

    STAGE1_SAFETY_CHECK = "stage1_safety_check"
    STAGE1_BLOCKED = "stage1_blocked"

    INTERCEPTION_ITERATION = "interception_iteration"
    INTERCEPTION_FINAL = "interception_final"

    TRANSLATION_EN = "translation_en"
    PROMPT_OPTIMIZATION = "prompt_optimization"
    STAGE3_SAFETY_CHECK = "stage3_safety_check"
    STAGE3_BLOCKED = "stage3_blocked"

    OUTPUT_IMAGE = "output_image"
    OUTPUT_AUDIO = "output_audio"
    OUTPUT_MUSIC = "output_music"
    OUTPUT_VIDEO = "output_video"
    OUTPUT_3D = "output_3d"
    OUTPUT_CODE = "output_code"
    MEDIA_SAFETY_CHECK = "media_safety_check"
    OUTPUT_BLOCKED = "output_blocked"
    OUTPUT_ERROR = "output_error"

    PARAMETERS = "parameters"
    STEP_OUTPUT = "step_output"
    NODE_OUTPUT = "node_output"
    NODE_ERROR = "node_error"
    LOOP_LIMIT_REACHED = "loop_limit_reached"

    # older exports only
    TRANSLATION_RESULT = "translation_result"
    INTERCEPTION_RESULT = "interception_result"


# The entity type of the file that an item of this type leaves in the run folder. `interception_NN`, `step_NN`
# and `node_NN` are numbered; `output_blocked` is kept apart and never listed among a run's files; `user_edit` takes
# the type that was edited; `translation_result` and `interception_result` are of older exports. Not listed: no file.
ENTITY_TYPES: Mapping[ItemType, str] = {
    ItemType.USER_INPUT_TEXT: "input",
    ItemType.USER_INPUT_IMAGE: "input_image",
    ItemType.CONTEXT_PROMPT: "context_prompt",
    ItemType.PIPELINE_ERROR: "error",
    ItemType.STAGE1_SAFETY_CHECK: "safety",
    ItemType.STAGE1_BLOCKED: "safety",
    ItemType.INTERCEPTION_ITERATION: "interception_NN",
    ItemType.INTERCEPTION_FINAL: "interception",
    ItemType.TRANSLATION_EN: "translation_en",
    ItemType.PROMPT_OPTIMIZATION: "optimized_prompt",
    ItemType.STAGE3_SAFETY_CHECK: "safety_pre_output",
    ItemType.OUTPUT_IMAGE: "output_image",
    ItemType.OUTPUT_AUDIO: "output_audio",
    ItemType.OUTPUT_MUSIC: "output_music",
    ItemType.OUTPUT_VIDEO: "output_video",
    ItemType.OUTPUT_3D: "output_3d",
    ItemType.OUTPUT_CODE: "output_code",
    ItemType.MEDIA_SAFETY_CHECK: "media_safety",
    ItemType.OUTPUT_BLOCKED: "output_blocked",
    ItemType.PARAMETERS: "parameters",
    ItemType.STEP_OUTPUT: "step_NN",
    ItemType.NODE_OUTPUT: "node_NN",
    ItemType.TRANSLATION_RESULT: "translation",
    ItemType.INTERCEPTION_RESULT: "interception",
}

OUTPUT_ITEM_TYPES: Mapping[MediaType, ItemType] = {
    MediaType.IMAGE: ItemType.OUTPUT_IMAGE,
    MediaType.AUDIO: ItemType.OUTPUT_AUDIO,
    MediaType.MUSIC: ItemType.OUTPUT_MUSIC,
    MediaType.VIDEO: ItemType.OUTPUT_VIDEO,
    MediaType.MODEL_3D: ItemType.OUTPUT_3D,
    MediaType.CODE: ItemType.OUTPUT_CODE,
}

# The last item of a run tells how it ended; `pipeline_complete` says it in `metadata.status`.
END_ITEM_TYPES: frozenset[ItemType] = frozenset(
    {
        ItemType.PIPELINE_COMPLETE,
        ItemType.PIPELINE_ERROR,
        ItemType.PIPELINE_CANCELLED,
        ItemType.PIPELINE_INTERRUPTED,
    }
)

BLOCK_ITEM_TYPES: frozenset[ItemType] = frozenset(
    {ItemType.STAGE1_BLOCKED, ItemType.STAGE3_BLOCKED, ItemType.OUTPUT_BLOCKED}
)
"""Verdicts of the safety check that stopped something."""

CHECK_ITEM_TYPES: frozenset[ItemType] = BLOCK_ITEM_TYPES | {
    ItemType.STAGE1_SAFETY_CHECK,
    ItemType.STAGE3_SAFETY_CHECK,
    ItemType.MEDIA_SAFETY_CHECK,
}
"""All verdicts of the safety check."""


class FileFacts(Struct, frozen=True):
    """A file of a run: its MIME type as sniffed, its size in bytes, its SHA-256 in hex."""

    mime_type: str
    size_bytes: int
    sha256: str


class RunItem(Struct, frozen=True, kw_only=True):
    """One line of the journal, and one item of the history record.

    The engine makes it without `sequence_number`, `file_path` and `file`; the recorder fills these in.
    `execution_time` is in seconds and measured.
    """

    sequence_number: int = 0
    timestamp: str
    stage: int
    stage_iteration: int | None = None
    loop_iteration: int | None = None
    media_type: MediaType
    item_type: ItemType
    content: str | None = None
    file_path: str | None = None
    file: FileFacts | None = None
    config_used: str | None = None
    model_used: str | None = None
    backend_used: str | None = None
    prompt_id: str | None = None
    execution_time: float | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


def entity_type_of(item: RunItem) -> str | None:
    """The entity type of the file that an item leaves, with its number; None if it leaves none or does not tell.

    Of an edit that does not name its type, only the items before it can tell (`storage.projection.Fold`).
    """
    if item.item_type is ItemType.USER_EDIT:
        edited = item.metadata.get("entity_type")
        return edited if isinstance(edited, str) and edited else None
    kind = ENTITY_TYPES.get(item.item_type)
    if kind is None or not kind.endswith("_NN"):
        return kind
    number = item.stage_iteration if kind == "interception_NN" else item.metadata.get("index")
    return f"{kind[:-2]}{number if isinstance(number, int) and number else 1:02d}"


class Consent(Struct, frozen=True, kw_only=True):
    """What may be done with a run, from the teacher's session settings."""

    gallery: bool = True
    wall: bool = False
    research: bool = False
    public: bool = False
    basis: str | None = None
    set_by: str | None = None
    at: str | None = None


class Person(Struct, frozen=True, kw_only=True):
    """Who asks, as the session knows them; never taken from a request's body."""

    device_id: str
    user_id: str = "anonymous"
    session_id: str = "default"


class RunStart(Struct, frozen=True, kw_only=True):
    """All facts of a run at its start; becomes the metadata of its `pipeline_start`.

    `expected_outputs` are the entity types that this run will leave, in order. `until` is the stage after
    which it waits for the person (2) or ends (5). `started` is local time with offset.
    """

    run_id: str
    execution_id: str
    type: RunType = RunType.PIPELINE
    schema: str
    output_configs: list[str] = field(default_factory=list)
    execution_mode: ExecutionMode = ExecutionMode.ECO
    safety_level: SafetyLevel = SafetyLevel.KIDS
    user_id: str = "anonymous"
    session_id: str = "default"
    device_id: str
    language: str = "de"
    started: datetime
    expected_outputs: list[str] = field(default_factory=list)
    until: Literal[2, 5] = 5
    seed: int | None = None
    parent_run_id: str | None = None
    consent: Consent = Consent()
    retain_until: str | None = None


class Entity(Struct, frozen=True, kw_only=True):
    """A file of a run; `sequence` is the `sequence_number` of its item."""

    sequence: int
    type: str
    filename: str
    mime_type: str
    size_bytes: int
    sha256: str
    timestamp: str
    metadata: dict[str, Any] = field(default_factory=dict)


class Output(Struct, frozen=True, kw_only=True):
    """A finished medium of a run. `duration_s` is in seconds, `width` and `height` in pixels."""

    type: str
    filename: str
    backend: str | None = None
    config: str | None = None
    model: str | None = None
    prompt_id: str | None = None
    seed: int | None = None
    size_bytes: int = 0
    format: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    loop_iteration: int | None = None


class RunMetadata(Struct, kw_only=True):
    """`metadata.json`: the live state of a run, a projection of its journal (docs/records.md, section 3)."""

    run_id: str
    execution_id: str | None = None
    type: RunType = RunType.PIPELINE
    schema: str = ""
    output_configs: list[str] = field(default_factory=list)
    execution_mode: ExecutionMode = ExecutionMode.ECO
    safety_level: SafetyLevel = SafetyLevel.KIDS
    user_id: str = "anonymous"
    session_id: str = "default"
    device_id: str | None = None
    language: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    status: Status = Status.RUNNING
    current_stage: int = 0
    current_step: str = ""
    progress: str = "0/0"
    expected_outputs: list[str] = field(default_factory=list)
    models_used: dict[str, str] = field(default_factory=dict)
    seed: int | None = None
    entities: list[Entity] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    parent_run_id: str | None = None
    reason: str | None = None
    consent: Consent = Consent()
    retain_until: str | None = None
    items_count: int = 0
    last_h: str = "0" * 16
    schema_version: int = SCHEMA_VERSION
    taxonomy_version: str = TAXONOMY_VERSION
    app_version: str = ""


class HistoryRecord(Struct, kw_only=True):
    """`exec_*.json`: the whole run for research. `total_execution_time` is in seconds."""

    execution_id: str | None
    run_id: str
    config_name: str
    execution_mode: str
    safety_level: str
    user_id: str
    session_id: str
    device_id: str | None
    timestamp: str
    items: list[RunItem]
    total_execution_time: float | None
    taxonomy_version: str = TAXONOMY_VERSION
    used_seed: int | None = None


class Favorite(Struct, frozen=True, kw_only=True, gc=False):
    """One line of a device's favourites journal."""

    action: Literal["add", "remove", "note"]
    run_id: str
    media_type: MediaType
    n: int = 1
    note: str | None = None
    timestamp: str


class Progress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What passes and is not kept: tokens, steps, previews, places in a queue.

    `kind`: `stage` (a step begins, in `step`), `token` and `thinking` (in `text`), `step` (`value` of `total`),
    `preview` (`preview` is a data URI), `queue` (`place` from 1, `estimate_s`), `working` (no steps known).
    `seconds` is the time since the step began. `loop_iteration` says which output it belongs to.
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
