"""The journal line form: JSON Lines whose lines are chained by a checksum; reading, checking, appending.

Used by run folders and by favourites (docs/records.md, section 1). Knows bytes and checksums, not what the
lines mean. A checksum, not a signature. Blocking.
"""

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kiosk import durable as disk
from kiosk.storage.errors import RunBusy
from kiosk.storage.locks import try_lock

_BRACE = ord("{")

FIRST = "0" * 16
"""What stands for the previous line's checksum before the first line."""

_ROOM = b"\n" * (32 << 10)
"""Empty lines, written ahead of those to come: a line that takes their place changes neither the file's size nor
where it lies, so that the disk has half as much to confirm."""

TORN = ".torn"
"""Ending of the file beside a journal that keeps its torn tails."""

_TAIL = re.compile(rb',"h":"([0-9a-f]{16})"\}')
_TAIL_BYTES = len(b',"h":""}') + 16


class Damage(Struct, frozen=True):
    """A place where a journal, or a run, is not as it was written. `line` counts from 1; 0: not a line, but a file.

    `torn`: the end of the file is no whole line. `broken`: a line or its link to the one before was changed.
    `gap`: numbers are not consecutive. `cut`: lines that `metadata.json` knows are missing at the end.
    `missing`: a file that should be there is not.
    """

    line: int
    kind: Literal["torn", "broken", "gap", "cut", "missing"]


class Line(Struct, frozen=True):
    """A line that may be read: its JSON without the checksum, and whether the checksum fits."""

    number: int
    body: bytes
    intact: bool


class Lines(Struct, frozen=True):
    """A journal as read. `last_h` continues the chain; `good_bytes` is where the trustworthy lines end."""

    lines: list[Line]
    last_h: str
    good_bytes: int
    damage: list[Damage]


def chained(previous: str, body: bytes) -> tuple[bytes, str]:
    """A JSON object as a journal line with newline, and its checksum, which the next line needs."""
    h = _checksum(previous, body)
    return b'%s,"h":"%s"}\n' % (body[:-1], h.encode()), h


def parse(content: bytes) -> Lines:
    """Read a journal's bytes; never raises, tells all damage.

    After a broken line the chain goes on from the checksum which that line states, so that one edit is seen
    as one broken place. What follows the last whole line at the end is the torn tail, but for empty lines: these
    are room that a writer made and did not come to use.
    """
    if content.endswith(b"\n\n"):
        content = content.rstrip(b"\n") + b"\n"
    lines: list[Line] = []
    damage: list[Damage] = []
    previous = FIRST
    position = good = 0
    good_h = FIRST
    bad_since: int | None = None
    number = 0
    while position < len(content):
        number += 1
        edited = False
        end = content.find(b"\n", position)
        raw = content[position:] if end < 0 else content[position:end]
        position = len(content) if end < 0 else end + 1
        split = _split(raw) if end >= 0 else None
        if split is None and raw.endswith(b"\r"):
            # An editor has changed the ends of the lines: damage, but every word can be read.
            split = _split(raw[:-1])
            edited = split is not None
        if split is None:
            damage.append(Damage(number, "broken"))
            bad_since = number if bad_since is None else bad_since
            continue
        body, stated = split
        intact = not edited and _checksum(previous, body) == stated
        if not intact:
            damage.append(Damage(number, "broken"))
        lines.append(Line(number, body, intact))
        previous = good_h = stated
        good, bad_since = position, None
    if bad_since is not None:
        damage = [*(entry for entry in damage if entry.line < bad_since), Damage(bad_since, "torn")]
    return Lines(lines, good_h, good, damage)


def _split(raw: bytes) -> tuple[bytes, str] | None:
    start = len(raw) - _TAIL_BYTES
    if start > 0 and (found := _TAIL.fullmatch(raw, start)) and raw[0] == _BRACE:
        return raw[:start] + b"}", found[1].decode()
    return None


def _checksum(previous: str, body: bytes) -> str:
    return blake2b(previous.encode() + body, digest_size=8).hexdigest()


@contextmanager
def held(path: Path, patience_s: float = 1.0) -> Iterator[None]:
    """Hold the lock of a journal, if there is one, so that nobody records or repairs its run meanwhile.

    A repair is waited for; raises `RunBusy` when the lock is not free in time, `OSError`.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            journal = Journal(path, durable=False, create=False) if path.exists() else None
            break
        except RunBusy:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
    try:
        yield
    finally:
        if journal is not None:
            journal.close()


class Journal:
    """A journal that is open for appending, locked against other writers while it is open.

    `append` either leaves all its lines confirmed on the disk or raises `OSError` and leaves the file as it
    was. After a failed fsync the file's fate is unknown, so it is written anew under the same name.

    With `room` single lines are written into empty lines made ahead, which `close` takes away again. Several at once
    are not: a power cut might keep the later ones of them without the earlier.
    """

    def __init__(self, path: Path, *, durable: bool, create: bool, room: bool = False) -> None:
        """Open and lock; raises `RunBusy` if another writer has it, `OSError` otherwise."""
        self.path = path
        self._durable = durable
        self._makes_room = room and durable
        self._flags = os.O_RDWR | (0 if room else os.O_APPEND)
        self._descriptor = disk.open_no_follow(path, self._flags | (os.O_CREAT | os.O_EXCL if create else 0))
        self._dirty = False
        try:
            if not try_lock(self._descriptor):
                raise RunBusy(path.parent.name)
            self.read = parse(self._content())
        except BaseException:
            os.close(self._descriptor)
            raise
        self.last_h = self.read.last_h
        self.size = self.read.good_bytes
        self._end = self.size
        self.lines = self.read.lines[-1].number if self.read.lines else 0

    @property
    def is_current(self) -> bool:
        """Whether the open file is still the one with this name."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except OSError:
            return False

    def append(self, bodies: list[bytes]) -> None:
        """Append JSON objects as lines, with one write and one fsync for all."""
        if self._dirty:
            self._write_anew()
        pieces = []
        h = self.last_h
        for body in bodies:
            line, h = chained(h, body)
            pieces.append(line)
        data = b"".join(pieces)
        try:
            if len(bodies) == 1 and self._makes_room:
                self._write_into_room(data)
            else:
                self._write_at_end(data)
        except OSError:
            self._cut()
            raise
        if self._durable:
            try:
                disk.sync_data(self._descriptor)
            except OSError:
                self._dirty = True
                raise
        self.size += len(data)
        self.lines += len(bodies)
        self.last_h = h

    def move_tail_aside(self) -> int:
        """Move what follows the last whole line into a `.torn` file; returns how many bytes. May be repeated."""
        content = self._content()
        if len(content) == self.size:
            return 0
        tail = content[self.size :].rstrip(b"\n")
        aside = self.path.with_suffix(TORN)
        before = aside.read_bytes() if aside.exists() else b""
        if not before.endswith(tail):
            disk.replace(aside, before + tail, durable=self._durable)
        self._truncate()
        if self._durable:
            os.fsync(self._descriptor)
        return len(tail)

    def close(self) -> None:
        """Take back what room is left, close, and give the lock back."""
        if self._descriptor >= 0:
            if self._end > self.size and not self._dirty:
                self._cut()
            os.close(self._descriptor)
            self._descriptor = -1

    def _content(self) -> bytes:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        pieces = []
        while piece := os.read(self._descriptor, 1 << 20):
            pieces.append(piece)
        return b"".join(pieces)

    def _write_into_room(self, data: bytes) -> None:
        after = self.size + len(data)
        if after > self._end:
            try:
                disk.write_all(self._descriptor, data + _ROOM)
                self._end = after + len(_ROOM)
                os.lseek(self._descriptor, after, os.SEEK_SET)
                return
            except OSError:
                # There may be space for the line alone.
                self._makes_room = False
                self._truncate()
        disk.write_all(self._descriptor, data)

    def _write_at_end(self, data: bytes) -> None:
        if self._end > self.size:
            self._truncate()
        disk.write_all(self._descriptor, data)

    def _truncate(self) -> None:
        os.ftruncate(self._descriptor, self.size)
        os.lseek(self._descriptor, self.size, os.SEEK_SET)
        self._end = self.size

    def _cut(self) -> None:
        try:
            self._truncate()
        except OSError:
            self._dirty = True

    def _write_anew(self) -> None:
        """After a failed fsync the kernel may hold lost pages for written ones: only fresh pages can be trusted."""
        content = self._content()[: self.size]
        known = parse(content)
        if known.good_bytes != self.size or known.last_h != self.last_h:
            raise OSError(errno.EIO, "the journal cannot be read back")
        self._exchange(content)

    def rewrite(self, bodies: list[bytes]) -> None:
        """Put other lines in the place of all, whole or not at all. Raises `OSError`."""
        h = FIRST
        pieces = []
        for body in bodies:
            line, h = chained(h, body)
            pieces.append(line)
        content = b"".join(pieces)
        self._exchange(content)
        self.last_h, self.size, self.lines = h, len(content), len(bodies)

    def _exchange(self, content: bytes) -> None:
        """A new file under the same name, locked before it has it."""
        part = self.path.with_name(self.path.name + disk.PART)
        fresh = disk.open_no_follow(part, self._flags | os.O_CREAT | os.O_TRUNC)
        try:
            if not try_lock(fresh):
                raise OSError(errno.EBUSY, "the journal's new file is locked")
            disk.write_all(fresh, content)
            if self._durable:
                disk.sync_data(fresh)
            part.replace(self.path)
        except BaseException:
            os.close(fresh)
            disk.remove_quietly(part)
            raise
        os.close(self._descriptor)
        self._descriptor, self._end = fresh, len(content)
        if self._durable:
            disk.sync_folder(self.path.parent)
        self._dirty = False
