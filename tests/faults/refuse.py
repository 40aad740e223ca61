"""R3: EIO, EROFS and ENOSPC from every writing call, at every moment of a run."""

import asyncio
import errno
from collections import Counter
from pathlib import Path

from kiosk.records import Status
from kiosk.storage.errors import StorageError
from kiosk.storage.run_files import read_run
from tests.faults import Finding
from tests.storage.kit import end, idea, library, picture, picture_item, rewritten, start
from tests.storage.test_disk_faults import failing

CALLS = ["os.write", "os.fdatasync", "os.fsync", "os.open", "os.rename", "os.replace"]
ERRORS = [errno.EIO, errno.EROFS, errno.ENOSPC]


def run(count: int, seed: int, folder: Path) -> Finding:
    """Each call refuses from its first to its `count`-th use on, in a run of five items."""
    bad: Counter[str] = Counter(crashed=0, silent=0, unreadable=0)
    facts: Counter[str] = Counter()
    asyncio.run(_all(folder, count + seed - seed, bad, facts))
    return Finding("R3", "disk errors", facts["runs"], dict(bad), dict(facts))


async def _all(folder: Path, count: int, bad: Counter[str], facts: Counter[str]) -> None:
    async with library(folder) as opened:
        for call in CALLS:
            for number in ERRORS:
                for after in range(count):
                    facts["runs"] += 1
                    refused = False
                    with failing(call, number, after=after) as counted:
                        try:
                            recorder = await opened.begin(start())
                        except StorageError:
                            facts["beginnings refused"] += 1
                            continue
                        for one in (idea(), rewritten(), picture_item(), end()):
                            kept = await recorder.record(one, picture() if one.media_type == "image" else None)
                            refused |= "not_saved" in kept.metadata
                        await recorder.close()
                        bad["crashed"] += recorder.metadata.status is not Status.COMPLETED
                        failures = (await opened.health()).write_failures
                    facts["runs with refused items"] += refused
                    bad["silent"] += counted[0] > after and not refused and failures == 0
                    bad["unreadable"] += bool(read_run(recorder.folder).damage)
