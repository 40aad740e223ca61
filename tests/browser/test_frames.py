"""Words, steps and works are laid out where they arrive, and nowhere else. How long it takes: tests/bench."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.bench import frames
from tests.browser.program import Program

pytestmark = pytest.mark.browser

ALL_HUNG = "count => document.querySelectorAll('.works figure button img').length === count"
PLACES = "() => [...document.querySelectorAll('.works li')].map((place) => place.offsetTop)"
ONCE = 4
"""Layouts of the whole page that a change of stage may take, and the way to compare that comes with two pictures."""


def _named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["name"] == name and event["ph"] == "X"]


def _layouts(browser: Browser, page: Page, into: Path) -> list[dict[str, Any]]:
    """What was laid out while a text is written, pictures are on their way and finished, and works arrive."""
    works = page.evaluate("fetch('/api/gallery?limit=24').then((answer) => answer.json())")["items"]
    browser.start_tracing(page=page, path=into, categories=["devtools.timeline"])
    page.evaluate("works => window.bench.go(works)", works)
    page.wait_for_function(ALL_HUNG, arg=frames.PICTURES)
    browser.stop_tracing()
    events = json.loads(into.read_bytes())["traceEvents"]
    return [layout["args"]["beginData"] for layout in _named(events, "Layout")]


def test_what_arrives_does_not_lay_out_the_page_anew_and_moves_no_picture(
    browser: Browser, page: Page, program: Program, tmp_path: Path
) -> None:
    (made,) = program.make("ein wal")["media_outputs"]
    frames.follow(page, made["url"])
    page.evaluate("window.bench.finished_a_second = 4")
    places = page.evaluate(PLACES)
    layouts = _layouts(browser, page, tmp_path / "trace.json")
    whole = [layout for layout in layouts if not layout["partialLayout"]]
    assert len(layouts) - len(whole) > 2 * frames.PICTURES
    assert len(whole) <= ONCE, whole
    assert page.evaluate(PLACES) == places


def test_the_page_is_not_laid_out_while_it_is_still_being_made(browser: Browser, page: Page, tmp_path: Path) -> None:
    browser.start_tracing(page=page, path=tmp_path / "trace.json", categories=["devtools.timeline"])
    page.reload()
    page.locator("#idea").wait_for()
    browser.stop_tracing()
    events = json.loads((tmp_path / "trace.json").read_bytes())["traceEvents"]

    def inside(layout: dict[str, Any], name: str) -> bool:
        return any(
            work["tid"] == layout["tid"] and work["ts"] <= layout["ts"] < work["ts"] + work["dur"]
            for work in _named(events, name)
        )

    layouts = _named(events, "Layout")
    asked = [
        layout for layout in layouts if inside(layout, "FunctionCall") and not inside(layout, "FireAnimationFrame")
    ]
    assert layouts
    assert asked == []
