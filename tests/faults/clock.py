"""R9: the clock is set back and forward while runs are recorded: order and ids hold."""

import asyncio
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import kiosk.records
from kiosk.storage.answers import RunQuery
from kiosk.storage.run_files import read_run
from tests.faults import Finding
from tests.storage.kit import end, idea, library, rewritten, start


def run(count: int, seed: int, folder: Path) -> Finding:
    """Record `count` runs under a clock that jumps before every item."""
    dice = random.Random(seed)
    bad: Counter[str] = Counter(out_of_order=0, ids_twice=0, negative_times=0, unlisted=0)
    asyncio.run(_record(folder, count, dice, bad))
    return Finding("R9", "clock set back and forward", count, dict(bad), {"jumps": count * 4})


async def _record(folder: Path, count: int, dice: random.Random, bad: Counter[str]) -> None:
    base = datetime(2026, 3, 29, 1, 59, 58).astimezone()
    ids: set[str | None] = set()

    def jumping() -> datetime:
        return base + timedelta(seconds=dice.randrange(-3 * 365 * 86_400, 86_400))

    async with library(folder) as opened:
        with patch.object(kiosk.records, "local_now", jumping):
            for _ in range(count):
                recorder = await opened.begin(start(started=jumping()))
                for text in ("eins", "zwei"):
                    await recorder.record(idea(text))
                await recorder.record(rewritten("drei"))
                await recorder.record(end())
                await recorder.close()
                ids |= {recorder.run_id, recorder.execution_id}
                record = read_run(recorder.folder)
                texts = [item.content for item in record.items if item.content]
                bad["out_of_order"] += texts != ["eins", "zwei", "drei"] or bool(record.damage)
                total = (await opened.history(recorder.run_id)).total_execution_time
                bad["negative_times"] += total is None or total < 0
        bad["ids_twice"] += 2 * count - len(ids)
        bad["unlisted"] += count - (await opened.runs(RunQuery())).total
