"""Where small pictures are made of what others made: in children within limits, which cannot take down the server.

What runs there is `storage.jailed`. A child that died costs the one picture that it died of.
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import LifoQueue

import msgspec
from msgspec import Struct

from kiosk.records import MediaType
from kiosk.storage.child import Child
from kiosk.storage.thumbnails import NoThumbnail

PATIENCE_S = 30.0
"""After so many seconds a chore is given up and its child killed."""

TOGETHER = 2
"""So many children work at the same time: a gallery that nobody has seen yet asks for a screen full at once."""


class Chore(Struct, frozen=True):
    """Make a small picture of a file."""

    source: str
    media_type: MediaType


class Answer(Struct, frozen=True):
    """The small picture (WebP), or why there is none; `errno` if the file itself could not be read."""

    data: bytes = b""
    reason: str | None = None
    errno: int | None = None


_answer = msgspec.msgpack.Decoder(Answer)


class Jail:
    """A child or two, one chore each at a time, begun in the order in which they are asked for."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._children = [Child("jailed", patience_s) for _ in range(TOGETHER)]
        # The one that worked last is asked first: where little is asked for, the other is never started.
        self._free: LifoQueue[Child] = LifoQueue()
        for child in self._children:
            self._free.put(child)
        self._waiting = ThreadPoolExecutor(TOGETHER, thread_name_prefix="jail")

    @property
    def children(self) -> list[int]:
        """The process ids of the children that are there now."""
        return [child.pid for child in self._children if child.pid is not None]

    async def small_picture(self, source: Path, media_type: MediaType, target: Path) -> bytes | None:
        """What stands for a medium, as WebP; None if `target` has it by now. Raises `NoThumbnail`, `OSError`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._waiting, self._do, Chore(str(source), media_type), target)

    def small_picture_now(self, source: Path, media_type: MediaType, target: Path) -> bytes | None:
        """The same where there is no event loop. Blocking."""
        return self._waiting.submit(self._do, Chore(str(source), media_type), target).result()

    def close(self) -> None:
        """End the children. Blocking."""
        self._waiting.shutdown(cancel_futures=True)
        for child in self._children:
            child.end()

    def _do(self, chore: Chore, target: Path) -> bytes | None:
        if target.exists():
            return None
        child = self._free.get()
        try:
            raw = child.ask(msgspec.msgpack.encode(chore))
        finally:
            self._free.put(child)
        if raw is None:
            raise NoThumbnail("the decoder gave up on it")
        answer = _answer.decode(raw)
        if answer.errno is not None:
            raise OSError(answer.errno, os.strerror(answer.errno))
        if answer.reason is not None:
            raise NoThumbnail(answer.reason)
        return answer.data
