"""Items that begin, change and end a run, and what a continued run takes from those that it has."""

from collections.abc import Sequence

from kiosk.engine.pipeline import Outcome
from kiosk.engine.requests import Again, GenerationRequest, InputImage, RequestRefused
from kiosk.engine.results import outputs_of
from kiosk.engine.run import Run
from kiosk.records import ItemType, MediaType, RunItem, RunMetadata, SafetyLevel, Status, entity_type_of, timestamp


def output_again(items: Sequence[RunItem], again: Again) -> RunItem:
    """The output that is to be made anew. Raises `RequestRefused`."""
    made = outputs_of(items)
    if not 1 <= again.n <= len(made):
        raise RequestRefused("unknown_output", "again", str(again.n))
    return made[again.n - 1]


async def record_idea(run: Run) -> None:
    """Stage 0: what the person brought."""
    brief = run.brief
    language = {"language": brief.language}
    await run.emit_text(ItemType.USER_INPUT_TEXT, brief.text, stage=0, metadata=language)
    if brief.rules.strip():
        own = brief.rules != brief.lens.rules.in_language(brief.language)
        await run.emit_text(
            ItemType.CONTEXT_PROMPT,
            brief.rules,
            stage=0,
            config_used=brief.lens.id,
            metadata=language | {"own": own},
        )


def brought(run_id: str, items: list[RunItem]) -> InputImage | None:
    """The picture that a run began with: whatever is made from it later begins with it, too."""
    count = sum(item.item_type == ItemType.USER_INPUT_IMAGE for item in items)
    return InputImage(run_id=run_id, n=count, brought=True) if count else None


def check_open(items: Sequence[RunItem]) -> None:
    """Raise `RequestRefused` for a run of an older program, which is read and never added to."""
    first = items[0] if items else None
    if first is None or first.item_type is not ItemType.PIPELINE_START or first.metadata.get("older"):
        raise RequestRefused("read_only_run", "run_id")


def edit_item(items: Sequence[RunItem], entity_type: str, text: str) -> RunItem:
    """A person's own wording in place of a text. Raises `RequestRefused` for one that there is not."""
    replaced = [item.sequence_number for item in items if entity_type_of(item) == entity_type]
    if not replaced and entity_type != "interception":
        raise RequestRefused("not_editable", "entity_type", entity_type[:64])
    return RunItem(
        timestamp=timestamp(),
        stage=0,
        media_type=MediaType.TEXT,
        item_type=ItemType.USER_EDIT,
        content=text,
        metadata={
            "entity_type": entity_type,
            "edited": True,
            "replaces": replaced[-1] if replaced else None,
        },
    )


def end_item(outcome: Outcome, seconds: float) -> RunItem:
    """How a pass ended, and after how many seconds."""
    kinds = {
        Status.FAILED: ItemType.PIPELINE_ERROR,
        Status.CANCELLED: ItemType.PIPELINE_CANCELLED,
    }
    reason = outcome.reason if outcome.status is not Status.COMPLETED else None
    return RunItem(
        timestamp=timestamp(),
        stage=5,
        media_type=MediaType.METADATA,
        item_type=kinds.get(outcome.status, ItemType.PIPELINE_COMPLETE),
        content=reason,
        execution_time=seconds,
        metadata={"status": outcome.status, "reason": reason, "seed": outcome.seed},
    )


def stricter(request: GenerationRequest, metadata: RunMetadata) -> SafetyLevel:
    """The stricter one of the run's level and the request's."""
    levels = [level for level in (request.safety_level, metadata.safety_level) if level is not None]
    return max(levels, key=lambda level: level.strictness)
