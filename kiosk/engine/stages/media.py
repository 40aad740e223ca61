"""Stage 4: one output from one box, waited for fairly, checked, and recorded byte for byte."""

import asyncio

import msgspec

from kiosk.engine.backends import BackendError, MediaBackend, MediaRequest, MediaResult
from kiosk.engine.breaker import BoxAway, Breaker
from kiosk.engine.media import BadMedia, CheckedMedia, check_media
from kiosk.engine.queue import FairQueue, QueueFull
from kiosk.engine.run import OutputPlan, Run, StageFailed, Stopwatch
from kiosk.records import OUTPUT_ITEM_TYPES, Progress, RunItem, Step

STAGE = 4


async def generate(
    run: Run, backend: MediaBackend, queue: FairQueue, breaker: Breaker, output: OutputPlan, prompt: str, seed: int
) -> list[RunItem]:
    """Make one output; at least one recorded item. Raises `StageFailed` with the box's own reason.

    A box that is away is told at once. A job that was waiting when it went away keeps its place, as whoever is at
    the head of the queue waits for the box to come back.
    """
    request = media_request(run, output, prompt, seed)
    with run.step(Step.MEDIA_GENERATION, output):

        def moved(place: int, estimate_s: float | None) -> None:
            run.report(Progress(kind="queue", place=place, estimate_s=estimate_s, loop_iteration=output.position))

        try:
            breaker.check()
            async with queue.place(run.brief.person.device_id, moved):
                watch = Stopwatch()
                results = await _ask(run, backend, breaker, request, output)
                seconds = watch.seconds
        except QueueFull as error:
            raise StageFailed("too many pictures of this device are waiting already") from error
        except BackendError as error:
            raise StageFailed(error.reason) from error
        checked = [(result, await _check(result, output)) for result in results]
        return [await _record(run, backend, output, request, result, medium, seconds) for result, medium in checked]


def media_request(run: Run, output: OutputPlan, prompt: str, seed: int) -> MediaRequest:
    """What the box is asked for: the config's sizes, the wording, the lens's manner."""
    config, brief = output.config, run.brief
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
        language=brief.language,
        lens=brief.lens.id,
        images=brief.images,
        parameters={**config.parameters, "sketchbook": msgspec.to_builtins(brief.lens.sketchbook)},
    )


async def _ask(
    run: Run, backend: MediaBackend, breaker: Breaker, request: MediaRequest, output: OutputPlan
) -> list[MediaResult]:
    """What the box makes. A job that its box lost is tried once more, when the box answers again."""

    def report(progress: Progress) -> None:
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


async def _record(
    run: Run,
    backend: MediaBackend,
    output: OutputPlan,
    request: MediaRequest,
    result: MediaResult,
    medium: CheckedMedia,
    seconds: float,
) -> RunItem:
    facts = {"width": medium.width, "height": medium.height, "duration_s": medium.duration_s}
    return await run.emit(
        OUTPUT_ITEM_TYPES[output.config.media_type],
        output.config.media_type,
        stage=STAGE,
        data=medium.data,
        mime_type=medium.mime_type,
        loop_iteration=output.position,
        config_used=output.config.id,
        model_used=result.model,
        backend_used=backend.name,
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
