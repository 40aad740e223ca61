"""Runs taken up again, hidden, thrown away, erased: by whom, and what is left."""

import pytest

from tests.server.house import House
from tests.server.test_pipeline import EXECUTE, GENERATION, IDEA


@pytest.fixture
def run_id(house: House) -> str:
    """A finished run of tablet-a."""
    with house.child("tablet-a") as child:
        return str(child.post(EXECUTE, json=IDEA).json()["run_id"])


def test_a_run_is_taken_up_again_as_last_worded(house: House, run_id: str) -> None:
    edit = {"entity_type": "interception", "text": "Zwei Tomaten"}
    with house.child("tablet-a") as child:
        assert child.post(f"/api/schema/pipeline/{run_id}/edit", json=edit).status_code == 200
        for path in (f"/api/runs/{run_id}/restore", f"/api/favorites/{run_id}/restore"):
            restored = child.get(path).json()
            assert (restored["input_text"], restored["transformed_text"]) == (IDEA["input_text"], "Zwei Tomaten")
            assert restored["target_view"] == "text-transformation"
        picture = child.get(f"/api/runs/{run_id}/restore?picture=1").json()
        assert picture["target_view"] == "image-transformation"
        assert child.get(f"/api/runs/{run_id}/restore?picture=2").status_code == 404


def test_a_run_knows_where_it_came_from(house: House, run_id: str) -> None:
    with house.child("tablet-a") as child:
        next_one = child.post(EXECUTE, json=IDEA | {"parent_run_id": run_id}).json()["run_id"]
        assert child.get(f"/api/runs/{next_one}/lineage").json()["ancestors"] == [run_id]
        assert child.get(f"/api/runs/{run_id}/lineage").json()["children"] == [next_one]
        execution_id = child.get(f"/api/runs/{run_id}").json()["execution_id"]
        third = child.post(EXECUTE, json=IDEA | {"parent_run_id": execution_id}).json()["run_id"]
        assert child.get(f"/api/pipeline/{third}/status").json()["parent_run_id"] == run_id


def test_a_hidden_run_hangs_nowhere_and_is_ones_own(house: House, run_id: str) -> None:
    with house.child("tablet-a") as one, house.child("tablet-b") as other:
        assert other.get(f"/api/media/image/{run_id}").status_code == 200
        assert one.patch(f"/api/runs/{run_id}", json={"visible": False}).status_code == 200
        assert one.get("/api/gallery").json()["items"] == []
        for kind in ("image", "thumb", "info"):
            assert other.get(f"/api/media/{kind}/{run_id}").status_code == 403
            assert one.get(f"/api/media/{kind}/{run_id}").status_code == 200
        star = {"run_id": run_id, "media_type": "image"}
        assert other.post("/api/favorites", json=star).status_code == 403
        assert one.patch(f"/api/runs/{run_id}", json={"visible": True}).status_code == 200
        assert other.get(f"/api/media/image/{run_id}").status_code == 200


def test_consent_and_retention_are_the_teachers(house: House, run_id: str) -> None:
    consent = {"consent": {"gallery": False, "research": True, "basis": "parents, 2026-11-01"}}
    keep = {"retain_until": "2027-01-31"}
    with house.child("tablet-a") as child, house.desk() as desk:
        assert child.patch(f"/api/runs/{run_id}", json=consent).status_code == 403
        assert child.patch(f"/api/runs/{run_id}", json=keep).status_code == 403
        changed = desk.patch(f"/api/runs/{run_id}", json=consent | keep).json()
        assert (changed["consent"]["gallery"], changed["consent"]["research"]) == (False, True)
        assert changed["retain_until"] == "2027-01-31"
        assert desk.patch(f"/api/runs/{run_id}", json={"retain_until": None}).json()["retain_until"] is None
        assert desk.patch(f"/api/runs/{run_id}", json={"retain_until": "2027-02-30"}).status_code == 400
        assert desk.patch(f"/api/runs/{run_id}", json={}).json()["code"] == "no_change"


def test_a_change_of_consent_leaves_what_it_does_not_name(house: House, run_id: str) -> None:
    with house.desk() as desk:
        no = {"gallery": False, "basis": "Eltern, 1. 11. 2026"}
        desk.patch(f"/api/runs/{run_id}", json={"consent": no}).raise_for_status()
        changed = desk.patch(f"/api/runs/{run_id}", json={"consent": {"wall": True}}).json()["consent"]
        assert changed.pop("at")
        expected = {"gallery": False, "wall": True, "research": False, "public": False, "basis": no["basis"]}
        assert changed == {**expected, "set_by": "desk"}


def test_a_thrown_run_can_be_put_back(house: House, run_id: str) -> None:
    with house.child("tablet-a") as child, house.desk() as desk:
        assert child.delete(f"/api/runs/{run_id}").json()["run_id"] == run_id
        assert child.get(f"/api/runs/{run_id}").status_code == 404
        assert child.get("/api/gallery").json()["items"] == []
        assert child.get("/api/trash").status_code == 403
        assert [run["run_id"] for run in desk.get("/api/trash").json()["runs"]] == [run_id]
        assert child.post(f"/api/trash/{run_id}/restore").status_code == 403
        assert desk.post(f"/api/trash/{run_id}/restore").json()["run_id"] == run_id
        assert child.get(f"/api/media/image/{run_id}").status_code == 200
        assert desk.post(f"/api/trash/{run_id}/restore").status_code == 404
        execution_id = child.delete(f"/api/runs/{run_id}").json()["execution_id"]
        assert desk.post(f"/api/trash/{execution_id}/restore").json()["run_id"] == run_id


def test_an_erased_run_is_gone_everywhere(house: House, run_id: str) -> None:
    with house.child("tablet-a") as child, house.desk() as desk:
        assert child.post(f"/api/runs/{run_id}/erase").status_code == 403
        receipt = desk.post(f"/api/runs/{run_id}/erase").json()
        assert receipt["runs"] == [run_id]
        assert desk.get(f"/api/runs/{run_id}").status_code == 404
        assert desk.post(f"/api/runs/{run_id}/erase").status_code == 404
    assert not [path for path in (house.data / "exports").rglob("*") if run_id in path.name]


def test_an_emptied_trash_gives_a_receipt(house: House, run_id: str) -> None:
    with house.desk() as desk:
        desk.delete(f"/api/runs/{run_id}")
        assert desk.delete("/api/trash").json()["runs"] == [run_id]
        assert desk.get("/api/trash").json()["runs"] == []


@pytest.mark.parametrize("method", ["delete", "patch", "restore", "lineage", "again"])
def test_another_devices_run_is_left_alone(house: House, run_id: str, method: str) -> None:
    with house.child("tablet-b") as other:
        answer = {
            "delete": lambda: other.delete(f"/api/runs/{run_id}"),
            "patch": lambda: other.patch(f"/api/runs/{run_id}", json={"visible": False}),
            "restore": lambda: other.get(f"/api/favorites/{run_id}/restore"),
            "lineage": lambda: other.get(f"/api/runs/{run_id}/lineage"),
            "again": lambda: other.post(GENERATION, json={"again": {"run_id": run_id}}),
        }[method]()
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


def test_a_run_at_work_is_neither_thrown_nor_erased(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.desk() as desk:
        run_id = desk.post(EXECUTE, json=IDEA, headers={"Prefer": "respond-async"}).json()["run_id"]
        assert desk.delete(f"/api/runs/{run_id}").status_code == 409
        assert desk.post(f"/api/runs/{run_id}/erase").status_code == 409
        house.on_loop(house.studio.media.let_go.set)
