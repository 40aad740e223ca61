"""One check of all files at a time, in the background, with how far it is. Does not check anything itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

from msgspec import Struct

from kiosk.records import timestamp
from kiosk.storage.caretaker import VerifyReport
from kiosk.storage.errors import StorageError


class Verify(Protocol):
    """Checks everything, mends what is derived, and tells (done, all) as it goes. Raises `StorageError`."""

    def __call__(self, *, progress: Callable[[int, int], None]) -> Awaitable[VerifyReport]:
        """The report of a whole check."""


class VerifyState(Struct, frozen=True, kw_only=True):
    """How far it is: `done` of `total` runs. `idle`: none was begun yet."""

    state: Literal["idle", "working", "done", "failed"] = "idle"
    started: str | None = None
    done: int = 0
    total: int = 0
    report: VerifyReport | None = None
    reason: str | None = None


class Verifying:
    """The check that is at work, or the last one. On the event loop."""

    def __init__(self, verify: Verify) -> None:
        self._verify = verify
        self._task: asyncio.Task[None] | None = None
        self.state = VerifyState()

    def start(self) -> VerifyState:
        """Begin, unless one is at work."""
        if self._task is None or self._task.done():
            self.state = VerifyState(state="working", started=timestamp())
            self._task = asyncio.create_task(self._work(), name="verify")
        return self.state

    async def close(self) -> None:
        """Stop what is at work."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _work(self) -> None:
        started = self.state.started

        def progress(done: int, total: int) -> None:
            self.state = VerifyState(state="working", started=started, done=done, total=total)

        try:
            report = await self._verify(progress=progress)
        except StorageError as error:
            self.state = VerifyState(state="failed", started=started, reason=error.reason)
        else:
            self.state = VerifyState(
                state="done", started=started, done=report.runs, total=report.runs, report=report
            )
