"""What a page needs to take up a run again, and which run came from which. Pure; no I/O.

Every text is given as last edited. A run that is made from the answer names this one as its `parent_run_id`.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from kiosk.records import MediaType, RunItem, media_path
from kiosk.storage.errors import UnknownRun
from kiosk.storage.projection import Fold
from kiosk.storage.run_files import RunRecord

TargetView = Literal["text-transformation", "image-transformation"]


class RestoredImage(Struct, frozen=True, kw_only=True):
    """A picture to go on with: an input picture of the run (`source` input) or one that it made (output)."""

    run_id: str
    n: int
    source: Literal["input", "output"]
    url: str


class RestoredMedium(Struct, frozen=True, kw_only=True):
    """A finished medium of the run."""

    n: int
    media_type: MediaType
    url: str
    config: str | None
    model: str | None
    seed: int | None


class RestoreData(Struct, frozen=True, kw_only=True):
    """A run as a page takes it up again; None where the run has nothing of the kind."""

    run_id: str
    schema: str
    execution_mode: str
    timestamp: str
    input_text: str | None
    context_prompt: str | None
    transformed_text: str | None
    translation_en: str | None
    optimized_prompt: str | None
    models_used: dict[str, str]
    seed: int | None
    output_configs: list[str]
    input_images: list[RestoredImage]
    media_outputs: list[RestoredMedium]
    target_view: TargetView
    language: str | None = None
    safety_level: str | None = None


class Lineage(Struct, frozen=True, kw_only=True):
    """Where a run came from, nearest first, and what was made from it, oldest first."""

    run_id: str
    ancestors: list[str]
    children: list[str]


def restore(record: RunRecord) -> RestoreData:
    """Everything of a run."""
    run = record.metadata
    texts = last_texts(record.items)
    images = [
        RestoredImage(
            run_id=run.run_id, n=n, source="input", url=f"/api/pipeline/{run.run_id}/entity/input_image?n={n}"
        )
        for n, _ in enumerate((entity for entity in run.entities if entity.type == "input_image"), start=1)
    ]
    return RestoreData(
        run_id=run.run_id,
        schema=run.schema,
        execution_mode=str(run.execution_mode),
        timestamp=run.start_time or "",
        input_text=texts.get("input"),
        context_prompt=texts.get("context_prompt"),
        transformed_text=texts.get("interception"),
        translation_en=texts.get("translation_en"),
        optimized_prompt=texts.get("optimized_prompt"),
        models_used=dict(run.models_used),
        seed=run.seed,
        output_configs=list(run.output_configs),
        input_images=images,
        media_outputs=_media(record),
        target_view="image-transformation" if images else "text-transformation",
        language=run.language,
        safety_level=str(run.safety_level),
    )


def continue_with(record: RunRecord, n: int) -> RestoreData:
    """The n-th picture of a run, handed to the image view, with the run's idea. Raises `UnknownRun`."""
    whole = restore(record)
    pictures = [medium for medium in whole.media_outputs if medium.media_type is MediaType.IMAGE and medium.n == n]
    if not pictures:
        raise UnknownRun(whole.run_id)
    handed = RestoredImage(run_id=whole.run_id, n=n, source="output", url=pictures[0].url)
    return RestoreData(
        run_id=whole.run_id,
        schema=whole.schema,
        execution_mode=whole.execution_mode,
        timestamp=whole.timestamp,
        input_text=whole.input_text,
        context_prompt=whole.context_prompt,
        transformed_text=None,
        translation_en=None,
        optimized_prompt=None,
        models_used={},
        seed=pictures[0].seed,
        output_configs=[],
        input_images=[handed],
        media_outputs=[],
        target_view="image-transformation",
        language=whole.language,
        safety_level=whole.safety_level,
    )


def last_texts(items: Iterable[RunItem]) -> dict[str, str]:
    """Each text by its entity type, as last edited."""
    folded = Fold()
    texts: dict[str, str] = {}
    for item in items:
        kind = folded.entity_type(item)
        if kind is not None and item.content is not None:
            texts[kind] = item.content
        folded.apply(item)
    return texts


def _media(record: RunRecord) -> list[RestoredMedium]:
    return [
        RestoredMedium(
            n=medium.n,
            media_type=medium.media_type,
            url=media_path(medium.media_type, record.metadata.run_id, medium.n),
            config=medium.item.config_used,
            model=medium.item.model_used,
            seed=seed if isinstance(seed := medium.item.metadata.get("seed"), int) else None,
        )
        for medium in record.folded.media()
        if medium.item.file is not None
    ]
