"""The teacher's desk: who is here, checking everything, found boxes, leaving; and that no child gets at any of it."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from kiosk.server.openapi import document
from kiosk.server.sessions import Role
from tests.server.house import House
from tests.server.test_pipeline import AT_ONCE, EXECUTE, IDEA
from tests.window.waiting import eventually

STAFF_TAGS = {"teacher", "housekeeping", "trash", "exports", "imports"}
OPEN_TO_ALL = {"/api/teacher/login", "/api/teacher/logout", "/api/teacher/pin"}
IN_PATHS = {"run_id": "run_1700000000000_abcdef", "box": "comfyui"}
BODIES: dict[str, dict[str, object]] = {
    "/api/teacher/pause": {"paused": True},
    "/api/settings": {"changes": {"session.safety_level": "adult"}},
    "/api/sessions": {"device_id": "tablet-x", "role": "child"},
    "/api/housekeeping/erase": {"device_id": "tablet-b"},
    "/api/desk/boxes/comfyui/use": {},
}


@pytest.fixture
def teacher(house: House) -> Iterator[httpx.Client]:
    with house.visitor() as client:
        client.headers.update({"cookie": house.cookie(Role.TEACHER, "tablet-t"), "origin": house.url})
        yield client


def test_the_teacher_sees_who_does_what(house: House, teacher: httpx.Client) -> None:
    with house.child("tablet-a") as first, house.child("tablet-b") as second:
        done = first.post(EXECUTE, json=IDEA).json()["run_id"]
        house.studio.media.let_go.clear()
        at_work = second.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        eventually(lambda: house.studio.queue.state.running)
        here = {device["device_id"]: device for device in teacher.get("/api/desk").json()["devices"]}
        house.on_loop(house.studio.media.let_go.set)
    assert list(here) == ["tablet-t", "tablet-b", "tablet-a"]
    assert here["tablet-a"]["last"]["run_id"] == done
    assert here["tablet-a"]["runs"] == []
    [running] = here["tablet-b"]["runs"]
    assert (running["run_id"], running["lens"], running["now"]["step"]) == (at_work, "dada", "media_generation")
    assert here["tablet-b"]["last"] is None
    assert 0 <= here["tablet-b"]["seen_s"] < 20


def test_a_link_for_another_device_comes_as_a_picture(house: House, teacher: httpx.Client) -> None:
    link = teacher.post("/api/sessions", json={"device_id": "tablet-n", "qr": True}).json()
    assert link["qr"].startswith("data:image/svg+xml")
    with house.visitor() as new:
        assert new.get(link["enter_url"]).status_code == 303
    plain = teacher.post("/api/sessions", json={"device_id": "tablet-n"}).json()
    assert plain["qr"] is None


def test_all_files_are_checked_in_the_background(house: House, teacher: httpx.Client) -> None:
    teacher.post(EXECUTE, json=IDEA)
    assert teacher.get("/api/desk/verify").json()["state"] == "idle"
    assert teacher.post("/api/desk/verify").json()["state"] == "working"
    eventually(lambda: teacher.get("/api/desk/verify").json()["state"] == "done")
    told = teacher.get("/api/desk/verify").json()
    assert (told["done"], told["total"], told["report"]["faulty"]) == (1, 1, [])


def test_a_found_box_is_written_into_the_settings(house: House, teacher: httpx.Client) -> None:
    assert teacher.post("/api/desk/boxes/ollama/use", json={}).json()["code"] == "unknown_box"
    assert teacher.post("/api/desk/boxes/comfyui/use", json={}).json() == {"box": "comfyui", "model": None}
    assert 'url = "http://127.0.0.1:8188"' in (house.data / "kiosk.toml").read_text()


def test_hidden_works_are_the_teachers_to_see(house: House, teacher: httpx.Client) -> None:
    with house.child("tablet-a") as child:
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        teacher.patch(f"/api/runs/{run_id}", json={"visible": False})
        assert child.get("/api/gallery").json()["items"] == []
        assert child.get("/api/gallery?hidden=true").status_code == 403
    assert [item["run_id"] for item in teacher.get("/api/gallery?hidden=true").json()["items"]] == [run_id]


def test_the_kiosk_is_left_from_the_desk_and_from_nowhere_else(house: House, teacher: httpx.Client) -> None:
    left = threading.Event()
    assert teacher.get("/api/desk").json()["window"] is False
    assert teacher.post("/api/teacher/leave").json()["code"] == "no_window"
    house.services.leaving.opened(left.set)
    with house.child() as child:
        assert child.post("/api/teacher/leave").status_code == 403
    assert not left.is_set()
    assert teacher.get("/api/desk").json()["window"] is True
    assert teacher.post("/api/teacher/leave").json() == {"closing": True}
    assert left.is_set()


def staff_only() -> list[tuple[str, str]]:
    """Every operation that belongs to the desk, from the description of the interface."""
    paths = msgspec.json.decode(document())["paths"]
    return [
        (method, path)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if STAFF_TAGS & set(operation["tags"]) and path not in OPEN_TO_ALL
    ] + [("post", "/api/sessions"), ("post", "/api/warmup"), ("get", "/api/warmup"), ("get", "/api/runs/stats")]


@pytest.mark.parametrize(("method", "path"), staff_only())
def test_a_childs_session_reaches_nothing_of_the_desk(shared: House, method: str, path: str) -> None:
    asked = re.sub(r"\{(\w+)\}", lambda found: IN_PATHS.get(found[1], found[1]), path)
    with shared.child() as child:
        answer = child.request(method.upper(), asked, json=None if method == "get" else BODIES.get(asked, {}))
    # a request that is refused for its form is refused before anybody looks who asks
    is_well_formed = asked in BODIES or (method == "get" and "{" not in path)
    assert answer.status_code in ({403} if is_well_formed else {400, 403}), answer.text


def test_nothing_was_written_by_a_child_who_tried(shared: House) -> None:
    assert not Path(shared.data / "kiosk.toml").exists()
    assert shared.services.room.paused is False
