"""What the window may do, whichever toolkit opens it."""

from dataclasses import dataclass
from pathlib import Path

BACKGROUND = "#e6e9e4"
"""The desk of the page, until it has painted itself."""


@dataclass(frozen=True, slots=True)
class WindowRules:
    """What the window may do.

    `kiosk`: without frame, over everything, not closable by the person in front of it, no file dialogs.
    `downloads`: the folder that downloads go to without a question; None refuses them.
    """

    enter_url: str
    title: str
    fullscreen: bool = False
    kiosk: bool = False
    downloads: Path | None = None
    language: str = "de"
    size: tuple[int, int] = (1280, 800)
