"""A child process within limits that decodes what others made, so that no picture can take down or bloat the server.

Started when it is first needed, used again, killed when it is late; it ends by itself when nobody asks. What it
runs is `storage.jailed`. A child that died costs the one picture that it died of.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.records import MediaType
from kiosk.storage.thumbnails import NoThumbnail

PATIENCE_S = 30.0
"""After so many seconds a chore is given up and its child killed."""

LENGTH_BYTES = 4
"""Requests and answers are preceded by their length, big endian."""

_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from kiosk.storage import jailed; jailed.main()"
_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


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
    """One child at a time, one chore at a time, in the order in which they are asked for."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._child: subprocess.Popen[bytes] | None = None
        self._waiting = ThreadPoolExecutor(1, thread_name_prefix="jail")

    @property
    def child(self) -> int | None:
        """The process id of the child that is there now."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    async def small_picture(self, source: Path, media_type: MediaType, target: Path) -> bytes | None:
        """What stands for a medium, as WebP; None if `target` has it by now. Raises `NoThumbnail`, `OSError`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._waiting, self._do, Chore(str(source), media_type), target)

    def close(self) -> None:
        """End the child. Blocking."""
        self._waiting.shutdown(cancel_futures=True)
        if self._child is not None:
            self._end(self._child)

    def _do(self, chore: Chore, target: Path) -> bytes | None:
        if target.exists():
            return None
        answer = self._ask(chore)
        if answer.errno is not None:
            raise OSError(answer.errno, os.strerror(answer.errno))
        if answer.reason is not None:
            raise NoThumbnail(answer.reason)
        return answer.data

    def _ask(self, chore: Chore) -> Answer:
        child, is_fresh = self._present()
        raw = self._exchange(child, msgspec.msgpack.encode(chore))
        if raw is None and not is_fresh and child.wait() == 0:
            # It had just gone home for want of work.
            raw = self._exchange(self._present()[0], msgspec.msgpack.encode(chore))
        if raw is None:
            raise NoThumbnail("the decoder gave up on it")
        return _answer.decode(raw)

    def _present(self) -> tuple[subprocess.Popen[bytes], bool]:
        if self._child is not None and self._child.poll() is None:
            return self._child, False
        if self._child is not None:
            self._end(self._child)
        self._child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        return self._child, True

    def _exchange(self, child: subprocess.Popen[bytes], request: bytes) -> bytes | None:
        """Hand a request over and wait for the answer; None if the child died of it, or was killed for being late."""
        if child.stdin is None or child.stdout is None:
            return None
        late = threading.Timer(self._patience_s, _kill, [child])
        late.start()
        try:
            child.stdin.write(len(request).to_bytes(LENGTH_BYTES) + request)
            child.stdin.flush()
            length = child.stdout.read(LENGTH_BYTES)
            raw = child.stdout.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else b""
        except OSError:
            raw = b""
        finally:
            late.cancel()
        if raw and len(raw) == int.from_bytes(length):
            return raw
        _kill_unless_over(child)
        return None

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            child.wait(1)
        except subprocess.TimeoutExpired:
            _kill(child)
            child.wait()
        self._child = None


def _kill_unless_over(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(0.2)
    except subprocess.TimeoutExpired:
        _kill(child)
        child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and what it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
