"""The window opens, survives what goes wrong, and ends cleanly."""

import os
import signal
import socket

import pytest

from tests.window.conftest import TITLE, Start
from tests.window.screen import Screen
from tests.window.site import Site, serving
from tests.window.waiting import eventually

pytestmark = pytest.mark.window


@pytest.mark.parametrize("mode", [[], ["--kiosk"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_its_stream_open(
    site: Site, show: Start, mode: list[str], number: signal.Signals
) -> None:
    window = show(site.enter_url, *mode)
    site.wait_until_loaded()
    assert window.stop(number) < 3
    assert "closed" in window.log


def test_a_signal_before_the_window_is_there_is_not_lost(site: Site, start: Start) -> None:
    window = start(["-m", "tests.window.show", site.enter_url, "--kiosk"])
    eventually(lambda: bool(window.children()))  # it looks for its libraries
    assert window.stop(signal.SIGTERM) < 10


def test_closing_a_window_that_is_no_kiosk_ends_the_program(site: Site, show: Start, screen: Screen) -> None:
    window = show(site.enter_url)
    site.wait_until_loaded()
    screen.close(TITLE)
    assert window.process.wait(10) == 0
    assert "closed" in window.log
    assert not screen.has_window(TITLE)


def test_a_page_whose_process_dies_is_loaded_again(site: Site, show: Start) -> None:
    window = show(site.enter_url, "--kiosk")
    site.wait_until_loaded()
    born = site.run("born")
    window.renderer().kill()
    site.wait_until_loaded()
    assert site.run("born") != born
    assert "loading it again" in window.log


def test_without_an_answer_it_says_so_in_our_words_and_goes_on_when_one_comes(show: Start, screen: Screen) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    window = show(f"http://127.0.0.1:{port}/enter?t=secret", "--kiosk")
    eventually(lambda: "could not be loaded" in window.log)
    eventually(lambda: len(screen.picture().getcolors(1_000) or []) > 5)
    with serving(port) as site:
        site.wait_until_loaded()
        eventually(lambda: screen.picture().getpixel((640, 500)) == (0x2F, 0x6F, 0x4F))
        assert window.log.count("could not be loaded") == 1


def test_what_the_server_refuses_is_shown_and_not_asked_for_again(site: Site, show: Start) -> None:
    window = show(site.enter_url.replace("enter", "refused"))
    eventually(lambda: "/favicon.ico" in site.asked)  # Chromium asks for it when the page is there
    assert [path for path in site.asked if path != "/favicon.ico"] == ["/refused?t=secret"]
    assert "could not be loaded" not in window.log


def test_it_is_quiet(site: Site, show: Start) -> None:
    window = show(site.enter_url)
    site.wait_until_loaded()
    window.stop(signal.SIGTERM)
    as_root = "running as root: the window works without its sandbox"
    lines = [line for line in window.log.splitlines() if line != "closed" and as_root not in line]
    assert lines == []
    assert (as_root in window.log) is (os.geteuid() == 0)
