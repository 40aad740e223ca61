"""A screen for the whole session, a site for each test, and windows that are ended whatever happens."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from tests.window.screen import Screen, virtual_screen
from tests.window.site import Site, serving
from tests.window.waiting import eventually

TITLE = "Window under test"


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    with virtual_screen() as started:
        yield started


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as started:
        yield started


class OpenWindow:
    """A program with a window, and the processes that it started."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log
        self._seen: dict[int, psutil.Process] = {}

    @property
    def log(self) -> str:
        """What it wrote so far, both streams."""
        return self._log.read_text()

    def children(self) -> list[psutil.Process]:
        """Every process below it that lives."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            self._seen.setdefault(child.pid, child)
        return [child for child in self._seen.values() if child.is_running() and child.status() != "zombie"]

    def renderer(self) -> psutil.Process:
        """The process that draws the page: forked by Chromium's zygote, and the one with most memory."""
        forked = [child for child in self.children() if child.ppid() != self.process.pid]
        return max(forked, key=lambda child: child.memory_info().rss)

    def stop(self, number: signal.Signals) -> float:
        """Send a signal; the seconds until the program has ended with 0, with nothing left of it."""
        children = self.children()
        began = time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(10) == 0, self.log
        seconds = time.monotonic() - began
        eventually(lambda: not [child for child in children if child.is_running() and child.status() != "zombie"], 5)
        return seconds


Start = Callable[..., OpenWindow]


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Start]:
    """Start a program on the screen; it and its children are ended after the test."""
    started: list[OpenWindow] = []

    def begin(command: Sequence[str], **environment: str) -> OpenWindow:
        log = tmp_path / f"window{len(started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *command], env=screen.environment | environment, stdout=output, stderr=output
            )
        started.append(OpenWindow(process, log))
        return started[-1]

    yield begin
    for window in started:
        leftover = window.children() if window.process.poll() is None else []
        window.process.kill()
        window.process.wait(10)
        for child in leftover:
            if child.is_running():
                child.kill()


@pytest.fixture
def show(start: Start, screen: Screen) -> Start:
    """Show an address in the window alone."""

    def begin(url: str, *options: str, **environment: str) -> OpenWindow:
        window = start(["-m", "tests.window.show", url, *options], **environment)
        eventually(lambda: window.process.poll() is not None or screen.has_window(TITLE), 30)
        assert window.process.poll() is None, window.log
        return window

    return begin
