"""The way of an idea, as a child goes it."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import table
from tests.browser.conftest import NewPage
from tests.browser.program import Program
from tests.window.waiting import eventually

pytestmark = pytest.mark.browser


def test_step_by_step_by_touch(page: Page, program: Program) -> None:
    page.get_by_role("radiogroup").locator("label", has_text="Dada").tap()
    page.get_by_label("Deine Idee", exact=True).fill(table.IDEA)
    page.get_by_role("button", name="Text verwandeln").tap()
    expect(page.get_by_text("Der Text ist da.")).to_be_visible()
    written = table.wording(page).input_value()
    assert written
    assert written != table.IDEA

    table.wording(page).fill("Der Wal fragt: Wo ist die Schule?")
    page.get_by_role("button", name="1 Werk machen").tap()
    table.expect_done(page)

    expect(table.pictures(page)).to_have_count(1)
    assert table.pictures(page).evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 1024
    expect(page.get_by_text("Ohne KI gemacht")).to_be_visible()
    run_id = table.run_id(page)
    # The machine's text and the child's edit are both kept; text files follow the journal.
    eventually(lambda: [name[4:] for name in program.wordings(run_id)].count("interception.txt") == 2)


def test_the_whole_way_at_once_with_picture_and_music(page: Page) -> None:
    table.write(page)
    page.get_by_role("checkbox", name="Skizzenbuch: Musik").first.check(force=True)
    table.all_at_once(page)
    expect(table.pictures(page)).to_have_count(1)
    player = page.get_by_role("button", name="Abspielen: Skizzenbuch: Musik")
    expect(player).to_be_visible()
    assert page.locator("audio").evaluate("audio => audio.duration") > 1


def test_several_pictures_from_one_output(page: Page) -> None:
    table.write(page)
    page.get_by_role("button", name="Einmal mehr: Skizzenbuch: Bild").first.click()
    table.all_at_once(page)
    expect(table.pictures(page)).to_have_count(2)
    addresses = {picture.get_attribute("src") for picture in table.pictures(page).all()}
    assert {address.rsplit("/", 1)[-1] for address in addresses if address} == {"1", "2"}


def test_new_dice_make_another_picture_and_keep_the_first(page: Page, program: Program) -> None:
    table.write(page)
    table.all_at_once(page)
    page.get_by_role("button", name="Neu würfeln").click()
    expect(table.pictures(page)).to_have_count(2)
    table.expect_done(page)
    outputs = program.ask(f"/api/pipeline/{table.run_id(page)}/status")["outputs"]
    assert len({output["seed"] for output in outputs}) == 2


def test_a_changed_text_goes_into_the_same_run(page: Page) -> None:
    table.write(page)
    table.transform(page)
    table.make(page)
    run = table.run_id(page)
    table.wording(page).fill("Ein roter Ball im Schnee.")
    table.make(page)
    expect(table.pictures(page)).to_have_count(2)
    assert table.run_id(page) == run


def test_changed_rules_are_the_child_s_own_until_they_are_put_back(page: Page) -> None:
    table.pick_lens(page, "Dada")
    rules = page.locator("#rules")
    original = rules.input_value()
    expect(page.get_by_text("Regeln", exact=True)).to_be_visible()
    rules.fill("Alles spielt unter Wasser.")
    expect(page.get_by_text("Deine Regeln", exact=True)).to_be_visible()
    expect(page.get_by_text("aus Dada", exact=True)).to_be_visible()
    page.get_by_role("button", name="Regeln der Linse zurückholen").click()
    expect(rules).to_have_value(original)


def test_an_idea_without_rules_is_not_said_to_be_rewritten(page: Page) -> None:
    page.get_by_label("Deine Idee", exact=True).fill(table.IDEA)
    expect(page.get_by_text("Ohne Regeln ändert sich nichts.")).to_be_visible()
    page.get_by_role("button", name="Text verwandeln").click()
    expect(page.get_by_text("Ohne Regeln bleibt deine Idee, wie sie ist.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Umschreiben")).to_contain_text("Ohne Regeln: unverändert")
    expect(table.wording(page)).to_have_value(table.IDEA)


def test_an_example_too_long_for_its_place_can_be_read_whole(page: Page) -> None:
    table.pick_lens(page, "Haiku")
    whole = page.get_by_role("button", name="Ganz lesen")
    expect(whole).not_to_be_visible()
    table.pick_lens(page, "Surrealismus")
    whole.click()
    sheet = page.get_by_role("dialog", name="Surrealismus")
    expect(sheet.get_by_text(page.locator(".example .after").inner_text())).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()


def test_undo_by_a_button(page: Page) -> None:
    table.write(page, "Ein Wal.")
    page.locator("#idea").fill("Etwas ganz anderes.")
    page.get_by_role("button", name="Zurück: Deine Idee").click()
    expect(page.locator("#idea")).to_have_value("")


def test_what_changed_is_shown_word_by_word(page: Page) -> None:
    table.write(page)
    table.transform(page)
    table.wording(page).fill(table.IDEA.replace("Wal", "Igel"))
    page.get_by_role("button", name="Was ist anders?").click()
    changes = page.get_by_role("region", name="Was ist anders?")
    expect(changes.locator(".pieces ins")).to_have_text(["Igel"])
    expect(changes.locator(".pieces del")).to_have_text(["Wal"])


def test_any_two_wordings_can_be_compared(page: Page) -> None:
    table.write(page)
    table.transform(page)
    machine = table.wording(page).input_value()
    table.wording(page).fill(machine + " Ende.")
    table.make(page)
    page.get_by_role("button", name="Was ist anders?").click()
    changes = page.get_by_role("region", name="Was ist anders?")
    expect(changes.get_by_label("von", exact=True).locator("option")).to_contain_text(
        ["Deine Idee", "Die Regeln", "Text der Maschine", "Von dir geändert"]
    )
    changes.get_by_label("von", exact=True).select_option(label="Text der Maschine")
    changes.get_by_label("zu", exact=True).select_option(label="Von dir geändert")
    expect(changes.locator(".pieces del")).to_have_count(0)
    assert "".join(changes.locator(".pieces ins").all_inner_texts()).strip() == "Ende."
    changes.get_by_label("zu", exact=True).select_option(label="Die Regeln")
    expect(changes.locator(".pieces del")).not_to_have_count(0)


def test_a_finished_work_gets_a_star_the_same_dice_and_a_place_beside_others(page: Page, program: Program) -> None:
    table.write(page)
    table.all_at_once(page)
    page.get_by_role("button", name="Stern").click()
    run = table.run_id(page)
    expect(page.locator("figure").get_by_role("button", name="Stern")).to_have_attribute("aria-pressed", "true")
    assert [star["run_id"] for star in program.ask("/api/favorites?view=group")["favorites"]].count(run) == 1
    more = page.get_by_role("button", name="Mehr: Skizzenbuch: Bild", exact=True)
    more.click()
    expect(page.get_by_role("button", name="Drucken")).to_have_count(0)
    page.get_by_role("button", name="Noch einmal mit derselben Würfelzahl").click()
    expect(table.pictures(page)).to_have_count(2)
    table.expect_done(page)
    outputs = program.ask(f"/api/pipeline/{run}/status")["outputs"]
    assert len({output["seed"] for output in outputs}) == 1
    page.get_by_role("button", name="Vergleichen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("img")).to_have_count(2)
    page.keyboard.press("+")
    moved = dialog.locator("img").evaluate_all("all => new Set(all.map((img) => img.style.transform)).size")
    assert moved == 1, "both are looked at alike"
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_a_work_is_printed_and_put_into_the_folder_where_the_teacher_chose_them(page: Page) -> None:
    def with_printer(route: Route) -> None:
        session = route.fetch().json()
        route.fulfill(json={**session, "can": {"print": True, "save": True, "camera": False}})

    asked: list[str] = []

    def done(route: Route) -> None:
        asked.append(route.request.url.rsplit("/", 1)[-1] + " " + (route.request.post_data or ""))
        route.fulfill(json={})

    page.route("**/api/session", with_printer)
    page.route("**/api/runs/*/print", done)
    page.route("**/api/runs/*/save", done)
    page.reload()
    table.write(page)
    table.all_at_once(page)
    more = page.get_by_role("button", name="Mehr: Skizzenbuch: Bild", exact=True)
    more.click()
    page.get_by_role("button", name="Drucken").click()
    expect(page.get_by_text("Unterwegs zum Drucker.")).to_be_visible()
    more.click()
    page.get_by_role("button", name="In den Ordner der Klasse legen").click()
    expect(page.get_by_text("Liegt im Ordner der Klasse.")).to_be_visible()
    assert asked == ['print {"media_type":"image","n":1}', 'save {"media_type":"image","n":1}']


def test_a_pause_is_told_at_once_and_the_text_stays(page: Page, program: Program) -> None:
    table.write(page)
    program.ask("/api/teacher/pause", {"paused": True})
    try:
        expect(page.get_by_text("Pause. Schreiben kannst du weiter.")).to_be_visible()
        expect(page.get_by_role("button", name="Text verwandeln")).to_be_disabled()
        page.locator("#idea").press_sequentially(" Und dann?")
    finally:
        program.ask("/api/teacher/pause", {"paused": False})
    expect(page.get_by_text("Pause. Schreiben kannst du weiter.")).not_to_be_visible()
    expect(page.locator("#idea")).to_have_value(table.IDEA + " Und dann?")
    table.transform(page)


def test_what_the_teacher_does_not_offer_leaves_the_table_and_the_words_stay(page: Page, program: Program) -> None:
    table.write(page)
    program.change("/api/settings", {"changes": {"offer.lenses": ["bauhaus", "user_defined"]}})
    try:
        expect(page.get_by_role("radiogroup").locator("label", has_text="Dada")).to_have_count(0)
        expect(page.locator("#idea")).to_have_value(table.IDEA)
        expect(page.locator("input[name=lens]:checked")).to_have_value("user_defined")
    finally:
        program.change("/api/settings", {"changes": {"offer.lenses": []}})
    expect(page.get_by_role("radiogroup").locator("label", has_text="Dada")).to_have_count(1)


def test_a_blocked_idea_stays_and_is_told_kindly(page: Page) -> None:
    idea = "Der Mann nimmt eine Pistole und will alle töten."
    table.write(page, idea)
    page.get_by_role("button", name="Text verwandeln").click()
    expect(page.get_by_text("Hier geht es so nicht weiter.")).to_be_visible()
    expect(page.get_by_text("Deine Idee bleibt stehen")).to_be_visible()
    page.get_by_role("button", name="Die Idee ändern").click()
    expect(page.locator("#idea")).to_be_focused()
    expect(page.locator("#idea")).to_have_value(idea)
    page.locator("#idea").fill("Der Mann nimmt eine Blume.")
    table.transform(page)


def test_what_is_told_beside_the_start_moves_nothing(page: Page, program: Program) -> None:
    def places() -> list[object]:
        return [page.locator(spot).first.bounding_box() for spot in ("#idea", ".write .card", ".ways")]

    before = places()
    page.locator("#idea").fill("Ein Wal.")
    assert places() == before
    program.ask("/api/teacher/pause", {"paused": True})
    try:
        expect(page.get_by_text("Gerade ist Pause.")).to_be_visible()
        assert places() == before
    finally:
        program.ask("/api/teacher/pause", {"paused": False})


@pytest.mark.parametrize("width", [1280, 1920])
def test_every_output_can_be_reached_beside_the_text(open_page: NewPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 1080 if width == 1920 else 800})
    table.write(page)
    table.transform(page)
    maker = page.locator(".maker")
    if width == 1920:
        maker.locator("button.there.right").click()
    music = maker.locator("label", has_text="Skizzenbuch: Musik")
    expect(music).to_be_in_viewport(ratio=0.9)
    paper, row = page.locator(".watch .paper").bounding_box(), maker.locator(".frame").bounding_box()
    assert paper
    assert row
    beside = row["x"] >= paper["x"] + paper["width"] or row["y"] >= paper["y"] + paper["height"]
    assert beside, "nothing lies on the text"
    music.click()
    expect(maker.get_by_role("button", name="2 Werke machen")).to_be_visible()


def test_a_child_is_told_what_is_missing_without_a_word_of_settings(open_page: NewPage) -> None:
    for role, told in (("child", False), ("teacher", True)):
        page = open_page(role=role)
        page.get_by_role("button", name="weitere fehlen gerade").dispatch_event("click")
        card = page.get_by_role("dialog", name="Was hier gerade nicht geht")
        expect(card.get_by_role("listitem").filter(has_text="ACE-Step")).to_contain_text("" if told else "Musik")
        assert ("kiosk.toml" in card.inner_text()) is told
        expect(card.get_by_text("Deine Lehrkraft kann nachsehen")).to_have_count(0 if told else 1)


def test_nothing_starts_without_an_idea(page: Page) -> None:
    expect(page.get_by_text("Schreib zuerst deine Idee auf.")).to_be_visible()
    expect(page.get_by_role("button", name="Text verwandeln")).to_be_disabled()
    expect(page.get_by_role("button", name="Alles auf einmal")).to_be_disabled()


def test_keyboard_alone_goes_the_whole_way(page: Page) -> None:
    page.locator("input[name=lens]:checked").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#rules").input_value(), "an arrow picks the next lens"
    table.tab_to(page, "Deine Idee")
    page.keyboard.type("Ein Igel baut ein Haus.")
    table.tab_to(page, "Text verwandeln")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Der Text ist da.")).to_be_visible()
    table.tab_to(page, "1 Werk machen")
    page.keyboard.press("Enter")
    table.expect_done(page)
    expect(table.pictures(page)).to_have_count(1)
    table.tab_to(page, "groß ansehen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_the_other_language_speaks_at_once_and_leaves_the_work_alone(page: Page) -> None:
    table.write(page)
    table.transform(page)
    written = table.wording(page).input_value()
    page.get_by_role("button", name="EN English").click()
    expect(page.get_by_label("Your idea", exact=True)).to_have_value(table.IDEA)
    expect(page.get_by_label("The new text", exact=True)).to_have_value(written)
    expect(page.get_by_role("button", name="Change the text")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    page.reload()
    expect(page.get_by_label("Your idea", exact=True)).to_have_value(table.IDEA)


def test_two_children_do_not_see_each_other_s_table(open_page: NewPage) -> None:
    first, second = open_page("desk-1"), open_page("desk-2")
    table.write(first, "Meine Idee.")
    expect(second.locator("#idea")).to_have_value("")


def test_a_box_that_comes_later_brings_its_outputs(page: Page) -> None:
    page.clock.install()
    page.reload()
    music = page.get_by_role("checkbox", name="Skizzenbuch: Musik").first
    expect(music).to_be_attached()
    expect(music).to_have_accessible_description("Musik · 1 Sek. hier im Haus")

    def without_music(route: Route) -> None:
        answer = route.fetch().json()
        for output in answer["outputs"]:
            output["available"] = output["available"] and output["media_type"] != "music"
        route.fulfill(json=answer)

    page.route("**/api/outputs*", without_music)
    page.clock.run_for(31_000)
    expect(music).not_to_be_attached()
    page.unroute("**/api/outputs*")
    page.clock.run_for(31_000)
    expect(music).to_be_attached()


def test_a_run_that_is_opened_is_looked_at_whatever_lens_it_had(page: Page, program: Program) -> None:
    run = program.make(table.IDEA, schema="surrealism")
    page.goto(f"{program.url}/#/run/{run['run_id']}")
    expect(page.locator("input[name=lens]:checked")).to_have_value("surrealism")
    page.evaluate("new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
    table_top = page.evaluate("document.querySelector('.studio').scrollTop")
    assert table_top == page.evaluate("document.querySelector('.watch').offsetTop") > 0
