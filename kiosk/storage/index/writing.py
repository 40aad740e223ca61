"""What is written into the index: entries of runs, in batches, with the counters kept in step."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter

from kiosk.storage.answers import GalleryItem
from kiosk.storage.index import lookups, statistics
from kiosk.storage.index.entries import MediumEntry, RunEntry, row_json
from kiosk.storage.index.schema import BYTES, COLUMNS, FILLED, LATER, TOTAL, TYPE_COUNT, filter_word, row_id

_moment = attrgetter("moment")

_INSERT_RUN = "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_MEDIUM = "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class _Deltas:
    """How the kept counts change in one transaction: counters by (field, value), and the statistics' sums."""

    def __init__(self) -> None:
        self.counters: Counter[tuple[str, int]] = Counter()
        self.sums: statistics.Sums = Counter()


class Writer:
    """Writes through one connection, in one thread; every method is one transaction. Raises `sqlite3.Error`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[str, int] = dict(connection.execute("SELECT text, id FROM names"))

    def media_of(self, run_id: str) -> list[GalleryItem]:
        """The media of one run that galleries show before the next change."""
        return lookups.media_of(self._connection, run_id)

    def put(self, entries: Sequence[RunEntry]) -> None:
        """Add runs or replace what was known of them."""
        with _Transaction(self._connection):
            deltas = _Deltas()
            for entry in entries:
                self._drop(entry.row.run_id, entry.folder, deltas)
                self._add(entry, deltas)
            self._count(deltas)

    def put_new(self, entries: Sequence[RunEntry]) -> None:
        """Add runs without texts of which nothing is known yet; is one known after all, all are replaced instead.

        Tables whose rows come in their order grow faster and stay smaller.
        """
        entries = sorted(entries, key=_moment)
        runs, media, tallied = [], [], []
        deltas = _Deltas()
        try:
            with _Transaction(self._connection):
                for entry in entries:
                    values = self._values_of(entry)
                    key = row_id(entry.moment, entry.row.run_id)
                    tallied.append(values)
                    runs.append(self._run_row(key, values, entry, has_text=False))
                    for medium in entry.media:
                        media.append(self._medium_row(self._medium_key(medium), key, values, medium))
                        deltas.counters[
                            TYPE_COUNT, values[0] * 1_000_000 + self._name(str(medium.item.media_type))
                        ] += 1
                self._connection.executemany(_INSERT_RUN, runs)
                self._connection.executemany(_INSERT_MEDIUM, media)
                _tally_all(deltas, tallied, sum(entry.size_bytes for entry in entries))
                self._count(deltas)
        except sqlite3.IntegrityError:
            self.put(entries)

    def finish(self) -> None:
        """Make the indexes that the first filling goes without; nothing to do where they are."""
        with _Transaction(self._connection):
            for statement in LATER:
                self._connection.execute(statement)
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (FILLED, "1"))

    def remove(self, run_ids: Iterable[str]) -> None:
        """Forget runs."""
        with _Transaction(self._connection):
            deltas = _Deltas()
            for run_id in run_ids:
                self._drop(run_id, None, deltas)
            self._count(deltas)

    def put_texts(self, entries: Iterable[RunEntry]) -> None:
        """Add the searchable text of runs, and what they add to the statistics.

        A run that was read in haste and is another in truth is replaced; one that has its text by now is left: its
        recorder knows more. Full text collects in memory only what comes in the order of its keys.
        """
        different = []
        ask = f"SELECT id, row, bytes, {', '.join(COLUMNS)} FROM runs WHERE run_id = ? AND has_text = 0"  # noqa: S608
        with _Transaction(self._connection):
            deltas = _Deltas()
            for entry in sorted(entries, key=_moment):
                found = self._connection.execute(ask, (entry.row.run_id,)).fetchone()
                if found is None:
                    continue
                key, row, size, *values = found
                if row != row_json(entry.row) or size != entry.size_bytes or not self._has_media(key, entry):
                    different.append(entry)
                    continue
                self._add_text(key, values, entry, deltas)
                self._connection.execute(
                    "UPDATE runs SET has_text = 1, signature = ? WHERE id = ?", (entry.signature, key)
                )
            self._count(deltas)
        if different:
            self.put(different)

    def put_stars(self, device: str, stars: Iterable[tuple[str, str, int]]) -> None:
        """Replace the stars of a device: (run id, media type, n)."""
        with _Transaction(self._connection):
            key = self._name(device)
            self._connection.execute("DELETE FROM stars WHERE device = ?", (key,))
            self._connection.executemany(
                "INSERT OR IGNORE INTO stars VALUES (?, ?, ?, ?)",
                [(key, run_id, self._name(media_type), n) for run_id, media_type, n in stars],
            )

    def drop_stars(self, run_ids: Iterable[str]) -> None:
        """Forget everybody's stars on runs that were erased."""
        with _Transaction(self._connection):
            self._connection.executemany("DELETE FROM stars WHERE run_id = ?", [(run_id,) for run_id in run_ids])

    def purge(self) -> None:
        """Overwrite what removed runs have left in the file: free pages, search terms, the write-ahead log."""
        self._connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        used = [f"SELECT {column} FROM runs" for column in (*COLUMNS, "host")]  # noqa: S608 - own names
        used += ["SELECT type FROM media", "SELECT device FROM stars", "SELECT type FROM stars"]
        self._connection.execute(f"DELETE FROM names WHERE id NOT IN ({' UNION '.join(used)})")  # noqa: S608
        self._names = dict(self._connection.execute("SELECT text, id FROM names"))
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _drop(self, run_id: str, folder: str | None, deltas: _Deltas) -> None:
        columns = ", ".join(COLUMNS)
        rows = self._connection.execute(
            f"SELECT id, bytes, {columns} FROM runs WHERE run_id = ? OR folder = ?",  # noqa: S608 - own names
            (run_id, folder),
        ).fetchall()
        for key, size, *values in rows:
            _tally(deltas, values, size, -1)
            for media_type, n in self._connection.execute(
                "SELECT lens * 1000000 + type, count(*) FROM media WHERE run = ? GROUP BY 1", (key,)
            ):
                deltas.counters[TYPE_COUNT, media_type] -= n
            self._connection.execute("DELETE FROM media WHERE run = ?", (key,))
            self._connection.execute("DELETE FROM runs WHERE id = ?", (key,))
            self._drop_text(key, deltas)

    def _add(self, entry: RunEntry, deltas: _Deltas) -> None:
        values = self._values_of(entry)
        key = self._free_key("runs", row_id(entry.moment, entry.row.run_id))
        has_text = entry.body is not None
        self._connection.execute(_INSERT_RUN, self._run_row(key, values, entry, has_text=has_text))
        _tally(deltas, values, entry.size_bytes, 1)
        for medium in entry.media:
            medium_key = self._free_key("media", self._medium_key(medium))
            self._connection.execute(_INSERT_MEDIUM, self._medium_row(medium_key, key, values, medium))
            deltas.counters[TYPE_COUNT, values[0] * 1_000_000 + self._name(str(medium.item.media_type))] += 1
        if entry.body is not None:
            self._add_text(key, values, entry, deltas)

    def _values_of(self, entry: RunEntry) -> list[int]:
        row = entry.row
        texts = (row.config_name, entry.day, row.user_id, row.session_id, row.device_id or "", row.status)
        return [self._name(text) for text in texts]

    def _run_row(self, key: int, values: list[int], entry: RunEntry, *, has_text: bool) -> tuple[object, ...]:
        row = entry.row
        return (
            *(key, row.run_id, row.execution_id, entry.folder),
            *values,
            *(entry.size_bytes, self._name(entry.host or ""), entry.parent, entry.retain_until),
            *(entry.changed, entry.signature, row.damaged, entry.kept_apart, has_text, row_json(row)),
        )

    def _medium_row(self, key: int, run: int, values: list[int], medium: MediumEntry) -> tuple[object, ...]:
        item = medium.item
        lens, day, _, _, device, _ = values
        kind = self._name(str(item.media_type))
        return (key, run, item.n, lens, day, device, kind, medium.shown, item.wall, row_json(item))

    def _medium_key(self, medium: MediumEntry) -> int:
        return row_id(medium.moment, f"{medium.item.run_id}/{medium.sequence}")

    def _free_key(self, table: str, key: int) -> int:
        while self._connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (key,)).fetchone():  # noqa: S608
            key += 1
        return key

    def _add_text(self, key: int, values: Sequence[int], entry: RunEntry, deltas: _Deltas) -> None:
        if entry.tallies is not None:
            statistics.put(self._connection, key, entry.tallies, deltas.sums)
        words = " ".join(filter_word(column, value) for column, value in zip(COLUMNS, values, strict=True))
        body = f"{words}\n{entry.body or ''}"
        self._connection.execute("INSERT INTO texts VALUES (?, ?)", (key, body))
        self._connection.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (key, body))

    def _drop_text(self, key: int, deltas: _Deltas) -> None:
        statistics.drop(self._connection, key, deltas.sums)
        old = self._connection.execute("SELECT body FROM texts WHERE id = ?", (key,)).fetchone()
        if old is not None:
            self._connection.execute("INSERT INTO words (words, rowid, body) VALUES ('delete', ?, ?)", (key, old[0]))
            self._connection.execute("DELETE FROM texts WHERE id = ?", (key,))

    def _has_media(self, key: int, entry: RunEntry) -> bool:
        rows = self._connection.execute("SELECT item, shown FROM media WHERE run = ? ORDER BY id", (key,)).fetchall()
        there = sorted((item, bool(shown)) for item, shown in rows)
        return there == sorted((row_json(medium.item), medium.shown) for medium in entry.media)

    def _name(self, text: str) -> int:
        known = self._names.get(text)
        if known is None:
            made = self._connection.execute("INSERT INTO names (text) VALUES (?)", (text,)).lastrowid
            known = self._names[text] = made or 0
        return known

    def _count(self, deltas: _Deltas) -> None:
        self._connection.executemany(
            "INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
            [(*key, n) for key, n in deltas.counters.items() if n],
        )
        self._connection.execute("DELETE FROM counters WHERE n = 0")
        statistics.add_up(self._connection, deltas.sums)


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:  # a full disk may have taken it back already
                self._connection.execute("ROLLBACK")


def _tally(deltas: _Deltas, values: Sequence[int], size: int, sign: int) -> None:
    deltas.counters[TOTAL, 0] += sign
    deltas.counters[BYTES, 0] += sign * size
    for column, value in zip(COLUMNS, values, strict=True):
        deltas.counters[column, value] += sign


def _tally_all(deltas: _Deltas, tallied: Sequence[Sequence[int]], size: int) -> None:
    """Count many new runs at once."""
    deltas.counters[TOTAL, 0] += len(tallied)
    deltas.counters[BYTES, 0] += size
    for column, values in zip(COLUMNS, zip(*tallied, strict=True), strict=False):
        for value, n in Counter(values).items():
            deltas.counters[column, value] += n
