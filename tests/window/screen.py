"""A screen to test on: Xvfb on a free number with openbox as window manager, and what a person does at it."""

import io
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image

from tests.window.waiting import eventually


class Screen:
    """One virtual screen, 1280 x 800."""

    def __init__(self, name: str) -> None:
        self.environment = {**os.environ, "DISPLAY": name}
        self.environment.pop("WAYLAND_DISPLAY", None)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as xdotool names them (`alt+F4`), in the window that has the focus."""
        eventually(self.has_focus)
        self._do("key", "--delay", "40", *keys)

    def close(self, title: str) -> None:
        """Press Alt+F4; once more where the key got lost while the window was still taking its place."""
        self.press("alt+F4")
        try:
            eventually(lambda: not self.has_window(title), 5)
        except AssertionError:
            self.press("alt+F4")

    def write(self, text: str) -> None:
        """Type a text, as fast as a practised person."""
        eventually(self.has_focus)
        self._do("type", "--delay", "15", text)

    def has_focus(self) -> bool:
        """Whether a window has the focus, so that keys arrive somewhere."""
        shown = self._ask("xprop", "-root", "_NET_ACTIVE_WINDOW")
        return "0x" in shown and int(shown.split()[-1], 16) != 0

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a point."""
        self._do("mousemove", str(x), str(y), "click", str(button))

    def drag(self, start: tuple[int, int], end: tuple[int, int], has_begun: Callable[[], object]) -> None:
        """Press at a point, wait until something is being dragged, move to another in small steps, let go."""
        way = [[a + (b - a) * step // 20 for a, b in zip(start, end, strict=True)] for step in range(21)]
        moves = [word for x, y in way for word in ("mousemove", str(x), str(y), "sleep", "0.02")]
        self._do(*moves[:5], "mousedown", "1")
        eventually(has_begun)
        self._do(*moves, "sleep", "0.3", "mouseup", "1")

    def titles(self) -> list[str]:
        """Titles of the windows that the window manager manages."""
        root = self._ask("xprop", "-root", "_NET_CLIENT_LIST")
        ids = [word.strip(",") for word in root.partition("#")[2].split()]
        shown = [self._ask("xprop", "-id", window, "_NET_WM_NAME", may_fail=True) for window in ids]
        return [line.partition('"')[2].rstrip('"\n') for line in shown if '"' in line]

    def has_window(self, title: str) -> bool:
        """Whether a window with this title is open."""
        return title in self.titles()

    def state_of(self, title: str) -> str:
        """The window manager's flags for a window, and its place: `xprop` and `xwininfo` in one text."""
        return self._ask("xprop", "-name", title, "_NET_WM_STATE") + self._ask("xwininfo", "-name", title)

    def picture(self) -> Image.Image:
        """What is on the screen now."""
        png = subprocess.run(
            ["import", "-window", "root", "png:-"], env=self.environment, check=True, capture_output=True
        ).stdout
        return Image.open(io.BytesIO(png)).convert("RGB")

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True)

    def _ask(self, *command: str, may_fail: bool = False) -> str:
        done = subprocess.run(command, env=self.environment, check=not may_fail, capture_output=True, text=True)
        return done.stdout


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Start Xvfb on a number that is free, and openbox in it; end both."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        name = f":{numbers.readline().strip()}"
    screen = Screen(name)
    manager = subprocess.Popen(["openbox"], env=screen.environment, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: "window id" in screen._ask("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", may_fail=True))
        yield screen
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)
