"""The easel: a process of its own in which the sketchbook draws and plays, so that nobody else waits for it.

The drawing library holds the interpreter for as long as a call takes; in the server's own process every stream would
stand still meanwhile. An easel is set up when somebody wants to draw, used again and again, put away when nobody has
drawn for a while, and replaced when it breaks. It ends with its parent. What it makes depends on the order alone.
"""

import contextlib
import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from kiosk.confine import limit
from kiosk.engine.backends import BackendError, MediaRequest, MediaResult
from kiosk.records import Progress

MEMORY_BYTES = 1 << 30
"""What an easel may take, where the system can limit it."""
LONGEST_S = 60.0
"""How long one work may take until its next step, in seconds."""
WORKS = 400
"""After so many works an easel is replaced, whatever its libraries have kept."""
_STOP_S = 3.0
_DRAWING = "kiosk.engine.backends.sketchbook.drawing"
"""What takes a second to load: every easel does so at once, whether there is work yet or not."""


class Broken(Exception):
    """The process ended, or does not answer; `reason` is in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stopped(Exception):
    """Nobody waits for this work any more."""


class Easel:
    """One process. Its methods block, but for `stop`: use it in a thread, one work at a time."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, line = context.Pipe()
        self._process = context.Process(target=_stand, args=(line,), name="easel", daemon=True)
        self._process.start()
        line.close()
        self._stopping = threading.Event()
        self.works = 0

    @property
    def pid(self) -> int | None:
        """The id of the process."""
        return self._process.pid

    def make(self, request: MediaRequest, tell: Callable[[Progress], None]) -> MediaResult:
        """The finished work. Raises `BackendError`, `Stopped` after `stop`, `Broken` when it is of no more use."""
        self._stopping.clear()
        self.works += 1
        try:
            self._line.send(request)
            while True:
                if not self._line.poll(LONGEST_S):
                    raise Broken(f"the sketchbook made no step for {LONGEST_S:g} seconds")
                kind, told = self._line.recv()
                if kind == "progress" and not self._stopping.is_set():
                    tell(told)
                elif kind == "done":
                    return told  # type: ignore[no-any-return]
                elif kind == "refused":
                    raise BackendError(told)
                elif kind == "stopped":
                    raise Stopped
        except (EOFError, OSError) as error:
            raise Broken("the sketchbook's process ended in the middle of its work") from error

    def stop(self) -> None:
        """The work is not wanted any more; an easel that does not listen is ended a little later."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._line.send(None)
        timer = threading.Timer(_STOP_S, self._end_if_deaf)
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.kill()
        self._process.join()

    def _end_if_deaf(self) -> None:
        if self._stopping.is_set():
            self._process.kill()

    def settled(self) -> None:
        """The work has ended, one way or the other: nobody need be ended for it."""
        self._stopping.clear()


def _stand(line: Connection) -> None:
    """The whole life of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)
    limit(DATA=MEMORY_BYTES)
    with contextlib.suppress(Exception):  # if it cannot be had, whoever wants to draw is told why
        importlib.import_module(_DRAWING)
    with contextlib.suppress(EOFError, OSError):
        while True:
            request = line.recv()
            if request is not None:  # None: a stop that came too late
                line.send(_made(request, line))


def _made(request: MediaRequest, line: Connection) -> tuple[str, Any]:
    from kiosk.engine.backends.sketchbook import drawing

    def tell(progress: Progress) -> None:
        if line.poll():
            line.recv()
            raise Stopped
        line.send(("progress", progress))

    try:
        return "done", drawing.make(request, tell)
    except Stopped:
        return "stopped", None
    except BackendError as error:
        return "refused", error.reason
    except MemoryError:
        return "refused", "the sketchbook has not enough memory for that"
    except (EOFError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a library raises, whoever waits is told its kind
        return "refused", f"the sketchbook stumbled: {type(error).__name__}"
