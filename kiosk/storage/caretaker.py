"""The teacher's housekeeping: trash with undo, clean-up, erasure with a receipt, verification.

Use it on one event loop; all blocking work goes to threads.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from kiosk.ids import check_device_id, check_label
from kiosk.records import Consent, ItemType, MediaType, RunItem, local_now, timestamp
from kiosk.storage import erasure, recovery, scanning, trash
from kiosk.storage.answers import BlockedRun
from kiosk.storage.erasure import Doomed, Plan, Receipt
from kiosk.storage.errors import RunBusy, UnknownRun, storage_error
from kiosk.storage.export.answers import Selection
from kiosk.storage.favorites import Favorites
from kiosk.storage.index import choosing, lookups
from kiosk.storage.index.entries import place_name
from kiosk.storage.index.writing import Writer
from kiosk.storage.keeper import Keeper
from kiosk.storage.projection import recorded_on
from kiosk.storage.shelf import Shelf
from kiosk.storage.trash import Trashed
from kiosk.storage.verify import Verified, verify


class CleanUp(Struct, frozen=True, kw_only=True):
    """What a clean-up took, or would take (`dry_run`). `kept_favorites` were spared for their stars."""

    dry_run: bool
    runs: list[str]
    size_bytes: int
    kept_favorites: int
    receipt: Receipt | None = None


class VerifyReport(Struct, frozen=True, kw_only=True):
    """What a verification of all runs found; only runs that are not sound, or were repaired, are listed."""

    runs: int
    files: int
    size_bytes: int
    faulty: list[Verified]
    repaired: list[Verified]


class Caretaker:
    """Takes away, puts back, erases and checks."""

    def __init__(
        self,
        exports: Path,
        state: Path,
        keeper: Keeper,
        shelf: Shelf,
        favorites: Favorites,
        is_live: Callable[[str], bool],
    ) -> None:
        self._exports = exports
        self._state = state
        self._keeper = keeper
        self._shelf = shelf
        self._favorites = favorites
        self._is_live = is_live
        self.on_erased: Callable[[Sequence[str]], None] = lambda _: None
        """Is told the ids of runs that were erased, to forget them too."""

    async def throw(self, identity: str, by: str | None = None) -> Trashed:
        """Put a run into the trash. Raises `UnknownRun`, `RunBusy`, `InvalidId`, `StorageError`."""
        record = await self._shelf.record(identity)
        run = record.metadata
        if self._is_live(run.run_id):
            raise RunBusy(run.run_id)
        if not record.folder.is_dir() or record.folder.parent.name == "runs":
            raise UnknownRun(run.run_id)
        row = (await self._keeper.ask(lookups.rows_of, [run.run_id])).get(run.run_id)
        execution_id = row.execution_id if row is not None else run.execution_id
        try:
            thrown = await asyncio.to_thread(trash.throw, self._exports, record.folder, execution_id, by)
        except OSError as error:
            raise storage_error(error) from error
        self._shelf.forget(run.run_id)
        await self._keeper.gone([run.run_id])
        return thrown

    async def trashed(self) -> list[Trashed]:
        """What is in the trash, last thrown first."""
        return await asyncio.to_thread(trash.listed, self._exports)

    async def put_back(self, identity: str) -> str:
        """Take a run out of the trash; returns its run id. Raises `UnknownRun`, `StorageError`."""
        names = {entry.execution_id: entry.run_id for entry in await self.trashed()}
        run_id = names.get(identity, identity)
        try:
            folder = await asyncio.to_thread(trash.put_back, self._exports, run_id)
        except OSError as error:
            raise storage_error(error) from error
        await self._keeper.look_at(folder)
        return run_id

    async def empty_trash(self) -> Receipt:
        """Erase what is in the trash. Raises `StorageError`."""
        runs = [Doomed(entry.run_id, entry.execution_id, entry.folder) for entry in await self.trashed()]
        return await self._erase(Plan(scope="trash", runs=runs))

    async def erase_run(self, identity: str) -> Receipt:
        """Erase one run everywhere, in the trash too. Raises `UnknownRun`, `RunBusy`, `InvalidId`, `StorageError`."""
        for entry in await self.trashed():
            if identity in (entry.run_id, entry.execution_id):
                return await self._erase(
                    Plan(scope="run", runs=[Doomed(entry.run_id, entry.execution_id, entry.folder)])
                )
        record = await self._shelf.record(identity)
        run = record.metadata
        if self._is_live(run.run_id):
            raise RunBusy(run.run_id)
        row = (await self._keeper.ask(lookups.rows_of, [run.run_id])).get(run.run_id)
        execution_id = row.execution_id if row is not None else run.execution_id
        doomed = Doomed(run.run_id, execution_id, place_name(record.folder, self._exports))
        receipt = await self._erase(Plan(scope="run", runs=[doomed]))
        if receipt.busy:
            raise RunBusy(run.run_id)
        return receipt

    async def erase_device(self, device_id: str) -> Receipt:
        """Erase all runs and stars of one device. Raises `InvalidId`, `StorageError`."""
        return await self._erase_all({"device_id": check_device_id(device_id)}, device_id)

    async def erase_person(self, user_id: str, session_id: str | None = None) -> Receipt:
        """Erase all runs of one label, in one workshop or in all. Raises `InvalidId`, `StorageError`."""
        given = {"user_id": check_label(user_id)}
        if session_id is not None:
            given["session_id"] = check_label(session_id)
        return await self._erase_all(given, None)

    async def clean(
        self, *, older_than_days: int | None = None, keep_favorites: bool = False, dry_run: bool = False
    ) -> CleanUp:
        """Erase runs whose date to keep them is over, and those older than some days. Raises `StorageError`."""
        await self._keeper.reconcile()
        today = local_now().date()
        before = today - timedelta(days=older_than_days) if older_than_days is not None else None
        due = await self._keeper.ask(lookups.due, today.isoformat(), before.isoformat() if before else None)
        starred: set[str] = set()
        if keep_favorites:
            starred = await asyncio.to_thread(self._starred)
        taken = [run for run in due if run.run_id not in starred and not self._is_live(run.run_id)]
        size = sum(run.size_bytes for run in taken)
        receipt = None
        if taken and not dry_run:
            runs = [Doomed(run.run_id, run.execution_id, run.folder) for run in taken]
            receipt = await self._erase(Plan(scope="clean-up", runs=runs))
        return CleanUp(
            dry_run=dry_run,
            runs=[run.run_id for run in taken],
            size_bytes=size,
            kept_favorites=sum(run.run_id in starred for run in due),
            receipt=receipt,
        )

    async def chosen(self, selection: Selection) -> list[choosing.Found]:
        """The runs that a package is to hold, by their folders."""
        wanted = {name: getattr(selection, name) for name in selection.__struct_fields__}
        return await self._keeper.ask(choosing.chosen, **wanted)

    async def blocked(self, limit: int) -> list[BlockedRun]:
        """The newest runs that the safety check has stopped, or of which it kept pictures apart."""
        return await self._keeper.ask(lookups.blocked, limit)

    async def finish_erasures(self) -> list[Receipt]:
        """Carry out what a crash has left of earlier erasures. Raises `StorageError`."""
        plans = await asyncio.to_thread(lambda: list(erasure.unfinished(self._exports)))
        return [await self._carry_out(path, plan) for path, plan in plans]

    async def verify_all(
        self, *, repair: bool = True, progress: Callable[[int, int], None] | None = None
    ) -> VerifyReport:
        """Check every hash of every run; `progress` is told (done, all)."""
        folders = await self._keeper.folders()
        results = []
        for number, folder in enumerate(folders, start=1):
            if not self._is_live(folder.name):
                with suppress(UnknownRun):
                    results.append(await self._verify(folder, repair=repair))
            if progress is not None:
                progress(number, len(folders))
        return VerifyReport(
            runs=len(results),
            files=sum(result.files for result in results),
            size_bytes=sum(result.size_bytes for result in results),
            faulty=[result for result in results if not result.is_sound],
            repaired=[result for result in results if result.repaired],
        )

    async def rebuild(self) -> list[str]:
        """Make every history record, `metadata.json` and text file that is missing or differs again; no hashes.

        Returns the ids of the runs where something was made. Raises `StorageError`.
        """
        folders = [folder for folder in await self._keeper.folders() if not self._is_live(folder.name)]
        try:
            made = [folder for folder in folders if await asyncio.to_thread(self._rebuild, folder)]
        except OSError as error:
            raise storage_error(error) from error
        for folder in made:
            await self._keeper.look_at(folder)
        return [folder.name for folder in made]

    def _rebuild(self, folder: Path) -> bool:
        record = scanning.read(folder)
        if record is None or recorded_on(record.items) != recovery.this_host():
            return False
        return bool(recovery.repair_projections(record, self._exports))

    async def _verify(self, folder: Path, *, repair: bool) -> Verified:
        found = await asyncio.to_thread(verify, folder, self._exports, recovery.this_host(), repair=repair)
        if found is None:
            raise UnknownRun(folder.name)
        if found.repaired:
            await self._keeper.look_at(folder)
        return found

    async def _erase_all(self, given: dict[str, str], device_id: str | None) -> Receipt:
        # Only an index that knows all folders can tell all of them.
        await self._keeper.reconcile()
        rows = await self._keeper.ask(lookups.doomed_by, given)
        thrown = [entry for entry in await self.trashed() if await self._belongs(entry, given)]
        runs = [Doomed(*row) for row in rows]
        runs += [Doomed(entry.run_id, entry.execution_id, entry.folder) for entry in thrown]
        scope = "device" if device_id is not None else "person"
        return await self._erase(Plan(scope=scope, runs=runs, device_id=device_id))

    async def _belongs(self, entry: Trashed, given: dict[str, str]) -> bool:
        run = await asyncio.to_thread(trash.metadata_of, self._exports, entry.run_id)
        return run is not None and all(getattr(run, name) == value for name, value in given.items())

    async def _erase(self, plan: Plan) -> Receipt:
        try:
            path = await asyncio.to_thread(erasure.write_plan, self._exports, plan)
        except OSError as error:
            raise storage_error(error) from error
        return await self._carry_out(path, plan)

    async def _carry_out(self, path: Path, plan: Plan) -> Receipt:
        run_ids = [run.run_id for run in plan.runs]
        try:
            receipt = await asyncio.to_thread(
                erasure.carry_out, self._exports, self._state, path, plan, self._favorites
            )
        except OSError as error:
            raise storage_error(error) from error
        for run_id in receipt.runs:
            self._shelf.forget(run_id)
        await self._keeper.gone(receipt.runs)
        self._keeper.news.unsay(run_ids)
        await self._keeper.tell(Writer.drop_stars, receipt.runs)
        await self._keeper.purge()
        self.on_erased(receipt.runs)
        return receipt

    def _starred(self) -> set[str]:
        devices: Sequence[str] = self._favorites.devices()
        return {key.run_id for device in devices for key in self._favorites.of_device(device)}


def consent_item(consent: Consent) -> RunItem:
    """A change of what may be done with a run, for `Library.amend`."""
    return _decision(ItemType.CONSENT_CHANGE, {**_plain(consent), "at": consent.at or timestamp()})


def retention_item(retain_until: str | None) -> RunItem:
    """A change of the date (YYYY-MM-DD) after which clean-up may take a run; None: keep."""
    return _decision(ItemType.RETENTION_CHANGE, {"retain_until": retain_until})


def visibility_item(*, visible: bool) -> RunItem:
    """Show a run in galleries, or hide it."""
    return _decision(ItemType.VISIBILITY_CHANGE, {"visible": visible})


def _plain(consent: Consent) -> dict[str, object]:
    return {name: getattr(consent, name) for name in consent.__struct_fields__}


def _decision(kind: ItemType, metadata: dict[str, object]) -> RunItem:
    return RunItem(timestamp=timestamp(), stage=0, media_type=MediaType.METADATA, item_type=kind, metadata=metadata)
