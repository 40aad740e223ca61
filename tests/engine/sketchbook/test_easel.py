"""Drawing in a process of its own: the same bytes, and nobody waits for what was broken, cancelled or forgotten."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest

from kiosk.engine.backends import BackendError, MediaRequest
from kiosk.engine.backends.sketchbook import SketchbookMedia, drawing
from kiosk.records import MediaType, Progress

DRAGON = "Ein roter Drache fliegt über das Meer bei Nacht"


def request(**changes: Any) -> MediaRequest:
    facts: dict[str, Any] = {"media_type": MediaType.IMAGE, "prompt": DRAGON, "seed": 1, "width": 200, "height": 160}
    return MediaRequest(**{**facts, **changes})


def unheard(progress: Progress) -> None:
    """Nobody looks."""


@pytest.fixture
async def box() -> AsyncIterator[SketchbookMedia]:
    box = SketchbookMedia()
    yield box
    await box.close()


async def test_a_picture_from_an_easel_is_the_same_and_tells_the_same_steps(box: SketchbookMedia) -> None:
    seen: list[Progress] = []
    [result] = await box.generate(request(), seen.append)
    here: list[Progress] = []
    assert result.data == drawing.make(request(), here.append).data
    assert [(p.kind, p.value, p.total) for p in seen] == [(p.kind, p.value, p.total) for p in here]


async def test_an_easel_is_used_again_and_nobody_draws_in_this_process(box: SketchbookMedia) -> None:
    await box.generate(request(), unheard)
    [easel] = box.easels
    await box.generate(request(media_type=MediaType.MUSIC, duration_s=8), unheard)
    assert [other.pid for other in box.easels] == [easel.pid]
    assert easel.pid != os.getpid()


async def test_an_easel_that_was_set_up_before_is_used_by_who_draws_first(box: SketchbookMedia) -> None:
    box.prepare()
    box.prepare()
    await box.generate(request(), unheard)
    [easel] = box.easels
    assert easel.works == 1


async def test_an_easel_that_nobody_comes_to_is_put_away() -> None:
    box = SketchbookMedia(idle_s=0.3)
    box.prepare()
    assert box._coming is not None
    await box._coming
    [easel] = box.easels
    process = psutil.Process(easel.pid)
    _, left = await asyncio.to_thread(psutil.wait_procs, [process], 20)
    assert left == []
    assert box.easels == []
    await box.close()


async def test_an_easel_that_is_still_being_set_up_ends_with_the_program() -> None:
    box = SketchbookMedia()
    box.prepare()
    await box.close()
    assert box.easels == []


async def test_two_draw_at_once_and_not_three(box: SketchbookMedia) -> None:
    await asyncio.gather(*(box.generate(request(seed=seed), unheard) for seed in range(5)))
    assert len(box.easels) == 2


async def test_cancelling_ends_the_drawing_and_keeps_the_easel(box: SketchbookMedia) -> None:
    await box.generate(request(), unheard)
    [easel] = box.easels
    seen: list[Progress] = []
    started = asyncio.Event()

    def report(progress: Progress) -> None:
        seen.append(progress)
        started.set()

    task = asyncio.create_task(box.generate(request(width=1200, height=1200), report))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    steps = [p for p in seen if p.kind == "step"]
    assert steps[-1].value != steps[-1].total
    assert box.easels == [easel]
    [again] = await box.generate(request(), unheard)
    assert again.data == drawing.make(request(), unheard).data


async def test_an_easel_that_dies_is_replaced_and_the_work_is_worth_one_more_try(box: SketchbookMedia) -> None:
    await box.generate(request(), unheard)
    [easel] = box.easels
    assert easel.pid is not None

    def kill(progress: Progress) -> None:
        os.kill(easel.pid or 0, signal.SIGKILL)

    with pytest.raises(BackendError, match="ended in the middle") as failure:
        await box.generate(request(width=1200, height=1200), kill)
    assert failure.value.retry
    assert box.easels == []
    assert await box.generate(request(), unheard)


async def test_what_cannot_be_drawn_is_told_and_the_easel_stays(box: SketchbookMedia) -> None:
    with pytest.raises(BackendError, match="video"):
        await box.generate(request(media_type=MediaType.VIDEO), unheard)
    assert box.easels == []
    with pytest.raises(BackendError, match="pixels"):
        await box.generate(request(width=5000), unheard)
    with pytest.raises(BackendError, match="input picture"):
        await box.generate(request(images=(b"no picture at all",)), unheard)
    assert len(box.easels) == 1


async def test_easels_are_put_away_when_nobody_draws_and_set_up_again() -> None:
    box = SketchbookMedia(idle_s=0.05)
    await box.generate(request(), unheard)
    [easel] = box.easels
    process = psutil.Process(easel.pid)
    async with asyncio.timeout(10):
        while box.easels:  # noqa: ASYNC110 - the timer belongs to the box
            await asyncio.sleep(0.02)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert await box.generate(request(), unheard)
    await box.close()


async def test_closing_ends_every_process() -> None:
    box = SketchbookMedia()
    await asyncio.gather(*(box.generate(request(seed=seed), unheard) for seed in range(2)))
    pids = [easel.pid for easel in box.easels]
    await box.close()
    assert not [pid for pid in pids if pid is not None and psutil.pid_exists(pid)]
