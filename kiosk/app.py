"""The composition root: builds storage, engine and server from the settings, and runs them.

The one place that knows all rooms. Nothing is decided here but who gets what.
"""

import asyncio
import time
from pathlib import Path

from litestar.types import ASGIApp

from kiosk import __version__, boxes, health
from kiosk.confine import give_memory_back
from kiosk.engine.availability import Availability
from kiosk.engine.configs import Configs
from kiosk.engine.house import House
from kiosk.engine.live import LiveRuns
from kiosk.engine.media import clean_picture
from kiosk.engine.pipeline import Pipeline
from kiosk.engine.requests import Desk, InputImage
from kiosk.engine.seeds import Seeds
from kiosk.engine.warmup import WarmUp
from kiosk.hub import Hub
from kiosk.i18n import Sentences
from kiosk.records import MediaType, Person
from kiosk.server.address import Address
from kiosk.server.application import create_app
from kiosk.server.attendance import Attendance
from kiosk.server.in_force import SettingsInForce
from kiosk.server.leaving import Leaving
from kiosk.server.pin import TeacherPin
from kiosk.server.room import Room
from kiosk.server.services import Health, Services
from kiosk.server.sessions import Role, Session, Sessions, new_token
from kiosk.server.uploads import Uploads
from kiosk.server.verifying import Verifying
from kiosk.settings import Loaded, Places, Settings, assets_dir
from kiosk.storage.export.drives import Drives
from kiosk.storage.export.imports import Imports
from kiosk.storage.export.jobs import Exports
from kiosk.storage.export.workshop import Workshop
from kiosk.storage.library import Library

UI_FOLDER = Path(__file__).parent / "ui" / "dist"
_REFRESH_S = 2.0
_FIRST_ANSWERS_S = 1.0
"""The page comes first: comparing all folders with the index may begin so much later."""

_BOXES_AFTER_S = 0.1
"""The first answers come first: what asks boxes is loaded with the first question, so much later."""


class Program:
    """All rooms, built and joined, for one data folder and one address."""

    def __init__(self, where: Places, loaded: Loaded, library: Library, hub: Hub, address: Address) -> None:
        self._where = where
        self._in_force = SettingsInForce(where, loaded)
        self._hub = hub
        self._library = library
        self._started = time.monotonic()
        self._sentences = Sentences(assets_dir() / "i18n", where.own_configs / "i18n")
        self._configs = Configs.load(assets_dir() / "configs", where.own_configs)
        workflows = [assets_dir() / "workflows", where.own_configs / "workflows"]
        self._house = House(lambda: self.settings.session.execution_mode, loaded.settings.kiosk.house_hosts)
        self._boxes = boxes.build(loaded.settings, assets_dir() / "safety", workflows, self._house)
        self._availability = Availability(
            self._configs, self._boxes.media, self._boxes.text, lambda: self.settings, self._sentences, self._house
        )
        self._warmup = WarmUp(
            self._configs,
            self._boxes.media,
            self._boxes.text,
            lambda: boxes.models_of(self.settings.text),
            lambda output: self._availability.sentences(output, self.settings.kiosk.language),
        )
        self._safety_problems = self._boxes.safety.self_test()
        self._uploads = Uploads(where.state / "uploads")
        self.live = self._build_live()
        self.attendance = Attendance(lambda: self.settings.limits.page_closed_s, self.live.left)
        self.token = new_token()
        self.address = address
        self.sessions = Sessions(
            self._desk_person(), self.token, teacher_s=lambda: 60.0 * self.settings.teacher.session_minutes
        )
        self.leaving = Leaving()
        self._verifying = Verifying(library.caretaker.verify_all)
        self.exports = Exports(
            where,
            library,
            hub,
            lambda: self.settings,
            Drives(folder=lambda: self.settings.export.folder),
            __version__,
            self._configs.lens_names,
        )
        self.imports = Imports(library, hub, self.exports.drives)
        self.services = self._build_services()
        self._background: list[asyncio.Task[None]] = []

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._in_force.settings

    def asgi(self) -> ASGIApp:
        """The server's application."""
        return create_app(self.services, on_startup=[self.start], on_shutdown=[self.close])

    async def start(self) -> None:
        """Work that belongs to a running program: mark what an earlier one left, follow the config files."""
        await self._library.start(quiet_s=_FIRST_ANSWERS_S)
        await self.exports.start()
        await self.imports.start()
        self._background = [
            asyncio.create_task(asyncio.to_thread(give_memory_back), name="memory"),
            asyncio.create_task(self._follow_configs(), name="configs"),
            asyncio.create_task(self._look_at_boxes(), name="boxes"),
            asyncio.create_task(self._boxes.preload.run(), name="preload"),
        ]

    async def _look_at_boxes(self) -> None:
        await asyncio.sleep(_BOXES_AFTER_S)
        await self._availability.run()

    async def stop_work(self) -> None:
        """Stop the runs and end the streams; what is still being answered is answered."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self.attendance.close()
        await self._warmup.close()
        await self._verifying.close()
        await self.exports.close()
        await self.imports.close()
        await self.live.close()
        self._hub.close()

    async def close(self) -> None:
        """After the last answer: let go of the boxes and of the data folder."""
        await self._uploads.close()
        await self._boxes.close()
        await self._library.close()

    def enter_url(self) -> str:
        """A new link into the program for whoever sits at this kiosk: a child, until a teacher logs in."""
        return f"{self.address.url}/enter?t={self.expect(new_token())}"

    def expect(self, secret: str) -> str:
        """Let whoever sits at this kiosk come in once with this secret."""
        desk = self._desk_person()
        session = Session(device_id=desk.device_id, user_id=desk.user_id, session_id=desk.session_id, role=Role.CHILD)
        return self.sessions.link(session, secret).token

    def _build_live(self) -> LiveRuns:
        seeds = Seeds()
        pipeline = Pipeline(
            self._boxes.safety,
            self._boxes.text,
            self._boxes.media,
            seeds,
            self._sentences,
            help_line=lambda: self.settings.safety.help_line,
            pictures=self._boxes.pictures,
        )
        desk = Desk(
            self._configs,
            lambda: self.settings,
            self._boxes.media,
            self._picture,
            self._house,
            lambda output: self._availability.inventory_lacks(output, self.settings.kiosk.language),
        )
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
            missing=self._availability.sentences,
            ui_dir=UI_FOLDER,
            queues=self._boxes.queues,
            attendance=self.attendance,
            warmup=self._warmup,
            pin=TeacherPin(lambda: self.settings.teacher.pin_hash, self._where.state),
            in_force=self._in_force,
            room=Room(self._hub, lambda: self.settings, self._hold),
            workshop=Workshop(self._where.state),
            leaving=self.leaving,
            verifying=self._verifying,
            found=self._availability.offered,
            exports=self.exports,
            imports=self.imports,
        )

    def _hold(self, held: bool) -> None:
        for queue in self._boxes.all_queues():
            queue.hold(held)

    async def _health(self) -> Health:
        return await health.examine(
            self._library,
            self._configs,
            self._boxes.safety,
            self._boxes.pictures,
            self._safety_problems,
            self._boxes.media,
            self._boxes.preload,
            self._availability,
            self.settings.kiosk.language,
            self._started,
        )

    def _desk_person(self) -> Person:
        device_id = self.settings.kiosk.device_id
        if device_id is None:
            raise AssertionError("the kiosk has no device id")
        return Person(device_id=device_id, session_id=self.settings.session.session_id)

    async def _picture(self, reference: InputImage, person: Person) -> bytes:
        if reference.upload_id is not None:
            return await self._uploads.read(reference.upload_id, person.device_id)
        run_id = reference.run_id or ""
        if reference.brought:
            stored = await self._library.entity_file(run_id, "input_image", reference.n)
        else:
            stored = await self._library.media_file(run_id, MediaType.IMAGE, reference.n)
        data = stored.data if stored.data is not None else await asyncio.to_thread(stored.path.read_bytes)
        # Runs of others and of older programs may hold photographs that still tell where they were taken.
        return (await asyncio.to_thread(clean_picture, data)).data

    async def _follow_configs(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            await asyncio.to_thread(self._configs.refresh)
