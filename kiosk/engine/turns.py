"""The way to a box: a place in its queue, fair to all devices, and then its models in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct
from msgspec.structs import replace

from kiosk.engine.queue import FairQueue, Moved, QueueState
from kiosk.engine.shared_memory import SharedMemory, Side


def _unseen(place: int, estimate_s: float | None) -> None:
    """Nobody looks."""


class Asker(Struct, frozen=True):
    """Who waits for a box, and who is told of their place (counted from 1) and the estimate in seconds."""

    device_id: str = ""
    moved: Moved = _unseen


NOBODY = Asker()
"""A job of the program's own."""


class Turns:
    """One box's queue and, where its memory is shared, its side of that memory."""

    def __init__(self, queue: FairQueue, memory: SharedMemory | None = None, side: Side = "media") -> None:
        self.queue = queue
        self.memory = memory
        self.side = side

    @property
    def state(self) -> QueueState:
        """The queue, and what the memory adds to the wait."""
        if self.memory is None:
            return self.queue.state
        return replace(self.queue.state, memory_s=round(self.memory.wait_s(self.side), 1))

    @asynccontextmanager
    async def take(self, asker: Asker) -> AsyncIterator[None]:
        """Wait for a turn, keep the box inside the block. Raises `queue.QueueFull`; a cancelled wait leaves."""
        async with self.queue.place(asker.device_id, asker.moved) as stay:
            if self.memory is None:
                yield
                return
            if (wait_s := self.memory.wait_s(self.side)) > 0:
                asker.moved(1, round(wait_s, 1))
            async with self.memory.using(self.side):
                stay.begin()
                yield
