"""The child process that makes a package: apart from the server, so that nothing of it weighs there.

Speaks with its parent through a pipe: JSON of `Told` and at last `Ended` one way, the words `pause`, `resume`, `stop`
and `cancel` the other. When the parent is gone it stops as if it had been told to.
"""

import logging
import os
import shutil
import signal
from multiprocessing.connection import Connection
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.storage.errors import is_full
from kiosk.storage.export import plan
from kiosk.storage.export.meter import Meter, Told, forget_left
from kiosk.storage.export.onboard import partial_of
from kiosk.storage.export.plan import Chosen, Task, WorkFailed
from kiosk.storage.locks import FolderLock

log = logging.getLogger(__name__)

CHOSEN = "chosen.jsonl"
LOCK = "lock"


class Ended(Struct, frozen=True, tag=True):
    """How it ended; `reason` as in `Export`."""

    state: Literal["done", "full", "interrupted", "failed", "cancelled"]
    reason: str | None = None


class Standing(Struct, frozen=True, tag=True):
    """How it stands, if that is known yet, and whether it waits because it was told to."""

    told: Told | None
    paused: bool


Message = Standing | Ended


class _Stop(BaseException):
    """The parent wants this to end; not an error."""

    def __init__(self, *, cancel: bool) -> None:
        self.cancel = cancel


class _Parent:
    """The other end of the pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._paused = False
        self._last: Told | None = None

    def tell(self, told: Told) -> None:
        self._last = told
        self._send(Standing(told, self._paused))

    def end(self, ended: Ended) -> None:
        self._send(ended)

    def obey(self) -> None:
        """Do what was said; returns when there is nothing to wait for."""
        while self._paused or self._pipe.poll():
            try:
                word = self._pipe.recv_bytes().decode()
            except (EOFError, OSError) as error:
                raise _Stop(cancel=False) from error
            if word in ("stop", "cancel"):
                raise _Stop(cancel=word == "cancel")
            self._paused = word == "pause"
            self._send(Standing(self._last, self._paused))

    def _send(self, message: Message) -> None:
        try:
            self._pipe.send_bytes(msgspec.json.encode(message))
        except OSError as error:
            raise _Stop(cancel=False) from error


def main(task: Task, pipe: Connection) -> None:
    """Make the package of a task; what became of it goes through the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_modest()
    parent = _Parent(pipe)
    try:
        ended = _work(task, parent)
    except _Stop as stop:
        if not stop.cancel:
            return
        partial = partial_of(task.work, task.target)
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
        ended = Ended("cancelled")
    except WorkFailed as failed:
        log.warning("a package could not be made: %s", failed.error.strerror)
        ended = Ended("failed", "disk_full" if is_full(failed.error) else "disk_error")
    except Exception:
        log.exception("a package could not be made")
        ended = Ended("interrupted", "crashed")
    try:
        parent.end(ended)
    except _Stop:
        return


def _work(task: Task, parent: _Parent) -> Ended:
    # The server knows this module, too, and starts faster without these.
    from kiosk.storage.export.packing import Packer
    from kiosk.storage.export.profiles import manner_of

    try:
        lock = FolderLock(task.work / LOCK, f"process {os.getpid()}")
    except OSError as error:
        raise WorkFailed(error) from error
    try:
        manner = manner_of(task)
        is_new = not plan.is_made(task)
        if is_new:
            forget_left(task.work)
        meter = Meter(task.work, parent.tell, parent.obey)
        if is_new:
            plan.make(task, manner, plan.read_lines(task.work / CHOSEN, Chosen), meter.plan)
        outcome = Packer(task, manner, meter).run()
        meter.close()
        return Ended(outcome.state, outcome.reason)
    finally:
        lock.release()


def _be_modest() -> None:
    """Children at work come before a package in the background."""
    try:
        os.nice(5)
    except (AttributeError, OSError):
        return
