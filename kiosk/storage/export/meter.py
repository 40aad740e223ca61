"""What is told of the making of a package: counts, speed, time left, what stays out. Measured, never guessed."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.storage.export.answers import MOST_LISTED, BagMade, LeftOut, PackageProgress
from kiosk.storage.export.ledger import Written
from kiosk.storage.export.plan import Planned, WorkFailed, read_lines

_LEFT = "left.jsonl"
_EVERY_S = 0.25
_WINDOW_S = 10.0
_LEAST_S = 1.0


class Told(Struct, frozen=True, kw_only=True):
    """How a package stands, in the words of `Export`. `bags` are those that were closed by this process."""

    progress: PackageProgress
    known: int
    damaged: int
    left_out_by: dict[str, int]
    left_out: list[LeftOut]
    bags: list[BagMade]


class Meter:
    """Counts for one package. `obey` is called often: it waits while paused, and raises to stop."""

    def __init__(self, work: Path, tell: Callable[[Told], None], obey: Callable[[], None]) -> None:
        self._left_file = work / _LEFT
        self._tell = tell
        self._obey = obey
        self._phase = "planning"
        self._runs = self._runs_total = self._files = self._files_total = self._bytes = self._bytes_total = 0
        self._known = self._damaged = 0
        self._left: list[LeftOut] = []
        self._left_by: dict[str, int] = {}
        self._bags: list[BagMade] = []
        self._told = 0.0
        self._window: deque[tuple[float, int]] = deque()
        for entry in read_lines(self._left_file, LeftOut):
            self._count_left(entry)

    @property
    def left_out_by(self) -> dict[str, int]:
        """How many runs stay out, by why."""
        return dict(self._left_by)

    @property
    def known(self) -> int:
        """How many runs were on the drive already."""
        return self._known

    def heed(self, size: int) -> None:
        """So many bytes were written; stop or wait here if that is wished."""
        self._bytes += size
        self._obey()
        self._say()

    def plan(self, found: Planned | LeftOut) -> None:
        """A run was looked at, before anything is copied."""
        if isinstance(found, LeftOut):
            self.left(found)
        else:
            self._runs_total += 1
            self._files_total += len(found.sizes)
            self._bytes_total += sum(found.sizes)
        self.heed(0)

    def begin(self, runs: Iterable[Planned], known: Mapping[str, str], earlier: Mapping[str, str]) -> int:
        """Count what is to be done: not what is `known` on the drive; what `earlier` bags have is done.

        Returns how many runs are to go.
        """
        self._runs = self._runs_total = self._files = self._files_total = self._bytes = self._bytes_total = 0
        self._known = 0
        for run in runs:
            if earlier.get(run.run_id) == run.mark:
                self._runs, self._files = self._runs + 1, self._files + len(run.sizes)
                self._bytes += sum(run.sizes)
            elif known.get(run.run_id) == run.mark:
                self._known += 1
                continue
            self._runs_total += 1
            self._files_total += len(run.sizes)
            self._bytes_total += sum(run.sizes)
        self.phase("copying")
        return self._runs_total - self._runs

    def phase(self, name: str) -> None:
        """Another part of the work begins."""
        self._phase = name
        self._window.clear()
        self._say(now=True)

    def file(self) -> None:
        """A file was copied."""
        self._files += 1

    def run(self, *, damaged: bool) -> None:
        """A run was read back."""
        self._runs += 1
        self._damaged += damaged
        self._say()

    def was_there(self, run: Written) -> None:
        """A run is on the drive from before the interruption."""
        self._runs, self._files = self._runs + 1, self._files + len(run.files)
        self._bytes += sum(size for _, size, _ in run.files)
        self._damaged += run.damaged
        self._say()

    def shed(self, run: Written) -> None:
        """A run was taken out again, to go on the next drive."""
        self._runs, self._files = self._runs - 1, self._files - len(run.files)
        self._bytes -= sum(size for _, size, _ in run.files)

    def left(self, entry: LeftOut) -> None:
        """A run stays out. Raises `WorkFailed`."""
        self._count_left(entry)
        try:
            with self._left_file.open("ab") as file:
                file.write(msgspec.json.encode(entry) + b"\n")
        except OSError as error:
            raise WorkFailed(error) from error

    def bag(self, made: BagMade) -> None:
        """A bag was closed."""
        self._bags.append(made)
        self._say(now=True)

    def close(self) -> None:
        """Say how it stands, for the last time."""
        self._say(now=True)

    def _count_left(self, entry: LeftOut) -> None:
        self._left_by[entry.why] = self._left_by.get(entry.why, 0) + 1
        if len(self._left) < MOST_LISTED:
            self._left.append(entry)

    def _say(self, *, now: bool = False) -> None:
        moment = time.monotonic()
        if not now and moment - self._told < _EVERY_S:
            return
        self._told = moment
        speed = self._speed(moment)
        left = max(0, self._bytes_total - self._bytes)
        progress = PackageProgress(
            phase=self._phase,
            runs=self._runs,
            runs_total=self._runs_total,
            files=self._files,
            files_total=self._files_total,
            bytes=self._bytes,
            bytes_total=self._bytes_total,
            speed=speed,
            seconds_left=round(left / speed, 1) if speed else None,
        )
        self._tell(
            Told(
                progress=progress,
                known=self._known,
                damaged=self._damaged,
                left_out_by=dict(self._left_by),
                left_out=list(self._left),
                bags=list(self._bags),
            )
        )

    def _speed(self, moment: float) -> float | None:
        """Bytes a second over the last moments; None until there is something to tell."""
        self._window.append((moment, self._bytes))
        while len(self._window) > 2 and moment - self._window[0][0] > _WINDOW_S:
            self._window.popleft()
        began, before = self._window[0]
        if moment - began < _LEAST_S or self._bytes <= before or self._phase != "copying":
            return None
        return round((self._bytes - before) / (moment - began))


def forget_left(work: Path) -> None:
    """Before a plan is made: forget what an interrupted planning noted. Raises `WorkFailed`."""
    try:
        (work / _LEFT).unlink(missing_ok=True)
    except OSError as error:
        raise WorkFailed(error) from error
