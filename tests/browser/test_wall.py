"""The wall: only what may hang there, coming by itself, taken down at one touch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looks import (
    axe,
    every_size_languages_in_turn,
    is_wide_enough,
    save,
    speak,
    too_small,
    viewport,
    wordless,
)
from tests.browser.program import Program, running

pytestmark = pytest.mark.browser

AGREED = "[session]\nconsent = { gallery = true, wall = true }\n"


@pytest.fixture(scope="module")
def school(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program whose workshop agreed to the wall."""
    data = tmp_path_factory.mktemp("wall")
    (data / "kiosk.toml").write_text(AGREED, encoding="utf-8")
    with running(data) as started:
        started.make("Ein Leuchtturm im Sturm.", output_configs=["sketchbook_image"] * 2)
        started.make("Drei Fische trinken Tee.")
        yield started


@pytest.fixture
def wall(school: Program, context_of: Callable[..., BrowserContext], watch: Watch) -> Callable[..., Page]:
    """Opens the wall, as a child or as the teacher."""

    def opened(role: str = "child", language: str = "de", **options: object) -> Page:
        page = context_of(**options).new_page()
        watch.follow(page, school.url)
        page.goto(school.enter_url("projector", role=role))
        page.locator("#idea").wait_for()
        speak(page, language)
        page.goto(f"{school.url}/#/wall")
        hung(page).nth(2).wait_for()
        return page

    return opened


def hung(page: Page) -> Locator:
    return page.locator(".wall figure img")


def test_a_new_work_hangs_large_by_itself(wall: Callable[..., Page], school: Program) -> None:
    page = wall()
    school.make("Ein Zug im Schnee.")
    expect(page.locator(".wall .large").get_by_role("img", name="Ein Zug im Schnee.")).to_be_visible()


def test_what_nobody_agreed_to_does_not_hang(open_page: NewPage, program: Program) -> None:
    program.make("Ein Geheimnis.")
    page = open_page()
    page.goto(f"{program.url}/#/wall")
    expect(page.get_by_text("Hier hängt noch nichts.")).to_be_visible()
    expect(page.locator(".wall").get_by_role("img")).to_have_count(0)
    assert axe(page) == []
    assert too_small(page) == []
    save(page, "1280x800-light-wall-empty")


def test_the_words_are_a_switch_that_is_remembered(wall: Callable[..., Page]) -> None:
    page = wall(forced_colors="active")
    expect(page.locator("figcaption")).to_have_count(0)
    words = page.get_by_role("button", name="Worte")
    words.click()
    assert words.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    expect(page.locator("figcaption").first).to_be_visible()
    page.reload()
    expect(page.locator("figcaption").first).to_be_visible()


def test_the_teacher_takes_a_work_down_and_brings_it_back(wall: Callable[..., Page]) -> None:
    page = wall("teacher")
    taken = page.get_by_role("button", name="Verstecken: Drei Fische trinken Tee.")
    taken.tap()
    expect(page.get_by_text("Versteckt: Drei Fische trinken Tee.")).to_be_visible()
    assert axe(page) == []
    expect(taken).to_have_count(0)
    page.get_by_role("button", name="Zurückholen").click()
    expect(taken).to_be_visible()


def test_a_child_takes_nothing_down(wall: Callable[..., Page]) -> None:
    expect(wall().get_by_role("button", name="Verstecken")).to_have_count(0)


def test_without_a_line_the_wall_stays_and_says_so(
    built: Path, tmp_path: Path, context_of: Callable[..., BrowserContext]
) -> None:
    (tmp_path / "kiosk.toml").write_text(AGREED, encoding="utf-8")
    page = context_of().new_page()
    with running(tmp_path) as program:
        program.make("Ein Leuchtturm im Sturm.")
        page.goto(program.enter_url("projector"))
        page.locator("#idea").wait_for()
        page.goto(f"{program.url}/#/wall")
        hung(page).wait_for()
    expect(page.get_by_text("Keine Verbindung. Die Wand bleibt, wie sie ist.")).to_be_visible()
    expect(hung(page)).to_be_visible()


def test_what_is_not_as_usual_is_told_at_the_edge_of_the_wall(wall: Callable[..., Page]) -> None:
    page = wall()
    page.route("**/api/health/signs", lambda route: route.fulfill(json={"signs": ["disk_low"]}))
    page.reload()
    expect(page.locator(".wall").get_by_text("Der Speicher ist fast voll.")).to_be_visible()
    expect(hung(page).first).to_be_visible()


def test_escape_leads_back(wall: Callable[..., Page]) -> None:
    page = wall()
    page.keyboard.press("Escape")
    page.wait_for_url("**/#/gallery")
    expect(page.locator(".wall")).to_have_count(0)


@every_size_languages_in_turn
def test_the_wall_fits_and_axe_finds_nothing(wall: Callable[..., Page], size: str, language: str) -> None:
    page = wall("teacher", language, viewport=viewport(size), reduced_motion="reduce")
    page.get_by_role("button", name="Worte" if language == "de" else "Words").click()
    assert is_wide_enough(page)
    assert too_small(page) == []
    assert wordless(page) == []
    assert axe(page) == []
    save(page, f"wall-{size}-{language}")
