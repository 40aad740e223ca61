"""S3, S4, S9, S10, S11, S14 and S15 as far as storage goes: archives of a school's ten years."""

import asyncio
import os
import random
import shutil
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import psutil

from kiosk.hub import Hub
from kiosk.records import GALLERY_TOPIC, MediaType, Status, run_topic
from kiosk.storage import small_pictures
from kiosk.storage.answers import GalleryItem, GalleryQuery, RunQuery
from kiosk.storage.favorites import Key
from kiosk.storage.index.writing import Writer
from kiosk.storage.library import Library
from tests.bench import served, started, window
from tests.bench.corpus import make
from tests.bench.table import Row, against, at_most, under
from tests.storage.kit import idea, open_library, start, until, whole_run
from tests.storage.test_thumbnails import noise

_DROP_CACHES = Path("/proc/sys/vm/drop_caches")
_STARS = 1_000


class Archives:
    """The archives that the rows ask, of three sizes; made where they are missing and kept for the next time."""

    def __init__(self, folder: Path, runs: int, *, cold: bool = False) -> None:
        self.sizes = sorted({max(1, runs // 100), max(1, runs // 10), runs})
        self._folder = folder
        self._cold = cold

    def data(self, size: int) -> Path:
        """The data folder of an archive, made if need be."""
        data = self._folder / f"{size}"
        if not (data / "made").exists():
            make(data / "exports", size)
            (data / "made").touch()
        return data

    def beside(self, name: str) -> Path:
        """A folder for another archive of the largest size, kept with these."""
        folder = self._folder / f"{name}-{self.sizes[-1]}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def rebuilt(self) -> list[Row]:
        """S11. `cold` also with the system's file cache dropped, which needs root and slows the whole machine."""
        size = self.sizes[-1]
        return asyncio.run(_rebuild(self.data(size), size, cold=self._cold))

    def listed(self) -> list[Row]:
        """S3."""
        return asyncio.run(_lists({size: self._indexed(size) for size in self.sizes}))

    def starred(self) -> list[Row]:
        """S4."""
        return asyncio.run(_stars(self._indexed(self.sizes[-2])))

    def started(self) -> list[Row]:
        """S10 and S15 as far as storage goes."""
        return asyncio.run(_start(self._indexed(self.sizes[-1]), self.sizes[-1]))

    def served(self) -> list[Row]:
        """S5, S6 and S15 of the whole program."""
        return served.rows(self._indexed(self.sizes[-1]), self.sizes[-1])

    def opened(self, empty: Path) -> list[Row]:
        """S10 of the whole program; the window only where there is a virtual screen to open it on."""
        size = self.sizes[-1]
        found = started.rows(empty, self._indexed(size), size)
        if shutil.which("Xvfb") is not None and shutil.which("openbox") is not None:
            found += window.rows(self._indexed(size), size)
        return found

    def _indexed(self, size: int) -> Path:
        data = self.data(size)
        if not (data / "state").exists():
            asyncio.run(_index(data))
        return data


def events(folder: Path) -> list[Row]:
    """S9, the server's half."""
    return asyncio.run(_events(folder / "events"))


def small_pictures_of(folder: Path) -> list[Row]:
    """S14 as far as the pictures go."""
    return _thumbnails(folder / "thumbnails")


async def _index(data: Path) -> None:
    opened = open_library(data)
    await opened.start()
    await opened.settled()
    await opened.close()


async def _rebuild(data: Path, size: int, *, cold: bool) -> list[Row]:
    found = []
    for is_cold in (True, False) if cold else (False,):
        how = "cold" if is_cold else "warm"
        _forget_cache(is_cold)
        floor = _read_all(data / "exports")
        shutil.rmtree(data / "state", ignore_errors=True)
        _forget_cache(is_cold)
        opened = open_library(data)
        began = time.perf_counter()
        await opened._keeper._compare_all()
        await opened._index.write(Writer.finish)
        lists = time.perf_counter() - began
        opened._keeper._quiet = False
        await opened._keeper._add_texts()
        opened._keeper._gather.close()
        texts = time.perf_counter() - began - lists
        await opened.close()
        name = f"scandir + read of the same files, {how}"
        found.append(
            against("S11", f"lists, gallery, counts of {size:,} folders made anew, {how}", lists, name, floor, 2.5)
        )
        found.append(Row(row="S11", work=f"full text behind, {how}", seconds=texts, floor=name, floor_s=floor))
    return found


def _forget_cache(is_cold: bool) -> None:
    if is_cold:
        os.sync()
        _DROP_CACHES.write_text("3")


def _read_all(exports: Path) -> float:
    began = time.perf_counter()
    for day in os.scandir(exports / "json"):
        for device in os.scandir(day.path):
            for run in os.scandir(device.path):
                Path(run.path, "journal.jsonl").read_bytes()
    return time.perf_counter() - began


async def _lists(places: Mapping[int, Path]) -> list[Row]:
    sizes = sorted(places)
    found = []
    plain: dict[int, float] = {}
    for size in sizes:
        opened = open_library(places[size])
        queries = {
            "20 runs": RunQuery(),
            "20 runs of a lens": RunQuery(config="dada"),
            "20 runs far down, by cursor": RunQuery(cursor=await _cursor_in_the_middle(opened)),
            "20 runs by three filters": RunQuery(config="dada", device_id="kiosk-3", status=Status.COMPLETED),
            "20 runs by two words": RunQuery(q="bär tanz"),
            "20 runs by a word and two filters": RunQuery(q="straße", config="haiku", device_id="kiosk-1"),
        }
        for work, query in queries.items():
            limit = 0.025 if "filters" in work or "word" in work else 0.005
            seconds = await _median(partial(opened.runs, query))
            found.append(under("S3", f"{work} of {size:,}", seconds, limit))
            if work == "20 runs":
                plain[size] = seconds
        for work, ask in {
            "48 media": GalleryQuery(),
            "48 media of a lens and device": GalleryQuery(lens="dada", device_id="kiosk-3"),
            "48 media by a word": GalleryQuery(q="bär"),
        }.items():
            seconds = await _median(partial(opened.gallery, ask))
            found.append(under("S3", f"{work} of {size:,}", seconds, 0.025 if "word" in work else 0.005))
        await opened.close()
    found.append(
        at_most("S3", f"cost at {sizes[-1]:,} / cost at {sizes[0]:,}", plain[sizes[-1]] / plain[sizes[0]], 1.5, "x")
    )
    return found


async def _cursor_in_the_middle(opened: Library) -> str | None:
    total = (await opened.runs(RunQuery(limit=1))).total
    return (await opened.runs(RunQuery(limit=1, offset=total // 2))).next


async def _median(ask: Callable[[], Awaitable[object]], rounds: int = 30) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


async def _stars(data: Path) -> list[Row]:
    opened = open_library(data, durability="relaxed")
    items: list[GalleryItem] = []
    cursor = None
    while len(items) < _STARS:
        page = await opened.gallery(GalleryQuery(limit=200, cursor=cursor))
        items += page.items
        cursor = page.next
        if cursor is None:
            break
    there = {view.run_id for view in (await opened.favorites.seen_by("bench")).favorites}
    for item in random.Random(1).sample(items, min(_STARS, len(items))):
        if item.run_id not in there and len(there) < _STARS:
            opened._favorites.add("bench", _key(item.run_id))
            there.add(item.run_id)
    await opened.close()
    opened = open_library(data)
    began = time.perf_counter()
    cold = await opened.favorites.seen_by("bench")
    seconds = time.perf_counter() - began
    warm = await _median(lambda: opened.favorites.seen_by("bench"))
    await opened.close()
    work = f"{cold.total} favourites with their media"
    return [under("S4", f"{work}, cold", seconds, 0.010), Row(row="S4", work=f"{work}, warm", seconds=warm)]


def _key(run_id: str) -> Key:
    return Key(run_id, MediaType.IMAGE, 1)


async def _start(data: Path, size: int) -> list[Row]:
    began = time.perf_counter()
    opened = open_library(data)
    await opened.start()
    await opened.runs(RunQuery())
    seconds = time.perf_counter() - began
    await opened.settled()
    reconciled = time.perf_counter() - began
    await opened.gallery(GalleryQuery(q="bär"))
    memory = psutil.Process().memory_info().rss / 1e6
    await opened.close()
    return [
        under("S10", f"open, recover, first page with {size:,} runs indexed (storage part)", seconds, 1.0),
        Row(row="S10", work="compared with all folders, in the background", seconds=reconciled),
        at_most("S15", f"memory after all this at {size:,} runs (storage part)", memory, 200, "MB"),
    ]


async def _events(data: Path) -> list[Row]:
    source = open_library(data / "elsewhere")
    await source.start()
    foreign = [(await whole_run(source, device_id="kiosk-9")).folder for _ in range(20)]
    await source.close()
    hub = Hub()
    opened = open_library(data / "here", hub)
    await opened.start()
    await whole_run(opened)
    await until(lambda: _watching(opened))
    recorder = await opened.begin(start())
    kept = []
    with hub.subscribe(run_topic(recorder.run_id)) as reader:
        for _ in range(200):
            await recorder.record(idea())
            returned = time.perf_counter()
            await reader.next(5)
            kept.append(time.perf_counter() - returned)
    copied = []
    with hub.subscribe(GALLERY_TOPIC) as reader:
        for folder in foreign:
            target = opened.exports.joinpath("json", *folder.parts[-3:])
            await asyncio.to_thread(shutil.copytree, folder, target)
            began = time.perf_counter()
            await reader.next(20)
            copied.append(time.perf_counter() - began)
    await recorder.close()
    await opened.close()
    return [
        under("S9", "item kept -> event at a reader in this process, p95", _p95(kept), 0.010),
        under("S9", "foreign run copied into a hot folder -> gallery event, p95", _p95(copied), 0.150),
    ]


async def _watching(opened: Library) -> bool:
    return (await opened.health()).watching == "watching"


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _thumbnails(folder: Path) -> list[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    sizes, times = [], []
    for number in range(5):
        source, small = folder / f"{number}.png", folder / f"{number}.webp"
        source.write_bytes(noise(1024, 1024))
        began = time.perf_counter()
        small.write_bytes(small_pictures.encoded(source))
        times.append(time.perf_counter() - began)
        sizes.append(small.stat().st_size)
    return [
        at_most("S14", "thumbnail of the hardest picture (noise, 1024 px)", max(sizes) / 1000, 40, "KB"),
        Row(row="S14", work="made in", seconds=statistics.median(times)),
    ]
