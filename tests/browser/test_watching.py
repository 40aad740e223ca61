"""What is told while a box takes its time: only what is really known."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser import table
from tests.browser.scripted import PIXEL, RUN_ID, Script

pytestmark = pytest.mark.browser


def test_tokens_come_into_the_text_and_thinking_is_folded_away(page: Page) -> None:
    script = Script([]).item("stage1_safety_check", media_type="metadata", metadata={"allowed": True})
    script.progress(kind="stage", step="interception", seconds=3.0)
    script.progress(kind="working", model="llama3.2:latest").progress(kind="thinking", text="Ein Wal ist groß.")
    for piece in ("Wal ", "ein, ", "Ein "):
        script.progress(kind="token", text=piece)
    script.show(page)
    expect(table.wording(page)).to_have_value("Wal ein, Ein ")
    expect(table.wording(page)).not_to_be_editable()
    expect(page.get_by_text("llama3.2 schreibt die Idee um.")).to_be_visible()
    expect(page.get_by_text("3 Textstücke")).to_be_visible()
    expect(page.get_by_text("Ein Wal ist groß.")).not_to_be_visible()
    page.get_by_text("Was das Modell nebenbei überlegt").click()
    expect(page.get_by_text("Ein Wal ist groß.")).to_be_visible()


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (None, "Die Idee wird umgeschrieben."),
        ("gpt-oss:20b", "gpt-oss denkt nach."),
        ("sketchbook:cut_up", "Das Skizzenbuch schreibt die Idee um."),
    ],
)
def test_who_is_at_the_text_is_told(page: Page, model: str | None, told: str) -> None:
    script = Script([]).item("stage1_safety_check", media_type="metadata", metadata={"allowed": True})
    script.progress(kind="stage", step="interception", seconds=3.0, model=model)
    script.progress(kind="thinking", text="Ein Wal ist groß.")
    script.show(page)
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()


def test_a_place_in_the_queue_with_an_estimate(page: Page) -> None:
    script = Script(["sketchbook_image"]).text()
    script.progress(kind="stage", step="media_generation", loop_iteration=1, config="sketchbook_image", seconds=0.0)
    script.progress(kind="queue", place=3, estimate_s=41.5, loop_iteration=1)
    script.show(page)
    expect(page.get_by_text("Platz 3 in der Schlange.")).to_be_visible()
    expect(page.get_by_text("etwa 42 Sekunden")).to_be_visible()
    expect(page.locator("progress")).to_have_count(0)


def test_a_text_that_waits_tells_one_time_and_not_two(page: Page) -> None:
    script = Script([]).item("stage1_safety_check", media_type="metadata", metadata={"allowed": True})
    script.progress(kind="stage", step="interception", seconds=3.0).progress(kind="queue", place=3, estimate_s=41.5)
    script.show(page)
    expect(page.locator(".figures")).to_have_text("etwa 42 Sekunden")


def test_long_waits_are_told_in_minutes(page: Page) -> None:
    script = Script(["sketchbook_image"]).text()
    script.progress(kind="stage", step="media_generation", loop_iteration=1, config="sketchbook_image", seconds=0.0)
    script.progress(kind="queue", place=12, estimate_s=341.5, loop_iteration=1)
    script.show(page)
    expect(page.get_by_text("etwa 6 Minuten")).to_be_visible()


def test_steps_and_preview_as_they_come(page: Page) -> None:
    script = Script(["sketchbook_image", "sketchbook_image"]).text()
    script.progress(kind="stage", step="media_generation", loop_iteration=1, config="sketchbook_image", seconds=0.0)
    script.progress(kind="preview", preview=PIXEL, loop_iteration=1)
    script.progress(kind="step", value=7, total=20, loop_iteration=1)
    script.show(page)
    expect(page.get_by_text("Schritt 7 von 20")).to_be_visible()
    assert page.locator("progress").evaluate("bar => bar.value / bar.max") == pytest.approx(0.35)
    expect(page.get_by_role("img", name="So sieht es bis jetzt aus")).to_be_visible()
    page.wait_for_function("document.querySelector('.making img').naturalWidth === 1")
    expect(page.get_by_text("Kommt gleich dran.")).to_be_visible()


def test_without_steps_no_measure_is_claimed(page: Page) -> None:
    script = Script(["sketchbook_image"]).text()
    script.progress(kind="stage", step="media_generation", loop_iteration=1, config="sketchbook_image", seconds=5.0)
    script.progress(kind="working", loop_iteration=1)
    script.show(page)
    expect(page.get_by_role("list", name="Was daraus wird").get_by_text("Sekunden")).to_be_visible()
    expect(page.locator("progress")).to_have_count(0)


def test_one_output_fails_another_is_blocked_a_third_is_not_saved(page: Page) -> None:
    script = Script(["sketchbook_image"] * 3).text()
    script.item("output_error", media_type="metadata", loop_iteration=1, content="not enough memory")
    script.item(
        "stage3_blocked", media_type="metadata", loop_iteration=2, metadata={"allowed": False, "category": "age"}
    )
    unsaved = {"not_saved": "disk full", "width": 64, "height": 64}
    script.item("output_image", media_type="image", loop_iteration=3, metadata=unsaved)
    page.route("**/api/media/**", lambda route: route.fulfill(status=200, content_type="image/png", body=b""))
    script.show(page)
    works = page.get_by_role("list", name="Was daraus wird")
    expect(works.get_by_text("Du hast nichts falsch gemacht.")).to_be_visible()
    expect(works.get_by_text("not enough memory")).not_to_be_visible()
    works.get_by_text("Für Erwachsene: was die Maschine sagt").click()
    expect(works.get_by_text("not enough memory")).to_be_visible()
    expect(works.get_by_text("Deine Idee bleibt stehen")).to_be_visible()
    expect(works.get_by_text("Nicht gespeichert")).to_be_visible()


def test_a_work_that_failed_can_be_tried_again(page: Page) -> None:
    script = Script(["sketchbook_image"] * 2).text()
    script.item("output_error", media_type="metadata", loop_iteration=1, content="not enough memory")
    script.item("pipeline_complete", media_type="metadata", metadata={"status": "completed"})
    script.show(page)
    page.route("**/generation", lambda _: None)  # no server knows this run
    works = page.get_by_role("list", name="Was daraus wird")
    page.route("**/generation", lambda route: route.fulfill(status=202, json={"run_id": RUN_ID}))
    with page.expect_request("**/generation") as asked:
        works.get_by_role("listitem").filter(has_text="not enough memory").get_by_role("button").click()
    request = json.loads(asked.value.post_data or "")
    assert (request["output_configs"], request["prompt"]) == (["sketchbook_image"], "Wal ein, Ein Wal.")


@pytest.mark.parametrize(
    ("unsaved", "told"),
    [
        ({}, "Fertig. Nicht alles hat geklappt."),
        ({"not_saved": "disk full"}, "Fertig. Aber nicht alles ist gespeichert."),
    ],
)
def test_an_end_that_half_went_well_is_not_called_a_good_one(page: Page, unsaved: dict[str, str], told: str) -> None:
    script = Script(["sketchbook_image"] * 2).text()
    script.item("output_error", media_type="metadata", loop_iteration=1, content="not enough memory")
    script.item("output_image", media_type="image", loop_iteration=2, metadata={"width": 64, "height": 64, **unsaved})
    script.item("pipeline_complete", media_type="metadata", metadata={"status": "completed"})
    page.route("**/api/media/**", lambda route: route.fulfill(status=200, content_type="image/png", body=b""))
    script.show(page)
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
    expect(page.get_by_text("Fertig. Alles ist gespeichert.")).to_have_count(0)


def test_every_station_of_a_chain_can_be_read(page: Page) -> None:
    script = Script([]).item("stage1_safety_check", media_type="metadata", metadata={"allowed": True})
    for number, (language, text) in enumerate((("fr", "une baleine"), ("tr", "bir balina")), start=1):
        script.item("interception_iteration", stage_iteration=number, content=text, metadata={"language": language})
    script.show(page)
    stations = page.get_by_role("list", name="Die Stationen")
    expect(stations.get_by_role("button")).to_have_text(["1. Französisch", "2. Türkisch"])
    expect(page.get_by_text("bir balina")).to_be_visible()
    stations.get_by_role("button", name="Französisch").click()
    expect(page.get_by_text("une baleine")).to_be_visible()


def test_a_chain_in_one_language_has_stations(page: Page) -> None:
    script = Script([]).item("stage1_safety_check", media_type="metadata", metadata={"allowed": True})
    for number in (1, 2):
        script.item(
            "interception_iteration", stage_iteration=number, content=f"Wal {number}", metadata={"language": "de"}
        )
    script.show(page)
    stations = page.get_by_role("list", name="Die Stationen")
    expect(stations.get_by_role("button")).to_have_text(["1. Station", "2. Station"])


def test_somebody_who_may_need_help_gets_a_calm_card(page: Page) -> None:
    card = "Du musst damit nicht allein sein."
    script = Script([])
    script.item("stage1_blocked", media_type="metadata", metadata={"allowed": False, "category": "self_harm"})
    script.item("pipeline_complete", media_type="metadata", metadata={"status": "blocked", "reason": card})
    script.show(page)
    expect(page.get_by_text(card)).to_be_visible()
    expect(page.get_by_text("Wir halten hier kurz an.")).to_be_visible()
    expect(page.get_by_role("button", name="Die Idee ändern")).to_have_count(0)
    expect(page.get_by_placeholder("Hier steht noch kein neuer Text.")).to_be_visible()
