"""A box that makes media, with all that stands in front of it."""

from collections.abc import Callable

from msgspec import Struct, field

from kiosk.engine.backends import MediaBackend
from kiosk.engine.breaker import Breaker
from kiosk.engine.queue import FairQueue
from kiosk.engine.shared_memory import SharedMemory
from kiosk.engine.turns import Turns


def _nothing() -> None:
    """What most boxes do when nobody has asked them for anything yet."""


class MediaBox(Struct, frozen=True):
    """A media backend, its queue, the breaker that keeps jobs from a box that is away, and a card it shares.

    `url` is where it answers, None for what is embedded. `prepare` says that it may soon be asked for something.
    """

    backend: MediaBackend
    queue: FairQueue
    breaker: Breaker = field(default_factory=Breaker)
    memory: SharedMemory | None = None
    url: str | None = None
    prepare: Callable[[], None] = _nothing

    @property
    def turns(self) -> Turns:
        """The way to it."""
        return Turns(self.queue, self.memory, "media")
