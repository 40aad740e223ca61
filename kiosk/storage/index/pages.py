"""What is read from the index: pages, totals, counts, places of runs. Each function takes a connection."""

import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from kiosk.storage.answers import ConfigOutputs, GalleryItem, GalleryPage, GalleryQuery, RunPage, RunQuery, RunRow
from kiosk.storage.index.entries import folded
from kiosk.storage.index.schema import COLUMNS, FILTERS, filter_word
from kiosk.storage.index.writing import BYTES, TOTAL, TYPE_COUNT

MAX_LIMIT = 200
_LARGEST = (1 << 63) - 1
_RUN_COLUMNS = {"lens": "config", "day": "day", "device": "device"}
_FEW = 2_000

_row = msgspec.json.Decoder(RunRow)
_item = msgspec.json.Decoder(GalleryItem)


class Place(NamedTuple):
    """Where a run lies, relative to `exports`."""

    run_id: str
    folder: str


class BadCursor(ValueError):
    """A cursor that no page has given."""


def run_page(connection: sqlite3.Connection, query: RunQuery) -> RunPage:
    """A page of runs, newest first. Raises `BadCursor`."""
    given = {name: str(value) for name in FILTERS if (value := getattr(query, name)) is not None}
    filters = given | ({"q": query.q} if query.q is not None else {})
    before = _before(query.cursor)
    limit = max(1, min(query.limit, MAX_LIMIT))
    wanted = _filter_ids(connection, given)
    empty = RunPage(executions=[], total=0, limit=limit, offset=query.offset, returned=0, filters=filters, next=None)
    if wanted is None:
        return empty
    words = None
    if query.q is not None:
        words = _match(query.q, [filter_word(column, name) for column, name in wanted.items()])
        if not words:
            return empty
    lead = _smallest(connection, wanted) if words is None else None
    total = _total(connection, wanted, words, lead)
    ids = _page_ids(connection, wanted, words, lead, before, limit + 1, query.offset)
    rows = {
        key: _row.decode(row)
        for key, row in connection.execute(
            f"SELECT id, row FROM runs WHERE id IN ({','.join('?' * len(ids[:limit]))})",  # noqa: S608 - marks only
            ids[:limit],
        )
    }
    found = [rows[key] for key in ids[:limit] if key in rows]
    following = str(ids[limit - 1]) if len(ids) > limit else None
    return msgspec.structs.replace(empty, executions=found, total=total, returned=len(found), next=following)


def gallery_page(connection: sqlite3.Connection, query: GalleryQuery) -> GalleryPage:
    """A page of finished media, newest first. Raises `BadCursor`."""
    limit = max(1, min(query.limit, MAX_LIMIT))
    conditions = ["shown = 1", "id < ?"]
    values: list[object] = [_before(query.cursor)]
    also = []
    media_type = str(query.media_type) if query.media_type is not None else None
    for column, text in (
        ("lens", query.lens),
        ("day", query.date),
        ("device", query.device_id),
        ("type", media_type),
    ):
        if text is None:
            continue
        name = _name_id(connection, text)
        if name is None:
            return GalleryPage(items=[], next=None)
        conditions.append(f"{column} = ?")
        values.append(name)
        if column in _RUN_COLUMNS:
            also.append(filter_word(_RUN_COLUMNS[column], name))
    if query.q is not None:
        words = _match(query.q, also)
        if not words:
            return GalleryPage(items=[], next=None)
        conditions.append(_in_words(connection, words))
        values.append(words)
    viewer = _name_id(connection, query.viewer) if query.viewer is not None else None
    if query.favorites:
        starred = "SELECT m.id FROM stars s CROSS JOIN runs r ON r.run_id = s.run_id"
        starred += " CROSS JOIN media m ON m.run = r.id AND m.type = s.type AND m.n = s.n"
        if query.viewer is not None:
            starred += " WHERE s.device = ?"
            values.append(viewer)
        conditions.append(f"id IN ({starred})")
    rows = connection.execute(
        f"SELECT id, item FROM media WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?",  # noqa: S608
        [*values, limit + 1],
    ).fetchall()
    items = [_item.decode(item) for _, item in rows[:limit]]
    return GalleryPage(
        items=_starred(connection, items, viewer), next=str(rows[limit - 1][0]) if len(rows) > limit else None
    )


def media_of(connection: sqlite3.Connection, run_id: str) -> list[GalleryItem]:
    """The media of one run that galleries show."""
    rows = connection.execute(
        "SELECT item FROM media WHERE shown = 1 AND run = (SELECT id FROM runs WHERE run_id = ?) ORDER BY id",
        (run_id,),
    )
    return [_item.decode(item) for (item,) in rows]


def media_at(
    connection: sqlite3.Connection, keys: list[tuple[str, str, int]]
) -> dict[tuple[str, str, int], GalleryItem]:
    """The media with these addresses (run id, media type, n) that galleries may show."""
    types = {text: _name_id(connection, text) for text in {media_type for _, media_type, _ in keys}}
    found = {}
    for run_id, media_type, n in keys:
        row = connection.execute(
            "SELECT item FROM media"
            " WHERE run = (SELECT id FROM runs WHERE run_id = ?) AND type = ? AND n = ? AND shown = 1",
            (run_id, types[media_type], n),
        ).fetchone()
        if row is not None:
            found[run_id, media_type, n] = _item.decode(row[0])
    return found


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


def counts(connection: sqlite3.Connection, field: str) -> dict[str, int]:
    """How many runs there are for each value of a column, most first."""
    return dict(
        connection.execute(
            "SELECT text, n FROM counters JOIN names ON names.id = value WHERE field = ? ORDER BY n DESC, text",
            (field,),
        )
    )


def total_runs(connection: sqlite3.Connection) -> int:
    """How many runs there are."""
    return _counter(connection, TOTAL, 0)


def total_bytes(connection: sqlite3.Connection) -> int:
    """How many bytes the files of all runs have."""
    return _counter(connection, BYTES, 0)


def outputs_of_config(connection: sqlite3.Connection, config: str) -> ConfigOutputs:
    """Finished media of the runs of one interception config, by media type."""
    name = _name_id(connection, config) or 0
    rows = connection.execute(
        "SELECT text, n FROM counters JOIN names ON names.id = value - ? WHERE field = ? AND value BETWEEN ? AND ?",
        (name * 1_000_000, TYPE_COUNT, name * 1_000_000, name * 1_000_000 + 999_999),
    )
    outputs = dict(rows)
    return ConfigOutputs(config_name=config, total=sum(outputs.values()), outputs=outputs)


def known_folders(connection: sqlite3.Connection, prefix: str) -> dict[str, tuple[str, str]]:
    """What the index knows below a folder (with a final slash): folder → (run id, signature)."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    rows = connection.execute(
        "SELECT folder, run_id, signature FROM runs WHERE folder >= ? AND folder < ?", (prefix, end)
    )
    return {folder: (run_id, signature) for folder, run_id, signature in rows}


def known_flat(connection: sqlite3.Connection, prefix: str) -> dict[str, tuple[str, str]]:
    """The same for folders directly in a folder (with a final slash)."""
    return {
        folder: facts
        for folder, facts in known_folders(connection, prefix).items()
        if "/" not in folder[len(prefix) :]
    }


def with_status(connection: sqlite3.Connection, status: str) -> list[Place]:
    """All runs of a status, newest first."""
    name = _name_id(connection, status)
    rows = connection.execute("SELECT run_id, folder FROM runs WHERE status = ? ORDER BY id DESC", (name,))
    return [Place(*row) for row in rows]


def changed_since(connection: sqlite3.Connection, moment: int) -> list[Place]:
    """Runs whose last item is of this time (epoch, ms) or later."""
    rows = connection.execute("SELECT run_id, folder FROM runs WHERE changed >= ? ORDER BY id", (moment,))
    return [Place(*row) for row in rows]


def without_text(connection: sqlite3.Connection, count: int) -> list[Place]:
    """Runs whose text is not searchable yet, newest first."""
    rows = connection.execute(
        "SELECT run_id, folder FROM runs INDEXED BY runs_no_text WHERE has_text = 0 ORDER BY id DESC LIMIT ?",
        (count,),
    )
    return [Place(*row) for row in rows]


def children_of(connection: sqlite3.Connection, run_id: str) -> list[str]:
    """The runs that were restored or forwarded from this one, oldest first."""
    rows = connection.execute("SELECT run_id FROM runs WHERE parent = ? ORDER BY id", (run_id,))
    return [child for (child,) in rows]


def ended_executions(connection: sqlite3.Connection, host: str) -> dict[str, str]:
    """The folders of all runs of a host that have an execution id and have ended, by that id."""
    values = [_name_id(connection, text) or 0 for text in (host, "running", "waiting")]
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
    while len(found) < MAX_LIMIT:
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
    wanted = _filter_ids(connection, given)
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
    pending = connection.execute("SELECT count(*) FROM runs INDEXED BY runs_no_text WHERE has_text = 0").fetchone()[0]
    damaged = connection.execute("SELECT count(*) FROM runs INDEXED BY runs_damaged WHERE damaged = 1").fetchone()[0]
    return pending, damaged


def _filter_ids(connection: sqlite3.Connection, given: Mapping[str, str]) -> dict[str, int] | None:
    wanted = {}
    for name, text in given.items():
        value = _name_id(connection, text)
        if value is None:
            return None
        wanted[FILTERS[name]] = value
    return wanted


def _smallest(connection: sqlite3.Connection, wanted: Mapping[str, int]) -> str | None:
    return min(wanted, key=lambda column: _counter(connection, column, wanted[column])) if wanted else None


def _total(connection: sqlite3.Connection, wanted: Mapping[str, int], words: str | None, lead: str | None) -> int:
    if words is None and lead is None:
        return total_runs(connection)
    if lead is not None and len(wanted) == 1:
        return _counter(connection, lead, wanted[lead])
    source, conditions, values = _selection(wanted, words, lead)
    row = connection.execute(f"SELECT count(*) FROM {source} WHERE {conditions}", values).fetchone()  # noqa: S608
    return int(row[0])


def _page_ids(
    connection: sqlite3.Connection,
    wanted: Mapping[str, int],
    words: str | None,
    lead: str | None,
    before: int,
    limit: int,
    offset: int,
) -> list[int]:
    source, conditions, values = _selection(wanted, words, lead)
    key = "rowid" if source == "words" else "id"
    rows = connection.execute(
        f"SELECT {key} FROM {source} WHERE {conditions} AND {key} < ? ORDER BY {key} DESC LIMIT ? OFFSET ?",  # noqa: S608
        [*values, before, limit, max(0, offset)],
    )
    return [row[0] for row in rows]


def _selection(wanted: Mapping[str, int], words: str | None, lead: str | None) -> tuple[str, str, list[object]]:
    """Table, condition and values; the index of the rarest filter leads."""
    if words is not None:
        # Full text knows the filters too, as words of their own.
        return "words", "words MATCH ?", [words]
    if lead is None:
        return "runs INDEXED BY runs_order", "1", []
    columns = [lead, *(column for column in COLUMNS if column in wanted and column != lead)]
    conditions = " AND ".join(f"{column} = ?" for column in columns)
    return f"runs INDEXED BY runs_by_{lead}", conditions, [wanted[column] for column in columns]


def _in_words(connection: sqlite3.Connection, words: str) -> str:
    """The condition that a medium's run is found: few finds are collected, many are asked for one by one."""
    few = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (words, _FEW)
    ).fetchone()[0]
    if few < _FEW:
        return "run IN (SELECT rowid FROM words WHERE words MATCH ?)"
    return "EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND rowid = run)"


def _starred(connection: sqlite3.Connection, items: list[GalleryItem], viewer: int | None) -> list[GalleryItem]:
    if viewer is None:
        return items
    marks = ",".join("?" * len(items))
    stars = {
        tuple(row)
        for row in connection.execute(
            f"SELECT run_id, text, n FROM stars JOIN names ON id = type WHERE device = ? AND run_id IN ({marks})",  # noqa: S608
            [viewer, *(item.run_id for item in items)],
        )
    }
    return [
        msgspec.structs.replace(item, favorite=(item.run_id, str(item.media_type), item.n) in stars) for item in items
    ]


def _name_id(connection: sqlite3.Connection, text: str) -> int | None:
    row = connection.execute("SELECT id FROM names WHERE text = ?", (text,)).fetchone()
    return row[0] if row else None


def _counter(connection: sqlite3.Connection, field: str, value: int) -> int:
    row = connection.execute("SELECT n FROM counters WHERE field = ? AND value = ?", (field, value)).fetchone()
    return row[0] if row else 0


def _before(cursor: str | None) -> int:
    if cursor is None:
        return _LARGEST
    if not re.fullmatch(r"[0-9]{1,19}", cursor, re.ASCII) or int(cursor) > _LARGEST:
        raise BadCursor
    return int(cursor)


def _match(query: str, also: Iterable[str]) -> str:
    """A person's words as an FTS5 expression: all of them, each as the beginning of a word; `` for none."""
    words = re.findall(r"\w+", folded(query))[:8]
    if not words:
        return ""
    return " AND ".join([*(f'"{word}"' for word in also), *(f'"{word[:64]}"*' for word in words)])
