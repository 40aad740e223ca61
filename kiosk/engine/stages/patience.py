"""Wait for a model only so long, without stopping it from being loaded.

A box gives up loading a model when the one who asked leaves. So one late call is left to run on, unheard, until
it ends or its patience does; further late calls are stopped.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Patience:
    """`limit_s` is what an answer may take, `longest_s` what a late call may go on for, both in seconds."""

    def __init__(self, limit_s: float, longest_s: float = 300.0) -> None:
        self._limit_s = limit_s
        self._longest_s = longest_s
        self._late: asyncio.Task[Any] | None = None

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The answer, or what the work raised. Raises `TimeoutError` after the limit; stops the work if cancelled."""
        task = asyncio.create_task(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._limit_s)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done:
            return task.result()
        self._leave(task)
        raise TimeoutError

    async def close(self) -> None:
        """Stop the late call, if there is one."""
        if self._late is not None:
            self._late.cancel()
            await asyncio.wait({self._late})

    def _leave(self, task: asyncio.Task[Any]) -> None:
        if self._late is not None:
            task.cancel()
            return
        self._late = task
        timer = asyncio.get_running_loop().call_later(self._longest_s, task.cancel)
        task.add_done_callback(lambda _: timer.cancel())
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._late = None
        if not task.cancelled():
            task.exception()
