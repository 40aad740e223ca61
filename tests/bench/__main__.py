"""`python -m tests.bench [NAME ...] [--runs N] [--json FILE] [--work FOLDER]`: measure, print the table."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from kiosk.records import timestamp
from tests.bench import archive, saving
from tests.bench.table import Row

Bench = Callable[[Path, argparse.Namespace], list[Row]]
BENCHES: dict[str, Bench] = {
    "saving": lambda folder, _: saving.rows(folder),
    "archive": lambda folder, chosen: archive.rows(folder, chosen.runs, cold=chosen.cold),
}


class Report(msgspec.Struct, kw_only=True):
    """A whole measurement."""

    machine: str
    date: str
    rows: list[dict[str, object]]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which rows; all by default")
    parser.add_argument("--runs", type=int, default=100_000, help="size of the large archive")
    parser.add_argument("--cold", action="store_true", help="measure S11 also with the file cache dropped (root)")
    parser.add_argument("--json", type=Path, help="write the table to this file")
    parser.add_argument("--work", type=Path, help="a folder to keep archives in; else a temporary one")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=chosen.work) as temporary:
        for name in chosen.names or BENCHES:
            place = (chosen.work or Path(temporary)) / f"bench-{name}"
            place.mkdir(parents=True, exist_ok=True)
            rows += BENCHES[name](place, chosen)
    _print(rows)
    if chosen.json is not None:
        plain = [{**msgspec.to_builtins(row), "ratio": row.ratio} for row in rows]
        report = Report(machine=machine(), date=timestamp(), rows=plain)
        chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return 0


def machine() -> str:
    """What measured, in a line."""
    import os

    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _print(rows: list[Row]) -> None:
    table = Table("row", "work", "measured", "floor", "ratio", "to reach", "", title=f"{machine()}, {timestamp()}")
    for row in rows:
        measured = f"{row.seconds * 1000:.2f} ms" if row.seconds is not None else ""
        facts = ", ".join(f"{name} {value}" for name, value in row.facts.items())
        floor = f"{row.floor_s * 1000:.2f} ms: {row.floor}" if row.floor_s is not None else ""
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        verdict = "" if row.passed is None else "pass" if row.passed else "MISS"
        table.add_row(row.row, row.work, f"{measured} {facts}".strip(), floor, ratio, row.reach, verdict)
    Console(width=180).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
