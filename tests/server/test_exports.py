"""Packages over HTTP: begun, watched, paused, taken up again, ended; drives; who may."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.records import Consent
from kiosk.storage.export.answers import Drive, Ejected
from kiosk.storage.export.drives import Drives, Linux, Mounted, NotEjected
from tests.server.house import House, listen, running
from tests.storage.export.packages import is_valid
from tests.storage.kit import whole_run

DRIVE = "drive-0123456789abcdef"


class OneDrive(Drives):
    """A drive that is a folder."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._place = place
        self.ejected = 0
        self.in_use = False

    def listed(self) -> list[Drive]:
        if not self._place.is_dir():
            return []
        return [
            Drive(
                id=DRIVE,
                label="KLASSE 4B",
                place=str(self._place),
                file_system="vfat",
                size_bytes=8 << 30,
                free_bytes=4 << 30,
                max_file_bytes=(1 << 32) - 1,
                read_only=False,
                can_eject=True,
            )
        ]

    def eject(self, drive_id: str) -> Ejected | None:
        if self.in_use:
            raise NotEjected("drive_in_use")
        self.ejected += 1
        return Ejected(how="unmounted")


class NoSticks(Linux):
    """A machine without sticks."""

    def removable(self) -> Iterator[Mounted]:
        yield from ()


def record(house: House, count: int = 1, **facts: Any) -> None:
    """Runs that may go to research."""

    async def make() -> None:
        for number in range(count):
            await whole_run(house.studio.library, f"Idee {number}", **{"consent": Consent(research=True), **facts})

    asyncio.run_coroutine_threadsafe(make(), house.loop[0]).result(20)


def until(house: House, desk: httpx.Client, export_id: str, *states: str) -> dict[str, Any]:
    """How a package stands as soon as it is in one of these states."""
    with desk.stream("GET", "/api/exports/stream") as answer:
        for heard in listen(answer.iter_lines()):
            if heard.name == "export" and heard.data["id"] == export_id and heard.data["state"] in states:
                said: dict[str, Any] = heard.data
                return said
    raise AssertionError(house.url)


def test_a_package_goes_onto_a_drive(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with running(tmp_path / "data", drives=OneDrive(stick)) as house, house.desk() as desk:
        record(house, 2)
        begun = desk.post("/api/exports", json={"target": DRIVE, "profile": "full"})
        assert begun.status_code == 201
        done = until(house, desk, begun.json()["id"], "done", "failed", "interrupted")
        assert done["state"] == "done"
        assert done["label"] == "KLASSE 4B"
        assert done["progress"]["runs"] == done["progress"]["runs_total"] == 2
        (made,) = done["bags"]
        assert is_valid(stick / "KIOSK-EXPORT" / made["name"])
        assert desk.get("/api/exports").json()["exports"][0]["bags"] == done["bags"]
    assert not (tmp_path / "data" / "state" / "exports" / done["id"]).exists()


def test_a_package_is_known_after_the_program_was_started_again(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        record(house)
        export_id = desk.post("/api/exports", json={"target": DRIVE}).json()["id"]
        until(house, desk, export_id, "done")
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        assert desk.get(f"/api/exports/{export_id}").json()["state"] == "done"


def test_an_erased_run_is_named_by_no_list_of_packages(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        record(house, consent=Consent())
        run_id = desk.get("/api/runs").json()["executions"][0]["run_id"]
        asked = {"target": DRIVE, "filter": {"ids": [run_id]}}
        export_id = desk.post("/api/exports", json=asked).json()["id"]
        assert until(house, desk, export_id, "done")["left_out"][0]["run_id"] == run_id
        assert desk.post(f"/api/runs/{run_id}/erase").status_code == 200
        assert run_id not in desk.get(f"/api/exports/{export_id}").text
    assert run_id not in (tmp_path / "data" / "state" / "exports" / f"{export_id}.json").read_text()


def test_a_package_that_the_program_left_can_go_on(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        record(house, 20)
        export_id = desk.post("/api/exports", json={"target": DRIVE}).json()["id"]
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        left = desk.get(f"/api/exports/{export_id}").json()
        assert (left["state"], left["reason"]) == ("interrupted", "program_ended")
        assert desk.post(f"/api/exports/{export_id}/resume", json={}).status_code == 200
        done = until(house, desk, export_id, "done", "failed")
        assert done["progress"]["runs"] == 20
        (made,) = done["bags"]
        assert is_valid(tmp_path / "stick" / "KIOSK-EXPORT" / made["name"])


def test_a_package_waits_while_it_is_paused(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        record(house, 20)
        export_id = desk.post("/api/exports", json={"target": DRIVE}).json()["id"]
        assert desk.post(f"/api/exports/{export_id}/pause").status_code == 200
        paused = until(house, desk, export_id, "paused", "done")
        assert paused["state"] == "paused"
        refused = desk.post("/api/exports", json={"target": DRIVE})
        assert (refused.status_code, refused.json()["code"]) == (409, "target_busy")
        assert desk.post(f"/api/exports/drives/{DRIVE}/eject").status_code == 409
        assert desk.get("/api/exports/drives").json()["drives"][0]["busy"]
        assert desk.post(f"/api/exports/{export_id}/resume", json={}).status_code == 200
        assert until(house, desk, export_id, "done")["progress"]["runs"] == 20


def test_a_cancelled_package_leaves_nothing_unfinished(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with running(tmp_path / "data", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        record(house, 20)
        export_id = desk.post("/api/exports", json={"target": DRIVE}).json()["id"]
        desk.post(f"/api/exports/{export_id}/pause")
        until(house, desk, export_id, "paused")
        assert desk.post(f"/api/exports/{export_id}/cancel").json()["state"] == "cancelled"
        assert [place for place in (tmp_path / "stick" / "KIOSK-EXPORT").glob("*") if place.is_dir()] == []
        assert desk.post(f"/api/exports/{export_id}/resume", json={}).json()["code"] == "export_state"


def test_a_drive_is_ejected_or_it_is_said_why_not(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    drives = OneDrive(tmp_path / "stick")
    with running(tmp_path / "data", drives=drives) as house, house.desk() as desk:
        assert desk.post(f"/api/exports/drives/{DRIVE}/eject").json() == {"how": "unmounted"}
        drives.in_use = True
        refused = desk.post(f"/api/exports/drives/{DRIVE}/eject")
        assert (refused.status_code, refused.json()["code"]) == (409, "drive_in_use")
        assert desk.post("/api/exports/drives/drive-ffffffffffffffff/eject").status_code == 404
        assert drives.ejected == 1


def test_a_child_has_nothing_to_do_with_packages(tmp_path: Path) -> None:
    with running(tmp_path / "data", drives=OneDrive(tmp_path)) as house, house.child() as child:
        assert child.get("/api/exports").status_code == 403
        assert child.get("/api/exports/drives").status_code == 403
        assert child.get("/api/exports/stream").status_code == 403
        assert child.post("/api/exports", json={"target": DRIVE}).status_code == 403


def test_only_the_command_line_may_name_a_folder(tmp_path: Path) -> None:
    from kiosk.server.sessions import Role

    with running(tmp_path / "data", drives=OneDrive(tmp_path / "none")) as house, house.desk() as desk:
        (tmp_path / "out").mkdir()
        headers = {"Cookie": house.cookie(Role.TEACHER), "Origin": house.url}
        with httpx.Client(base_url=house.url, headers=headers) as teacher:
            assert teacher.post("/api/exports", json={"target": str(tmp_path / "out")}).status_code == 404
        own = desk.post("/api/exports", json={"target": str(tmp_path / "data" / "exports" / "json")})
        assert own.json()["code"] in ("own_folder", "no_folder")
        assert desk.post("/api/exports", json={"target": "out"}).json()["code"] == "no_folder"


@pytest.mark.parametrize(
    "body",
    [
        {"target": DRIVE, "profile": "secret"},
        {"target": DRIVE, "filter": {"ids": ["../etc"]}},
        {"target": DRIVE, "filter": {"date_from": "tomorrow"}},
        {"target": DRIVE, "filter": {"device_id": "../x"}},
        {"target": ""},
    ],
)
def test_what_is_malformed_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    with running(tmp_path / "data", drives=OneDrive(tmp_path)) as house, house.desk() as desk:
        assert desk.post("/api/exports", json=body).status_code == 400


def test_the_teacher_takes_the_folder_of_the_settings_and_never_our_own(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    chosen = str(tmp_path / "share")
    with running(tmp_path / "data", drives=Drives(NoSticks(), lambda: chosen)) as house, house.desk() as desk:
        record(house, 2)
        drive = desk.get("/api/exports/drives").json()["drives"][0]
        assert (drive["kind"], drive["label"]) == ("folder", "share")
        done = until(house, desk, desk.post("/api/exports", json={"target": drive["id"]}).json()["id"], "done")
        assert is_valid(tmp_path / "share" / "KIOSK-EXPORT" / done["bags"][0]["name"])
        assert desk.post(f"/api/exports/drives/{drive['id']}/eject").status_code == 404
        chosen = str(tmp_path / "data" / "exports" / "json")
        ours = desk.get("/api/exports/drives").json()["drives"][0]
        assert desk.post("/api/exports", json={"target": ours["id"]}).json()["code"] == "own_folder"


def test_a_stick_comes_in_over_http(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    with running(tmp_path / "a", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        record(house, 2)
        until(house, desk, desk.post("/api/exports", json={"target": DRIVE}).json()["id"], "done")
    with running(tmp_path / "b", drives=OneDrive(tmp_path / "stick")) as house, house.desk() as desk:
        begun = desk.post("/api/imports", json={"source": DRIVE})
        assert begun.status_code == 201
        with desk.stream("GET", "/api/exports/stream") as answer:
            ends = (heard.data for heard in listen(answer.iter_lines()) if heard.name == "import")
            came = next(data for data in ends if data["ended"])
        assert (came["state"], came["came_in"]) == ("done", 2)
        assert desk.get("/api/imports").json()["imports"] == [came]
        assert desk.get("/api/runs").json()["total"] == 2
        assert desk.post("/api/imports", json={"source": "stick"}).json()["code"] == "no_source"
        with house.child() as child:
            assert child.post("/api/imports", json={"source": DRIVE}).status_code == 403
            assert child.get("/api/imports").status_code == 403
