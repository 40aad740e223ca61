"""The fair queue in front of a box.

As many jobs at once as the box can take; among the waiting, devices take turns, so that one child's eight
pictures do not hold up the room. Everybody who waits is told place and estimate, from measured times.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from msgspec import Struct

Moved = Callable[[int, float | None], None]

_SMOOTHING = 0.3


class QueueFull(Exception):
    """This device already has as many jobs waiting here as it may."""


class QueueState(Struct, frozen=True):
    """What a queue looks like now. `seconds_per_job` is a running mean, None before the first job.

    `memory_s`: seconds that a job may have to wait, after its turn has come, for a graphics card that is shared.
    """

    box: str
    slots: int
    running: int
    waiting: int
    by_device: dict[str, int]
    seconds_per_job: float | None
    memory_s: float = 0.0


class Stay:
    """A slot that is held; its time counts from when it was given, or from `begin`."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def begin(self) -> None:
        """What was waited until now is not the box's time."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the box has been at work."""
        return time.monotonic() - self._began


class _Ticket:
    def __init__(self, moved: Moved) -> None:
        self.moved = moved
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.told: tuple[int, float | None] | None = None


class FairQueue:
    """One box's queue: `slots` jobs at once, at most `per_device` waiting for each device."""

    def __init__(self, box: str, slots: int = 1, per_device: int = 32) -> None:
        self.box = box
        self._slots = slots
        self._per_device = per_device
        self._running = 0
        self._waiting: OrderedDict[str, deque[_Ticket]] = OrderedDict()
        self._seconds: float | None = None
        self._held = False

    @property
    def state(self) -> QueueState:
        """For `/api/queue` and the teacher."""
        by_device = {device: len(tickets) for device, tickets in self._waiting.items()}
        return QueueState(self.box, self._slots, self._running, sum(by_device.values()), by_device, self._seconds)

    @asynccontextmanager
    async def place(self, device_id: str, moved: Moved) -> AsyncIterator[Stay]:
        """Wait for this device's turn, hold a slot inside the block, and give it back.

        `moved(place, estimate_s)` is called when the place in the queue changes; place counts from 1.
        Raises `QueueFull`. A cancelled wait leaves the queue.
        """
        await self._wait(device_id, moved)
        stay = Stay()
        try:
            yield stay
        finally:
            self._measure(stay.seconds)
            self._running -= 1
            self._admit()

    def hold(self, held: bool) -> None:
        """Let no waiting job begin, or let them go on; what runs is not touched. On the event loop."""
        self._held = held
        self._admit()

    async def _wait(self, device_id: str, moved: Moved) -> None:
        if self._running < self._slots and not self._waiting and not self._held:
            self._running += 1
            return
        tickets = self._waiting.setdefault(device_id, deque())
        if len(tickets) >= self._per_device:
            raise QueueFull
        ticket = _Ticket(moved)
        tickets.append(ticket)
        self._tell()
        try:
            await ticket.turn
        except asyncio.CancelledError:
            if ticket.turn.done() and not ticket.turn.cancelled():
                self._running -= 1
            else:
                self._leave(device_id, ticket)
            self._admit()
            raise

    def _leave(self, device_id: str, ticket: _Ticket) -> None:
        tickets = self._waiting.get(device_id)
        if tickets is not None and ticket in tickets:
            tickets.remove(ticket)
            if not tickets:
                del self._waiting[device_id]

    def _admit(self) -> None:
        while self._running < self._slots and self._waiting and not self._held:
            device_id, tickets = next(iter(self._waiting.items()))
            ticket = tickets.popleft()
            if tickets:
                self._waiting.move_to_end(device_id)
            else:
                del self._waiting[device_id]
            if not ticket.turn.done():
                self._running += 1
                ticket.turn.set_result(None)
        self._tell()

    def _tell(self) -> None:
        for place, ticket in enumerate(self._order(), start=1):
            estimate = None if self._seconds is None else round(self._seconds * place / self._slots, 1)
            if ticket.told != (place, estimate):
                ticket.told = (place, estimate)
                ticket.moved(place, estimate)

    def _order(self) -> list[_Ticket]:
        """The waiting in the order in which they will be admitted."""
        rounds: list[tuple[int, int, _Ticket]] = [
            (turn, position, ticket)
            for position, tickets in enumerate(self._waiting.values())
            for turn, ticket in enumerate(tickets)
        ]
        return [ticket for _, _, ticket in sorted(rounds, key=lambda entry: entry[:2])]

    def _measure(self, seconds: float) -> None:
        self._seconds = seconds if self._seconds is None else self._seconds + _SMOOTHING * (seconds - self._seconds)
