"""Power cuts: FS_IOC_SHUTDOWN on a small ext4 on a loop device, mounted again, compared with what was acknowledged.

Needs root and loop devices. A control without fsync must lose what was acknowledged; else the cut is none.
"""

import asyncio
import fcntl
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.storage import recovery
from kiosk.storage.run_files import read_run
from tests.faults import Finding
from tests.faults.kill import _faults_of, _folders
from tests.storage.kit import end, idea, open_library, picture, picture_item, rewritten, start

_SHUTDOWN = 0x8004587D
_NO_FLUSH = b"\x02\x00\x00\x00"
_PICTURE = picture("red", (300, 200))


def run(count: int, seed: int, folder: Path) -> Finding:
    """Cut the power `count` times, and a third as often without fsync as the control."""
    dice = random.Random(seed)
    bad: Counter[str] = Counter(lost=0, unreadable=0, reused=0, unmarked=0, half_files=0, control_lost_nothing=0)
    facts: Counter[str] = Counter()
    for number in range(count + count // 3):
        is_control = number >= count
        found = _cut(folder / f"disk{number}", dice.uniform(0.05, 0.25), "relaxed" if is_control else "full", facts)
        if is_control:
            facts["controls"] += 1
            bad["control_lost_nothing"] += not (found["lost"] or found["unreadable"])
            facts["lost by controls"] += found["lost"]
        else:
            bad.update(found)
    return Finding("3.10", "power cut (ext4)", count, dict(bad), dict(facts))


@contextmanager
def disk(place: Path) -> Iterator[Path]:
    """A mount point and an image beside it; unmounted and removed at the end."""
    place.mkdir(parents=True)
    image = place.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    mount(image, place)
    try:
        yield image
    finally:
        unmount(place)
        image.unlink()


def mount(image: Path, place: Path) -> None:
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)


def unmount(place: Path) -> None:
    subprocess.run(["umount", str(place)], check=True)


def _cut(place: Path, after_s: float, durability: str, facts: Counter[str]) -> Counter[str]:
    with disk(place) as image:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(_record(place, durability, writer))
            finally:
                os._exit(1)
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            told.readline()
            time.sleep(after_s)
            # Stopped first: an fsync in flight may claim success while the disk is going away.
            os.kill(child, signal.SIGSTOP)
            time.sleep(0.02)
            handle = os.open(place, os.O_RDONLY)
            fcntl.ioctl(handle, _SHUTDOWN, _NO_FLUSH)
            os.close(handle)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            lines = told.read().decode().splitlines()
        unmount(place)
        mount(image, place)
        return _look(place, lines, facts)


def _look(place: Path, lines: list[str], facts: Counter[str]) -> Counter[str]:
    acknowledged: dict[str, dict[int, str]] = {}
    for line in lines:
        parts = line.split()
        if len(parts) == 3:
            acknowledged.setdefault(parts[0], {})[int(parts[1])] = parts[2]
            facts["acknowledged"] += 1
    found: Counter[str] = Counter()
    for folder in _folders(place):
        recovery.recover_folder(folder, place / "exports", recovery.this_host(), durable=True)
    for folder in _folders(place):
        facts["runs"] += 1
        found.update(_faults_of(read_run(folder), acknowledged.pop(folder.name, {})))
    found["lost"] += sum(len(rest) for rest in acknowledged.values())
    return found


async def _record(place: Path, durability: str, writer: int) -> None:
    from tests.faults.kill import _fingerprint

    opened = open_library(place, state=place.with_suffix(".state"), durability=durability)
    os.write(writer, b"ready\n")
    while True:
        recorder = await opened.begin(start())
        for one in (idea(), rewritten("Wort " * 50), picture_item(), idea("noch eine"), end()):
            kept = await recorder.record(one, _PICTURE if one.media_type == "image" else None)
            said = _fingerprint(recorder.folder, kept.content, kept.file_path)
            os.write(writer, f"{recorder.run_id} {kept.sequence_number} {said}\n".encode())
        await recorder.close()
