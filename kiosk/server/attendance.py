"""Whether anybody sits at a device: every page that is open holds a stream, and a closed one does not.

A page that is loaded anew, or a line that breaks off, is gone for seconds; only who stays away has left.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager

from kiosk.server.sessions import Session

Left = Callable[[str, float], Awaitable[None]]
"""Called with the device and the monotonic time at which its last page was closed."""


class Attendance:
    """The devices at which somebody sits. `patience_s` gives seconds, 0 for never. Use it on one event loop."""

    def __init__(self, patience_s: Callable[[], float], left: Left) -> None:
        self._patience_s = patience_s
        self._left = left
        self._pages: Counter[str] = Counter()
        self._leaving: dict[str, asyncio.Task[None]] = {}

    @contextmanager
    def page(self, session: Session) -> Iterator[None]:
        """A page of a child's session is open inside the block."""
        if session.sees_all_devices:
            yield
            return
        device_id = session.device_id
        self._pages[device_id] += 1
        if (leaving := self._leaving.pop(device_id, None)) is not None:
            leaving.cancel()
        try:
            yield
        finally:
            self._pages[device_id] -= 1
            if not self._pages[device_id]:
                del self._pages[device_id]
                self._expect_back(device_id)

    async def attended(self, session: Session, frames: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """The frames of a stream; while it is open, somebody is there."""
        with self.page(session):
            async with aclosing(frames) as pieces:
                async for piece in pieces:
                    yield piece

    def close(self) -> None:
        """Expect nobody any more."""
        for leaving in self._leaving.values():
            leaving.cancel()

    def _expect_back(self, device_id: str) -> None:
        patience_s = self._patience_s()
        if patience_s > 0:
            self._leaving[device_id] = asyncio.create_task(self._wait(device_id, patience_s), name="left")

    async def _wait(self, device_id: str, patience_s: float) -> None:
        since = time.monotonic()
        await asyncio.sleep(patience_s)
        self._leaving.pop(device_id, None)
        await self._left(device_id, since)
