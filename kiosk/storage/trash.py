"""The trash: run folders moved to `exports/.trash`, until they are put back or emptied out.

An entry is a folder with the run, its history record and `origin.json`, which says where they came from. Each move
is one rename; what a crash leaves half done is finished or taken back at the next look. Blocking.
"""

import shutil
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk import durable as disk
from kiosk.ids import is_run_id
from kiosk.records import RunMetadata, timestamp, to_json
from kiosk.storage import history
from kiosk.storage.errors import UnknownRun
from kiosk.storage.index.entries import place_name
from kiosk.storage.journal import held
from kiosk.storage.older import read_any
from kiosk.storage.run_files import JOURNAL

FOLDER = ".trash"
_ORIGIN = "origin.json"
_RUN = "run"


class Trashed(Struct, frozen=True, kw_only=True):
    """A run in the trash. `folder` is where it came from, relative to `exports`."""

    run_id: str
    execution_id: str | None
    folder: str
    trashed_at: str
    by: str | None = None


def throw(exports: Path, folder: Path, execution_id: str | None, by: str | None) -> Trashed:
    """Move a run that nobody records into the trash. Raises `RunBusy`, `OSError`."""
    entry = _entry(exports, folder.name)
    origin = Trashed(
        run_id=folder.name,
        execution_id=execution_id,
        folder=place_name(folder, exports),
        trashed_at=timestamp(),
        by=by,
    )
    with held(folder / JOURNAL):
        disk.make_folders(entry, durable=True)
        disk.replace(entry / _ORIGIN, to_json(origin), durable=True)
        record = history.find(exports, execution_id) if execution_id is not None else None
        if record is not None:
            record.rename(entry / record.name)
        folder.rename(entry / _RUN)
    disk.sync_folder(entry)
    disk.sync_folder(folder.parent)
    return origin


def put_back(exports: Path, run_id: str) -> Path:
    """Move a run back to where it was; returns its folder. Raises `UnknownRun`, `FileExistsError`, `OSError`."""
    entry = _entry(exports, run_id)
    origin = _origin(entry)
    if origin is None or not (entry / _RUN).is_dir():
        raise UnknownRun(run_id)
    folder = Path(exports, *Path(origin.folder).parts)
    if folder.exists():
        raise FileExistsError(folder.name)
    disk.make_folders(folder.parent, durable=True)
    for record in entry.glob("exec_*.json"):
        disk.make_folders(exports / history.FOLDER, durable=True)
        record.rename(exports / history.FOLDER / record.name)
    (entry / _RUN).rename(folder)
    disk.sync_folder(folder.parent)
    shutil.rmtree(entry)
    return folder


def listed(exports: Path) -> list[Trashed]:
    """What is in the trash, last thrown first."""
    place = exports / FOLDER
    if not place.is_dir():
        return []
    found = [origin for entry in place.iterdir() if (entry / _RUN).is_dir() and (origin := _origin(entry))]
    return sorted(found, key=lambda origin: origin.trashed_at, reverse=True)


def metadata_of(exports: Path, run_id: str) -> RunMetadata | None:
    """What is known of a run in the trash. Raises `OSError`."""
    record = read_any(_entry(exports, run_id) / _RUN)
    return record.metadata if record is not None else None


def _entry(exports: Path, run_id: str) -> Path:
    if not is_run_id(run_id):
        raise UnknownRun(run_id)
    return exports / FOLDER / run_id


def _origin(entry: Path) -> Trashed | None:
    try:
        origin = msgspec.json.decode((entry / _ORIGIN).read_bytes(), type=Trashed)
    except (OSError, ValueError, RecursionError):
        return None
    is_inside = ".." not in Path(origin.folder).parts and not Path(origin.folder).is_absolute()
    return origin if is_inside and origin.folder.startswith("json/") else None
