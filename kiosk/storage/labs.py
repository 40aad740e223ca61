"""What a person explores in a lab, recorded as a run of type `latent_lab`.

Nothing is created before the first record; until then a start waits as a small file in the state folder, so that
a restarted server knows it. Between two calls the run is `waiting`: it is the person's turn. Outputs come as
base64 and must be media that we know, within limits.
"""

import asyncio
import binascii
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Protocol
from weakref import WeakValueDictionary

import msgspec
from msgspec import Meta, Struct, field

from kiosk import durable as disk
from kiosk.ids import check_run_id, is_run_id
from kiosk.mediatypes import sniff
from kiosk.records import (
    OUTPUT_ITEM_TYPES,
    FileFacts,
    ItemType,
    MediaType,
    RunItem,
    RunMetadata,
    RunStart,
    RunType,
    timestamp,
)
from kiosk.storage.errors import StorageError, UnknownRun, storage_error
from kiosk.storage.recorders import Recorder

FOLDER = "labs"
MAX_OUTPUT_BYTES = 20_000_000
MAX_OUTPUTS = 32
"""Most outputs in one record."""

MAX_STEP = 9_999
MAX_PARAMETERS_BYTES = 64_000
MAX_ITEMS = 2_000
"""Most items of one lab run."""

_MEDIA_BY_FAMILY = {
    "image": MediaType.IMAGE,
    "audio": MediaType.AUDIO,
    "video": MediaType.VIDEO,
    "model": MediaType.MODEL_3D,
}


class LabRefused(ValueError):
    """A record cannot be taken; `problem` is bad_base64, unknown_media, damaged, too_large, too_many or ended."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class LabOutput(Struct, frozen=True, kw_only=True):
    """A medium that a lab has made, as base64. `step`: an intermediate one, from 1; None: a result."""

    data: str
    step: Annotated[int, Meta(ge=1, le=MAX_STEP)] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class LabRecord(Struct, frozen=True, kw_only=True):
    """What a lab keeps at once: its parameters, and what was made with them."""

    parameters: dict[str, Any] = field(default_factory=dict)
    outputs: list[LabOutput] = field(default_factory=list)


class Checked(Protocol):
    """A medium that is what it claims to be: pixels and seconds, where it has them."""

    @property
    def width(self) -> int | None:
        """In pixels."""
        ...

    @property
    def height(self) -> int | None:
        """In pixels."""
        ...

    @property
    def duration_s(self) -> float | None:
        """In seconds."""
        ...


Check = Callable[[bytes, MediaType], Checked]
"""Looks whether bytes are a whole medium of a type. Raises `LabRefused`."""


class Desk(Protocol):
    """Where runs are begun and gone on with: the library."""

    async def begin(self, start: RunStart) -> Recorder:
        """Make the folder of a run."""
        ...

    async def append_to(self, run_id: str) -> Recorder:
        """Open a run to add items to it."""
        ...


class Labs:
    """The lab runs of one library."""

    def __init__(self, desk: Desk, state: Path) -> None:
        self._desk = desk
        self._folder = state / FOLDER
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self, start: RunStart, tool: str) -> str:
        """Announce a lab run; returns its id. Nothing is created in `exports`. Raises `StorageError`, `InvalidId`."""
        check_run_id(start.run_id)
        announced = msgspec.structs.replace(start, type=RunType.LAB, until=2, schema=tool)
        try:
            await asyncio.to_thread(self._announce, announced)
        except OSError as error:
            raise storage_error(error) from error
        return start.run_id

    async def save(self, identity: str, record: LabRecord, check: Check, *, device_id: str) -> RunMetadata:
        """Keep parameters and outputs, checked one by one; the first time makes the run.

        Raises `LabRefused`, `UnknownRun` (also for another device's), `RunBusy`, `StorageError`.
        """
        items = await asyncio.to_thread(_checked, record, check)
        # Records that come at once, as the steps of a picture do, wait for each other.
        async with self._turns.setdefault(identity, asyncio.Lock()):
            recorder = await self._open(identity, device_id)
            try:
                if len(recorder.items) + len(items) > MAX_ITEMS:
                    raise LabRefused("too_many")
                for item, data in items:
                    await recorder.record(item, data)
            finally:
                await recorder.close()
        return recorder.metadata

    async def end(self, identity: str, *, device_id: str) -> RunMetadata | None:
        """End a lab run; None if nothing was ever recorded. Raises as `save` does."""
        announced = await asyncio.to_thread(self._announced, identity)
        if announced is not None:
            _own(announced.device_id, device_id, identity)
            await asyncio.to_thread(disk.remove_quietly, self._path(announced.run_id))
            return None
        recorder = await self._open(identity, device_id)
        try:
            await recorder.record(
                RunItem(
                    timestamp=timestamp(),
                    stage=5,
                    media_type=MediaType.METADATA,
                    item_type=ItemType.PIPELINE_COMPLETE,
                    metadata={"status": "completed"},
                )
            )
        finally:
            await recorder.close()
        return recorder.metadata

    async def _open(self, identity: str, device_id: str) -> Recorder:
        announced = await asyncio.to_thread(self._announced, identity)
        if announced is not None:
            _own(announced.device_id, device_id, identity)
            try:
                # It may have begun, and the program ended before that was noted.
                recorder = await self._desk.append_to(announced.run_id)
            except UnknownRun:
                recorder = await self._desk.begin(announced)
            await asyncio.to_thread(disk.remove_quietly, self._path(announced.run_id))
            return recorder
        recorder = await self._desk.append_to(identity)
        metadata = recorder.metadata
        try:
            _own(metadata.device_id, device_id, identity)
            if metadata.type is not RunType.LAB:
                raise UnknownRun(identity)
            if metadata.status.ended:
                raise LabRefused("ended")
        except (UnknownRun, LabRefused):
            await recorder.close()
            raise
        return recorder

    def _announce(self, start: RunStart) -> None:
        disk.make_folders(self._folder, durable=False)
        disk.replace(self._path(start.run_id), msgspec.json.encode(start), durable=False)

    def _announced(self, identity: str) -> RunStart | None:
        """What was announced under a run id or an execution id and has not begun."""
        if is_run_id(identity):
            return _read(self._path(identity))
        starts = [_read(path) for path in sorted(self._folder.glob("run_*.json"))]
        return next((start for start in starts if start is not None and start.execution_id == identity), None)

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{check_run_id(run_id)}.json"


def _read(announcement: Path) -> RunStart | None:
    try:
        return msgspec.json.decode(announcement.read_bytes(), type=RunStart)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StorageError("the announcement cannot be read") from error


def _own(owner: str | None, device_id: str, run_id: str) -> None:
    if owner != device_id:
        raise UnknownRun(run_id)


def _checked(record: LabRecord, check: Check) -> list[tuple[RunItem, bytes | None]]:
    if len(record.outputs) > MAX_OUTPUTS:
        raise LabRefused("too_many")
    parameters = msgspec.json.encode(record.parameters)
    if len(parameters) > MAX_PARAMETERS_BYTES:
        raise LabRefused("too_large")
    items: list[tuple[RunItem, bytes | None]] = []
    if record.parameters:
        content = parameters.decode()
        items.append((_item(ItemType.PARAMETERS, MediaType.METADATA, {}, content), None))
    for output in record.outputs:
        data = _decoded(output.data)
        mime = sniff(data)
        media_type = _MEDIA_BY_FAMILY.get((mime or "").partition("/")[0])
        if mime is None or media_type is None:
            raise LabRefused("unknown_media")
        found = check(data, media_type)
        known = {"width": found.width, "height": found.height, "duration_s": found.duration_s}
        facts = output.metadata | {name: value for name, value in known.items() if value is not None}
        kind = OUTPUT_ITEM_TYPES[media_type]
        if output.step is not None:
            kind = ItemType.STEP_OUTPUT
            facts["index"] = output.step
        item = _item(kind, media_type, facts, None)
        items.append((msgspec.structs.replace(item, file=FileFacts(mime_type=mime, size_bytes=0, sha256="")), data))
    return items


def _decoded(text: str) -> bytes:
    if len(text) > MAX_OUTPUT_BYTES * 4 // 3 + 4:
        raise LabRefused("too_large")
    try:
        return b64decode(text.rpartition(",")[2] if text.startswith("data:") else text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise LabRefused("bad_base64") from error


def _item(kind: ItemType, media_type: MediaType, metadata: dict[str, Any], content: str | None) -> RunItem:
    is_result = kind in OUTPUT_ITEM_TYPES.values()
    return RunItem(
        timestamp=timestamp(),
        stage=4 if is_result else 0,
        media_type=media_type,
        item_type=kind,
        content=content,
        metadata=metadata,
    )
