"""Run the program behind its door, on this thread until a signal; `background` does it beside a window or a command.

Locks the data folder first, so that what cannot work is told in one sentence before anything starts.
"""

import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from kiosk import __version__, beacon
from kiosk.app import Program
from kiosk.beacon import Beacon, CannotServe
from kiosk.door import Door, unwritable
from kiosk.hub import Hub
from kiosk.server.serve import KioskServer
from kiosk.settings import Loaded, Places
from kiosk.storage.errors import DataFolderBusy, StorageError
from kiosk.storage.library import Library

log = logging.getLogger(__name__)

BUSY_WAIT_S = 5.0


class Ready(Struct, frozen=True, kw_only=True):
    """A server that answers. `enter_url` is good once, for ten minutes."""

    url: str
    enter_url: str
    token: str
    pid: int
    data_dir: str
    language: str

    def announcement(self) -> dict[str, Any]:
        """What programs that started the server want to know."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if name != "language"}


class ProgramServer(KioskServer):
    """The server of one program: starts its work, and says when it answers."""

    def __init__(self, program: Program, on_ready: Callable[[], None]) -> None:
        super().__init__(program.asgi(), closing=program.stop_work)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


class Serving:
    """A program with its server behind a door, ready to run here or on a thread.

    With `announce`, commands that are started beside it find it. Raises `CannotServe`; then the door is closed.
    """

    def __init__(self, door: Door, *, announce: bool = True, on_ready: Callable[[Ready], None] | None = None) -> None:
        self._where = door.where
        self._announce = announce
        self._on_ready = on_ready
        self.bound = door.bound
        try:
            library, hub = _open_library(door.where, door.loaded)
        except CannotServe:
            self.bound.close()
            raise
        self.program = Program(door.where, door.loaded, library, hub, door.address)
        self.program.expect(door.secret)
        self.server = ProgramServer(self.program, self._ready)

    def ready(self) -> Ready:
        """What a person or a program needs to come in."""
        program = self.program
        return Ready(
            url=program.address.url,
            enter_url=program.enter_url(),
            token=program.token,
            pid=os.getpid(),
            data_dir=str(self._where.data),
            language=program.settings.kiosk.language,
        )

    def run(self) -> None:
        """Serve on this thread until SIGINT or SIGTERM, which are a clean end: uvicorn would raise them again."""
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: None)
            self.server.run(sockets=[self.bound])
        finally:
            self.withdraw()

    def withdraw(self) -> None:
        """The server has stopped: nobody should look for it."""
        if self._announce:
            beacon.remove(self._where.state)

    def _ready(self) -> None:
        gc.freeze()
        gc.enable()
        ready = self.ready()
        if self._announce:
            try:
                beacon.write(self._where.state, Beacon(ready.url, ready.token, ready.pid, ready.data_dir))
            except OSError as error:
                # A full disk: what was saved can be looked at, only a command line beside does not find the way.
                log.warning("the server's address was not left: %s", error.strerror)
        if self._on_ready is not None:
            self._on_ready(ready)


def _open_library(where: Places, loaded: Loaded) -> tuple[Library, Hub]:
    hub = Hub()
    deadline = time.monotonic() + BUSY_WAIT_S
    while True:
        try:
            return Library.open(where, loaded.settings.storage, hub, app_version=__version__), hub
        except DataFolderBusy as busy:
            if time.monotonic() > deadline:
                raise CannotServe(f"{busy}. Stop it, or name another folder with --data.") from busy
            time.sleep(0.1)
        except StorageError as error:
            raise unwritable(where, error.reason) from error
