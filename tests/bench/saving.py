"""S1 and S2: what saving costs on the program's event loop, against the same bytes confirmed by system calls alone.

Nothing is removed between the rounds: a file system that has just freed many files is slow to make new ones.
"""

import asyncio
import os
import statistics
import time
from pathlib import Path

import uvloop

from kiosk.records import ItemType, RunItem
from tests.bench.table import Row, against, at_most, under
from tests.storage.kit import end, idea, item, library, picture_item, rewritten, start, verdict

TEXTS = 1_000
ROUNDS = 5
_TEXT = "Wort " * 204
_LINE = 1_460
"""Bytes that the journal gets for a text of 1 KB."""

_PICTURE_BYTES = 1_500_000


def thousand_texts(folder: Path) -> list[Row]:
    """S1; each figure is the median of several rounds, floor and work taking turns."""
    floors, kept, whole, relaxed, growth, two, together = [], [], [], [], [], [], []
    for number in range(ROUNDS):
        floors.append(_append_floor(folder / f"floor-{number}"))
        acknowledged, closed, shape = uvloop.run(_texts(folder / f"s1-{number}", "full"))
        kept.append(acknowledged)
        whole.append(closed)
        growth.append(shape)
        together.append(uvloop.run(_texts_together(folder / f"s1t-{number}", 8)))
        two.append(uvloop.run(_texts_together(folder / f"s1u-{number}", 2)))
        relaxed.append(uvloop.run(_texts(folder / f"s1r-{number}", "relaxed"))[1])
    floor = statistics.median(floors)
    name = "append + fsync of the same bytes"
    return [
        against("S1", f"{TEXTS} texts of 1 KB, each awaited", statistics.median(kept), name, floor, 1.3),
        against("S1", "the same, two in flight", statistics.median(two), name, floor, 1.3),
        against("S1", "the same, eight in flight", statistics.median(together), name, floor, 1.3),
        against("S1", "the same with all projections", statistics.median(whole), name, floor, 1.6),
        at_most("S1", "last 100 / first 100", statistics.median(growth), 1.2, "x"),
        under("S1", "relaxed, all projections", statistics.median(relaxed), 0.3),
    ]


def _text() -> RunItem:
    return item(ItemType.INTERCEPTION_ITERATION, _TEXT, stage=2, stage_iteration=1)


def _append_floor(path: Path) -> float:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    began = time.perf_counter()
    for _ in range(TEXTS):
        os.write(descriptor, b"x" * _LINE)
        os.fdatasync(descriptor)
    seconds = time.perf_counter() - began
    os.close(descriptor)
    return seconds


async def _texts(folder: Path, durability: str) -> tuple[float, float, float]:
    async with library(folder, durability=durability) as opened:
        recorder = await opened.begin(start())
        times = []
        texts = [_text() for _ in range(TEXTS)]
        began = time.perf_counter()
        for text in texts:
            one = time.perf_counter()
            await recorder.record(text)
            times.append(time.perf_counter() - one)
        acknowledged = time.perf_counter() - began
        await recorder.record(end())
        await recorder.close()
        closed = time.perf_counter() - began
    return acknowledged, closed, statistics.median(times[-100:]) / statistics.median(times[:100])


async def _texts_together(folder: Path, count: int) -> float:
    async with library(folder) as opened:
        recorder = await opened.begin(start())
        gate = asyncio.Semaphore(count)

        async def one(text: RunItem) -> None:
            async with gate:
                await recorder.record(text)

        texts = [_text() for _ in range(TEXTS)]
        began = time.perf_counter()
        await asyncio.gather(*map(one, texts))
        seconds = time.perf_counter() - began
        await recorder.record(end())
        await recorder.close()
    return seconds


def realistic(folder: Path) -> list[Row]:
    """S2, likewise."""
    data = b"\x89PNG\r\n\x1a\n" + os.urandom(_PICTURE_BYTES)
    floors, kept, whole = [], [], []
    for number in range(4 * ROUNDS):
        floors.append(_realistic_floor(folder / f"s2f-{number}", data))
        acknowledged, closed = uvloop.run(_realistic_run(folder / f"s2-{number}", data))
        kept.append(acknowledged)
        whole.append(closed)
    floor, items, all_of_it = statistics.median(floors), statistics.median(kept), statistics.median(whole)
    name = "same bytes, one fsync a text, file + folder fsync for the picture"
    return [
        against("S2", "a run's items: 7 texts, a picture of 1.5 MB, the end", items, name, floor, 1.5),
        against("S2", "the same with folder, projections, history, index", all_of_it, name, floor, 1.5),
    ]


def _realistic_floor(folder: Path, data: bytes) -> float:
    """The bytes of start, seven texts, the picture's line and the end, each confirmed, and the picture."""
    (folder / "final").mkdir(parents=True)
    began = time.perf_counter()
    descriptor = os.open(folder / "journal", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    for number in range(10):
        if number == 8:
            picture = os.open(folder / "final" / "picture", os.O_CREAT | os.O_WRONLY, 0o600)
            os.write(picture, data)
            os.fdatasync(picture)
            os.close(picture)
            place = os.open(folder / "final", os.O_RDONLY)
            os.fsync(place)
            os.close(place)
        os.write(descriptor, b"x" * 900)
        os.fdatasync(descriptor)
    seconds = time.perf_counter() - began
    os.close(descriptor)
    return seconds


async def _realistic_run(folder: Path, data: bytes) -> tuple[float, float]:
    text = "Wort " * 60
    texts = [
        idea(text),
        item(ItemType.CONTEXT_PROMPT, text),
        verdict(),
        rewritten(text),
        item(ItemType.TRANSLATION_EN, text, stage=3),
        item(ItemType.PROMPT_OPTIMIZATION, text, stage=3),
        item(ItemType.STAGE3_SAFETY_CHECK, text, stage=3),
    ]
    async with library(folder) as opened:
        before = await opened.begin(start())
        await before.record(end())
        await before.close()
        began = time.perf_counter()
        recorder = await opened.begin(start())
        has_begun = time.perf_counter()
        for one in texts:
            await recorder.record(one)
        await recorder.record(picture_item(), data)
        await recorder.record(end())
        acknowledged = time.perf_counter() - has_begun
        await recorder.close()
        return acknowledged, time.perf_counter() - began
