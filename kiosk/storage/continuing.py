"""Going on with a run that has ended or waits: which may be gone on with, and the item that says that one is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kiosk.records import ItemType, MediaType, RunItem, Status, timestamp
from kiosk.storage import recovery
from kiosk.storage.errors import ReadOnlyRun, StorageError, storage_error
from kiosk.storage.projection import recorded_on
from kiosk.storage.run_files import JOURNAL
from kiosk.storage.run_folder import NewItem, OpenRun


def begin_again(
    facts: Mapping[str, Any], *, until: int, expected_outputs: Sequence[str], output_configs: Sequence[str]
) -> RunItem:
    """The second `pipeline_start` of a run; `facts` say who records it from now on."""
    return RunItem(
        timestamp=timestamp(),
        stage=0,
        media_type=MediaType.METADATA,
        item_type=ItemType.PIPELINE_START,
        metadata={
            "continues": True,
            "until": until,
            "expected_outputs": list(expected_outputs),
            "output_configs": list(output_configs),
            **facts,
        },
    )


def open_again(folder: Path, host: str, first: RunItem | None, *, durable: bool) -> OpenRun:
    """Open a run of this host, with a first new item if one is given. Blocking.

    Raises `ReadOnlyRun` (an older export, or another machine's), `RunBusy`, `StorageError`.
    """
    if not (folder / JOURNAL).is_file():
        raise ReadOnlyRun(folder.name)
    try:
        run = OpenRun.reopen(folder, durable=durable)
    except OSError as error:
        raise storage_error(error) from error
    if recorded_on(run.items()) != host:
        run.close()
        raise ReadOnlyRun(folder.name)
    if first is None and run.status is Status.RUNNING:
        # Nobody records it any more, whatever its last line says.
        first = recovery.interrupted(run.snapshot())
    saved = run.save([NewItem(first)] if first is not None else [])
    if saved.failure is not None:
        run.close()
        raise StorageError(saved.failure, full=saved.full)
    return run
