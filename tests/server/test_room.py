"""The room as a whole: what children may choose, the pause, and the word that goes to every page."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kiosk.server.sessions import Role
from kiosk.settings import DeskSettings, KioskSettings, OfferSettings, Settings
from tests.server.house import House, listen, running
from tests.server.test_pipeline import AT_ONCE, EXECUTE, GENERATION, IDEA, INTERCEPTION
from tests.window.waiting import eventually

FEW = OfferSettings(lenses=["dada", "haiku"], outputs=["sketchbook_image"])
BESIDE_THE_OFFER = [
    (EXECUTE, {**IDEA, "schema": "bauhaus"}),
    (INTERCEPTION, {"schema": "bauhaus", "input_text": "Ein Haus"}),
    (GENERATION, {"schema": "bauhaus", "prompt": "Ein Haus", "output_configs": ["sketchbook_image"]}),
    (EXECUTE, {**IDEA, "output_configs": ["sketchbook_image", "sketchbook_music"]}),
    (GENERATION, {"prompt": "Ein Haus", "output_configs": ["sketchbook_music"]}),
]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("few"), Settings(offer=FEW)) as house:
        yield house


def ids(client: httpx.Client, kind: str) -> set[str]:
    return {entry["id"] for entry in client.get(f"/api/{kind}").json()[kind]}


def pause(house: House, paused: bool) -> None:
    with house.desk() as desk:
        assert desk.post("/api/teacher/pause", json={"paused": paused}).json() == {"paused": paused}


def test_without_an_offer_everything_is_offered(shared: House) -> None:
    with shared.child() as child, shared.desk() as desk:
        told = child.get("/api/session").json()
        assert told["offer"] == {"lenses": None, "outputs": None}
        assert (told["paused"], told["can"]) == (False, {"print": False, "save": False, "camera": False})
        assert ids(child, "lenses") == ids(desk, "lenses")


def test_what_the_teacher_allows_is_told(tmp_path: Path) -> None:
    desk = DeskSettings(printer="Classroom", save_folder="/media/stick")
    with running(tmp_path, Settings(desk=desk, kiosk=KioskSettings(camera=True))) as house, house.child() as child:
        answer = child.get("/api/session")
    assert answer.json()["can"] == {"print": True, "save": True, "camera": True}
    assert "camera=(self)" in answer.headers["permissions-policy"]


def test_children_see_what_is_offered_and_the_teacher_sees_all(few: House) -> None:
    with few.child() as child, few.desk() as desk:
        assert child.get("/api/session").json()["offer"] == {"lenses": FEW.lenses, "outputs": FEW.outputs}
        assert ids(child, "lenses") == set(FEW.lenses)
        assert ids(child, "outputs") == set(FEW.outputs)
        assert {"bauhaus", "dada"} < ids(desk, "lenses")
        assert "sketchbook_music" in ids(desk, "outputs")


@pytest.mark.parametrize(("path", "body"), BESIDE_THE_OFFER)
def test_what_is_not_offered_is_not_begun(few: House, path: str, body: dict[str, object]) -> None:
    with few.child() as child:
        answer = child.post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_offered")


def test_a_work_that_is_no_longer_offered_is_not_made_again(house: House) -> None:
    with house.child() as child, house.desk() as desk:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        desk.patch("/api/settings", json={"changes": {"offer.outputs": ["sketchbook_music"]}})
        again = child.post(GENERATION, json={"again": {"run_id": run_id, "n": 1}})
        assert (again.status_code, again.json()["code"]) == (403, "not_offered")
        assert desk.post(GENERATION, json={"again": {"run_id": run_id, "n": 1}}).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [(EXECUTE, IDEA), (INTERCEPTION, {"schema": "dada", "input_text": "Ein Haus"}), (GENERATION, {"prompt": "x y"})],
)
def test_in_a_pause_no_child_begins(house: House, path: str, body: dict[str, object]) -> None:
    pause(house, True)
    with house.child() as child:
        answer = child.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (423, "paused")
        assert child.get("/api/session").json()["paused"] is True
    pause(house, False)
    with house.child() as child:
        assert child.post(EXECUTE, json=IDEA).status_code == 200


def test_in_a_pause_what_runs_is_finished_and_what_waits_holds(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child("tablet-a") as first, house.child("tablet-b") as second:
        one = first.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        eventually(lambda: house.studio.queue.state.running == 1)
        two = second.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        eventually(lambda: house.studio.queue.state.waiting == 1)
        pause(house, True)
        house.on_loop(house.studio.media.let_go.set)
        with first.stream("GET", f"/api/pipeline/{one}/stream") as stream:
            *_, last = listen(stream.iter_lines())
        assert last.data["status"] == "completed"
        assert (house.studio.queue.state.running, house.studio.queue.state.waiting) == (0, 1)
        pause(house, False)
        with second.stream("GET", f"/api/pipeline/{two}/stream") as stream:
            *_, last = listen(stream.iter_lines())
        assert last.data["status"] == "completed"


def test_every_page_hears_what_changed_in_the_room(house: House) -> None:
    with house.child() as child, house.desk() as desk:
        run_id = desk.post(EXECUTE, json=IDEA).json()["run_id"]
        with child.stream("GET", "/api/room/stream") as stream:
            desk.post("/api/teacher/pause", json={"paused": True})
            desk.post("/api/teacher/pause", json={"paused": True})
            desk.patch("/api/settings", json={"changes": {"offer.lenses": ["dada"]}})
            desk.patch(f"/api/runs/{run_id}", json={"visible": False})
            heard = listen(stream.iter_lines())
            told = [next(heard) for _ in range(3)]
        assert [(event.name, event.data["what"]) for event in told] == [
            ("changed", "pause"), ("changed", "settings"), ("changed", "works"),
        ]  # fmt: skip
        after = {"Last-Event-ID": told[1].id or ""}
        with child.stream("GET", "/api/room/stream", headers=after) as stream:
            assert next(listen(stream.iter_lines())).id == told[2].id


def test_only_the_desk_and_the_teacher_pause(house: House) -> None:
    with house.child() as child:
        assert child.post("/api/teacher/pause", json={"paused": True}).status_code == 403
    with house.visitor() as teacher:
        teacher.headers.update({"cookie": house.cookie(Role.TEACHER, "tablet-t"), "origin": house.url})
        assert teacher.post("/api/teacher/pause", json={"paused": True}).status_code == 200
