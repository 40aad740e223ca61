"""R6: a stick pulled at every file of a package, put back, gone on with; and sticks that are full.

The stick is a small ext4 on a loop device whose power is cut (FS_IOC_SHUTDOWN: what was not confirmed is lost), or,
where the kernel has it, a vfat that is written by the same order of calls. Needs root and loop devices. A control
that confirms nothing must lose what it notes as written; else the cut is none.
"""

import asyncio
import fcntl
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import msgspec

from kiosk.storage.export import bag, stick
from kiosk.storage.export.ledger import Ledger
from kiosk.storage.export.onboard import SHELF, partial_of
from kiosk.storage.export.packing import Outcome
from kiosk.storage.export.plan import Chosen, Task
from kiosk.storage.library import Library
from tests.faults import Finding
from tests.faults.full import small_disk
from tests.faults.powercut import disk, mount, unmount
from tests.storage.export.packages import RESEARCH, bags, files, is_valid, pack_chosen, task_for
from tests.storage.kit import library, whole_run

_SHUTDOWN = 0x8004587D
_NO_FLUSH = b"\x02\x00\x00\x00"
_RUNS = 6
LOOKS = 118
"""How often a package of these runs looks whether it shall stop: once for every file, and between the parts."""


def run(count: int, seed: int, folder: Path) -> Finding:
    """Pull the stick `count` times, from the first file to the last; a sixth as often with the control."""
    del seed
    bad: Counter[str] = Counter(
        crashed=0, not_resumed=0, invalid=0, source_changed=0, lost_what_was_noted=0, control_lost_nothing=0
    )
    facts: Counter[str] = Counter()
    task, chosen, before = asyncio.run(house(folder))
    for number in range(count + max(1, count // 6)):
        is_control = number >= count
        cut = LOOKS - 12 if is_control else 8 + number * (LOOKS - 8) // count
        place = folder / f"stick{number}"
        task = msgspec.structs.replace(task, target=place)
        with disk(place), confirming(not is_control):
            _pull(task, chosen, cut, place, bad, facts, is_control=is_control)
        shutil.rmtree(task.work)
    bad["source_changed"] += files(folder / "data" / "exports") != before
    return Finding("R6", "stick pulled (ext4)", count, dict(bad), dict(facts))


def run_full(count: int, seed: int, folder: Path) -> Finding:
    """Fill sticks of random sizes: each holds whole bags, and the last of them all the rest."""
    dice = random.Random(seed)
    bad: Counter[str] = Counter(crashed=0, invalid=0, twice=0, missing=0, source_changed=0)
    facts: Counter[str] = Counter()
    task, chosen, before = asyncio.run(house(folder, 12))
    for _ in range(count):
        found: list[str] = []
        outcome = Outcome("full")
        for _ in range(40):
            with small_disk(folder / "stick", dice.randrange(1_500, 4_000)):
                outcome = pack_chosen(task, chosen, lambda: None, [])
                for made in bags(folder / "stick"):
                    facts["bags"] += 1
                    bad["invalid"] += not is_valid(made)
                    found += [path.parent.name for path in made.rglob("journal.jsonl")]
                bad["invalid"] += len(list((folder / "stick" / SHELF).glob(f"*{bag.PARTIAL}")))
            if outcome.state != "full":
                break
        bad["crashed"] += outcome.state != "done"
        bad["twice"] += len(found) - len(set(found))
        bad["missing"] += len(chosen) - len(set(found))
        shutil.rmtree(task.work)
    bad["source_changed"] += files(folder / "data" / "exports") != before
    return Finding("R6", "sticks filled up (tmpfs)", count, dict(bad), dict(facts))


class _Cut:
    """Cuts the stick's power at the n-th look."""

    def __init__(self, place: Path, looks: int) -> None:
        self._place = place
        self._left = looks
        self.done = False

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            handle = os.open(self._place, os.O_RDONLY)
            fcntl.ioctl(handle, _SHUTDOWN, _NO_FLUSH)
            os.close(handle)
            self.done = True


def _pull(
    task: Task,
    chosen: list[Chosen],
    cut: int,
    place: Path,
    bad: Counter[str],
    facts: Counter[str],
    *,
    is_control: bool,
) -> None:
    cutting = _Cut(place, cut)
    outcome = pack_chosen(task, chosen, cutting, [])
    facts["pulled"] += cutting.done
    if cutting.done:
        bad["crashed"] += outcome not in (Outcome("interrupted", "drive_gone"), Outcome("done"))
        unmount(place)
        mount(place.with_suffix(".img"), place)
        gone = lost(task, place)
        if is_control:
            facts["controls"] += 1
            facts["lost by controls"] += gone
            bad["control_lost_nothing"] += not gone
        else:
            bad["lost_what_was_noted"] += gone
            facts["runs kept over the cut"] += Ledger(task.work).count - gone
    resumed = outcome if not cutting.done else pack_chosen(task, chosen, lambda: None, [])
    bad["not_resumed"] += resumed.state != "done"
    made = bags(place)
    bad["invalid"] += not (len(made) >= 1 and all(is_valid(one) for one in made))
    packed = {path.parent.name for one in made for path in one.rglob("journal.jsonl")}
    bad["invalid"] += len(packed) != len(chosen)


def lost(task: Task, place: Path) -> int:
    """How many runs that the notes call written are not on the stick as they were written."""
    partial = partial_of(task.work, place)
    if partial is None:
        return 0
    gone = 0
    for written in Ledger(task.work).written():
        for name, size, sha256 in written.files:
            path = partial / bag.DATA / written.place / name
            if not path.is_file() or stick.read_back(path) != stick.Copied(size, sha256):
                gone += 1
                break
    return gone


@contextmanager
def confirming(is_on: bool) -> Iterator[None]:
    """With or without asking the disk to confirm."""
    nothing: Callable[[int], None] = lambda _: None  # noqa: E731 - what does nothing needs no name
    if is_on:
        yield
        return
    with mock.patch.object(os, "fsync", nothing), mock.patch.object(os, "fdatasync", nothing):
        yield


async def house(folder: Path, count: int = _RUNS) -> tuple[Task, list[Chosen], dict[str, bytes]]:
    async with library(folder / "data", state=folder / "state") as opened:
        for number in range(count):
            await whole_run(opened, f"Idee {number}", consent=RESEARCH)
        await opened.settled()
        return await _task(opened, folder)


async def _task(opened: Library, folder: Path) -> tuple[Task, list[Chosen], dict[str, bytes]]:
    from kiosk.storage.export.answers import Selection

    chosen = [Chosen(run.folder, run.stars) for run in await opened.caretaker.chosen(Selection())]
    (folder / "nowhere").mkdir()
    task = task_for(opened, folder / "nowhere", target=folder / "stick")
    return task, chosen, files(opened.exports)
