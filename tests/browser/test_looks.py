"""Every screen, in both languages and lights, at every size: accessible, whole, calm. Leaves screenshots.

The pictures are for people: `test-results/screens/`.
"""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import table
from tests.browser.conftest import NewPage
from tests.browser.looks import (
    FINGER,
    IN_TURN,
    PROJECTOR,
    axe,
    in_every_light,
    is_wide_enough,
    save,
    speak,
    too_small,
    viewport,
    wordless,
)
from tests.browser.program import Program
from tests.browser.scripted import Script

pytestmark = pytest.mark.browser


Show = Callable[[Page, Program], None]


@functools.cache
def made(program: Program, idea: str, *outputs: str) -> dict[str, Any]:
    """A run that several tests look at."""
    return program.make(idea, output_configs=list(outputs))


def start(page: Page, program: Program) -> None:
    """The table before anything happened."""


def written(page: Page, program: Program) -> None:
    page.locator("#idea").fill(table.IDEA)
    page.locator("#rules").fill("Alles spielt unter Wasser.")


def watching(page: Page, program: Program) -> None:
    script = Script(["sketchbook_image", "sketchbook_image", "sketchbook_music"]).text()
    script.progress(kind="stage", step="media_generation", loop_iteration=1, config="sketchbook_image", seconds=0.0)
    script.progress(kind="step", value=7, total=20, loop_iteration=1)
    script.progress(kind="thinking", text="Ein Wal ist groß.")
    script.show(page)
    page.locator("progress").wait_for()


def finished(page: Page, program: Program) -> None:
    run = made(program, table.IDEA, "sketchbook_image", "sketchbook_image")
    page.goto(f"{program.url}/#/run/{run['run_id']}")
    page.locator("figure img").first.wait_for()
    page.locator(".compare").click()


def doing(page: Page, program: Program) -> None:
    """What can be done with a work lies open."""
    finished(page, program)
    page.locator("figcaption button[popovertarget]").first.click()
    page.locator("figcaption [popover]").first.wait_for()


def blocked(page: Page, program: Program) -> None:
    run = made(program, "Der Mann nimmt eine Pistole und will alle töten.", "sketchbook_image")
    page.goto(f"{program.url}/#/run/{run['run_id']}")
    page.locator(".note").wait_for()


def troubled(page: Page, program: Program) -> None:
    """One work failed, one was blocked, the disk is nearly full, a box is away."""
    page.route("**/api/health/signs", lambda route: route.fulfill(json={"signs": ["disk_low", "box_away"]}))
    script = Script(["sketchbook_image", "sketchbook_music"]).text()
    script.item("output_error", media_type="metadata", loop_iteration=1, content="not enough memory")
    blocked = {"allowed": False, "category": "age"}
    script.item("stage3_blocked", media_type="metadata", loop_iteration=2, metadata=blocked)
    script.item("pipeline_complete", media_type="metadata", metadata={"status": "completed"})
    script.show(page)
    page.locator(".making.failed").wait_for()
    page.locator(".health .told").wait_for()


def waiting(page: Page, program: Program) -> None:
    """A text waits for its turn."""
    script = Script([]).item("stage1_safety_check", media_type="metadata", metadata={"allowed": True})
    script.progress(kind="stage", step="interception", seconds=3.0).progress(kind="queue", place=3, estimate_s=41.5)
    script.show(page)
    page.locator(".figures").filter(has_text="42").wait_for()


def gallery(page: Page, program: Program) -> None:
    made(program, "Ein Leuchtturm im Sturm.", "sketchbook_image")
    page.goto(f"{program.url}/#/gallery")
    page.locator(".gallery img").first.wait_for()


def work(page: Page, program: Program) -> None:
    run = made(program, "Drei Fische trinken Tee.", "sketchbook_image")
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    page.locator("dialog dl").wait_for()


def missing(page: Page, program: Program) -> None:
    page.locator(".more").click()
    page.locator("[popover]:popover-open").wait_for()


STATES: list[Show] = [start, written, watching, finished, doing, blocked, troubled, waiting, gallery, work, missing]


def test_axe_finds_nothing_at_the_closed_door(program: Program, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of().new_page()
    page.goto(program.url)
    page.get_by_role("heading").wait_for()
    assert axe(page) == []
    save(page, "1280x800-light-door")


@pytest.mark.parametrize(
    ("state", "size", "language"),
    [
        *((state, *size) for state in STATES for size in IN_TURN),
        *((state, PROJECTOR, "en") for state in (written, finished)),
    ],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_every_screen_fits_and_axe_finds_nothing(
    open_page: NewPage, program: Program, state: Show, size: str, language: str
) -> None:
    page = open_page(viewport=viewport(size), reduced_motion="reduce")
    speak(page, language)
    state(page, program)
    assert is_wide_enough(page)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert too_small(page) == []
    assert wordless(page) == []
    for light in in_every_light(page):
        save(page, f"{state.__name__}-{size}-{light}")
    for light in in_every_light(page):
        assert axe(page) == [], light


def test_at_the_smallest_kiosk_the_start_is_in_sight(page: Page) -> None:
    box = page.get_by_role("button", name="Text verwandeln").bounding_box()
    strip = page.get_by_role("complementary", name="Neue Werke").bounding_box()
    assert box
    assert strip
    assert box["y"] + box["height"] <= strip["y"]


@pytest.mark.parametrize("language", ["DE Deutsch", "EN English"])
def test_what_is_told_in_the_head_leaves_the_rooms_on_one_line(page: Page, program: Program, language: str) -> None:
    page.get_by_role("button", name=language).click()
    troubled(page, program)
    header = page.locator("header").bounding_box()
    told = page.locator(".health").bounding_box()
    tools = page.locator("header .tools").bounding_box()
    assert header is not None
    assert told is not None
    assert tools is not None
    lines = page.locator("header nav a").evaluate_all(
        "links => links.map((link) => link.getBoundingClientRect().height)"
    )
    assert set(lines) == {FINGER}
    assert told["x"] + told["width"] <= tools["x"]
    assert told["height"] <= header["height"]


@pytest.mark.parametrize("language", ["DE Deutsch", "EN English"])
@pytest.mark.parametrize("size", [(640, 400), (400, 640)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_letters_twice_as_large_leave_every_tool_of_the_head_in_reach(
    open_page: NewPage, size: tuple[int, int], language: str
) -> None:
    width, height = size
    page = open_page(viewport={"width": width, "height": height}, device_scale_factor=2)
    page.get_by_role("button", name=language).click()
    controls = page.locator("header a, header button").filter(visible=True)
    edges = [box["x"] + box["width"] for control in controls.all() if (box := control.bounding_box())]
    assert len(edges) == 10
    assert max(edges) <= width
    for written in ("#idea", "#rules"):
        place = page.locator(written).bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= width
        assert place["height"] >= 2 * FINGER
    assert too_small(page) == []
    save(page, f"large-letters-{width}x{height}-{language[:2].lower()}")


def test_nothing_jumps_on_the_way(page: Page) -> None:
    page.evaluate(
        """() => {
          window.shift = 0
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
          }).observe({ type: 'layout-shift', buffered: true })
        }"""
    )
    table.write(page)
    table.transform(page)
    table.make(page)
    page.locator("figure img").wait_for()
    assert page.evaluate("window.shift") < 0.1


def test_forced_colours_keep_the_choices_apart(open_page: NewPage) -> None:
    page = open_page(forced_colors="active")
    chosen = page.locator("label:has(input[name=lens]:checked)")
    assert chosen.evaluate("card => getComputedStyle(card).outlineStyle") == "solid"
    here = page.locator("header nav a[aria-current]")
    assert here.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    save(page, "1280x800-forced-colours")


def test_more_contrast_is_black_on_white(open_page: NewPage, program: Program) -> None:
    page = open_page(contrast="more")
    finished(page, program)
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        expect(page.locator("html")).to_have_attribute("data-theme", light)
        assert axe(page) == [], light
        save(page, f"1280x800-{light}-more-contrast")


def test_reduced_motion_stands_still(open_page: NewPage, program: Program) -> None:
    page = open_page(reduced_motion="reduce")
    script = Script(["sketchbook_image"]).text()
    script.progress(kind="stage", step="media_generation", loop_iteration=1, config="sketchbook_image", seconds=0.0)
    script.show(page)
    brush = page.locator(".working")
    brush.wait_for()
    assert brush.evaluate("e => getComputedStyle(e, '::before').animationIterationCount") == "1"
