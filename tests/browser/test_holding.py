"""Nothing is lost, and nothing old is shown as live: reloads, lost lines, closed doors."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser import table
from tests.browser.conftest import NewPage, Watch
from tests.browser.program import Program, running
from tests.window.waiting import eventually

pytestmark = pytest.mark.browser


def test_a_reload_before_the_start_loses_nothing(page: Page) -> None:
    table.write(page)
    page.locator("#rules").fill("Alles spielt unter Wasser.")
    page.get_by_role("checkbox", name="Skizzenbuch: Musik").first.check(force=True)
    page.reload()
    expect(page.locator("#idea")).to_have_value(table.IDEA)
    expect(page.locator("#rules")).to_have_value("Alles spielt unter Wasser.")
    expect(page.get_by_role("checkbox", name="Skizzenbuch: Musik").first).to_be_checked()


def test_a_reload_right_after_the_start_finds_the_run_again(page: Page) -> None:
    table.write(page)
    page.get_by_role("button", name="Alles auf einmal").click()
    table.run_id(page)
    page.reload()
    table.expect_done(page)
    expect(table.pictures(page)).to_have_count(1)
    expect(table.wording(page)).not_to_have_value("")


def test_a_text_under_the_child_s_hands_survives_a_reload(page: Page) -> None:
    table.write(page)
    table.transform(page)
    table.wording(page).press_sequentially(" Und dann?")
    typed = table.wording(page).input_value()
    page.reload()
    expect(table.wording(page)).to_have_value(typed)


def test_an_edit_is_recorded_when_the_child_leaves_the_box(page: Page, program: Program) -> None:
    table.write(page)
    table.transform(page)
    with page.expect_response("**/edit") as response:
        table.wording(page).fill("Ganz anders.")
        table.wording(page).blur()
    assert response.value.ok
    run_id = table.run_id(page)
    eventually(lambda: [name[4:] for name in program.wordings(run_id)].count("interception.txt") == 2)


# Offline emulation leaves streams that are open alone; this cuts them, as a pulled cable does.
_CABLE = """
const asked = window.fetch
let pulled = false
const cuts = new Set()
window.pull = () => { pulled = true; for (const cut of cuts) cut() }
window.plug = () => { pulled = false; dispatchEvent(new Event('online')) }
window.fetch = async (address, options = {}) => {
  if (pulled) throw new TypeError('no line')
  const here = new AbortController()
  cuts.add(() => here.abort())
  const signal = options.signal ? AbortSignal.any([options.signal, here.signal]) : here.signal
  return asked(address, { ...options, signal })
}
"""


def no_line(page: Page) -> Locator:
    """The sentence in the head; with others it also stands in the slip behind it."""
    return page.get_by_role("status").filter(has_text="Keine Verbindung.")


def test_a_lost_line_is_told_and_comes_back(page: Page, program: Program) -> None:
    page.add_init_script(_CABLE)
    page.reload()
    program.make("Bevor die Leitung weg war.")
    expect(table.strip(page).first).to_have_accessible_name("Bild ansehen: Bevor die Leitung weg war.")
    page.evaluate("pull()")
    expect(no_line(page)).to_have_count(1)
    program.make("Während die Leitung weg war.")
    page.evaluate("plug()")
    expect(no_line(page)).to_have_count(0)
    expect(table.strip(page).first).to_have_accessible_name("Bild ansehen: Während die Leitung weg war.")


def test_a_start_without_a_line_keeps_the_text_and_says_so(page: Page, watch: Watch) -> None:
    watch.expected = ("ERR_INTERNET_DISCONNECTED",)
    table.write(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Text verwandeln").click()
    expect(page.get_by_text("Das Programm antwortet nicht.")).to_be_visible()
    expect(page.locator("#idea")).to_have_value(table.IDEA)
    page.context.set_offline(False)
    table.transform(page)


def test_what_is_refused_is_told_where_it_was_asked_for(page: Page, watch: Watch) -> None:
    watch.expected = ("ERR_INTERNET_DISCONNECTED",)
    table.write(page)
    table.transform(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="machen").click()
    watching = page.get_by_role("region", name="Zuschauen")
    expect(watching.get_by_text("Das Programm antwortet nicht.")).to_be_visible()
    expect(page.get_by_role("region", name="Schreiben").get_by_text("Das Programm antwortet nicht.")).to_have_count(0)
    page.context.set_offline(False)
    table.make(page)
    expect(watching.get_by_text("Das Programm antwortet nicht.")).to_have_count(0)


def test_without_a_session_the_page_asks_to_come_from_the_kiosk(
    program: Program, context_of: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expected = ("401",)
    page = context_of().new_page()
    watch.follow(page, program.url)
    page.goto(program.url)
    expect(page.get_by_role("heading", name="Bitte am Kiosk öffnen")).to_be_visible()


def test_a_program_that_was_restarted_is_told_from_one_that_is_away(
    tmp_path: Path, context_of: Callable[..., BrowserContext]
) -> None:
    pages = {where: context_of().new_page() for where in ("", "gallery", "wall")}
    with running(tmp_path) as program:
        port = int(program.url.rsplit(":", 1)[-1])
        for where, page in pages.items():
            page.goto(program.enter_url())
            page.locator("#idea").fill("Ein Wal.")
            page.goto(f"{program.url}/#/{where}")
    expect(no_line(pages[""])).to_have_count(1)
    expect(pages[""].locator("#idea")).to_have_value("Ein Wal.")
    with running(tmp_path, port) as program:
        for page in pages.values():
            expect(page.get_by_role("heading", name="Bitte am Kiosk öffnen")).to_be_visible()
        again = pages["gallery"]
        again.goto(program.enter_url())
        again.goto(f"{program.url}/#/")
        expect(again.locator("#idea")).to_have_value("Ein Wal.")


def test_works_whose_place_was_taken_away_are_told_and_come_back(
    tmp_path: Path, context_of: Callable[..., BrowserContext]
) -> None:
    with running(tmp_path) as program:
        program.make("Ein Wal auf einem Stick.")
        page = context_of().new_page()
        page.goto(program.enter_url())
        expect(table.strip(page)).to_have_count(1)
        told = page.get_by_role("status").filter(has_text="Die Werke sind gerade nicht da.")
        (tmp_path / "exports").rename(tmp_path / "away")
        expect(told).to_have_count(1, timeout=15_000)
        (tmp_path / "away").rename(tmp_path / "exports")
        expect(told).to_have_count(0)
        expect(table.strip(page)).to_have_count(1)


def test_a_run_that_is_still_putting_its_things_away_is_asked_again(page: Page, watch: Watch) -> None:
    watch.expected = ("409",)
    busy = iter([{"code": "run_busy", "detail": "busy"}, {"code": "run_busy", "detail": "busy"}])

    def answer(route: Route) -> None:
        problem = next(busy, None)
        if problem is None:
            route.continue_()
        else:
            route.fulfill(status=409, json=problem)

    table.write(page)
    table.transform(page)
    page.route("**/generation", answer)
    table.make(page)
    expect(table.pictures(page)).to_have_count(1)


def test_a_run_that_does_not_exist_leads_to_an_empty_table(page: Page, program: Program, watch: Watch) -> None:
    watch.expected = ("404",)
    page.goto(f"{program.url}/#/run/run_1769122471728_362ba81c")
    page.wait_for_url("**/#/")
    expect(page.locator("#idea")).to_be_visible()


def test_a_new_sheet_clears_the_table_and_keeps_the_run(page: Page, program: Program) -> None:
    table.write(page)
    table.transform(page)
    run = table.run_id(page)
    page.get_by_role("button", name="Neues Blatt").click()
    expect(page.locator("#idea")).to_have_value("")
    expect(page.locator("#idea")).to_be_focused()
    page.wait_for_url("**/#/")
    page.reload()
    expect(page.locator("#idea")).to_have_value("")
    assert program.ask(f"/api/pipeline/{run}/status")["status"] == "waiting"


def test_a_slipping_hand_stays_inside(page: Page, program: Program) -> None:
    program.make("Ein Bild zum Ziehen.")
    picture = table.strip(page).first.locator("img")
    picture.wait_for()
    for name in ("dragstart", "dragover", "drop", "contextmenu"):
        kept = picture.evaluate(
            "(img, name) => img.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }))", name
        )
        assert kept is False, name


def test_an_on_screen_keyboard_leaves_room_for_the_box(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 380})
    page.locator("#idea").focus()
    expect(page.get_by_role("complementary", name="Neue Werke")).not_to_be_visible()
    page.locator("#idea").scroll_into_view_if_needed()
    box = page.locator("#idea").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + 80 <= 380


# The window of a device whose keyboard lies over the page: the layout does not change, only what is seen of it.
_COVERING = """
const view = Object.assign(new EventTarget(), { height: innerHeight, scale: 1 })
Object.defineProperty(window, 'visualViewport', { value: view })
window.cover = (height) => { view.height = height; view.dispatchEvent(new Event('resize')) }
"""


@pytest.mark.parametrize("box", ["#idea", "#rules"])
@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)])
def test_a_keyboard_that_covers_the_page_leaves_the_box_in_sight(
    open_page: NewPage, box: str, size: tuple[int, int]
) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]})
    page.add_init_script(_COVERING)
    page.reload()
    page.locator(box).focus()
    seen = size[1] * 0.5
    page.evaluate("height => cover(height)", seen)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    place = page.locator(box).bounding_box()
    assert place
    assert place["y"] >= 0
    assert place["y"] + min(place["height"], 80) <= seen
    page.evaluate("height => cover(height)", size[1])
    expect(page.get_by_role("complementary", name="Neue Werke")).to_be_visible()


_VOICES = """
window.spoken = []
const voice = { lang: '%s', localService: %s, default: true, name: 'Test' }
Object.defineProperty(window, 'speechSynthesis', { value: Object.assign(new EventTarget(), {
  getVoices: () => [voice], speak: (words) => spoken.push(words.text), cancel: () => spoken.push('stop') }) })
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
"""


def test_a_voice_of_this_device_reads_aloud(page: Page) -> None:
    page.add_init_script(_VOICES % ("de-DE", "true"))
    page.reload()
    table.write(page, "Ein Wal.")
    page.get_by_role("button", name="Vorlesen: Deine Idee").click()
    assert page.evaluate("spoken")[-1] == "Ein Wal."
    page.get_by_role("button", name="Vorlesen: Dada").click()
    assert "Hut" in page.evaluate("spoken")[-1]
    page.get_by_role("button", name="Vorlesen: Dada").click()
    assert page.evaluate("spoken")[-1] == "stop"


@pytest.mark.parametrize(("lang", "local"), [("fr-FR", "true"), ("de-DE", "false")])
def test_without_a_voice_of_this_device_there_is_no_button(page: Page, lang: str, local: str) -> None:
    page.add_init_script(_VOICES % (lang, local))
    page.reload()
    expect(page.locator("#idea")).to_be_visible()
    expect(page.get_by_role("button", name="Vorlesen")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1920, 1080)])
def test_what_is_told_in_the_head_moves_nothing_and_covers_nothing(open_page: NewPage, size: tuple[int, int]) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]})
    before = page.locator("#idea").bounding_box()
    signs = ["not_writable", "disk_low", "box_away"]
    page.route("**/api/health/signs", lambda route: route.fulfill(json={"signs": signs}))
    page.reload()
    page.locator(".health .told").wait_for()
    assert page.locator("#idea").bounding_box() == before
    outside = page.evaluate(
        """() => {
          const head = document.querySelector('header').getBoundingClientRect()
          const parts = [...document.querySelectorAll('header nav, .health, header .tools')]
          const boxes = parts.map((part) => part.getBoundingClientRect())
          const told = document.querySelector('.health p').getBoundingClientRect()
          const beyond = (box) => box.top < head.top - 1 || box.bottom > head.bottom + 1 || box.right > innerWidth
          const across = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
          const along = (a, b) => a.top < b.bottom - 1 && b.top < a.bottom - 1
          const meets = (box, at) => boxes.slice(at + 1).some((other) => across(box, other) && along(box, other))
          return [told, ...boxes].filter(beyond).length + boxes.filter(meets).length
        }"""
    )
    assert outside == 0


def test_a_sign_is_told_no_longer_than_it_lasts(page: Page) -> None:
    page.route("**/api/health/signs", lambda route: route.fulfill(json={"signs": ["catching_up"]}), times=1)
    page.reload()
    told = page.get_by_text("Die Liste der Werke wird neu gelesen.")
    expect(told).to_be_visible()
    expect(told).to_have_count(0, timeout=10_000)


def test_the_health_of_the_whole_is_told_in_words_and_is_never_in_the_way(page: Page) -> None:
    page.route("**/api/health/signs", lambda route: route.fulfill(json={"signs": ["disk_low", "box_away"]}))
    page.reload()
    line = page.get_by_role("status").filter(has_text="Der Speicher ist fast voll. Sag Bescheid.")
    expect(line).to_be_visible()
    page.get_by_role("button", name="und noch 1").click()
    expect(page.get_by_text("Eine Maschine ist gerade weg.")).to_be_visible()
    page.keyboard.press("Escape")
    table.write(page)
    table.transform(page)
