"""The index as the library uses it: reads and writes in threads of its own, damage noticed, made anew.

Many readers, one writer. A `sqlite3` error that tells of damage becomes `IndexDamaged`; whoever sees it asks
for `reset` and fills the index again from the folders. Where the disk refuses, nothing is thrown away.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from kiosk import durable as disk
from kiosk.storage.errors import StorageError, storage_error
from kiosk.storage.index import schema
from kiosk.storage.index.schema import IndexDamaged
from kiosk.storage.index.writing import Writer

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Connection = sqlite3.Connection

FILE_NAME = "index.db"
SUM_NAME = "index.sum"

_READERS = 3
_AUTO_CHECKPOINT = 1000


class Index:
    """The cache of all runs. Open it in any thread; use it on one event loop, or by the `*_now` methods."""

    def __init__(self, state: Path) -> None:
        """Open or make the index in the state folder; `rebuilt_because` tells why it is empty, if it is new.

        Raises `StorageError`.
        """
        self.path = state / FILE_NAME
        self.rebuilt_because: str | None = schema.fault(self.path)
        self._sum = state / SUM_NAME
        self._expected_sum = self._read_sum()
        self.was_closed = self._expected_sum is not None
        """Whether the last program ended in order; if not, what it wrote last is looked at more closely."""
        self._write_connection: sqlite3.Connection
        self._writer: Writer
        self._idle: queue.SimpleQueue[sqlite3.Connection | None] = queue.SimpleQueue()
        self._read_pool = ThreadPoolExecutor(_READERS, thread_name_prefix="index-read")
        self._write_pool = ThreadPoolExecutor(1, thread_name_prefix="index-write")
        self._write_guard = threading.RLock()
        self.version = 0
        """Grows after every write, before whoever asked for it goes on."""
        self.is_open = False
        """Whether there is a file at all; if not, only `reset` helps."""
        self._open(anew=self.rebuilt_because is not None)

    async def read(
        self, ask: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a question of `pages` in a reading thread. Raises `IndexDamaged`, `StorageError`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._read_pool, lambda: self.read_now(ask, *args, **kwargs))

    def read_now(self, ask: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same in this thread."""
        connection = self._idle.get()
        try:
            if connection is None:
                raise StorageError("the list is not there")
            return ask(connection, *args, **kwargs)
        except schema.TROUBLE as error:
            raise schema.trouble(error) from error
        finally:
            self._idle.put(connection)

    async def write(self, do: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a method of `Writer` in the writing thread. Raises `IndexDamaged`, `StorageError`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_pool, lambda: self.write_now(do, *args, **kwargs))

    def write_now(self, do: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same in this thread."""
        with self._write_guard:
            if not self.is_open:
                raise StorageError("the list is not there")
            try:
                return do(self._writer, *args, **kwargs)
            except schema.TROUBLE as error:
                meaning = schema.trouble(error)
                if isinstance(meaning, StorageError):
                    # What was taken back, a writer must not go on knowing.
                    self._writer = Writer(self._write_connection)
                raise meaning from error
            finally:
                self.version += 1

    def check(self) -> bool:
        """Whether the file is as it was left and in itself consistent; reads it all. Blocking."""
        expected, self._expected_sum = self._expected_sum, None
        if expected is not None:
            # Until here nothing was checkpointed, so that the file is still as the last program left it.
            try:
                whole = _sum_of(self.path) == expected
            except OSError:
                whole = False  # a person has removed it, or its disk cannot read it
        else:
            try:
                whole = self.read_now(lambda connection: connection.execute("PRAGMA quick_check(1)").fetchone()) == (
                    "ok",
                )
            except IndexDamaged:
                whole = False
        self._sum.unlink(missing_ok=True)
        if whole:
            with self._write_guard:
                self._write_connection.execute(f"PRAGMA wal_autocheckpoint = {_AUTO_CHECKPOINT}")
        return whole

    def reset(self, because: str) -> None:
        """Throw everything away and begin empty. Raises `StorageError`: there is none then. Blocking."""
        with self._write_guard:
            self._close_connections()
            self.rebuilt_because = because
            self.version += 1
            self._sum.unlink(missing_ok=True)
            self._open(anew=True)

    def close(self) -> None:
        """Close; leaves a sum of the file, by which the next start sees damage. Blocking."""
        self._read_pool.shutdown()
        self._write_pool.shutdown()
        with self._write_guard:
            if not self.is_open:
                return
            with suppress(*schema.TROUBLE):
                self._write_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._close_connections()
        try:
            disk.replace(self._sum, _sum_of(self.path).encode(), durable=False)
        except OSError as error:
            log.warning("the index's sum was not written: %s", error.strerror)

    def _open(self, *, anew: bool) -> None:
        readers: list[sqlite3.Connection] = []
        try:
            if anew:
                self._expected_sum = None
                schema.remove(self.path)
                schema.create(self.path).close()
            self._write_connection = schema.connect(self.path)
            if self._expected_sum is not None:
                self._write_connection.execute("PRAGMA wal_autocheckpoint = 0")
            self._writer = Writer(self._write_connection)
            while len(readers) < _READERS:
                readers.append(_reader(self.path))
            self.is_open = True
        except schema.TROUBLE as error:
            raise schema.trouble(error) from error
        except OSError as error:
            raise storage_error(error) from error
        finally:
            for connection in readers:
                if self.is_open:
                    self._idle.put(connection)
                else:
                    connection.close()
            for _ in range(0 if self.is_open else _READERS):
                self._idle.put(None)  # nobody is left waiting

    def _close_connections(self) -> None:
        if self.is_open:
            self._write_connection.close()
        self.is_open = False
        for _ in range(_READERS):
            connection = self._idle.get()
            if connection is not None:
                connection.close()

    def _read_sum(self) -> str | None:
        try:
            return self._sum.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return None


def _reader(path: Path) -> sqlite3.Connection:
    connection = schema.connect(path)
    connection.execute("PRAGMA query_only = ON")
    # What several readers read is kept once by the system; of their own they need little.
    connection.execute("PRAGMA cache_size = -2000")
    return connection


def _sum_of(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
