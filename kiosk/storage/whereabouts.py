"""Whether the place where the works lie has gone from under the running program: a share, a stick, a moved folder.

A folder that never was there is not gone: it is made with the first run. One that is made anew while the works are
away is not their return; they are back when a run that lay there lies there again, or the works of another day do.
Blocking.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


class Whereabouts:
    """Looks at one `exports/json`, again and again; `today` is the name of the day's folder."""

    def __init__(self, root: Path) -> None:
        self.are_gone = False
        self._root = root
        self._one: Path | None = None
        """A run that lay there when somebody looked last."""

    def look(self, today: str) -> bool:
        """Whether the works are gone now."""
        there = self._root.is_dir()
        if not there or self.are_gone:
            self.are_gone = self._one is not None and not (there and self._are_back(today))
        if not self.are_gone and (self._one is None or not self._one.is_dir()):
            self._one = self._any_run()
        return self.are_gone

    def _are_back(self, today: str) -> bool:
        return self._one is None or self._one.is_dir() or any(day.name != today for day in _folders(self._root))

    def _any_run(self) -> Path | None:
        """Some run, or None."""
        runs = (run for day in _folders(self._root) for device in _folders(day) for run in _folders(device))
        return next(runs, None)


def _folders(place: Path) -> Iterator[Path]:
    """The folders in a place; none where it cannot be read."""
    with suppress(OSError):
        yield from (entry for entry in place.iterdir() if entry.is_dir())
