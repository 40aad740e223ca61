"""What happens inside the user-mode Linux of `vfat`: packages onto a vfat that goes away, fills up, comes back.

Runs there as the first process. The order is read from a file of the machine outside, the answer written beside it.
"""

import ctypes
import re
import shutil
import subprocess
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.storage.export import bag
from kiosk.storage.export.ledger import Ledger
from kiosk.storage.export.onboard import SHELF
from kiosk.storage.export.packing import Outcome
from kiosk.storage.export.plan import Chosen, Task
from tests.faults.pulled import confirming, lost
from tests.storage.export.packages import bags, is_valid, pack_chosen

_DRIVERS = ("fs/fat/fat", "fs/fat/vfat", "fs/nls/nls_cp437", "fs/nls/nls_ascii", "fs/nls/nls_iso8859-1",
            "fs/nls/nls_utf8", "drivers/md/dm-mod")  # fmt: skip
_DRIVE = "/dev/ubda"
_STICK = "/dev/mapper/stick"
_POWER_OFF = 0x4321FEDC
_MOST_STICKS = 40
_HARMLESS = re.compile(
    r"\Afsck\.fat |boot sector and its backup|mostly harmless|\A\d+:[0-9a-f]+/|automatically (fixing|removing)"
    r"|dirty bit|\ALeaving filesystem|\A/dev/|\AReclaimed \d+ unused|\AFree cluster summary wrong|\AAuto-correcting",
    re.IGNORECASE,
)


class Pull(Struct, frozen=True):
    """A stick pulled at the n-th look of the packer; `flush`: mounted as desktops mount sticks."""

    look: int
    flush: bool = False
    confirms: bool = True


class Filling(Struct, frozen=True):
    """A package onto as many sticks of a size as it takes."""

    kilobytes: int


class Order(Struct, frozen=True, kw_only=True):
    """What to do: go on with what is on the drive; pull, fill; at last one package under which the machine dies."""

    task: Task
    chosen: list[Chosen]
    pulls: list[Pull]
    fillings: list[Filling]
    goes_on: bool = False
    die: Pull | None = None
    waits: bool = True


class Found(Struct):
    """What came of it. `said`: what was said where something went wrong."""

    bad: dict[str, int]
    facts: dict[str, int]
    said: str = ""


class _Stick:
    """The drive of this machine as a stick of any size that can be taken away and put back."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._sectors = 0
        place.mkdir(parents=True, exist_ok=True)

    def make(self, kilobytes: int | None = None) -> None:
        """A new, empty one."""
        whole = int(Path("/sys/class/block/ubda/size").read_text(encoding="ascii"))
        self._sectors = 2 * kilobytes if kilobytes is not None else whole
        _do("dmsetup", "create", "stick", "--noudevsync", "--table", self._there())
        _do("dmsetup", "mknodes")
        _do("mkfs.vfat", *(["-F", "32", "-s", "1"] if kilobytes is None else []), _STICK)

    def find(self) -> None:
        """The one that is on the drive from before."""
        self._sectors = int(Path("/sys/class/block/ubda/size").read_text(encoding="ascii"))
        _do("dmsetup", "create", "stick", "--noudevsync", "--table", self._there())
        _do("dmsetup", "mknodes")

    def mount(self, *, flush: bool = False) -> None:
        _do("mount", "-t", "vfat", "-o", "utf8,flush" if flush else "utf8", _STICK, str(self.place))

    def take_away(self) -> None:
        """From now on every call to it fails."""
        self._become(f"0 {self._sectors} error")

    def put_back(self) -> None:
        _do("umount", str(self.place))
        self._become(self._there())

    def end(self) -> None:
        _do("umount", str(self.place))
        _do("dmsetup", "remove", "--noudevsync", "stick")

    def give_up(self) -> None:
        """Take it off, in whatever state it is."""
        subprocess.run(["umount", str(self.place)], capture_output=True, check=False)
        subprocess.run(["dmsetup", "remove", "--force", "--noudevsync", "stick"], capture_output=True, check=False)

    def check(self) -> str:
        """What the file system's own check says of it, unmounted; empty if all is as after any pull.

        A pulled stick may be marked as such and have clusters that belong to nothing: harmless.
        """
        done = subprocess.run(["fsck.vfat", "-n", _DRIVE], capture_output=True, text=True, check=False)
        said = [line.strip() for line in done.stdout.splitlines()]
        found = [line for line in said if line and not _HARMLESS.search(line)] if done.returncode else []
        return "\n".join(found[:20])

    def _there(self) -> str:
        return f"0 {self._sectors} linear {_DRIVE} 0"

    def _become(self, table: str) -> None:
        _do("dmsetup", "suspend", "--noflush", "--nolockfs", "--noudevsync", "stick")
        _do("dmsetup", "load", "stick", "--table", table)
        _do("dmsetup", "resume", "--noudevsync", "stick")


class _Look:
    """Counts the looks of the packer, and does something at the n-th."""

    def __init__(self, order: Order, stick: _Stick, pull: Pull) -> None:
        self._order = order
        self._stick = stick
        self._left = pull.look
        self.done = False

    def __call__(self) -> None:
        self._left -= 1
        if self._left:
            return
        self.done = True
        if self._order.die is None:
            self._stick.take_away()
            return
        sys.stdout.write("pull now\n")
        sys.stdout.flush()
        if self._order.waits:
            _wait_for_ever()


def _wait_for_ever() -> None:
    threading.Event().wait()


class _Inside:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._task = order.task
        self._stick = _Stick(order.task.target)
        self.bad: Counter[str] = Counter(
            crashed=0,
            not_resumed=0,
            invalid=0,
            file_system=0,
            lost_what_was_noted=0,
            twice=0,
            missing=0,
            control_lost_nothing=0,
        )
        self.facts: Counter[str] = Counter()
        self.said: list[str] = []

    def all(self) -> None:
        if self._order.goes_on:
            self._stick.find()
            self._stick.mount()
            self.facts["killed"] += 1
            self._whole(self._look_and_go_on, False)
        for pull in self._order.pulls:
            self._whole(self._pull, pull)
        for filling in self._order.fillings:
            self._whole(self._fill, filling)
        if self._order.die is not None:
            self._stick.make()
            self._stick.mount(flush=self._order.die.flush)
            pack_chosen(self._task, self._order.chosen, _Look(self._order, self._stick, self._order.die), [])
            # The place was beyond the end of the package: killed all the same.
            sys.stdout.write("pull now\n")
            sys.stdout.flush()
            _wait_for_ever()

    def _whole(self, work: Callable[[Any], None], what: object) -> None:
        """Do one thing; what goes wrong with it is noted and harms no other."""
        try:
            work(what)
        except (Exception, SystemExit):  # noqa: BLE001 - told outside, where somebody can read it
            self.said.append(f"{what}\n{traceback.format_exc()}")
            self.bad["crashed"] += 1
            self._stick.give_up()
            shutil.rmtree(self._task.work, ignore_errors=True)

    def _pull(self, pull: Pull) -> None:
        self._stick.make()
        self._stick.mount(flush=pull.flush)
        look = _Look(self._order, self._stick, pull)
        with confirming(pull.confirms):
            outcome = pack_chosen(self._task, self._order.chosen, look, [])
        self.facts["pulled"] += look.done
        wanted = (Outcome("interrupted", "drive_gone"),) if look.done and pull.confirms else (
            Outcome("done"), Outcome("interrupted", "drive_gone"))  # fmt: skip
        if outcome not in wanted:
            self.bad["crashed"] += 1
            self.said.append(f"look {pull.look}: {outcome}")
        self._stick.put_back()
        self._stick.mount()
        self._look_and_go_on(not pull.confirms)

    def _look_and_go_on(self, is_control: bool) -> None:
        gone = lost(self._task, self._task.target)
        if is_control:
            self.facts["controls"] += 1
            self.facts["lost by controls"] += gone
            self.bad["control_lost_nothing"] += not gone
        else:
            self.bad["lost_what_was_noted"] += gone
            self.facts["runs kept over the pull"] += Ledger(self._task.work).count - gone
        outcome = pack_chosen(self._task, self._order.chosen, lambda: None, [])
        self.bad["not_resumed"] += outcome.state != "done"
        self._judge(self._packed())
        shutil.rmtree(self._task.work)

    def _fill(self, filling: Filling) -> None:
        found: list[str] = []
        outcome = Outcome("full")
        for _ in range(_MOST_STICKS):
            self._stick.make(filling.kilobytes)
            self._stick.mount()
            outcome = pack_chosen(self._task, self._order.chosen, lambda: None, [])
            self.bad["invalid"] += len(list((self._task.target / SHELF).glob(f"*{bag.PARTIAL}")))
            found += self._packed()
            self.facts["small sticks"] += 1
            if outcome.state != "full":
                break
            self.facts["filled up"] += 1
        self.bad["not_resumed"] += outcome.state != "done"
        self._judge(found)
        shutil.rmtree(self._task.work)

    def _packed(self) -> list[str]:
        """The runs in the bags on the stick, which are judged, and the stick taken off."""
        found = []
        for made in bags(self._task.target):
            self.facts["bags"] += 1
            sums = subprocess.run(["sha256sum", "-c", "--quiet", bag.MANIFEST], cwd=made, check=False)
            self.bad["invalid"] += sums.returncode != 0 or not is_valid(made)
            found += [path.parent.name for path in made.rglob("journal.jsonl")]
        self._stick.end()
        faults = self._stick.check()
        self.bad["file_system"] += bool(faults)
        if faults:
            self.said.append(faults)
        return found

    def _judge(self, found: list[str]) -> None:
        self.bad["twice"] += len(found) - len(set(found))
        self.bad["missing"] += len(self._order.chosen) - len(set(found))


def _do(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr or done.stdout}")


def _prepare() -> None:
    for kind, place in (("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")):
        subprocess.run(["mount", "-t", kind, "none", place], capture_output=True, check=False)
    release = Path("/proc/sys/kernel/osrelease").read_text(encoding="ascii").strip()
    for driver in _DRIVERS:
        _do("insmod", f"/usr/lib/uml/modules/{release}/kernel/{driver}.ko")


def main(place: Path) -> None:
    """Do the order of a file, answer beside it."""
    _prepare()
    inside = _Inside(msgspec.json.decode(place.read_bytes(), type=Order, dec_hook=lambda _, text: Path(text)))
    inside.all()
    answer = Found(bad=dict(inside.bad), facts=dict(inside.facts), said="\n".join(inside.said))
    place.with_suffix(".answer").write_bytes(msgspec.json.encode(answer))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        ctypes.CDLL(None).reboot(_POWER_OFF)
