"""Heavy work in a process of its own: bounded in time and memory, few at once, ended as soon as nobody waits.

What makes reports and marked copies is imported only there, so that the server stays small. The process ends with
its parent, however that ends. What is made is a file in a folder of its own; nothing else comes back but small
answers.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import tempfile
import threading
import traceback
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from kiosk import durable
from kiosk.confine import limit
from kiosk.storage.errors import storage_error

T = TypeVar("T")

FOLDER = "leaving"
KEYS = "signing"
"""The folder in the state folder that holds this installation's signing key."""

SECONDS = 120.0
"""How long one piece of work may take."""

MEMORY_BYTES = 2 << 30
"""How much memory one piece of work may take, where the system can limit it."""

AT_ONCE = 2
_BLOCK = 256 << 10


class WorkFailed(Exception):
    """The work could not be done; `reason` is for a log and holds no words of a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TookTooLong(WorkFailed):
    """The work was ended after its time."""


class ToolMissing(WorkFailed):
    """A library of the group `export` is not installed; `reason` names it."""


class CannotBeMarked(WorkFailed):
    """The file is damaged or of no kind that can carry marks."""


class Workshop:
    """Where heavy work is done for one data folder. Use it on one event loop."""

    def __init__(self, state: Path, *, seconds: float = SECONDS) -> None:
        self.keys = state / KEYS
        """Where the signing key of this installation lies."""
        self._folder = state / FOLDER
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._swept = False

    async def make(self, work: Callable[..., T], *arguments: Any) -> T:
        """Call `work` with `arguments` in a process of its own; both must be known by name or be plain data.

        Raises `WorkFailed` or one of its kinds, `StorageError` for a disk that is full or does not work. When the
        caller is cancelled, the process is ended before this returns.
        """
        async with self._turn:
            stop, stopper = multiprocessing.Pipe(duplex=False)
            attended = asyncio.get_running_loop().run_in_executor(None, _attend, work, arguments, stop, self._seconds)
            try:
                answer: T = await asyncio.shield(attended)
            except asyncio.CancelledError:
                stopper.close()
                await asyncio.wait([attended])
                attended.exception()
                raise
            finally:
                stopper.close()
                if attended.done():
                    stop.close()
            return answer

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """A folder for what is being made; gone with all its files when the block ends. Blocking."""
        place = self.new_bench()
        try:
            yield place
        finally:
            self.clear(place)

    def new_bench(self) -> Path:
        """A folder for what is being made, to be given back with `clear`. Blocking. Raises `StorageError`."""
        try:
            if not self._swept:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._swept = True
            durable.make_folders(self._folder, durable=False)
            return Path(tempfile.mkdtemp(dir=self._folder))
        except OSError as error:
            raise storage_error(error) from error

    async def hand_out(self, bench: Path, made: Path) -> AsyncGenerator[bytes, None]:
        """What was made, piece by piece; the bench is cleared when the stream is closed, as it must be."""
        return await streamed(_read(made), partial(self.clear, bench))

    def clear(self, bench: Path) -> None:
        """Remove a bench with all its files; what cannot be removed goes at the next start. Blocking."""
        shutil.rmtree(bench, ignore_errors=True)


async def streamed(pieces: Iterator[bytes], leave: Callable[[], None]) -> AsyncGenerator[bytes, None]:
    """Pieces that are got in a thread, and `leave` after the last or when the stream is closed."""
    stream = _stream(pieces, leave)
    # Closing a stream that never began would not reach its end, and so would keep what it holds.
    await anext(stream)
    return stream


async def _stream(pieces: Iterator[bytes], leave: Callable[[], None]) -> AsyncGenerator[bytes, None]:
    try:
        yield b""
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece
    except OSError as error:
        raise storage_error(error) from error
    finally:
        await asyncio.to_thread(leave)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _attend(work: Callable[..., T], arguments: tuple[Any, ...], stop: Connection, seconds: float) -> T:
    """Start the process, wait for its answer, end it. Runs in a thread."""
    context = multiprocessing.get_context("spawn")
    answers, answering = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(answering, work, arguments), daemon=True)
    process.start()
    answering.close()
    try:
        ready = wait([answers, stop], seconds)
        if stop in ready:
            raise WorkFailed("nobody waits any more")
        if answers not in ready:
            raise TookTooLong(f"more than {seconds:.0f} s")
        try:
            kind, value = answers.recv()
        except EOFError as error:
            raise WorkFailed("the process ended without an answer") from error
    finally:
        process.kill()
        process.join()
        process.close()
        answers.close()
    made: T = _answer(kind, value)
    return made


def _answer(kind: str, value: Any) -> Any:
    match kind:
        case "done":
            return value
        case "missing":
            raise ToolMissing(value)
        case "unfit":
            raise CannotBeMarked(value)
        case "disk":
            raise storage_error(OSError(value, ""))
    raise WorkFailed(value)


def _work(answering: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """The whole life of the process."""
    _end_with_parent()
    limit(DATA=MEMORY_BYTES)
    try:
        answer: tuple[str, Any] = ("done", work(*arguments))
    except ModuleNotFoundError as error:
        answer = ("missing", error.name or "")
    except CannotBeMarked as error:
        answer = ("unfit", error.reason)
    except OSError as error:
        answer = ("disk", error.errno)
    except MemoryError:
        answer = ("failed", "not enough memory")
    except Exception as error:  # noqa: BLE001 - whatever a library raises, the parent is told its kind and place
        place = traceback.extract_tb(error.__traceback__)[-1]
        answer = ("failed", f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}")
    # A parent that ended or does not wait any more has closed its end.
    with contextlib.suppress(BrokenPipeError):
        answering.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
