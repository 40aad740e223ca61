"""How the storage room is: space, failed writes; what `/api/health` tells of it. Blocking, but for `count`."""

import logging
import os
import shutil
from collections import Counter

from kiosk.settings import Places, StorageSettings
from kiosk.storage.answers import IndexState, StorageHealth
from kiosk.storage.errors import StorageError

log = logging.getLogger(__name__)

MEGABYTE = 1_000_000


class Vitals:
    """Counts failures and looks at the drive."""

    def __init__(self, where: Places, settings: StorageSettings) -> None:
        self._where = where
        self._settings = settings
        self._failures: Counter[str] = Counter()
        self._last: str | None = None

    def count(self, what: str, reason: str) -> None:
        """Remember that something was not written; from any thread."""
        self._failures[what] += 1
        self._last = reason
        log.warning("%s was not written: %s", what, reason)

    def check_space(self) -> None:
        """Raise `StorageError` when no new run should be begun for want of space."""
        if self._is_low(self._free_bytes()):
            raise StorageError("disk full", full=True)

    def report(self, live_runs: int, index: IndexState, watching: str, works_are_gone: bool) -> StorageHealth:
        """Everything at once."""
        free = self._free_bytes()
        exports = self._where.exports
        return StorageHealth(
            durability=self._settings.durability,
            free_bytes=free,
            low_space=self._is_low(free),
            writable=os.access(exports if exports.exists() else self._where.data, os.W_OK),
            live_runs=live_runs,
            write_failures=sum(self._failures.values()),
            last_failure=self._last,
            listener_failures=dict(self._failures),
            index=index,
            watching=watching,
            works_are_gone=works_are_gone,
        )

    def _is_low(self, free: int | None) -> bool:
        return free is not None and free < self._settings.min_free_mb * MEGABYTE

    def _free_bytes(self) -> int | None:
        for place in (self._where.exports, self._where.data, self._where.data.parent):
            try:
                return shutil.disk_usage(place).free
            except OSError:
                continue
        return None
