"""The tables of the index, and opening it: version, damage, settings of SQLite.

`id` of runs and media is their time in milliseconds shifted left by 20 bits, plus bits of a hash of their
name: the primary key is the order of every list, and a cursor into a list is an id.
"""

import sqlite3
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from kiosk.storage.errors import StorageError
from kiosk.storage.index.statistics import TALLIES

VERSION = 7
"""Raised with every change of the tables; an index of another version is made anew."""

TROUBLE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises: where the words of a damaged file are damaged, its message about them cannot be read."""

# The disk or the system refused, and the file is as it was (https://sqlite.org/rescode.html) ...
_REFUSED = {
    sqlite3.SQLITE_BUSY: "the list is in use",
    sqlite3.SQLITE_CANTOPEN: "the list cannot be opened",
    sqlite3.SQLITE_FULL: "disk full",
    sqlite3.SQLITE_IOERR: "disk error",
    sqlite3.SQLITE_LOCKED: "the list is in use",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_READONLY: "disk is read-only",
}
# ... but of these, what was there cannot be read, or is not there any more.
_LOST = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_READONLY_DBMOVED}


class IndexDamaged(Exception):
    """The index cannot be read; the folders can."""


FILTERS: Mapping[str, str] = {
    "config": "config",
    "date": "day",
    "user_id": "user",
    "session_id": "session",
    "device_id": "device",
    "status": "status",
}
"""Names of the run filters, and their columns; the columns hold ids of `names`."""

COLUMNS = tuple(FILTERS.values())

TOTAL = "total"
BYTES = "bytes"
TYPE_COUNT = "media"
"""Kept counts that belong to no filter."""

FILLED = "filled"
"""The fact that all runs were listed once: until then an index is filled as a new one."""

_ID_BITS = 20

_DDL = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE counters (field TEXT NOT NULL, value INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (field, value)) WITHOUT ROWID;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, execution_id TEXT, folder TEXT NOT NULL,
  {", ".join(f"{column} INTEGER NOT NULL" for column in COLUMNS)},
  bytes INTEGER NOT NULL, host INTEGER NOT NULL, parent TEXT, retain_until TEXT, changed INTEGER NOT NULL,
  signature TEXT NOT NULL, damaged INTEGER NOT NULL, kept_apart INTEGER NOT NULL,
  has_text INTEGER NOT NULL, row BLOB NOT NULL);
CREATE UNIQUE INDEX runs_run_id ON runs (run_id);
CREATE UNIQUE INDEX runs_folder ON runs (folder);
CREATE TABLE media (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL, n INTEGER NOT NULL, lens INTEGER NOT NULL, day INTEGER NOT NULL,
  device INTEGER NOT NULL, type INTEGER NOT NULL, shown INTEGER NOT NULL, wall INTEGER NOT NULL,
  item BLOB NOT NULL);
CREATE INDEX media_run ON media (run, type, n);
CREATE TABLE stars (device INTEGER NOT NULL, run_id TEXT NOT NULL, type INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (device, run_id, type, n)) WITHOUT ROWID;
CREATE INDEX stars_run ON stars (run_id);
CREATE TABLE texts (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (body, content='texts', content_rowid='id', detail=none, prefix='2 3 4',
  tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
{TALLIES}"""


def _others(column: str) -> list[str]:
    return [other for other in COLUMNS if other != column]


# Made after the first filling, which is much faster without them. Each filter has an index that holds all filters,
# so that combined filters are counted without reading rows.
LATER = (
    "CREATE INDEX IF NOT EXISTS runs_order ON runs (id)",
    "CREATE INDEX IF NOT EXISTS runs_execution_id ON runs (execution_id) WHERE execution_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS runs_parent ON runs (parent) WHERE parent IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS runs_retain ON runs (retain_until) WHERE retain_until IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS runs_changed ON runs (changed)",
    "CREATE INDEX IF NOT EXISTS runs_no_text ON runs (id) WHERE has_text = 0",
    "CREATE INDEX IF NOT EXISTS runs_damaged ON runs (id) WHERE damaged = 1",
    "CREATE INDEX IF NOT EXISTS runs_kept_apart ON runs (id) WHERE kept_apart > 0",
    "CREATE INDEX IF NOT EXISTS media_shown ON media (id) WHERE shown = 1",
    "CREATE INDEX IF NOT EXISTS media_wall ON media (id) WHERE shown = 1 AND wall = 1",
    "CREATE INDEX IF NOT EXISTS media_lens ON media (lens, id) WHERE shown = 1",
    "CREATE INDEX IF NOT EXISTS media_day ON media (day, id) WHERE shown = 1",
    "CREATE INDEX IF NOT EXISTS media_device ON media (device, id) WHERE shown = 1",
    "CREATE INDEX IF NOT EXISTS media_type ON media (type, id) WHERE shown = 1",
    *(
        f"CREATE INDEX IF NOT EXISTS runs_by_{lead} ON runs ({', '.join([lead, 'id', *_others(lead)])})"
        for lead in COLUMNS
    ),
)


def connect(path: Path) -> sqlite3.Connection:
    """Open the index, which must exist. Raises `sqlite3.Error`."""
    connection = sqlite3.connect(
        path, timeout=10, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -8000")
    connection.execute("PRAGMA mmap_size = 0")
    return connection


def trouble(error: Exception) -> IndexDamaged | StorageError:
    """What an error of SQLite means: that the index is lost, or that the disk refused and nothing has changed."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    refused = _REFUSED.get(code & 0xFF)
    if refused is None or code in _LOST:
        return IndexDamaged(str(error))
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # there is no room for what readers and writer share
        return StorageError(_REFUSED[sqlite3.SQLITE_FULL], full=True)
    return StorageError(refused, full=code == sqlite3.SQLITE_FULL)


def create(path: Path) -> sqlite3.Connection:
    """Make an empty index, for now without the indexes of `LATER`. The file is 0600."""
    path.touch(mode=0o600)
    connection = connect(path)
    connection.executescript(f"BEGIN; {_DDL} PRAGMA user_version = {VERSION}; COMMIT")
    return connection


def fault(path: Path) -> str | None:
    """Why an index cannot be used as it is: `missing`, `damaged`, `other version`; None if it can.

    Raises `StorageError` where the disk refuses, for the index may be whole.
    """
    if not path.exists():
        return "missing"
    try:
        connection = connect(path)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version != VERSION:
                return "other version" if version else "damaged"
            connection.execute("SELECT count(*) FROM facts").fetchone()
        finally:
            connection.close()
    except TROUBLE as error:
        meaning = trouble(error)
        if isinstance(meaning, StorageError):
            raise meaning from error
        return "damaged"
    return None


def remove(path: Path) -> None:
    """Remove an index and what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def filter_word(column: str, name: int) -> str:
    """The word by which full text knows a run's value of a filter; of private characters that nobody searches for."""
    return f"\ue000{chr(0xE001 + COLUMNS.index(column))}{name}"


def milliseconds_of(key: int) -> int:
    """The time (epoch, ms) that a primary key says."""
    return key >> _ID_BITS


def row_id(milliseconds: int, name: str) -> int:
    """The primary key of something that happened at a time (epoch, ms)."""
    bits = int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) & ((1 << _ID_BITS) - 1)
    return (max(0, min(milliseconds, 1 << 42)) << _ID_BITS) | bits
