"""S10's window: from the start of `kiosk run` to the page's `loaded`, and to the studio on the screen.

The program's own window on a virtual screen (Xvfb and openbox), as a person starts it; its floor is the same window
without the program behind it, on a page that says nothing.
"""

import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.table import Row, under
from tests.window.screen import Screen, virtual_screen
from tests.window.site import serving
from tests.window.test_program import shows_the_studio

ROUNDS = 5
LIMIT_S = 2.0
# The command `kiosk`, or the window alone, saying when the window's page is loaded: pywebview's event of that name.
_TELLING = """
import sys, time, webview
create = webview.create_window
def create_and_listen(*given, **named):
    window = create(*given, **named)
    window.events.loaded += lambda: print(time.time(), flush=True)
    return window
webview.create_window = create_and_listen
"""
_PROGRAM = "from kiosk.__main__ import start; start()"
_WINDOW_ALONE = "from kiosk import desktop; desktop.open_window(sys.argv[1], title='Atelier Kiosk')"


def rows(data: Path, size: int) -> list[Row]:
    """The window of the program on an archive, which must be indexed."""
    with virtual_screen() as screen, serving() as site:
        alone = [_opened(screen, _WINDOW_ALONE, site.enter_url)[0] for _ in range(ROUNDS)]
        whole = [_opened(screen, _PROGRAM, "run", "--data", str(data), studio=True) for _ in range(ROUNDS)]
    loaded = statistics.median(first for first, _ in whole)
    painted = statistics.median(second for _, second in whole)
    return [
        under("S10", f"window start to `loaded`, {size:,} runs", loaded, LIMIT_S).beside(
            "the same window alone, on an empty page", statistics.median(alone)
        ),
        Row(row="S10", work="window start to the studio on the screen", seconds=painted),
    ]


def _opened(screen: Screen, script: str, *arguments: str, studio: bool = False) -> tuple[float, float]:
    """Seconds from the start of a process to `loaded`, and to the studio on the screen if that is waited for."""
    began = time.time()
    process = subprocess.Popen(
        [sys.executable, "-c", f"{_TELLING}{script}", *arguments],
        env={**screen.environment, "KIOSK_TEXT_BACKEND": "sketchbook"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        loaded = float(process.stdout.readline()) - began
        while studio and not shows_the_studio(screen):
            time.sleep(0.05)
        return loaded, time.time() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
