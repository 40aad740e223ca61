"""A server that comes while a window opens: the address first, and what happens when nothing comes."""

import errno
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest

from kiosk.background import BackgroundServer
from kiosk.beacon import CannotServe
from kiosk.settings import Places
from kiosk.storage.locks import FolderLock


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return Places(tmp_path, tmp_path / "state")


def test_the_way_in_is_known_before_the_program_is_there(where: Places) -> None:
    with BackgroundServer(where, announce=False) as server:
        answer = httpx.get(server.enter_url, timeout=60, trust_env=False)
        assert answer.status_code == 303
        assert httpx.get(server.enter_url, trust_env=False).status_code != 303  # it is good once
        assert server.enter_url.startswith(server.ready().url)


def test_a_program_that_cannot_leave_its_address_comes_all_the_same(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("kiosk.beacon.write", Mock(side_effect=full))
    with BackgroundServer(where, announce=True) as server:
        ready = server.ready()
        headers = {"Authorization": f"Bearer {ready.token}"}
        assert httpx.get(f"{ready.url}/api/runs", headers=headers, trust_env=False).json()["total"] == 0


def test_a_program_that_cannot_come_closes_the_window_and_says_why(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.serving.BUSY_WAIT_S", 0.0)
    where.state.mkdir()
    closed: list[bool] = []
    taken = FolderLock(where.state / "kiosk.lock", "somebody else")
    try:
        with pytest.raises(CannotServe, match="somebody else"):
            opened_with(closed, where)
    finally:
        taken.release()
    assert closed == [True]


def opened_with(closed: list[bool], where: Places) -> None:
    with BackgroundServer(where, announce=False) as server:
        server.window_opened(lambda: closed.append(True))
        server.ready()
