"""Writes that survive a power cut: the few primitives that everything which writes uses.

`durable=False` (the setting `relaxed`) does the same without asking the disk to confirm. Blocking; raises
`OSError`. Files are made 0600 and folders 0700.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

PART = ".part"
"""Ending of a file that is being written; such files are never shown and are removed at recovery."""

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CLOEXEC = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def sync_data(descriptor: int) -> None:
    """Ask the disk to confirm what was written to an open file, its size included."""
    if sys.platform == "darwin":
        import fcntl

        # On macOS only this reaches the medium.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    elif hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        os.fsync(descriptor)


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Ask the disk to confirm the names in a folder. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_below(folder: Path) -> None:
    """Ask the disk to confirm all files in a folder and below it, then their names."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            descriptor = open_no_follow(os.path.join(place, name), os.O_RDWR)  # noqa: PTH118
            try:
                sync_data(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(place)


def make_folders(folder: Path, *, durable: bool) -> list[Path]:
    """Make a folder and its missing parents; returns those that were made, outermost first.

    With `durable` each name is confirmed in its parent before anything is made below it.
    """
    missing: list[Path] = []
    place = folder
    while not place.exists():
        missing.append(place)
        place = place.parent
    made: list[Path] = []
    for place in reversed(missing):
        try:
            place.mkdir(mode=0o700)
        except FileExistsError:
            continue
        made.append(place)
        if durable:
            sync_folder(place.parent)
    return made


def write_new(path: Path, pieces: Iterable[bytes | memoryview], *, durable: bool) -> None:
    """Write a file that does not exist yet, so that it has its name only when it is complete.

    Temp, fsync, rename, fsync of the folder. Raises `FileExistsError` rather than overwrite.
    """
    # Asked for every file of every run: plain strings, no path objects.
    name = os.fspath(path)
    part = name + PART
    try:
        _write(part, pieces, durable=durable)
        if os.path.lexists(name):
            raise FileExistsError(path.name)
        os.rename(part, name)  # noqa: PTH104
    except OSError:
        remove_quietly(part)
        raise
    if durable:
        sync_folder(path.parent)


def replace(path: str | os.PathLike[str], data: bytes, *, durable: bool) -> None:
    """Write a projection: readers see the old file or the new one, whole.

    With `durable` its content and its name are confirmed by the disk.
    """
    name = os.fspath(path)
    part = name + PART
    try:
        _write(part, (data,), durable=durable)
        os.replace(part, name)  # noqa: PTH105
    except OSError:
        remove_quietly(part)
        raise
    if durable:
        sync_folder(os.path.dirname(name))  # noqa: PTH120


def open_no_follow(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file for reading or appending, but no symbolic link; a new one is 0600."""
    return os.open(path, flags | _NO_FOLLOW | _CLOEXEC, 0o600)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write all bytes; one call in all but the rarest cases."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def remove_quietly(path: str | os.PathLike[str]) -> None:
    """Remove a file of ours that may be gone or out of reach; what stays is removed at recovery."""
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return


def _write(part: str, pieces: Iterable[bytes | memoryview], *, durable: bool) -> None:
    descriptor = open_no_follow(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for piece in pieces:
            write_all(descriptor, piece)
        if durable:
            sync_data(descriptor)
    finally:
        os.close(descriptor)
