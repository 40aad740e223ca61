"""Data that comes in, as the server sees it: one import at a time, watched, and the lists that follow.

Use it on one event loop; the work is done in a thread.
"""

import asyncio
import os
import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk import durable as disk
from kiosk.hub import Event, Hub
from kiosk.records import Favorite, timestamp
from kiosk.storage.errors import DataFolderBusy, StorageError, storage_error
from kiosk.storage.export import taken_stars
from kiosk.storage.export.answers import EXPORTS_TOPIC, MOST_LISTED, Import
from kiosk.storage.export.bring_in import INCOMING, NoRoom, Reception, Taken
from kiosk.storage.export.drives import Drives
from kiosk.storage.export.jobs import ExportRefused
from kiosk.storage.export.sources import BadSource, SourceFile, look, unpack
from kiosk.storage.library import Library
from kiosk.storage.locks import FolderLock

_KEPT = 20
_LOCK = "lock"


class _Cancelled(Exception):
    """The import was ended."""


class Imports:
    """All imports since the start of the program."""

    def __init__(self, library: Library, hub: Hub, drives: Drives) -> None:
        self._library = library
        self._hub = hub
        self._drives = drives
        self._known: OrderedDict[str, Import] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._ending = threading.Event()

    async def start(self) -> None:
        """Take away what an import left that was killed: nothing of it was checked, and it may have been erased."""
        await asyncio.to_thread(_clear, self._library.exports / INCOMING)

    def listed(self) -> list[Import]:
        """All that are known, the newest first."""
        return list(reversed(self._known.values()))

    def get(self, import_id: str) -> Import:
        """One of them. Raises `ExportRefused`."""
        if import_id not in self._known:
            raise ExportRefused("unknown_import")
        return self._known[import_id]

    async def begin(self, source: str, *, by_path: bool) -> Import:
        """Begin to bring in what a drive, or with `by_path` a file or folder, holds. Raises `ExportRefused`."""
        place = await asyncio.to_thread(self._place, source, by_path)
        if self._task is not None and not self._task.done():
            raise ExportRefused("import_busy")
        self._ending.clear()
        begun = Import(id=f"import-{secrets.token_hex(6)}", state="running", source=source, created=timestamp())
        self._known[begun.id] = begun
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self._publish(begun)
        self._task = asyncio.get_running_loop().create_task(self._bring_in(begun.id, place), name=begun.id)
        return begun

    async def cancel(self, import_id: str) -> Import:
        """End an import; what came in stays. Raises `ExportRefused`."""
        if self.get(import_id).state != "running" or self._task is None:
            raise ExportRefused("export_state", self.get(import_id).state)
        self._ending.set()
        await asyncio.wait([self._task])
        return self._known[import_id]

    async def close(self) -> None:
        """End what is running; what came in stays."""
        self._ending.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    def _place(self, source: str, by_path: bool) -> Path:
        if source.startswith("drive-"):
            drive = self._drives.find(source)
            if drive is None:
                raise ExportRefused("unknown_drive")
            return Path(drive.place)
        place = Path(source)
        if not by_path or not place.is_absolute() or not place.exists():
            raise ExportRefused("no_source", source if by_path else "")
        real = place.resolve()
        if real.is_relative_to(self._library.exports.resolve()):
            raise ExportRefused("own_folder", source)
        return real

    async def _bring_in(self, import_id: str, place: Path) -> None:
        loop = asyncio.get_running_loop()

        def tell(changed: Import) -> None:
            loop.call_soon_threadsafe(self._stands, changed)

        work = _Work(self._library.exports, self._known[import_id], place, tell, self._ending)
        try:
            end = await asyncio.to_thread(work.run)
        except OSError as error:
            reason = "disk_full" if storage_error(error).full else "disk_error"
            end = msgspec.structs.replace(work.now, state="failed", reason=reason)
        favorites = 0
        try:
            if work.now.came_in:
                await self._library.reconcile()
            for device, stars in work.stars.items():
                favorites += await self._library.favorites.restore(device, stars)
        except StorageError as error:
            self._library.failed("import", error.reason)
        self._stands(msgspec.structs.replace(end, favorites=favorites, ended=timestamp()))

    def _stands(self, changed: Import) -> None:
        if self._known[changed.id].state == "running":
            self._known[changed.id] = changed
            self._publish(changed)

    def _publish(self, changed: Import) -> None:
        self._hub.publish(EXPORTS_TOPIC, Event("import", msgspec.json.encode(changed)))


class _Work:
    """One import, in its thread. `now` is how it stands, `stars` what came along for each device."""

    def __init__(
        self, exports: Path, begun: Import, place: Path, tell: Callable[[Import], None], ending: threading.Event
    ) -> None:
        self._exports = exports
        self._place = place
        self._tell = tell
        self._ending = ending
        self.now = begun
        self.stars: dict[str, list[Favorite]] = {}

    def run(self) -> Import:
        """Do it; returns how it ended, but for its time. Raises `OSError` of this machine's disk."""
        incoming = self._exports / INCOMING
        bench = incoming / self.now.id
        disk.make_folders(incoming, durable=False)
        try:
            lock = FolderLock(incoming / _LOCK, f"process {os.getpid()}")
        except DataFolderBusy:
            # Another kiosk that shares these folders.
            return msgspec.structs.replace(self.now, state="failed", reason="import_busy")
        try:
            disk.make_folders(bench, durable=False)
            return self._run(bench)
        except _Cancelled:
            return msgspec.structs.replace(self.now, state="cancelled")
        except NoRoom:
            return msgspec.structs.replace(self.now, state="failed", reason="disk_full")
        except BadSource as error:
            notes = [*self.now.notes, error.detail] if error.detail else self.now.notes
            return msgspec.structs.replace(self.now, state="failed", reason=error.reason, notes=notes)
        finally:
            shutil.rmtree(bench, ignore_errors=True)
            lock.release()

    def _run(self, bench: Path) -> Import:
        root = self._place
        if root.is_file():
            root = bench / "unpacked" / root.stem[:100]
            disk.make_folders(root, durable=False)
            unpack(self._place, root, shutil.disk_usage(self._exports).free // 2, self._heed)
        found = look(root, self._heed)
        self._change(sources=found.sources[:MOST_LISTED], notes=found.notes[:MOST_LISTED], runs_total=len(found.runs))
        if not found.runs:
            return msgspec.structs.replace(self.now, state="failed", reason=found.reason or "nothing_found")
        reception = Reception(self._exports, bench / "checked", self._heed)
        # Records follow their runs: alone they stand for a run that is not there any more.
        for run in sorted(found.runs, key=lambda run: run.name.endswith(".json")):
            self._heed()
            self._count(reception.take(run))
        self._take_stars(found.stars)
        return msgspec.structs.replace(self.now, state="done")

    def _take_stars(self, files: list[SourceFile]) -> None:
        for file in files:
            try:
                stars = taken_stars.read(file)
            except BadSource as error:
                self._change(notes=[*self.now.notes, f"{error.detail}: {error.reason}"][:MOST_LISTED])
                continue
            self.stars.setdefault(file.path.stem, []).extend(stars)

    def _count(self, taken: Taken) -> None:
        now = self.now
        changes: dict[str, object] = {"runs": now.runs + 1, "bytes": now.bytes + taken.bytes}
        if not taken.is_run:
            changes |= {"runs": now.runs, "runs_total": now.runs_total - 1}
        elif taken.how == "came_in":
            changes["came_in"] = now.came_in + 1
        elif taken.how == "same":
            changes["same"] = now.same + 1
        elif taken.conflict is not None:
            why = taken.conflict.why
            changes["refused_by"] = {**now.refused_by, why: now.refused_by.get(why, 0) + 1}
            if len(now.refused) < MOST_LISTED:
                changes["refused"] = [*now.refused, taken.conflict]
        if taken.note and len(now.notes) < MOST_LISTED:
            changes["notes"] = [*now.notes, taken.note]
        self._change(**changes)

    def _change(self, **changes: object) -> None:
        self.now = msgspec.structs.replace(self.now, **changes)
        self._tell(self.now)

    def _heed(self) -> None:
        if self._ending.is_set():
            raise _Cancelled


def _clear(incoming: Path) -> None:
    """Remove everything but the lock, unless somebody is bringing in."""
    if not incoming.is_dir():
        return
    try:
        lock = FolderLock(incoming / _LOCK, f"process {os.getpid()}")
    except (DataFolderBusy, OSError):
        return
    try:
        for left in incoming.iterdir():
            if left.name != _LOCK:
                shutil.rmtree(left, ignore_errors=True)
    finally:
        lock.release()
