"""Two steps of long work at once: while one batch is done, the next is made ready. Knows nothing of what they do."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import ParamSpec

P = ParamSpec("P")


class Behind:
    """Lets one piece of work be done while the next is made ready; leaving waits for the last."""

    def __init__(self) -> None:
        self._last: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Behind":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._done()

    async def do(self, work: Callable[P, Coroutine[None, None, None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Begin as soon as the one before is done. Raises what went wrong with that."""
        await self._done()
        self._last = asyncio.create_task(work(*args, **kwargs))

    async def _done(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            await last
