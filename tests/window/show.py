"""The window alone, as a program: `python -m tests.window.show URL [--kiosk] [--fullscreen] [--downloads DIR]`."""

import argparse
import logging
from pathlib import Path

from kiosk import desktop

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("--kiosk", action="store_true")
parser.add_argument("--fullscreen", action="store_true")
parser.add_argument("--downloads", type=Path)
chosen = parser.parse_args()
logging.basicConfig(level=logging.INFO, format="%(message)s")
log = logging.getLogger("show")
desktop.open_window(
    chosen.url,
    title="Window under test",
    kiosk=chosen.kiosk,
    fullscreen=chosen.fullscreen,
    downloads=chosen.downloads,
    on_close=lambda: log.info("closed"),
)
