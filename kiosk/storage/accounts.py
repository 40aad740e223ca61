"""The history record of a run and the time it took, from its items: pure, no I/O."""

from collections.abc import Sequence
from datetime import datetime

from kiosk.records import END_ITEM_TYPES, HistoryRecord, ItemType, RunItem, RunMetadata


def history_record(items: Sequence[RunItem], run: RunMetadata) -> HistoryRecord:
    """The run for research, with all its items."""
    return HistoryRecord(
        execution_id=run.execution_id,
        run_id=run.run_id,
        config_name=run.schema,
        execution_mode=str(run.execution_mode),
        safety_level=str(run.safety_level),
        user_id=run.user_id,
        session_id=run.session_id,
        device_id=run.device_id,
        timestamp=run.start_time or "",
        items=list(items),
        total_execution_time=total_seconds(items),
        used_seed=run.seed,
    )


def total_seconds(items: Sequence[RunItem]) -> float | None:
    """How long a run was worked on, in seconds: the sum over its parts, waiting for the person left out.

    A part that has an end item lasted as long as that measured; of any other only its clock times are known.
    None when nothing is known.
    """
    parts: list[list[RunItem]] = []
    for item in items:
        if item.item_type is ItemType.PIPELINE_START:
            parts.append([])
        if parts:
            parts[-1].append(item)
    known = [seconds for part in parts if (seconds := _part_seconds(part)) is not None]
    return round(sum(known), 3) if known else None


def _part_seconds(part: list[RunItem]) -> float | None:
    for item in reversed(part):
        if item.item_type in END_ITEM_TYPES:
            if item.execution_time is not None:
                return item.execution_time
            break
    worked = [item for item in part if item.item_type is not ItemType.PIPELINE_INTERRUPTED]
    first, last = _moment(worked[0].timestamp), _moment(worked[-1].timestamp)
    if first is None or last is None or worked[0].timestamp == worked[-1].timestamp:
        # Older runs often have one time for all that happened.
        return None
    # A clock that was set back must not make a negative time.
    return max(0.0, (last - first).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None
