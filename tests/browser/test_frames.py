"""Words, steps and works are laid out where they arrive, and nowhere else. How long it takes: tests/bench."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.bench import frames
from tests.browser.program import Program

pytestmark = pytest.mark.browser

WRITTEN = "words => document.querySelector('#wording').value.split(' ').length > words"
ONCE = 6
"""Layouts of the whole page that a beginning or a change of stage may take."""


def _layouts(browser: Browser, page: Page, into: Path) -> list[dict[str, Any]]:
    """What was laid out while a text is written, pictures are on their way and works arrive."""
    works = page.evaluate("fetch('/api/gallery?limit=24').then((answer) => answer.json())")["items"]
    browser.start_tracing(page=page, path=into, categories=["devtools.timeline"])
    page.evaluate("works => window.bench.go(works)", works)
    page.wait_for_function(WRITTEN, arg=120)
    browser.stop_tracing()
    events = json.loads(into.read_bytes())["traceEvents"]
    return [event["args"]["beginData"] for event in events if event["name"] == "Layout" and "args" in event]


def test_what_arrives_does_not_lay_out_the_page_anew(
    browser: Browser, page: Page, program: Program, tmp_path: Path
) -> None:
    program.make("ein wal")
    frames.follow(page)
    layouts = _layouts(browser, page, tmp_path / "trace.json")
    whole = [layout for layout in layouts if not layout["partialLayout"]]
    assert len(layouts) - len(whole) > 4 * ONCE
    assert len(whole) <= ONCE, whole
