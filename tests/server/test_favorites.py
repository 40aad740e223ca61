"""Stars over HTTP: one's own, once, and kept when the run is gone."""

import shutil

from tests.server.house import House
from tests.server.test_pipeline import EXECUTE, IDEA


def test_a_star_is_put_once_and_taken_away(house: House) -> None:
    with house.child() as child:
        run = child.post(EXECUTE, json=IDEA).json()
        star = {"run_id": run["run_id"], "media_type": "image", "n": 1}
        first, second = child.post("/api/favorites", json=star), child.post("/api/favorites", json=star)
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["total"] == second.json()["total"] == 1
        by_other_id = child.post("/api/favorites", json=star | {"run_id": run["execution_id"]})
        assert by_other_id.status_code == 200
        listed = child.get("/api/favorites").json()["favorites"]
        assert [(star["run_id"], star["n"], star["gone"]) for star in listed] == [(run["run_id"], 1, False)]
        assert child.get("/api/gallery?favorites=true").json()["items"][0]["favorite"] is True
        assert child.delete(f"/api/favorites/{run['run_id']}").json() == {"favorites": [], "total": 0}
        assert child.delete(f"/api/favorites/{run['run_id']}").status_code == 404
        child.post("/api/favorites", json=star)
        assert child.delete(f"/api/favorites/{run['execution_id']}").json() == {"favorites": [], "total": 0}


def test_a_note_is_changed(house: House) -> None:
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        child.post("/api/favorites", json={"run_id": run_id, "media_type": "image", "note": "rot"})
        changed = child.patch(f"/api/favorites/{run_id}", json={"note": "sehr rot"}).json()
        assert changed["favorites"][0]["note"] == "sehr rot"
        assert child.patch(f"/api/favorites/{run_id}", json={"note": "x", "media_type": "music"}).status_code == 404
        assert child.patch(f"/api/favorites/{run_id}", json={"note": "x" * 501}).status_code == 400
        assert child.patch(f"/api/favorites/{run_id}", json={"note": "x", "n": 2}).status_code == 404


def test_a_device_takes_away_only_its_own_stars(house: House) -> None:
    with house.child("tablet-a") as one, house.child("tablet-b") as other:
        run_id = one.post(EXECUTE, json=IDEA).json()["run_id"]
        star = {"run_id": run_id, "media_type": "image"}
        assert one.post("/api/favorites", json=star).status_code == 201
        assert other.delete(f"/api/favorites/{run_id}").status_code == 404
        assert other.post("/api/favorites", json=star).status_code == 201
        assert other.delete(f"/api/favorites/{run_id}").status_code == 200
        assert one.get("/api/favorites").json()["total"] == 1
        assert other.get("/api/favorites").json()["total"] == 0
        assert other.get("/api/favorites?view=group").json()["total"] == 1


def test_a_child_does_not_read_what_another_noted(house: House) -> None:
    with house.child("tablet-a") as one, house.child("tablet-b") as other, house.desk() as desk:
        run_id = one.post(EXECUTE, json=IDEA).json()["run_id"]
        one.post("/api/favorites", json={"run_id": run_id, "media_type": "image", "note": "sehr rot"})
        notes = [who.get("/api/favorites?view=group").json()["favorites"][0]["note"] for who in (one, other, desk)]
    assert notes == ["sehr rot", None, "sehr rot"]


def test_a_star_on_nothing_is_refused(shared: House) -> None:
    with shared.child() as child:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        for body, status in (
            ({"run_id": "run_1769122471728_362ba81c", "media_type": "image"}, 404),
            ({"run_id": run_id, "media_type": "video"}, 404),
            ({"run_id": run_id, "media_type": "image", "n": 2}, 404),
            ({"run_id": run_id, "media_type": "image", "n": 0}, 400),
            ({"run_id": run_id, "media_type": "text"}, 400),
            ({"run_id": "..", "media_type": "image"}, 400),
            ({"run_id": run_id, "media_type": "image", "device_id": "tablet-b"}, 400),
        ):
            assert child.post("/api/favorites", json=body).status_code == status, body


def test_a_star_outlives_its_run_as_a_tombstone(house: House) -> None:
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        child.post("/api/favorites", json={"run_id": run_id, "media_type": "image"})
        [folder] = (house.data / "exports" / "json").rglob(run_id)
        with child.stream("GET", "/api/gallery/stream") as stream:
            shutil.rmtree(folder)
            next(line for line in stream.iter_lines() if line == "event: removed")
        assert child.get("/api/favorites").json()["favorites"][0]["gone"] is True
        assert child.delete(f"/api/favorites/{run_id}").json()["total"] == 0
