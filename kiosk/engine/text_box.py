"""A box that writes, with all that stands in front of it. The embedded writer needs none of this."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import cast

from kiosk.engine.backends import TextBackend, TextChunk, TextRequest
from kiosk.engine.breaker import Breaker
from kiosk.engine.queue import FairQueue
from kiosk.engine.shared_memory import SharedMemory
from kiosk.engine.turns import Asker, Turns

QUEUE = "text"
"""What the queue in front of the text box is called, as a media box of the same server has its own."""


class GuardedText:
    """A text box, its queue, its breaker: while the box is away, every text is refused at once."""

    def __init__(
        self,
        box: TextBackend,
        breaker: Breaker,
        queue: FairQueue | None = None,
        memory: SharedMemory | None = None,
    ) -> None:
        self.box = box
        self.breaker = breaker
        self.turns = Turns(queue or FairQueue(QUEUE), memory, "texts")
        self.name = box.name
        self.multilingual = box.multilingual

    def model_for(self, request: TextRequest) -> str:
        """The name of the model that will answer."""
        return self.box.model_for(request)

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextChunk, None]:
        """The answer, piece by piece; whoever asks has taken a turn. Raises `BackendError`."""
        stream = cast("AsyncGenerator[TextChunk, None]", self.box.stream(request))
        async with self.breaker.attempt(), aclosing(stream) as chunks:
            async for chunk in chunks:
                yield chunk


@asynccontextmanager
async def turn_at(backend: TextBackend, asker: Asker) -> AsyncIterator[None]:
    """A turn at a text box, at once where none is needed. Raises `BoxAway` and `queue.QueueFull`."""
    if not isinstance(backend, GuardedText):
        yield
        return
    backend.breaker.check()
    async with backend.turns.take(asker):
        yield
