"""Writing onto a drive that may be pulled at any moment: the order that survives it, and reading back the medium.

FAT keeps no journal: it says in one place which clusters are taken, in another which file or folder they belong to.
A stick that is pulled between the two has a folder whose end is what lay there years ago, or a file in clusters that
the next one is given as well. So (`Placer`): a folder is confirmed in its parent as soon as it is made; all names are
made, empty, and confirmed before anything is written; what was written takes its clusters for good before any name
tells of them; each file last. Files that stand alone (`write`) get their name by a rename, and are confirmed *again*
under it. What is read back to be compared is read from the medium, not from memory. Blocking.
"""

import hashlib
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from kiosk import durable as disk

BLOCK = 1 << 20
_AT_ONCE = 64 << 20
"""How many bytes are written before they are confirmed."""

FOUR_GIB = (1 << 32) - 1
LONGEST_PATH = 200
"""Characters of a path in a bag; Windows takes 260 with the drive's own part."""

_FAT = frozenset({"vfat", "fat", "fat32", "msdos", "fat16"})
_FORBIDDEN = frozenset(':?*"<>|\\%\x7f')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{name}{digit}" for name in ("com", "lpt") for digit in "123456789¹²³"}
)

Heed = Callable[[int], None]
"""Called after every block with its size: counts, waits while paused, and raises to stop."""


class SourceGone(Exception):
    """A file that was to be copied cannot be read; the drive is not to blame."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(path.name)
        self.path = path
        self.error = error


class Copied(Struct, frozen=True):
    """A file that was written: its size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


def max_file_bytes(file_system: str) -> int | None:
    """The largest file that a file system can hold; None: no limit that matters."""
    return FOUR_GIB if file_system.lower() in _FAT else None


def how_verified() -> str:
    """In a few words how files are read back on this system."""
    if sys.platform == "darwin":
        return "each file read back with F_NOCACHE"
    if hasattr(os, "posix_fadvise"):
        return "each file read back after its pages were dropped from memory"
    return "each file read back after it was flushed; this system may answer from memory"


def unfit(relative: str) -> bool:
    """Whether a relative name (with `/`) is one that FAT, Windows or a manifest cannot hold."""
    if len(relative) > LONGEST_PATH or unicodedata.normalize("NFC", relative) != relative:
        return True
    return any(_unfit_part(part) for part in relative.split("/"))


def _unfit_part(part: str) -> bool:
    if part in ("", ".", "..") or part[-1] in ". " or part[0] == " ":
        return True
    if any(character in _FORBIDDEN or ord(character) < 32 for character in part):
        return True
    return part.split(".")[0].strip().lower() in _DEVICES


class Placer:
    """Puts files below a folder that is there and confirmed, in the order that a pulled stick survives.

    What it has put counts when `put` returns; before that a file may be there with less in it, or nothing.
    """

    def __init__(self, top: Path) -> None:
        self._sure = {top}

    def put(self, files: Sequence[tuple[Path, Path | bytes]], heed: Heed) -> list[Copied]:
        """Copy files or bytes to their places, folders included. Raises `SourceGone`, `OSError`, what `heed` does."""
        copied: list[Copied] = []
        waiting: list[Path] = []
        size = 0
        self._make_names([target for target, _ in files])
        for target, source in files:
            copied.append(copy(source, target, heed))
            waiting.append(target)
            size += copied[-1].size
            if size >= _AT_ONCE or len(copied) == len(files):
                disk.sync_folder(target.parent)
                for written in waiting:
                    confirm(written)
                waiting, size = [], 0
        return copied

    def _make_names(self, targets: Sequence[Path]) -> None:
        folders = list(dict.fromkeys(target.parent for target in targets))
        for folder in folders:
            self._make_folder(folder)
        for target in targets:
            os.close(disk.open_no_follow(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        for folder in folders:
            disk.sync_folder(folder)
        # Folders that hold files are many and seldom met again.
        self._sure.difference_update(folders)

    def _make_folder(self, folder: Path) -> None:
        if folder in self._sure:
            return
        self._make_folder(folder.parent)
        # One that is there may be from an earlier start that did not come to confirm it.
        folder.mkdir(mode=0o700, exist_ok=True)
        disk.sync_folder(folder.parent)
        self._sure.add(folder)


def copy(source: Path | bytes, target: Path, heed: Heed) -> Copied:
    """Write a file or bytes into a file that is there and empty; nothing is confirmed yet.

    Raises `SourceGone`, `OSError`, what `heed` raises.
    """
    if isinstance(source, bytes):
        return _fill(target, [source], heed)
    try:
        reading = disk.open_no_follow(source, os.O_RDONLY)
    except OSError as error:
        raise SourceGone(source, error) from error
    with os.fdopen(reading, "rb", buffering=0) as file:
        return _fill(target, _blocks_of(file.read, source), heed)


def write(target: Path, pieces: Iterable[bytes]) -> Copied:
    """Write one new file, or one in the place of another, and confirm it. Raises `OSError`."""
    part = target.with_name(target.name + disk.PART)
    try:
        os.close(disk.open_no_follow(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        disk.sync_folder(part.parent)
        written = _fill(part, pieces, None)
        confirm(part)
        part.replace(target)
        disk.sync_folder(target.parent)
        # On FAT the size and place of a renamed file reach the medium only with the file itself.
        confirm(target)
    except BaseException:
        disk.remove_quietly(part)
        raise
    return written


def _blocks_of(read: Callable[[int], bytes], source: Path) -> Iterable[bytes]:
    while True:
        try:
            block = read(BLOCK)
        except OSError as error:
            raise SourceGone(source, error) from error
        if not block:
            return
        yield block


def _fill(target: Path, pieces: Iterable[bytes], heed: Heed | None) -> Copied:
    digest = hashlib.sha256()
    size = 0
    descriptor = disk.open_no_follow(target, os.O_WRONLY | os.O_TRUNC)
    try:
        for piece in pieces:
            digest.update(piece)
            disk.write_all(descriptor, piece)
            size += len(piece)
            if heed is not None:
                heed(len(piece))
    finally:
        os.close(descriptor)
    return Copied(size, digest.hexdigest())


def confirm(path: Path) -> None:
    """Have the drive confirm a file, its size and place included. Raises `OSError`."""
    descriptor = disk.open_no_follow(path, os.O_RDWR)
    try:
        # Not fdatasync: the entry in the folder must go along.
        if sys.platform == "darwin":
            disk.sync_data(descriptor)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_back(path: Path, heed: Heed | None = None) -> Copied:
    """Size and hash of what the medium holds. Raises `OSError`."""
    digest = hashlib.sha256()
    size = 0
    descriptor = disk.open_no_follow(path, os.O_RDONLY)
    try:
        _forget_pages(descriptor)
        while block := os.read(descriptor, BLOCK):
            digest.update(block)
            size += len(block)
            if heed is not None:
                heed(0)
    finally:
        os.close(descriptor)
    return Copied(size, digest.hexdigest())


def _forget_pages(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_NOCACHE, 1)
    elif hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def room(place: Path) -> tuple[int, int]:
    """Free bytes on a drive, and the size of a cluster. Raises `OSError`."""
    if hasattr(os, "statvfs"):
        facts = os.statvfs(place)
        return facts.f_bavail * facts.f_frsize, max(512, facts.f_frsize)
    import shutil

    return shutil.disk_usage(place).free, 64 << 10


def needed(sizes: Iterable[int], folders: int, cluster: int) -> int:
    """Bytes that files of these sizes and some folders take on a drive."""
    return sum(-(-size // cluster) * cluster for size in sizes) + folders * cluster
