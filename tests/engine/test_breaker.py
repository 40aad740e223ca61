"""A box that is away: jobs are refused at once, one is let through when it may be back, and decides."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.breaker import BoxAway, Breaker, Patience
from kiosk.engine.house import ANYWHERE
from kiosk.engine.media_box import MediaBox
from kiosk.engine.queue import FairQueue
from kiosk.engine.requests import ExecuteRequest
from kiosk.engine.text_box import GuardedText
from kiosk.records import Person, Status, run_topic
from tests.boxes.ollama import Ollama as OllamaServer
from tests.engine.studio import CHILD, Studio, build

IDEA = ExecuteRequest(schema="dada", input_text="Eine Blume auf der Wiese", output_configs=["sketchbook_image"])
AWAY = BackendError("the box cannot be reached", retry=True)
QUICK = Patience(failures=2, pause_s=60, look_s=0.01, wait_s=0.3, probe_s=1)
NO_PAUSE = Patience(failures=2, pause_s=0, look_s=0.01, wait_s=0.05)


class Health:
    """What the box answers to a probe: a problem, or that it is there."""

    def __init__(self) -> None:
        self.problem: BackendError | None = None
        self.asked = 0
        self.then: Callable[[], None] = lambda: None

    async def __call__(self) -> None:
        self.asked += 1
        if self.problem is not None:
            problem = self.problem
            self.then()
            raise problem


async def job(breaker: Breaker, problem: BackendError | None = None) -> None:
    async with breaker.attempt():
        if problem is not None:
            raise problem


def state_of(breaker: Breaker) -> str:
    return breaker.state.state


async def fails(work: Awaitable[None]) -> BackendError:
    with pytest.raises(BackendError) as failure:
        await work
    return failure.value


async def test_a_box_that_is_away_twice_is_not_asked_again_until_the_pause_is_over() -> None:
    breaker = Breaker(Health(), QUICK)
    assert await fails(job(breaker, AWAY)) is AWAY
    assert state_of(breaker) == "closed"
    await fails(job(breaker, AWAY))
    assert state_of(breaker) == "open"
    refused = await fails(job(breaker))
    assert isinstance(refused, BoxAway)
    assert refused.reason == AWAY.reason
    with pytest.raises(BoxAway):
        breaker.check()


async def test_a_box_that_refuses_a_job_with_a_reason_is_there() -> None:
    breaker = Breaker(Health(), QUICK)
    await fails(job(breaker, AWAY))
    await fails(job(breaker, BackendError("no such model")))
    await fails(job(breaker, AWAY))
    assert state_of(breaker) == "closed"


async def test_after_the_pause_one_job_goes_through_and_its_success_closes() -> None:
    breaker = Breaker(Health(), NO_PAUSE)
    for _ in range(2):
        await fails(job(breaker, AWAY))
    at_work, let_go = asyncio.Event(), asyncio.Event()

    async def trial() -> None:
        async with breaker.attempt():
            at_work.set()
            await let_go.wait()

    first = asyncio.create_task(trial())
    await at_work.wait()
    assert state_of(breaker) == "half_open"
    second = asyncio.create_task(job(breaker))
    await asyncio.sleep(0)
    assert breaker.in_flight == 1
    let_go.set()
    await asyncio.gather(first, second)
    assert state_of(breaker) == "closed"


async def test_a_trial_that_fails_opens_at_once_and_for_longer() -> None:
    breaker = Breaker(Health(), Patience(failures=2, pause_s=100, longest_pause_s=150))
    for _ in range(2):
        await fails(job(breaker, AWAY))
    assert await breaker.probe() is None
    await fails(job(breaker, AWAY))
    state = breaker.state
    assert state.state == "open"
    assert state.retry_in_s is not None
    assert 140 < state.retry_in_s <= 150


async def test_a_trial_that_is_cancelled_leaves_the_next_one_its_turn() -> None:
    breaker = Breaker(Health(), NO_PAUSE)
    for _ in range(2):
        await fails(job(breaker, AWAY))

    async def endless() -> None:
        async with breaker.attempt():
            await asyncio.Event().wait()

    trial = asyncio.create_task(endless())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(job(breaker))
    await asyncio.sleep(0)
    trial.cancel()
    await waiting
    assert state_of(breaker) == "closed"


async def test_who_waits_for_the_box_hears_of_it_and_not_for_ever() -> None:
    health = Health()
    health.problem = AWAY
    breaker = Breaker(health, QUICK)
    looks: list[None] = []
    assert not await breaker.back(lambda: looks.append(None))
    assert looks
    breaker = Breaker(health, Patience(failures=1, look_s=0.01, wait_s=30))
    health.then = lambda: setattr(health, "problem", None)
    assert await breaker.back(lambda: None)
    assert state_of(breaker) == "half_open"


async def test_changes_are_told_once() -> None:
    breaker = Breaker(Health(), QUICK)
    told: list[str] = []
    breaker.changed = lambda: told.append(state_of(breaker))
    for _ in range(3):
        await fails(job(breaker, AWAY))
    await breaker.probe()
    await job(breaker)
    assert told == ["open", "closed"]


async def test_what_is_embedded_is_never_away() -> None:
    breaker = Breaker()
    for _ in range(5):
        await fails(job(breaker, AWAY))
    assert state_of(breaker) == "closed"


# -- in the pipeline ------------------------------------------------------------------------------------------------


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = build(tmp_path)
    yield studio
    await studio.live.close()
    await studio.library.close()


def guarded(studio: Studio, health: Health, patience: Patience = QUICK) -> Breaker:
    """Put a breaker in front of the studio's media box."""
    breaker = Breaker(health, patience)
    pipeline = studio.live._pipeline
    pipeline.media = {"sketchbook": MediaBox(studio.media, FairQueue("sketchbook"), breaker)}
    return breaker


async def test_a_lost_job_is_tried_once_more_when_the_box_is_back(studio: Studio) -> None:
    health = Health()
    breaker = guarded(studio, health, Patience(look_s=0.01, wait_s=30))
    health.problem = AWAY
    health.then = lambda: setattr(health, "problem", None) if health.asked == 3 else None
    studio.media.reasons = [AWAY]
    result = await (await studio.live.execute(IDEA, CHILD)).result()
    assert result.status is Status.COMPLETED
    assert health.asked == 4
    assert len(studio.media.requests) == 2
    assert state_of(breaker) == "closed"


async def test_a_box_that_stays_away_fails_the_job_and_the_next_child_hears_it_at_once(studio: Studio) -> None:
    health = Health()
    guarded(studio, health)
    health.problem = AWAY
    studio.media.reasons = [AWAY]
    first = await (await studio.live.execute(IDEA, CHILD)).result()
    assert (first.status, first.reason) == (Status.FAILED, AWAY.reason)
    asked = health.asked
    second = await (await studio.live.execute(IDEA, Person(device_id="kiosk-b"))).result()
    assert (second.status, second.reason) == (Status.FAILED, AWAY.reason)
    assert len(studio.media.requests) == 1
    assert health.asked == asked


async def test_the_wait_for_a_box_can_be_cancelled_and_is_shown(studio: Studio) -> None:
    health = Health()
    guarded(studio, health, Patience(look_s=0.01, wait_s=600))
    health.problem = AWAY
    studio.media.reasons = [AWAY]
    looked = asyncio.Event()
    health.then = lambda: looked.set() if health.asked > 3 else None
    handle = await studio.live.execute(IDEA, CHILD)
    with studio.hub.subscribe(run_topic(handle.run_id)) as stream:
        await looked.wait()
        async for event in stream:
            if b'"working"' in event.data:
                break
    assert await studio.live.cancel(handle.run_id)
    assert (await studio.library.metadata(handle.run_id)).status is Status.CANCELLED


async def test_a_text_box_that_is_away_is_asked_again_when_it_is_back_and_else_refused_at_once(
    studio: Studio,
) -> None:
    async with OllamaServer() as server:
        server.kill()
        box = Ollama(server.url, "small", house=ANYWHERE)
        breaker = Breaker(box.version, QUICK)
        text = GuardedText(box, breaker)
        studio.live._pipeline._text = text
        result = await (await studio.live.execute(IDEA, CHILD)).result()
        assert (result.status, result.reason) == (Status.FAILED, "Ollama: the box cannot be reached")
        with pytest.raises(BoxAway):
            [chunk async for chunk in text.stream(TextRequest(purpose="translation", text="x"))]
        await server.start()
        assert await breaker.probe() is None
        server.fault("reset", label="POST /api/chat", nth=0)
        result = await (await studio.live.execute(IDEA, CHILD)).result()
        assert result.status is Status.COMPLETED
        await box.close()


async def test_a_text_that_was_begun_is_not_begun_anew(studio: Studio) -> None:
    calls: list[TextRequest] = []

    class Breaking:
        name = "breaking"
        multilingual = True

        def model_for(self, request: TextRequest) -> str:
            return "m"

        async def stream(self, request: TextRequest) -> AsyncIterator[TextChunk]:
            calls.append(request)
            yield TextChunk("Es war ")
            raise AWAY

    studio.live._pipeline._text = GuardedText(Breaking(), Breaker(Health(), QUICK))
    result = await (await studio.live.execute(IDEA, CHILD)).result()
    assert result.status is Status.FAILED
    assert len(calls) == 1
