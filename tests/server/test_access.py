"""Another device's runs: what a child's session sees of them, and what only the desk and the teacher do."""

from pathlib import Path

import pytest

from kiosk.records import Consent
from kiosk.server.sessions import Role
from kiosk.settings import SessionSettings, Settings
from tests.engine.studio import png
from tests.server.house import House, running
from tests.server.test_pipeline import EXECUTE, GENERATION, IDEA


@pytest.fixture(scope="module")
def foreign(shared: House) -> str:
    """A run of another tablet, in the gallery."""
    with shared.child("tablet-b") as other:
        return str(other.post(EXECUTE, json=IDEA).json()["run_id"])


READS = [
    "/api/runs/{}",
    "/api/research/execution/{}",
    "/api/pipeline/{}/status",
    "/api/pipeline/{}/entities",
    "/api/pipeline/{}/entity/input",
    "/api/pipeline/{}/stream",
    "/api/media/run/{}",
    "/api/runs?device_id=tablet-b",
    "/api/runs/stats",
]


@pytest.mark.parametrize("path", READS)
def test_a_child_does_not_read_another_devices_run(shared: House, foreign: str, path: str) -> None:
    with shared.child("tablet-a") as child:
        answer = child.get(path.format(foreign))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    assert IDEA["input_text"] not in answer.text


@pytest.mark.parametrize("path", [path for path in READS if "stream" not in path])
@pytest.mark.parametrize("role", [Role.DESK, Role.TEACHER])
def test_the_desk_and_the_teacher_do(shared: House, foreign: str, path: str, role: Role) -> None:
    with shared.visitor() as teacher:
        teacher.headers["cookie"] = shared.cookie(role, "tablet-t")
        assert teacher.get(path.format(foreign)).status_code == 200


CHANGES = [
    ("/api/schema/pipeline/{}/edit", {"entity_type": "interception", "text": "mine now"}),
    ("/api/schema/pipeline/{}/cancel", None),
    (GENERATION, {"run_id": "{}", "output_configs": ["sketchbook_image"]}),
    (GENERATION, {"again": {"run_id": "{}", "n": 1}}),
]


@pytest.mark.parametrize(("path", "body"), CHANGES, ids=["edit", "cancel", "continue", "again"])
def test_a_child_does_not_change_another_devices_run(
    shared: House, foreign: str, path: str, body: dict[str, object] | None
) -> None:
    filled = {name: _filled(value, foreign) for name, value in body.items()} if body else None
    with shared.child("tablet-a") as child:
        answer = child.post(path.format(foreign), json=filled)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/runs/{}/restore", None),
        ("GET", "/api/favorites/{}/restore", None),
        ("GET", "/api/runs/{}/lineage", None),
        ("PATCH", "/api/runs/{}", {"visible": False}),
        ("DELETE", "/api/runs/{}", None),
        ("POST", "/api/runs/{}/erase", {}),
        ("POST", "/api/trash/{}/restore", {}),
    ],
)
def test_a_child_does_not_take_up_hide_or_remove_another_devices_run(
    shared: House, foreign: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    with shared.child("tablet-a") as child, shared.desk() as desk:
        answer = child.request(method, path.format(foreign), json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
        assert IDEA["input_text"] not in answer.text
        assert desk.get(f"/api/runs/{foreign}").status_code == 200


def test_a_child_takes_back_only_its_own_star(house: House) -> None:
    with house.child("tablet-b") as other, house.child("tablet-a") as child:
        run_id = other.post(EXECUTE, json=IDEA).json()["run_id"]
        star = {"run_id": run_id, "media_type": "image", "n": 1}
        assert other.post("/api/favorites", json={**star, "note": "mine"}).is_success
        child.delete(f"/api/favorites/{run_id}")
        child.patch(f"/api/favorites/{run_id}", json={"note": "not mine"})
        child.request("DELETE", f"/api/favorites/{run_id}?device_id=tablet-b")
        [kept] = other.get("/api/favorites").json()["favorites"]
    assert (kept["run_id"], kept["note"], kept["device_id"]) == (run_id, "mine", "tablet-b")


def _filled(value: object, run_id: str) -> object:
    if isinstance(value, dict):
        return {name: _filled(inner, run_id) for name, inner in value.items()}
    return value.format(run_id) if isinstance(value, str) else value


def test_a_child_sees_what_hangs_in_the_gallery(shared: House, foreign: str) -> None:
    with shared.child("tablet-a") as child:
        shown = [item["run_id"] for item in child.get("/api/gallery").json()["items"]]
        assert foreign in shown
        for path in ("/api/media/image/{}", "/api/media/thumb/{}", "/api/media/info/{}"):
            assert child.get(path.format(foreign)).status_code == 200, path


def test_a_list_of_runs_is_ones_own(shared: House, foreign: str) -> None:
    with shared.child("tablet-a") as child, shared.desk() as desk:
        own = child.post(EXECUTE, json=IDEA).json()["run_id"]
        mine = {run["run_id"] for run in child.get("/api/runs?limit=100").json()["executions"]}
        everybodys = {run["run_id"] for run in desk.get("/api/runs?limit=100").json()["executions"]}
    assert own in mine
    assert foreign not in mine
    assert {own, foreign} <= everybodys


def test_what_does_not_hang_in_the_gallery_is_ones_own(tmp_path: Path) -> None:
    hidden = Settings(session=SessionSettings(consent=Consent(gallery=False)))
    with running(tmp_path, hidden) as house:
        with house.child("tablet-b") as other:
            run_id = other.post(EXECUTE, json=IDEA).json()["run_id"]
            assert other.get(f"/api/media/image/{run_id}").status_code == 200
        with house.child("tablet-a") as child:
            for kind in ("image", "thumb", "info"):
                assert child.get(f"/api/media/{kind}/{run_id}").status_code == 403
            picture = {"input_image": {"run_id": run_id, "n": 1}}
            assert child.post(EXECUTE, json=IDEA | picture).status_code == 403
            assert child.post(EXECUTE, json=IDEA | {"parent_run_id": run_id}).status_code == 403


def test_a_picture_that_another_brought_into_a_run_stays_theirs(shared: House) -> None:
    with shared.child("tablet-b") as other, shared.child("tablet-a") as child:
        run_id = other.post(EXECUTE, json=IDEA).json()["run_id"]
        answer = child.post(EXECUTE, json=IDEA | {"input_image": {"run_id": run_id, "brought": True}})
    assert answer.status_code == 403


def test_a_picture_that_was_brought_in_is_ones_own(shared: House) -> None:
    with shared.child("tablet-b") as other, shared.child("tablet-a") as child:
        upload = other.post("/api/uploads", files={"picture": ("a.png", png(), "image/png")}).json()
        answer = child.post(EXECUTE, json=IDEA | {"input_image": {"upload_id": upload["upload_id"]}})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_picture")
