"""One graphics card for texts and pictures: who holds its memory when, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kiosk.engine.backends import BackendError
from kiosk.engine.queue import FairQueue
from kiosk.engine.shared_memory import Models, SharedMemory, Side
from kiosk.engine.turns import Asker, Turns
from tests.bench import virtual

LOAD_S = 8.0
LONGEST_S = 60.0


class Card:
    """A graphics card that notices when two kinds of models are in it at once."""

    def __init__(self, longest_wait_s: float = LONGEST_S) -> None:
        self.log: list[str] = []
        self.inside: set[str] = {"texts"}
        self.memory = SharedMemory(
            Models(load=self.step("texts", load=True), unload=self.step("texts", load=False)),
            Models(load=self.step("media", load=True), unload=self.step("media", load=False)),
            longest_wait_s=longest_wait_s,
        )

    def step(self, side: str, *, load: bool) -> Callable[[], Awaitable[None]]:
        async def act() -> None:
            await asyncio.sleep(LOAD_S if load else 1.0)
            (self.inside.add if load else self.inside.discard)(side)
            self.log.append(f"{'load' if load else 'unload'} {side}")
            assert len(self.inside) <= 1

        return act

    async def work(self, side: Side, seconds: float, after: float = 0.0) -> float:
        """A job that comes after a while and takes its time; how long it waited."""
        await asyncio.sleep(after)
        began = now()
        async with self.memory.using(side):
            waited = now() - began
            assert self.inside == {side}
            await asyncio.sleep(seconds)
            assert self.inside == {side}
        return waited


def now() -> float:
    return asyncio.get_running_loop().time()


def test_pictures_wait_until_the_texts_are_done_and_the_texts_come_back_by_themselves() -> None:
    async def lesson() -> list[float]:
        card = Card()
        waits = await asyncio.gather(
            card.work("texts", 5), card.work("media", 4), card.work("media", 4), card.work("texts", 5, after=1)
        )
        await asyncio.sleep(30)
        assert card.log == ["unload texts", "load media", "unload media", "load texts"]
        assert card.memory.state.handovers == 2
        return list(waits)

    assert virtual.run(lesson()) == [0, 18, 18, 0]


def test_a_class_changes_sides_a_few_times_and_not_for_each_child() -> None:
    async def lesson() -> int:
        card = Card()
        jobs = [card.work("texts", 3, after=child) for child in range(15)]
        jobs += [card.work("media", 6, after=child + 4) for child in range(15)]
        await asyncio.gather(*jobs)
        return card.memory.state.handovers

    assert virtual.run(lesson()) == 1


def test_neither_side_starves_however_much_the_other_asks() -> None:
    async def lesson() -> tuple[float, float, int]:
        card = Card()

        async def many(side: Side, seconds: float) -> list[float]:
            turns = Turns(FairQueue(side), card.memory, side)
            waits: list[float] = []

            async def one(device: int) -> None:
                for _ in range(40):
                    async with turns.queue.place(f"d{device}", lambda place, estimate_s: None):
                        waits.append(await card.work(side, seconds))

            await asyncio.gather(*(one(device) for device in range(4)))
            return list(waits)

        texts, pictures = await asyncio.gather(many("texts", 4), many("media", 7))
        assert len(texts) == len(pictures) == 160
        return max(texts), max(pictures), card.memory.state.handovers

    texts, pictures, handovers = virtual.run(lesson())
    at_most = LONGEST_S + 7 + LOAD_S + 1 + 1
    assert texts <= at_most
    assert pictures <= at_most
    assert handovers <= 2 * 160 * 7 / LONGEST_S


def test_a_waiter_that_leaves_closes_no_door() -> None:
    async def lesson() -> float:
        card = Card(longest_wait_s=10)
        busy = asyncio.create_task(card.work("texts", 30))
        await asyncio.sleep(0)
        picture = asyncio.create_task(card.work("media", 1))
        await asyncio.sleep(11)
        late = asyncio.create_task(card.work("texts", 1))
        await asyncio.sleep(1)
        assert not late.done()
        picture.cancel()
        await asyncio.gather(picture, return_exceptions=True)
        waited = await late
        await busy
        assert card.log == []
        return waited

    assert virtual.run(lesson()) == 1


def test_a_cancelled_job_lets_the_other_side_in() -> None:
    async def lesson() -> float:
        card = Card()
        busy = asyncio.create_task(card.work("texts", 1000))
        await asyncio.sleep(1)
        picture = asyncio.create_task(card.work("media", 1))
        await asyncio.sleep(1)
        busy.cancel()
        return await picture

    assert virtual.run(lesson()) == pytest.approx(1 + 2 + 1 + 1 + LOAD_S)


def test_a_box_that_cannot_be_reached_stops_nobody() -> None:
    async def gone() -> None:
        raise BackendError("away", retry=True)

    async def lesson() -> str:
        memory = SharedMemory(Models(load=gone, unload=gone), Models(load=gone, unload=gone))
        async with memory.using("media"):
            return memory.state.holder

    assert virtual.run(lesson()) == "media"


def test_whoever_waits_is_told_what_is_known_and_the_wait_is_not_the_boxs_time() -> None:
    async def lesson() -> None:
        card = Card()
        turns = Turns(FairQueue("comfyui"), card.memory, "media")
        assert turns.state.memory_s == 2.0
        told: list[tuple[int, float | None]] = []
        async with turns.take(Asker("d", lambda place, estimate_s: told.append((place, estimate_s)))):
            assert turns.state.memory_s == 0.0
        assert told == [(1, 2.0)]
        assert (turns.state.seconds_per_job or 0) < 1
        await asyncio.sleep(20)
        assert turns.state.memory_s == 2.0 + card.memory.state.handover_s  # type: ignore[operator]  # measured by now

    virtual.run(lesson())


def test_closing_ends_a_hand_over() -> None:
    async def lesson() -> None:
        card = Card()
        waiting = asyncio.create_task(card.work("media", 1))
        await asyncio.sleep(4)
        assert card.memory.state.changing
        await card.memory.close()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    virtual.run(lesson())
