"""One run as a ZIP archive: its folder byte for byte, and a manifest of SHA-256 sums, streamed.

Nothing is copied or held: a file is read, hashed, packed and handed on piece by piece, in constant memory. Blocking:
take the pieces in a thread.
"""

import hashlib
import io
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kiosk import durable
from kiosk.storage.run_files import KEPT_APART

MANIFEST = "manifest-sha256.txt"
"""The last file of an archive; `sha256sum --check` reads it."""

_BLOCK = 256 << 10
_PACKED = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp4", ".webm", ".mp3", ".ogg", ".flac"})
_OLDEST = (1980, 1, 1, 0, 0, 0)


def pieces(folder: Path) -> Iterator[bytes]:
    """The archive of a run folder (or of the one file that is left of a run), in order.

    Links and files that are being written are left out. Raises `OSError` when a file cannot be read; what was
    given out so far is then no archive.
    """
    out = _Outlet()
    sums = []
    with zipfile.ZipFile(out, "w") as archive:
        for path in files_of(folder):
            name = path.relative_to(folder.parent).as_posix()
            digest = hashlib.sha256()
            with _open(path) as source, archive.open(_entry(name, os.fstat(source.fileno())), "w") as target:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    target.write(block)
                    yield from out.taken()
            sums.append(f"{digest.hexdigest()}  {name}\n")
        manifest = zipfile.ZipInfo(MANIFEST, _moment(time.time()))
        manifest.compress_type, manifest.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        archive.writestr(manifest, "".join(sums))
        yield from out.taken()
    yield from out.taken()


def files_of(folder: Path) -> list[Path]:
    """The files of a run, sorted by name; pictures that were blocked and kept apart leave in no archive."""
    if folder.is_file():
        return [folder]
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != KEPT_APART)
        found += [Path(place) / name for name in names if not name.endswith(durable.PART)]
    return sorted(path for path in found if stat.S_ISREG(path.lstat().st_mode))


def _open(path: Path) -> io.BufferedReader:
    return os.fdopen(durable.open_no_follow(path, os.O_RDONLY), "rb")


def _entry(name: str, facts: os.stat_result) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _moment(facts.st_mtime))
    entry.compress_type = zipfile.ZIP_STORED if Path(name).suffix in _PACKED else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    # Says whether sizes may need 64 bits; a journal that grows meanwhile is still small.
    entry.file_size = facts.st_size
    return entry


def _moment(seconds: float) -> tuple[int, int, int, int, int, int]:
    moment = time.localtime(seconds)[:6]
    return max(moment, _OLDEST)


class _Outlet(io.RawIOBase):
    """Takes what is written and gives it out; cannot go back, so that the archive is written straight on."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]  # anything with a buffer, as in io.RawIOBase
        if piece:
            self._waiting.append(piece)
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        """What was written since the last time."""
        waiting, self._waiting = self._waiting, []
        yield from waiting
