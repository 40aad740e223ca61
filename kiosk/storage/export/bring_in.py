"""Data that comes back: each run is copied aside, checked there, and gets its name only when all of it is right.

Nothing that is here is ever written over: what is here already just so counts as the same, what differs is listed.
Erased runs do not come back. Reads and writes; tells nobody. Blocking.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kiosk import durable as disk
from kiosk.ids import is_device_id, is_execution_id, is_run_id
from kiosk.records import RunMetadata
from kiosk.storage import finding, history, tombstones, trash
from kiosk.storage.accounts import history_record
from kiosk.storage.errors import is_full
from kiosk.storage.export.answers import Conflict
from kiosk.storage.export.sources import SourceFile, SourceRun
from kiosk.storage.older import read_any
from kiosk.storage.run_files import JOURNAL, METADATA, RunRecord, is_day
from kiosk.storage.verify import check_files

INCOMING = ".incoming"
_LARGEST = {JOURNAL: 64 << 20, METADATA: 8 << 20}
_LARGEST_FILE = 16 << 30
_SPARE = 64 << 20
_BLOCK = 1 << 20


class Taken(Struct, frozen=True, kw_only=True):
    """What became of a run: it came in (into `folder`), is here already, or did not come in.

    `note` is something to be told about a run that came in. `is_run`: not the history record of one that is here.
    """

    how: Literal["came_in", "same", "refused"]
    is_run: bool = True
    folder: Path | None = None
    bytes: int = 0
    conflict: Conflict | None = None
    note: str = ""


class _Refused(Exception):
    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


class NoRoom(Exception):
    """This machine's disk has no room for the next run."""


class Reception:
    """Takes runs into one `exports` folder. `bench` is a folder in it, for what is being checked."""

    def __init__(self, exports: Path, bench: Path, heed: Callable[[], None]) -> None:
        self._exports = exports
        self._bench = bench
        self._heed = heed
        self._is_erased = tombstones.is_buried(exports / trash.FOLDER)

    def take(self, run: SourceRun) -> Taken:
        """Bring a run in, if it may come and is as it was written. Raises `NoRoom`, `OSError` of this machine."""
        try:
            if run.problem is not None:
                raise _Refused(run.problem)
            self._check_links(run)
            if run.name.endswith(".json"):
                return self._take_record(run)
            return self._take_run(run)
        except _Refused as refused:
            name = run.name.removesuffix(".json")
            conflict = Conflict(run_id=name, source=run.source, why=refused.why, detail=refused.detail)
            return Taken(how="refused", conflict=conflict)

    def _take_run(self, run: SourceRun) -> Taken:
        run_id = run.name if is_run_id(run.name) else ""
        if run_id and self._is_erased(run_id):
            raise _Refused("erased")
        self._check_sizes(run)
        here = finding.search(self._exports, run_id) if run_id else None
        if here is not None and self._is_same(run, here):
            return Taken(how="same")
        if here is not None:
            raise _Refused("other_content")
        # Not the name of a device: an older run's folder is asked for it.
        place = self._bench / "_"
        shutil.rmtree(place, ignore_errors=True)
        # The folder has its name while it is checked: an older run is known by it.
        folder = place / (run_id or "run")
        size = self._copy(run, folder)
        record, note = self._checked(run, folder)
        return self._admit(run, record, folder, size, note)

    def _admit(self, run: SourceRun, record: RunRecord, folder: Path, size: int, note: str) -> Taken:
        metadata = record.metadata
        if self._is_erased(metadata.run_id):
            raise _Refused("erased")
        trashed = self._exports / trash.FOLDER / metadata.run_id
        if trashed.exists() or trashed.with_name(f"{metadata.run_id}.erasing").exists():
            raise _Refused("trashed")
        target = self._exports / self._place(run, metadata)
        here = target if target.exists() else finding.search(self._exports, metadata.run_id)
        if here is not None:
            if self._is_same(run, here):
                return Taken(how="same")
            raise _Refused("other_content")
        disk.sync_below(folder)
        disk.make_folders(target.parent, durable=True)
        folder.rename(target)
        disk.sync_folder(target.parent)
        if metadata.status.ended and metadata.execution_id is not None and (target / JOURNAL).exists():
            there = history.find(self._exports, metadata.execution_id)
            if there is None:
                history.write(self._exports, history_record(record.items, metadata))
        return Taken(how="came_in", folder=target, bytes=size, note=note)

    def _take_record(self, run: SourceRun) -> Taken:
        """A history record: of a run that is here or comes along, or of one that is not there any more."""
        execution_id = run.name.removesuffix(".json")
        if not is_execution_id(execution_id):
            raise _Refused("name")
        self._check_sizes(run)
        folder = self._bench / "record"
        shutil.rmtree(folder, ignore_errors=True)
        size = self._copy(run, folder)
        copied = folder / run.name
        record = history.read_older(copied)
        if record is None:
            raise _Refused("damaged")
        if self._is_erased(record.run_id):
            raise _Refused("erased")
        is_run = not is_run_id(record.run_id) or finding.search(self._exports, record.run_id) is None
        there = history.find(self._exports, execution_id)
        if there is not None:
            if there.read_bytes() == copied.read_bytes():
                return Taken(how="same", is_run=is_run)
            raise _Refused("other_content")
        target = history.path_of(self._exports, execution_id)
        disk.sync_below(folder)
        disk.make_folders(target.parent, durable=True)
        copied.rename(target)
        disk.sync_folder(target.parent)
        return Taken(how="came_in", is_run=is_run, folder=target, bytes=size)

    def _check_links(self, run: SourceRun) -> None:
        """No file may lie elsewhere than where it seems to."""
        for file in run.files:
            try:
                # On the way there may be links that lead in again; what is read must be what its name says.
                if file.path.resolve(strict=True) != file.path:
                    raise _Refused("name", file.name)
            except (OSError, RuntimeError) as error:
                raise _Refused("unreadable", file.name) from error

    def _check_sizes(self, run: SourceRun) -> None:
        total = 0
        for file in run.files:
            try:
                size = file.path.stat().st_size
            except OSError as error:
                raise _Refused("unreadable", file.name) from error
            if size > _LARGEST.get(file.name, _LARGEST_FILE):
                raise _Refused("too_large", file.name)
            total += size
        if shutil.disk_usage(self._exports).free < total + _SPARE:
            raise NoRoom

    def _copy(self, run: SourceRun, folder: Path) -> int:
        """Copy all files of a run aside, each compared with what its bag says of it; returns how many bytes.

        The disk confirms them only when they have been found good: what is refused is not waited for.
        """
        total = 0
        for file in run.files:
            target = folder / (file.name or run.name)
            disk.make_folders(target.parent, durable=False)
            digest = hashlib.sha256()
            try:
                disk.write_new(target, self._blocks(file, digest), durable=False)
            except FileExistsError as error:
                raise _Refused("name", file.name) from error
            except OSError as error:
                if is_full(error):
                    raise NoRoom from error
                raise
            total += target.stat().st_size
            if file.sha256 is not None and digest.hexdigest() != file.sha256:
                raise _Refused("changed", file.name)
        return total

    def _blocks(self, file: SourceFile, digest: "hashlib._Hash") -> Iterator[bytes]:
        limit = _LARGEST.get(file.name, _LARGEST_FILE)
        try:
            descriptor = disk.open_no_follow(file.path, os.O_RDONLY)
        except OSError as error:
            raise _Refused("unreadable", file.name) from error
        with os.fdopen(descriptor, "rb", buffering=0) as source:
            while True:
                self._heed()
                try:
                    block = source.read(_BLOCK)
                except OSError as error:
                    raise _Refused("unreadable", file.name) from error
                if not block:
                    return
                limit -= len(block)
                if limit < 0:
                    raise _Refused("too_large", file.name)
                digest.update(block)
                yield block

    def _checked(self, run: SourceRun, folder: Path) -> tuple[RunRecord, str]:
        """The run as copied. What its bag vouches for comes in as it was packed, even if it was damaged then."""
        record = read_any(folder)
        if record is None or not is_run_id(record.metadata.run_id):
            raise _Refused("damaged", "no run")
        if not (folder / JOURNAL).exists():
            # An older export comes in as it is.
            return record, ""
        found = [f"line {damage.line} {damage.kind}" for damage in record.damage if damage.kind != "torn"]
        missing, changed, _, _ = check_files(record)
        found += [f"{name} missing" for name in missing] + [f"{name} changed" for name in changed]
        if found and not run.sealed:
            raise _Refused("damaged", ", ".join(found[:5]))
        note = f"{record.metadata.run_id}: came in as it was packed, damaged: {', '.join(found[:5])}" if found else ""
        return record, note

    def _place(self, run: SourceRun, metadata: RunMetadata) -> Path:
        """Where a run belongs, relative to `exports`: by its day and device; older ones as they lay."""
        day = (metadata.start_time or "")[:10]
        parents = run.folders
        if not is_day(day) and parents and is_day(parents[-1]):
            day = parents[-1]
        device = metadata.device_id
        if len(parents) >= 2 and is_day(parents[-2]) and is_device_id(parents[-1]):
            day, device = parents[-2], device or parents[-1]
        elif parents and is_day(parents[-1]):
            return Path("json", parents[-1], metadata.run_id)
        if not is_day(day) or not metadata.run_id.startswith("run_"):
            return Path("json", metadata.run_id)
        inner = [device] if device is not None and is_device_id(device) else []
        return Path("json", day, *inner, metadata.run_id)

    def _is_same(self, run: SourceRun, here: Path) -> bool:
        """Whether a run is here already, just so, or goes on here from where the copy ends."""
        files = {file.name: file for file in run.files}
        if JOURNAL in files and (here / JOURNAL).is_file():
            try:
                # Of a run that was copied while it was recorded, the journal may end in empty lines.
                theirs = files[JOURNAL].path.read_bytes().rstrip(b"\n")
            except OSError as error:
                raise _Refused("unreadable", JOURNAL) from error
            return bool(theirs) and (here / JOURNAL).read_bytes().startswith(theirs)
        if JOURNAL in files or not here.is_dir():
            return False
        ours = {path.relative_to(here).as_posix(): path for path in here.rglob("*") if path.is_file()}
        return all(name in ours and _hash(ours[name]) == (_hash(file.path)) for name, file in files.items())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
