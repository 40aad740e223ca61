"""Single questions to the index: places of runs, counts, who came from whom. Each takes a connection."""

import sqlite3
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from kiosk.records import MediaType
from kiosk.storage.answers import BlockedRun, ConfigOutputs, GalleryItem, RunRow
from kiosk.storage.index.pages import LARGEST, counter, filter_ids, name_id
from kiosk.storage.index.schema import BYTES, TYPE_COUNT

_MOST_ANCESTORS = 200

_row = msgspec.json.Decoder(RunRow)
_item = msgspec.json.Decoder(GalleryItem)


Address = tuple[str, MediaType, int]
"""A medium: the n-th of a type in a run (run id, media type, n)."""


class Place(NamedTuple):
    """Where a run lies, relative to `exports`."""

    run_id: str
    folder: str


def media_of(connection: sqlite3.Connection, run_id: str) -> list[GalleryItem]:
    """The media of one run that galleries show."""
    rows = connection.execute(
        "SELECT item FROM media WHERE shown = 1 AND run = (SELECT id FROM runs WHERE run_id = ?) ORDER BY id",
        (run_id,),
    )
    return [_item.decode(item) for (item,) in rows]


def media_at(connection: sqlite3.Connection, addresses: Collection[Address]) -> dict[Address, GalleryItem]:
    """The media with these addresses that galleries may show, and perhaps others of the same runs."""
    # Plain lists, in the order in which the tables have them, are found twice as fast as a list of addresses.
    wanted = [sorted({address[place] for address in addresses}) for place in (0, 2)]
    rows = connection.execute(
        "SELECT media.item FROM json_each(?) AS wanted CROSS JOIN runs ON runs.run_id = wanted.value"
        " CROSS JOIN media ON media.run = runs.id"
        " WHERE media.shown = 1 AND media.n IN (SELECT value FROM json_each(?))",
        [msgspec.json.encode(values).decode() for values in wanted],
    )
    items = [_item.decode(item) for (item,) in rows]
    return {(item.run_id, item.media_type, item.n): item for item in items}


def place_of(connection: sqlite3.Connection, identity: str) -> Place | None:
    """Where the run with this run id or execution id lies."""
    column = "execution_id" if identity.startswith("exec_") else "run_id"
    row = connection.execute(f"SELECT run_id, folder FROM runs WHERE {column} = ?", (identity,)).fetchone()  # noqa: S608
    return Place(*row) if row else None


def rows_of(connection: sqlite3.Connection, run_ids: list[str]) -> dict[str, RunRow]:
    """The lines of these runs, as far as they are known."""
    found = {}
    for start in range(0, len(run_ids), 500):
        some = run_ids[start : start + 500]
        marks = ",".join("?" * len(some))
        for run_id, row in connection.execute(f"SELECT run_id, row FROM runs WHERE run_id IN ({marks})", some):  # noqa: S608
            found[run_id] = _row.decode(row)
    return found


def blocked(connection: sqlite3.Connection, limit: int) -> list[BlockedRun]:
    """The newest runs that the safety check has stopped, or of which it kept pictures apart."""
    rows = connection.execute(
        "SELECT row, kept_apart FROM runs WHERE id IN (SELECT id FROM runs WHERE status ="
        " (SELECT id FROM names WHERE text = 'blocked') ORDER BY id DESC LIMIT :limit) OR id IN"
        " (SELECT id FROM runs WHERE kept_apart > 0 ORDER BY id DESC LIMIT :limit) ORDER BY id DESC LIMIT :limit",
        {"limit": limit},
    )
    return [BlockedRun(run=_row.decode(row), pictures=pictures) for row, pictures in rows]


def counts(connection: sqlite3.Connection, field: str) -> dict[str, int]:
    """How many runs there are for each value of a column, most first."""
    return dict(
        connection.execute(
            "SELECT text, n FROM counters JOIN names ON names.id = value WHERE field = ? ORDER BY n DESC, text",
            (field,),
        )
    )


def total_bytes(connection: sqlite3.Connection) -> int:
    """How many bytes the files of all runs have."""
    return counter(connection, BYTES, 0)


def outputs_of_config(connection: sqlite3.Connection, config: str) -> ConfigOutputs:
    """Finished media of the runs of one interception config, by media type."""
    name = name_id(connection, config) or 0
    rows = connection.execute(
        "SELECT text, n FROM counters JOIN names ON names.id = value - ? WHERE field = ? AND value BETWEEN ? AND ?",
        (name * 1_000_000, TYPE_COUNT, name * 1_000_000, name * 1_000_000 + 999_999),
    )
    outputs = dict(rows)
    return ConfigOutputs(config_name=config, total=sum(outputs.values()), outputs=outputs)


def known_folder(connection: sqlite3.Connection, folder: str) -> tuple[str, str] | None:
    """What the index knows of one folder: run id and signature."""
    row = connection.execute("SELECT run_id, signature FROM runs WHERE folder = ?", (folder,)).fetchone()
    return None if row is None else (row[0], row[1])


def known_folders(connection: sqlite3.Connection, prefix: str, *, deep: bool = True) -> dict[str, tuple[str, str]]:
    """What the index knows below a folder (with a final slash), or directly in it: folder → (run id, signature)."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    rows = connection.execute(
        "SELECT folder, run_id, signature FROM runs WHERE folder >= ? AND folder < ?"
        " AND (? OR instr(substr(folder, ?), '/') = 0)",
        (prefix, end, deep, len(prefix) + 1),
    )
    return {folder: (run_id, signature) for folder, run_id, signature in rows}


def all_folders(connection: sqlite3.Connection) -> dict[str, str]:
    """All runs that are known: folder → run id."""
    return dict(connection.execute("SELECT folder, run_id FROM runs"))


def with_status(connection: sqlite3.Connection, status: str) -> list[Place]:
    """All runs of a status, newest first."""
    name = name_id(connection, status)
    rows = connection.execute("SELECT run_id, folder FROM runs WHERE status = ? ORDER BY id DESC", (name,))
    return [Place(*row) for row in rows]


def changed_last(connection: sqlite3.Connection, seconds: int) -> list[Place]:
    """Runs whose last item came in the last `seconds` before the very last one of all."""
    rows = connection.execute(
        "SELECT run_id, folder FROM runs WHERE changed >= (SELECT max(changed) FROM runs) - ? ORDER BY id",
        (seconds * 1000,),
    )
    return [Place(*row) for row in rows]


def without_text(connection: sqlite3.Connection, before: int | None, count: int) -> tuple[list[Place], int | None]:
    """Runs whose text is not searchable yet, newest first, and what to ask with for those after them."""
    rows = connection.execute(
        "SELECT run_id, folder, id FROM runs WHERE has_text = 0 AND id < ? ORDER BY id DESC LIMIT ?",
        (LARGEST if before is None else before, count),
    ).fetchall()
    return [Place(*row[:2]) for row in rows], rows[-1][2] if rows else None


def children_of(connection: sqlite3.Connection, run_id: str) -> list[str]:
    """The runs that were restored or forwarded from this one, oldest first."""
    rows = connection.execute("SELECT run_id FROM runs WHERE parent = ? ORDER BY id", (run_id,))
    return [child for (child,) in rows]


def ended_executions(connection: sqlite3.Connection, host: str) -> dict[str, str]:
    """The folders of all runs of a host that have an execution id and have ended, by that id."""
    values = [name_id(connection, text) or 0 for text in (host, "running", "waiting")]
    return dict(
        connection.execute(
            "SELECT execution_id, folder FROM runs"
            " WHERE host = ? AND execution_id IS NOT NULL AND status NOT IN (?, ?)",
            values,
        )
    )


def executions(connection: sqlite3.Connection) -> set[str]:
    """All execution ids that are known."""
    rows = connection.execute("SELECT execution_id FROM runs WHERE execution_id IS NOT NULL")
    return {execution_id for (execution_id,) in rows}


def ancestors_of(connection: sqlite3.Connection, run_id: str) -> list[str]:
    """The run that this one was made from, and that one's, nearest first; a ring ends where it closes."""
    found: list[str] = []
    child = run_id
    while len(found) < _MOST_ANCESTORS:
        row = connection.execute("SELECT parent FROM runs WHERE run_id = ?", (child,)).fetchone()
        if row is None or row[0] is None or row[0] in (run_id, *found):
            break
        child = row[0]
        found.append(child)
    return found


class Due(NamedTuple):
    """A run that clean-up may take."""

    run_id: str
    execution_id: str | None
    folder: str
    size_bytes: int


def due(connection: sqlite3.Connection, today: str, before: str | None) -> list[Due]:
    """Runs whose `retain_until` is over, and those that began before a date (YYYY-MM-DD), oldest first."""
    rows = connection.execute(
        "SELECT run_id, execution_id, folder, bytes FROM runs WHERE retain_until < ?"
        " OR day IN (SELECT id FROM names WHERE text < ? AND text GLOB '[0-9]*-[0-9]*-[0-9]*') ORDER BY id",
        (today, before or ""),
    )
    return [Due(*row) for row in rows]


def doomed_by(connection: sqlite3.Connection, given: Mapping[str, str]) -> list[tuple[str, str | None, str]]:
    """Run id, execution id and folder of all runs to which filters (named as in `RunQuery`) apply."""
    wanted = filter_ids(connection, given)
    if not wanted:
        return []
    conditions = " AND ".join(f"{column} = ?" for column in wanted)
    ask = f"SELECT run_id, execution_id, folder FROM runs WHERE {conditions} ORDER BY id"  # noqa: S608 - own names
    return connection.execute(ask, list(wanted.values())).fetchall()


def fact(connection: sqlite3.Connection, name: str) -> str | None:
    """Something that was remembered about the index itself."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def pending_and_damaged(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many runs wait for their text, and how many are damaged."""
    pending = connection.execute("SELECT count(*) FROM runs WHERE has_text = 0").fetchone()[0]
    damaged = connection.execute("SELECT count(*) FROM runs WHERE damaged = 1").fetchone()[0]
    return pending, damaged
