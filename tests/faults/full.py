"""R2: a disk that is full at a random byte (a small tmpfs), then has space again. Needs the right to mount."""

import asyncio
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.records import Status
from kiosk.storage.answers import RunQuery
from kiosk.storage.errors import StorageError
from kiosk.storage.library import Library
from kiosk.storage.run_files import read_run
from tests.faults import Finding
from tests.storage.kit import end, idea, library, picture, picture_item, rewritten, start

_PICTURE = picture("red", (1200, 900), "BMP")
_SIZE_KB = 4_000


def run(count: int, seed: int, folder: Path) -> Finding:
    """Fill the disk `count` times while runs are recorded."""
    dice = random.Random(seed)
    bad: Counter[str] = Counter(crashed=0, unclear=0, half_files=0, unreadable=0, next_run_failed=0)
    facts: Counter[str] = Counter()
    for _ in range(count):
        with small_disk(folder / "disk", _SIZE_KB):
            asyncio.run(_fill(folder, dice.randrange(1, _SIZE_KB * 1000), bad, facts))
    return Finding("R2", "disk full", count, dict(bad), dict(facts))


@contextmanager
def small_disk(place: Path, size_kb: int) -> Iterator[None]:
    """A tmpfs of a size; raises `subprocess.CalledProcessError` without the right to mount."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


async def _fill(folder: Path, taken: int, bad: Counter[str], facts: Counter[str]) -> None:
    data = folder / "disk"
    ballast = data / "ballast"
    # The state folder lies elsewhere, as it may: the drive with the runs is what is full.
    async with library(data, state=folder / "state") as opened:
        ballast.write_bytes(b"")
        with ballast.open("wb") as file:
            _fill_up(file.fileno(), taken)
        for _ in range(3):
            await _record(opened, bad, facts)
        ballast.unlink()
        recorder = await opened.begin(start())
        for one in (idea(), picture_item(), end()):
            kept = await recorder.record(one, picture() if one.media_type == "image" else None)
            bad["next_run_failed"] += "not_saved" in kept.metadata
        await recorder.close()
        total = (await opened.runs(RunQuery())).total
    for path in (data / "exports" / "json").glob("*/*/*/journal.jsonl"):
        record = read_run(path.parent)
        bad["unreadable"] += bool(record.damage)
        bad["half_files"] += len(list(path.parent.rglob("*.part")))
        for entity in record.metadata.entities:
            there = path.parent / entity.filename
            bad["half_files"] += there.exists() and there.stat().st_size != entity.size_bytes
    facts["runs kept"] += total


def _fill_up(descriptor: int, size: int) -> None:
    import os

    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError:
        return


async def _record(opened: Library, bad: Counter[str], facts: Counter[str]) -> None:
    try:
        recorder = await opened.begin(start())
    except StorageError as refused:
        facts["beginnings refused"] += 1
        bad["unclear"] += refused.reason != "disk full" or not refused.full
        return
    try:
        for one in (idea("x" * 3000), rewritten("y" * 3000), picture_item(), picture_item(2), end()):
            kept = await recorder.record(one, _PICTURE if one.media_type == "image" else None)
            if "not_saved" in kept.metadata:
                facts["items refused"] += 1
                bad["unclear"] += kept.metadata["not_saved"] != "disk full"
    finally:
        await recorder.close()
    bad["crashed"] += recorder.metadata.status is not Status.COMPLETED
