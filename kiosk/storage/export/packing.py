"""Makes bags of a plan on a drive: copies, reads back, describes, closes; goes on where it was interrupted.

Works in the process that calls it; `packer.py` runs it in a child. A file counts when it was read back from the
medium. What was read back just before an interruption is in doubt (a drive may have told of writes that it had only
in its own memory) and is read again; what was not, or has another size, is copied anew unless its hash fits.
Blocking.
"""

import errno
import hashlib
import shutil
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kiosk import durable as disk
from kiosk.storage.errors import is_full
from kiosk.storage.export import bag, stick
from kiosk.storage.export.answers import BagMade, LeftOut
from kiosk.storage.export.closing import close_bag, describe, name_of
from kiosk.storage.export.ledger import Ledger, Written
from kiosk.storage.export.meter import Meter
from kiosk.storage.export.onboard import SHELF, known_on, open_shelf
from kiosk.storage.export.plan import (
    LeftOutError,
    Manner,
    Piece,
    Planned,
    Task,
    WorkFailed,
    files_of,
    mark_of,
    planned,
    read_planned,
)
from kiosk.storage.run_files import RunRecord

IN_DOUBT = 256 << 20
"""How many bytes before an interruption are read again."""

_AHEAD = 4
_RESERVE = 1 << 20
_RESERVE_A_RUN = 80 << 10
_MOST_SHEDDING = 40
_GONE = {errno.ENOENT, errno.ENODEV, errno.EIO, errno.ENXIO, errno.ESTALE, errno.ENOTDIR, errno.EBADF}


class Outcome(Struct, frozen=True):
    """How packing ended; `reason` as in `Export`."""

    state: Literal["done", "full", "interrupted", "failed"]
    reason: str | None = None


class _Full(Exception):
    """No more fits on this drive."""


class _BadMedium(Exception):
    """The drive does not keep what is written."""


class Packer:
    """One package on one drive. `meter` is told all that happens and stops the work by raising."""

    def __init__(self, task: Task, manner: Manner, meter: Meter) -> None:
        self._task = task
        self._manner = manner
        self._meter = meter
        self._ledger = Ledger(task.work)
        self._shelf = task.target / SHELF
        self._device = -1
        self._placer = stick.Placer(self._shelf)
        self._checking: deque[tuple[Planned, Future[list[str]], Written]] = deque()

    def run(self) -> Outcome:
        """Pack until all is done, the drive is full, or it cannot go on.

        Raises `WorkFailed` and what the meter raises.
        """
        try:
            with ThreadPoolExecutor(1) as reader:
                return self._run(reader)
        except _BadMedium:
            return Outcome("failed", "medium")
        except OSError as error:
            if error.errno == errno.EROFS:
                return Outcome("failed", "read_only")
            if is_full(error):
                return Outcome("full", "no_room")
            if error.errno in _GONE or not self._is_there():
                return Outcome("interrupted", "drive_gone")
            raise

    def _run(self, reader: ThreadPoolExecutor) -> Outcome:
        task = self._task
        open_shelf(task.target, self._shelf)
        self._device = self._shelf.stat().st_dev
        made = self._finish_named()
        known = known_on(self._shelf, str(task.profile), self._meter.heed)
        earlier = {run.run_id: run.mark for run in self._ledger.earlier()}
        to_go = self._meter.begin(planned(task), known, earlier)
        known |= earlier
        if self._ledger.name is None:
            if not to_go:
                return Outcome("done", None if made or earlier else "nothing_new")
            self._ledger.begin(*name_of(task, self._shelf))
        folder = self._shelf / f"{self._ledger.name}{bag.PARTIAL}"
        self._trust_only_what_is_there(folder)
        full = False
        try:
            self._copy_all(folder, known, reader)
        except _Full:
            full = True
        self._drain(folder, 0)
        if self._ledger.count == 0:
            self._take_away(folder)
            if full:
                return Outcome("full", "drive_full" if earlier else "no_room")
            return Outcome("done", None if made or earlier else "nothing_new")
        shed = self._close(folder)
        return Outcome("full", "drive_full") if full or shed else Outcome("done")

    def _copy_all(self, folder: Path, known: dict[str, str], reader: ThreadPoolExecutor) -> None:
        done = self._ledger.marks()
        for run in planned(self._task):
            if known.get(run.run_id) == run.mark:
                continue
            self._meter.heed(0)
            if done.get(run.run_id) == run.mark:
                continue
            if not self._is_there():
                raise OSError(errno.ENODEV, "the drive is gone")
            self._check_room(run)
            try:
                written = self._copy_run(folder, run)
            except stick.SourceGone as gone:
                self._leave(folder, run, LeftOut(run_id=run.run_id, why="unreadable", detail=gone.path.name))
                continue
            except LeftOutError as error:
                self._leave(folder, run, error.left)
                continue
            except OSError as error:
                if not is_full(error):
                    raise
                shutil.rmtree(_place(folder, run.place), ignore_errors=True)
                raise _Full from error
            if written is None:
                self._leave(folder, run, LeftOut(run_id=run.run_id, why="changing"))
                continue
            self._checking.append((run, reader.submit(_differing, _place(folder, run.place), written), written))
            self._drain(folder, _AHEAD)

    def _check_room(self, run: Planned) -> None:
        free, cluster = stick.room(self._shelf)
        runs = self._ledger.count + len(self._checking) + 1
        reserve = _RESERVE + runs * _RESERVE_A_RUN
        if stick.needed(run.sizes, 3, cluster) + reserve > free:
            raise _Full

    def _copy_run(self, folder: Path, run: Planned) -> Written | None:
        """Copy what of a run is not there already; None if the run changed meanwhile."""
        record = read_planned(self._task, run)
        before = _times(record.folder)
        with self._bench() as bench:
            return self._copy_pieces(folder, run, record, self._manner.pieces(record, run.stars, bench), before)

    def _copy_pieces(
        self, folder: Path, run: Planned, record: RunRecord, pieces: list[Piece], before: list[int]
    ) -> Written | None:
        place = _place(folder, run.place)
        known = {item.file_path: item.file.sha256 for item in record.items if item.file is not None}
        targets = [place / piece.name if piece.name else place for piece in pieces]
        there = [self._there(piece, target) for piece, target in zip(pieces, targets, strict=True)]
        wanted = zip(pieces, targets, there, strict=True)
        put = iter(
            self._placer.put(
                [(target, piece.source or piece.data) for piece, target, copied in wanted if copied is None],
                self._meter.heed,
            )
        )
        files = []
        noted = False
        for piece, already in zip(pieces, there, strict=True):
            copied = already or next(put)
            self._meter.file()
            files.append((piece.name, copied.size, copied.sha256))
            if not self._manner.derives:
                noted = noted or (known.get(piece.name) or copied.sha256) != copied.sha256
        if _times(record.folder) != before or mark_of(record, self._manner, run.stars) != run.mark:
            return None
        return Written(run_id=run.run_id, place=run.place, mark=run.mark, files=files, damaged=run.damaged or noted)

    @contextmanager
    def _bench(self) -> Iterator[Path]:
        """A folder of this machine for copies that are being made."""
        bench = self._task.work / "bench"
        try:
            disk.make_folders(bench, durable=False)
        except OSError as error:
            raise WorkFailed(error) from error
        try:
            yield bench
        finally:
            shutil.rmtree(bench, ignore_errors=True)

    def _there(self, piece: Piece, target: Path) -> stick.Copied | None:
        """What is on the drive of a piece from an earlier start; None if it is not there as it should be."""
        if not target.is_file() or target.stat().st_size != piece.size:
            return None
        there = stick.read_back(target)
        if there != _of_source(piece):
            return None
        self._meter.heed(piece.size)
        return there

    def _drain(self, folder: Path, most: int) -> None:
        """Take the results of reading back, until at most `most` are still awaited."""
        while len(self._checking) > most or (self._checking and self._checking[0][1].done()):
            run, future, written = self._checking.popleft()
            if future.result():
                # Once more: a single file may have met a bad place.
                shutil.rmtree(_place(folder, run.place), ignore_errors=True)
                again = self._copy_run(folder, run)
                if again is None or _differing(_place(folder, run.place), again):
                    raise _BadMedium
                written = again
            self._ledger.add(written)
            self._meter.run(damaged=written.damaged)

    def _leave(self, folder: Path, run: Planned, left: LeftOut) -> None:
        shutil.rmtree(_place(folder, run.place), ignore_errors=True)
        self._meter.left(left)

    def _trust_only_what_is_there(self, folder: Path) -> None:
        """After an interruption: keep what is on the drive as it was written, forget the rest of the notes."""
        disk.make_folders(folder / bag.DATA, durable=True)
        total = sum(sum(size for _, size, _ in written.files) for written in self._ledger.written())
        passed = 0

        def kept() -> Iterator[Written]:
            nonlocal passed
            for written in self._ledger.written():
                self._meter.heed(0)
                passed += sum(size for _, size, _ in written.files)
                place = _place(folder, written.place)
                doubted = total - passed < IN_DOUBT
                if _differing(place, written) if doubted else _other_sizes(place, written):
                    continue
                self._meter.was_there(written)
                yield written

        self._ledger.rewrite(kept())

    def _close(self, folder: Path) -> bool:
        """Describe and close the bag; True if runs had to be taken out again to make room for that."""
        shed = False
        for _ in range(_MOST_SHEDDING):
            try:
                self._meter.phase("describing")
                about = describe(self._task, self._manner, self._ledger, folder, self._meter)
                self._meter.phase("closing")
                made = close_bag(self._task, self._ledger, folder, about, self._meter)
            except OSError as error:
                if not is_full(error) or self._ledger.count == 0:
                    raise
                shed = True
                for written in self._ledger.shed(max(1, self._ledger.count // 20)):
                    shutil.rmtree(_place(folder, written.place), ignore_errors=True)
                    self._meter.shed(written)
                continue
            self._name(folder)
            self._done(made)
            return shed
        raise OSError(errno.ENOSPC, "no room for what describes the bag")

    def _name(self, folder: Path) -> None:
        folder.rename(folder.with_name(str(self._ledger.name)))
        disk.sync_folder(self._shelf)

    def _finish_named(self) -> bool:
        """Whether the last bag was whole when the program was ended; then it only lacks its entry, or its name."""
        name = self._ledger.name
        if name is None:
            return False
        folder = self._shelf / f"{name}{bag.PARTIAL}"
        if bag.is_bag(folder) and not (self._shelf / name).exists():
            try:
                bag.check_tags(folder)
            except bag.BadBag:
                disk.remove_quietly(folder / bag.DECLARATION)
                return False
            self._name(folder)
        if not bag.is_bag(self._shelf / name):
            return False
        made = self._ledger.made(bag.check_tags(self._shelf / name))
        self._done(made)
        return True

    def _done(self, made: BagMade) -> None:
        self._ledger.end()
        self._meter.bag(made)

    def _take_away(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._ledger.end()

    def _is_there(self) -> bool:
        try:
            return self._shelf.stat().st_dev == self._device
        except OSError:
            return False


def _place(folder: Path, place: str) -> Path:
    return folder / bag.DATA / place


def _differing(place: Path, written: Written) -> list[str]:
    """The files that the medium does not hold as they were written."""
    found = []
    for name, size, sha256 in written.files:
        try:
            there = stick.read_back(place / name if name else place)
        except FileNotFoundError:
            found.append(name)
            continue
        if there != stick.Copied(size, sha256):
            found.append(name)
    return found


def _other_sizes(place: Path, written: Written) -> bool:
    try:
        return any((place / name if name else place).stat().st_size != size for name, size, _ in written.files)
    except FileNotFoundError:
        return True


def _times(folder: Path) -> list[int]:
    """When the files of a run were last written."""
    try:
        return [piece.source.stat().st_mtime_ns for piece in files_of(folder) if piece.source is not None]
    except OSError as error:
        raise stick.SourceGone(folder, error) from error


def _of_source(piece: Piece) -> stick.Copied:
    if piece.source is None:
        return stick.Copied(len(piece.data), hashlib.sha256(piece.data).hexdigest())
    try:
        return stick.read_back(piece.source)
    except OSError as error:
        raise stick.SourceGone(piece.source, error) from error
