"""What others do to the folders reaches the gallery: copied in, edited, deleted, written by another kiosk.

Today's folder is watched; everywhere else names are compared every `GLANCE_S` seconds and whole folders every
`RECONCILE_S` seconds, for the whole archive has more folders than a system can watch. Network drives and sticks
are polled. A root that vanishes and comes back is noticed. Knows no records: it tells the keeper where to look.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path

import psutil
import watchfiles

from kiosk.durable import PART
from kiosk.records import local_now
from kiosk.storage.errors import StorageError
from kiosk.storage.keeper import Keeper
from kiosk.storage.run_files import is_day
from kiosk.storage.whereabouts import Whereabouts

log = logging.getLogger(__name__)

GLANCE_S = 20.0
RECONCILE_S = 900.0
_TURN_S = 1.0
_SETTLE_S = (0.15, 0.6, 2.5)
"""A folder that is being copied in gets its last files without telling: it is looked at again after these times."""

_POLLED = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "vfat", "exfat", "msdos", "fuseblk", "davfs", "afpfs"}
_POLLED_OPTIONS = {"remote", "removable"}


class Watch:
    """Watches one `exports` folder while it runs; start it with `run`, end it by cancelling."""

    def __init__(self, exports: Path, keeper: Keeper, *, polled: bool | None = None) -> None:
        self.state = "off"
        self._exports = exports
        self._root = exports / "json"
        self._keeper = keeper
        self._polled = polled
        self._works = Whereabouts(self._root)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def works_are_gone(self) -> bool:
        """Whether the folder of the works was there, and is not any more."""
        return self._works.are_gone

    async def run(self) -> None:
        """Watch until cancelled; watching anew at midnight and when the folders were exchanged."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._compare_now_and_then())
                while True:
                    try:
                        await self._watch_until_changed()
                    except (OSError, StorageError) as error:
                        log.warning("what others changed was not taken in yet: %s", type(error).__name__)
                        await asyncio.sleep(_TURN_S)
        finally:
            self.state = "off"
            for task in self._tasks:
                task.cancel()

    async def _watch_until_changed(self) -> None:
        today = self._root / local_now().date().isoformat()
        identity = await asyncio.to_thread(self._see, today)
        places = [place for place in (self._root, today) if place in identity]
        stop = asyncio.Event()
        caught_up = False
        watchers = [asyncio.create_task(self._watch(place, stop, recursive=place == today)) for place in places]
        self.state = "watching" if places else "no folder yet"
        try:
            while await asyncio.to_thread(self._see, today) == identity:
                if local_now().date().isoformat() != today.name or any(task.done() for task in watchers):
                    break
                await asyncio.sleep(_TURN_S if places else _TURN_S / 4)
                if today in places and not caught_up:
                    # What came between the last reconciliation and the watch's beginning was told by nobody.
                    await self._keeper.look_below(today)
                    caught_up = True
        finally:
            stop.set()
            await asyncio.gather(*watchers, return_exceptions=True)
        await self._keeper.glance()
        if today.is_dir() or not places:
            await self._keeper.look_below(today)

    def _see(self, today: Path) -> dict[Path, tuple[int, int]]:
        """Which of the watched folders are there, and which ones they are. Blocking."""
        self._works.look(today.name)
        return _identities(self._root, today)

    async def _watch(self, place: Path, stop: asyncio.Event, *, recursive: bool) -> None:
        polled = self._polled if self._polled is not None else await asyncio.to_thread(is_polled, place)
        try:
            async for changes in watchfiles.awatch(
                place,
                watch_filter=None,
                step=10,
                debounce=50,
                recursive=recursive,
                stop_event=stop,
                force_polling=polled,
                poll_delay_ms=1000,
                rust_timeout=1000,
                yield_on_timeout=False,
                raise_interrupt=False,
                ignore_permission_denied=False,
            ):
                await self._tell({Path(path) for _, path in changes if not path.endswith(PART)})
        except (OSError, RuntimeError, StorageError) as error:
            # The folder went away, or the system has no watches left: the glances go on.
            self.state = "comparing only"
            log.warning("a folder cannot be watched: %s", type(error).__name__)
            await asyncio.sleep(_TURN_S)

    async def _tell(self, paths: set[Path]) -> None:
        places = {place for path in paths if (place := self._place_of(path)) is not None}
        for place in places:
            await self._look(place)
            if await asyncio.to_thread(place.exists):
                self._later(self._look_again(place))

    async def _look(self, place: Path) -> None:
        parts = place.relative_to(self._root).parts
        if len(parts) == 3 or not is_day(parts[0]) or place.name.startswith("run_"):
            await self._keeper.look_at(place)
        else:
            await self._keeper.look_below(place)

    async def _look_again(self, place: Path) -> None:
        for seconds in _SETTLE_S:
            await asyncio.sleep(seconds)
            await self._look(place)

    async def _compare_now_and_then(self) -> None:
        glances = 0
        while True:
            await asyncio.sleep(GLANCE_S)
            glances += 1
            with suppress(OSError, StorageError):
                if glances % round(RECONCILE_S / GLANCE_S) == 0:
                    await self._keeper.reconcile()
                else:
                    await self._keeper.glance()

    def _place_of(self, path: Path) -> Path | None:
        """The run folder, or the device's or day's folder, that a changed path belongs to."""
        try:
            parts = path.relative_to(self._root).parts
        except ValueError:
            return None
        if not parts:
            return None
        depth = 2 if len(parts) > 1 and parts[1].startswith("run_") else 3 if is_day(parts[0]) else 1
        return self._root.joinpath(*parts[:depth])

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_polled(place: Path) -> bool:
    """Whether a folder lies on a drive whose changes by others are not told by the system."""
    best = ""
    kind = ""
    options: list[str] = []
    where = place.resolve()
    for partition in psutil.disk_partitions(all=True):
        if where.is_relative_to(partition.mountpoint) and len(partition.mountpoint) >= len(best):
            best, kind, options = partition.mountpoint, partition.fstype, partition.opts.split(",")
    # Windows tells of shares and sticks among the options: there they have the same file systems as other drives.
    return kind in _POLLED or kind.startswith("fuse.") or not _POLLED_OPTIONS.isdisjoint(options)


def _identities(*places: Path) -> dict[Path, tuple[int, int]]:
    """Which folders are there, and which ones they are: an exchanged folder has another identity."""
    found = {}
    for place in places:
        with suppress(OSError):
            facts = place.stat()
            found[place] = (facts.st_dev, facts.st_ino)
    return found
