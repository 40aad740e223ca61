"""The whole program in its window: `kiosk run` as a person starts it."""

import signal
from pathlib import Path

import httpx
import pytest

from kiosk import beacon
from tests.window.conftest import OpenWindow, Start
from tests.window.screen import Screen
from tests.window.waiting import eventually

pytestmark = pytest.mark.window

TITLE = "Atelier Kiosk"
COLORS = 2_000  # a painted studio has thousands; an empty page, a sentence on one, or the frame around it, far fewer


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run_program(start: Start, screen: Screen, data: Path, *options: str) -> OpenWindow:
    """Start it and wait until the studio is on the screen."""
    window = start(["-m", "kiosk", "run", "--data", str(data), *options])
    eventually(lambda: window.process.poll() is not None or screen.has_window(TITLE), 40)
    assert window.process.poll() is None, window.log
    eventually(lambda: shows_the_studio(screen), 40)
    return window


def shows_the_studio(screen: Screen) -> bool:
    return screen.picture().getcolors(COLORS) is None  # None: more colours than that


def server_of(data: Path) -> beacon.Beacon:
    found = beacon.find(data / "state")
    assert found is not None
    return found


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=2).status_code > 0
    except httpx.HTTPError:
        return False


def test_the_studio_is_shown_and_closing_it_stops_the_server(start: Start, screen: Screen, data: Path) -> None:
    window = run_program(start, screen, data)
    url = server_of(data).url
    assert answers(url)
    assert "_NET_WM_STATE_MAXIMIZED_VERT" in screen.state_of(TITLE)  # it is as large as the screen, without its frame
    screen.close(TITLE)
    assert window.process.wait(10) == 0, window.log
    assert not answers(url)
    assert not screen.has_window(TITLE)


@pytest.mark.parametrize("mode", [[], ["--kiosk"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_within_3_seconds(
    start: Start, screen: Screen, data: Path, mode: list[str], number: signal.Signals
) -> None:
    window = run_program(start, screen, data, *mode)
    url = server_of(data).url
    assert window.stop(number) < 3
    assert not answers(url)
    assert "Traceback" not in window.log


# Places in a kiosk's window of 1280 x 800, the welcome room and the studio.
_START, _LENS, _IDEA, _AT_ONCE = (250, 633), (92, 195), (300, 480), (900, 656)
_MARK = (0xFF, 0xB9, 0x0A)


def test_the_main_way_in_the_window(start: Start, screen: Screen, data: Path) -> None:
    run_program(start, screen, data, "--kiosk")
    running = server_of(data)
    eventually(lambda: screen.picture().getpixel((250, 655)) == _MARK)
    screen.click(*_START)
    eventually(lambda: screen.picture().getpixel(_LENS) == _MARK)
    screen.click(*_IDEA)
    screen.write("A whale swims to school.")
    screen.click(*_AT_ONCE)
    eventually(lambda: runs_of(running) == [("completed", "A whale swims to school.")], 60)
    eventually(lambda: len(screen.picture().crop((760, 230, 1120, 560)).getcolors(1 << 20) or []) > 1_000)


def runs_of(running: beacon.Beacon) -> list[tuple[str, str]]:
    """Status and idea of every run, as the server tells them."""
    with httpx.Client(
        base_url=running.url, headers={"Authorization": f"Bearer {running.token}"}, trust_env=False
    ) as desk:
        ids = [run["run_id"] for run in desk.get("/api/runs").json()["executions"]]
        known = [desk.get(f"/api/runs/{run_id}/restore").json() for run_id in ids]
        status = [desk.get(f"/api/pipeline/{run_id}/status").json()["status"] for run_id in ids]
    return [(state, run["input_text"]) for state, run in zip(status, known, strict=True)]


def test_a_kiosk_withstands_the_keyboard(start: Start, screen: Screen, data: Path) -> None:
    window = run_program(start, screen, data, "--kiosk")
    url = server_of(data).url
    screen.click(640, 400, button=3)
    screen.press(
        "ctrl+w", "ctrl+q", "ctrl+n", "ctrl+t", "ctrl+p", "ctrl+u", "ctrl+o", "ctrl+shift+i", "F12", "F11", "F5"
    )
    screen.press("alt+Left", "Escape", "alt+F4", "alt+F4")
    assert answers(url)
    assert window.process.poll() is None
    assert screen.titles() == [TITLE]
    assert "_NET_WM_STATE_FULLSCREEN" in screen.state_of(TITLE)
    assert shows_the_studio(screen)


def test_a_kiosk_is_left_by_the_teachers_word_and_by_no_childs(start: Start, screen: Screen, data: Path) -> None:
    window = run_program(start, screen, data, "--kiosk")
    server = server_of(data)
    leave = f"{server.url}/api/teacher/leave"
    with httpx.Client(trust_env=False, headers={"Origin": server.url}) as child:
        link = httpx.post(
            f"{server.url}/api/sessions",
            json={"device_id": "tablet-a"},
            headers={"Authorization": f"Bearer {server.token}"},
            trust_env=False,
        ).json()["enter_url"]
        child.get(link)
        assert child.post(leave).status_code == 403
    assert window.process.poll() is None
    left = httpx.post(leave, headers={"Authorization": f"Bearer {server.token}"}, trust_env=False)
    assert left.json() == {"closing": True}
    assert window.process.wait(10) == 0, window.log
    assert not answers(server.url)
    assert "Traceback" not in window.log


def test_the_studio_comes_back_after_its_process_died(start: Start, screen: Screen, data: Path) -> None:
    window = run_program(start, screen, data)
    window.renderer().kill()
    eventually(lambda: "loading it again" in window.log)
    eventually(lambda: shows_the_studio(screen), 40)
    assert window.process.poll() is None


def test_a_second_start_opens_a_window_on_the_server_that_runs(start: Start, screen: Screen, data: Path) -> None:
    first = run_program(start, screen, data)
    url = server_of(data).url
    second = start(["-m", "kiosk", "run", "--data", str(data)])
    eventually(lambda: screen.titles() == [TITLE, TITLE])
    second.stop(signal.SIGTERM)  # it may still be opening
    assert answers(url)
    assert first.process.poll() is None
