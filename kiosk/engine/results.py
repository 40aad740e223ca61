"""What came of a pass through the pipeline, read from its items."""

from collections.abc import Sequence

from msgspec import Struct, field

from kiosk.engine.run import OutputPlan
from kiosk.records import (
    OUTPUT_ITEM_TYPES,
    ItemType,
    MediaType,
    RunItem,
    RunMetadata,
    Status,
    entity_type_of,
    media_path,
)


class MediaOutcome(Struct, frozen=True, kw_only=True):
    """One requested output. `n` counts the outputs of this media type in the run, from 1; None without a file."""

    config: str
    status: Status
    media_type: MediaType
    url: str | None = None
    seed: int | None = None
    n: int | None = None
    reason: str | None = None
    saved: bool = True


class RunResult(Struct, frozen=True, kw_only=True):
    """How a run stands after a pass: `texts` by entity type, the latest of each."""

    run_id: str
    execution_id: str | None
    status: Status
    reason: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    media_outputs: list[MediaOutcome] = field(default_factory=list)


def result_of(metadata: RunMetadata, items: Sequence[RunItem], plans: Sequence[OutputPlan]) -> RunResult:
    """The result of the pass that had these plans."""
    return RunResult(
        run_id=metadata.run_id,
        execution_id=metadata.execution_id,
        status=metadata.status,
        reason=metadata.reason,
        texts=texts_of(items),
        media_outputs=[outcome for plan in plans for outcome in _outcomes(metadata, items, plan)],
    )


def texts_of(items: Sequence[RunItem]) -> dict[str, str]:
    """The latest wording of every text, by entity type; edits included, verdicts and parameters not."""
    texts: dict[str, str] = {}
    for item in items:
        name = entity_type_of(item)
        if name and item.content is not None and item.media_type is MediaType.TEXT:
            texts[name] = item.content
    return texts


def outputs_of(items: Sequence[RunItem]) -> list[RunItem]:
    """The items that are finished media, in order."""
    kinds = set(OUTPUT_ITEM_TYPES.values())
    return [item for item in items if item.item_type in kinds]


def _outcomes(metadata: RunMetadata, items: Sequence[RunItem], plan: OutputPlan) -> list[MediaOutcome]:
    config = plan.config
    made = [item for item in outputs_of(items) if item.loop_iteration == plan.position]
    if not made:
        return [_missing(metadata, items, plan)]
    same_kind = [item for item in outputs_of(items) if item.media_type is config.media_type]
    outcomes = []
    for item in made:
        n = same_kind.index(item) + 1
        not_saved = item.metadata.get("not_saved")
        outcomes.append(
            MediaOutcome(
                config=config.id,
                status=Status.COMPLETED,
                media_type=item.media_type,
                url=media_path(item.media_type, metadata.run_id, n),
                seed=item.metadata.get("seed"),
                n=n,
                reason=not_saved,
                saved=not_saved is None,
            )
        )
    return outcomes


def _missing(metadata: RunMetadata, items: Sequence[RunItem], plan: OutputPlan) -> MediaOutcome:
    status, reason = metadata.status, metadata.reason
    for item in items:
        if item.loop_iteration != plan.position:
            continue
        if item.item_type is ItemType.OUTPUT_ERROR:
            status, reason = Status.FAILED, item.content
        elif item.item_type in (ItemType.STAGE3_BLOCKED, ItemType.OUTPUT_BLOCKED):
            status, reason = Status.BLOCKED, item.metadata.get("reason") or metadata.reason
    return MediaOutcome(config=plan.config.id, status=status, media_type=plan.config.media_type, reason=reason)
