"""Favourites: one append-only journal per device, never a file that all rewrite.

A device writes only its own file, `exports/favorites/{device_id}.jsonl`, in the journal line form; the others' are
read. A line that was confirmed is on the disk. The file is compacted when most of it is history. Blocking; may be
called from any thread.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk import durable as disk
from kiosk.ids import check_device_id, is_device_id
from kiosk.records import Favorite, MediaType, timestamp
from kiosk.storage.errors import RunBusy, storage_error
from kiosk.storage.journal import Journal

FOLDER = "favorites"
MAX_NOTE = 500
"""Longest note, in characters."""

_COMPACT_FROM = 200
_decoder = msgspec.json.Decoder(Favorite)


class Key(NamedTuple):
    """What a star is put on: the n-th medium of a type in a run."""

    run_id: str
    media_type: MediaType
    n: int


class Erased(NamedTuple):
    """How many stars are gone, and the devices whose files another program writes."""

    stars: int
    busy: list[str]


Stars = dict[Key, Favorite]
"""A device's stars as they are now: each with its own `add`, and with the last note."""


class Favorites:
    """The favourites of all devices in one `exports` folder."""

    def __init__(self, exports: Path, *, durable: bool) -> None:
        self._folder = exports / FOLDER
        self._durable = durable
        self._guard = threading.Lock()
        self._guards: dict[str, threading.Lock] = {}
        self._open: dict[str, Journal] = {}
        self._read: dict[str, tuple[str, Stars]] = {}

    def add(self, device: str, key: Key, note: str | None = None) -> tuple[Favorite, bool]:
        """Put a star; returns it, and whether it is new. A note on one that is there replaces its note.

        Raises `StorageError`, `RunBusy` if another program writes for this device.
        """
        with self._of(device):
            there = self.of_device(device).get(key)
            if there is not None and (note is None or note == there.note):
                return there, False
            self._append(device, _line("add" if there is None else "note", key, note))
            return self.of_device(device)[key], there is None

    def annotate(
        self, device: str, run_id: str, note: str | None, media_type: MediaType | None = None, n: int | None = None
    ) -> int:
        """Change the note of a device's own stars on a run, or on one of its media; returns how many.

        Raises as `add` does.
        """
        with self._of(device):
            return self._for_each("note", device, run_id, note, media_type, n)

    def remove(self, device: str, run_id: str, media_type: MediaType | None = None, n: int | None = None) -> int:
        """Take away a device's own stars on a run, or on one of its media; returns how many. Raises as `add` does."""
        with self._of(device):
            return self._for_each("remove", device, run_id, None, media_type, n)

    def restore(self, device: str, stars: Sequence[Favorite]) -> int:
        """Put stars that came along with runs, with their own times and notes; returns how many are new.

        One that is here already stays as it is, one that was taken away here stays away; of two in `stars` the first
        counts. Raises as `add` does.
        """
        with self._of(device):
            known = {_key(line) for line in lines_of(_content(self._path(device)))}
            new: Stars = {}
            for star in stars:
                if _key(star) not in known:
                    new.setdefault(_key(star), star)
            if new:
                self._append(device, *new.values())
            return len(new)

    def of_device(self, device: str) -> Stars:
        """A device's stars, oldest first; lines that cannot be read are left out."""
        path = self._path(device)
        mark = _mark(path)
        known = self._read.get(device)
        if known is not None and known[0] == mark:
            return known[1]
        stars = fold(lines_of(_content(path)))
        self._read[device] = (mark, stars)
        return stars

    def devices(self) -> list[str]:
        """All devices that have a file."""
        if not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.jsonl") if is_device_id(path.stem))

    def marks(self) -> dict[str, str]:
        """For each device what changes when its file changes."""
        return {device: _mark(self._path(device)) for device in self.devices()}

    def erase(self, run_ids: set[str], *, device: str | None = None) -> Erased:
        """Take every trace of runs out of the files (all of a device's, with `device`).

        Files of devices that another program writes are left; it forgets by itself (`storage.elsewhere`). Raises
        `StorageError`.
        """
        erased, busy = 0, []
        for owner in self.devices():
            try:
                with self._of(owner):
                    erased += self._erase_from(owner, run_ids, everything=owner == device)
            except RunBusy:
                busy.append(owner)
        return Erased(erased, busy)

    def close(self) -> None:
        """Let go of all files."""
        with self._guard:
            for journal in self._open.values():
                journal.close()
            self._open.clear()

    def _erase_from(self, owner: str, run_ids: set[str], *, everything: bool) -> int:
        lines = lines_of(_content(self._path(owner)))
        left = [] if everything else [line for line in lines if line.run_id not in run_ids]
        if len(left) == len(lines):
            return 0
        was_open = owner in self._open
        self._rewrite(owner, left)
        if not was_open:
            # Its own program must be able to write it.
            self._open.pop(owner).close()
        return len(fold(lines)) - len(fold(left))

    def _for_each(
        self, action: str, device: str, run_id: str, note: str | None, media_type: MediaType | None, n: int | None
    ) -> int:
        keys = [
            key
            for key in self.of_device(device)
            if key.run_id == run_id
            and (media_type is None or key.media_type is media_type)
            and (n is None or key.n == n)
        ]
        if keys:
            self._append(device, *(_line(action, key, note) for key in keys))
        return len(keys)

    def _append(self, device: str, *lines: Favorite) -> None:
        try:
            journal = self._journal(device)
            journal.append([msgspec.json.encode(line) for line in lines])
            if journal.lines > 4 * len(self.of_device(device)) + _COMPACT_FROM:
                self._compact(device, journal)
        except OSError as error:
            raise storage_error(error) from error

    def _compact(self, device: str, journal: Journal) -> None:
        """Keep one line for each medium: its star, or that it was taken away. What cannot be read is not dropped."""
        lines = lines_of(_content(self._path(device)))
        stars = fold(lines)
        taken = {key: line for line in lines if (key := _key(line)) not in stars}
        if len(lines) == journal.lines > 2 * (len(stars) + len(taken)):
            self._rewrite(device, [*taken.values(), *stars.values()])

    def _rewrite(self, device: str, lines: list[Favorite]) -> None:
        try:
            journal = self._journal(device)
            journal.rewrite([msgspec.json.encode(line) for line in lines])
            disk.remove_quietly(self._path(device).with_suffix(".torn"))
        except OSError as error:
            raise storage_error(error) from error

    def _journal(self, device: str) -> Journal:
        journal = self._open.get(device)
        if journal is None or not journal.is_current:
            if journal is not None:
                journal.close()
            made = disk.make_folders(self._folder, durable=self._durable)
            path = self._path(device)
            is_new = not path.exists()
            journal = Journal(path, durable=self._durable, create=is_new)
            journal.move_tail_aside()
            if self._durable and (is_new or made):
                disk.sync_folder(self._folder)
            self._open[device] = journal
        return journal

    def _path(self, device: str) -> Path:
        return self._folder / f"{check_device_id(device)}.jsonl"

    def _of(self, device: str) -> threading.Lock:
        with self._guard:
            return self._guards.setdefault(check_device_id(device), threading.Lock())


def fold(lines: list[Favorite]) -> Stars:
    """What is starred after all lines; a star keeps its first time and has its last note."""
    stars: Stars = {}
    for line in lines:
        key = _key(line)
        there = stars.get(key)
        if line.action == "remove":
            stars.pop(key, None)
        elif there is None and line.action == "add":
            stars[key] = line
        elif there is not None:
            stars[key] = msgspec.structs.replace(there, note=line.note)
    return stars


def _key(line: Favorite) -> Key:
    return Key(line.run_id, line.media_type, line.n)


def _line(action: str, key: Key, note: str | None) -> Favorite:
    plain = {**key._asdict(), "action": action, "note": note[:MAX_NOTE] if note else None, "timestamp": timestamp()}
    return msgspec.convert(plain, Favorite)


def lines_of(content: bytes) -> list[Favorite]:
    """The lines of a device's file; those that cannot be read are left out."""
    found = []
    # What can be read is shown; checksums are checked where the file is opened for writing.
    for line in content.split(b"\n")[:-1]:
        try:
            found.append(_decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _mark(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return ""
    return f"{facts.st_ino} {facts.st_mtime_ns} {facts.st_size}"
