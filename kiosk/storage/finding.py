"""From an id to a folder, from an entity to a file: never by joining a client's text to a path.

Ids are checked by their form first; names inside a run come from its records and must stay inside its folder.
Blocking.
"""

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

import msgspec

from kiosk.ids import began_ms, check_run_or_execution_id, is_execution_id, is_run_id
from kiosk.mediatypes import sniff
from kiosk.records import FileFacts, ItemType, MediaType, RunItem
from kiosk.storage import history
from kiosk.storage.answers import StoredFile
from kiosk.storage.errors import UnknownRun
from kiosk.storage.run_files import JOURNAL, METADATA, RunRecord

_WRITING_S = 60.0
"""How long after its item's time a file may have been written by its recorder."""


def place_of(exports: Path, relative: str) -> Path | None:
    """The folder (or the record) that the index names, if it is there and lies in the data folder."""
    root = exports.parent if relative.startswith("../") else exports
    return inside(root, Path(os.path.normpath(exports / relative)))


class _Named(msgspec.Struct):
    run_id: str


def search(exports: Path, identity: str) -> Path | None:
    """The folder of a run that the index does not know (yet): its id tells its date. Raises `InvalidId`."""
    check_run_or_execution_id(identity)
    if is_execution_id(identity):
        try:
            named = msgspec.json.decode(history.path_of(exports, identity).read_bytes(), type=_Named)
        except (OSError, ValueError, RecursionError):
            return None
        if not is_run_id(named.run_id):
            return None
        identity = named.run_id
    began = began_ms(identity)
    if began is None:
        return inside(exports, exports / "json" / identity)
    started = datetime.fromtimestamp(began / 1000).astimezone()
    # A machine that has moved to another time zone may see another date than the one the run began on.
    for day in (started, started - timedelta(days=1), started + timedelta(days=1)):
        place = exports / "json" / f"{day:%Y-%m-%d}"
        for folder in (place / identity, *sorted(place.glob(f"*/{identity}"))):
            if folder.is_dir():
                return inside(exports, folder)
    return None


def inside(root: Path, path: Path) -> Path | None:
    """`path` if it exists and lies, links followed, in `root`; None if not."""
    try:
        real = path.resolve(strict=True)
        return path if real.is_relative_to(root.resolve()) else None
    except (OSError, RuntimeError):
        return None


def file_in(folder: Path, relative: str | None) -> Path:
    """The file of a run by the name its records give. Raises `UnknownRun` if it leads out or is no plain file."""
    name = PurePosixPath(relative or "..")
    if name.is_absolute() or ".." in name.parts or "\\" in str(name) or "\0" in str(name):
        raise UnknownRun(folder.name)
    path = folder.joinpath(*name.parts)
    if path.is_symlink() or path.parent.is_symlink():
        raise UnknownRun(folder.name)
    return path


def entity_of(record: RunRecord, entity_type: str, n: int) -> StoredFile:
    """The n-th file of an entity type, from 1. Raises `UnknownRun`."""
    found = [entity for entity in record.metadata.entities if entity.type == entity_type]
    if not 1 <= n <= len(found):
        raise UnknownRun(record.folder.name)
    return stored(record, next(item for item in record.items if item.sequence_number == found[n - 1].sequence))


def medium_of(record: RunRecord, media_type: MediaType, n: int) -> RunItem:
    """The item of the n-th finished medium of a type, from 1. Raises `UnknownRun`."""
    for medium in record.folded.media():
        if medium.media_type is media_type and medium.n == n:
            return medium.item
    raise UnknownRun(record.folder.name)


def blocked_of(record: RunRecord, n: int) -> StoredFile:
    """The n-th picture of a run that was blocked and kept apart, from 1. Raises `UnknownRun`."""
    found = [item for item in record.items if item.item_type is ItemType.OUTPUT_BLOCKED]
    if not 1 <= n <= len(found):
        raise UnknownRun(record.folder.name)
    return stored(record, found[n - 1])


def stored(record: RunRecord, item: RunItem) -> StoredFile:
    """The file of an item. A text whose file is missing or another is served from the journal."""
    if item.file is None:
        raise UnknownRun(record.folder.name)
    path = file_in(record.folder, item.file_path)
    try:
        facts = path.stat()
    except OSError:
        facts = None
    mark = item.file.sha256
    if item.content is not None and (facts is None or facts.st_size != item.file.size_bytes):
        data = item.content.encode()
        size = len(data)
    elif facts is None:
        raise UnknownRun(record.folder.name)
    else:
        data, size = None, facts.st_size
        if not mark or not _as_recorded(item, item.file, facts):
            # An older run has no hashes of its own, and a person may have put another file there.
            mark = hashlib.sha256(f"{mark} {size} {facts.st_mtime_ns}".encode()).hexdigest()
    return StoredFile(
        path=path,
        mime_type=item.file.mime_type,
        size_bytes=size,
        mark=mark,
        data=data,
    )


def _as_recorded(item: RunItem, recorded: FileFacts, now: os.stat_result) -> bool:
    """Whether a file can be taken for the one that was recorded, without reading it: by its size and its time."""
    try:
        written = datetime.fromisoformat(item.timestamp).timestamp() + _WRITING_S
    except ValueError:
        return False
    return now.st_size == recorded.size_bytes and now.st_mtime <= written


def unsaved(record: RunRecord, item: RunItem, data: bytes) -> StoredFile:
    """A medium that could not be saved, from memory."""
    digest = hashlib.sha256(data).hexdigest()
    return StoredFile(
        path=record.folder / f"unsaved_{item.sequence_number}",
        mime_type=sniff(data) or "application/octet-stream",
        size_bytes=len(data),
        mark=digest,
        data=data,
    )


def thumbnail(path: Path) -> StoredFile:
    """A small picture that was made, with its bytes. Raises `OSError`."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return StoredFile(
        path=path,
        mime_type="image/webp",
        size_bytes=len(data),
        mark=digest,
        data=data,
    )


def change_mark(folder: Path) -> str:
    """What changes when a run's records change; the same for ever only where nothing can be read."""
    for path in (folder / JOURNAL, folder / METADATA, folder):
        try:
            facts = path.stat()
        except OSError:
            continue
        return f"{facts.st_ino} {facts.st_mtime_ns} {facts.st_size} {folder.stat().st_mtime_ns}"
    return ""
