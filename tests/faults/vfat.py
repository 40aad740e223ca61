"""R6 on a real vfat: a stick pulled while a package is written, put back, gone on with; and small sticks filled up.

The stick is an image with the file system that sticks have, mounted by the vfat driver of a user-mode Linux. It is
pulled in two ways: the device goes away under the program (every call answers EIO from then on), or the whole machine
is killed, at a known place or just after it. A control that confirms nothing must lose what it notes as written.
"""

import asyncio
import random
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

from tests.faults import Finding
from tests.faults.machine import booted, pull, why_not
from tests.faults.pulled import LOOKS, house
from tests.faults.vfat_inside import Filling, Found, Order, Pull
from tests.storage.export.packages import files

_INSIDE = "tests.faults.vfat_inside"
_IMAGE_BYTES = 48 << 20
_KILL_EACH = 4


def run(count: int, seed: int, folder: Path) -> Finding:
    """Pull a stick `count` times: a quarter by killing the machine, the rest by taking the device away."""
    missing = why_not()
    if missing is not None:
        raise SystemExit(f"vfat: {missing}")
    dice = random.Random(seed)
    (folder / "house").mkdir()
    task, chosen, before = asyncio.run(house(folder / "house"))
    image = folder / "stick.img"
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    kills = count // _KILL_EACH
    looks = [4 + number * (LOOKS - 4) // (count - kills) for number in range(count - kills)]
    pulls = [Pull(look=look, flush=bool(number % 2)) for number, look in enumerate(looks)]
    pulls += [Pull(look=LOOKS - 12, confirms=False) for _ in range(max(1, count // 12))]
    sizes = [dice.randrange(1_300, 1_700) for _ in range(max(1, count // 10))]
    order = Order(task=task, chosen=chosen, pulls=pulls, fillings=[Filling(kilobytes=size) for size in sizes])
    found = [_whole_order(folder, image, order)]
    order = msgspec.structs.replace(order, pulls=[], fillings=[])
    found += [_killed(folder, image, order, dice, number) for number in range(kills)]
    bad: Counter[str] = Counter(source_changed=files(folder / "house" / "data" / "exports") != before)
    facts: Counter[str] = Counter()
    for one in found:
        bad.update(one.bad)
        facts.update(one.facts)
        if one.said:
            sys.stderr.write(f"{one.said}\n")
    return Finding("R6", "stick pulled (vfat)", count, dict(bad), dict(facts))


def _whole_order(folder: Path, image: Path, order: Order) -> Found:
    """Let the machine do all of an order."""
    place = _order(folder, order)
    with booted(image, _INSIDE, place) as machine:
        said, _ = machine.communicate()
    return _answer(place, said)


def _killed(folder: Path, image: Path, order: Order, dice: random.Random, number: int) -> Found:
    """Kill the machine while it writes a package, at a known place or a moment later; go on with the next."""
    shutil.rmtree(order.task.work, ignore_errors=True)
    look = dice.randrange(4, LOOKS)
    # Every other time the program waits to be killed; else it goes on writing until it is.
    waits = number % 2 == 0
    place = _order(folder, msgspec.structs.replace(order, die=Pull(look=look, flush=waits), waits=waits))
    said = []
    with booted(image, _INSIDE, place) as machine:
        for line in machine.stdout or ():
            said.append(line)
            if line.startswith("pull now"):
                if not waits:
                    time.sleep(dice.uniform(0.0, 0.03))
                break
        pull(machine)
    if not said or not said[-1].startswith("pull now"):
        return Found(bad={"crashed": 1}, facts={"said": 0}, said="".join(said))
    return _whole_order(folder, image, msgspec.structs.replace(order, goes_on=True))


def _order(folder: Path, order: Order) -> Path:
    place = folder / "order.json"
    place.write_bytes(msgspec.json.encode(order, enc_hook=str))
    place.with_suffix(".answer").unlink(missing_ok=True)
    return place


def _answer(place: Path, said: str) -> Found:
    answer = place.with_suffix(".answer")
    if not answer.is_file():
        raise RuntimeError(f"the machine did not answer: {said[-3000:]}")
    return msgspec.json.decode(answer.read_bytes(), type=Found)
