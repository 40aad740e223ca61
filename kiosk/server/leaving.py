"""Leaving the kiosk from the teacher's desk: whoever opened a window says here how it is closed."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class Leaving:
    """The way out of one program's window, if it has one. May be used from any thread."""

    def __init__(self) -> None:
        self._close: Callable[[], None] | None = None

    @property
    def possible(self) -> bool:
        """Whether there is a window to close."""
        return self._close is not None

    def opened(self, close: Callable[[], None]) -> None:
        """A window is open; `close` closes it from any thread and returns at once."""
        self._close = close

    def leave(self) -> bool:
        """Close the window; False if there is none."""
        if self._close is None:
            return False
        log.info("the teacher leaves the kiosk")
        self._close()
        return True
