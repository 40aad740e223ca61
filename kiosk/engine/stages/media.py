"""Stage 4: one output from one box, waited for fairly, checked, looked at, and recorded byte for byte."""

import asyncio

import msgspec

from kiosk.engine.backends import BackendError, MediaRequest, MediaResult
from kiosk.engine.breaker import BoxAway
from kiosk.engine.configs import OutputConfig
from kiosk.engine.media import BadMedia, CheckedMedia, check_media
from kiosk.engine.media_box import MediaBox
from kiosk.engine.queue import QueueFull
from kiosk.engine.run import OutputPlan, Run, StageFailed, Stopwatch
from kiosk.engine.stages.looking import PictureCheck
from kiosk.engine.stages.safety import STRICT, Verdict
from kiosk.records import (
    ENTITY_TYPES,
    OUTPUT_ITEM_TYPES,
    FileFacts,
    ItemType,
    MediaType,
    Progress,
    RunItem,
    SafetyLevel,
    Step,
    timestamp,
)

STAGE = 4
LOOKED_AT = frozenset({MediaType.IMAGE, MediaType.VIDEO})
"""What a picture check is for; of a film some moments are looked at."""


async def generate(
    run: Run, box: MediaBox, pictures: PictureCheck | None, output: OutputPlan, prompt: str, seed: int
) -> Verdict | None:
    """Make one output, record what may be shown, keep the rest apart; the verdict if nothing may be shown.

    Raises `StageFailed` with the box's own reason. A box that is away is told at once. A job that was waiting when
    it went away keeps its place, as whoever is at the head of the queue waits for the box to come back.
    """
    request = media_request(run, output, prompt, seed)
    with run.step(Step.MEDIA_GENERATION, output):
        try:
            box.breaker.check()
            async with box.turns.take(run.asker(loop_iteration=output.position)):
                watch = Stopwatch()
                results = await _ask(run, box, request, output, blind=is_blind(pictures, run.brief.level))
                seconds = watch.seconds
        except QueueFull as error:
            raise StageFailed("too many pictures of this device are waiting already") from error
        except BackendError as error:
            raise StageFailed(error.reason) from error
        checked = [(result, await _check(result, output)) for result in results]
    items = [_item(box, output, request, result, medium, seconds) for result, medium in checked]
    blocked = None
    shown = 0
    for item, (_, medium) in zip(items, checked, strict=True):
        verdict = await _look(run, pictures, output, medium)
        if verdict is None or verdict.allowed:
            await run.record(item, medium.data)
            shown += 1
        else:
            await run.record(kept_apart(item, verdict), medium.data)
            blocked = blocked or verdict
    return blocked if not shown else None


def is_blind(pictures: PictureCheck | None, level: SafetyLevel) -> bool:
    """Whether pictures in the making are not shown, as the finished one may be blocked."""
    return pictures is not None and level in STRICT


def media_request(run: Run, output: OutputPlan, prompt: str, seed: int) -> MediaRequest:
    """What the box is asked for: the config's sizes, the wording, the lens's manner."""
    config, brief = output.config, run.brief
    return msgspec.structs.replace(
        request_of(config, prompt, seed),
        language=brief.language,
        lens=brief.lens.id,
        images=brief.images,
        parameters={**config.parameters, "sketchbook": msgspec.to_builtins(brief.lens.sketchbook)},
    )


def request_of(config: OutputConfig, prompt: str, seed: int) -> MediaRequest:
    """What an output config asks of its box for a wording, in no lens's manner."""
    return MediaRequest(
        media_type=config.media_type,
        prompt=prompt,
        negative_prompt=config.negative_prompt,
        seed=seed,
        width=config.width,
        height=config.height,
        duration_s=config.duration_s,
        steps=config.steps,
        model=config.model,
        workflow=config.workflow,
        bindings=config.bindings,
        cfg=config.cfg,
        sampler=config.sampler,
        scheduler=config.scheduler,
        parameters=config.parameters,
    )


def kept_apart(item: RunItem, verdict: Verdict) -> RunItem:
    """The item of a picture that nobody but a teacher may see. What it was meant to be stays in its metadata."""
    facts = {"entity_type": ENTITY_TYPES[item.item_type], "category": verdict.category, "method": verdict.method}
    return msgspec.structs.replace(
        item, item_type=ItemType.OUTPUT_BLOCKED, metadata={**item.metadata, **facts, "allowed": False}
    )


async def _ask(
    run: Run, box: MediaBox, request: MediaRequest, output: OutputPlan, *, blind: bool
) -> list[MediaResult]:
    """What the box makes. A job that its box lost is tried once more, when the box answers again."""
    backend, breaker = box.backend, box.breaker

    def report(progress: Progress) -> None:
        if not (blind and progress.kind == "preview"):
            run.report(msgspec.structs.replace(progress, loop_iteration=output.position, config=output.config.id))

    def working() -> None:
        report(Progress(kind="working"))

    working()
    try:
        async with breaker.attempt():
            results = await backend.generate(request, report)
    except BackendError as error:
        if not error.retry or isinstance(error, BoxAway) or not await breaker.back(working):
            raise
        async with breaker.attempt():
            results = await backend.generate(request, report)
    if not results:
        raise StageFailed(f"{backend.name} answered without a file")
    return results


async def _check(result: MediaResult, output: OutputPlan) -> CheckedMedia:
    try:
        return await asyncio.to_thread(check_media, result.data, output.config.media_type)
    except BadMedia as error:
        raise StageFailed(error.reason) from error


async def _look(run: Run, pictures: PictureCheck | None, output: OutputPlan, medium: CheckedMedia) -> Verdict | None:
    """The recorded verdict on a finished picture; None where nobody looks."""
    if pictures is None or output.config.media_type not in LOOKED_AT:
        return None
    with run.step(Step.MEDIA_SAFETY, output) as watch:
        asker = run.asker(loop_iteration=output.position)
        verdict = await pictures.made(medium.data, level=run.brief.level, asker=asker)
        await run.emit_verdict(
            ItemType.MEDIA_SAFETY_CHECK,
            verdict,
            stage=STAGE,
            checked=[str(OUTPUT_ITEM_TYPES[output.config.media_type])],
            seconds=watch.seconds,
            output=output,
        )
    return verdict


def _item(
    box: MediaBox,
    output: OutputPlan,
    request: MediaRequest,
    result: MediaResult,
    medium: CheckedMedia,
    seconds: float,
) -> RunItem:
    facts = {"width": medium.width, "height": medium.height, "duration_s": medium.duration_s}
    return RunItem(
        timestamp=timestamp(),
        item_type=OUTPUT_ITEM_TYPES[output.config.media_type],
        media_type=output.config.media_type,
        stage=STAGE,
        file=FileFacts(medium.mime_type, len(medium.data), ""),
        loop_iteration=output.position,
        config_used=output.config.id,
        model_used=result.model,
        backend_used=box.backend.name,
        prompt_id=result.prompt_id,
        execution_time=seconds,
        metadata={
            **result.facts,
            "seed": request.seed,
            "prompt": request.prompt,
            "uses_ai": output.config.uses_ai,
            **{name: value for name, value in facts.items() if value is not None},
        },
    )
