"""Where everybody begins: who sits here today, and how the table becomes free for the next."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import table
from tests.browser.conftest import NewPage
from tests.browser.looks import (
    IN_TURN,
    PROJECTOR,
    axe,
    in_every_light,
    is_wide_enough,
    save,
    speak,
    too_small,
    viewport,
)
from tests.browser.program import Program, running

pytestmark = pytest.mark.browser

MINUTE = 60_000
NOTICE_MS = 9 * MINUTE + 31_000
"""After this long without a touch a person is asked, for the rest of ten minutes."""


def welcome(open_page: NewPage, **options: Any) -> Page:
    """The page of somebody who has not said yet who they are."""
    return open_page("desk-new", user_id="anonymous", **options)


def who(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("fetch('/api/session').then((answer) => answer.json())")
    return found


def test_a_colour_and_an_animal_are_who_the_works_belong_to(open_page: NewPage, program: Program) -> None:
    page = welcome(open_page)
    page.get_by_role("radio", name="Grün").check(force=True)
    page.get_by_role("radio", name="Eule").check(force=True)
    page.get_by_role("button", name="Anfangen als Eule in Grün").tap()
    expect(page.locator("#idea")).to_be_visible()
    expect(page.get_by_role("link", name="Wer bist du? Eule in Grün")).to_be_visible()
    table.write(page)
    table.transform(page)
    assert program.ask(f"/api/pipeline/{table.run_id(page)}/status")["user_id"] == "green-owl"


def test_without_a_name_is_possible(open_page: NewPage) -> None:
    page = welcome(open_page)
    page.get_by_role("button", name="Ohne Namen anfangen").click()
    expect(page.locator("#idea")).to_be_visible()
    assert (who(page)["user_id"], who(page)["greeted"]) == ("anonymous", True)
    page.reload()
    expect(page.locator("#idea")).to_be_visible()


def test_by_keyboard_alone(open_page: NewPage) -> None:
    page = welcome(open_page)
    page.locator("input[name=who-colour]:checked").focus()
    before = page.locator("input[name=who-colour]:checked").input_value()
    page.keyboard.press("ArrowRight")
    after = page.locator("input[name=who-colour]:checked").input_value()
    assert after != before
    table.tab_to(page, "Anfangen als")
    page.keyboard.press("Enter")
    expect(page.locator("#idea")).to_be_visible()
    assert who(page)["user_id"].startswith(after)


def test_the_language_is_chosen_here_and_found_again_after_a_reload(open_page: NewPage) -> None:
    page = welcome(open_page)
    page.get_by_role("button", name="EN English").click()
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    page.get_by_role("button", name="Start as").click()
    expect(page.get_by_label("Your idea", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your idea", exact=True)).to_be_visible()


def test_an_address_that_was_asked_for_is_not_forgotten(open_page: NewPage, program: Program) -> None:
    page = welcome(open_page)
    page.goto(f"{program.url}/#/gallery")
    page.reload()
    page.get_by_role("button", name="Ohne Namen anfangen").click()
    page.wait_for_url("**/#/gallery")


PLACES_IN_A_SECOND = """() => new Promise((tell) => {
  const column = document.querySelector('.mosaic .column')
  const places = new Set()
  const until = performance.now() + 1000
  const look = () => {
    places.add(getComputedStyle(column).transform)
    if (performance.now() < until) requestAnimationFrame(look)
    else tell(places.size)
  }
  look()
})"""


def test_the_wall_moves_so_that_a_battery_lasts(open_page: NewPage) -> None:
    page = welcome(open_page)
    page.locator(".mosaic .column").first.wait_for(state="attached")
    assert 2 <= page.evaluate(PLACES_IN_A_SECOND) <= 12


def test_the_wall_hangs_the_group_s_own_pictures_and_stands_still_where_motion_is_reduced(
    open_page: NewPage, program: Program
) -> None:
    program.make("Ein Leuchtturm im Sturm.")
    page = welcome(open_page, reduced_motion="reduce")
    picture = page.locator(".mosaic img").first
    picture.wait_for()
    assert "/api/media/thumb/" in (picture.get_attribute("src") or "")
    assert page.locator(".column").first.evaluate("e => getComputedStyle(e).animationName") == "none"


def test_after_a_rest_the_table_becomes_free_and_nothing_of_the_last_child_stays(open_page: NewPage) -> None:
    page = open_page("desk-resting")
    page.clock.install()
    page.reload()
    table.write(page, "Ein Geheimnis.")
    page.locator("#idea").fill("Noch ein Geheimnis.")
    page.get_by_role("button", name="EN English").click()
    page.clock.run_for(NOTICE_MS)
    expect(page.get_by_text("Are you still there?")).to_be_visible()
    page.clock.run_for(30_000)
    expect(page.get_by_role("heading", name="Wer bist du heute?")).to_be_visible()
    assert (who(page)["user_id"], who(page)["greeted"]) == ("anonymous", False)
    page.get_by_role("button", name="Ohne Namen anfangen").click()
    expect(page.locator("#idea")).to_have_value("")
    expect(page.get_by_role("button", name="Zurück: Deine Idee")).to_be_disabled()
    page.reload()
    expect(page.locator("#idea")).to_have_value("")


def test_any_touch_says_that_somebody_is_still_there(open_page: NewPage) -> None:
    page = open_page("desk-thinking")
    page.clock.install()
    page.reload()
    table.write(page, "Ich denke nach.")
    page.clock.run_for(NOTICE_MS)
    notice = page.get_by_text("Bist du noch da?")
    expect(notice).to_be_visible()
    page.keyboard.press("Shift")
    expect(notice).not_to_be_visible()
    page.clock.run_for(9 * MINUTE)
    expect(page.locator("#idea")).to_have_value("Ich denke nach.")


def test_the_word_before_the_table_becomes_free_can_be_read_by_everybody(open_page: NewPage) -> None:
    page = open_page("desk-asked")
    page.clock.install()
    page.reload()
    table.write(page, "Ich denke nach.")
    page.clock.run_for(NOTICE_MS)
    expect(page.get_by_text("Bist du noch da?")).to_be_visible()
    page.clock.set_fixed_time(page.evaluate("Date.now() / 1000"))  # it stands until it has been looked at
    assert axe(page) == []
    save(page, "1280x800-light-idle")


@pytest.mark.parametrize(("size", "language"), [*IN_TURN, (PROJECTOR, "en")])
def test_it_fits_and_axe_finds_nothing(open_page: NewPage, program: Program, size: str, language: str) -> None:
    page = welcome(open_page, viewport=viewport(size), reduced_motion="reduce")
    speak(page, language)
    assert page.evaluate("document.querySelector('.welcome').scrollHeight <= innerHeight")
    assert is_wide_enough(page)
    assert too_small(page) == []
    for light in in_every_light(page):
        assert axe(page) == [], light
        save(page, f"welcome-{size}-{light}-{language}")


def test_the_health_of_the_whole_is_told_at_the_door_too_and_moves_nothing(open_page: NewPage) -> None:
    page = welcome(open_page)
    title = page.get_by_role("heading", level=1)
    before = title.bounding_box()
    page.route("**/api/health/signs", lambda route: route.fulfill(json={"signs": ["works_gone", "disk_low"]}))
    page.reload()
    expect(page.get_by_text("Die Werke sind gerade nicht da. Sag Bescheid.").first).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => null)")
    assert title.bounding_box() == before
    assert axe(page) == []
    assert too_small(page) == []
    save(page, "welcome-trouble-1280x800-light-de")


def test_what_a_screen_reader_hears(open_page: NewPage) -> None:
    page = welcome(open_page)
    page.get_by_role("radio", name="Blau").check(force=True)
    page.get_by_role("radio", name="Fuchs").check(force=True)
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - region "Willkommen":
          - heading "Mach etwas daraus." [level=1]
          - heading "Wer bist du heute?" [level=2]
          - group "Farbe":
            - radio "Blau" [checked]
          - group "Tier":
            - radio "Fuchs" [checked]
          - button "Anfangen als Fuchs in Blau"
          - button "Ohne Namen anfangen"
        """
    )


def test_a_third_language_is_one_file_and_stands_in_the_switch(
    tmp_path: Path, context_of: Callable[..., BrowserContext], built: Path
) -> None:
    folder = tmp_path / "configs" / "i18n"
    folder.mkdir(parents=True)
    (folder / "fr.json").write_text(json.dumps({"welcome.who": "Qui es-tu ?", "idea.label": "Ton idée"}), "utf-8")
    with running(tmp_path) as program:
        page = context_of().new_page()
        page.goto(program.enter_url(user_id="anonymous"))
        page.get_by_role("button", name="FR français").click()
        expect(page.get_by_role("heading", name="Qui es-tu ?")).to_be_visible()
        page.get_by_role("button", name="Start without a name").click()
        expect(page.get_by_label("Ton idée", exact=True)).to_be_visible()
        assert page.locator("html").get_attribute("lang") == "fr"


def test_a_language_that_is_read_from_the_right_turns_the_page(
    tmp_path: Path, context_of: Callable[..., BrowserContext], built: Path
) -> None:
    folder = tmp_path / "configs" / "i18n"
    folder.mkdir(parents=True)
    (folder / "ar.json").write_text(json.dumps({"idea.label": "فكرتك", "nav.gallery": "المعرض"}), "utf-8")
    with running(tmp_path) as program:
        page = context_of().new_page()
        page.goto(program.enter_url())
        page.get_by_role("button", name="AR العربية").click()
        page.get_by_label("فكرتك", exact=True).fill("حوت يسأل")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        name, desk = (page.locator(part).bounding_box() for part in ("header .name", "header a[href='#/desk']"))
        assert name is not None
        assert desk is not None
        assert name["x"] > desk["x"]
        assert is_wide_enough(page)
        before = page.locator(".rail").first.evaluate("rail => rail.scrollLeft")
        page.locator(".rail ~ .right").first.click()
        page.wait_for_function("before => document.querySelector('.rail').scrollLeft < before - 100", arg=before)
        save(page, "start-1280x800-light-ar")
