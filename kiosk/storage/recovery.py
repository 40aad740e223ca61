"""After a crash: mark what was interrupted, adopt what is complete, write the projections again.

Touches only runs of this host whose journal nobody holds; leaves waiting, ended and damaged runs alone. May be
killed and repeated. Blocking.
"""

import logging
import platform
from pathlib import Path

from kiosk import durable as disk
from kiosk.i18n import FALLBACK, load
from kiosk.ids import is_execution_id
from kiosk.records import ItemType, MediaType, RunItem, RunMetadata, Status, timestamp
from kiosk.settings import assets_dir
from kiosk.storage import history
from kiosk.storage.accounts import history_record
from kiosk.storage.errors import RunBusy
from kiosk.storage.projection import recorded_on
from kiosk.storage.run_files import FINAL, JOURNAL, METADATA, PROMPTING, RunRecord, read_run
from kiosk.storage.run_folder import NewItem, OpenRun

log = logging.getLogger(__name__)


def this_host() -> str:
    """The name by which a run's journal says on which machine it was recorded."""
    return platform.node() or "unknown"


def boot_id() -> str | None:
    """What tells this boot of the machine from others, where the system has such a thing."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None


def recover_folder(folder: Path, exports: Path, host: str, *, durable: bool) -> bool:
    """Bring a run that was being recorded when its program died into order; False if there is nothing to do.

    Raises `OSError`.
    """
    record = read_run(folder)
    if record.items and (record.metadata.status is not Status.RUNNING or recorded_on(record.items) != host):
        return False
    if any(damage.kind == "cut" for damage in record.damage) or (not record.items and not _never_began(folder)):
        return False
    try:
        run = OpenRun.reopen(folder, durable=durable)
    except RunBusy:
        return False
    try:
        if run.is_empty:
            run.discard()
            return False
        if run.status is Status.RUNNING:
            run.save([NewItem(interrupted(run.snapshot()))])
        run.project()
        history.write(exports, history_record(run.items(), run.snapshot()))
    finally:
        run.close()
    return True


def needs_repair(record: RunRecord, exports: Path, host: str) -> bool:
    """Whether projections of a run of this host are missing or empty; looks at names and sizes only."""
    if record.damage or not record.items or recorded_on(record.items) != host:
        return False
    # A power cut may leave a projection that was not confirmed empty under its name.
    if _size(record.folder / METADATA) <= 0 or _lacks_history(record, exports):
        return True
    return any(
        item.content is not None
        and item.file is not None
        and _size(record.folder / item.file_path) != item.file.size_bytes
        for item in record.items
        if item.file_path is not None
    )


def repair_projections(record: RunRecord, exports: Path) -> list[str]:
    """Write those projections of a run again that are missing or differ; returns their names. Raises `OSError`.

    A run that is being recorded or whose journal is damaged is left as it is.
    """
    if record.damage or not record.items:
        return []
    try:
        run = OpenRun.reopen(record.folder, durable=False)
    except RunBusy:
        return []
    try:
        repaired = run.repair()
        execution_id = record.metadata.execution_id
        if run.status.ended and execution_id is not None and is_execution_id(execution_id):
            path = history.path_of(exports, execution_id)
            content = history.content(history_record(run.items(), run.snapshot()))
            if not path.exists() or path.read_bytes() != content:
                disk.make_folders(path.parent, durable=False)
                disk.replace(path, content, durable=False)
                repaired.append(path.name)
    finally:
        run.close()
    return repaired


def run_folders(exports: Path, day: str) -> list[Path]:
    """The run folders of one local date that have a journal."""
    place = exports / "json" / day
    if not place.is_dir() or place.is_symlink():
        return []
    return [
        folder
        for device in sorted(place.iterdir())
        if device.is_dir() and not device.is_symlink()
        for folder in sorted(device.iterdir())
        if (folder / JOURNAL).is_file() and not folder.is_symlink()
    ]


def _lacks_history(record: RunRecord, exports: Path) -> bool:
    run = record.metadata
    if not run.status.ended or run.execution_id is None or not is_execution_id(run.execution_id):
        return False
    return _size(history.path_of(exports, run.execution_id)) <= 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _never_began(folder: Path) -> bool:
    """Whether not even the first line was confirmed: what is written after it is not there."""
    return not (folder / METADATA).exists() and not any(
        path.is_file() and path.suffix != disk.PART
        for place in (PROMPTING, FINAL)
        for path in (folder / place).glob("*")
    )


def interrupted(run: RunMetadata) -> RunItem:
    """The item that says that a run's program ended under it."""
    return RunItem(
        timestamp=timestamp(),
        stage=0,
        media_type=MediaType.METADATA,
        item_type=ItemType.PIPELINE_INTERRUPTED,
        content=load(assets_dir() / "i18n").say(run.language or FALLBACK, "reason.interrupted"),
        metadata={"last_sequence": run.items_count},
    )
