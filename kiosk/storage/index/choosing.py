"""Which runs a package is to hold: places and stars of all that a selection names. Takes a connection."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

_DAYS = "day IN (SELECT id FROM names WHERE text BETWEEN ? AND ? AND text GLOB '[0-9]*-[0-9]*-[0-9]*')"


class Found(NamedTuple):
    """A run: where it lies, relative to `exports`, and its stars as (media type, n)."""

    run_id: str
    folder: str
    stars: list[tuple[str, int]]


def chosen(
    connection: sqlite3.Connection,
    *,
    ids: Sequence[str] | None,
    session_id: str | None,
    date_from: str | None,
    date_to: str | None,
    device_id: str | None,
    config: str | None,
    favorites: bool,
) -> list[Found]:
    """The runs to which all that is given applies, in the order of their folders."""
    conditions = ["1"]
    values: list[object] = []
    for column, text in (("session", session_id), ("device", device_id), ("config", config)):
        if text is not None:
            conditions.append(f"{column} = (SELECT id FROM names WHERE text = ?)")  # noqa: S608 - own columns
            values.append(text)
    if date_from is not None or date_to is not None:
        conditions.append(_DAYS)
        values += [date_from or "0000", date_to or "9999-99-99"]
    if ids is not None:
        conditions.append("run_id IN (SELECT value FROM json_each(?))")
        values.append(msgspec.json.encode(ids).decode())
    if favorites:
        conditions.append("run_id IN (SELECT run_id FROM stars)")
    where = " AND ".join(conditions)
    ask = f"SELECT run_id, folder FROM runs WHERE {where} ORDER BY folder"  # noqa: S608 - own conditions
    stars = _stars(connection) if favorites else {}
    return [Found(run_id, folder, stars.get(run_id, [])) for run_id, folder in connection.execute(ask, values)]


def _stars(connection: sqlite3.Connection) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    ask = "SELECT DISTINCT run_id, text, n FROM stars JOIN names ON id = type ORDER BY run_id, text, n"
    for run_id, media_type, n in connection.execute(ask):
        found.setdefault(run_id, []).append((media_type, n))
    return found
