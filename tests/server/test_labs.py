"""Lab runs over HTTP: lazily begun, one's own, with their files."""

from base64 import b64encode

import pytest

from kiosk.server.sessions import Role
from tests.engine.studio import png
from tests.server.house import House

START, SAVE, END = (f"/api/latent-lab/record/{name}" for name in ("start", "save", "end"))
PICTURE = b64encode(png()).decode()


def test_a_lab_run_begins_with_its_first_record(house: House) -> None:
    with house.child() as child:
        started = child.post(START, json={"tool": "seed_lab"}).json()
        assert not (house.data / "exports").exists()
        saved = child.post(
            SAVE, json={"run_id": started["run_id"], "parameters": {"seed": 7}, "outputs": [{"data": PICTURE}]}
        ).json()
        assert saved["type"] == "latent_lab"
        assert {entity["type"] for entity in saved["entities"]} == {"parameters", "output_image"}
        assert child.get(f"/api/media/image/{started['run_id']}").content == png()
        ended = child.post(END, json={"run_id": started["run_id"]}).json()
        assert ended["metadata"]["status"] == "completed"
        again = child.post(SAVE, json={"run_id": started["run_id"], "parameters": {"seed": 8}})
        assert (again.status_code, again.json()["code"]) == (409, "lab_ended")


def test_a_lab_that_was_only_opened_leaves_nothing(house: House) -> None:
    with house.child() as child:
        run_id = child.post(START, json={"tool": "seed_lab"}).json()["run_id"]
        assert child.post(END, json={"run_id": run_id}).json() == {"run_id": run_id, "metadata": None}
        assert child.post(END, json={"run_id": run_id}).status_code == 404
    assert not (house.data / "exports").exists()


def test_an_empty_record_and_a_step_that_is_none_begin_nothing(house: House) -> None:
    with house.child() as child:
        run_id = child.post(START, json={"tool": "seed_lab"}).json()["run_id"]
        assert child.post(SAVE, json={"run_id": run_id}).json()["code"] == "no_change"
        for step in (-1, 0, 10_000, 10**30):
            answer = child.post(SAVE, json={"run_id": run_id, "outputs": [{"data": PICTURE, "step": step}]})
            assert answer.status_code == 400
    assert not (house.data / "exports").exists()


def test_another_devices_lab_is_not_ones_own(house: House) -> None:
    with house.child("tablet-a") as one, house.child("tablet-b") as other:
        run_id = one.post(START, json={"tool": "seed_lab"}).json()["run_id"]
        assert other.post(SAVE, json={"run_id": run_id, "parameters": {"seed": 1}}).status_code == 404
        assert other.post(END, json={"run_id": run_id}).status_code == 404


@pytest.mark.parametrize(
    ("role", "level", "seen"), [("child", "kids", 0), ("child", "adult", 1), ("teacher", "kids", 1)]
)
def test_what_nobody_has_looked_at_is_shown_to_no_other_child(house: House, role: str, level: str, seen: int) -> None:
    with house.desk() as desk:
        desk.patch("/api/settings", json={"changes": {"session.safety_level": level}})
    headers = {"Cookie": house.cookie(Role(role), "tablet-a"), "Origin": house.url}
    with house.visitor() as maker, house.child("tablet-b") as other:
        maker.headers.update(headers)
        run_id = maker.post(START, json={"tool": "seed_lab"}).json()["run_id"]
        maker.post(SAVE, json={"run_id": run_id, "outputs": [{"data": PICTURE}]})
        assert maker.get(f"/api/media/image/{run_id}").content == png()
        assert len(other.get("/api/gallery").json()["items"]) == seen
        assert other.get(f"/api/media/image/{run_id}").status_code == (200 if seen else 403)


def test_what_is_no_medium_is_refused(house: House) -> None:
    with house.child() as child:
        run_id = child.post(START, json={"tool": "seed_lab"}).json()["run_id"]
        for data, code in (("%%%", "lab_bad_base64"), (b64encode(b"hello").decode(), "lab_unknown_media")):
            answer = child.post(SAVE, json={"run_id": run_id, "outputs": [{"data": data}]})
            assert (answer.status_code, answer.json()["code"]) == (400, code)
        for body in ({"run_id": "../x"}, {"run_id": "run_1769122471728_362ba81c"}, {"run_id": run_id, "extra": 1}):
            assert child.post(SAVE, json=body).status_code in {400, 404}
        assert child.post(START, json={"tool": "../x"}).status_code == 400
