"""The storage room's front desk: begin and continue runs, list them, hand out their files.

Puts recorders, index and recovery together and keeps their failures from everybody else. Use it on one event
loop; all blocking work goes to threads.
"""

import asyncio
import logging
import os
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kiosk import durable as disk
from kiosk.hub import Hub
from kiosk.ids import check_device_id, check_run_id
from kiosk.records import HistoryRecord, ItemType, MediaType, RunItem, RunMetadata, RunStart, local_now
from kiosk.settings import Places, StorageSettings
from kiosk.storage import history, recovery
from kiosk.storage.accounts import history_record
from kiosk.storage.answers import (
    ConfigOutputs,
    GalleryDays,
    GalleryPage,
    GalleryQuery,
    GalleryRuler,
    RunPage,
    RunQuery,
    RunStats,
    Statistics,
    StatisticsQuery,
    StorageHealth,
    StoredFile,
)
from kiosk.storage.caretaker import Caretaker
from kiosk.storage.continuing import begin_again, open_again
from kiosk.storage.elsewhere import Elsewhere
from kiosk.storage.errors import RunBusy, StorageError, reason_of, storage_error
from kiosk.storage.favorites import Favorites
from kiosk.storage.index import Index, IndexDamaged, lookups, pages
from kiosk.storage.index.statistics import statistics
from kiosk.storage.keeper import Keeper
from kiosk.storage.labs import Labs
from kiosk.storage.locks import FolderLock
from kiosk.storage.projection import OUTPUT_TYPES
from kiosk.storage.recorders import Recorder
from kiosk.storage.restore import Lineage, RestoreData, continue_with, restore
from kiosk.storage.run_files import RunRecord
from kiosk.storage.run_folder import OpenRun
from kiosk.storage.shelf import Shelf
from kiosk.storage.stars import StarDesk
from kiosk.storage.vitals import Vitals
from kiosk.storage.watch import Watch

__all__ = ["Library", "Recorder"]

log = logging.getLogger(__name__)

_GALLERY_CHANGES = OUTPUT_TYPES | {ItemType.OUTPUT_BLOCKED, ItemType.MEDIA_SAFETY_CHECK}


class Library:
    """All runs of one data folder. Make it with `open`."""

    def __init__(
        self, where: Places, settings: StorageSettings, hub: Hub, app_version: str, lock: FolderLock
    ) -> None:
        self.exports: Path = where.exports
        self._data = where.data
        self._settings = settings
        self._durable = settings.durability == "full"
        self._hub = hub
        self._lock = lock
        self._host = recovery.this_host()
        self._facts: dict[str, Any] = {
            "app_version": app_version,
            "host": self._host,
            "pid": os.getpid(),
            "boot_id": recovery.boot_id(),
        }
        self._live: dict[str, Recorder | None] = {}
        self._vitals = Vitals(where, settings)
        self._index = Index(where.state)
        self._keeper = Keeper(self.exports, self._index, hub, self._live.__contains__)
        self._keeper.failed = self.failed
        self._shelf = Shelf(self.exports, where.state, self._keeper, self._live)
        self._favorites = Favorites(self.exports, durable=self._durable)
        elsewhere = Elsewhere(self.exports, where.state, self._favorites)
        self.favorites = StarDesk(self._favorites, self._keeper, self._shelf, elsewhere)
        self.caretaker = Caretaker(
            self.exports, where.state, self._keeper, self._shelf, self._favorites, self._live.__contains__
        )
        self.labs = Labs(self, where.state)
        self._watch = Watch(self.exports, self._keeper)
        self._watching: asyncio.Task[None] | None = None
        self._index_order = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def open(cls, places: Places, settings: StorageSettings, hub: Hub, *, app_version: str) -> "Library":
        """Take the data folder for this process; scans nothing. Call `start` once the event loop runs.

        Raises `DataFolderBusy` with who has it, `StorageError` if the state folder cannot be used.
        """
        try:
            disk.make_folders(places.state, durable=False)
            me = f"process {os.getpid()} on {recovery.this_host()}"
            lock = FolderLock(places.state / "kiosk.lock", me)
        except OSError as error:
            raise storage_error(error) from error
        try:
            return cls(places, settings, hub, app_version, lock)
        except (OSError, StorageError) as error:
            lock.release()
            raise storage_error(error) if isinstance(error, OSError) else error from error

    async def start(self, *, quiet_s: float = 0.0) -> list[str]:
        """Recover what a crash left, then check and reconcile the index in the background, after `quiet_s` seconds.

        Returns the ids of the runs that were marked interrupted.
        """
        recovered = await self.recover()
        try:
            await self.caretaker.finish_erasures()
        except StorageError as error:
            self.failed("erasure", error.reason)
        self._in_background(self._look_after_index(quiet_s))
        self._watching = asyncio.get_running_loop().create_task(self._watch.run())
        return recovered

    async def reconcile(self) -> None:
        """Compare all folders with the index now."""
        await self._keeper.reconcile()

    async def rebuild_index(self) -> None:
        """Throw the index away and make it again from the folders."""
        await self._keeper.rebuild()

    async def settled(self) -> None:
        """Wait until the work in the background is done: the index says what the folders say."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def begin(self, start: RunStart, *, workflow: dict[str, Any] | None = None) -> Recorder:
        """Make the folder of a run with its `pipeline_start`. Raises `StorageError` and leaves nothing behind.

        `workflow` (nodes and edges as executed) is kept with a canvas run and shown as its `workflow.json`.
        """
        facts = self._facts | ({"workflow": workflow} if workflow is not None else {})
        check_run_id(start.run_id)
        check_device_id(start.device_id)
        self._live[start.run_id] = None
        try:
            run = await asyncio.to_thread(self._create, start, facts)
        except BaseException as error:
            del self._live[start.run_id]
            # A run that is refused for want of space loses nothing: the person is told, and keeps what they wrote.
            if isinstance(error, StorageError) and not error.full:
                self.failed("begin", error.reason)
            raise
        return self._recorder(run)

    async def reopen(
        self, run_id: str, *, until: int, expected_outputs: Sequence[str], output_configs: Sequence[str]
    ) -> Recorder:
        """Continue a waiting or ended run with a second `pipeline_start`.

        Raises `UnknownRun`, `RunBusy`, `ReadOnlyRun` (an older export, or another machine's), `StorageError`.
        """
        item = begin_again(self._facts, until=until, expected_outputs=expected_outputs, output_configs=output_configs)
        return self._recorder(await self._open_again(run_id, item))

    async def amend(self, run_id: str, item: RunItem) -> RunItem:
        """Add one item to a run without continuing it: an edit, a change of consent, retention or visibility.

        Raises as `reopen` does.
        """
        live = self._live.get(run_id)
        if live is not None:
            return await live.record(item)
        recorder = await self.append_to(run_id)
        try:
            return await recorder.record(item)
        finally:
            await recorder.close()

    async def append_to(self, run_id: str) -> Recorder:
        """Open a run to add items without a new `pipeline_start`: its status stays. Raises as `reopen` does."""
        return self._recorder(await self._open_again(run_id, None))

    def recorder(self, run_id: str) -> Recorder | None:
        """The recorder of a run that is being recorded here now."""
        return self._live.get(run_id)

    async def recover(self) -> list[str]:
        """Mark runs of this host whose journal nobody holds as interrupted; returns their ids."""
        today = local_now().date().isoformat()
        return await self._recover(await asyncio.to_thread(recovery.run_folders, self.exports, today))

    async def runs(self, query: RunQuery) -> RunPage:
        """A page of runs. Raises `pages.BadCursor`."""
        return await self._keeper.ask(pages.run_page, query)

    def version(self) -> int:
        """Another number whenever a page of runs or media may have changed."""
        return self._index.version

    async def gallery(self, query: GalleryQuery) -> GalleryPage:
        """A page of finished media. Raises `pages.BadCursor`."""
        return await self._keeper.ask(pages.gallery_page, query)

    async def gallery_days(self, query: GalleryQuery) -> GalleryDays:
        """On which days the media of such a gallery were made. Raises `pages.BadCursor`."""
        return await self._keeper.ask(pages.gallery_days, query)

    async def gallery_ruler(self, query: GalleryQuery) -> GalleryRuler:
        """Where each page of such a gallery begins. Raises `pages.BadCursor`."""
        return await self._keeper.ask(pages.gallery_ruler, query)

    async def stats(self) -> RunStats:
        """Counts over all runs."""
        size = await self._keeper.ask(lookups.total_bytes)
        return RunStats(
            total_records=await self._keeper.ask(pages.total_runs),
            total_size_bytes=size,
            total_size_mb=round(size / 1_000_000, 2),
            storage_dir=self.exports.relative_to(self._data).as_posix(),
            by_status=await self._keeper.ask(lookups.counts, "status"),
            by_device=await self._keeper.ask(lookups.counts, "device"),
            by_config=await self._keeper.ask(lookups.counts, "config"),
        )

    async def statistics(self, query: StatisticsQuery) -> Statistics:
        """Counts and times over all runs, or those of a workshop or some days."""
        building = (await asyncio.to_thread(self._keeper.state)).state == "building"
        found = await self._keeper.ask(statistics, query)
        return msgspec.structs.replace(found, complete=not building and not found.waiting)

    async def outputs_of_config(self, config: str) -> ConfigOutputs:
        """Finished media of the runs of one interception config, counted by type."""
        return await self._keeper.ask(lookups.outputs_of_config, config)

    async def history(self, identity: str) -> HistoryRecord:
        """The whole run for research, by run id or execution id. Raises `UnknownRun`, `InvalidId`."""
        return await self._shelf.history(identity)

    async def record(self, identity: str) -> RunRecord:
        """All that is known of a run, with the folder in which it lies. Raises `UnknownRun`, `InvalidId`."""
        return await self._shelf.record(identity)

    async def metadata(self, identity: str) -> RunMetadata:
        """What is known of a run now, by run id or execution id. Raises `UnknownRun`, `InvalidId`."""
        live = self._live.get(identity)
        return live.metadata if live is not None else (await self._shelf.record(identity)).metadata

    async def restore(self, identity: str) -> RestoreData:
        """What a page needs to take up a run again. Raises `UnknownRun`, `InvalidId`."""
        return restore(await self._shelf.record(identity))

    async def continue_with(self, identity: str, n: int = 1) -> RestoreData:
        """The n-th picture of a run, from 1, handed to the image view. Raises `UnknownRun`, `InvalidId`."""
        return continue_with(await self._shelf.record(identity), n)

    async def lineage(self, identity: str) -> Lineage:
        """Where a run came from and what was made from it. Raises `UnknownRun`, `InvalidId`."""
        run = (await self._shelf.record(identity)).metadata
        ancestors = await self._keeper.ask(lookups.ancestors_of, run.run_id)
        if run.parent_run_id is not None and not ancestors:
            ancestors = [run.parent_run_id]
        children = await self._keeper.ask(lookups.children_of, run.run_id)
        return Lineage(run_id=run.run_id, ancestors=ancestors, children=children)

    async def items(self, identity: str) -> list[RunItem]:
        """All items of a run in order. Raises `UnknownRun`, `InvalidId`."""
        live = self._live.get(identity)
        return list(live.items) if live is not None else (await self._shelf.record(identity)).items

    async def entity_file(self, identity: str, entity_type: str, n: int = 1) -> StoredFile:
        """The n-th file of an entity type, from 1. Raises `UnknownRun`, `InvalidId`."""
        return await self._shelf.entity_file(identity, entity_type, n)

    async def media_file(self, identity: str, media_type: MediaType, n: int = 1) -> StoredFile:
        """The n-th finished medium of a type, from 1. Raises `UnknownRun`, `InvalidId`."""
        return await self._shelf.media_file(identity, media_type, n)

    async def blocked_file(self, identity: str, n: int = 1) -> StoredFile:
        """The n-th picture that was blocked and kept apart, from 1: for teachers. Raises as `media_file`."""
        return await self._shelf.blocked_file(identity, n)

    async def thumbnail(self, identity: str, n: int = 1, media_type: MediaType = MediaType.IMAGE) -> StoredFile:
        """A small picture of the n-th medium of a type, from 1: WebP, made at the first request.

        Of a sound its waveform, of a video a frame (with ffmpeg). Raises as `media_file`, also `NoThumbnail`.
        """
        return await self._shelf.thumbnail(identity, n, media_type)

    async def health(self) -> StorageHealth:
        """How the storage room is."""
        index = await asyncio.to_thread(self._keeper.state)
        watch = self._watch
        return await asyncio.to_thread(self._vitals.report, len(self._live), index, watch.state, watch.works_are_gone)

    async def close(self) -> None:
        """Close recorders that are still open, stop the background work, give the data folder back."""
        for recorder in [recorder for recorder in self._live.values() if recorder is not None]:
            await recorder.close()
        tasks = [*self._tasks, *([self._watching] if self._watching is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._keeper.close()
        await asyncio.to_thread(self._shelf.close)
        await asyncio.to_thread(self._favorites.close)
        await asyncio.to_thread(self._index.close)
        self._lock.release()

    # What recorders tell (`recorders.Listener`).

    def saved(self, recorder: Recorder, items: Sequence[RunItem]) -> None:
        """Remember what could not be saved; bring new media into the gallery."""
        self._shelf.keep_unsaved(recorder, items)
        if any(item.item_type in _GALLERY_CHANGES for item in items):
            self._in_background(self._index_live(recorder))

    def failed(self, what: str, reason: str) -> None:
        """Count a failed write, for the health view."""
        self._vitals.count(what, reason)

    def ended(self, run: RunMetadata, items: Sequence[RunItem]) -> None:
        """Write the history record of a run that has ended."""
        history.write(self.exports, history_record(items, run))

    async def closed(self, recorder: Recorder) -> None:
        """Take the finished folder into the index."""
        try:
            await self._index_live(recorder)
        finally:
            self._live.pop(recorder.run_id, None)

    def _recorder(self, run: OpenRun) -> Recorder:
        recorder = Recorder(run, run.items(), self._hub, self)
        self._live[recorder.run_id] = recorder
        self._in_background(self._index_live(recorder))
        return recorder

    async def _open_again(self, run_id: str, first: RunItem | None) -> OpenRun:
        folder = await self._shelf.folder(run_id)
        run_id = folder.name
        if run_id in self._live:
            raise RunBusy(run_id)
        self._live[run_id] = None
        try:
            return await asyncio.to_thread(self._open_now, folder, first)
        except BaseException:
            del self._live[run_id]
            raise

    def _create(self, start: RunStart, facts: dict[str, Any]) -> OpenRun:
        self._vitals.check_space()
        return OpenRun.create(self.exports, start, facts, durable=self._durable)

    def _open_now(self, folder: Path, first: RunItem | None) -> OpenRun:
        self._vitals.check_space()
        return open_again(folder, self._host, first, durable=self._durable)

    async def _recover(self, folders: list[Path]) -> list[str]:
        """Recover these runs, and those that the index has as running."""
        running = await self._keeper.ask(lookups.with_status, "running")
        recovered = []
        for folder in [*(self.exports / place.folder for place in running), *folders]:
            if folder.name in self._live or folder.name in recovered:
                continue
            if await asyncio.to_thread(self._recover_one, folder):
                recovered.append(folder.name)
                await self._keeper.look_at(folder)
        return recovered

    def _recover_one(self, folder: Path) -> bool:
        try:
            return recovery.recover_folder(folder, self.exports, self._host, durable=self._durable)
        except OSError as error:
            log.warning("a run could not be recovered: %s", reason_of(error))
            return False

    async def _look_after_index(self, quiet_s: float) -> None:
        await asyncio.sleep(quiet_s)
        await self._keeper.look_closely()
        await self._keeper.check()
        await self._keeper.reconcile()
        await self._recover([])  # a new index knows only now what was running
        await self._keeper.glance()

    async def _index_live(self, recorder: Recorder) -> None:
        async with self._index_order:
            try:
                await self._keeper.put(recorder.as_read)
            except (IndexDamaged, StorageError) as error:
                # It is being made anew from the folders, this one among them, or follows when the disk allows.
                self.failed("index", error.reason if isinstance(error, StorageError) else "damaged")

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.failed("index", type(task.exception()).__name__)
