"""What is known of a run as a whole: how it begins, how it stands, what is kept of it. No I/O."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct, field

from kiosk.records.items import MediaType, RunItem

TAXONOMY_VERSION = "1.0"
SCHEMA_VERSION = 1


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
