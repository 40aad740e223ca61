"""The composition root: builds storage, engine and server from the settings, and runs them.

The one place that knows all rooms. Nothing is decided here but who gets what.
"""

import asyncio
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from litestar.types import ASGIApp
from msgspec import Struct

from kiosk import __version__, beacon, health, i18n, logs, settings
from kiosk.beacon import Beacon, CannotServe
from kiosk.client import Client
from kiosk.engine.backends.sketchbook import SketchbookMedia, SketchbookText
from kiosk.engine.configs import Configs, OutputConfig
from kiosk.engine.live import LiveRuns
from kiosk.engine.pipeline import MediaBox, Pipeline
from kiosk.engine.queue import FairQueue
from kiosk.engine.requests import Desk, InputImage
from kiosk.engine.seeds import Seeds
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.hub import Hub
from kiosk.records import ExecutionMode, MediaType, Person
from kiosk.server.address import Address
from kiosk.server.application import create_app
from kiosk.server.serve import AddressInUse, AddressRefused, KioskServer, ServerThread, bind
from kiosk.server.services import Health, Services
from kiosk.server.sessions import Role, Session, Sessions, new_token
from kiosk.server.uploads import Uploads
from kiosk.settings import Loaded, Places, Settings, assets_dir
from kiosk.storage.errors import DataFolderBusy, StorageError
from kiosk.storage.library import Library

log = logging.getLogger(__name__)

UI_FOLDER = Path(__file__).parent / "ui" / "dist"
TEACHER_FOLDER = "configs"
BUSY_WAIT_S = 5.0
_SKETCHBOOK_SLOTS = 2
_REFRESH_S = 2.0
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


class Program:
    """All rooms, built and joined, for one data folder and one address."""

    def __init__(self, where: Places, loaded: Loaded, library: Library, hub: Hub, address: Address) -> None:
        self._where = where
        self._loaded = loaded
        self._hub = hub
        self._library = library
        self._started = time.monotonic()
        self._sentences = i18n.load(assets_dir() / "i18n")
        self._configs = Configs.load(assets_dir() / "configs", where.data / TEACHER_FOLDER)
        self._safety = SafetyCheck.load(assets_dir() / "safety")
        self._safety_problems = self._safety.self_test()
        self._uploads = Uploads(where.state / "uploads")
        self._boxes = self._build_boxes()
        self.live = self._build_live()
        self.token = new_token()
        self.address = address
        self.sessions = Sessions(self._desk_person(), self.token)
        self.services = self._build_services()
        self._refreshing: asyncio.Task[None] | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._loaded.settings

    def asgi(self) -> ASGIApp:
        """The server's application."""
        return create_app(self.services, on_startup=[self.start])

    async def start(self) -> None:
        """Work that belongs to a running program: mark what an earlier one left, follow the config files."""
        await self._library.start()
        self._refreshing = asyncio.create_task(self._follow_configs(), name="configs")

    async def close(self) -> None:
        """Stop the runs, end the streams, let go of the data folder."""
        if self._refreshing is not None:
            self._refreshing.cancel()
        await self.live.close()
        self._hub.close()
        await self._uploads.close()
        await self._library.close()

    def enter_url(self) -> str:
        """A new link into the program for whoever sits at this kiosk: a child, until a teacher logs in."""
        link = self.sessions.link(Session(**_names(self._desk_person()), role=Role.CHILD))
        return f"{self.address.url}/enter?t={link.token}"

    def _build_boxes(self) -> dict[str, MediaBox]:
        sketchbook = SketchbookMedia()
        return {sketchbook.name: MediaBox(sketchbook, FairQueue(sketchbook.name, _SKETCHBOOK_SLOTS))}

    def _build_live(self) -> LiveRuns:
        seeds = Seeds()
        pipeline = Pipeline(
            self._safety,
            SketchbookText(),
            self._boxes,
            seeds,
            self._sentences,
            help_line=lambda: self.settings.safety.help_line,
        )
        desk = Desk(self._configs, lambda: self.settings, self._boxes, self._picture)
        return LiveRuns(
            self._library, pipeline, desk, self._hub, lambda: self.settings, lambda: self._safety_problems
        )

    def _build_services(self) -> Services:
        return Services(
            address=self.address,
            sessions=self.sessions,
            settings=lambda: self.settings,
            sentences=self._sentences,
            hub=self._hub,
            library=self._library,
            live=self.live,
            configs=self._configs,
            uploads=self._uploads,
            health=self._health,
            missing=self._missing,
            ui_dir=UI_FOLDER,
        )

    async def _health(self) -> Health:
        return await health.examine(self._library, self._configs, self._safety_problems, self._boxes, self._started)

    def _missing(self, output: OutputConfig) -> list[str]:
        if output.backend not in self._boxes:
            return [output.backend]
        if not output.local and self.settings.session.execution_mode is ExecutionMode.ECO:
            return ["cloud"]
        return []

    def _desk_person(self) -> Person:
        device_id = self.settings.kiosk.device_id
        if device_id is None:
            raise AssertionError("the kiosk has no device id")
        return Person(device_id=device_id, session_id=self.settings.session.session_id)

    async def _picture(self, reference: InputImage, person: Person) -> bytes:
        if reference.upload_id is not None:
            return await self._uploads.read(reference.upload_id, person.device_id)
        stored = await self._library.media_file(reference.run_id or "", MediaType.IMAGE, reference.n)
        return await asyncio.to_thread(stored.path.read_bytes)

    async def _follow_configs(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            await asyncio.to_thread(self._configs.refresh)


def load_settings(where: Places) -> Loaded:
    """The settings; a kiosk without a name gives itself one and keeps it in its settings file."""
    loaded = settings.load(where)
    if loaded.settings.kiosk.device_id is None:
        settings.save(where, {"kiosk.device_id": f"kiosk-{secrets.token_hex(3)}"})
        loaded = settings.load(where)
    return loaded


class ProgramServer(KioskServer):
    """The server of one program: starts its work, and says when it answers."""

    def __init__(self, program: Program, on_ready: Callable[[], None]) -> None:
        super().__init__(program.asgi(), closing=program.close)
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
        on_ready: Callable[["Ready"], None] | None = None,
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

    def ready(self) -> "Ready":
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


def _names(person: Person) -> dict[str, str]:
    return {name: str(value) for name, value in msgspec.structs.asdict(person).items()}


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
