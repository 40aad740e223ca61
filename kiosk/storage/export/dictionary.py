"""The data dictionary of a package: what every column means, for people (Markdown) and for programs (JSON).

The JSON is a Data Package descriptor (Frictionless Data, Data Package and Table Schema, version 1): tools that know
these read types, units and keys from it. Made from the same columns as the tables themselves.
"""

from pathlib import Path
from typing import Any

import msgspec

from kiosk.storage.export.columns import ITEMS, RUNS, Column, Kind, Table

MARKDOWN = "data-dictionary.md"
JSON = "data-dictionary.json"

_TABLES: tuple[Table[Any], ...] = (RUNS, ITEMS)

# Table Schema's type, Parquet's type, and how CSV writes it.
_KINDS: dict[Kind, tuple[str, str, str]] = {
    Kind.TEXT: ("string", "string", "text"),
    Kind.INTEGER: ("integer", "int64", "digits"),
    Kind.NUMBER: ("number", "double", "digits with a decimal point"),
    Kind.BOOLEAN: ("boolean", "boolean", "true, false"),
    Kind.TIME: ("datetime", "timestamp (UTC, ms)", "ISO 8601 with the local offset as recorded"),
    Kind.DAY: ("date", "date", "YYYY-MM-DD"),
    Kind.SEED: ("integer", "uint64", "digits, up to 2^64 - 1"),
    Kind.TEXTS: ("array", "list of string", "JSON array"),
    Kind.SEEDS: ("array", "list of uint64", "JSON array"),
    Kind.JSON: ("object", "string (JSON)", "JSON object"),
}

_HEAD = """# Data dictionary

Two tables, each as CSV and as Parquet with the same columns. `items.run_id` leads to `runs.run_id`.

| | CSV | Parquet |
|---|---|---|
| good for | looking, spreadsheets | analysis (DuckDB, Python, R) |
| encoding | UTF-8 with byte order mark, commas, CRLF (RFC 4180) | typed columns, zstd |
| not recorded | empty cell | null |
| empty text | `""` | empty string |
| times | as recorded, with the local UTC offset | the instant, in UTC; `runs.utc_offset` has the offset in minutes |
| text that begins with `=` `+` `-` `@`, tab, line break or an apostrophe | one `'` is put in front, so that \
spreadsheets show it and do not calculate it; **take one leading `'` away** to have the text as it was | as it was |

Older runs name no time zone; their times are taken as local time of the machine that made this package, and
`utc_offset` is empty; where a record names no time at all, the run's id tells the instant. Order items by
`sequence_number`, never by time. A spreadsheet cell holds 32,767 characters: longer texts are cut by the spreadsheet,
not in the file.
"""


def write(folder: Path) -> list[Path]:
    """Write both forms into a folder; returns their paths. Raises `OSError`."""
    paths = [folder / MARKDOWN, folder / JSON]
    paths[0].write_text(markdown(), encoding="utf-8")
    paths[1].write_bytes(msgspec.json.format(msgspec.json.encode(descriptor()), indent=2) + b"\n")
    return paths


def markdown() -> str:
    """The dictionary for people, in English and German."""
    return _HEAD + "".join(_section(table) for table in _TABLES)


def descriptor() -> dict[str, Any]:
    """The dictionary for programs: a Data Package descriptor of the two CSV files."""
    return {
        "profile": "tabular-data-package",
        "name": "atelier-kiosk-runs",
        "title": "Runs of Atelier Kiosk",
        "resources": [_resource(table) for table in _TABLES],
    }


def _section(table: Table[Any]) -> str:
    rows = [
        f"| `{column.name}` | {_type(column)} | {column.unit} | {_meaning(column)} | {column.bedeutung} |"
        for column in table.columns
    ]
    head = f"\n## {table.name}\n\n{_sentence(table.meaning)} {_sentence(table.bedeutung)}\n"
    keys = ", ".join(f"`{name}`" for name in table.key)
    return "\n".join(
        [
            f"{head}Key: {keys}.\n",
            "| column | type | unit | meaning | Bedeutung |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _meaning(column: Column[Any]) -> str:
    values = f": {', '.join(f'`{value}`' for value in column.values)}" if column.values else ""
    return f"{column.meaning}{values}".replace("|", "\\|")


def _type(column: Column[Any]) -> str:
    return f"{_KINDS[column.kind][1]}{'' if column.required else ', may be empty'}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _resource(table: Table[Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table is ITEMS:
        schema["foreignKeys"] = [{"fields": "run_id", "reference": {"resource": RUNS.name, "fields": "run_id"}}]
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "parquet": f"{table.name}.parquet",
        "profile": "tabular-data-resource",
        "title": table.meaning,
        "title_de": table.bedeutung,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "header": True,
        },
        "schema": schema,
    }


def _field(column: Column[Any]) -> dict[str, Any]:
    kind, parquet, csv = _KINDS[column.kind]
    field: dict[str, Any] = {
        "name": column.name,
        "type": kind,
        "description": column.meaning,
        "description_de": column.bedeutung,
        "parquet": parquet,
        "csv": csv,
    }
    if kind == "datetime":
        field["format"] = "any"
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = [str(value) for value in column.values]
    if constraints:
        field["constraints"] = constraints
    return field
