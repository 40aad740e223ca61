"""A circuit breaker in front of a box: who asks a box that is away is told so at once, instead of waiting for it.

closed: jobs go through. open: the box was away `failures` times in a row; jobs are refused with its last reason.
half-open: after a pause the box answered a probe, or its pause is over; one job goes through, and how it fares
decides. Only failures that are worth one more try (`BackendError.retry`: no connection, broken off, overloaded)
count; a box that refuses a job with a reason is there. What a box is asked as a probe is not known here.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal

from msgspec import Struct

from kiosk.engine.backends import BackendError

log = logging.getLogger(__name__)

Probe = Callable[[], Awaitable[Any]]
"""Asks a box something cheap; raises `BackendError` when it does not answer as it should."""


class Patience(Struct, frozen=True, kw_only=True):
    """When a box counts as away, and how long to wait for it. Times in seconds.

    `failures`: in a row, until the breaker opens. `pause_s`: until a box that is away is asked again; it doubles
    up to `longest_pause_s`. `probe_s`: the longest that a probe may take. `look_s`: between two looks while a job
    waits for its second try, `wait_s`: how long it waits at most.
    """

    failures: int = 3
    pause_s: float = 10.0
    longest_pause_s: float = 60.0
    probe_s: float = 5.0
    look_s: float = 2.0
    wait_s: float = 60.0


class BoxAway(BackendError):
    """The box was away just now; nothing was asked."""


class BreakerState(Struct, frozen=True, kw_only=True):
    """A breaker now. `failures` in a row; `retry_in_s`: seconds until an open one lets the next job through."""

    state: Literal["closed", "open", "half_open"]
    failures: int
    reason: str | None
    retry_in_s: float | None


class Breaker:
    """The breaker of one box. Without a `probe` (what is embedded has none) it is always closed."""

    def __init__(self, probe: Probe | None = None, patience: Patience | None = None) -> None:
        self._probe = probe
        self._patience = patience or Patience()
        self._failures = 0
        self._reason = ""
        self._open_until: float | None = None
        self._pause = self._patience.pause_s
        self._half_open = False
        self._trial: asyncio.Event | None = None
        self.in_flight = 0
        """How many jobs are with the box now."""
        self.changed: Callable[[], None] = lambda: None
        """Called when the box went away or came back."""

    @property
    def state(self) -> BreakerState:
        """For the health view."""
        wait = None
        if self._half_open:
            name: Literal["closed", "open", "half_open"] = "half_open"
        elif self._open_until is not None:
            name, wait = "open", round(max(0.0, self._open_until - time.monotonic()), 1)
        else:
            name = "closed"
        return BreakerState(state=name, failures=self._failures, reason=self._reason or None, retry_in_s=wait)

    def check(self) -> None:
        """Raises `BoxAway` while the box is away and its pause is not over."""
        if self._open_until is None or self._half_open:
            return
        if time.monotonic() < self._open_until:
            raise BoxAway(self._reason)
        self._half_open = True

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """One job for the box inside the block. Raises `BoxAway`; a `BackendError` from inside is counted."""
        if self._probe is None:
            yield
            return
        await self._admit()
        trial = self._trial = asyncio.Event() if self._half_open else None
        self.in_flight += 1
        try:
            yield
        except BackendError as error:
            self.failed(error)
            raise
        else:
            self.answered()
        finally:
            self.in_flight -= 1
            if trial is not None:
                self._trial = None
                trial.set()

    async def _admit(self) -> None:
        self.check()
        while self._half_open and self._trial is not None:
            await self._trial.wait()
            self.check()

    def failed(self, error: BackendError) -> None:
        """A job or a probe failed; opens after enough of those that mean that the box is away."""
        if not error.retry:
            self.answered()
            return
        self._failures += 1
        self._reason = error.reason
        if self._half_open:
            self._pause = min(self._pause * 2, self._patience.longest_pause_s)
        if self._half_open or self._failures >= self._patience.failures:
            was_open = self._open_until is not None
            self._half_open = False
            self._open_until = time.monotonic() + self._pause
            if not was_open:
                log.warning("a box is away: %s", error.reason)
                self.changed()

    def answered(self) -> None:
        """The box did its work, or said itself why not."""
        was_open = self._open_until is not None
        self._failures, self._reason = 0, ""
        self._open_until, self._half_open = None, False
        self._pause = self._patience.pause_s
        if was_open:
            log.info("a box is back")
            self.changed()

    async def probe(self) -> BackendError | None:
        """Ask the box whether it is there; None when it is. A closed breaker counts it, an open one half-opens."""
        if self._probe is None:
            return None
        try:
            async with asyncio.timeout(self._patience.probe_s):
                await self._probe()
        except TimeoutError:
            problem = BackendError(f"it does not answer within {self._patience.probe_s:g} seconds", retry=True)
        except BackendError as error:
            problem = error
        else:
            if self._open_until is not None:
                self._half_open = True
            return None
        if self._trial is None:
            self.failed(BackendError(problem.reason, retry=True))
        return problem

    async def back(self, waiting: Callable[[], None]) -> bool:
        """Wait until the box answers a probe, at most `wait_s`; whether it does. `waiting` is called at each look."""
        ends = time.monotonic() + self._patience.wait_s
        while await self.probe() is not None:
            if time.monotonic() + self._patience.look_s > ends:
                return False
            waiting()
            await asyncio.sleep(self._patience.look_s)
        return True
