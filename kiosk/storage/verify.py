"""Check every hash of a run, and bring its projections into order. Blocking."""

import hashlib
import logging
from pathlib import Path

from msgspec import Struct

from kiosk.records import ItemType
from kiosk.storage import finding, recovery
from kiosk.storage.errors import UnknownRun, reason_of
from kiosk.storage.older import read_any
from kiosk.storage.projection import recorded_on
from kiosk.storage.run_files import RunRecord, is_recorded

log = logging.getLogger(__name__)


class Verified(Struct, frozen=True, kw_only=True):
    """One run: `damage` in its journal (as `line kind`), files that are `missing` or `changed`, what was repaired."""

    run_id: str
    damage: list[str]
    missing: list[str]
    changed: list[str]
    repaired: list[str]
    files: int
    size_bytes: int

    @property
    def is_sound(self) -> bool:
        """Whether everything that was kept is there as it was."""
        return not (self.damage or self.missing or self.changed)


def verify(folder: Path, exports: Path, host: str, *, repair: bool) -> Verified | None:
    """Read everything of a run; None if there is none. One that the disk cannot read is damaged.

    With `repair`, projections of a sound journal of this host are written again where they are missing or differ.
    """
    try:
        record = read_any(folder)
    except OSError as error:
        log.warning("a run cannot be read: %s", reason_of(error))
        return Verified(
            run_id=folder.name, damage=["0 broken"], missing=[], changed=[], repaired=[], files=0, size_bytes=0
        )
    if record is None:
        return None
    repaired = []
    if repair and not record.damage and recorded_on(record.items) == host:
        try:
            repaired = recovery.repair_projections(record, exports)
        except OSError as error:
            # An archive that can only be read is looked at all the same.
            log.warning("nothing can be repaired: %s", reason_of(error))
    missing, changed, files, size = check_files(record, texts_may_lack=is_recorded(folder))
    return Verified(
        run_id=record.metadata.run_id,
        damage=[f"{damage.line} {damage.kind}" for damage in record.damage],
        missing=missing,
        changed=changed,
        repaired=repaired,
        files=files,
        size_bytes=size,
    )


def check_files(record: RunRecord, *, texts_may_lack: bool = False) -> tuple[list[str], list[str], int, int]:
    """The files of a run that are missing and those that were changed; how many there are, and their bytes.

    `texts_may_lack`: while a run is recorded its texts follow a little later.
    """
    missing, changed = [], []
    files = size = 0
    for item in record.items:
        if item.file is None or item.file_path is None:
            continue
        try:
            content = finding.file_in(record.folder, item.file_path).read_bytes()
        except (OSError, UnknownRun):
            if item.item_type is ItemType.OUTPUT_BLOCKED:
                continue  # it stays where it was made: a copy of the run does not have it
            if texts_may_lack and item.content is not None:
                continue
            missing.append(item.file_path)
            continue
        files, size = files + 1, size + len(content)
        # Older runs keep no hashes: only that the file is there can be checked.
        if item.file.sha256 and hashlib.sha256(content).hexdigest() != item.file.sha256:
            changed.append(item.file_path)
    return missing, changed, files, size
