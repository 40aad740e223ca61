"""The gallery with many works: any place of it, filters, what comes and goes, by keyboard and by touch."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.bench.page import hang, settled
from tests.browser.conftest import NewPage, Watch
from tests.browser.looks import axe, every_size_languages_in_turn, is_wide_enough, save, speak, too_small, viewport
from tests.browser.program import Program, running

pytestmark = pytest.mark.browser

WORKS = 450
STARRED = re.compile(r"\(Stern\)$")


@pytest.fixture(scope="module")
def archive(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program with years of works, all of them listed: a list that is still read anew comes again and again."""
    data = tmp_path_factory.mktemp("archive")
    hang(data, WORKS)
    with running(data) as started:
        settled(started, WORKS)
        yield started


@pytest.fixture
def browsing(archive: Program, context_of: Callable[..., BrowserContext], watch: Watch) -> Callable[..., Page]:
    """Opens the gallery of the archive."""

    def opened(*, user_id: str = "blue-fox", language: str = "de", **options: object) -> Page:
        page = context_of(**options).new_page()
        watch.follow(page, archive.url)
        page.goto(archive.enter_url("tablet-a", user_id))
        page.locator("#idea").wait_for()
        speak(page, language)
        page.goto(f"{archive.url}/#/gallery")
        tile(page, 0).wait_for()
        expect(page.locator(".bar .count")).to_contain_text(re.compile(r"\d"))
        return page

    return opened


def tile(page: Page, place: int) -> Locator:
    return page.locator(f"button[data-index='{place}']")


def works(page: Page) -> Locator:
    return page.get_by_role("grid").get_by_role("button")


def test_the_last_work_is_one_jump_away(browsing: Callable[..., Page]) -> None:
    page = browsing()
    expect(page.locator(".bar .count")).to_have_text(f"{WORKS} Werke")
    rail = page.get_by_role("slider", name="Zu einer anderen Zeit springen")
    rail.focus()
    page.keyboard.press("End")
    expect(tile(page, WORKS - 1)).to_be_visible()
    expect(rail).to_have_attribute("aria-valuetext", re.compile("2016"))
    page.keyboard.press("Home")
    expect(tile(page, 0)).to_be_visible()


def test_only_what_is_in_sight_is_built(browsing: Callable[..., Page]) -> None:
    page = browsing(viewport={"width": 1920, "height": 1080})
    for share in (0, 0.3, 0.77, 1):
        page.get_by_role("grid").evaluate("(e, share) => e.scrollTo(0, share * e.scrollHeight)", share)
        page.wait_for_function("() => document.querySelectorAll('button[data-index] img').length > 20")
        nodes = page.evaluate(
            "() => [...document.querySelectorAll('body *')].filter((e) => !e.closest('[hidden]')).length"
        )
        assert nodes < 400, share


def test_the_arrow_keys_go_from_work_to_work(browsing: Callable[..., Page]) -> None:
    page = browsing()
    tile(page, 0).focus()
    page.keyboard.press("ArrowRight")
    expect(tile(page, 1)).to_be_focused()
    columns = int(page.get_by_role("grid").get_attribute("aria-colcount") or 0)
    page.keyboard.press("ArrowDown")
    expect(tile(page, 1 + columns)).to_be_focused()
    page.keyboard.press("End")
    expect(tile(page, WORKS - 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_s_gives_a_star_and_takes_it(browsing: Callable[..., Page]) -> None:
    page = browsing()
    tile(page, 2).focus()
    page.keyboard.press("s")
    expect(tile(page, 2)).to_have_accessible_name(STARRED)
    page.get_by_role("button", name="Mit Stern").click()
    expect(works(page)).to_have_count(1)
    tile(page, 0).focus()
    page.keyboard.press("s")
    expect(tile(page, 0)).not_to_have_accessible_name(STARRED)
    page.get_by_role("button", name="Alle", exact=True).click()
    page.get_by_role("button", name="Mit Stern").click()
    expect(page.get_by_text("Noch kein Stern.")).to_be_visible()


def test_words_and_lens_narrow_the_list(browsing: Callable[..., Page]) -> None:
    page = browsing()
    page.get_by_role("button", name="Filter").click()
    haiku = page.get_by_role("button", name="Haiku")
    place = haiku.bounding_box()
    haiku.click()
    expect(haiku).to_have_attribute("aria-pressed", "true")
    assert haiku.bounding_box() == place, "what is chosen does not move away"
    page.get_by_role("button", name="Fertig").click()
    expect(page.get_by_role("button", name="Filter", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="Filter wegnehmen: Haiku")).to_be_visible()
    with page.expect_response(lambda answer: "q=drache" in answer.url):
        page.get_by_label("Wörter suchen").fill("drache schläft")
    expect(works(page).first).to_be_visible()
    page.reload()
    expect(page.get_by_label("Wörter suchen")).to_have_value("drache schläft")
    page.get_by_label("Wörter suchen").fill("gibtesnicht")
    expect(page.get_by_text("So ein Werk gibt es hier nicht.")).to_be_visible()
    page.get_by_role("button", name="Alle Werke zeigen").click()
    expect(page.locator(".bar .count")).to_have_text(f"{WORKS} Werke")


def test_a_day_is_found_among_those_that_have_works(browsing: Callable[..., Page]) -> None:
    page = browsing()
    page.get_by_role("button", name="Filter").click()
    days = page.get_by_label("Gemacht an diesem Tag")
    expect(days.locator("option").nth(2)).to_be_attached()
    name, _, works = days.locator("option").nth(2).inner_text().rpartition(" · ")
    assert re.fullmatch(r"\w{2}, \d+\. \w+ 20\d\d|\w{2}\., \d+\. \w+ 20\d\d", name), name
    days.select_option(index=2)
    expect(page.locator(".bar .count")).to_have_text(works)
    expect(days.locator("option").nth(5)).to_be_attached()  # the others can still be chosen


def test_one_person_sees_their_own(browsing: Callable[..., Page], archive: Program) -> None:
    page = browsing()
    page.get_by_role("button", name="Meine").click()
    expect(page.get_by_text("So ein Werk gibt es hier nicht.")).to_be_visible()


def test_space_and_a_long_press_pick_works(browsing: Callable[..., Page]) -> None:
    page = browsing()
    tile(page, 0).focus()
    page.keyboard.press(" ")
    expect(page.get_by_text("1 ausgesucht")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    box = tile(page, 3).bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    expect(page.get_by_text("1 ausgesucht")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_have_count(0)
    tile(page, 5).tap()
    expect(page.get_by_text("2 ausgesucht")).to_be_visible()
    assert axe(page) == []


def test_works_side_by_side_are_looked_at_together(browsing: Callable[..., Page]) -> None:
    page = browsing()
    page.get_by_role("button", name="Aussuchen").click()
    compare = page.get_by_role("button", name="Vergleichen")
    tile(page, 0).click()
    expect(compare).to_be_disabled()
    tile(page, 4).click()
    compare.click()
    dialog = page.get_by_role("dialog", name="Nebeneinander")
    expect(dialog.locator("img")).to_have_count(2)
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("150 %")).to_be_visible()
    looks = dialog.locator("img").evaluate_all("images => images.map((image) => image.style.transform)")
    assert len(set(looks)) == 1
    assert "scale(1.5)" in looks[0]
    pane = dialog.get_by_role("group").first.bounding_box()
    assert pane
    page.mouse.move(pane["x"] + 100, pane["y"] + 100)
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "before => document.querySelector('dialog[open] img').style.transform !== before", arg=looks[0]
    )
    assert axe(page) == []
    save(page, "1280x800-light-compare")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_a_slide_show_goes_on_by_itself_until_it_is_stopped(browsing: Callable[..., Page]) -> None:
    page = browsing(reduced_motion="reduce")
    page.clock.install()
    page.get_by_role("button", name="Diaschau").click()
    show = page.get_by_role("dialog", name="Diaschau")
    expect(show.get_by_text(f"1 von {WORKS}")).to_be_visible()
    work, words, tools = (show.locator(part).bounding_box() for part in ("img", "figcaption", ".tools"))
    assert work
    assert words
    assert tools
    assert work["y"] + work["height"] <= words["y"], "the whole work is seen"
    assert words["y"] + words["height"] <= tools["y"], "and its words"
    page.clock.run_for(8_500)
    expect(show.get_by_text(f"2 von {WORKS}")).to_be_visible()
    page.keyboard.press(" ")
    page.clock.run_for(20_000)
    expect(show.get_by_text(f"2 von {WORKS}")).to_be_visible()
    expect(show.locator("figcaption")).to_be_visible()
    show.get_by_role("button", name="Worte").click()
    expect(show.locator("figcaption")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(show.get_by_text(f"3 von {WORKS}")).to_be_visible()
    assert axe(page) == []


@every_size_languages_in_turn
def test_the_gallery_fits_and_axe_finds_nothing(browsing: Callable[..., Page], size: str, language: str) -> None:
    page = browsing(viewport=viewport(size), language=language)
    assert is_wide_enough(page)
    assert too_small(page) == []
    assert axe(page) == []
    save(page, f"gallery-many-{size}-{language}")
    page.get_by_role("button", name="Filter").click()
    assert axe(page) == []
    assert too_small(page) == []
    save(page, f"gallery-filter-{size}-{language}")


# Last, for they change the archive.


def test_what_comes_waits_until_it_is_asked_for(browsing: Callable[..., Page], archive: Program) -> None:
    page = browsing()
    first = tile(page, 0).get_attribute("aria-label")
    archive.make("Ein Brief aus Papier.")
    fresh = page.get_by_role("button", name="1 neues Werk")
    expect(fresh).to_be_visible()
    expect(tile(page, 0)).to_have_attribute("aria-label", first or "")
    fresh.click()
    expect(tile(page, 0)).to_have_accessible_name("Bild ansehen: Ein Brief aus Papier.")
    expect(page.locator(".bar .count")).to_have_text(f"{WORKS + 1} Werke")


def test_what_goes_leaves_its_place(browsing: Callable[..., Page], archive: Program) -> None:
    for idea in ("Ein Stein.", "Ein Blatt."):
        archive.make(idea)
    page = browsing()
    newest = archive.ask("/api/gallery?limit=3")["items"]
    second = tile(page, 2).get_attribute("aria-label")
    archive.change(f"/api/runs/{newest[1]['run_id']}", {"visible": False})
    expect(page.get_by_text("Nicht mehr da")).to_be_visible()
    expect(tile(page, 2)).to_have_attribute("aria-label", second or "")
    archive.change(f"/api/runs/{newest[1]['run_id']}", {"visible": True})
    expect(page.get_by_text("Nicht mehr da")).to_have_count(0)


def test_a_star_on_a_work_that_is_gone_is_told(browsing: Callable[..., Page], archive: Program) -> None:
    page = browsing()
    run_id = archive.ask("/api/gallery?limit=1")["items"][0]["run_id"]
    tile(page, 0).focus()
    page.keyboard.press("s")
    expect(tile(page, 0)).to_have_accessible_name(STARRED)
    archive.change(f"/api/runs/{run_id}", {"visible": False})
    page.reload()
    page.get_by_role("button", name="Mit Stern").click()
    expect(page.get_by_text("1 Werk mit deinem Stern ist nicht mehr da.")).to_be_visible()
    page.get_by_role("button", name="Diesen Stern wegnehmen").click()
    expect(page.get_by_text("ist nicht mehr da")).to_have_count(0)


def test_a_new_page_of_another_tablet_is_empty_in_words(open_page: NewPage) -> None:
    page = open_page("tablet-new", user_id="red-owl")
    page.goto(page.url.split("#")[0] + "#/gallery")
    page.get_by_role("button", name="Meine").click()
    expect(page.get_by_text("So ein Werk gibt es hier nicht.")).to_be_visible()
