import asyncio

import pytest

from kiosk.engine.queue import FairQueue, QueueFull


def nobody(place: int, estimate_s: float | None) -> None:
    """A waiter that does not look."""


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_devices_take_turns_so_that_many_jobs_of_one_do_not_hold_up_the_room() -> None:
    queue = FairQueue("box")
    order: list[str] = []
    gate = asyncio.Event()

    async def job(device: str) -> None:
        async with queue.place(device, nobody):
            await gate.wait()
            order.append(device)

    tasks = [asyncio.create_task(job("a")) for _ in range(4)]
    await settle()
    tasks += [asyncio.create_task(job(device)) for device in ("b", "c", "b")]
    await settle()
    gate.set()
    await asyncio.gather(*tasks)
    assert order == ["a", "a", "b", "c", "a", "b", "a"]


async def test_a_waiter_sees_its_place_and_an_estimate_from_measured_times() -> None:
    queue = FairQueue("box")
    told: list[tuple[int, float | None]] = []
    gate = asyncio.Event()

    async def hold() -> None:
        async with queue.place("a", nobody):
            await gate.wait()

    holders = [asyncio.create_task(hold()) for _ in range(3)]
    await settle()

    async def wait() -> None:
        async with queue.place("b", lambda place, estimate: told.append((place, estimate))):
            pass

    waiter = asyncio.create_task(wait())
    await settle()
    assert told == [(2, None)]
    gate.set()
    await asyncio.gather(*holders, waiter)
    assert [place for place, _ in told] == [2, 1]
    assert told[-1][1] is not None


async def test_a_cancelled_waiter_leaves_and_a_cancelled_job_frees_its_slot() -> None:
    queue = FairQueue("box")
    gate = asyncio.Event()

    async def job() -> str:
        async with queue.place("a", nobody):
            await gate.wait()
        return "done"

    running, waiting, last = (asyncio.create_task(job()) for _ in range(3))
    await settle()
    waiting.cancel()
    running.cancel()
    await settle()
    assert (queue.state.running, queue.state.waiting) == (1, 0)
    gate.set()
    assert await last == "done"
    assert queue.state.running == 0


async def test_a_device_may_not_pile_up_jobs() -> None:
    queue = FairQueue("box", per_device=1)
    gate = asyncio.Event()

    async def job() -> None:
        async with queue.place("a", nobody):
            await gate.wait()

    tasks = [asyncio.create_task(job()) for _ in range(2)]
    await settle()
    with pytest.raises(QueueFull):
        await job()
    gate.set()
    await asyncio.gather(*tasks)


async def test_two_hundred_at_once_never_hold_more_slots_than_there_are() -> None:
    queue = FairQueue("box", slots=3)
    held, most = 0, 0

    async def job(number: int) -> None:
        nonlocal held, most
        async with queue.place(f"d{number % 15}", nobody):
            held += 1
            most = max(most, held)
            try:
                await asyncio.sleep(0)
            finally:
                held -= 1

    tasks = [asyncio.create_task(job(number)) for number in range(200)]
    await asyncio.sleep(0)
    for task in tasks[::7]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 3
    assert (queue.state.running, queue.state.waiting) == (0, 0)
