"""The strip of works, the gallery, and a work seen large."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import table
from tests.browser.conftest import NewPage
from tests.browser.program import Program

pytestmark = pytest.mark.browser


def test_a_work_of_another_desk_arrives_by_itself(open_page: NewPage, program: Program) -> None:
    page = open_page("desk-other")
    run = program.make("Ein Leuchtturm im Sturm.")
    newest = table.strip(page).first
    expect(newest).to_have_accessible_name("Bild ansehen: Ein Leuchtturm im Sturm.")
    assert newest.locator("img").evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 0
    newest.click()
    page.wait_for_url(f"**look=image/{run['run_id']}/1")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Ein Leuchtturm im Sturm.")).to_be_visible()
    expect(dialog.get_by_text("Keine KI war beteiligt.")).to_be_visible()
    expect(dialog.get_by_role("link")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Neu anfangen")).to_have_count(0)


def test_a_work_is_shown_with_its_words_and_what_made_it(page: Page, program: Program) -> None:
    run = program.make("Drei Fische trinken Tee.")
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Drei Fische trinken Tee.")).to_be_visible()
    expect(dialog.locator(".wording")).to_have_text(run["texts"]["interception"])
    expect(dialog.get_by_text("Linse: Dada")).to_be_visible()
    expect(dialog.get_by_text("Keine KI war beteiligt.")).to_be_visible()
    expect(dialog.get_by_text(str(run["media_outputs"][0]["seed"]))).to_be_visible()


def test_leafing_through_works_by_keyboard(page: Page, program: Program) -> None:
    older = program.make("Ein alter Schuh.")["run_id"]
    newer = program.make("Ein neuer Hut.")["run_id"]
    page.goto(f"{program.url}/#/gallery?look=image/{newer}/1")
    expect(page.get_by_role("dialog").get_by_text("Ein neuer Hut.")).to_be_visible()
    expect(page.get_by_role("button", name="Älteres Werk")).to_be_enabled()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog").get_by_text("Ein alter Schuh.")).to_be_visible()
    assert older in page.url
    page.keyboard.press("Escape")
    page.wait_for_url("**/#/gallery")
    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_a_work_goes_back_to_the_table_with_its_words(page: Page, program: Program) -> None:
    run = program.make("Ein Bus aus Papier.")
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    page.get_by_role("link", name="Am Werktisch öffnen").click()
    expect(page.locator("#idea")).to_have_value("Ein Bus aus Papier.")
    expect(table.wording(page)).to_have_value(run["texts"]["interception"])
    expect(table.pictures(page)).to_have_count(1)


def test_music_is_heard_large(page: Page, program: Program) -> None:
    run = program.make("Ein Lied für den Mond.", output_configs=["sketchbook_music"])
    page.goto(f"{program.url}/#/gallery?look=music/{run['run_id']}/1")
    expect(page.get_by_role("dialog").get_by_role("button", name="Abspielen")).to_be_visible()


def test_a_work_that_is_not_there_says_so(page: Page, program: Program, watch: object) -> None:
    watch.expected = ("404",)  # type: ignore[attr-defined]
    page.goto(f"{program.url}/#/gallery?look=image/run_1769122471728_362ba81c/1")
    expect(page.get_by_role("dialog").locator("p").first).not_to_be_empty()


def test_before_the_first_work_the_strip_invites(page: Page, program: Program) -> None:
    page.route("**/api/gallery", lambda route: route.fulfill(json={"items": [], "next": None}))
    page.reload()
    expect(page.get_by_text("Noch kein Werk.")).to_be_visible()


def test_a_star_with_a_note_is_kept(page: Page, program: Program) -> None:
    run = program.make("Ein Igel im Regen.")
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Stern").click()
    note = dialog.get_by_label("Warum gefällt dir das?")
    note.fill("Weil er lacht.")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        note.blur()
    page.reload()
    expect(note).to_have_value("Weil er lacht.")
    dialog.get_by_role("button", name="Stern").click()
    expect(note).to_have_count(0)


def test_the_same_words_begin_a_new_run(page: Page, program: Program) -> None:
    run = program.make("Ein Hut voller Wolken.", schema="haiku")
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    page.get_by_role("button", name="Neu anfangen mit diesen Worten").click()
    expect(page.locator("#idea")).to_have_value("Ein Hut voller Wolken.")
    table.transform(page)
    anew = table.run_id(page)
    assert anew != run["run_id"]
    assert program.ask(f"/api/runs/{anew}/lineage")["ancestors"] == [run["run_id"]]


def test_a_picture_goes_on_in_the_image_studio(open_page: NewPage, program: Program) -> None:
    run = program.make("Ein Turm aus Tassen.")
    page = open_page("desk-other")
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    page.get_by_role("button", name="Mit diesem Bild weitermachen").click()
    page.wait_for_url("**/#/image")


def test_another_desks_work_is_seen_before_any_list_of_works_has_come(open_page: NewPage, program: Program) -> None:
    run = program.make("Ein Schiff im Glas.")
    page = open_page("desk-other")
    page.route(re.compile(r"/api/gallery(/stream|\?limit|$)"), lambda _: None)
    page.goto(f"{program.url}/#/gallery?look=image/{run['run_id']}/1")
    page.reload()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Ein Schiff im Glas.")).to_be_visible()
    expect(dialog.get_by_role("link")).to_have_count(0)
