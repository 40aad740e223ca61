"""What is read from the index: pages, totals, counts, places of runs. Each function takes a connection."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from kiosk.storage.answers import (
    DayOfWorks,
    GalleryDays,
    GalleryItem,
    GalleryPage,
    GalleryQuery,
    GalleryRuler,
    RunPage,
    RunQuery,
    RunRow,
)
from kiosk.storage.index.entries import folded
from kiosk.storage.index.schema import FILTERS, TOTAL, filter_word, milliseconds_of

MAX_LIMIT = 200
LARGEST = (1 << 63) - 1
"""Greater than every key."""

_RUN_COLUMNS = {"lens": "config", "day": "day", "device": "device", "user": "user"}
_OF_USER = "run IN (SELECT id FROM runs WHERE user = ?)"
_RULER_BATCH = 50
_FEW = 2_000
_MATCHES = "SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ? OFFSET ?"
_INDEXED_PREFIX = 4
_MOST_ENDINGS = 20

_row = msgspec.json.Decoder(RunRow)
_item = msgspec.json.Decoder(GalleryItem)

# What FTS5's tokenizer takes as a word: no underscore, nor what is newer than its Unicode 6.1 (found by trying all).
_WORD = re.compile(r"[^\W_\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]+")


class BadCursor(ValueError):
    """A cursor that no page has given."""


def run_page(connection: sqlite3.Connection, query: RunQuery) -> RunPage:
    """A page of runs, newest first. Raises `BadCursor`."""
    given = {name: str(value) for name in FILTERS if (value := getattr(query, name)) is not None}
    filters = given | ({"q": query.q} if query.q is not None else {})
    before = _before(query.cursor)
    limit = max(1, min(query.limit, MAX_LIMIT))
    wanted = filter_ids(connection, given)
    empty = RunPage(executions=[], total=0, limit=limit, offset=query.offset, returned=0, filters=filters, next=None)
    if wanted is None:
        return empty
    words = None
    if query.q is not None:
        words = _match(connection, query.q, [filter_word(column, name) for column, name in wanted.items()])
        if not words:
            return empty
    if words is not None:
        # Full text knows the filters too, as words of their own.
        total = int(connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (words,)).fetchone()[0])
        ids = [key for (key,) in connection.execute(_MATCHES, (words, before, limit + 1, max(0, query.offset)))]
    else:
        total = _total(connection, wanted)
        ids = _page_ids(connection, wanted, before, limit + 1, query.offset)
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
    wanted = _media_wanted(connection, query)
    if wanted is None:
        return GalleryPage(items=[], next=None)
    conditions, values = wanted
    rows = connection.execute(
        f"SELECT id, item FROM media WHERE {conditions} ORDER BY id DESC LIMIT ?",  # noqa: S608
        [*values, limit + 1],
    ).fetchall()
    items = [_item.decode(item) for _, item in rows[:limit]]
    return GalleryPage(
        items=_starred(connection, items, _viewer(connection, query)),
        next=str(rows[limit - 1][0]) if len(rows) > limit else None,
        first=str(rows[0][0] + 1) if rows else None,
    )


def gallery_ruler(connection: sqlite3.Connection, query: GalleryQuery) -> GalleryRuler:
    """Where each page of `query.limit` finished media begins. Raises `BadCursor`."""
    step = max(1, min(query.limit, MAX_LIMIT))
    wanted = _media_wanted(connection, query)
    if wanted is None:
        return GalleryRuler(total=0, step=step, cursors=[], moments=[])
    conditions, values = wanted
    rows = connection.execute(f"SELECT id FROM media WHERE {conditions} ORDER BY id DESC", values)  # noqa: S608
    total = 0
    firsts: list[int] = []
    while ids := rows.fetchmany(_RULER_BATCH * step):
        firsts += [key for (key,) in ids[::step]]
        total += len(ids)
    return GalleryRuler(
        total=total,
        step=step,
        cursors=[str(key + 1) for key in firsts],
        moments=[milliseconds_of(key) for key in firsts],
    )


def gallery_days(connection: sqlite3.Connection, query: GalleryQuery) -> GalleryDays:
    """On which days such media were made; folders of older programs whose day is none are left out."""
    wanted = _media_wanted(connection, query)
    if wanted is None:
        return GalleryDays(days=[])
    conditions, values = wanted
    counted = f"SELECT day, count(*) AS n FROM media WHERE {conditions} GROUP BY day"  # noqa: S608 - own columns
    rows = connection.execute(
        f"SELECT text, n FROM ({counted}) JOIN names ON names.id = day"  # noqa: S608 - own columns
        " WHERE text GLOB '[0-9]*-[0-9]*-[0-9]*' ORDER BY text DESC",
        values,
    )
    return GalleryDays(days=[DayOfWorks(day=day, works=count) for day, count in rows])


def _media_wanted(connection: sqlite3.Connection, query: GalleryQuery) -> tuple[str, list[object]] | None:
    """Conditions and values for the media of a query; None if nothing can be found."""
    conditions = ["shown = 0" if query.hidden else "shown = 1", "id < ?"]
    values: list[object] = [_before(query.cursor)]
    also = []
    if query.wall:
        conditions.append("wall = 1")
    if query.run_id is not None:
        conditions.append("run = (SELECT id FROM runs WHERE run_id = ?)")
        values.append(query.run_id)
    media_type = str(query.media_type) if query.media_type is not None else None
    for column, text in (
        ("lens", query.lens),
        ("day", query.date),
        ("device", query.device_id),
        ("type", media_type),
        ("user", query.user_id),
    ):
        if text is None:
            continue
        name = name_id(connection, text)
        if name is None:
            return None
        conditions.append(_OF_USER if column == "user" else f"{column} = ?")
        values.append(name)
        if column in _RUN_COLUMNS:
            also.append(filter_word(_RUN_COLUMNS[column], name))
    if query.q is not None:
        words = _match(connection, query.q, also)
        if not words:
            return None
        conditions.append(_in_words(connection, words))
        values.append(words)
    if query.favorites:
        starred = "SELECT m.id FROM stars s CROSS JOIN runs r ON r.run_id = s.run_id"
        starred += " CROSS JOIN media m ON m.run = r.id AND m.type = s.type AND m.n = s.n"
        if query.viewer is not None:
            starred += " WHERE s.device = ?"
            values.append(_viewer(connection, query))
        conditions.append(f"id IN ({starred})")
    return " AND ".join(conditions), values


def _viewer(connection: sqlite3.Connection, query: GalleryQuery) -> int | None:
    return name_id(connection, query.viewer) if query.viewer is not None else None


def total_runs(connection: sqlite3.Connection) -> int:
    """How many runs there are."""
    return counter(connection, TOTAL, 0)


def filter_ids(connection: sqlite3.Connection, given: Mapping[str, str]) -> dict[str, int] | None:
    """Filters as columns and ids of names; None if one of the names is unknown, so that nothing can be found."""
    wanted = {}
    for name, text in given.items():
        value = name_id(connection, text)
        if value is None:
            return None
        wanted[FILTERS[name]] = value
    return wanted


def _total(connection: sqlite3.Connection, wanted: Mapping[str, int]) -> int:
    """How many runs there are: kept counts tell for no filter and for one, an index that holds all for more."""
    if not wanted:
        return counter(connection, TOTAL, 0)
    if len(wanted) == 1:
        column, value = next(iter(wanted.items()))
        return counter(connection, column, value)
    conditions, values = _conditions(connection, wanted)
    row = connection.execute(f"SELECT count(*) FROM runs WHERE {conditions}", values).fetchone()  # noqa: S608
    return int(row[0])


def _page_ids(
    connection: sqlite3.Connection, wanted: Mapping[str, int], before: int, limit: int, offset: int
) -> list[int]:
    conditions, values = _conditions(connection, wanted)
    rows = connection.execute(
        f"SELECT id FROM runs WHERE {conditions} AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608
        [*values, before, limit, max(0, offset)],
    )
    return [row[0] for row in rows]


def _conditions(connection: sqlite3.Connection, wanted: Mapping[str, int]) -> tuple[str, list[object]]:
    """Conditions and values; only the index of the rarest filter may lead, hence the `+` before the others."""
    if not wanted:
        return "1", []
    lead = min(wanted, key=lambda column: counter(connection, column, wanted[column]))
    columns = [lead, *(column for column in wanted if column != lead)]
    conditions = " AND ".join(f"{'' if column == lead else '+'}{column} = ?" for column in columns)
    return conditions, [wanted[column] for column in columns]


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


def name_id(connection: sqlite3.Connection, text: str) -> int | None:
    """The id of a name; None if no run has it."""
    row = connection.execute("SELECT id FROM names WHERE text = ?", (text,)).fetchone()
    return row[0] if row else None


def counter(connection: sqlite3.Connection, field: str, value: int) -> int:
    """A kept count; 0 if there is none."""
    row = connection.execute("SELECT n FROM counters WHERE field = ? AND value = ?", (field, value)).fetchone()
    return row[0] if row else 0


def _before(cursor: str | None) -> int:
    if cursor is None:
        return LARGEST
    if not re.fullmatch(r"[0-9]{1,19}", cursor, re.ASCII) or int(cursor) > LARGEST:
        raise BadCursor
    return int(cursor)


def _match(connection: sqlite3.Connection, query: str, also: Iterable[str]) -> str:
    """A person's words as an FTS5 expression: all of them, each as the beginning of a word; `` for no words."""
    words = _WORD.findall(folded(query))[:8]
    if not words:
        return ""
    return " AND ".join([*(f'"{word}"' for word in also), *(_beginning(connection, word[:64]) for word in words)])


def _beginning(connection: sqlite3.Connection, word: str) -> str:
    """Words that begin so. Longer beginnings than are indexed are slow in FTS5, but few words have them."""
    if len(word) > _INDEXED_PREFIX:
        plain = "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))
        terms = connection.execute(
            "SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT ?",
            (plain, f"{plain}\U0010ffff", _MOST_ENDINGS + 1),
        ).fetchall()
        if 0 < len(terms) <= _MOST_ENDINGS:
            return "(" + " OR ".join(f'"{term}"' for (term,) in terms) + ")"
    return f'"{word}"*'
