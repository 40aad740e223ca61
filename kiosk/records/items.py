"""What a journal holds, item by item, and what kinds of items there are. No I/O."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


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
