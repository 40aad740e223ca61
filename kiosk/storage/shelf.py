"""Reading: from an id to a run's record and its files, of whatever age, live or at rest.

Changes nothing but the thumbnails. Use it on one event loop; blocking work goes to threads.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kiosk import durable as disk
from kiosk.ids import check_run_or_execution_id
from kiosk.records import HistoryRecord, MediaType, RunItem
from kiosk.storage import finding, history, thumbnails
from kiosk.storage.accounts import history_record
from kiosk.storage.answers import StoredFile
from kiosk.storage.errors import UnknownRun, storage_error
from kiosk.storage.index import lookups
from kiosk.storage.jail import Jail
from kiosk.storage.keeper import Keeper
from kiosk.storage.older import read_any
from kiosk.storage.recorders import Recorder
from kiosk.storage.run_files import RunRecord
from kiosk.storage.run_folder import NOT_SAVED

UNSAVED_LIMIT = 64 << 20
"""How many bytes of media that could not be saved are kept in memory, so that their page can still show them."""

_CACHED_RECORDS = 64


class _Wanted(NamedTuple):
    """A small picture that is still to be made: of what, and where it is to lie."""

    picture: Path
    small: Path


class Shelf:
    """All runs of one `exports` folder, for reading."""

    def __init__(self, exports: Path, state: Path, keeper: Keeper, live: Mapping[str, Recorder | None]) -> None:
        self._exports = exports
        self._state = state
        self._keeper = keeper
        self._live = live
        self._jail = Jail()
        self._making: dict[Path, asyncio.Task[StoredFile]] = {}
        self._unsaved: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._records: OrderedDict[Path, tuple[str, RunRecord]] = OrderedDict()

    async def folder(self, identity: str) -> Path:
        """The folder of a run, by run id or execution id. Raises `UnknownRun`, `InvalidId`."""
        check_run_or_execution_id(identity)
        live = self._live.get(identity)
        if live is not None:
            return live.folder
        place = await self._keeper.ask(lookups.place_of, identity)
        return await asyncio.to_thread(self._find, identity, place)

    async def record(self, identity: str) -> RunRecord:
        """All that is known of a run. Raises `UnknownRun`, `InvalidId`."""
        check_run_or_execution_id(identity)
        live = self._live.get(identity)
        if live is None:
            place = await self._keeper.ask(lookups.place_of, identity)
            found = await asyncio.to_thread(self._look, identity, place)
            if isinstance(found, RunRecord):
                return found
            live = self._live.get(found.name)
            if live is None:  # it has ended in between
                return await asyncio.to_thread(self._read, found)
        return live.as_read()

    async def history(self, identity: str) -> HistoryRecord:
        """The whole run for research. Raises `UnknownRun`, `InvalidId`."""
        record = await self.record(identity)
        run = record.metadata
        if record.folder.suffix == ".json":
            alone = await asyncio.to_thread(self._older_history, record.folder.stem)
            return alone or history_record(record.items, run)
        if run.execution_id is None:
            row = (await self._keeper.ask(lookups.rows_of, [run.run_id])).get(run.run_id)
            older = await asyncio.to_thread(self._older_history, row.execution_id if row is not None else None)
            if older is not None:
                return older
        return history_record(record.items, run)

    async def entity_file(self, identity: str, entity_type: str, n: int) -> StoredFile:
        """The n-th file of an entity type, from 1. Raises `UnknownRun`, `InvalidId`."""
        record = await self.record(identity)
        return await asyncio.to_thread(finding.entity_of, record, entity_type, n)

    async def media_file(self, identity: str, media_type: MediaType, n: int) -> StoredFile:
        """The n-th finished medium of a type, from 1. Raises `UnknownRun`, `InvalidId`."""
        record = await self.record(identity)
        item = finding.medium_of(record, media_type, n)
        kept = self._kept(record, item)
        if kept is not None:
            return finding.unsaved(record, item, kept)
        return await asyncio.to_thread(finding.stored, record, item)

    async def blocked_file(self, identity: str, n: int) -> StoredFile:
        """The n-th picture that was blocked and kept apart, from 1. Raises `UnknownRun`, `InvalidId`."""
        record = await self.record(identity)
        return await asyncio.to_thread(finding.blocked_of, record, n)

    async def thumbnail(self, identity: str, n: int, media_type: MediaType) -> StoredFile:
        """A small picture of the n-th medium of a type.

        Raises `UnknownRun`, `InvalidId`, `NoThumbnail`, `StorageError`.
        """
        record = await self.record(identity)
        item = finding.medium_of(record, media_type, n)
        if self._kept(record, item) is not None:
            raise thumbnails.NoThumbnail("not saved")
        try:
            known = await asyncio.to_thread(self._small, record, item)
            return known if isinstance(known, StoredFile) else await self._make_small(known, media_type)
        except OSError as error:
            raise storage_error(error) from error

    def close(self) -> None:
        """End what runs beside. Blocking."""
        self._jail.close()

    def keep_unsaved(self, recorder: Recorder, items: Sequence[RunItem]) -> None:
        """Take over the bytes of media that could not be saved, the oldest giving way."""
        for item in items:
            if NOT_SAVED in item.metadata and item.sequence_number in recorder.unsaved:
                self._unsaved[recorder.run_id, item.sequence_number] = recorder.unsaved.pop(item.sequence_number)
        while sum(map(len, self._unsaved.values())) > UNSAVED_LIMIT and len(self._unsaved) > 1:
            self._unsaved.popitem(last=False)

    def forget(self, run_id: str) -> None:
        """Forget what memory holds of a run."""
        for key in [key for key in self._unsaved if key[0] == run_id]:
            del self._unsaved[key]
        for folder in [folder for folder in self._records if folder.name == run_id]:
            self._records.pop(folder, None)

    def _find(self, identity: str, place: lookups.Place | None) -> Path:
        folder = None if place is None else finding.place_of(self._exports, place.folder)
        folder = folder or finding.search(self._exports, identity)
        if folder is None:
            raise UnknownRun(identity)
        return folder

    def _look(self, identity: str, place: lookups.Place | None) -> RunRecord | Path:
        """The run; its folder where somebody records it."""
        folder = self._find(identity, place)
        return self._read(folder) if self._live.get(folder.name) is None else folder

    def _kept(self, record: RunRecord, item: RunItem) -> bytes | None:
        if item.file is not None:
            return None
        return self._unsaved.get((record.metadata.run_id, item.sequence_number))

    def _small(self, record: RunRecord, item: RunItem) -> StoredFile | _Wanted:
        """The small picture of a medium, if it was made before; else what it is made of."""
        picture = finding.stored(record, item)
        if picture.data is not None:
            raise thumbnails.NoThumbnail("not saved")
        path = thumbnails.path_for(self._state, record.metadata.run_id, picture.mark)
        try:
            return finding.thumbnail(path)
        except FileNotFoundError:
            return _Wanted(picture.path, path)

    async def _make_small(self, wanted: _Wanted, media_type: MediaType) -> StoredFile:
        """Made once, however many pages ask at the same time."""
        making = self._making.get(wanted.small)
        if making is None:
            making = asyncio.create_task(self._made(wanted, media_type))
            self._making[wanted.small] = making
            making.add_done_callback(lambda done: self._is_made(wanted.small, done))
        return await asyncio.shield(making)

    def _is_made(self, small: Path, done: asyncio.Task[StoredFile]) -> None:
        del self._making[small]
        if not done.cancelled():
            done.exception()  # whoever asked has been told; if they have gone, nobody needs to be

    async def _made(self, wanted: _Wanted, media_type: MediaType) -> StoredFile:
        small = await self._jail.small_picture(wanted.picture, media_type, wanted.small)
        if small is not None:
            await asyncio.to_thread(_write, wanted.small, small)
        return await asyncio.to_thread(finding.thumbnail, wanted.small)

    def _older_history(self, execution_id: str | None) -> HistoryRecord | None:
        if execution_id is None:
            return None
        path = history.find(self._exports, execution_id)
        return history.read_older(path) if path is not None else None

    def _read(self, folder: Path) -> RunRecord:
        now = finding.change_mark(folder)
        known = self._records.get(folder)
        if known is not None and known[0] == now:
            return known[1]
        try:
            record = read_any(folder)
        except OSError as error:
            raise UnknownRun(folder.name) from error
        if record is None:
            raise UnknownRun(folder.name)
        self._records[folder] = (now, record)
        while len(self._records) > _CACHED_RECORDS:
            self._records.popitem(last=False)
        return record


def _write(path: Path, data: bytes) -> None:
    disk.make_folders(path.parent, durable=False)
    disk.replace(path, data, durable=False)
