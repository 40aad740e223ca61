"""The teacher's desk: in by touch and by keyboard, and what is decided there reaches the room.

Leaves screenshots of every part at every size, in both languages and lights: `test-results/screens/desk-...`.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Watch
from tests.browser.looks import (
    axe,
    every_size_languages_in_turn,
    in_every_light,
    is_wide_enough,
    save,
    speak,
    too_small,
    viewport,
    wordless,
)
from tests.browser.program import Program, running

pytestmark = pytest.mark.browser

PIN = "739164"
PANELS = {
    "Jetzt": "now",
    "Heute": "today",
    "Werke": "works",
    "Maschinen und Schutz": "boxes",
    "Speicher": "storage",
    "Mitnehmen": "exports",
    "Einstellungen": "settings",
    "Kiosk verlassen": "leave",
}
ENGLISH = ["Now", "Today", "Works", "Machines and protection", "Storage", "Take along", "Settings", "Leave the kiosk"]
REFUSED = "Failed to load resource: the server responded with a status of"

Comes = Callable[..., Page]


@pytest.fixture(scope="module")
def classroom(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program of its own, as the desk changes what holds for everybody; with works, and with a PIN."""
    with running(tmp_path_factory.mktemp("classroom")) as started:
        started.make("Ein Wal fliegt über die Stadt")
        started.make("Eine Blume auf der Wiese")
        started.put("/api/teacher/pin", {"pin": PIN})
        yield started


@pytest.fixture
def comes(classroom: Program, context_of: Callable[..., BrowserContext], watch: Watch) -> Comes:
    """Opens a page of the classroom, as the kiosk's own or another device, at an address after `#`."""

    def opened(device_id: str | None = None, where: str = "/desk", **options: Any) -> Page:
        page = context_of(**options).new_page()
        watch.follow(page, classroom.url)
        page.goto(classroom.enter_url(device_id))
        page.goto(f"{classroom.url}/#{where}")
        return page

    return opened


def enter(page: Page) -> None:
    page.locator("#pin").wait_for()
    page.locator("#pin").fill(PIN)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Jetzt").or_(page.get_by_role("heading", name="Now")).first.wait_for()


def go_to(page: Page, panel: str) -> None:
    page.locator(".desk nav").get_by_role("button", name=panel, exact=True).click()
    page.get_by_role("heading", level=1, name=panel, exact=True).wait_for()


def filled(page: Page) -> None:
    """The part has what it asked the server for."""
    page.locator(".desk section").locator(".card, article").first.wait_for()


def test_the_first_pin_is_chosen_by_touch_and_typed_twice(
    context_of: Callable[..., BrowserContext], watch: Watch, built: Path, tmp_path: Path
) -> None:
    with running(tmp_path) as fresh:
        page = context_of().new_page()
        watch.follow(page, fresh.url)
        page.goto(fresh.enter_url())
        page.goto(f"{fresh.url}/#/desk")
        tap(page, "111111")
        page.get_by_role("button", name="Weiter").tap()
        expect(page.locator("#pin-told")).to_contain_text("zu leicht")
        assert axe(page) == []
        tap(page, PIN)
        page.get_by_role("button", name="Weiter").tap()
        expect(page.get_by_text("Neue PIN noch einmal")).to_be_visible()
        tap(page, PIN)
        page.get_by_role("button", name="Öffnen").tap()
        page.get_by_role("heading", name="Jetzt").wait_for()
        page.reload()
        page.get_by_role("heading", name="Jetzt").wait_for()
        page.get_by_role("button", name="Tisch schließen").tap()
        expect(page.locator("#pin")).to_be_visible()


def tap(page: Page, pin: str) -> None:
    keys = page.get_by_role("group", name="Tasten")
    for key in pin:
        keys.get_by_role("button", name=key, exact=True).tap()


def test_a_wrong_pin_is_told_calmly_and_then_it_takes_patience(comes: Comes, watch: Watch) -> None:
    watch.expected = (REFUSED,)
    page = comes("tablet-guess")
    page.locator("#pin").wait_for()
    for _ in range(5):
        page.locator("#pin").fill("000111")
        page.keyboard.press("Enter")
        expect(page.locator("#pin-told")).to_have_text("Das ist nicht die PIN.")
        expect(page.locator("#pin")).to_have_value("")
    page.locator("#pin").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator("#pin-told")).to_contain_text("Sekunden geht es weiter")
    assert axe(page) == []
    expect(page.get_by_role("button", name="Öffnen")).to_have_attribute("aria-disabled", "true")


def test_the_desk_is_used_by_keyboard_alone(comes: Comes) -> None:
    page = comes("tablet-keys")
    page.locator("#pin").wait_for()
    expect(page.locator("#pin")).to_be_focused()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Jetzt").wait_for()
    today = page.locator(".desk nav").get_by_role("button", name="Heute")
    for _ in range(30):
        page.keyboard.press("Tab")
        if today.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Heute", exact=True).wait_for()
    camera = page.get_by_role("switch", name="Kamera ihres Geräts")
    camera.focus()
    page.keyboard.press("Space")
    expect(camera).to_be_checked()
    page.get_by_role("button", name="Rückgängig").focus()
    page.keyboard.press("Enter")
    expect(camera).not_to_be_checked()


def test_a_desk_that_was_left_open_is_closed_before_the_next_child_comes(comes: Comes, watch: Watch) -> None:
    watch.expected = (REFUSED,)  # what was asked for in the moment in which the desk closed
    page = comes("tablet-left")
    page.clock.install()
    page.reload()  # a timer that was set before the clock could not be cleared by it
    enter(page)
    page.get_by_role("link", name="Galerie").tap()
    page.locator(".gallery").wait_for()
    page.clock.fast_forward(11 * 60_000)
    page.locator(".welcome").wait_for()
    role = page.wait_for_function("fetch('/api/session').then((a) => a.json()).then((me) => me.role === 'child')")
    assert role.json_value() is True


def test_a_pause_holds_for_everybody_until_it_ends(comes: Comes, classroom: Program) -> None:
    page = comes("tablet-t")
    enter(page)
    page.get_by_role("button", name="Pause").tap()
    expect(page.get_by_role("heading", name="Pause für alle")).to_be_visible()
    assert axe(page) == []
    assert classroom.ask("/api/session")["paused"] is True
    page.get_by_role("button", name="Weiter", exact=True).tap()
    expect(page.get_by_role("heading", name="Die Arbeit läuft")).to_be_visible()
    assert classroom.ask("/api/session")["paused"] is False


def test_the_teacher_sees_who_is_here_with_the_newest_work(comes: Comes, classroom: Program) -> None:
    comes("tablet-child", "/").locator("body").wait_for()
    page = comes()
    enter(page)
    own = page.locator("article", has_text="dieses Gerät")
    expect(own.locator("img")).to_be_visible()
    expect(page.locator("article", has_text="tablet-child")).to_contain_text("Macht gerade nichts")


def test_what_is_switched_off_is_not_offered_to_children(comes: Comes, classroom: Program) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Heute")
    lenses = page.get_by_role("region", name="Linsen, die es heute gibt")
    lens = lenses.get_by_role("switch", name="Dada")
    lens.tap()
    expect(lens).not_to_be_checked()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    offered = classroom.ask("/api/session")["offer"]["lenses"]
    assert offered
    assert "dada" not in offered
    lenses.get_by_role("button", name="Alle anbieten").tap()
    expect(lens).to_be_checked()
    assert classroom.ask("/api/session")["offer"]["lenses"] is None


def test_a_work_is_hidden_with_one_touch_and_shown_again(comes: Comes, classroom: Program) -> None:
    run_id = classroom.make("Ein Haus zum Verstecken")["run_id"]
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Werke")
    card = page.locator("article", has_text="Ein Haus zum Verstecken")
    card.get_by_role("button", name="Verstecken", exact=True).tap()
    expect(card).to_have_count(0)
    assert run_id not in {item["run_id"] for item in classroom.ask("/api/gallery")["items"]}
    page.get_by_role("button", name="Rückgängig").tap()
    expect(card).to_be_visible()
    card.get_by_role("button", name="Wegwerfen").tap()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Papierkorb").tap()
    expect(page.get_by_role("button", name="Zurücklegen")).to_be_visible()
    assert axe(page) == []
    assert wordless(page) == []
    page.get_by_role("button", name="Zurücklegen").tap()
    expect(page.get_by_text("Hier ist nichts.")).to_be_visible()
    assert run_id in {item["run_id"] for item in classroom.ask("/api/gallery")["items"]}


def test_what_others_make_meanwhile_is_shown_when_the_teacher_says_so(comes: Comes, classroom: Program) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Werke")
    first = page.locator("article").first
    before = first.inner_text()
    classroom.make("Ein Boot aus Glas")
    fresh = page.get_by_role("button", name="Neues zeigen")
    expect(fresh).to_be_visible()
    expect(first).to_have_text(before, use_inner_text=True)
    fresh.tap()
    expect(first).to_contain_text("Ein Boot aus Glas")
    expect(fresh).to_have_count(0)
    first.get_by_role("button", name="Wegwerfen").tap()
    expect(page.get_by_text("Ein Boot aus Glas")).to_have_count(0)


def test_without_a_line_the_desk_says_that_what_it_shows_is_old(
    built: Path, tmp_path: Path, context_of: Callable[..., BrowserContext]
) -> None:
    with running(tmp_path) as started:
        started.put("/api/teacher/pin", {"pin": PIN})
        page = context_of().new_page()
        page.goto(started.enter_url())
        page.goto(f"{started.url}/#/desk")
        enter(page)
        card = page.locator(".desk .card").first
        place = card.bounding_box()
        expect(page.get_by_text("Was hier steht, ist alt.")).to_have_count(0)
    expect(page.get_by_text("Was hier steht, ist alt.")).to_be_visible()
    assert card.bounding_box() == place
    assert axe(page) == []
    save(page, "desk-old-1280x800-light")
    for panel in ("Heute", "Maschinen und Schutz"):
        go_to(page, panel)
        expect(page.get_by_text("Was hier steht, ist alt.")).to_be_visible()


def test_a_number_that_cannot_be_is_told_while_it_is_typed(comes: Comes) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Einstellungen")
    minutes = page.get_by_label("Minuten ohne Berührung, dann kommt der Anfang wieder")
    minutes.fill("500")
    expect(page.locator(".field", has=minutes)).to_contain_text("Bitte eine Zahl von 0 bis 240.")
    assert axe(page) == []
    expect(minutes).to_have_attribute("aria-invalid", "true")
    minutes.fill("50")
    expect(minutes).to_have_attribute("aria-invalid", "false")


def test_a_setting_that_cannot_be_is_told_where_it_stands(comes: Comes, watch: Watch, classroom: Program) -> None:
    watch.expected = (REFUSED,)
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Einstellungen")
    field = page.get_by_label("Längste Idee, in Zeichen")
    field.fill("0")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert classroom.ask("/api/session")["limits"]["idea_chars"] == 4000
    field.fill("3000")
    field.press("Enter")
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert classroom.ask("/api/session")["limits"]["idea_chars"] == 3000
    expect(page.locator(".field", has=field)).to_contain_text("kiosk.toml")
    page.get_by_role("button", name="Rückgängig").tap()
    expect(field).to_have_value("4000")


def test_a_setting_of_few_values_is_a_choice_with_words(comes: Comes, classroom: Program) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Einstellungen")
    levels = page.get_by_role("group", name="Wie streng geprüft wird")
    expect(levels.get_by_role("button")).to_have_text(["Kinder", "Jugendliche", "Erwachsene", "Forschung"])
    levels.get_by_role("button", name="Jugendliche").tap()
    expect(levels.get_by_role("button", name="Jugendliche")).to_have_attribute("aria-pressed", "true")
    kept = {setting["name"]: setting["value"] for setting in classroom.ask("/api/settings")["settings"]}
    assert kept["session.safety_level"] == "youth"
    page.get_by_role("button", name="Rückgängig").tap()
    expect(levels.get_by_role("button", name="Kinder")).to_have_attribute("aria-pressed", "true")


def test_a_number_tells_its_unit_and_its_limits(comes: Comes) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Einstellungen")
    minutes = page.get_by_label("Minuten ohne Berührung, dann kommt der Anfang wieder; 0: nie")
    expect(minutes).to_have_attribute("max", "240")
    expect(minutes).to_have_accessible_description("Minuten 0 bis 240")


def test_what_stands_under_today_is_only_told_among_the_settings(comes: Comes) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Einstellungen")
    consent = page.locator(".field").filter(has_text="session.consent")
    expect(consent).to_contain_text("In der Galerie dieses Kiosks zeigen")
    expect(consent).to_contain_text("Zu ändern unter „Heute“.")
    expect(consent.locator("input")).to_have_count(0)


def test_files_are_checked_and_a_clean_up_is_shown_before_it_is_done(comes: Comes) -> None:
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Speicher")
    page.get_by_role("button", name="Nachsehen").tap()
    expect(page.get_by_text("alles wie geschrieben")).to_be_visible()
    page.get_by_label("Was soll weg?").select_option("365")
    page.get_by_role("button", name="Erst ansehen").tap()
    expect(page.get_by_text("0 Läufe würden gelöscht")).to_be_visible()
    assert axe(page) == []
    expect(page.get_by_role("button", name="Jetzt löschen")).to_have_count(0)


def test_a_device_is_erased_with_a_receipt(comes: Comes, classroom: Program) -> None:
    child = comes("tablet-gone", "/")
    made = child.evaluate(
        """() => fetch('/api/schema/pipeline/interception', {
          method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ schema: 'dada', input_text: 'Ein Haus' }) }).then((answer) => answer.json())"""
    )
    page = comes("tablet-t")
    enter(page)
    go_to(page, "Speicher")
    erase = page.get_by_role("region", name="Jemanden ganz löschen")
    erase.get_by_role("combobox").select_option("tablet-gone")
    erase.get_by_role("button", name="Löschen", exact=True).tap()
    assert axe(page) == []
    erase.get_by_role("button", name="Ja, löschen").tap()
    expect(erase.get_by_text("1 Lauf ist gelöscht.")).to_be_visible()
    runs = classroom.ask("/api/runs?limit=100")["executions"]
    assert made["run_id"] not in {run["run_id"] for run in runs}


def test_without_a_stick_works_go_into_the_folder_of_the_settings_and_come_in_again(
    comes: Comes, classroom: Program, tmp_path: Path
) -> None:
    page = comes()
    enter(page)
    go_to(page, "Mitnehmen")
    expect(page.get_by_role("button", name="Schreiben")).to_have_count(0)
    classroom.change("/api/settings", {"changes": {"export.folder": str(tmp_path)}})
    form = page.locator("form").filter(has=page.get_by_role("heading", name="Werke mitnehmen"))
    expect(form.get_by_label("Wohin")).to_have_text(tmp_path.name)
    expect(page.get_by_role("button", name="Auswerfen")).to_have_count(0)
    form.get_by_label("Was mitkommt").select_option(label="Alles")
    form.get_by_text("Für unser eigenes Archiv").click()
    form.get_by_role("button", name="Schreiben").click()
    packed = page.locator("article").filter(has_text="Siegel")
    expect(packed).to_contain_text("Fertig.", timeout=60_000)
    assert len(list((tmp_path / "KIOSK-EXPORT").glob("*/bagit.txt"))) == 1
    page.get_by_role("button", name="Hereinholen").click()
    came = page.locator("article").filter(has_text="Schon da")
    expect(came).to_contain_text("Fertig.", timeout=60_000)
    expect(came).to_contain_text("Neu: 0.")
    expect(came.locator("h2")).to_have_text(tmp_path.name)
    classroom.change("/api/settings", {"changes": {"export.folder": ""}})


def test_a_package_tells_how_far_it_is_and_what_stayed_out(comes: Comes) -> None:
    page = comes("tablet-t")
    script_exports(page)
    enter(page)
    go_to(page, "Mitnehmen")
    card = page.locator("article").filter(has=page.get_by_role("heading", name="KLASSE 4B"))
    expect(card).to_contain_text("50 MB von 200 MB")
    expect(card).to_contain_text("noch etwa 30 Sekunden")
    card.get_by_text("Was nicht mitkam").tap()
    expect(card).to_contain_text("dürfen nicht weg (Einwilligung): 3")
    with page.expect_request("**/pause"):
        card.get_by_role("button", name="Pause").tap()


def test_without_a_stick_it_is_told_how_works_leave(comes: Comes) -> None:
    page = comes("tablet-t")
    nothing = 'event: drives\ndata: {"drives": []}\n\n'
    page.route("**/api/exports/stream", lambda route: route.fulfill(content_type="text/event-stream", body=nothing))
    enter(page)
    go_to(page, "Mitnehmen")
    expect(page.get_by_text("Er erscheint hier von allein")).to_be_visible()
    assert axe(page) == []
    steps = page.locator(".desk section ol").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(steps.last).to_contain_text("ziehen den Stick ab")


@every_size_languages_in_turn
def test_every_part_fits_and_axe_finds_nothing(comes: Comes, size: str, language: str) -> None:
    page = comes(viewport=viewport(size), reduced_motion="reduce")
    script_exports(page)
    page.locator("#pin").wait_for()
    speak(page, language)
    save(page, f"desk-pin-{size}-light")
    assert too_small(page) == []
    assert wordless(page) == []
    assert axe(page) == []
    enter(page)
    for panel, name in zip(ENGLISH if language == "en" else PANELS, PANELS.values(), strict=True):
        go_to(page, panel)
        filled(page)
        assert is_wide_enough(page), panel
        assert page.evaluate("document.querySelector('.desk section').scrollWidth") <= page.evaluate(
            "document.querySelector('.desk section').clientWidth"
        ), panel
        assert too_small(page) == [], panel
        assert wordless(page) == [], panel
        for light in in_every_light(page):
            save(page, f"desk-{name}-{size}-{light}")
        for light in in_every_light(page):
            assert axe(page) == [], (panel, light)


def script_exports(page: Page) -> None:
    """A stick and a package on it, as the server would tell them; sticks cannot be plugged into a test."""
    drive = {
        "id": "drive-0123456789abcdef", "label": "KLASSE 4B", "place": "/media/stick", "file_system": "exfat",
        "size_bytes": 32_000_000_000, "free_bytes": 12_300_000_000, "max_file_bytes": None, "read_only": False,
        "kind": "stick", "can_eject": True, "busy": True,
    }  # fmt: skip
    folder = {**drive, "id": "drive-fedcba9876543210", "kind": "folder", "label": "Forschung", "busy": False}
    export = {
        "id": "export-0123456789ab", "state": "running", "reason": None, "target": drive["id"], "label": "KLASSE 4B",
        "profile": "full", "own_archive": False, "prompts": False, "selection": {},
        "created": "2026-11-21T12:00:00.000+01:00", "ended": None, "group": "g", "known": 0, "damaged": 0,
        "bags": [{"name": "atelier-1", "number": 1, "runs": 12, "files": 90, "bytes": 9_000_000, "seal": "0a1b2c3d"}],
        "progress": {"phase": "copying", "runs": 4, "runs_total": 9, "files": 40, "files_total": 99,
                     "bytes": 50_000_000, "bytes_total": 200_000_000, "speed": 5_000_000.0, "seconds_left": 30.0},
        "left_out_by": {"consent": 3}, "left_out": [],
    }  # fmt: skip
    came = {
        "id": "import-0123456789ab", "state": "running", "reason": None, "source": folder["id"],
        "created": "2026-11-21T11:58:00.000+01:00", "ended": None, "sources": ["20261120T101500Z_a1b2c3_007"],
        "runs_total": 40, "runs": 18, "bytes": 9_000_000, "came_in": 12, "same": 4, "favorites": 3,
        "refused_by": {"other_content": 1, "erased": 1},
        "refused": [
            {"run_id": "run_1769122471728_362ba81c", "source": "007", "why": "other_content", "detail": ""},
            {"run_id": "run_1769122471729_362ba81d", "source": "007", "why": "erased", "detail": ""},
        ],
        "notes": ["20261120T101500Z_a1b2c3_008.partial: not finished"],
    }  # fmt: skip
    events = {"export": export, "import": came, "drives": {"drives": [drive, folder]}}
    told = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events.items())
    page.route("**/api/exports/stream", lambda route: route.fulfill(content_type="text/event-stream", body=told))
    page.route("**/api/exports/*/pause", lambda route: route.fulfill(json=export))
