"""R7: the index file deleted, cut, with flipped bytes, of another version: made anew, same answers."""

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.index import schema
from tests.faults import Finding
from tests.storage.kit import library, whole_run

QUERIES = [RunQuery(), RunQuery(q="straße"), RunQuery(config="bauhaus"), RunQuery(config="dada", device_id="kiosk-1")]


def run(count: int, seed: int, folder: Path) -> Finding:
    """Damage the index `count` times, each time in another way."""
    dice = random.Random(seed)
    asyncio.run(_fill(folder))
    expected = asyncio.run(_answers(folder))[0]
    bad: Counter[str] = Counter(other_answers=0)
    facts: Counter[str] = Counter()
    for number in range(count):
        kind = ("deleted", "cut", "flipped", "other version", "empty", "no database")[number % 6]
        _damage(folder / "state" / "index.db", kind, dice)
        answers, because = asyncio.run(_answers(folder))
        bad["other_answers"] += answers != expected
        facts[kind] += 1
        facts["made anew"] += because is not None
    return Finding("R7", "index damaged", count, dict(bad), dict(facts))


def _damage(path: Path, kind: str, dice: random.Random) -> None:
    content = bytearray(path.read_bytes())
    match kind:
        case "deleted":
            path.unlink()
        case "cut":
            path.write_bytes(content[: dice.randrange(1, len(content))])
        case "flipped":
            for _ in range(20):
                content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
            path.write_bytes(content)
        case "other version":
            connection = sqlite3.connect(path)
            connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
            connection.close()
        case "empty":
            path.write_bytes(b"")
        case _:
            path.write_bytes(b"this is no database " * 500)


async def _fill(folder: Path) -> None:
    async with library(folder) as opened:
        for number in range(30):
            await whole_run(opened, f"Idee {number} auf der Straße", schema=("dada", "bauhaus")[number % 2])


async def _answers(folder: Path) -> tuple[list[object], str | None]:
    async with library(folder) as opened:
        because = (await opened.health()).index.rebuilt_because
        pages = [await opened.runs(query) for query in QUERIES]
        return [*pages, await opened.gallery(GalleryQuery()), await opened.stats()], because
