"""Nothing that a page or a person does leads out of the window."""

from pathlib import Path

import pytest

from tests.window.conftest import TITLE, Start
from tests.window.screen import Screen
from tests.window.site import Site, serving
from tests.window.waiting import eventually

pytestmark = pytest.mark.window

GREEN = (0x2F, 0x6F, 0x4F)  # the site's page, once it is painted


def test_the_page_is_painted(site: Site, show: Start, screen: Screen) -> None:
    show(site.enter_url)
    site.wait_until_loaded()
    eventually(lambda: screen.picture().getpixel((640, 500)) == GREEN)


def test_a_kiosk_fills_the_screen_without_a_frame(site: Site, show: Start, screen: Screen) -> None:
    show(site.enter_url, "--kiosk")
    site.wait_until_loaded()
    eventually(lambda: screen.picture().getpixel((1, 1)) == GREEN)
    state = screen.state_of(TITLE)
    assert "_NET_WM_STATE_FULLSCREEN" in state
    assert "_NET_WM_STATE_ABOVE" in state
    assert "Width: 1280" in state
    assert "Height: 800" in state


def test_the_page_can_go_nowhere_else(site: Site, show: Start, screen: Screen) -> None:
    with serving() as elsewhere:
        window = show(site.enter_url)
        site.wait_until_loaded()
        born = site.run("born")
        foreign = f"http://127.0.0.1:{elsewhere.port}/"
        for attempt in (
            f"location.href = '{foreign}'",
            f"location.href = 'http://localhost:{site.port}/'",
            "location.href = 'file:///etc/passwd'",
            "location.href = 'chrome://version'",
            "location.href = 'data:text/html,away'",
            f"void document.body.append(Object.assign(document.createElement('iframe'), {{src: '{foreign}'}}))",
            f"void Object.assign(document.createElement('a'), {{href: '{foreign}', target: '_blank'}}).click()",
            f"void (new Image().src = '{foreign}picture')",
        ):
            site.run(attempt)
        assert site.run(f"window.open('{foreign}')") is None
        assert site.run("window.open('/enter')") is None
        assert site.run(f"fetch('{foreign}').then(() => 'came', () => 'refused')") == "refused"
        assert site.run("born") == born
        assert elsewhere.asked == []
        assert screen.titles() == [TITLE]
        assert "refused a request" in window.log


def test_the_page_gets_no_bridge_into_the_program(site: Site, show: Start) -> None:
    show(site.enter_url)
    site.wait_until_loaded()
    assert site.run("[typeof pywebview, typeof qt, typeof external.call]") == ["undefined"] * 3


def test_the_page_may_use_neither_microphone_nor_clipboard_nor_screen(site: Site, show: Start) -> None:
    show(site.enter_url, QTWEBENGINE_CHROMIUM_FLAGS="--use-fake-device-for-media-stream")
    site.wait_until_loaded()
    fails = ".then(() => 'granted', e => e.name)"
    assert site.run(f"navigator.mediaDevices.getUserMedia({{audio: true, video: true}}){fails}") != "granted"
    assert site.run(f"navigator.mediaDevices.getDisplayMedia(){fails}") != "granted"
    assert site.run(f"navigator.clipboard.readText(){fails}") == "NotAllowedError"
    assert site.run("Notification.requestPermission()") == "denied"


def test_the_camera_is_for_our_own_page_alone(site: Site, show: Start) -> None:
    show(site.enter_url, QTWEBENGINE_CHROMIUM_FLAGS="--use-fake-device-for-media-stream")
    site.wait_until_loaded()
    asked = "navigator.mediaDevices.getUserMedia({%s: true}).then(s => s.getTracks().map(t => t.kind), e => e.name)"
    assert site.run(asked % "video") == ["video"]
    assert isinstance(site.run(asked % "audio"), str)


@pytest.mark.parametrize(("mode", "told"), [([], False), (["--kiosk"], True)])
def test_a_kiosk_tells_its_page_that_no_dialog_will_open(
    site: Site, show: Start, mode: list[str], told: bool
) -> None:
    show(site.enter_url, *mode)
    site.wait_until_loaded()
    assert ("AtelierKiosk/locked" in site.run("navigator.userAgent")) is told


def test_dialogs_and_printing_open_no_window(site: Site, show: Start, screen: Screen) -> None:
    show(site.enter_url)
    site.wait_until_loaded()
    assert site.run("[alert('x'), confirm('x'), prompt('x'), print()]") == [None, False, None, None]
    assert screen.titles() == [TITLE]


def test_keys_and_the_right_button_do_nothing_in_a_kiosk(site: Site, show: Start, screen: Screen) -> None:
    window = show(site.enter_url, "--kiosk")
    site.wait_until_loaded()
    born = site.run("born")
    site.run("void (window.keys = [], addEventListener('keydown', event => keys.push(event.key)))")
    screen.click(640, 500)
    screen.press("ctrl+w", "ctrl+r", "ctrl+n", "ctrl+t", "ctrl+o", "ctrl+p", "ctrl+u", "ctrl+s", "ctrl+j", "ctrl+q")
    screen.press("F1", "F5", "F11", "F12", "ctrl+shift+i", "alt+Left", "Escape", "alt+F4", "alt+F4")
    screen.click(640, 500, button=3)
    assert {"w", "F5", "F12", "Escape"} <= set(site.run("keys"))  # they did arrive
    assert site.run("born") == born
    assert screen.titles() == [TITLE]
    assert window.process.poll() is None
    assert "_NET_WM_STATE_FULLSCREEN" in screen.state_of(TITLE)


def test_a_kiosk_opens_no_file_dialog(site: Site, show: Start, screen: Screen) -> None:
    show(site.enter_url, "--kiosk")
    site.wait_until_loaded()
    site.run("void file.addEventListener('cancel', () => tell('cancelled', true))")
    eventually(lambda: screen.picture().getpixel((640, 500)) == GREEN)
    screen.click(40, 312)
    assert site._next("cancelled", 10) is True
    assert screen.titles() == [TITLE]


@pytest.mark.parametrize("mode", [[], ["--kiosk"]])
def test_what_is_dropped_on_the_window_is_not_opened(
    site: Site, show: Start, start: Start, screen: Screen, mode: list[str]
) -> None:
    show(site.enter_url, *mode)
    site.wait_until_loaded()
    born = site.run("born")
    eventually(lambda: screen.picture().getpixel((60, 690)) == GREEN)
    site.run("void addEventListener('dragover', () => window.over = true)")
    source = start(["-m", "tests.window.drag_source", f"http://127.0.0.1:{site.port}/dropped"])
    eventually(lambda: screen.picture().getpixel((60, 690)) != GREEN)
    screen.drag((60, 670), (640, 500), lambda: "dragging" in source.log)
    eventually(lambda: "dropped: " in source.log)
    assert site.run("born") == born
    assert "/dropped" not in site.asked
    assert site.run("'over' in window") is (mode == [])  # into a kiosk nothing can even be dragged


def test_without_a_folder_nothing_is_downloaded(site: Site, show: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    show(site.enter_url, HOME=str(home))
    site.wait_until_loaded()
    site.run("void Object.assign(document.createElement('a'), {href: '/x.bin', download: 'x.bin'}).click()")
    eventually(lambda: "/x.bin" in site.asked)
    assert site.run("1 + 1") == 2
    assert not list(home.rglob("x.bin*"))


def test_downloads_go_into_their_folder_whatever_their_name(site: Site, show: Start, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "folder"
    show(site.enter_url, "--downloads", str(folder))
    site.wait_until_loaded()
    for name in ("x.bin", "x.bin", "../../../x.txt"):
        site.run(f"void Object.assign(document.createElement('a'), {{href: '/x.bin', download: '{name}'}}).click()")
    wanted = ["x (2).bin", "x.bin", "x.txt"]
    eventually(lambda: folder.is_dir() and sorted(file.name for file in folder.iterdir()) == wanted)
    assert {file.read_bytes() for file in folder.iterdir()} == {b"0123456789"}
    assert [file.name for file in tmp_path.rglob("*x*") if file.is_file() and file.parent != folder] == []
