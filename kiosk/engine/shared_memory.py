"""Text and picture models that share one graphics card: one side at a time has its models in memory.

Changing sides costs many seconds, so it is done in batches, not for each child: the side that holds the memory goes
on until nothing of it is asked for `quiet_s`, or until somebody of the other side has waited `longest_wait_s`. Then
no more is begun, what is at work ends, the models change places, and everybody who waits on the other side is let
in. Neither side starves: whoever waits is let in after `longest_wait_s`, the jobs at work, and one hand-over. The
texts are at home: when no pictures are asked for any more, their models come back before anybody needs them.
Who of a side comes first is not decided here: that is the queue's.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal

from msgspec import Struct

from kiosk.engine.backends import BackendError

log = logging.getLogger(__name__)

Side = Literal["texts", "media"]
_OTHER: dict[Side, Side] = {"texts": "media", "media": "texts"}
_SMOOTHING = 0.3


class Models(Struct, frozen=True):
    """One side's models. `load` brings them into memory, `unload` takes them out. Both may raise `BackendError`."""

    load: Callable[[], Awaitable[None]]
    unload: Callable[[], Awaitable[None]]


class MemoryState(Struct, frozen=True, kw_only=True):
    """Who holds the memory now.

    `waiting`: jobs of the other side that stand at the door. `within_s`: seconds after which the hand-over begins at
    the latest, jobs at work not counted; None when nobody waits. `handover_s`: a running mean, None before the first.
    """

    holder: Side
    changing: bool
    waiting: int
    within_s: float | None
    handovers: int
    handover_s: float | None


class _Waiter(Struct, eq=False):
    since: float
    turn: asyncio.Future[None]


class SharedMemory:
    """The memory of one graphics card. Times in seconds; `settle_s` is what a driver needs to give memory back."""

    def __init__(
        self,
        texts: Models,
        media: Models,
        *,
        longest_wait_s: float = 60.0,
        quiet_s: float = 2.0,
        settle_s: float = 1.0,
    ) -> None:
        self._models: dict[Side, Models] = {"texts": texts, "media": media}
        self._longest_wait_s = longest_wait_s
        self._quiet_s = quiet_s
        self._settle_s = settle_s
        self._holder: Side = "texts"
        self._active = 0
        self._idle_since = float("-inf")
        self._waiting: dict[Side, list[_Waiter]] = {"texts": [], "media": []}
        self._change: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._handovers = 0
        self._handover_s: float | None = None

    @property
    def state(self) -> MemoryState:
        """For `/api/queue` and the health view."""
        waiting = self._waiting[_OTHER[self._holder]]
        within = max(0.0, self._due(waiting) - _now()) if waiting and self._change is None else None
        return MemoryState(
            holder=self._holder,
            changing=self._change is not None,
            waiting=len(waiting),
            within_s=None if within is None else round(within, 1),
            handovers=self._handovers,
            handover_s=None if self._handover_s is None else round(self._handover_s, 1),
        )

    def wait_s(self, side: Side) -> float:
        """Seconds that a job of a side that comes now may have to wait for the memory: 0, or what was measured.

        The longest that may be, not the likely: pictures that are at work are not known here.
        """
        if side == self._holder and self._change is None:
            return 0.0
        handover = self._handover_s or 0.0
        if self._change is not None:
            return handover
        waiting = self._waiting[side]
        left = max(0.0, self._due(waiting) - _now()) if waiting else self._longest_wait_s
        return handover + (left if self._active else min(left, self._quiet_s))

    @asynccontextmanager
    async def using(self, side: Side) -> AsyncIterator[None]:
        """Wait until this side holds the memory, and keep it there inside the block. A cancelled wait leaves."""
        await self._enter(side)
        try:
            yield
        finally:
            self._active -= 1
            if self._active == 0:
                self._idle_since = _now()
            self._consider()

    async def close(self) -> None:
        """Stop a hand-over that is at work."""
        if self._alarm is not None:
            self._alarm.cancel()
        if self._change is not None:
            self._change.cancel()
            await asyncio.wait([self._change])

    async def _enter(self, side: Side) -> None:
        if side == self._holder and self._change is None and not self._is_overdue():
            self._active += 1
            return
        waiter = _Waiter(_now(), asyncio.get_running_loop().create_future())
        self._waiting[side].append(waiter)
        self._consider()
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter in self._waiting[side]:
                self._waiting[side].remove(waiter)
            else:
                self._active -= 1
            self._consider()
            raise

    def _consider(self) -> None:
        """Let in who may come in, begin a hand-over that is due, or look again when one may be."""
        if self._change is not None:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if not self._is_overdue():
            self._let_in()
        if self._active:
            self._look_again_at(self._due(self._waiting[_OTHER[self._holder]]))
            return
        wanted = bool(self._waiting[_OTHER[self._holder]])
        if not wanted and self._holder == "texts":
            return
        due = self._idle_since + self._quiet_s
        if wanted:
            due = min(due, self._due(self._waiting[_OTHER[self._holder]]))
        if _now() >= due:
            self._change = asyncio.get_running_loop().create_task(self._hand_over(), name="memory hand-over")
        else:
            self._look_again_at(due)

    def _look_again_at(self, when: float) -> None:
        if when != float("inf") and when > _now():
            self._alarm = asyncio.get_running_loop().call_at(when, self._consider)

    def _let_in(self) -> None:
        for waiter in self._waiting[self._holder]:
            if not waiter.turn.done():
                waiter.turn.set_result(None)
                self._active += 1
        self._waiting[self._holder].clear()

    def _is_overdue(self) -> bool:
        return self._due(self._waiting[_OTHER[self._holder]]) <= _now()

    def _due(self, waiting: list[_Waiter]) -> float:
        return waiting[0].since + self._longest_wait_s if waiting else float("inf")

    async def _hand_over(self) -> None:
        """The models change places. One that cannot be reached is out of memory anyway: it never stops the other."""
        began, leaving, coming = _now(), self._holder, _OTHER[self._holder]
        try:
            await _try(f"unload {leaving}", self._models[leaving].unload)
            await asyncio.sleep(self._settle_s)
            await _try(f"load {coming}", self._models[coming].load)
        finally:
            self._change = None
            self._holder = coming
            self._idle_since = _now()
        seconds = _now() - began
        before = self._handover_s
        self._handover_s = seconds if before is None else before + _SMOOTHING * (seconds - before)
        self._handovers += 1
        self._let_in()
        self._consider()


async def _try(what: str, work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except BackendError as error:
        log.warning("memory hand-over, %s: %s", what, error.reason)


def _now() -> float:
    return asyncio.get_running_loop().time()
