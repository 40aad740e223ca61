"""`SketchbookMedia`: pictures and melodies drawn by procedures on this machine, with no AI model at all.

Implements `MediaBackend`. The work is done at easels, processes of their own, of which there are as many as are
needed at once, two at most.
"""

import asyncio
import contextlib
import logging
from typing import Any

from kiosk.engine.backends import BackendError, MediaRequest, MediaResult, Report
from kiosk.engine.backends.sketchbook.easel import WORKS, Broken, Easel
from kiosk.records import MediaType, Progress

log = logging.getLogger(__name__)

AT_ONCE = 2
IDLE_S = 180.0
"""After so many seconds without work the easels are put away."""
_MADE_HERE = (MediaType.IMAGE, MediaType.MUSIC, MediaType.AUDIO)


class SketchbookMedia:
    """Draws and plays. Deterministic in prompt, lens, seed and size."""

    name = "sketchbook"

    def __init__(self, *, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._free: list[Easel] = []
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._busy = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._coming: asyncio.Task[None] | None = None
        self._closed = False

    def prepare(self) -> None:
        """Somebody is about to draw: set up an easel, if there is none. On the event loop; returns at once."""
        if self._closed or self._free or self._busy or self._coming is not None:
            return
        self._coming = asyncio.create_task(self._set_up(), name="easel")

    @property
    def easels(self) -> list[Easel]:
        """Those that wait for work."""
        return list(self._free)

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """One picture (PNG) or one melody (WAV). Raises `BackendError` for other media and for impossible sizes."""
        if request.media_type not in _MADE_HERE:
            raise BackendError(f"the sketchbook makes pictures and melodies, not {request.media_type}")
        async with self._turn:
            self._busy += 1
            try:
                return [await self._make(request, report)]
            finally:
                self._busy -= 1
                self._rest()

    async def _make(self, request: MediaRequest, report: Report) -> MediaResult:
        if not self._free and self._coming is not None:
            await asyncio.wait([self._coming])
        easel = self._free.pop() if self._free else await self._new()
        loop = asyncio.get_running_loop()

        def tell(progress: Progress) -> None:
            loop.call_soon_threadsafe(report, progress)

        work = loop.run_in_executor(None, easel.make, request, tell)
        try:
            result = await asyncio.shield(work)
        except asyncio.CancelledError:
            easel.stop()
            await _ended(work)
            self._put_back(easel, broken=isinstance(work.exception(), Broken))
            raise
        except BackendError:
            self._put_back(easel)
            raise
        except Broken as error:
            self._put_back(easel, broken=True)
            log.warning("%s; the next one gets a new one", error.reason)
            raise BackendError(error.reason, retry=True) from error
        self._put_back(easel)
        return result

    async def _set_up(self) -> None:
        try:
            self._put_back(await self._new())
        finally:
            self._coming = None
            self._rest()

    async def _new(self) -> Easel:
        setting_up = asyncio.get_running_loop().run_in_executor(None, Easel)
        try:
            return await asyncio.shield(setting_up)
        except asyncio.CancelledError:
            await _ended(setting_up)
            self._put_back(setting_up.result())
            raise

    def _put_back(self, easel: Easel, *, broken: bool = False) -> None:
        easel.settled()
        if broken or self._closed or easel.works >= WORKS:
            easel.close()
        else:
            self._free.append(easel)

    def _rest(self) -> None:
        """When nobody draws for a while, the easels give their memory back."""
        if self._alarm is not None:
            self._alarm.cancel()
        if not self._busy and not self._closed:
            self._alarm = asyncio.get_running_loop().call_later(self._idle_s, self._put_away)

    def _put_away(self) -> None:
        if self._busy:
            return
        while self._free:
            self._free.pop().close()

    async def close(self) -> None:
        """End every easel; none is set up after that."""
        self._closed = True
        if self._coming is not None:
            await asyncio.wait([self._coming])
        if self._alarm is not None:
            self._alarm.cancel()
        await asyncio.to_thread(self._put_away)


async def _ended(work: "asyncio.Future[Any]") -> None:
    """Wait for what goes on in a thread, however often the waiting task is cancelled."""
    while not work.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([work])
