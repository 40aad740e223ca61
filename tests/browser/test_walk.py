"""The main way, from welcome to a starred picture: in both languages, by touch and by keyboard, at three sizes."""

import json

import pytest
from msgspec import Struct
from playwright.sync_api import Page, expect

from kiosk.settings import assets_dir
from tests.browser import table
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.browser

SIZES = ["1280x800", "1920x1080", "800x1280"]


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


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_by_touch(open_page: NewPage, language: str, size: str) -> None:
    width, height = (int(side) for side in size.split("x"))
    page = open_page("desk-walk", user_id="anonymous", viewport={"width": width, "height": height})
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


@pytest.mark.parametrize("language", ["de", "en"])
def test_by_keyboard_alone(open_page: NewPage, language: str) -> None:
    page = open_page("desk-keys", user_id="anonymous")
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


def test_what_a_screen_reader_hears_on_the_way(open_page: NewPage) -> None:
    page = open_page("desk-heard")
    expect(page.get_by_role("region", name="Schreiben")).to_match_aria_snapshot(
        """
        - region "Schreiben":
          - radiogroup "Linse aussuchen"
          - textbox "Deine Idee"
          - textbox "Deine Regeln"
          - group "Was soll daraus werden?"
          - status:
            - paragraph: Schreib zuerst deine Idee auf.
          - button "Alles auf einmal" [disabled]
          - button "Text verwandeln" [disabled]
        """
    )
    table.write(page)
    table.transform(page)
    expect(page.get_by_role("region", name="Zuschauen")).to_match_aria_snapshot(
        """
        - region "Zuschauen":
          - list "Der Weg deiner Idee":
            - listitem: /Prüfen fertig/
            - listitem: /Umschreiben fertig/
            - listitem: /Vorbereiten kommt noch/
            - listitem: /Machen kommt noch/
          - button "Zur Idee"
          - paragraph:
            - status: Der Text ist da. Lies, ändere, und mach etwas daraus.
          - button "Neues Blatt"
          - button "Was ist anders?"
          - textbox "Der neue Text"
          - button "1 Werk machen"
        """
    )
    table.make(page)
    expect(page.get_by_role("region", name="Zuschauen")).to_match_aria_snapshot(
        """
        - region "Zuschauen":
          - paragraph:
            - status: Fertig. Alles ist gespeichert.
          - list "Was daraus wird":
            - listitem:
              - figure:
                - 'button "Skizzenbuch: Bild: groß ansehen"'
                - button "Stern"
                - button "Neu würfeln"
                - 'button "Mehr: Skizzenbuch: Bild"'
        """
    )
