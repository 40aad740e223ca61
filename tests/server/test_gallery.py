"""The gallery over HTTP: filters, where its pages begin, what may hang on a wall."""

from pathlib import Path

from kiosk.records import Consent
from kiosk.settings import SessionSettings, Settings
from tests.server.house import House, running
from tests.server.test_pipeline import EXECUTE, IDEA

ON_WALL = {"consent": {"gallery": True, "wall": True}}


def test_a_page_can_be_asked_for_again_after_more_has_come(house: House) -> None:
    with house.child() as child:
        first = child.post(EXECUTE, json=IDEA).json()["run_id"]
        page = child.get("/api/gallery").json()
        child.post(EXECUTE, json=IDEA)
        again = child.get(f"/api/gallery?cursor={page['first']}").json()
    assert [item["run_id"] for item in page["items"]] == [item["run_id"] for item in again["items"]] == [first]


def test_the_ruler_says_where_every_page_begins(house: House) -> None:
    with house.child() as child:
        for _ in range(5):
            child.post(EXECUTE, json=IDEA)
        ruler = child.get("/api/gallery/ruler?limit=2").json()
        pages = [child.get(f"/api/gallery?limit=2&cursor={cursor}").json()["items"] for cursor in ruler["cursors"]]
        listed = child.get("/api/gallery").json()["items"]
    assert (ruler["total"], [len(page) for page in pages]) == (5, [2, 2, 1])
    assert [item["run_id"] for page in pages for item in page] == [item["run_id"] for item in listed]
    assert ruler["moments"] == sorted(ruler["moments"], reverse=True)


def test_the_ruler_of_nothing_is_empty(house: House) -> None:
    with house.child() as child:
        assert child.get("/api/gallery/ruler?lens=nowhere").json()["total"] == 0
        assert child.get("/api/gallery/ruler?q=never-written").json()["cursors"] == []


def test_the_days_say_when_such_works_were_made(house: House) -> None:
    with house.child() as child:
        for _ in range(2):
            made = child.post(EXECUTE, json=IDEA).json()["run_id"]
        (work,) = child.get(f"/api/gallery?run_id={made}").json()["items"]
        days = child.get("/api/gallery/days").json()["days"]
        listed = child.get(f"/api/gallery?date={days[0]['day']}").json()["items"]
        none = child.get("/api/gallery/days?lens=nowhere").json()["days"]
    assert (days[0]["day"], days[0]["works"]) == (work["timestamp"][:10], len(listed))
    assert none == []


def test_the_works_of_one_person(house: House) -> None:
    with house.child() as child:
        child.post(EXECUTE, json=IDEA)
        assert len(child.get("/api/gallery?user_id=anonymous").json()["items"]) == 1
        assert child.get("/api/gallery?user_id=blue-fox").json()["items"] == []


def test_the_works_of_one_run(house: House) -> None:
    with house.child() as child:
        runs = [child.post(EXECUTE, json=IDEA).json()["run_id"] for _ in range(2)]
        asked = {run_id: child.get(f"/api/gallery?run_id={run_id}").json()["items"] for run_id in runs}
        assert child.get("/api/gallery?run_id=run_1769122471728_362ba81c").json()["items"] == []
        assert child.get("/api/gallery?run_id=../etc").status_code == 400
    assert {run_id: [item["run_id"] for item in items] for run_id, items in asked.items()} == {
        run_id: [run_id] for run_id in runs
    }


def test_only_what_was_agreed_to_hangs_on_the_wall(tmp_path: Path) -> None:
    open_wall = Settings(session=SessionSettings(consent=Consent(wall=True)))
    with running(tmp_path, open_wall) as house, house.child() as child, house.desk() as desk:
        agreed = child.post(EXECUTE, json=IDEA).json()["run_id"]
        refused = child.post(EXECUTE, json=IDEA).json()["run_id"]
        desk.patch(f"/api/runs/{refused}", json={"consent": {"gallery": True, "wall": False}})
        assert [item["run_id"] for item in child.get("/api/gallery?wall=true").json()["items"]] == [agreed]
        assert [item["wall"] for item in child.get("/api/gallery").json()["items"]] == [False, True]


def test_what_is_hidden_leaves_the_wall_and_comes_back(house: House) -> None:
    with house.child() as child, house.desk() as desk:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        desk.patch(f"/api/runs/{run_id}", json=ON_WALL)
        desk.patch(f"/api/runs/{run_id}", json={"visible": False})
        assert child.get("/api/gallery?wall=true").json()["items"] == []
        desk.patch(f"/api/runs/{run_id}", json={"visible": True})
        assert len(child.get("/api/gallery?wall=true").json()["items"]) == 1
