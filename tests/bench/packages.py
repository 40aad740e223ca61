"""S13: packages on a drive against copying by nothing but system calls; and what a large one takes of memory.

The floor is what a safe copy costs at least: copy, two fsyncs a file, one of its folder, then all of it read back
past the page cache and hashed. The memory row makes a package in a process that may have 1 GiB of address space.
"""

import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import msgspec

from kiosk import durable as disk
from kiosk.records import Consent, FileFacts, RunItem, timestamp
from kiosk.storage.export import stick
from kiosk.storage.export.plan import Chosen, Task
from kiosk.storage.journal import FIRST, chained
from kiosk.storage.projection import fold
from kiosk.storage.run_files import PROMPTING
from kiosk.storage.run_folder import metadata_json, start_item
from tests.bench.corpus import FIRST_DAY, HOST
from tests.bench.table import Row, against, at_most
from tests.storage.export.packages import pack_chosen
from tests.storage.kit import end, idea, picture_item, rewritten, start, verdict

LIMIT = 1 << 30
"""Bytes of address space that a package may take, whatever its size."""

_ROUNDS = 3


def rows(folder: Path, runs: int) -> list[Row]:
    """S13 with so many runs of 2 MB each, and the memory row: three times as many, twice the bytes."""
    return [*_speed(folder, runs, 2 * runs), _memory(folder, 3 * runs, 4 * runs)]


def _speed(folder: Path, runs: int, megabytes: int) -> list[Row]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = Path(place) / "data"
        found = make(data / "exports", runs, megabytes)
        floors, works, copies = [], [], []
        for number in range(_ROUNDS):
            floors.append(_floor(data / "exports" / "json", Path(place) / f"floor{number}"))
            shutil.rmtree(Path(place) / f"floor{number}")
            whole, copying = _package(data, Path(place) / f"stick{number}", found, f"export-{number}")
            works.append(whole)
            copies.append(copying)
            shutil.rmtree(Path(place) / f"stick{number}")
    name = "copy, two fsyncs a file, folder fsync, cache dropped, sha256"
    pairs = sorted(zip(copies, works, floors, strict=True), key=lambda pair: pair[0] / pair[2])
    copying, whole, floor = pairs[len(pairs) // 2]
    work = f"{runs} runs, {megabytes} MB onto a drive"
    speed = {"MB/s": round(megabytes / copying, 1), "floor MB/s": round(megabytes / floor, 1)}
    first = msgspec.structs.replace(against("S13", work, copying, name, floor, 1 / 0.8), facts=speed)
    second = Row(row="S13", work="the same with tables, crate and pages", seconds=whole, floor=name, floor_s=floor)
    return [first, second]


def _package(data: Path, drive: Path, found: list[str], name: str) -> tuple[float, float]:
    """Seconds for a whole package, and without what describes it."""
    drive.mkdir()
    told: list[float] = []
    began = time.perf_counter()
    from kiosk.storage.export.meter import Told

    class Marks(list[Told]):
        def append(self, entry: Told) -> None:
            if entry.progress.phase == "describing" and not told:
                told.append(time.perf_counter() - began)

    outcome = pack_chosen(task(data, drive, name), [Chosen(folder) for folder in found], lambda: None, Marks())
    if outcome.state != "done":
        raise RuntimeError(f"the package was not made: {outcome}")
    return time.perf_counter() - began, told[0]


def task(data: Path, drive: Path, name: str) -> Task:
    from kiosk.storage.export import Profile

    return Task(
        id=name,
        exports=data / "exports",
        state=data / "state",
        work=data / "state" / "exports" / name,
        target=drive,
        file_system="ext4",
        profile=Profile.FULL,
        own_archive=False,
        prompts=False,
        organization="",
        licence="",
        language="en",
        app_version="0.1",
        group="atelier-kiosk-00000000",
        created=timestamp(),
    )


def _floor(source: Path, target: Path) -> float:
    began = time.perf_counter()
    written = []
    for folder, _, names in os.walk(source):
        here = target / os.path.relpath(folder, source)
        here.mkdir(parents=True, exist_ok=True)
        for name in sorted(names):
            descriptor = os.open(here / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with (Path(folder) / name).open("rb", buffering=0) as file:
                while block := file.read(1 << 20):
                    disk.write_all(descriptor, block)
            os.fsync(descriptor)
            os.fsync(descriptor)
            os.close(descriptor)
            disk.sync_folder(here)
            written.append(here / name)
    for path in written:
        stick.read_back(path)
    return time.perf_counter() - began


def _memory(folder: Path, runs: int, megabytes: int) -> Row:
    """A package in a process of its own, whose address space is limited."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = Path(place) / "data"
        found = make(data / "exports", runs, megabytes)
        (Path(place) / "chosen.json").write_bytes(msgspec.json.encode(found))
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.packages", place], check=False, capture_output=True, text=True
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    facts = msgspec.json.decode(done.stdout, type=dict[str, float])
    row = at_most("S13", f"{runs} runs, {megabytes} MB within 1 GiB", facts["peak_mib"], 1024, "MiB")
    return msgspec.structs.replace(row, facts={**row.facts, "address space MiB": LIMIT >> 20})


def main(place: Path) -> None:
    """The limited process: makes the package, prints what it took."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    found = msgspec.json.decode((place / "chosen.json").read_bytes(), type=list[str])
    _package(place / "data", place / "stick", found, "export-large")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(msgspec.json.encode({"peak_mib": round(peak, 1)}).decode())


def make(exports: Path, count: int, megabytes: int) -> list[str]:
    """Runs with consent for research, each with texts and one picture; returns their folders."""
    dice = random.Random(1)
    size = megabytes * 1_000_000 // count
    return [_make_run(exports, number, size, dice) for number in range(count)]


def _make_run(exports: Path, number: int, size: int, dice: random.Random) -> str:
    from io import BytesIO

    from PIL import Image

    began = FIRST_DAY + timedelta(minutes=10 * number)
    facts = start(started=began, device_id=f"kiosk-{number % 15}", consent=Consent(research=True))
    folder = exports / "json" / f"{began:%Y-%m-%d}" / facts.device_id / facts.run_id
    (folder / PROMPTING).mkdir(parents=True)
    (folder / "final").mkdir()
    # As many pixels as make the file that large, uncompressed; smooth, as pictures are.
    edge = max(8, int((size / 3) ** 0.5))
    buffer = BytesIO()
    few = Image.frombytes("RGB", (6, 6), dice.randbytes(3 * 6 * 6))
    few.resize((edge, edge), Image.Resampling.BICUBIC).save(buffer, "PNG", compress_level=0)
    items = [start_item(facts, {"host": HOST, "app_version": "0.1", "pid": 1})]
    texts = [idea(f"Idee {number}"), verdict(), rewritten(f"Tanz {number}. " * 20)]
    names = ["001_input.txt", "002_safety.json", "003_interception.txt"]
    for one, name in zip(texts, names, strict=True):
        items.append(_with_file(folder, one, f"{PROMPTING}/{name}", (one.content or "").encode(), "text/plain"))
    items.append(_with_file(folder, picture_item(), "final/01_output_image.png", buffer.getvalue(), "image/png"))
    items.append(end())
    h, lines, numbered = FIRST, [], []
    for place, one in enumerate(items, start=1):
        item = msgspec.structs.replace(one, sequence_number=place, timestamp=timestamp(began))
        line, h = chained(h, msgspec.json.encode(item))
        lines.append(line)
        numbered.append(item)
    (folder / "journal.jsonl").write_bytes(b"".join(lines))
    (folder / "metadata.json").write_bytes(metadata_json(fold(numbered).metadata(h), {}))
    return folder.relative_to(exports).as_posix()


def _with_file(folder: Path, item: RunItem, name: str, data: bytes, kind: str) -> RunItem:
    (folder / name).write_bytes(data)
    return msgspec.structs.replace(
        item, file_path=name, file=FileFacts(kind, len(data), hashlib.sha256(data).hexdigest())
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
