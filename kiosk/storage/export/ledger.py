"""What of a package has been written and read back: notes in the work's folder, a line a run.

The notes save work after an interruption; nothing depends on their being there. Blocking; raises `WorkFailed`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk import durable as disk
from kiosk.storage.export.answers import BagMade
from kiosk.storage.export.plan import WorkFailed, read_lines, write_work


class Written(Struct, frozen=True, kw_only=True):
    """A run that is on the drive: its files as (name, size in bytes, SHA-256)."""

    run_id: str
    place: str
    mark: str
    files: list[tuple[str, int, str]]
    damaged: bool = False


class OnDrive(Struct, frozen=True, kw_only=True):
    """A run as its bag's list has it; `files` and `bytes` are counts."""

    run_id: str
    place: str
    mark: str
    files: int
    bytes: int


class _Current(Struct, frozen=True, kw_only=True):
    name: str
    group: str
    number: int


class Ledger:
    """The notes of one package: the bag that is being written, and what went into earlier ones."""

    def __init__(self, work: Path) -> None:
        self._current = work / "bag.json"
        self._written = work / "written.jsonl"
        self._earlier = work / "earlier.jsonl"
        self._bag: _Current | None = None
        try:
            self._bag = msgspec.json.decode(self._current.read_bytes(), type=_Current)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            disk.remove_quietly(self._written)
        self.count = sum(1 for _ in self.written())

    @property
    def name(self) -> str | None:
        """The folder name of the bag that is being written."""
        return self._bag.name if self._bag is not None else None

    @property
    def group(self) -> str:
        """The group of the bag that is being written."""
        return self._bag.group if self._bag is not None else ""

    @property
    def number(self) -> int:
        """Which one of its group it is, from 1."""
        return self._bag.number if self._bag is not None else 0

    def begin(self, name: str, group: str, number: int) -> None:
        """A new bag."""
        self._bag = _Current(name=name, group=group, number=number)
        write_work(self._written, ())
        write_work(self._current, [msgspec.json.encode(self._bag)])
        self.count = 0

    def add(self, run: Written) -> None:
        """A run was read back."""
        self._append(self._written, run)
        self.count += 1

    def written(self) -> Iterator[Written]:
        """The runs in the bag that is being written, in order."""
        return read_lines(self._written, Written)

    def marks(self) -> dict[str, str]:
        """Their marks by run id."""
        return {run.run_id: run.mark for run in self.written()}

    def earlier(self) -> Iterator[OnDrive]:
        """The runs in the bags that this package has made already."""
        return read_lines(self._earlier, OnDrive)

    def rewrite(self, kept: Iterable[Written]) -> None:
        """Put other lines in the place of those of this bag."""
        write_work(self._written, (msgspec.json.encode(run) + b"\n" for run in kept))
        self.count = sum(1 for _ in self.written())

    def shed(self, count: int) -> list[Written]:
        """Take the last `count` runs out of this bag's notes, and return them."""
        stay = self.count - count
        out = [run for number, run in enumerate(self.written()) if number >= stay]
        self.rewrite(run for number, run in enumerate(self.written()) if number < stay)
        return out

    def runs(self) -> Iterator[OnDrive]:
        """This bag's runs as its own list says them."""
        for run in self.written():
            size = sum(size for _, size, _ in run.files)
            yield OnDrive(run_id=run.run_id, place=run.place, mark=run.mark, files=len(run.files), bytes=size)

    def made(self, seal: str) -> BagMade:
        """This bag, closed."""
        runs = files = size = 0
        for run in self.runs():
            runs, files, size = runs + 1, files + run.files, size + run.bytes
        return BagMade(name=self.name or "", number=self.number, runs=runs, files=files, bytes=size, seal=seal[:8])

    def end(self) -> None:
        """This bag is whole, or given up: its runs, if any, are in an earlier bag from now on."""
        try:
            with self._earlier.open("ab") as file:
                file.writelines(msgspec.json.encode(run) + b"\n" for run in self.runs())
            self._current.unlink(missing_ok=True)
            self._written.unlink(missing_ok=True)
        except OSError as error:
            raise WorkFailed(error) from error
        self._bag = None
        self.count = 0

    def _append(self, path: Path, entry: Struct) -> None:
        try:
            with path.open("ab") as file:
                file.write(msgspec.json.encode(entry) + b"\n")
        except OSError as error:
            raise WorkFailed(error) from error
