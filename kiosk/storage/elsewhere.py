"""What another kiosk on the same `exports` has erased is forgotten by this one, too.

The one that erases clears what all share, and its own state folder. Here its list of erased runs is noticed: this
kiosk's own stars and small pictures of them go; who calls clears the index. Blocking.
"""

from collections.abc import Callable
from pathlib import Path

from kiosk import durable as disk
from kiosk.storage import thumbnails, tombstones, trash
from kiosk.storage.favorites import Favorites

SEEN = "erased.seen"


class Elsewhere:
    """Remembers, in the state folder, up to where the list of erased runs was followed."""

    def __init__(self, exports: Path, state: Path, favorites: Favorites) -> None:
        self._buried = exports / trash.FOLDER
        self._state = state
        self._favorites = favorites

    def forget(self) -> Callable[[str], bool] | None:
        """Forget the runs that were erased since the last time. Raises `OSError`.

        What comes back tells of a run id whether its run was erased; None if there are no new ones.
        """
        now = self._mark()
        if now in ("", self._seen()):
            return None
        is_buried = tombstones.is_buried(self._buried)
        starred = {key.run_id for device in self._favorites.devices() for key in self._favorites.of_device(device)}
        self._favorites.erase({run_id for run_id in starred if is_buried(run_id)})
        for small in (self._state / thumbnails.FOLDER).glob("*/*.webp"):
            if is_buried(small.stem.rpartition("_")[0]):
                small.unlink(missing_ok=True)
        disk.replace(self._state / SEEN, now.encode(), durable=False)
        return is_buried

    def _mark(self) -> str:
        try:
            facts = (self._buried / tombstones.FILE).stat()
        except OSError:
            return ""
        return f"{facts.st_mtime_ns} {facts.st_size}"

    def _seen(self) -> str:
        try:
            return (self._state / SEEN).read_text(encoding="ascii")
        except (OSError, ValueError):
            return ""
