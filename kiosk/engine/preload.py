"""The text models into memory when the program starts, in the background, so that the first child does not wait.

A box that is not there yet is asked again until it is. What is loaded, and in which order, is given from outside.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from msgspec import Struct

from kiosk.engine.backends import BackendError
from kiosk.engine.run import Stopwatch

log = logging.getLogger(__name__)

_LOOK_S = 10.0


class PreloadState(Struct, frozen=True, kw_only=True):
    """How far it is. `off`: nothing is to be loaded. `seconds` is what it took, `reason` why it is not done."""

    state: Literal["off", "loading", "away", "failed", "done"]
    reason: str | None = None
    seconds: float | None = None


class Preload:
    """Loads once. `load` raises `BackendError`; without it there is nothing to do."""

    def __init__(self, load: Callable[[], Awaitable[None]] | None) -> None:
        self._load = load
        self._rest: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(_LOOK_S)
        self.state = PreloadState(state="off" if load is None else "loading")

    async def run(self) -> None:
        """Until everything is loaded, or the box says why it cannot be."""
        if self._load is None:
            return
        while True:
            self.state = PreloadState(state="loading")
            watch = Stopwatch()
            try:
                await self._load()
            except BackendError as error:
                self.state = PreloadState(state="away" if error.retry else "failed", reason=error.reason)
                log.warning("the text models are not in memory yet: %s", error.reason)
                if not error.retry:
                    return
                await self._rest()
            else:
                self.state = PreloadState(state="done", seconds=watch.seconds)
                return
