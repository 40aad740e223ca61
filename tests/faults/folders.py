"""R8: run folders edited, copied in, renamed, deleted, filled with nonsense while the program runs."""

import asyncio
import random
import shutil
from collections import Counter
from pathlib import Path

from kiosk.ids import new_run
from kiosk.records import local_now
from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.library import Library
from kiosk.storage.older import read_any
from tests.faults import Finding
from tests.storage.kit import library, whole_run

NONSENSE = [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"sequence_number":1}\n', b"{" * 5000, bytes(4096)]


def run(count: int, seed: int, folder: Path) -> Finding:
    """Make `count` changes behind the program's back, then compare what it says with what is there."""
    bad: Counter[str] = Counter(wrong_list=0, wrong_gallery=0, harmed=0)
    facts: Counter[str] = Counter()
    asyncio.run(_change(folder, count, random.Random(seed), bad, facts))
    return Finding("R8", "folders changed by others", count, dict(bad), dict(facts))


async def _change(folder: Path, count: int, dice: random.Random, bad: Counter[str], facts: Counter[str]) -> None:
    async with library(folder) as opened:
        for _ in range(20):
            await whole_run(opened)
        untouched = await whole_run(opened, device_id="untouched")
        before = (await opened.metadata(untouched.run_id), len(list(untouched.folder.rglob("*"))))
        for _ in range(count):
            await asyncio.to_thread(_one, opened.exports / "json", dice, facts)
        await asyncio.to_thread(lambda: None)
        await opened.reconcile()
        await _compare(opened, bad)
        after = (await opened.metadata(untouched.run_id), len(list(untouched.folder.rglob("*"))))
        bad["harmed"] += after != before


def _one(root: Path, dice: random.Random, facts: Counter[str]) -> None:
    folders = sorted(path for path in root.glob("*/kiosk-1/*") if path.is_dir())
    if not folders:
        return
    chosen = dice.choice(folders)
    kind = dice.choice(["copied", "renamed", "deleted", "journal", "metadata", "picture", "text"])
    if kind in ("deleted", "renamed") and len(folders) < 15:
        kind = "copied"
    facts[kind] += 1
    match kind:
        case "copied":
            shutil.copytree(chosen, chosen.with_name(new_run(local_now()).run_id))
        case "renamed":
            chosen.rename(chosen.with_name(new_run(local_now()).run_id))
        case "deleted":
            shutil.rmtree(chosen)
        case "journal":
            (chosen / "journal.jsonl").write_bytes(dice.choice(NONSENSE))
        case "metadata":
            (chosen / "metadata.json").write_bytes(dice.choice(NONSENSE))
        case "picture":
            shutil.rmtree(chosen / "final", ignore_errors=True)
        case _:
            (chosen / "prompting_process").mkdir(exist_ok=True)
            (chosen / "prompting_process" / "001_input.txt").write_bytes(dice.choice(NONSENSE))


async def _compare(opened: Library, bad: Counter[str]) -> None:
    """What the list and the gallery say must be what the folders say."""
    records = [record for path in (opened.exports / "json").glob("*/*/*") if (record := read_any(path)) is not None]
    expected = {record.metadata.run_id: bool(record.damage) for record in records}
    listed: dict[str, bool] = {}
    cursor = None
    while True:
        page = await opened.runs(RunQuery(limit=100, cursor=cursor))
        listed |= {row.run_id: row.damaged for row in page.executions}
        cursor = page.next
        if cursor is None:
            break
    bad["wrong_list"] += len(set(expected.items()) ^ set(listed.items()))
    shown = set()
    cursor = None
    while True:
        gallery = await opened.gallery(GalleryQuery(limit=200, cursor=cursor))
        shown |= {item.run_id for item in gallery.items}
        cursor = gallery.next
        if cursor is None:
            break
    with_media = {
        record.metadata.run_id
        for record in records
        if any(medium.shown and medium.item.file is not None for medium in record.folded.media())
    }
    bad["wrong_gallery"] += len(shown ^ with_media)
