"""Run the program: on this thread until a signal, or beside a window or a command for as long as these last.

Binds and locks first, so that what cannot work is told in one sentence before anything starts.
"""

import gc
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import msgspec
from msgspec import Struct

from kiosk import __version__, beacon, logs, settings
from kiosk.app import Program
from kiosk.beacon import Beacon, CannotServe
from kiosk.client import Client
from kiosk.hub import Hub
from kiosk.server.address import Address
from kiosk.server.pin import take_over
from kiosk.server.serve import AddressInUse, AddressRefused, KioskServer, ServerThread, bind
from kiosk.settings import Loaded, Places
from kiosk.storage.errors import DataFolderBusy, StorageError
from kiosk.storage.library import Library

log = logging.getLogger(__name__)

BUSY_WAIT_S = 5.0
_STOP_S = 10.0


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


def load_settings(where: Places) -> Loaded:
    """The settings; a kiosk without a name gives itself one and keeps it in its settings file."""
    loaded = settings.load(where)
    if loaded.settings.kiosk.device_id is None:
        settings.save(where, {"kiosk.device_id": f"kiosk-{secrets.token_hex(3)}"})
        loaded = settings.load(where)
    return take_over(where, loaded)


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
    """A program with its server on a data folder, ready to run here or on a thread.

    With `announce`, commands that are started beside it find it. Raises `CannotServe`; then nothing is left open.
    """

    def __init__(
        self,
        where: Places,
        *,
        host: str | None = None,
        port: int | None = None,
        announce: bool = True,
        on_ready: Callable[[Ready], None] | None = None,
    ) -> None:
        self._where = where
        self._announce = announce
        self._on_ready = on_ready
        try:
            loaded = load_settings(where)
        except OSError as error:
            raise CannotServe(_unwritable(where, error.strerror or str(error))) from error
        logs.configure(where.state)
        host = host or loaded.settings.server.host
        port = loaded.settings.server.port if port is None else port
        try:
            self.bound = bind(host, port)
        except (OSError, AddressRefused) as error:
            raise CannotServe(_no_address(host, port, error)) from error
        try:
            library, hub = _open_library(where, loaded)
        except CannotServe:
            self.bound.close()
            raise
        self.program = Program(where, loaded, library, hub, Address.of(self.bound, host))
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
            beacon.write(self._where.state, Beacon(ready.url, ready.token, ready.pid, ready.data_dir))
        if self._on_ready is not None:
            self._on_ready(ready)


class BackgroundServer:
    """A server beside the main thread, for as long as a block lasts."""

    def __init__(self, where: Places, *, announce: bool) -> None:
        self._serving = Serving(where, port=0, announce=announce)
        self._thread = ServerThread(self._serving.server, self._serving.bound)

    def window_opened(self, close: Callable[[], None]) -> None:
        """A window of ours is open: the teacher's desk may close it."""
        self._serving.program.leaving.opened(close)

    def __enter__(self) -> Ready:
        self._thread.start()
        return self._serving.ready()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._thread.stop(_STOP_S):
            log.error("the server did not stop in time")
        self._serving.withdraw()


def enter_link(running: Beacon) -> str:
    """A new link into a program that runs already."""
    with Client(running.url, running.token) as client:
        session = client.get("/api/session")
        return str(client.post("/api/sessions", {"device_id": session["device_id"]})["enter_url"])


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
            raise CannotServe(_unwritable(where, error.reason)) from error


def _unwritable(where: Places, reason: str) -> str:
    return f"Nothing can be saved in {where.data}: {reason}. Name a folder that you may write to with --data."


def _no_address(host: str, port: int, error: Exception) -> str:
    if isinstance(error, AddressInUse):
        return f"Port {port} on {host} is taken. Choose another with --port, or --port 0 for a free one."
    if isinstance(error, AddressRefused):
        return f"{host} would open the program to every network. Name one address with --host."
    return f"Cannot listen on {host}: {error}"
