"""Keeps the index in step with the folders, and tells the gallery what came and went.

Recorders hand it what they wrote; `reconcile` finds what others changed, by comparing signatures, newest day
first. The folders are the truth: whatever the index cannot tell is read from them again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, Protocol, TypeVar

from kiosk.hub import Hub
from kiosk.storage import history, recovery, scanning
from kiosk.storage.answers import GalleryItem, IndexState
from kiosk.storage.behind import Behind
from kiosk.storage.errors import StorageError
from kiosk.storage.gathering import Gatherer
from kiosk.storage.index import Connection, Index, IndexDamaged, lookups, pages
from kiosk.storage.index.entries import RunEntry, entry_of, place_name
from kiosk.storage.index.schema import FILLED
from kiosk.storage.index.writing import Writer
from kiosk.storage.news import News
from kiosk.storage.run_files import RunRecord

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_BATCH = 500
_FILL_BATCH = 2_000
_MANY = 5_000
"""From so many runs on a new index is filled with the help of another process."""

_LAST_S = 3_600


class Also(Protocol):
    """What is to be brought into step with the folders besides the runs; `is_new`: the index was made anew."""

    async def __call__(self, *, is_new: bool) -> None:
        """Do it."""


class Keeper:
    """One per library. `busy` tells which runs are being recorded here: their folders are left to their recorders."""

    def __init__(self, exports: Path, index: Index, hub: Hub, busy: Callable[[str], bool]) -> None:
        self._exports = exports
        self._index = index
        self.news = News(hub)
        self._busy = busy
        self._host = recovery.this_host()
        self._state: Literal["ready", "building", "reconciling", "closed"]
        self._state = "building" if index.rebuilt_because is not None else "ready"
        self._done = self._total = 0
        self._not_older: set[Path] = set()
        self.also: Also | None = None
        self.failed: Callable[[str, str], None] = lambda what, reason: None
        """Is told what could not be written, and why."""
        self._behind = False
        self._quiet = index.rebuilt_because is not None or index.read_now(lookups.fact, FILLED) is None
        self._stopped = False
        self._times: dict[Path, int] | None = None
        self._gather = Gatherer(exports, index, self._host, busy)
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def state(self) -> IndexState:
        """What the index is doing; blocking for a moment."""
        runs = pending = damaged = 0
        if self._state != "closed":
            try:
                runs = self._index.read_now(pages.total_runs)
                pending, damaged = self._index.read_now(lookups.pending_and_damaged)
            except IndexDamaged:
                self._state = "building"
            except StorageError as error:
                self._fall_behind(error)
        return IndexState(
            state=self._state,
            done=self._done,
            total=self._total,
            runs=runs,
            text_pending=pending,
            damaged=damaged,
            rebuilt_because=self._index.rebuilt_because,
        )

    async def ask(self, what: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Read from the index; if it is damaged, make it anew and read again."""
        try:
            return await self._index.read(what, *args, **kwargs)
        except IndexDamaged as error:
            await self.start_anew(str(error))
            return await self._index.read(what, *args, **kwargs)

    async def tell(self, do: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs) -> None:
        """Write into the index; if it is damaged, make it anew from the folders; if the disk refuses, later."""
        await self._write(do, *args, **kwargs)

    async def purge(self) -> None:
        """Overwrite what removed runs have left in the index; where that cannot be, it is made anew."""
        try:
            await self._index.write(Writer.purge)
        except (IndexDamaged, StorageError) as error:
            await self.start_anew(str(error))

    async def forget(self, is_erased: Callable[[str], bool]) -> None:
        """Leave nothing of erased runs in the index, missed already or not, nor in its free pages."""
        known = await self._read_index(lookups.all_folders)
        await self._miss(await asyncio.to_thread(_gone_of, known, is_erased, self._exports))
        await self.purge()

    async def put(self, read: Callable[[], RunRecord]) -> None:
        """Take a run into the index as it is then, and tell the gallery what changed; `read` runs in a thread."""
        await self._put(lambda: [entry_of(read(), self._exports)])

    async def gone(self, run_ids: list[str]) -> None:
        """Forget runs whose folders are gone, and tell the gallery."""
        shown = [run_id for run_id in run_ids if await self._read_index(lookups.media_of, run_id)]
        await self._write(Writer.remove, run_ids)
        for run_id in shown:
            self.news.removed(run_id)

    async def look_at(self, folder: Path) -> None:
        """Bring one run folder, which may be gone, into step."""
        relative = folder.relative_to(self._exports).as_posix()
        known = await self._read_index(lookups.known_folder, relative)
        run_id, was = known or (folder.name, "")
        if self._busy(run_id):
            return
        now = await asyncio.to_thread(scanning.signature_of_run, folder)
        if now is None:
            if known is not None:
                await self._miss({relative: run_id})
        elif now != was:
            record = await asyncio.to_thread(self._gather.one, relative)
            if record is not None:
                await self.put(lambda: record)

    async def reconcile(self) -> None:
        """Compare all folders with the index; read what has changed; then make missing texts searchable.

        An index that turns out to be damaged is made anew from the folders. Raises `StorageError`.
        """
        async with self._one_at_a_time:
            self._behind = False
            try:
                if not self._index.is_open:
                    await asyncio.to_thread(self._index.reset, "damaged")
                while not await self._bring_into_step() and not self._stopped:
                    await asyncio.to_thread(self._index.reset, "damaged")
                    self._quiet = True
            except StorageError as error:
                self._fall_behind(error)
                raise
            finally:
                await asyncio.to_thread(self._gather.close)
                self._state = "closed" if self._stopped else "ready"

    async def folders(self) -> list[Path]:
        """All run folders that there are, newest day first."""
        groups = await asyncio.to_thread(scanning.groups, self._exports)
        return [self._exports / name for _, names in groups for name in names]

    async def look_closely(self) -> None:
        """After a crash: see that the projections of the runs that were written last are whole."""
        if self._index.was_closed:
            return
        for place in await self.ask(lookups.changed_last, _LAST_S):
            folder = self._exports / place.folder
            if (await asyncio.to_thread(self._gather.read_whole, folder))[1]:
                await self.look_at(folder)

    async def look_below(self, place: Path) -> None:
        """Bring all runs in a day's or a device's folder, or those beside the days, into step; it may be gone.

        Writes nothing there: somebody may be at work, and what is just being deleted would come back.
        """
        relative = place_name(place, self._exports)
        names = await asyncio.to_thread(scanning.runs_below, place, relative)
        async with self._one_at_a_time:
            self._done, self._total = 0, len(names)
            await self._compare(f"{relative}/", names, mending=False)

    async def glance(self) -> None:
        """Look only where names have come or gone since the last time: cheap at any number of runs.

        Everywhere, if the index could not be written since. Raises `StorageError`.
        """
        if self._behind:
            await self.reconcile()
        now = await asyncio.to_thread(scanning.folder_times, self._exports)
        before, self._times = self._times, now
        if before is None:
            return
        changed = {place for place in before.keys() | now.keys() if before.get(place) != now.get(place)}
        whole = changed.difference(scanning.places_beside_days(self._exports))
        for place in sorted(changed):
            if whole.isdisjoint(place.parents):
                await self.look_below(place)
        if self.also is not None:
            await self.also(is_new=False)

    async def start_anew(self, because: str) -> None:
        """Throw the index away and fill it again in the background. Raises `StorageError`."""
        log.warning("the index is made anew: %s", because)
        self._state = "building"
        self._quiet = True
        try:
            await asyncio.to_thread(self._index.reset, "damaged")
        except StorageError as error:
            self._fall_behind(error)
            raise
        self._later(self.reconcile())

    async def rebuild(self) -> None:
        """Throw the index away and fill it again, and wait for it."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._index.reset, "asked for")
            self._quiet = True
        await self.reconcile()

    async def check(self) -> None:
        """Read the whole index for damage, once after the start."""
        if not await asyncio.to_thread(self._index.check):
            await self.start_anew("damaged")

    async def close(self) -> None:
        """Stop working; the index may be closed afterwards."""
        self._stopped = True
        self._state = "closed"
        for task in list(self._tasks):
            task.cancel()
        # Threads go on when the task that waits for them is cancelled.
        await asyncio.to_thread(self._gather.stop)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        async with self._one_at_a_time:
            return

    async def _bring_into_step(self) -> bool:
        """Whether it could be done: false if the index is damaged."""
        self._state = "building" if self._quiet else "reconciling"
        try:
            await self._compare_all()
            await self._write(Writer.finish)
            is_new, self._quiet = self._quiet, False
            if is_new:
                # What a new index was filled with was not told piece by piece: readers look again.
                self.news.look_again()
            if self.also is not None:
                await self.also(is_new=is_new)
            await self._add_history()
            await self._add_texts()
        except IndexDamaged as error:
            log.warning("the index is damaged and is made anew: %s", error)
            return False
        return True

    async def _compare_all(self) -> None:
        groups = await asyncio.to_thread(scanning.groups, self._exports)
        self._done, self._total = 0, sum(len(names) for _, names in groups)
        if self._quiet:
            known = await self._index.read(lookups.all_folders)
            await self._fill([name for _, names in groups for name in names if name not in known])
            if not known:
                return
        seen_days = set()
        for prefix, names in groups:
            if self._stopped:
                return
            seen_days.add(prefix)
            await self._compare(prefix, names, mending=True)
        for day in await self._index.read(lookups.counts, "day"):
            if f"json/{day}/" not in seen_days and not self._stopped:
                await self._compare(f"json/{day}/", [], mending=True)

    async def _fill(self, names: list[str]) -> None:
        """Fill an index that is new or was left in its filling."""
        if len(names) >= _MANY:
            self._gather.get_help()
        async with Behind() as behind:
            for start in range(0, len(names), _FILL_BATCH):
                some = names[start : start + _FILL_BATCH]
                entries = await asyncio.to_thread(self._gather.first, some)
                if self._stopped:
                    return
                await behind.do(self._put_first, entries, len(some))

    async def _put_first(self, entries: list[RunEntry], looked_at: int) -> None:
        await self._write(Writer.put_new, entries)
        self._done += looked_at

    async def _compare(self, prefix: str, names: list[str], *, mending: bool) -> None:
        # Days lie beside the flat folders of 2025, and are compared by themselves.
        known: dict[str, tuple[str, str | None]] = dict(
            await self._index.read(lookups.known_folders, prefix, deep=prefix != "json/")
        )
        for start in range(0, len(names), _BATCH):
            some = names[start : start + _BATCH]
            entries = await asyncio.to_thread(self._gather.changed, some, known, mending=mending)
            if self._stopped:
                return  # what was given up is not gone
            if entries:
                await self._put_all(entries)
            self._done += len(some)
        await self._miss({name: run_id for name, (run_id, _) in known.items() if not self._busy(run_id)})

    async def _miss(self, lost: dict[str, str]) -> None:
        """Runs (folder → run id) that are not where the index says: each lies elsewhere now, or is gone."""
        if not lost:
            return
        entries, gone = await asyncio.to_thread(self._gather.elsewhere, lost)
        if self._stopped:
            return  # what was given up is not gone
        if entries:
            await self._put_all(entries)
        if gone:
            await self.gone(gone)

    async def _add_texts(self) -> None:
        before = None
        async with Behind() as behind:
            while True:
                places, before = await self._index.read(lookups.without_text, before, _BATCH)
                if not places:
                    return
                entries = await asyncio.to_thread(self._gather.whole, places)
                if self._stopped:
                    return  # what was given up is not gone
                await behind.do(self._put_texts, places, entries)

    async def _put_texts(self, places: list[lookups.Place], entries: list[RunEntry]) -> None:
        await self._write(Writer.put_texts, entries)
        await self._write(Writer.remove, {place.run_id for place in places} - {entry.row.run_id for entry in entries})

    async def _add_history(self) -> None:
        known = await self._index.read(lookups.ended_executions, self._host)
        folders = await asyncio.to_thread(history.missing, self._exports, known)
        for folder in folders:
            if self._stopped:
                return
            await asyncio.to_thread(self._gather.read_whole, self._exports / folder)
        await self._add_older_history()

    async def _add_older_history(self) -> None:
        """Take in records of older programs: with their run where it is there, else on their own."""
        known = await self._index.read(lookups.executions)
        for path in await asyncio.to_thread(history.unknown, self._exports, known):
            if self._stopped:
                return
            if path in self._not_older:
                continue
            entry = await asyncio.to_thread(self._gather.older, path)
            if entry is None:
                self._not_older.add(path)
            elif not self._busy(entry.row.run_id):
                await self._put_all([entry])

    async def _put_all(self, entries: list[RunEntry]) -> None:
        await self._put(lambda: entries)

    async def _put(self, entries: Callable[[], list[RunEntry]]) -> None:
        for run_id, before, after in await self._write(_put, entries) or []:
            self.news.changed(run_id, before, after)

    async def _read_index(
        self, what: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Read, also in the middle of a reconcile, which hears of damage itself and begins again."""
        if self._one_at_a_time.locked():
            return await self._index.read(what, *args, **kwargs)
        return await self.ask(what, *args, **kwargs)

    async def _write(self, do: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return await self._index.write(do, *args, **kwargs)
        except IndexDamaged as error:
            if self._one_at_a_time.locked():
                raise
            await self.start_anew(str(error))
            return None
        except StorageError as error:
            self._fall_behind(error)
            if self._one_at_a_time.locked():
                raise
            return None

    def _fall_behind(self, error: StorageError) -> None:
        """The disk refused: what the index lacks since then is made up by the next glance that it lets write."""
        if not self._behind:
            self.failed("index", error.reason)
        self._behind = True

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("the index is not in step: %s", task.exception())


def _gone_of(known: dict[str, str], is_erased: Callable[[str], bool], exports: Path) -> dict[str, str]:
    """Which of the known runs (folder → run id) were erased, and are not there again."""
    return {name: run_id for name, run_id in known.items() if is_erased(run_id) and not (exports / name).exists()}


def _put(
    writer: Writer, read: Callable[[], list[RunEntry]]
) -> list[tuple[str, list[GalleryItem], list[GalleryItem]]]:
    """In the index's thread, so that it takes one turn: for each run, what the gallery showed of it and shows now."""
    entries = read()
    before = [writer.media_of(entry.row.run_id) for entry in entries]
    writer.put(entries)
    after = [[medium.item for medium in entry.media if medium.shown] for entry in entries]
    return list(zip((entry.row.run_id for entry in entries), before, after, strict=True))
