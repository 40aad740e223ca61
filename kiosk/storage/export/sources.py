"""What data that comes back in can look like: bags, sticks full of bags, bare run folders, zips of any of them.

Finds runs and says which files they consist of; copies nothing but what a zip holds. Nothing that lies outside of
what was named is ever read: links are not followed, names that lead out or that are no names are refused. Blocking.
"""

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from kiosk import durable as disk
from kiosk.ids import is_device_id, is_execution_id, is_run_id
from kiosk.storage.export import Profile, bag, stick
from kiosk.storage.export.onboard import SHELF, bags_on, profile_of
from kiosk.storage.favorites import FOLDER as FAVORITES
from kiosk.storage.run_files import JOURNAL, METADATA

MOST_FILES = 500_000
MOST_FILES_A_RUN = 20_000
DEEPEST = 8
MOST_RATIO = 100
_SMALL = 1 << 20
_BLOCK = 1 << 20


class BadSource(Exception):
    """What was named cannot be brought in; `reason` is a code, `detail` says where."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class SourceFile(Struct, frozen=True):
    """A file of a run: its name in the run, where it lies, its SHA-256 as a bag says it."""

    name: str
    path: Path
    sha256: str | None = None


class SourceRun(Struct, frozen=True, kw_only=True):
    """A run that was found, or (`name` of a history record) a record without one.

    `folders` lead to it, innermost last; no file may lie outside of `root`. `sealed`: every file has a hash that a
    bag vouches for. `problem`: why it cannot come in.
    """

    name: str
    folders: tuple[str, ...]
    files: list[SourceFile]
    root: Path
    source: str
    sealed: bool = False
    problem: str | None = None


class Found(Struct):
    """What a place holds: runs, files of stars, and what is said about the rest.

    `reason`: why something could not be looked into.
    """

    runs: list[SourceRun]
    sources: list[str]
    notes: list[str]
    stars: list[SourceFile] = []
    reason: str | None = None


def look(root: Path, heed: Callable[[], None]) -> Found:
    """All runs in a folder, a bag or a stick; of bags the newest first. Raises `OSError`."""
    found = Found([], [], [])
    root = root.resolve()
    if (root / SHELF).is_dir() and not (root / SHELF).is_symlink():
        root /= SHELF
    if bag.is_bag(root):
        _look_into(root, found, heed)
        return found
    bags = bags_on(root)
    for folder in bags:
        _look_into(folder, found, heed)
    found.notes.extend(f"{place.name}: not finished" for place in sorted(root.glob(f"*{bag.PARTIAL}")))
    if not bags:
        _look_below(root, root, found, heed)
    return found


def unpack(path: Path, bench: Path, most_bytes: int, heed: Callable[[], None]) -> None:
    """Unpack a zip into an empty folder, if all of it is harmless. Raises `BadSource`, `OSError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries, most_bytes)
            for entry in entries:
                heed()
                target = bench / entry.filename
                disk.make_folders(target.parent, durable=False)
                with archive.open(entry) as packed, target.open("xb") as file:
                    left = entry.file_size
                    while block := packed.read(_BLOCK):
                        left -= len(block)
                        if left < 0:
                            raise BadSource("bad_zip", entry.filename[:200])
                        file.write(block)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, EOFError, UnicodeError) as error:
        # Among the RuntimeErrors: a password, and NotImplementedError for a compression that zipfile does not know.
        raise BadSource("bad_zip") from error


def _check(entries: list[zipfile.ZipInfo], most_bytes: int) -> None:
    """Refuse what leads out, links, devices, twins and bombs, before anything is unpacked."""
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > most_bytes:
        raise BadSource("bad_zip", "too large")
    seen = set()
    for entry in entries:
        name = entry.filename
        kind = stat.S_IFMT(entry.external_attr >> 16)
        is_bomb = entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size)
        is_odd = kind not in (0, stat.S_IFREG) or entry.flag_bits & 1
        if name != entry.orig_filename or stick.unfit(name) or is_odd or is_bomb or name.casefold() in seen:
            raise BadSource("bad_zip", name[:200])
        seen.add(name.casefold())


def _look_into(folder: Path, found: Found, heed: Callable[[], None]) -> None:
    """The runs of a bag, by its manifest."""
    if profile_of(folder) == Profile.PUBLIC:
        found.notes.append(f"{folder.name}: a selection for the public, not brought in")
        found.reason = "not_importable"
        return
    try:
        bag.check_tags(folder)
        groups, stars = _by_run(folder, heed)
    except (bag.BadBag, OSError) as error:
        problem = error.problem if isinstance(error, bag.BadBag) else error.strerror
        found.notes.append(f"{folder.name}: {problem}")
        found.reason = "bad_bag"
        return
    found.sources.append(folder.name)
    found.stars += stars
    for (parents, name), files in groups.items():
        problem = "too_large" if len(files) > MOST_FILES_A_RUN else None
        problem = problem or ("name" if any(stick.unfit(file.name) for file in files) else None)
        found.runs.append(
            SourceRun(
                name=name,
                folders=parents,
                files=files,
                root=folder,
                source=folder.name,
                sealed=True,
                problem=problem,
            )
        )
    listed = {file.path for files in groups.values() for file in files}
    for path in sorted((folder / bag.DATA).rglob("*")):
        heed()
        inner = path.relative_to(folder).parts
        if path.is_file() and path not in listed and any(is_run_id(part) for part in inner):
            word = "harmless" if bag.DROPPINGS.search(path.name) else "not in the manifest, left"
            found.notes.append(f"{folder.name}: {path.relative_to(folder).as_posix()}: {word}")


def _by_run(
    folder: Path, heed: Callable[[], None]
) -> tuple[dict[tuple[tuple[str, ...], str], list[SourceFile]], list[SourceFile]]:
    """The files of a bag's manifest: those of each run, and those of stars."""
    groups: dict[tuple[tuple[str, ...], str], list[SourceFile]] = {}
    stars = []
    for number, entry in enumerate(bag.read_manifest(folder / bag.MANIFEST)):
        heed()
        if number > MOST_FILES:
            raise bag.BadBag("too many files")
        parts = entry.path.split("/")
        at = next((place for place, part in enumerate(parts[:-1]) if is_run_id(part)), None)
        path = folder.joinpath(*parts)
        if at is not None:
            key = (tuple(parts[1:at]), parts[at])
            groups.setdefault(key, []).append(SourceFile("/".join(parts[at + 1 :]), path, entry.sha256))
        elif is_execution_id(parts[-1].removesuffix(".json")):
            groups[tuple(parts[1:-1]), parts[-1]] = [SourceFile("", path, entry.sha256)]
        elif parts[1:-1] == [FAVORITES] and _is_of_stars(parts[-1]):
            stars.append(SourceFile(parts[-1], path, entry.sha256))
    return groups, stars


def _is_of_stars(name: str) -> bool:
    return name.endswith(".jsonl") and is_device_id(name.removesuffix(".jsonl"))


def _look_below(root: Path, place: Path, found: Found, heed: Callable[[], None]) -> None:
    """Run folders and bags at any depth that people put them."""
    heed()
    inner = place.relative_to(root).parts
    if inner and bag.is_bag(place):
        _look_into(place, found, heed)
        return
    if _is_run(place):
        found.runs.append(_bare(place, inner[:-1] if inner else (), root))
        if not found.sources or found.sources[-1] != root.name:
            found.sources.append(root.name)
        return
    for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
        if entry.is_symlink():
            continue
        if entry.is_dir() and len(inner) < DEEPEST and not entry.name.startswith("."):
            _look_below(root, Path(entry.path), found, heed)
        elif entry.is_file() and is_execution_id(entry.name.removesuffix(".json")) and entry.name.endswith(".json"):
            file = SourceFile("", Path(entry.path))
            found.runs.append(SourceRun(name=entry.name, folders=inner, files=[file], root=root, source=root.name))
        elif entry.is_file() and place.name == FAVORITES and _is_of_stars(entry.name):
            found.stars.append(SourceFile(entry.name, Path(entry.path)))


def _is_run(place: Path) -> bool:
    """Whether a folder is a run's; a damaged one is told by its name alone, if it holds no other.

    The archive of one run is called by its id, too, and has the run's folder in it.
    """
    if (place / JOURNAL).is_file() or not is_run_id(place.name):
        return (place / JOURNAL).is_file()
    return (place / METADATA).is_file() or not any(
        is_run_id(inner.name) for inner in place.iterdir() if inner.is_dir()
    )


def _bare(folder: Path, parents: tuple[str, ...], root: Path) -> SourceRun:
    files = [SourceFile(name, path) for name, path in _files(folder, folder)]
    problem = "too_large" if len(files) > MOST_FILES_A_RUN else None
    problem = problem or ("name" if any(stick.unfit(file.name) for file in files) else None)
    return SourceRun(name=folder.name, folders=parents, files=files, root=root, source=root.name, problem=problem)


def _files(folder: Path, place: Path) -> Iterator[tuple[str, Path]]:
    for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
        if entry.is_symlink() or bag.DROPPINGS.search(entry.name) or entry.name.endswith(disk.PART):
            continue
        path = Path(entry.path)
        if entry.is_dir() and len(path.relative_to(folder).parts) < DEEPEST:
            yield from _files(folder, path)
        elif entry.is_file():
            yield path.relative_to(folder).as_posix(), path
