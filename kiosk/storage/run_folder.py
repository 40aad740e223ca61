"""One run on disk: create, append, project, read, recover. The only module that writes below `exports/json`.

An `OpenRun` holds the journal's lock and is used by one thread at a time. It knows files and items; it
publishes nothing and waits for nobody. Layout: docs/records.md, section 3. Blocking.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiosk import durable as disk
from kiosk.mediatypes import EXTENSIONS, sniff
from kiosk.records import (
    ENTITY_TYPES,
    FileFacts,
    ItemType,
    MediaType,
    RunItem,
    RunMetadata,
    RunStart,
    Status,
    entity_type_of,
    timestamp,
)
from kiosk.storage.errors import RunBusy, StorageError, is_full, reason_of, storage_error
from kiosk.storage.journal import Journal
from kiosk.storage.projection import Fold
from kiosk.storage.run_files import (
    FINAL,
    JOURNAL,
    KEPT_APART,
    METADATA,
    PROMPTING,
    WORKFLOW,
    ended_as,
    extension_for,
    facts_of_file,
    file_name,
    items_of,
    last_numbers,
    media_type_of,
    orphans,
)

NOT_SAVED = "not_saved"
BLOCKED = ENTITY_TYPES[ItemType.OUTPUT_BLOCKED]

_KNOWN_FIELDS = frozenset(entry.encode_name for entry in msgspec.structs.fields(RunMetadata))


_hashing = ThreadPoolExecutor(1, thread_name_prefix="hash")


class NewItem(Struct, frozen=True):
    """An item as the engine made it, and for a medium its bytes."""

    item: RunItem
    data: bytes | None = None


class Saved(Struct, frozen=True):
    """What became of a batch: the completed items in order, their JSON, and the first failure if there was one.

    `late` are earlier items that could only be saved now.
    """

    items: list[RunItem]
    bodies: list[bytes]
    late: list[RunItem]
    failure: str | None = None
    full: bool = False


class OpenRun:
    """A run that is being recorded: its folder, its locked journal, its numbers, its fold."""

    def __init__(self, folder: Path, journal: Journal, items: list[RunItem], *, durable: bool) -> None:
        self.folder = folder
        self._journal = journal
        self._durable = durable
        self._guard = threading.Lock()
        self._fold = Fold()
        self._unfolded = list(items)
        # Where lines were lost, the numbers run ahead of the lines.
        lines = journal.read.lines[-1].number if journal.read.lines else 0
        self._next = max(lines, items[-1].sequence_number if items else 0) + 1
        self._numbers = last_numbers(folder, items)
        self._unwritten = deque(item for item in items if _is_text_file(item) and not _has_size(folder, item))
        self._backlog: list[RunItem] = []
        self._items = list(items)
        self._extra = _unknown_fields(folder)

    @classmethod
    def create(cls, exports: Path, start: RunStart, facts: dict[str, Any], *, durable: bool) -> "OpenRun":
        """Make the folder and its `pipeline_start`; `facts` join the start's own in the item's metadata.

        Raises `StorageError` and leaves nothing behind.
        """
        folder = exports / "json" / f"{start.started:%Y-%m-%d}" / start.device_id / start.run_id
        made: list[Path] = []
        journal: Journal | None = None
        try:
            made = disk.make_folders(folder.parent, durable=False)
            folder.mkdir(mode=0o700)
            made.append(folder)
            for name in (PROMPTING, FINAL):
                (folder / name).mkdir(mode=0o700)
                made.append(folder / name)
            journal = Journal(folder / JOURNAL, durable=durable, create=True, room=True)
            run = cls(folder, journal, [], durable=durable)
            saved = run.save([NewItem(start_item(start, facts))])
            if saved.failure is not None:
                raise StorageError(saved.failure, full=saved.full)
            if durable:
                for place in dict.fromkeys([folder, *(entry.parent for entry in reversed(made))]):
                    disk.sync_folder(place)
            run.project()
        except (OSError, StorageError, RunBusy) as error:
            if journal is not None:
                journal.close()
            _undo(folder, made)
            if isinstance(error, RunBusy):
                raise StorageError("another program took the new run's journal") from error
            raise storage_error(error) if isinstance(error, OSError) else error from error
        return run

    @classmethod
    def reopen(cls, folder: Path, *, durable: bool) -> "OpenRun":
        """Open a run that nobody records, to continue or to recover it.

        A torn tail is moved aside, unfinished files are removed, complete files without an item are adopted as
        `recovered_file`. Numbers of lines that were lost are not given again: the gap tells of them. May be killed
        and repeated at any point. Raises `RunBusy`, `OSError`.
        """
        journal = Journal(folder / JOURNAL, durable=durable, create=False, room=True)
        try:
            journal.move_tail_aside()
            for place in (folder, folder / PROMPTING, folder / FINAL, folder / KEPT_APART):
                for part in sorted(place.glob(f"*{disk.PART}")):
                    disk.remove_quietly(part)
            disk.make_folders(folder / PROMPTING, durable=durable)
            disk.make_folders(folder / FINAL, durable=durable)
            items, _ = items_of(journal.read)
            run = cls(folder, journal, items, durable=durable)
            said = ended_as(folder)
            run._next = max(run._next, said.items_count + 1) if said is not None and items else run._next
            run._adopt(orphans(folder, items))
        except BaseException:
            journal.close()
            raise
        return run

    @property
    def is_empty(self) -> bool:
        """Whether not even the `pipeline_start` reached the disk."""
        return self._next == 1

    @property
    def last_h(self) -> str:
        """The checksum of the last line."""
        return self._journal.last_h

    @property
    def has_backlog(self) -> bool:
        """Whether lines wait for the disk to take them."""
        return bool(self._backlog)

    @property
    def status(self) -> Status:
        """Where the run stands."""
        return self._folded().status

    @property
    def _workflow(self) -> bytes | None:
        """A canvas run's nodes and edges, as its `pipeline_start` has them."""
        workflow = self._items[0].metadata.get("workflow") if self._items else None
        return msgspec.json.format(msgspec.json.encode(workflow), indent=2) + b"\n" if workflow is not None else None

    def items(self) -> list[RunItem]:
        """All items, those included that the disk has not taken yet."""
        return list(self._items)

    def snapshot(self) -> RunMetadata:
        """What is known now; may be called from any thread."""
        return self._folded().metadata(self._journal.last_h)

    def save(self, batch: Sequence[NewItem]) -> Saved:
        """Number, write and confirm a batch: media each with file and folder, then all lines with one fsync.

        Never raises `OSError`: an item that could not be saved comes back with `metadata.not_saved`. Lines that
        could not be written are tried again with the next batch, in order, so that no number is left out.
        """
        failure: OSError | None = None
        done: list[RunItem] = []
        for entry in batch:
            item, error = self._complete(entry)
            failure = failure or error
            done.append(item)
        late, self._backlog = self._backlog, []
        if not late and not done:
            return Saved([], [], [])
        bodies = [_encode(item) for item in done]
        try:
            self._journal.append([*map(_encode, late), *bodies] if late else bodies)
        except OSError as error:
            failure = error
            self._backlog = [*late, *done]
            late = []
            reason = reason_of(error)
            done = [msgspec.structs.replace(item, metadata={**item.metadata, NOT_SAVED: reason}) for item in done]
            bodies = [_encode(item) for item in done]
        if failure is None:
            return Saved(done, bodies, late)
        return Saved(done, bodies, late, reason_of(failure), is_full(failure))

    def project(self) -> None:
        """Write the text files that are not written yet, and `metadata.json`. Raises `OSError`."""
        while self._unwritten:
            item = self._unwritten[0]
            disk.replace(f"{self.folder}/{item.file_path}", (item.content or "").encode(), durable=False)
            self._unwritten.popleft()
        if self._workflow is not None and not (self.folder / WORKFLOW).exists():
            disk.replace(self.folder / WORKFLOW, self._workflow, durable=False)
        if self._backlog:
            # A projection must not know more than its journal, or the journal would count as cut.
            return
        disk.replace(self.folder / METADATA, metadata_json(self.snapshot(), self._extra), durable=False)

    def repair(self) -> list[str]:
        """Write those projections again that are missing or differ; returns their names. Raises `OSError`."""
        repaired = []
        texts = filter(_is_text_file, self._items)
        expected = {item.file_path or "": (item.content or "").encode() for item in texts}
        if self._workflow is not None:
            expected[WORKFLOW] = self._workflow
        expected[METADATA] = metadata_json(self.snapshot(), self._extra)
        for name, content in expected.items():
            path = self.folder / name
            if not path.is_file() or path.read_bytes() != content:
                disk.replace(path, content, durable=False)
                repaired.append(name)
        return repaired

    def close(self) -> None:
        """Give the journal's lock back."""
        self._journal.close()

    def discard(self) -> None:
        """Remove a run whose `pipeline_start` never reached the disk."""
        self.close()
        _undo(self.folder, [self.folder, self.folder / PROMPTING, self.folder / FINAL])

    def _folded(self) -> Fold:
        with self._guard:
            unfolded, self._unfolded = self._unfolded, []
            for item in unfolded:
                self._fold.apply(item)
            return self._fold

    def _complete(self, entry: NewItem) -> tuple[RunItem, OSError | None]:
        item = _clean(entry.item)
        kind = entity_type_of(item) or self._folded().entity_type(item)
        changes: dict[str, Any] = {"sequence_number": self._next}
        failure: OSError | None = None
        if item.item_type is ItemType.USER_EDIT:
            changes["metadata"] = {**item.metadata, "edited": True}
        if entry.data is not None and kind is not None:
            try:
                changes |= self._save_medium(kind, item, entry.data)
            except OSError as error:
                failure = error
                changes |= {"file": None, "file_path": None}
                changes["metadata"] = {**item.metadata, NOT_SAVED: reason_of(error)}
        elif item.content is not None and kind is not None:
            changes |= self._place_text(kind, item, item.content)
        item = msgspec.structs.replace(item, **changes)
        self._next += 1
        if _is_text_file(item):
            self._unwritten.append(item)
        with self._guard:
            self._unfolded.append(item)
        self._items.append(item)
        return item, failure

    def _save_medium(self, kind: str, item: RunItem, data: bytes) -> dict[str, Any]:
        mime = sniff(data) or (item.file.mime_type if item.file else "application/octet-stream")
        if kind == BLOCKED:
            disk.make_folders(self.folder / KEPT_APART, durable=self._durable)
        relative = self._new_name(kind, EXTENSIONS.get(mime, "bin"))
        # Hashing and writing both leave the interpreter alone: a picture's hash is ready before the disk is.
        digest = _hashing.submit(hashlib.sha256, data)
        disk.write_new(self.folder / relative, (data,), durable=self._durable)
        facts = FileFacts(mime_type=mime, size_bytes=len(data), sha256=digest.result().hexdigest())
        return {"file_path": relative, "file": facts}

    def _place_text(self, kind: str, item: RunItem, content: str) -> dict[str, Any]:
        mime, extension = extension_for(item.media_type)
        data = content.encode()
        facts = FileFacts(mime_type=mime, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        return {"file_path": self._new_name(kind, extension), "file": facts}

    def _new_name(self, kind: str, extension: str) -> str:
        place = KEPT_APART if kind == BLOCKED else FINAL if kind.startswith("output_") else PROMPTING
        self._numbers[place] += 1
        return file_name(place, self._numbers[place], kind, extension)

    def _adopt(self, files: list[Path]) -> None:
        """Give complete files without an item one; their numbers are taken already."""
        for path in files:
            relative = path.relative_to(self.folder).as_posix()
            item = RunItem(
                sequence_number=self._next,
                timestamp=timestamp(),
                stage=4 if relative.startswith(FINAL) else 0,
                media_type=media_type_of(path),
                item_type=ItemType.RECOVERED_FILE,
                file_path=relative,
                file=facts_of_file(path),
            )
            self._journal.append([_encode(item)])
            self._next += 1
            self._items.append(item)
            self._unfolded.append(item)


def start_item(start: RunStart, facts: dict[str, Any]) -> RunItem:
    """The first line of a journal: all facts of the run, and who records it."""
    return RunItem(
        timestamp=timestamp(start.started),
        stage=0,
        media_type=MediaType.METADATA,
        item_type=ItemType.PIPELINE_START,
        config_used=start.schema,
        metadata={**msgspec.to_builtins(start), **facts},
    )


def metadata_json(run: RunMetadata, extra: dict[str, Any]) -> bytes:
    """`metadata.json` as files have it; `extra` are fields of a newer version, kept as they were."""
    plain = msgspec.to_builtins(run)
    return msgspec.json.format(msgspec.json.encode({**plain, **extra}), indent=2) + b"\n"


def _unknown_fields(folder: Path) -> dict[str, Any]:
    try:
        raw = msgspec.json.decode((folder / METADATA).read_bytes(), type=dict[str, Any])
    except (OSError, ValueError, RecursionError):
        return {}
    return {key: value for key, value in raw.items() if key not in _KNOWN_FIELDS}


def _encode(item: RunItem) -> bytes:
    try:
        return msgspec.json.encode(item)
    except UnicodeEncodeError:
        # A lone surrogate in somebody's metadata: no JSON can hold it.
        plain = msgspec.convert(_encodable(msgspec.structs.asdict(item)), RunItem)
        return msgspec.json.encode(plain)


def _clean(item: RunItem) -> RunItem:
    if item.content is None:
        return item
    try:
        item.content.encode()
    except UnicodeEncodeError:
        return msgspec.structs.replace(item, content=_encodable(item.content))
    return item


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(entry) for entry in value]
    return value


def _is_text_file(item: RunItem) -> bool:
    return item.content is not None and item.file_path is not None


def _has_size(folder: Path, item: RunItem) -> bool:
    try:
        return (folder / (item.file_path or "")).stat().st_size == len((item.content or "").encode())
    except OSError:
        return False


def _undo(folder: Path, made: list[Path]) -> None:
    """Take back what a failed beginning left; folders only when they are empty."""
    for name in (JOURNAL, METADATA, f"{METADATA}{disk.PART}", WORKFLOW, "journal.torn"):
        disk.remove_quietly(folder / name)
    for place in reversed(made):
        try:
            place.rmdir()
        except OSError:
            continue
