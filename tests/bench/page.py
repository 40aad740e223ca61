"""What a person waits for in the browser: S14 and the first paint. The built page, the real program, Chromium.

The archive has a picture for every run (some files under many names), so that every thumbnail is one. The floor is
the same thumbnails on an empty page. Frames are measured in frames.py, arrivals in arrivals.py.
"""

import gzip
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, Response, sync_playwright

import hatch_build
from tests.bench import arrivals, frames
from tests.bench.corpus import make
from tests.bench.table import Row, against, at_most, under
from tests.browser.program import Program, running

ROUNDS = 5
PLACES = 25
_ORIGINALS = 8
_MOST_NAMES = 50_000
"""A file may have 65,000 names on ext4."""

PAINTED = """async (least) => {
  const began = performance.now()
  location.hash = '#/gallery'
  const inSight = () => [...document.querySelectorAll('button[data-index] img')].filter((image) => {
    const box = image.getBoundingClientRect()
    return box.bottom > 0 && box.top < innerHeight
  })
  for (;;) {
    await new Promise(requestAnimationFrame)
    const images = inSight()
    if (images.length >= least && images.every((image) => image.complete && image.naturalWidth > 0)) break
    if (performance.now() - began > 20000) throw new Error(`only ${images.length} pictures came`)
  }
  await new Promise(requestAnimationFrame)
  return [performance.now() - began, inSight().map((image) => image.src)]
}"""

FLOOR = """async (addresses) => {
  document.body.replaceChildren()
  const began = performance.now()
  const images = addresses.map((address) => Object.assign(new Image(180, 180), { src: `${address}?floor` }))
  document.body.append(...images)
  await Promise.all(images.map((image) => image.decode()))
  await new Promise(requestAnimationFrame)
  return performance.now() - began
}"""

# What is laid out: the work table stays in the document while another room is open, but has no boxes.
NODES = "() => [...document.querySelectorAll('body *')].filter((node) => !node.closest('[hidden]')).length"

LOADED = "performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)"

JUMP = """(share) => {
  const list = document.querySelector('[role=grid]')
  list.scrollTop = share * (list.scrollHeight - list.clientHeight)
}"""

STRIP_IS_THERE = """() => {
  // Those beyond the edge are fetched when somebody comes near.
  const near = (image) => image.getBoundingClientRect().left < innerWidth
  const images = [...document.querySelectorAll('aside img')].filter(near)
  return images.length > 0 && images.every((image) => image.complete)
}"""

# The script of the room is fetched when the studio has nothing else to do.
GALLERY_IS_NEAR = "() => performance.getEntriesByType('resource').some((entry) => entry.name.includes('GalleryRoom'))"

SHIFTS = """() => {
  window.shifts = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
}"""


def rows(data: Path, runs: int) -> list[Row]:
    """S14, and P1: what the page weighs, how soon it paints, what it does in a frame.

    `data` holds the archive with pictures; it is made where it is missing.
    """
    hatch_build.build()
    if not (data / "hung").exists():
        hang(data, runs)
    with _chromium() as browser, running(data) as program:
        settled(program, runs)
        return [*_first_paint(browser, program), *_gallery(browser, program, runs), *frames.rows(browser, program)]


def arriving(folder: Path) -> list[Row]:
    """S9 at the browser."""
    hatch_build.build()
    with _chromium() as browser:
        return arrivals.rows(browser, folder)


@contextmanager
def _chromium() -> Iterator[Browser]:
    where = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if where is None:
        raise SystemExit("the page is measured in Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield browser
        browser.close()


def hang(data: Path, runs: int) -> None:
    """An archive in which every run has its picture."""
    exports = data / "exports"
    if not exports.exists():
        make(exports, runs)
    shutil.rmtree(data / "state", ignore_errors=True)
    originals = max(_ORIGINALS, -(-runs // _MOST_NAMES))
    for number in range(originals):
        noise = [Image.effect_noise((1024, 1024), 40 + 10 * number).rotate(90 * band) for band in range(3)]
        Image.merge("RGB", noise).save(data / f"{number}.png")
    for number, folder in enumerate(sorted((exports / "json").glob("*/*/*"))):
        (folder / "final").mkdir(exist_ok=True)
        picture = folder / "final" / "01_output_image.png"
        if not picture.exists():
            os.link(data / f"{number % originals}.png", picture)
    (data / "hung").touch()


def settled(program: Program, runs: int) -> None:
    """Waits until all runs are in the index and nothing is read any more."""
    until = time.monotonic() + 1_200
    while time.monotonic() < until:
        (index,) = (part["facts"] for part in program.ask("/api/health")["parts"] if part["name"] == "index")
        if index["runs"] >= runs and index["state"] == "ready" and index["text_pending"] == 0:
            return
        time.sleep(0.5)
    raise SystemExit("the index was not ready in 20 minutes")


def _opened(browser: Browser, program: Program, watch: Callable[[Response], None] | None = None) -> Page:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="de")
    page = context.new_page()
    if watch is not None:
        page.on("response", watch)
    page.goto(program.enter_url("bench"))
    page.locator("#idea").wait_for()
    return page


def _first_paint(browser: Browser, program: Program) -> list[Row]:
    """The studio in a fresh browser each time, and what it weighs."""
    times, shifts, weight = [], [], 0
    for _ in range(ROUNDS):
        page = _opened(browser, program)
        page.evaluate(SHIFTS)
        page.wait_for_function(STRIP_IS_THERE)
        times.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
        shifts.append(page.evaluate("window.shifts"))
        names = [name for name in page.evaluate(LOADED) if name.endswith(".js")]
        weight = sum(len(gzip.compress((hatch_build.DIST / name.lstrip("/")).read_bytes(), 9)) for name in names)
        page.context.close()
    return [
        under("P1", "first paint of the studio, 1920x1080, median", statistics.median(times), 0.300),
        at_most("P1", "script of the studio, gzip", weight / 1000, 150, "KB"),
        at_most("P1", "layout shift while the studio opens, worst", max(shifts), 0.01, "shift"),
    ]


def _gallery(browser: Browser, program: Program, runs: int) -> list[Row]:
    """The gallery, entered from a studio that stands; and right after the page was opened, in a fresh browser."""
    sizes: list[int] = []

    def weigh(response: Response) -> None:
        if "/api/media/thumb/" in response.url and response.status == 200:
            sizes.append(int(response.headers["content-length"]))

    first, painted, early, floors = 0.0, [], [], []
    for number in range(2 * ROUNDS + 1):
        page = _opened(browser, program)
        at_once = number % 2 == 0
        if not at_once:
            page.wait_for_function(STRIP_IS_THERE)
            page.wait_for_function(GALLERY_IS_NEAR)
        ms, addresses = page.evaluate(PAINTED, min(30, runs))
        # The first time thumbnails are made that nobody has asked for yet.
        if number == 0:
            first = ms / 1000
        elif at_once:
            early.append(ms / 1000)
        else:
            painted.append(ms / 1000)
            floors.append(page.evaluate(FLOOR, addresses) / 1000)
        page.context.close()
    page = _opened(browser, program, weigh)
    page.evaluate(SHIFTS)
    page.evaluate(PAINTED, min(30, runs))
    nodes = [_nodes_at(page, place / (PLACES - 1)) for place in range(PLACES)]
    shift = page.evaluate("window.shifts")
    page.context.close()
    median = statistics.median(painted)
    name = "the same thumbnails on an empty page"
    return [
        under("S14", f"gallery of {runs:,}: touch to first page painted, median", median, 0.300),
        against("S14", "the same against its floor, which decides", median, name, statistics.median(floors), 1.5),
        Row(row="S14", work="the same right after the page was opened, median", seconds=statistics.median(early)),
        Row(row="S14", work="the same where no thumbnail was made before", seconds=first),
        at_most("S14", f"DOM nodes laid out at {PLACES} places of the list, most", max(nodes), 400, "nodes"),
        at_most("S14", "largest thumbnail on the way", max(sizes) / 1000, 40, "KB"),
        at_most("S14", "layout shift while scrolling through all, without a hand", shift, 0.01, "shift"),
    ]


def _nodes_at(page: Page, share: float) -> int:
    """Jump to a place of the list, wait until its works are there, count."""
    page.evaluate(JUMP, share)
    page.wait_for_function(
        """() => {
          const images = [...document.querySelectorAll('button[data-index] img')]
          const cells = document.querySelectorAll('[role=gridcell]')
          return cells.length > 0 && images.length === cells.length && images.every((image) => image.complete)
        }""",
        timeout=60_000,
    )
    nodes: Any = page.evaluate(NODES)
    return int(nodes)
