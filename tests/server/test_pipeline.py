"""Runs over HTTP: started, waited for or not, continued, edited, cancelled."""

from typing import Any

import msgspec
import pytest

from kiosk.records import ItemType
from tests.server.house import House, listen

EXECUTE = "/api/schema/pipeline/execute"
INTERCEPTION = "/api/schema/pipeline/interception"
GENERATION = "/api/schema/pipeline/generation"
IDEA: dict[str, Any] = {
    "schema": "dada",
    "input_text": "Eine Tomate fliegt zum Mond",
    "output_configs": ["sketchbook_image"],
}
AT_ONCE = {"Prefer": "respond-async"}


def test_a_whole_run_answers_when_it_is_done(house: House) -> None:
    with house.child() as child:
        answer = child.post(EXECUTE, json=IDEA)
        assert answer.status_code == 200
        result = answer.json()
        assert result["status"] == "completed"
        assert result["texts"]["input"] == IDEA["input_text"]
        picture = child.get(result["media_outputs"][0]["url"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_long_work_is_answered_at_once_when_that_is_preferred(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child() as child:
        answer = child.post(EXECUTE, json=IDEA, headers=AT_ONCE)
        assert answer.status_code == 202
        assert answer.headers["preference-applied"] == "respond-async"
        accepted = answer.json()
        assert set(accepted) == {"run_id", "execution_id", "status"}
        assert child.get(f"/api/pipeline/{accepted['run_id']}/status").json()["status"] == "running"
        house.on_loop(house.studio.media.let_go.set)
        with child.stream("GET", f"/api/pipeline/{accepted['run_id']}/stream") as stream:
            *_, last = listen(stream.iter_lines())
    assert (last.name, last.data["status"]) == ("end", "completed")


def test_a_run_waits_for_the_person_and_is_continued_in_the_same_folder(house: House) -> None:
    with house.child() as child:
        first = child.post(INTERCEPTION, json={"schema": "dada", "input_text": "Ein Haus"}).json()
        assert first["status"] == "waiting"
        edited = child.post(
            f"/api/schema/pipeline/{first['run_id']}/edit",
            json={"entity_type": "interception", "text": "Zwei Häuser"},
        )
        assert edited.status_code == 200
        assert edited.json()["item_type"] == ItemType.USER_EDIT
        second = child.post(
            GENERATION, json={"run_id": first["run_id"], "output_configs": ["sketchbook_image", "sketchbook_image"]}
        ).json()
    assert second["run_id"] == first["run_id"]
    assert second["status"] == "completed"
    assert [outcome["n"] for outcome in second["media_outputs"]] == [1, 2]
    assert house.studio.media.requests[0].prompt.startswith("Zwei Häuser")


def test_an_output_can_be_made_again(house: House) -> None:
    with house.child() as child:
        run = child.post(EXECUTE, json=IDEA).json()
        again = child.post(GENERATION, json={"again": {"run_id": run["execution_id"], "n": 1}})
    assert again.status_code == 200
    assert again.json()["run_id"] == run["run_id"]


def test_a_run_is_cancelled_with_its_job(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        with child.stream("GET", f"/api/pipeline/{run_id}/stream") as stream:
            heard = listen(stream.iter_lines())
            next(event for event in heard if event.name == "progress" and event.data["kind"] == "step")
            answer = child.post(f"/api/schema/pipeline/{run_id}/cancel").json()
            assert [event.name for event in heard][-1] == "end"
        assert answer == {"run_id": run_id, "status": "cancelled", "stopped": True}
        assert child.post(f"/api/schema/pipeline/{run_id}/cancel").json()["stopped"] is False
    assert house.studio.media.stopped == 1


def test_either_id_names_the_run(house: House) -> None:
    with house.child() as child:
        run = child.post(EXECUTE, json=IDEA).json()
        for path in ("/api/pipeline/{}/status", "/api/runs/{}", "/api/media/info/{}", "/api/research/execution/{}"):
            answers = {child.get(path.format(run[name])).json()["run_id"] for name in ("run_id", "execution_id")}
            assert answers == {run["run_id"]}, path


def test_files_of_a_run_are_listed_and_read(house: House) -> None:
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        listed = child.get(f"/api/pipeline/{run_id}/entities").json()["entities"]
        text = child.get(f"/api/pipeline/{run_id}/entity/input")
        missing = child.get(f"/api/pipeline/{run_id}/entity/input", params={"n": 2})
    assert {"input", "interception", "output_image"} <= {entity["type"] for entity in listed}
    assert text.text == IDEA["input_text"]
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (IDEA | {"schema": "nothing"}, "unknown_lens", "schema"),
        (IDEA | {"input_text": "  "}, "empty_text", "input_text"),
        (IDEA | {"input_text": "a" * 4001}, "text_too_long", "input_text"),
        (IDEA | {"context_prompt": "a" * 8001}, "text_too_long", "context_prompt"),
        (IDEA | {"output_configs": ["none"]}, "unknown_output", "output_configs"),
        (IDEA | {"execution_mode": "fast"}, "mode_off", "execution_mode"),
        (IDEA | {"seed": -1}, "bad_seed", "seed"),
        (IDEA | {"device_id": "another"}, "bad_field", "device_id"),
        (IDEA | {"safety_level": "none"}, "bad_field", "safety_level"),
        ({"schema": "dada"}, "bad_field", "input_text"),
        ([], "bad_body", None),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_taken_leaves_nothing(
    shared: House, body: object, code: str, field: str | None
) -> None:
    with shared.desk() as desk:
        before = desk.get("/api/runs/stats").json()["total_records"]
        answer = desk.post(EXECUTE, content=msgspec.json.encode(body), headers={"Content-Type": "application/json"})
        after = desk.get("/api/runs/stats").json()["total_records"]
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json().get("field") == field
    assert before == after


def test_a_running_run_is_not_continued(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        answer = child.post(GENERATION, json={"run_id": run_id, "output_configs": ["sketchbook_image"]})
        house.on_loop(house.studio.media.let_go.set)
    assert (answer.status_code, answer.json()["code"]) == (409, "run_busy")
