"""A whole program for tests of the server: real storage, real engine, real sockets on 127.0.0.1.

The boxes behind the engine are the scripted ones of tests/engine/studio.py, so that a test decides how long a
picture takes.
"""

import asyncio
import http.client
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from kiosk import i18n
from kiosk.engine.boxes import FoundBox
from kiosk.engine.configs import OutputConfig
from kiosk.engine.media_box import MediaBox
from kiosk.engine.queue import FairQueue, QueueState
from kiosk.engine.warmup import WarmUp
from kiosk.records import Person
from kiosk.server.address import Address, bind
from kiosk.server.application import create_app
from kiosk.server.attendance import Attendance
from kiosk.server.in_force import SettingsInForce
from kiosk.server.leaving import Leaving
from kiosk.server.pin import TeacherPin
from kiosk.server.room import Room
from kiosk.server.serve import KioskServer, ServerThread
from kiosk.server.services import Health, HealthPart, Services
from kiosk.server.sessions import Role, Session, Sessions, new_token
from kiosk.server.uploads import Uploads
from kiosk.server.verifying import Verifying
from kiosk.settings import Loaded, Places, Settings, assets_dir, fields
from kiosk.storage.export.drives import Drives
from kiosk.storage.export.imports import Imports
from kiosk.storage.export.jobs import Exports
from kiosk.storage.export.workshop import Workshop
from tests.engine.studio import Studio, build

DESK = Person(device_id="kiosk-desk")


class House(Struct):
    """A running program and its keys."""

    studio: Studio
    services: Services
    server: KioskServer
    thread: ServerThread
    bearer: str
    data: Path
    loop: list[asyncio.AbstractEventLoop]

    @property
    def url(self) -> str:
        """The address, without a final slash."""
        return self.services.address.url

    @property
    def authority(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    def on_loop(self, act: Callable[[], object]) -> None:
        """Do something on the server's event loop."""
        self.loop[0].call_soon_threadsafe(act)

    def cookie(self, role: Role = Role.CHILD, device_id: str = "tablet-a") -> str:
        """The cookie header of a fresh session."""
        token = self.services.sessions.open(Session(device_id=device_id, session_id="workshop", role=role))
        return f"{self.services.address.cookie}={token}"

    def desk(self) -> httpx.Client:
        """A client with the token of the process."""
        return self._client({"Authorization": f"Bearer {self.bearer}"})

    def child(self, device_id: str = "tablet-a") -> httpx.Client:
        """A browser on a child's tablet."""
        return self._client({"Cookie": self.cookie(Role.CHILD, device_id), "Origin": self.url})

    def visitor(self) -> httpx.Client:
        """A client without any key."""
        return self._client({})

    def _client(self, headers: dict[str, str]) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)


@contextmanager
def running(
    data: Path, settings: Settings | None = None, ui_dir: Path | None = None, drives: Drives | None = None
) -> Iterator[House]:
    """A program on a data folder, up while the block runs."""
    chosen = settings or Settings()
    where = Places(data, data / "state")
    in_force = SettingsInForce(where, Loaded(chosen, dict.fromkeys((name for name, _ in fields()), "default")))
    studio = build(data, chosen)
    bound = bind("127.0.0.1", 0)
    bearer = new_token()
    services = Services(
        address=Address.of(bound, "127.0.0.1"),
        sessions=Sessions(DESK, bearer),
        settings=lambda: in_force.settings,
        sentences=i18n.load(assets_dir() / "i18n"),
        hub=studio.hub,
        library=studio.library,
        live=studio.live,
        configs=studio.configs,
        uploads=Uploads(data / "state" / "uploads"),
        health=_well,
        missing=_nothing,
        ui_dir=ui_dir or data / "no-ui",
        pin=TeacherPin(lambda: in_force.settings.teacher.pin_hash, where.state),
        warmup=WarmUp(
            studio.configs,
            {"sketchbook": MediaBox(studio.media, FairQueue("sketchbook"))},
            studio.text,
            lambda: (),
            lambda _: (),
        ),
        in_force=in_force,
        leaving=Leaving(),
        verifying=Verifying(studio.library.caretaker.verify_all),
        found=lambda: [FoundBox("comfyui", "http://127.0.0.1:8188", answers=True)],
        room=Room(studio.hub, lambda: in_force.settings, studio.queue.hold),
        workshop=Workshop(where.state),
        exports=Exports(where, studio.library, studio.hub, lambda: in_force.settings, drives or Drives(), "test"),
        imports=Imports(studio.library, studio.hub, drives or Drives()),
        attendance=Attendance(lambda: in_force.settings.limits.page_closed_s, studio.live.left),
        queues=lambda: [QueueState("sketchbook", 1, 1, 2, {"tablet-a": 2}, 4.0)],
    )

    loop: list[asyncio.AbstractEventLoop] = []

    async def starting() -> None:
        loop.append(asyncio.get_running_loop())
        await studio.library.start()
        await services.exports.start()

    async def closing() -> None:
        await services.exports.close()
        await services.imports.close()
        services.attendance.close()
        await studio.live.close()
        studio.hub.close()

    app = create_app(services, on_startup=[starting], on_shutdown=[services.uploads.close, studio.library.close])
    server = KioskServer(app, closing)
    thread = ServerThread(server, bound)
    thread.start()
    try:
        yield House(studio, services, server, thread, bearer, data, loop)
    finally:
        assert thread.stop()


class Answer(Struct):
    """An HTTP answer as it came over a raw socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The body as problem+json."""
        assert self.headers["content-type"] == "application/problem+json"
        decoded: dict[str, Any] = msgspec.json.decode(self.body)
        return decoded


def send_raw(house: House, request: bytes, *more: bytes) -> Answer | None:
    """Send bytes as they are; None if the server only closed the connection."""
    with socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20) as connection:
        try:
            for part in (request, *more):
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer | None:
    """The next answer on a connection; None if it is closed."""
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
        return Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        )
    except (http.client.BadStatusLine, ConnectionResetError):
        return None
    finally:
        response.close()


class Heard(Struct):
    """One server-sent event."""

    name: str
    data: Any
    id: str | None


def listen(lines: Iterable[str]) -> Iterator[Heard]:
    """The events of a stream, comments left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line and fields:
            yield Heard(fields["event"], msgspec.json.decode(fields["data"]), fields.get("id"))
            fields = {}


async def _well() -> Health:
    part = HealthPart(name="disk", state="ok", message="fine", facts={"folder": "/secret/place"})
    return Health(state="ok", app_version="test", uptime_s=1.0, parts=[part])


def _nothing(_: OutputConfig, __: str) -> list[str]:
    return []
