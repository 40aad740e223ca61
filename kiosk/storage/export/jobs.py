"""Packages as the server sees them: begun, watched, paused, taken up again; one at a time on each drive.

Each is made by a child process (`worker.py`). What is known of it lies in the state folder, so that a package that
was interrupted, by a pulled drive or by the end of the program, can go on. Use it on one event loop.
"""

import asyncio
import multiprocessing
import secrets
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec

from kiosk.hub import Event, Hub
from kiosk.records import timestamp
from kiosk.settings import Places, Settings
from kiosk.storage.errors import storage_error
from kiosk.storage.export import Profile, worker
from kiosk.storage.export.answers import (
    CAN_GO_ON,
    ENDED,
    EXPORTS_TOPIC,
    Drive,
    DriveList,
    Ejected,
    Export,
    Selection,
)
from kiosk.storage.export.drives import Drives
from kiosk.storage.export.plan import Chosen, Task
from kiosk.storage.export.standings import Standings
from kiosk.storage.library import Library

FOLDER = "exports"
_KEPT = 50
_STOP_S = 10.0
_LOOK_S = 2.0


class ExportRefused(Exception):
    """A package cannot be made or changed so; `problem` is a code, `detail` what it is about."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail


class _Child:
    """The process that makes a package, and the thread that listens to it."""

    def __init__(self, process: BaseProcess, pipe: Connection, place: Path) -> None:
        self.process = process
        self.pipe = pipe
        self.place = place
        self.thread: threading.Thread | None = None
        self.gone = asyncio.Event()

    def say(self, word: str) -> None:
        """Tell the child; one that is gone hears nothing."""
        try:
            self.pipe.send_bytes(word.encode())
        except OSError:
            return


class Exports:
    """All packages of one data folder."""

    def __init__(
        self,
        where: Places,
        library: Library,
        hub: Hub,
        settings: Callable[[], Settings],
        drives: Drives,
        app_version: str,
        lens_names: Callable[[str], dict[str, str]] = lambda _: {},
    ) -> None:
        self._exports = where.exports
        self._state = where.state
        self._library = library
        self._hub = hub
        self._settings = settings
        self._app_version = app_version
        self._lens_names = lens_names
        self.drives = drives
        self._known: dict[str, Export] = {}
        self._children: dict[str, _Child] = {}
        self._beginning = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        self._standings = Standings(where.state / FOLDER)

    async def start(self) -> None:
        """Read what is known of earlier packages; those that were being made can go on.

        Erased runs are forgotten from now on.
        """
        for export in await asyncio.to_thread(self._standings.read):
            known = export
            if export.state in ("running", "paused", "waiting"):
                known = msgspec.structs.replace(export, state="interrupted", reason="program_ended")
            self._known[known.id] = known
        self._library.caretaker.on_erased = self.forget
        self._following = asyncio.get_running_loop().create_task(self._follow_drives(), name="drives")

    def listed(self) -> list[Export]:
        """All packages that are known, the newest first."""
        return sorted(self._known.values(), key=lambda export: export.created, reverse=True)

    def get(self, export_id: str) -> Export:
        """One package. Raises `ExportRefused`."""
        if export_id not in self._known:
            raise ExportRefused("unknown_export")
        return self._known[export_id]

    def forget(self, run_ids: Sequence[str]) -> None:
        """No list of a package names these runs any more; bags that are made already are out of reach."""
        erased = set(run_ids)
        for export in self.listed():
            left_out = [left for left in export.left_out if left.run_id not in erased]
            ids = export.selection.ids
            kept = [run_id for run_id in ids if run_id not in erased] if ids is not None else None
            if len(left_out) < len(export.left_out) or kept != ids:
                selection = msgspec.structs.replace(export.selection, ids=kept)
                self._keep(msgspec.structs.replace(export, left_out=left_out, selection=selection))

    async def begin(
        self,
        target: str,
        profile: Profile,
        selection: Selection,
        *,
        own_archive: bool,
        prompts: bool,
        by_path: bool,
    ) -> Export:
        """Begin a package. `by_path`: whether `target` may be a folder. Raises `ExportRefused`, `StorageError`."""
        async with self._beginning:
            place, drive = await self._place(target, by_path=by_path)
            self._check_free(place)
            await self._library.settled()
            if profile is Profile.PUBLIC:
                selection = msgspec.structs.replace(selection, favorites=True)
            found = await self._library.caretaker.chosen(selection)
            export = Export(
                id=f"export-{secrets.token_hex(6)}",
                state="waiting",
                target=target,
                label=drive.label if drive is not None else str(place),
                profile=profile,
                own_archive=own_archive and profile is Profile.FULL,
                prompts=prompts,
                selection=selection,
                created=timestamp(),
                group=f"atelier-kiosk-{secrets.token_hex(4)}",
            )
            try:
                chosen = [Chosen(run.folder, run.stars) for run in found]
                await asyncio.to_thread(self._standings.note_chosen, export.id, chosen)
            except OSError as error:
                raise storage_error(error) from error
            await self._run(export, place)
            return self._known[export.id]

    async def pause(self, export_id: str) -> Export:
        """Let a package wait. Raises `ExportRefused`."""
        return self._tell(export_id, "pause", "running")

    async def resume(self, export_id: str, target: str | None = None, *, by_path: bool = False) -> Export:
        """Let a package go on: after a pause, an interruption, or on another drive. Raises as `begin` does."""
        export = self.get(export_id)
        if export.state == "paused":
            return self._tell(export_id, "resume", "paused")
        if export.state not in CAN_GO_ON:
            raise ExportRefused("export_state", export.state)
        async with self._beginning:
            place, drive = await self._place(target or export.target, by_path=by_path or target is None)
            self._check_free(place)
            if target is not None:
                label = drive.label if drive is not None else str(place)
                export = msgspec.structs.replace(export, target=target, label=label)
            await self._run(export, place)
            return self._known[export_id]

    async def cancel(self, export_id: str) -> Export:
        """End a package for good; its unfinished bag is taken off the drive. Raises `ExportRefused`."""
        export = self.get(export_id)
        if export_id in self._children:
            child = self._children[export_id]
            child.say("cancel")
            await child.gone.wait()
        elif export.state in ENDED:
            raise ExportRefused("export_state", export.state)
        else:
            await asyncio.to_thread(self._take_partial_away, export)
            self._keep(msgspec.structs.replace(export, state="cancelled", reason=None, ended=timestamp()))
        return self._known[export_id]

    def drives_now(self) -> list[Drive]:
        """All drives that can be taken away. Blocking."""
        busy = {str(child.place) for child in self._children.values()}
        return [
            msgspec.structs.replace(drive, busy=True) if drive.place in busy else drive
            for drive in self.drives.listed()
        ]

    async def eject(self, drive_id: str) -> Ejected:
        """Make a drive safe to pull. Raises `ExportRefused`, `NotEjected`."""
        drive = next((drive for drive in await asyncio.to_thread(self.drives_now) if drive.id == drive_id), None)
        if drive is None:
            raise ExportRefused("unknown_drive")
        if drive.busy:
            raise ExportRefused("target_busy")
        ejected = await asyncio.to_thread(self.drives.eject, drive_id)
        if ejected is None:
            raise ExportRefused("unknown_drive")
        return ejected

    async def _follow_drives(self) -> None:
        """Tell those who watch of drives that come and go."""
        before: list[Drive] = []
        while True:
            if self._hub.readers(EXPORTS_TOPIC):
                now = await asyncio.to_thread(self.drives_now)
                if _lasting(now) != _lasting(before):
                    self._hub.publish(EXPORTS_TOPIC, Event("drives", msgspec.json.encode(DriveList(now))))
                before = now
            await asyncio.sleep(_LOOK_S)

    async def close(self) -> None:
        """Stop the children; what they were making can go on at the next start."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        for child in self._children.values():
            child.say("stop")
        for child in list(self._children.values()):
            await asyncio.to_thread(child.process.join, _STOP_S)
            if child.process.is_alive():
                child.process.kill()
            await child.gone.wait()
        await asyncio.to_thread(self._standings.close)

    async def _place(self, target: str, *, by_path: bool) -> tuple[Path, Drive | None]:
        if target.startswith("drive-"):
            drive = await asyncio.to_thread(self.drives.find, target)
            if drive is None:
                raise ExportRefused("unknown_drive")
            if drive.read_only:
                raise ExportRefused("drive_read_only")
            return self._not_ours(Path(drive.place), drive.place), drive
        if not by_path:
            raise ExportRefused("unknown_drive")
        place = Path(target)
        if not place.is_absolute() or not await asyncio.to_thread(place.is_dir):
            raise ExportRefused("no_folder", target)
        return self._not_ours(await asyncio.to_thread(place.resolve), target), None

    def _not_ours(self, place: Path, called: str) -> Path:
        if place.is_relative_to(self._exports.resolve()) or place.is_relative_to(self._state.resolve()):
            raise ExportRefused("own_folder", called)
        return place

    def _check_free(self, place: Path) -> None:
        if any(child.place == place for child in self._children.values()):
            raise ExportRefused("target_busy")

    async def _run(self, export: Export, place: Path) -> None:
        kind = await asyncio.to_thread(self.drives.file_system, place)
        settings = self._settings()
        task = Task(
            id=export.id,
            exports=self._exports,
            state=self._state,
            work=self._standings.work(export.id),
            target=place,
            file_system=kind,
            profile=export.profile,
            own_archive=export.own_archive,
            prompts=export.prompts,
            organization=settings.export.organization,
            licence=settings.export.licence,
            language=settings.kiosk.language,
            app_version=self._app_version,
            lens_names=self._lens_names(settings.kiosk.language),
            group=export.group,
            created=export.created,
        )
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=worker.main, args=(task, theirs), name=export.id, daemon=True)
        self._keep(msgspec.structs.replace(export, state="running", reason=None, ended=None))
        try:
            await asyncio.to_thread(process.start)
        except OSError as error:
            self._keep(msgspec.structs.replace(export, state="interrupted", reason="crashed"))
            raise storage_error(error) from error
        theirs.close()
        child = _Child(process, ours, place)
        self._children[export.id] = child
        loop = asyncio.get_running_loop()
        child.thread = threading.Thread(target=self._listen, args=(export.id, child, loop), daemon=True)
        child.thread.start()

    def _listen(self, export_id: str, child: _Child, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread of its own: hand on what the child says, until it is gone."""
        decoder = msgspec.json.Decoder(worker.Message)
        ended: worker.Ended | None = None
        while True:
            try:
                message = decoder.decode(child.pipe.recv_bytes())
            except (EOFError, OSError):
                break
            if isinstance(message, worker.Ended):
                ended = message
            else:
                loop.call_soon_threadsafe(self._stands, export_id, message)
        child.process.join()
        child.pipe.close()
        loop.call_soon_threadsafe(self._gone, export_id, child, ended)

    def _stands(self, export_id: str, message: worker.Standing) -> None:
        export = self._known[export_id]
        changed = msgspec.structs.replace(export, state="paused" if message.paused else "running")
        told = message.told
        if told is not None:
            names = {made.name for made in export.bags}
            changed = msgspec.structs.replace(
                changed,
                progress=told.progress,
                known=told.known,
                damaged=told.damaged,
                left_out_by=told.left_out_by,
                left_out=told.left_out,
                bags=[*export.bags, *(made for made in told.bags if made.name not in names)],
            )
        if changed.state != export.state or len(changed.bags) > len(export.bags):
            self._keep(changed)
        else:
            self._known[export_id] = changed
            self._publish(changed)

    def _gone(self, export_id: str, child: _Child, ended: worker.Ended | None) -> None:
        self._children.pop(export_id, None)
        export = self._known[export_id]
        state, reason = (ended.state, ended.reason) if ended is not None else ("interrupted", "program_ended")
        if ended is None and child.process.exitcode not in (0, None):
            reason = "crashed"
        at = timestamp() if state in ENDED else None
        self._keep(msgspec.structs.replace(export, state=state, reason=reason, ended=at))
        child.gone.set()

    def _tell(self, export_id: str, word: str, needed: str) -> Export:
        export = self.get(export_id)
        child = self._children.get(export_id)
        if child is None or export.state != needed:
            raise ExportRefused("export_state", export.state)
        child.say(word)
        # The child says itself when it stands still; until then nothing is claimed.
        return self._known[export_id]

    def _keep(self, export: Export) -> None:
        """Remember how a package stands, here and, in the order in which it was said, on the disk."""
        self._known[export.id] = export
        old = [entry for entry in self.listed() if entry.state in ENDED][_KEPT:]
        for entry in old:
            del self._known[entry.id]
        self._standings.keep(export, [entry.id for entry in old])
        self._publish(export)

    def _publish(self, export: Export) -> None:
        self._hub.publish(EXPORTS_TOPIC, Event("export", msgspec.json.encode(export)))

    def _take_partial_away(self, export: Export) -> None:
        drive = self.drives.find(export.target)
        self._standings.take_partial_away(export.id, Path(drive.place if drive is not None else export.target))


def _lasting(drives: list[Drive]) -> list[tuple[str, bool, bool]]:
    """What of drives is worth telling when it changes: free space changes all the time."""
    return [(drive.id, drive.busy, drive.read_only) for drive in drives]
