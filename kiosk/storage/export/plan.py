"""Which runs go into a package, and which stay out and why: read once, written down, gone through in order.

The plan lies in the folder of the work, a line a run, so that neither 100,000 runs nor a restart cost memory. What a
profile lets go is the profile's business. Blocking.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct

from kiosk import durable as disk
from kiosk.records import Status
from kiosk.storage.accounts import history_record
from kiosk.storage.export import Profile, RunInPackage, stick
from kiosk.storage.export.answers import LeftOut
from kiosk.storage.older import read_any
from kiosk.storage.run_files import JOURNAL, KEPT_APART, METADATA, RunRecord

RUNS = "runs"
RECORDS = "pipeline_runs"

T = TypeVar("T")


class Task(Struct, frozen=True, kw_only=True):
    """All that a child process must know to make a package. Folders are absolute.

    `target` is where `KIOSK-EXPORT` lies; `work` is the folder of this package's plan and notes. `group` is for a
    package that continues no other.
    """

    id: str
    exports: Path
    state: Path
    work: Path
    target: Path
    file_system: str
    profile: Profile
    own_archive: bool
    prompts: bool
    organization: str
    licence: str
    language: str
    app_version: str
    group: str
    created: str
    lens_names: dict[str, str] = {}


class Chosen(Struct, frozen=True, array_like=True):
    """A run that was asked for: where the index has it, and its stars as (media type, n)."""

    folder: str
    stars: list[tuple[str, int]] = []


class Planned(Struct, frozen=True, kw_only=True):
    """A run that goes: its folder relative to `exports`, its place below `data/`, the sizes of its files in bytes.

    `mark` is the same as long as the run's content is.
    """

    source: str
    place: str
    run_id: str
    mark: str
    sizes: list[int]
    stars: list[tuple[str, int]] = []
    damaged: bool = False


class Piece(Struct, frozen=True, kw_only=True):
    """A file of a run as it goes: copied from `source`, or made (`data`). `name` is relative, with `/`."""

    name: str
    size: int
    source: Path | None = None
    data: bytes = b""


class Manner(Protocol):
    """How a profile lets runs go. `derives`: what leaves is not what lies here; `also` is what marks depend on."""

    derives: bool
    also: str

    def refuses(self, record: RunRecord, chosen: Chosen) -> LeftOut | None:
        """Why a run stays out; None if it goes."""

    def place(self, record: RunRecord, source: str) -> str:
        """Where a run lies below `data/`."""

    def pieces(self, record: RunRecord, stars: list[tuple[str, int]], bench: Path | None) -> list[Piece]:
        """The files that go, copies made on a bench; without one only names and about the sizes.

        Raises `OSError`, `LeftOutError`.
        """


class LeftOutError(Exception):
    """A run that cannot go after all."""

    def __init__(self, left: LeftOut) -> None:
        super().__init__(left.why)
        self.left = left


class WorkFailed(Exception):
    """This machine's own disk refused, not the drive."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.error = error


def make(task: Task, manner: Manner, chosen: Iterable[Chosen], tell: Callable[[LeftOut | Planned], None]) -> None:
    """Write the plan: `tell` hears of every run that goes and of every one that stays out. Raises `WorkFailed`."""
    largest = stick.max_file_bytes(task.file_system)
    pieces = (msgspec.json.encode(run) + b"\n" for run in _planned(task, manner, chosen, largest, tell))
    write_work(task.work / "plan.jsonl", pieces)


def planned(task: Task) -> Iterator[Planned]:
    """The runs of the plan, in order. Raises `WorkFailed`."""
    return read_lines(task.work / "plan.jsonl", Planned)


def is_made(task: Task) -> bool:
    """Whether there is a whole plan."""
    return (task.work / "plan.jsonl").is_file()


def _planned(
    task: Task,
    manner: Manner,
    chosen: Iterable[Chosen],
    largest: int | None,
    tell: Callable[[LeftOut | Planned], None],
) -> Iterator[Planned]:
    for one in chosen:
        found = _plan_one(task, manner, one, largest)
        tell(found)
        if isinstance(found, Planned):
            yield found


def _plan_one(task: Task, manner: Manner, chosen: Chosen, largest: int | None) -> Planned | LeftOut:
    folder = Path(os.path.normpath(task.exports / chosen.folder))
    try:
        record = read_any(folder)
        if record is None:
            return LeftOut(run_id=folder.stem, why="unreadable")
        run_id = record.metadata.run_id
        if record.metadata.status is Status.RUNNING:
            return LeftOut(run_id=run_id, why="running")
        refused = manner.refuses(record, chosen)
        if refused is not None:
            return refused
        pieces = manner.pieces(record, chosen.stars, None)
        mark = mark_of(record, manner, chosen.stars)
    except OSError as error:
        return LeftOut(run_id=folder.stem, why="unreadable", detail=error.strerror or "")
    except LeftOutError as error:
        return error.left
    place = manner.place(record, chosen.folder)
    for piece in pieces:
        name = f"{place}/{piece.name}" if piece.name else place
        if stick.unfit(f"data/{name}"):
            return LeftOut(run_id=run_id, why="name", detail=piece.name)
        if largest is not None and piece.size > largest:
            return LeftOut(run_id=run_id, why="file_too_large", detail=piece.name)
    names = [piece.name.casefold() for piece in pieces]
    if len(set(names)) < len(names):
        return LeftOut(run_id=run_id, why="name", detail="two names that differ only in case")
    return Planned(
        source=chosen.folder,
        place=place,
        run_id=run_id,
        mark=mark,
        sizes=[piece.size for piece in pieces],
        stars=chosen.stars,
        damaged=bool(record.damage),
    )


def read_planned(task: Task, run: Planned) -> RunRecord:
    """The run of a line of the plan, as it is now. Raises `stick.SourceGone`."""
    folder = Path(os.path.normpath(task.exports / run.source))
    try:
        record = read_any(folder)
    except OSError as error:
        raise stick.SourceGone(folder, error) from error
    if record is None:
        raise stick.SourceGone(folder, FileNotFoundError())
    return record


def in_package(task: Task, manner: Manner, runs: Iterable[Planned], data: Path) -> Iterator[RunInPackage]:
    """Runs as tables, crate and pages get them: a derived one as it was written into `data`.

    Those that are gone by now are passed over.
    """
    for run in runs:
        try:
            record = read_any(data / run.place) if manner.derives else read_planned(task, run)
        except (OSError, stick.SourceGone):
            continue
        if record is not None:
            history = history_record(record.items, record.metadata)
            yield RunInPackage(metadata=record.metadata, record=history, folder=record.folder, place=run.place)


def own_place(source: str) -> str:
    """The place below `data/` of a run that lies at `source`, relative to `exports`."""
    parts = source.split("/")
    if source.endswith(".json"):
        return f"{RECORDS}/{parts[-1]}"
    return "/".join([RUNS, *(parts[1:] if parts[0] == "json" else ["media_storage", parts[-1]])])


def files_of(folder: Path) -> list[Piece]:
    """All files of a run folder, in the order of their names.

    Links, unfinished files and pictures that were blocked and kept apart are not of it.
    """
    if folder.is_file():
        return [Piece(name="", size=folder.stat().st_size, source=folder)]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix == disk.PART:
            continue
        if path.relative_to(folder).parts[0] == KEPT_APART:
            continue
        found.append(Piece(name=path.relative_to(folder).as_posix(), size=path.stat().st_size, source=path))
    return found


def mark_of(record: RunRecord, manner: Manner, stars: list[tuple[str, int]]) -> str:
    """What changes when a run's content does, or what goes of it: its journal (or old record), names, sizes."""
    digest = blake2b(f"{manner.also} {stars}".encode(), digest_size=16)
    for name in (JOURNAL, METADATA):
        path = record.folder / name
        if path.is_file():
            digest.update(path.read_bytes())
            break
    for piece in files_of(record.folder):
        digest.update(f"\n{piece.name} {piece.size}".encode())
    return digest.hexdigest()


def write_work(path: Path, pieces: Iterable[bytes]) -> None:
    """A file of the work's folder, whole or not at all. Raises `WorkFailed`."""
    try:
        disk.make_folders(path.parent, durable=False)
        part = path.with_name(path.name + disk.PART)
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    except OSError as error:
        raise WorkFailed(error) from error


def read_lines(path: Path, kind: type[T]) -> Iterator[T]:
    """Lines of JSON, up to the first that is not whole. Raises `WorkFailed`."""
    decoder = msgspec.json.Decoder(kind)
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        raise WorkFailed(error) from error
    with file:
        for text in file:
            try:
                yield decoder.decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return
