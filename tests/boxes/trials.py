"""Trials: the same request to a box that goes wrong at each of its messages in turn, and what must hold each time."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from kiosk.engine.backends import BackendError
from tests.boxes.server import Box, FaultKind

B = TypeVar("B", bound=Box)
B_in = TypeVar("B_in", bound=Box, contravariant=True)
T = TypeVar("T")
T_out = TypeVar("T_out", covariant=True)

KINDS: tuple[FaultKind, ...] = ("die", "hang", "garbage", "cut", "reset", "error")
_AT_ONCE = 6
_AT_ONCE_HANGING = 16  # who waits for a box that hangs does nothing else


class Ask(Protocol[B_in, T_out]):
    """Ask a box for something; `quick`: give up waiting soon, as a box that hangs is expected."""

    async def __call__(self, box: B_in, *, quick: bool = False) -> T_out: ...


async def messages_of(make: Callable[[], B], ask: Ask[B, T]) -> list[str]:
    """What a box says while a request goes well, in order."""
    async with make() as box:
        await ask(box)
        return list(box.said)


async def go_wrong_everywhere(
    make: Callable[[], B], ask: Ask[B, T], kind: FaultKind, seconds: float = 30.0
) -> list[tuple[str, T | BackendError]]:
    """For each message, the outcome of a request during which it goes wrong; only `BackendError` may come out.

    Afterwards the same box, started again, must answer the next request, and no task may be left.
    """
    labels = await messages_of(make, ask)
    gate = asyncio.Semaphore(_AT_ONCE_HANGING if kind == "hang" else _AT_ONCE)

    async def trial(at: int) -> tuple[str, T | BackendError]:
        async with gate, make() as box:
            box.fault(kind, at=at)
            outcome: T | BackendError
            try:
                async with asyncio.timeout(seconds):
                    outcome = await ask(box, quick=kind == "hang")
            except BackendError as error:
                outcome = error
            label = box.said[at] if at < len(box.said) else labels[at]  # a busy machine is asked in another order
            box.faults.clear()
            await box.stop()
            await box.start()
            async with asyncio.timeout(seconds):
                await ask(box)
            return label, outcome

    outcomes = await asyncio.gather(*(trial(at) for at in range(len(labels))))
    await assert_nothing_left()
    return list(outcomes)


async def cancel_everywhere(
    make: Callable[[], B], ask: Ask[B, T], labels: list[str], ended: Callable[[B], bool], within_s: float = 0
) -> None:
    """Cancel a request at each message of a box in turn; each time the job must have `ended` there, `within_s`
    after the cancelled task has.

    `labels` are the messages up to which it is tried; the request must be one that says more than these.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def trial(at: int) -> None:
        async with gate, make() as box:
            pause = box.fault("pause", at=at)
            task = asyncio.create_task(_run(ask, box))
            async with asyncio.timeout(30):
                await pause.reached.wait()
                task.cancel()
                pause.resume.set()
                await asyncio.gather(task, return_exceptions=True)
                assert task.cancelled(), labels[at]
                if within_s:
                    await box.until(lambda: ended(box), within_s)
                assert ended(box), labels[at]

    await asyncio.gather(*(trial(at) for at in range(len(labels))))
    await assert_nothing_left()


async def _run(ask: Ask[B, T], box: B) -> T:
    return await ask(box)


async def assert_nothing_left() -> None:
    """No task but the test's own, once what is being closed has had a few turns of the loop for it."""
    for _ in range(10):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, left
