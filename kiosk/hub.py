"""Publish from any thread; read as streams that can be resumed; end them all at shutdown.

Topics are names. Events with an id belong to a history that a reader may have missed; events without one
(progress) are passing. A topic opened with `keep` remembers its last events with ids, so that a reader who
comes back with an id gets what it missed, or is told that the id is unknown (`reset`). Runs keep nothing
here: their history is their journal. Does no I/O and knows no HTTP.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import NamedTuple, Self

RESET = "reset"
MAX_PENDING = 2_000


class Event(NamedTuple):
    """One event of a topic: `name`, JSON `data`, and an `id` if a reader should resume after it."""

    name: str
    data: bytes
    id: str | None = None


class HubClosed(RuntimeError):
    """The program is shutting down: no new streams."""


class Subscription:
    """One reader of one topic; an async iterator that ends when it is closed or falls too far behind.

    A reader that does not keep up loses passing events first; when events with ids would be lost, its stream
    ends, and it comes back with the last id that it saw.
    """

    def __init__(self, hub: "Hub", topic: str) -> None:
        self._hub = hub
        self._topic = topic
        self._loop = asyncio.get_running_loop()
        self._pending: deque[Event] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while True:
            if self._pending:
                return self._pending.popleft()
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            if not self._pending and not self._closed:
                await self._wake.wait()

    async def next(self, timeout_s: float) -> Event | None:
        """The next event, or None after `timeout_s` seconds without one; `StopAsyncIteration` at the end."""
        try:
            async with asyncio.timeout(timeout_s):
                return await anext(self)
        except TimeoutError:
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading."""
        self._hub._leave(self._topic, self)  # noqa: SLF001 - the two classes are one concept
        self._end()

    def _put(self, event: Event) -> None:
        if len(self._pending) >= MAX_PENDING:
            if event.id is None and event.name != "end":
                return
            kept = deque(waiting for waiting in self._pending if waiting.id is not None)
            if len(kept) >= MAX_PENDING:
                self._end()
                return
            self._pending = kept
        self._pending.append(event)
        self._notify()

    def _end(self) -> None:
        self._closed = True
        self._notify()

    def _notify(self) -> None:
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._wake.set()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)


class Hub:
    """All topics of one program. Every method may be called from any thread but `subscribe`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, set[Subscription]] = {}
        self._kept: dict[str, deque[Event]] = {}
        self._closed = False

    def keep(self, topic: str, count: int) -> None:
        """Remember the last `count` events with ids of a topic."""
        with self._lock:
            self._kept[topic] = deque(self._kept.get(topic, ()), maxlen=count)

    def publish(self, topic: str, event: Event) -> None:
        """Hand an event to all readers of a topic; returns at once, never fails because of a reader."""
        with self._lock:
            if event.id is not None and topic in self._kept:
                self._kept[topic].append(event)
            for reader in self._readers.get(topic, ()):
                reader._put(event)  # noqa: SLF001

    def forget(self, topic: str, unwanted: Callable[[Event], bool]) -> None:
        """Drop kept events of a topic: what was erased must not be told again."""
        with self._lock:
            if topic in self._kept:
                kept = self._kept[topic]
                self._kept[topic] = deque((event for event in kept if not unwanted(event)), maxlen=kept.maxlen)

    def subscribe(self, topic: str, after: str | None = None) -> Subscription:
        """Read a topic from now on, on the running event loop.

        With `after`, on a topic that keeps events: first those that came after this id, or a `reset` event
        if the id is not among the kept ones. Raises `HubClosed` at shutdown.
        """
        reader = Subscription(self, topic)
        with self._lock:
            if self._closed:
                raise HubClosed
            if after is not None and topic in self._kept:
                for event in _events_after(self._kept[topic], after):
                    reader._put(event)  # noqa: SLF001
            self._readers.setdefault(topic, set()).add(reader)
        return reader

    def readers(self, topic: str) -> int:
        """How many read this topic now."""
        with self._lock:
            return len(self._readers.get(topic, ()))

    def close(self) -> None:
        """End every stream; readers get what is pending, then their end."""
        with self._lock:
            self._closed = True
            readers = [reader for group in self._readers.values() for reader in group]
        for reader in readers:
            reader._end()  # noqa: SLF001

    def _leave(self, topic: str, reader: Subscription) -> None:
        with self._lock:
            group = self._readers.get(topic)
            if group is None:
                return
            group.discard(reader)
            if not group:
                del self._readers[topic]


def _events_after(kept: deque[Event], after: str) -> list[Event]:
    events = list(kept)
    for position, event in enumerate(events):
        if event.id == after:
            return events[position + 1 :]
    return [Event(RESET, b"{}")]
