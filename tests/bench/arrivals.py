"""S9 with a real browser at its end: from an item that is kept, or a foreign run copied in, to its event in the page.

Server and measurement share one process and one clock with the browser: `Date.now()` of this machine.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Page

import hatch_build
from kiosk.hub import Event
from kiosk.records import run_topic
from kiosk.storage.library import Library
from tests.bench.table import Row, against, under
from tests.server.house import House, running
from tests.storage.kit import idea, open_library, start, whole_run

ITEMS = 200
FOREIGN = 20

T = TypeVar("T")

LISTEN = """([path, headers]) => {
  window.heard = []
  fetch(path, { headers }).then(async (response) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    window.listening = true
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      const now = performance.timeOrigin + performance.now()
      for (const match of value.matchAll(/^event: (item|added|bench)$/gm)) window.heard.push(now)
    }
  })
}"""


def rows(browser: Browser, folder: Path) -> list[Row]:
    """Items of a run, then foreign runs."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        data = Path(fresh) / "here"
        # Playwright's loop runs in this thread.
        with ThreadPoolExecutor(1) as aside:
            foreign = aside.submit(asyncio.run, _elsewhere(Path(fresh) / "elsewhere")).result()
        with running(data, ui_dir=hatch_build.DIST) as house:
            context = browser.new_context()
            name, value = house.cookie().split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": house.url}])
            page = context.new_page()
            page.goto(f"{house.url}/livez")
            kept, bare = _items(page, house)
            copied = _foreign(page, house, foreign)
            context.close()
    floor = "the same event told without keeping it"
    return [
        under("S9", "item kept -> event in the browser, p95", _p95(kept), 0.010),
        against(
            "S9", "the same against its floor, median", statistics.median(kept), floor, statistics.median(bare), 1.5
        ),
        under("S9", "foreign run copied into a hot folder -> event in the browser, p95", _p95(copied), 0.150),
    ]


async def _elsewhere(data: Path) -> list[Path]:
    source = open_library(data)
    await source.start()
    folders = [(await whole_run(source, device_id="kiosk-9")).folder for _ in range(FOREIGN)]
    await source.close()
    return folders


def _on(house: House, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, house.loop[0]).result(30)


def _listen(page: Page, path: str) -> None:
    page.evaluate("window.listening = false")
    page.evaluate(LISTEN, [path, {"Accept": "text/event-stream"}])
    page.wait_for_function("() => window.listening")


def _items(page: Page, house: House) -> tuple[list[float], list[float]]:
    """Seconds from the return of `record`, and from a bare event, to the page."""
    library: Library = house.services.library
    recorder = _on(house, library.begin(start(device_id="tablet-a")))
    _listen(page, f"/api/pipeline/{recorder.run_id}/stream")
    page.wait_for_function("() => true")
    before = page.evaluate("window.heard.length")

    async def keep() -> list[float]:
        moments = []
        for _ in range(ITEMS):
            await recorder.record(idea())
            moments.append(time.time())
            await asyncio.sleep(0.02)
        return moments

    async def tell() -> list[float]:
        moments = []
        for _ in range(ITEMS):
            house.services.hub.publish(run_topic(recorder.run_id), Event("bench", b'{"kind":"token","text":"Wal "}'))
            moments.append(time.time())
            await asyncio.sleep(0.02)
        return moments

    kept = _since(page, before, _on(house, keep()))
    bare = _since(page, before + ITEMS, _on(house, tell()))
    _on(house, recorder.close())
    return kept, bare


def _foreign(page: Page, house: House, folders: list[Path]) -> list[float]:
    library: Library = house.services.library
    # The day's and the device's folder are there and watched, as in the middle of a lesson.
    _on(house, whole_run(library, device_id="kiosk-9"))
    _watched(house)
    _listen(page, "/api/gallery/stream")
    times = []
    for number, folder in enumerate(folders):
        target = library.exports.joinpath("json", *folder.parts[-3:])
        shutil.copytree(folder, target)
        times += _since(page, number, [time.time()])
    return times


def _watched(house: House) -> None:
    until = time.monotonic() + 30
    while _on(house, house.services.library.health()).watching != "watching":
        if time.monotonic() > until:
            raise SystemExit("the folders were not watched in 30 s")
        time.sleep(0.05)


def _since(page: Page, before: int, moments: list[float]) -> list[float]:
    """Seconds from each moment (epoch) to the event that belongs to it; never less than none."""
    page.wait_for_function("count => window.heard.length >= count", arg=before + len(moments), timeout=30_000)
    heard = page.evaluate("window.heard")[before : before + len(moments)]
    return [max(0.0, arrived / 1000 - moment) for moment, arrived in zip(moments, heard, strict=True)]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
