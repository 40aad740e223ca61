"""R1: `kill -9` at a random moment of a run being recorded, also while recovering, then start.

One driving process without threads forks a recorder per kill; the recorder tells every acknowledged item
through a pipe, so that what was acknowledged is known whatever happens to it.
"""

import asyncio
import hashlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from kiosk.records import ItemType, Status
from kiosk.storage import recovery
from kiosk.storage.answers import RunQuery
from kiosk.storage.run_files import RunRecord, read_run
from tests.faults import Finding
from tests.storage.kit import end, idea, library, open_library, picture, picture_item, rewritten, start, verdict

LONGEST_S = 0.12
_PICTURE = picture("red", (400, 300))


def run(count: int, seed: int, folder: Path) -> Finding:
    """Kill `count` recorders (and every third recovery as well) in a fresh folder, then look at everything."""
    dice = random.Random(seed)
    acknowledged: dict[str, dict[int, str]] = {}
    recoveries_killed = 0
    for number in range(count):
        _kill_recorder(folder, dice.uniform(0.01, LONGEST_S), acknowledged)
        if number % 3 == 0:
            recoveries_killed += _kill_recovery(folder, dice.uniform(0.0, 0.02))
    listed = asyncio.run(_start(folder))
    bad: Counter[str] = Counter(unreadable=0, lost=0, reused=0, unmarked=0, unlisted=0, half_files=0)
    items = 0
    for run_folder in _folders(folder):
        try:
            record = read_run(run_folder)
        except OSError:
            bad["unreadable"] += 1
            continue
        items += len(record.items)
        bad.update(_faults_of(record, acknowledged.pop(run_folder.name, {})))
        bad["unlisted"] += run_folder.name not in listed
    bad["lost"] += sum(len(rest) for rest in acknowledged.values())
    facts = {"recoveries killed": recoveries_killed, "runs": len(listed), "items kept": items}
    return Finding("R1", "kill -9 while recording", count, dict(bad), facts)


def _faults_of(record: RunRecord, acknowledged: dict[int, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    found["unreadable"] += bool(record.damage) or not record.items
    numbers = [item.sequence_number for item in record.items]
    names = [item.file_path for item in record.items if item.file_path]
    found["reused"] += len(numbers) - len(set(numbers)) + len(names) - len(set(names))
    found["unmarked"] += record.metadata.status not in (Status.COMPLETED, Status.INTERRUPTED)
    found["half_files"] += len(list(record.folder.rglob("*.part")))
    kept = {item.sequence_number: _fingerprint(record.folder, item.content, item.file_path) for item in record.items}
    found["lost"] += sum(kept.get(number) != said for number, said in acknowledged.items())
    return found


def _fingerprint(folder: Path, content: str | None, file_path: str | None) -> str:
    if file_path is not None and content is None:
        try:
            return hashlib.sha256((folder / file_path).read_bytes()).hexdigest()
        except OSError:
            return "gone"
    return hashlib.sha256((content or "").encode()).hexdigest()


def _kill_recorder(folder: Path, after_s: float, acknowledged: dict[str, dict[int, str]]) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _forever(folder, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        told.readline()
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for line in told.read().splitlines():
            parts = line.decode().split()
            if len(parts) == 3:
                acknowledged.setdefault(parts[0], {})[int(parts[1])] = parts[2]


def _forever(folder: Path, writer: int) -> None:
    try:
        asyncio.run(_record_until_killed(folder, writer))
    finally:
        os._exit(1)


async def _record_until_killed(folder: Path, writer: int) -> None:
    opened = open_library(folder)
    os.write(writer, b"ready\n")
    while True:
        recorder = await opened.begin(start())
        for number in range(6):
            for one in (idea(f"Idee {number}"), verdict(), rewritten("Wort " * 100), picture_item(number + 1)):
                data = _PICTURE if one.item_type is ItemType.OUTPUT_IMAGE else None
                kept = await recorder.record(one, data)
                said = _fingerprint(recorder.folder, kept.content, kept.file_path)
                os.write(writer, f"{recorder.run_id} {kept.sequence_number} {said}\n".encode())
        await recorder.record(end())
        await recorder.close()


def _kill_recovery(folder: Path, after_s: float) -> int:
    child = os.fork()
    if child == 0:
        try:
            for run_folder in _folders(folder):
                recovery.recover_folder(run_folder, folder / "exports", recovery.this_host(), durable=True)
        finally:
            os._exit(0)
    time.sleep(after_s)
    ended, _ = os.waitpid(child, os.WNOHANG)
    if ended:
        return 0
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1


async def _start(folder: Path) -> set[str]:
    async with library(folder) as opened:
        listed: set[str] = set()
        cursor = None
        while True:
            page = await opened.runs(RunQuery(limit=100, cursor=cursor))
            listed.update(row.run_id for row in page.executions)
            cursor = page.next
            if cursor is None:
                return listed


def _folders(folder: Path) -> list[Path]:
    return sorted(path.parent for path in (folder / "exports" / "json").glob("*/*/*/journal.jsonl"))
