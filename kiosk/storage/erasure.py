"""Erase runs everywhere on this machine, so that a crash in between is finished at the next start.

First a plan is written down (ids and places, no content), then every place is cleared, then the plan is removed.
Copies on sticks, in backups and on the boxes are out of reach; the receipt says so. Blocking.
"""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk import durable as disk
from kiosk.records import timestamp, to_json
from kiosk.storage import finding, history, thumbnails, tombstones, trash
from kiosk.storage.errors import RunBusy
from kiosk.storage.favorites import Favorites
from kiosk.storage.journal import held
from kiosk.storage.run_files import JOURNAL

_PLANS = "erasing_*.json"

NOT_REACHED = ("copies on sticks and other drives", "backups", "files that a box keeps of its own")


class Doomed(Struct, frozen=True):
    """A run to be erased: its ids and its place, relative to `exports`."""

    run_id: str
    execution_id: str | None
    folder: str


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be erased. `scope` says in words what was asked for; `device_id` also erases all its stars."""

    scope: str
    runs: list[Doomed]
    device_id: str | None = None


class Receipt(Struct, frozen=True, kw_only=True):
    """What was erased. Says that and when, never what it was. `busy` runs were being recorded and are still there."""

    scope: str
    erased_at: str
    runs: list[str]
    files: int
    size_bytes: int
    history_records: int
    favorites: int
    thumbnails: int
    busy: list[str]
    not_reached: tuple[str, ...] = NOT_REACHED


def write_plan(exports: Path, plan: Plan) -> Path:
    """Write down what will be erased, before anything is. Raises `OSError`."""
    path = exports / trash.FOLDER / f"erasing_{secrets.token_hex(8)}.json"
    disk.make_folders(path.parent, durable=True)
    disk.replace(path, to_json(plan), durable=True)
    return path


def unfinished(exports: Path) -> Iterator[tuple[Path, Plan]]:
    """The plans that a crash has left."""
    for path in sorted((exports / trash.FOLDER).glob(_PLANS)):
        try:
            yield path, msgspec.json.decode(path.read_bytes(), type=Plan)
        except (OSError, ValueError, RecursionError):
            continue


def carry_out(exports: Path, state: Path, path: Path, plan: Plan, favorites: Favorites) -> Receipt:
    """Clear every place but the index; may be killed and repeated. Raises `OSError`, `StorageError`."""
    busy = [run.run_id for run in plan.runs if not _set_aside(exports, run)]
    runs = [run for run in plan.runs if run.run_id not in busy]
    # Who hears of the burial takes stars away, too: the receipt counts them first.
    stars = favorites.erase({run.run_id for run in runs}, device=plan.device_id)
    tombstones.bury(exports / trash.FOLDER, [run.run_id for run in runs])
    small = _unlink(small for run in runs for small in thumbnails.of_run(state, run.run_id))
    files = size = records = 0
    for run in runs:
        for place in _places(exports, run):
            count, amount = _clear(place)
            files, size = files + count, size + amount
        record = history.find(exports, run.execution_id) if run.execution_id is not None else None
        records += _unlink([record] if record is not None else [])
    path.unlink()
    disk.sync_folder(path.parent)
    return Receipt(
        scope=plan.scope,
        erased_at=timestamp(),
        runs=[run.run_id for run in runs],
        files=files,
        size_bytes=size,
        history_records=records,
        favorites=stars.stars,
        thumbnails=small,
        busy=busy,
        not_reached=(*NOT_REACHED, *(f"stars of {owner}: its kiosk takes them away itself" for owner in stars.busy)),
    )


def _set_aside(exports: Path, run: Doomed) -> bool:
    """Take a run's folder out of everybody's sight, so that nobody repairs what is being erased; False if busy."""
    folder = finding.place_of(exports, run.folder)
    if folder is None or not folder.is_dir():
        return True
    try:
        with held(folder / JOURNAL):
            folder.rename(_aside(exports, run))
    except RunBusy:
        return False
    disk.sync_folder(folder.parent)
    return True


def _aside(exports: Path, run: Doomed) -> Path:
    return exports / trash.FOLDER / f"{run.run_id}.erasing"


def _places(exports: Path, run: Doomed) -> Iterator[Path]:
    record = finding.place_of(exports, run.folder)
    if record is not None:
        yield record
    yield _aside(exports, run)
    yield exports / trash.FOLDER / run.run_id


def _clear(place: Path) -> tuple[int, int]:
    """Remove a folder or file, names in its parent confirmed; returns how many files and bytes that were."""
    if place.is_symlink() or not place.exists():
        return 0, 0
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    if place.is_file():
        place.unlink()
    else:
        shutil.rmtree(place)
    disk.sync_folder(place.parent)
    return len(files), size


def _unlink(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        path.unlink(missing_ok=True)
        count += 1
    return count
