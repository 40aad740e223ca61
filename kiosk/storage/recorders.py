"""Items in, run folder out: a recorder numbers, saves and only then publishes.

One writer thread per open run keeps the order; items that arrive while the disk is busy share the next fsync.
A disk that fails never stops the pipeline: the item comes back marked `not_saved`, and it is counted.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from kiosk.hub import Event, Hub
from kiosk.records import END_ITEM_TYPES, RunItem, RunMetadata, Status, run_topic
from kiosk.storage.errors import reason_of
from kiosk.storage.projection import fold
from kiosk.storage.run_files import RunRecord
from kiosk.storage.run_folder import NOT_SAVED, NewItem, OpenRun, Saved

log = logging.getLogger(__name__)

PROJECT_EVERY_S = 1.0
"""While a run is recorded its projections are written when nothing is to be saved, but not more often than this."""

_PAUSE_S = 0.03
"""Nothing to be saved for so long is a pause."""

_MAX_BATCH = 64


class Listener(Protocol):
    """What the library wants to know of its recorders; called on the event loop, but `ended` in a thread."""

    def saved(self, recorder: "Recorder", items: Sequence[RunItem]) -> None:
        """Items were recorded and published."""
        ...

    def failed(self, what: str, reason: str) -> None:
        """Something could not be written."""
        ...

    def ended(self, run: RunMetadata, items: Sequence[RunItem]) -> None:
        """The run has ended: write what is kept of it outside its folder. May raise `OSError`."""
        ...

    async def closed(self, recorder: "Recorder") -> None:
        """The run folder is complete and unlocked."""
        ...


class _Save(Struct, frozen=True):
    entry: NewItem
    future: asyncio.Future[RunItem]


class _Close(Struct, frozen=True):
    future: asyncio.Future[None]


class Recorder:
    """What the engine writes into while a run is worked on. Use it on one event loop."""

    def __init__(self, run: OpenRun, items: Sequence[RunItem], hub: Hub, listener: Listener) -> None:
        facts = run.snapshot()
        self.run_id: str = facts.run_id
        self.execution_id: str | None = facts.execution_id
        self.folder: Path = run.folder
        self.unsaved: dict[int, bytes] = {}
        """Bytes of media that could not be saved, by sequence number."""
        self._run = run
        self._items = list(items)
        self._hub = hub
        self._topic = run_topic(self.run_id)
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Save | _Close] = queue.SimpleQueue()
        self._closing: asyncio.Future[None] | None = None
        self._began = time.monotonic()
        self._projected_at = time.monotonic()
        self._stale = False
        threading.Thread(target=self._write, name=f"recorder {self.run_id}", daemon=True).start()

    @property
    def items(self) -> Sequence[RunItem]:
        """Everything recorded so far, in order; of a continued run also what was there before."""
        return self._items

    @property
    def metadata(self) -> RunMetadata:
        """The live projection of the journal."""
        return self._run.snapshot()

    def as_read(self) -> RunRecord:
        """The run as somebody who reads it now finds it; may be called from any thread."""
        items = list(self._items)
        return RunRecord(self.folder, items, self.metadata, fold(items), [])

    async def record(self, item: RunItem, data: bytes | None = None) -> RunItem:
        """Number an item, save it, publish it and return it complete.

        `data` are a medium's bytes; their kind is sniffed, `item.file.mime_type` decides where that says nothing.
        A failing disk does not raise: the item then carries `metadata.not_saved` with the reason. An item is
        recorded even if the caller is cancelled while waiting.
        """
        if self._closing is not None:
            raise RuntimeError("the recorder is closed")
        if item.item_type in END_ITEM_TYPES and item.execution_time is None:
            item = msgspec.structs.replace(item, execution_time=round(time.monotonic() - self._began, 3))
        future: asyncio.Future[RunItem] = self._loop.create_future()
        self._jobs.put(_Save(NewItem(item, data), future))
        # A cancelled caller cancels only its own future: the job is the writer's already.
        return await future

    async def close(self) -> None:
        """Write the projections and the history record, let go of the journal, update the index, publish `end`.

        To be called after the end item, or after stage 2 when the run waits. May be called again.
        """
        if self._closing is None:
            self._closing = self._loop.create_future()
            self._jobs.put(_Close(self._closing))
            await asyncio.shield(self._closing)
            await self._listener.closed(self)
            self._hub.publish(self._topic, Event("end", msgspec.json.encode(self.metadata)))
        else:
            await asyncio.shield(self._closing)

    # In the writer thread from here on, but for what is handed to the loop.

    def _write(self) -> None:
        while True:
            job = self._next_job()
            batch: list[_Save] = []
            while isinstance(job, _Save):
                batch.append(job)
                if len(batch) >= _MAX_BATCH:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            if batch:
                self._save(batch)
            if isinstance(job, _Close):
                try:
                    self._finish()
                except Exception:
                    log.exception("recorder of %s did not close in order", self.run_id)
                self._hand(_resolve, job.future)
                return

    def _next_job(self) -> _Save | _Close:
        """Wait for something to save; a pause is used to bring the projections up to date."""
        if self._stale:
            wait_s = max(_PAUSE_S, self._projected_at + PROJECT_EVERY_S - time.monotonic())
            try:
                return self._jobs.get(timeout=wait_s)
            except queue.Empty:
                self._project()
        return self._jobs.get()

    def _save(self, batch: list[_Save]) -> None:
        try:
            saved = self._run.save([job.entry for job in batch])
        except Exception as error:  # noqa: BLE001 - the waiting callers must hear of a defect
            self._hand(_refuse, [job.future for job in batch], error)
            return
        self._hand(self._acknowledge, batch, saved)
        self._stale = True

    def _project(self) -> None:
        try:
            self._run.project()
        except OSError as error:
            self._hand(self._listener.failed, "projection", reason_of(error))
        self._stale, self._projected_at = False, time.monotonic()

    def _finish(self) -> None:
        if self._run.has_backlog:
            again = self._run.save([])
            self._hand(self._acknowledge, [], again)
        self._project()
        run = self._run.snapshot()
        try:
            if run.status.ended and not self._run.has_backlog:
                self._listener.ended(run, self._run.items())
            elif run.status is Status.RUNNING:
                log.warning("recorder of %s was closed without an end item", self.run_id)
        except OSError as error:
            self._hand(self._listener.failed, "history", reason_of(error))
        finally:
            self._run.close()

    def _hand(self, call: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            # The loop is gone, and with it everybody who could wait for this.
            log.warning("recorder of %s outlived its event loop", self.run_id)

    # On the event loop.

    def _acknowledge(self, batch: list[_Save], saved: Saved) -> None:
        for item in saved.late:
            self._items[self._position(item)] = item
        for job, item, body in zip(batch, saved.items, saved.bodies, strict=True):
            self._items.append(item)
            if NOT_SAVED in item.metadata and job.entry.data is not None:
                self.unsaved[item.sequence_number] = job.entry.data
            self._hub.publish(self._topic, Event("item", body, str(item.sequence_number)))
            if not job.future.done():
                job.future.set_result(item)
        if saved.failure is not None:
            self._listener.failed("item", saved.failure)
        self._listener.saved(self, saved.items)

    def _position(self, item: RunItem) -> int:
        for position in range(len(self._items) - 1, -1, -1):
            if self._items[position].sequence_number == item.sequence_number:
                return position
        raise LookupError(item.sequence_number)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _refuse(futures: list[asyncio.Future[RunItem]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)
