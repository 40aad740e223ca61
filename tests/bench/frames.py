"""What the page's main thread does in a frame while a lesson goes on: tokens, previews, pictures and works arriving.

The page gets its streams from a script in it, in the form of the real ones, so that what comes is the same each time;
Chromium's own trace tells what was done. CPU time of the thread counts, not the clock, for the machine may be busy.
"""

import base64
import io
import json
import tempfile
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.bench.table import Row, at_most, under
from tests.browser.program import Program
from tests.browser.scripted import RUN_ID, Script, put_on_the_table

SECONDS = 10
SETTLE_MS = 3_000
TOKENS_A_SECOND = 60
PREVIEWS_A_SECOND = 4
WORKS_A_SECOND = 3
PICTURES = 10
"""Of the run, finished one after the other, a second each."""

_CATEGORIES = "devtools.timeline,disabled-by-default-devtools.timeline,toplevel,v8,blink"
_WORK = {
    *("FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "EventDispatch", "RunMicrotasks"),
    *(
        "Layout",
        "UpdateLayoutTree",
        "ParseHTML",
        "XHRReadyStateChange",
        "IntersectionObserverController::computeIntersections",
    ),
}
_FRAME_US = 1_000_000 / 60

_STREAMS = Path(__file__).with_name("streams.js")


def rows(browser: Browser, program: Program) -> list[Row]:
    """The studio with a run on it, and the gallery, while all arrives."""
    return [row for room in ("studio", "gallery") for row in _room(browser, program, room)]


def _room(browser: Browser, program: Program, room: str) -> list[Row]:
    works = program.ask("/api/gallery?limit=24")["items"]
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="de")
    page = context.new_page()
    page.goto(program.enter_url("bench"))
    page.locator("#idea").wait_for()
    follow(page, works[0]["url"])
    if room == "gallery":
        page.evaluate("location.hash = '#/gallery'")
        page.locator("button[data-index]").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        browser.start_tracing(page=page, path=trace, categories=_CATEGORIES.split(","))
        page.evaluate("works => window.bench.go(works)", works)
        page.wait_for_timeout(SECONDS * 1000)
        browser.stop_tracing()
        events = json.loads(trace.read_bytes())["traceEvents"]
    sent = page.evaluate("window.bench.sent")
    context.close()
    return _figures(room, events, sent)


def follow(page: Page, picture: str) -> None:
    """Puts the run on the table of a page that stands; `bench.go(works)` in it lets everything arrive.

    `picture` is the address of a work of the program's own: what the finished pictures show.
    """
    page.add_init_script(f"window.bench = {json.dumps(_settings())}")
    page.add_init_script(path=_STREAMS)
    origin = page.evaluate("location.origin")
    page.route(f"**/api/media/image/{RUN_ID}/*", lambda route: route.continue_(url=origin + picture))
    put_on_the_table(page)
    page.wait_for_function("() => window.bench.making && window.bench.gallery")


def _settings() -> dict[str, object]:
    script = Script(["sketchbook_image"] * PICTURES)
    # The idea has passed, so that its text comes.
    script.item("stage1_safety_check", media_type="metadata", metadata={"allowed": True}, execution_time=0.1)
    begin = "".join(script.frames)
    for loop in range(1, PICTURES + 1):
        script.item(
            "output_image",
            stage=4,
            media_type="image",
            loop_iteration=loop,
            config_used="sketchbook_image",
            backend_used="sketchbook",
            model_used="sketchbook",
            metadata={"width": 1024, "height": 1024, "mime_type": "image/png", "seed": loop},
        )
    return {
        "run": RUN_ID,
        "begin": begin,
        "previews": [_preview(10 + 10 * number) for number in range(4)],
        "finished": script.frames[-PICTURES:],
        "tokens": TOKENS_A_SECOND,
        "previews_a_second": PREVIEWS_A_SECOND,
        "finished_a_second": PICTURES / SECONDS,
        "works": WORKS_A_SECOND,
    }


def _preview(roughness: int) -> str:
    """A picture on its way as a box sends it: a JPEG of 512 x 512 as a data URI."""
    picture = Image.merge("RGB", [Image.effect_noise((512, 512), roughness).rotate(90 * band) for band in range(3)])
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=40)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _figures(room: str, events: list[dict[str, Any]], sent: int) -> list[Row]:
    main = _main_thread(events)
    mine = [event for event in events if event.get("ph") == "X" and (event["pid"], event["tid"]) == main]
    tasks = [_cpu_us(event) for event in mine if event["name"] in ("RunTask", "ThreadControllerImpl::RunTask")]
    work = _per_frame(event for event in mine if event["name"] in _WORK)
    ordered = sorted(work)
    p99 = ordered[int(len(ordered) * 0.99)] if ordered else 0.0
    what = f"{room} while {sent / SECONDS:.0f} events a second arrive"
    return [
        under("P1", f"{what}: longest task of the main thread (CPU)", max(tasks, default=0) / 1e6, 0.050),
        under("P1", f"{what}: script and layout in a frame, p99 (CPU)", p99 / 1e6, 0.008),
        at_most("P1", f"{what}: frames over 8 ms", sum(1 for each in work if each > 8_000), 0, f"of {len(work)}"),
    ]


def _main_thread(events: list[dict[str, Any]]) -> tuple[int, int]:
    """The thread that does the page's layout."""
    counts: dict[tuple[int, int], int] = {}
    for event in events:
        if event["name"] == "UpdateLayoutTree":
            key = (event["pid"], event["tid"])
            counts[key] = counts.get(key, 0) + 1
    return max(counts, key=lambda key: counts[key])


def _cpu_us(event: dict[str, Any]) -> float:
    """CPU time (µs) of a piece of work; never more than it took by the clock, which a virtual machine may say."""
    took = float(event.get("dur", 0))
    return min(took, float(event.get("tdur", took)))


def _per_frame(events: Iterable[dict[str, Any]]) -> list[float]:
    """CPU time (µs) of outermost pieces of work, summed by sixtieths of a second."""
    ordered = sorted(events, key=lambda event: (event["ts"], -event.get("dur", 0)))
    if not ordered:
        return []
    begin, end = ordered[0]["ts"], ordered[-1]["ts"]
    edges = [begin + step * _FRAME_US for step in range(int((end - begin) / _FRAME_US) + 2)]
    sums = [0.0] * len(edges)
    inside_until = 0.0
    for event in ordered:
        if event["ts"] < inside_until:
            continue
        inside_until = event["ts"] + event.get("dur", 0)
        sums[bisect_right(edges, event["ts"]) - 1] += _cpu_us(event)
    return sums
