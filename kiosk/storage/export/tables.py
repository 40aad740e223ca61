"""The research tables of a package: `runs` and `items`, as CSV (RFC 4180) and as Parquet.

CSV is for spreadsheets: UTF-8 with a byte order mark, because without one Excel reads umlauts wrong, while Python, R
and DuckDB skip it. A cell of text that a spreadsheet would take for a formula gets an apostrophe in front, and so
does one that begins with an apostrophe: take one leading apostrophe away and the text is as it was (`undefused`).
Nothing recorded is an empty cell, an empty text is `""`. Parquet is for analysis: typed, nothing is defused.

Written in batches, so that the number of runs does not matter. pyarrow is large: it is loaded only when tables are
written, which happens in the export's own process. Blocking.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from kiosk.storage.export import RunInPackage, dictionary, facts
from kiosk.storage.export.columns import ITEMS, RUNS, Column, Kind, Table

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")

BATCH_ROWS = 4_096
BATCH_BYTES = 8 << 20
"""A batch, and so a row group, ends at this many rows or this many bytes of text, whichever comes first."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters by which spreadsheets know a formula (full-width forms too), and the apostrophe itself."""

_OF_TEXT = frozenset({Kind.TEXT, Kind.TEXTS, Kind.SEEDS, Kind.JSON})
_QUOTED = frozenset('",\r\n')


def write_tables(folder: Path, runs: Iterable[RunInPackage]) -> list[Path]:
    """Write runs.csv, items.csv, runs.parquet, items.parquet and the data dictionary; returns what was written.

    Memory does not grow with the number of runs. Raises `OSError`.
    """
    with ExitStack() as stack:
        of_runs = stack.enter_context(_Writer(folder, RUNS))
        of_items = stack.enter_context(_Writer(folder, ITEMS))
        for run in runs:
            known = facts.facts_of(run)
            of_runs.add(known)
            for item in known.items:
                of_items.add(item)
    return [*of_runs.paths, *of_items.paths, *dictionary.write(folder)]


def defused(text: str) -> str:
    """A text as a CSV cell holds it: one that a spreadsheet would calculate gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def undefused(cell: str) -> str:
    """The text that a CSV cell stands for."""
    return cell.removeprefix("'")


def cell(kind: Kind, value: Any) -> str:
    """A value as CSV has it, quoted where it must be; `` for None, `""` for an empty text."""
    if value is None:
        return ""
    match kind:
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case Kind.TEXTS | Kind.SEEDS:
            plain = msgspec.json.encode(value).decode()
        case _:
            plain = str(value)
    if kind in _OF_TEXT or kind is Kind.TIME:
        plain = defused(plain)
    if not plain or not _QUOTED.isdisjoint(plain):
        return '"' + plain.replace('"', '""') + '"'
    return plain


class _Writer(Generic[T]):
    """Writes one table in both forms. A context manager: files are whole when it is left without an error."""

    def __init__(self, folder: Path, table: Table[T]) -> None:
        self.paths = [folder / f"{table.name}.csv", folder / f"{table.name}.parquet"]
        self._table = table
        self._rows: list[list[Any]] = []
        self._bytes = 0

    def __enter__(self) -> "_Writer[T]":
        import pyarrow.parquet as pq

        self._schema = arrow_schema(self._table)
        self._csv: TextIOWrapper = self.paths[0].open("w", encoding="utf-8-sig", newline="")
        self._parquet = pq.ParquetWriter(self.paths[1], self._schema, compression="zstd")
        self._csv.write(",".join(column.name for column in self._table.columns) + "\r\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._parquet.close()
            self._csv.close()

    def add(self, source: T) -> None:
        """Write the row of a run or an item."""
        row = [column.of(source) for column in self._table.columns]
        cells = [cell(column.kind, value) for column, value in zip(self._table.columns, row, strict=True)]
        line = ",".join(cells)
        self._csv.write(line + "\r\n")
        self._rows.append(row)
        self._bytes += len(line)
        if len(self._rows) >= BATCH_ROWS or self._bytes >= BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [
            pa.array([_arrow_value(column, value) for value in values], type=field.type)
            for column, values, field in zip(self._table.columns, columns, self._schema, strict=True)
        ]
        self._parquet.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._rows, self._bytes = [], 0


def arrow_schema(table: Table[Any]) -> "pa.Schema":
    """The Parquet columns of a table: typed, each with its meaning and unit."""
    import pyarrow as pa

    types = {
        Kind.TEXT: pa.string(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.TIME: pa.timestamp("ms", tz="UTC"),
        Kind.DAY: pa.date32(),
        Kind.SEED: pa.uint64(),
        Kind.TEXTS: pa.list_(pa.string()),
        Kind.SEEDS: pa.list_(pa.uint64()),
        Kind.JSON: pa.string(),
    }
    fields = [
        pa.field(
            column.name,
            types[column.kind],
            nullable=not column.required,
            metadata={"meaning": column.meaning, "unit": column.unit},
        )
        for column in table.columns
    ]
    return pa.schema(fields, metadata={"title": table.meaning})


def _arrow_value(column: Column[Any], value: Any) -> datetime | date | Sequence[Any] | str | float | None:
    return facts.moment(value) if column.kind is Kind.TIME else value
