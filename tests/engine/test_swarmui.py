import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kiosk.engine.backends import BackendError, MediaRequest, MediaResult
from kiosk.engine.backends.swarmui import SwarmUI, SwarmUILimits
from kiosk.engine.media import check_media
from kiosk.records import MediaType, Progress
from tests.boxes import samples
from tests.boxes.server import FaultKind
from tests.boxes.swarmui import SwarmUI as Box
from tests.boxes.trials import KINDS, assert_nothing_left, cancel_everywhere, go_wrong_everywhere, messages_of

MODEL = "sd35_large.safetensors"
QUICK = SwarmUILimits(connect_s=0.2, reply_s=0.2, gap_s=0.2, job_s=1.0, stop_s=0.5)


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with Box() as server:
        yield server


def request(**changes: Any) -> MediaRequest:
    facts: dict[str, Any] = {
        "media_type": MediaType.IMAGE,
        "prompt": "a dog / 100 % red?",
        "negative_prompt": "blur",
        "seed": 7,
        "width": 64,
        "height": 48,
        "steps": 2,
        "model": MODEL,
    }
    return MediaRequest(**(facts | changes))


async def ask(
    box: Box, asked: MediaRequest | None = None, limits: SwarmUILimits | None = None
) -> tuple[list[MediaResult], list[Progress]]:
    backend, seen = SwarmUI(box.url, limits=limits), list[Progress]()
    try:
        return await backend.generate(asked or request(), seen.append), seen
    finally:
        await backend.close()


async def test_a_picture_comes_with_its_progress_and_previews(box: Box) -> None:
    results, seen = await ask(box)
    assert [result.model for result in results] == [MODEL]
    assert results[0].data == samples.picture(64, 48, 7)
    assert [(p.value, p.total) for p in seen if p.kind == "step"] == [(50, 100), (100, 100)]
    assert all((p.preview or "").startswith("data:image/jpeg") for p in seen if p.kind == "preview")


async def test_without_a_websocket_the_picture_still_comes(box: Box) -> None:
    box.fault("error", label="ws upgrade")
    results, seen = await ask(box)
    assert results[0].data == samples.picture(64, 48, 7)
    assert not seen


async def test_discarded_and_intermediate_pictures_are_left(box: Box) -> None:
    box.flaws |= {"intermediates", "discards"}
    results, _ = await ask(box)
    assert [result.data for result in results] == [samples.picture(64, 48, 8)]


async def test_pictures_that_are_not_kept_come_as_data(box: Box) -> None:
    results, _ = await ask(box, request(parameters={"donotsave": True}))
    assert check_media(results[0].data, MediaType.IMAGE).width == 64


async def test_errors_in_a_good_status_are_errors(box: Box) -> None:
    with pytest.raises(BackendError, match="Invalid model value"):
        await ask(box, request(model="none"))
    box.fault("error", label="ws upgrade")
    with pytest.raises(BackendError, match="Invalid model value"):
        await ask(box, request(model="none"))


async def test_a_session_that_the_box_forgot_is_renewed_once(box: Box) -> None:
    pause = box.fault("pause", label="ws upgrade")
    task = asyncio.create_task(ask(box))
    await pause.reached.wait()
    box.jobs.clear()
    pause.resume.set()
    results, _ = await task
    assert results
    assert len([asked for asked in box.asked if asked.path == "/API/GetNewSession"]) == 2


async def test_every_job_has_a_session_of_its_own(box: Box) -> None:
    backend = SwarmUI(box.url)
    await asyncio.gather(*(backend.generate(request(seed=seed), lambda _: None) for seed in range(3)))
    await backend.close()
    assert len(box.jobs) == 3


async def test_a_cancelled_job_ends_on_the_box_and_others_go_on() -> None:
    async with Box(step_s=0.01) as box:
        backend = SwarmUI(box.url)
        first = asyncio.create_task(backend.generate(request(steps=5_000), lambda _: None))
        await box.until(lambda: sum(box.jobs.values()) == 1)
        second = asyncio.create_task(backend.generate(request(steps=5_000), lambda _: None))
        await box.until(lambda: sum(box.jobs.values()) == 2)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert first.cancelled()
        assert sum(box.jobs.values()) == 1
        assert not second.done()
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        await backend.close()


async def test_a_job_cancelled_at_any_message_ends_on_the_box() -> None:
    async def short(box: Box, *, quick: bool = False) -> None:
        await ask(box)

    async def long(box: Box, *, quick: bool = False) -> None:
        await ask(box, request(steps=500))

    labels = await messages_of(Box, short)
    await cancel_everywhere(lambda: Box(step_s=0.002), long, labels, lambda box: sum(box.jobs.values()) == 0)


async def test_pictures_of_other_servers_are_not_fetched(box: Box) -> None:
    backend = SwarmUI(box.url)
    for source in ("http://169.254.169.254/latest", "View/../../etc/passwd"):
        with pytest.raises(BackendError, match="not its own"):
            await backend._fetch(source, 1_000)
    await backend.close()


async def test_the_box_says_what_it_has(box: Box) -> None:
    backend = SwarmUI(box.url)
    assert await backend.models() == [MODEL]
    assert await backend.waiting() == 0
    await backend.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_goes_wrong_at_any_message_ends_in_a_picture_or_a_reason(kind: FaultKind) -> None:
    async def one(box: Box, *, quick: bool = False) -> bytes:
        results, _ = await ask(box, limits=QUICK if quick else None)
        return results[0].data

    for label, outcome in await go_wrong_everywhere(Box, one, kind):
        if isinstance(outcome, BackendError):
            assert outcome.reason, label
        elif (kind, label.split("/")[0]) != ("garbage", "GET "):
            assert outcome == samples.picture(64, 48, 7), label
    await assert_nothing_left()
