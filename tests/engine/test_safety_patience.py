"""A late model does not hold up a person, and is not stopped while it loads."""

import asyncio

import pytest

from kiosk.engine.stages.patience import Patience


class Model:
    """A model that answers when it is let go, and counts how its calls ended."""

    def __init__(self) -> None:
        self.loaded = asyncio.Event()
        self.finished = 0
        self.stopped = 0

    async def ask(self) -> str:
        try:
            await self.loaded.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        self.finished += 1
        return "yes"


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_an_answer_in_time_is_passed_on() -> None:
    model = Model()
    model.loaded.set()

    assert await Patience(10).wait(model.ask()) == "yes"


async def test_a_failure_is_passed_on() -> None:
    async def fail() -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await Patience(10).wait(fail())


async def test_one_late_call_goes_on_and_the_others_are_stopped() -> None:
    model, patience = Model(), Patience(0.001)

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await patience.wait(model.ask())
    await _settle()
    assert (model.stopped, model.finished) == (2, 0)

    model.loaded.set()
    await _settle()
    assert (model.stopped, model.finished) == (2, 1)


async def test_after_a_late_call_has_ended_the_next_may_be_late_again() -> None:
    model, patience = Model(), Patience(0.001)
    with pytest.raises(TimeoutError):
        await patience.wait(model.ask())
    model.loaded.set()
    await _settle()
    model.loaded.clear()

    with pytest.raises(TimeoutError):
        await patience.wait(model.ask())
    await _settle()

    assert model.stopped == 0
    await patience.close()
    assert model.stopped == 1


async def test_a_late_call_ends_with_its_patience() -> None:
    model, patience = Model(), Patience(0.001, longest_s=0.002)
    with pytest.raises(TimeoutError):
        await patience.wait(model.ask())

    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=5)

    assert model.stopped == 1


async def test_a_late_failure_harms_nobody() -> None:
    model = Model()

    async def fail() -> None:
        await model.ask()
        raise ConnectionResetError

    patience = Patience(0.001)
    with pytest.raises(TimeoutError):
        await patience.wait(fail())
    model.loaded.set()
    await _settle()

    assert len(asyncio.all_tasks()) == 1


async def test_who_leaves_takes_the_question_along() -> None:
    model = Model()
    waiting = asyncio.create_task(Patience(10).wait(model.ask()))
    await _settle()

    waiting.cancel()
    await asyncio.wait({waiting})
    await _settle()

    assert model.stopped == 1
