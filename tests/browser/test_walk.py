"""The main way, from welcome to a starred picture, and on through every other room.

In both languages, by touch and by keyboard, at three sizes.
"""

import json
from collections.abc import Callable

import pytest
from msgspec import Struct
from playwright.sync_api import Page, expect

from kiosk.settings import assets_dir
from tests.browser import table
from tests.browser.conftest import NewPage
from tests.browser.looks import every_size_languages_in_turn, viewport

pytestmark = pytest.mark.browser


class Words(Struct):
    """The sentences of the screen in one language."""

    sentences: dict[str, str]

    def say(self, key: str, **values: str) -> str:
        text = self.sentences[key]
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text


def speak(page: Page, language: str) -> Words:
    page.get_by_role("group", name="Sprache").get_by_role("button").filter(has_text=language.upper()).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    return Words(json.loads((assets_dir() / "i18n" / f"{language}.json").read_text(encoding="utf-8")))


def through_the_rooms(page: Page, words: Words, idea: str, press: Callable[[str], None]) -> None:
    """From the work table on; `press` presses what has this name."""
    say = words.say
    press(say("nav.gallery"))
    page.locator(".gallery img").first.wait_for()
    press(say("gallery.open.image", words=idea))
    press(say("look.story"))
    page.locator(".story img").first.wait_for()
    for depth in ("advanced", "researcher"):
        press(say(f"story.depth.{depth}"))
    expect(page.get_by_role("table")).to_be_visible()
    press(say("replay.start"))
    press(say("replay.end"))
    press(say("nav.image"))
    page.locator("header a[aria-current]").filter(has_text=say("nav.image")).wait_for()
    press(say("desk.title"))
    page.locator("#pin").wait_for()
    press(say("desk.pin.away"))
    page.locator("#idea").wait_for()
    page.evaluate("location.hash = '#/wall'")  # on a wall nobody sits; the way there is for the teacher
    page.locator(".wall").wait_for()
    press(say("look.close"))
    page.locator(".gallery").wait_for()


@every_size_languages_in_turn
def test_by_touch(open_page: NewPage, language: str, size: str) -> None:
    page = open_page("desk-walk", user_id="anonymous", viewport=viewport(size))
    words = speak(page, language)
    page.get_by_role("button", name=words.say("welcome.start_as", name="")).tap()
    page.get_by_role("radiogroup").locator("label", has_text="Dada").tap()
    page.get_by_label(words.say("idea.label"), exact=True).fill(table.IDEA)
    page.get_by_role("button", name=words.say("start.text")).tap()
    expect(page.get_by_text(words.say("status.waiting"))).to_be_visible()
    written = page.get_by_label(words.say("text.label"), exact=True)
    expect(written).not_to_have_value("")
    written.fill("Der Wal fragt: Wo ist die Schule?")
    page.get_by_role("button", name=words.say("make.start.one")).tap()
    expect(page.get_by_text(words.say("status.completed"))).to_be_visible()
    page.locator("figure").get_by_role("button", name=words.say("star.word")).tap()
    expect(page.locator("figure").get_by_role("button", name=words.say("star.word"))).to_have_attribute(
        "aria-pressed", "true"
    )
    through_the_rooms(
        page,
        words,
        table.IDEA,
        lambda name: page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.tap(),
    )


@every_size_languages_in_turn
def test_by_keyboard_alone(open_page: NewPage, language: str, size: str) -> None:
    page = open_page("desk-keys", user_id="anonymous", viewport=viewport(size))
    words = speak(page, language)
    table.tab_to(page, words.say("welcome.start_as", name=""))
    page.keyboard.press("Enter")
    page.locator("#idea").wait_for()
    page.locator("input[name=lens]:checked").focus()
    page.keyboard.press("ArrowRight")
    table.tab_to(page, words.say("idea.label"))
    page.keyboard.type("Ein Igel baut ein Haus.")
    table.tab_to(page, words.say("start.text"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.say("status.waiting"))).to_be_visible()
    table.tab_to(page, words.say("make.start.one"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.say("status.completed"))).to_be_visible()
    table.tab_to(page, words.say("star.word"))
    page.keyboard.press("Enter")
    expect(page.locator("figure").get_by_role("button", name=words.say("star.word"))).to_have_attribute(
        "aria-pressed", "true"
    )

    def press(name: str) -> None:
        table.tab_to(page, name)
        page.keyboard.press("Enter")

    through_the_rooms(page, words, "Ein Igel baut ein Haus.", press)


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_a_screen_reader_hears_on_the_way(open_page: NewPage, language: str) -> None:
    page = open_page("desk-heard")
    words = speak(page, language)
    say = words.say
    expect(page.get_by_role("region", name=say("studio.write"))).to_match_aria_snapshot(
        f"""
        - region "{say("studio.write")}":
          - radiogroup "{say("lens.label")}"
          - textbox "{say("idea.label")}"
          - textbox "{say("rules.own")}"
          - group "{say("outputs.label")}"
          - status:
            - paragraph: {say("start.empty")}
          - button "{say("start.at_once")}" [disabled]
          - button "{say("start.text")}" [disabled]
        """
    )
    page.get_by_role("radiogroup").locator("label", has_text="Dada").click()
    page.get_by_label(say("idea.label"), exact=True).fill(table.IDEA)
    page.get_by_role("button", name=say("start.text")).click()
    expect(page.get_by_text(say("status.waiting"))).to_be_visible()
    watching = page.get_by_role("region", name=say("studio.watch"))
    stages = "\n".join(
        f"            - listitem: /{say(f'stage.{name}')} {say(f'stage.phase.{phase}')}/"
        for name, phase in (("gate", "done"), ("rewrite", "done"), ("prepare", "idle"), ("make", "idle"))
    )
    expect(watching).to_match_aria_snapshot(
        f"""
        - region "{say("studio.watch")}":
          - list "{say("stage.label")}":
{stages}
          - button "{say("run.back")}"
          - paragraph:
            - status: {say("status.waiting")}
          - button "{say("run.fresh")}"
          - button "{say("text.compare")}"
          - textbox "{say("text.label")}"
          - button "{say("make.start.one")}"
        """
    )
    page.get_by_role("button", name=say("make.start.one")).click()
    expect(page.get_by_text(say("status.completed"), exact=True)).to_be_visible()
    name = "Skizzenbuch: Bild" if language == "de" else "Sketchbook: picture"
    expect(watching).to_match_aria_snapshot(
        f"""
        - region "{say("studio.watch")}":
          - paragraph:
            - status: {say("status.completed")}
          - list "{say("works.label")}":
            - listitem:
              - figure:
                - 'button "{say("work.open", name=name)}"'
                - button "{say("star.word")}"
                - button "{say("work.again")}"
                - 'button "{say("work.more", name=name)}"'
        """
    )
