"""Writing onto a drive that may be pulled at any moment: the order that survives it, and reading back the medium.

Each file: written under another name, confirmed, renamed, confirmed *again* under its name, then its folder. The
second time is for FAT, where the size and place of a renamed file reach the medium only with the file itself. What is
read back to be compared is read from the medium, not from memory. Blocking.
"""

import hashlib
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from kiosk import durable as disk

BLOCK = 1 << 20
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


def copy(source: Path, target: Path, heed: Heed) -> Copied:
    """Copy a file into a folder that is there; its name counts when the folder is confirmed too.

    Raises `SourceGone`, `OSError`, what `heed` raises.
    """
    part = target.with_name(target.name + disk.PART)
    try:
        reading = disk.open_no_follow(source, os.O_RDONLY)
    except OSError as error:
        raise SourceGone(source, error) from error
    with os.fdopen(reading, "rb", buffering=0) as file:
        return _put(target, part, _blocks_of(file.read, source), heed)


def write(target: Path, pieces: Iterable[bytes], heed: Heed | None = None) -> Copied:
    """Write a new file, or one in the place of another, in the same order, its folder included. Raises `OSError`."""
    written = _put(target, target.with_name(target.name + disk.PART), pieces, heed)
    disk.sync_folder(target.parent)
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


def _put(target: Path, part: Path, pieces: Iterable[bytes], heed: Heed | None) -> Copied:
    digest = hashlib.sha256()
    size = 0
    descriptor = disk.open_no_follow(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for piece in pieces:
            digest.update(piece)
            disk.write_all(descriptor, piece)
            size += len(piece)
            if heed is not None:
                heed(len(piece))
        _confirm(descriptor)
        if sys.platform != "win32":
            part.replace(target)
            _confirm(descriptor)
    except BaseException:
        os.close(descriptor)
        disk.remove_quietly(part)
        raise
    os.close(descriptor)
    if sys.platform == "win32":
        # An open file cannot be renamed there.
        part.replace(target)
        confirm(target)
    return Copied(size, digest.hexdigest())


def _confirm(descriptor: int) -> None:
    # Not fdatasync: the entry in the folder, with size and place, must go along.
    if sys.platform == "darwin":
        disk.sync_data(descriptor)
    else:
        os.fsync(descriptor)


def confirm(path: Path) -> None:
    """Confirm a file that another library has written by plain means. Raises `OSError`."""
    descriptor = disk.open_no_follow(path, os.O_RDWR)
    try:
        _confirm(descriptor)
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
