"""Who closed the page is not waited for: their place in the queue is free again, and the box stops."""

import asyncio
import time
from pathlib import Path

from kiosk.records import Status
from kiosk.server.attendance import Attendance
from kiosk.server.sessions import Role, Session
from kiosk.settings import LimitSettings, Settings
from tests.server.house import House, running
from tests.server.test_pipeline import AT_ONCE, EXECUTE, IDEA
from tests.storage.kit import until

CHILD = Session(device_id="tablet-a")


class Register:
    """Who left."""

    def __init__(self, patience_s: float = 0.01) -> None:
        self.gone: list[str] = []
        self.told = asyncio.Event()
        self.attendance = Attendance(lambda: patience_s, self.left)

    async def left(self, device_id: str, since: float) -> None:
        assert since <= time.monotonic()
        self.gone.append(device_id)
        self.told.set()


async def test_a_device_has_left_when_its_last_page_stays_closed() -> None:
    register = Register()
    with register.attendance.page(CHILD):
        with register.attendance.page(CHILD):
            pass
        assert register.attendance._leaving == {}
    async with asyncio.timeout(5):
        await register.told.wait()
    assert register.gone == ["tablet-a"]


async def test_a_page_that_is_loaded_anew_has_not_left() -> None:
    register = Register(patience_s=60)
    with register.attendance.page(CHILD):
        pass
    [waiting] = register.attendance._leaving.values()
    with register.attendance.page(CHILD):
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()
        assert register.attendance._leaving == {}
    register.attendance.close()


async def test_teachers_who_look_are_not_attendance_and_zero_means_never() -> None:
    register, never = Register(), Register(patience_s=0)
    with register.attendance.page(Session(device_id="desk", role=Role.TEACHER)):
        pass
    with never.attendance.page(CHILD):
        pass
    assert register.attendance._leaving == never.attendance._leaving == {}


def status_of(house: House, run_id: str) -> str:
    with house.desk() as desk:
        return str(desk.get(f"/api/pipeline/{run_id}/status").json()["status"])


async def is_cancelled(house: House, run_id: str) -> bool:
    return await asyncio.to_thread(status_of, house, run_id) == Status.CANCELLED


async def test_a_closed_page_stops_its_run_and_another_page_of_the_device_keeps_it(tmp_path: Path) -> None:
    with running(tmp_path, Settings(limits=LimitSettings(page_closed_s=1))) as house:
        house.on_loop(house.studio.media.let_go.clear)
        with house.child("tablet-a") as one, house.child("tablet-b") as other:
            mine = one.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
            theirs = other.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
            with other.stream("GET", "/api/room/stream") as page:
                assert page.status_code == 200
                for client, run_id in ((one, mine), (other, theirs)):
                    with client.stream("GET", f"/api/pipeline/{run_id}/stream") as stream:
                        assert stream.status_code == 200
                await until(lambda: is_cancelled(house, mine))
                assert status_of(house, theirs) == Status.RUNNING
        with house.desk() as desk:
            assert desk.get(f"/api/pipeline/{mine}/status").json()["reason"].startswith("Die Seite wurde geschlossen")
        house.on_loop(house.studio.media.let_go.set)
