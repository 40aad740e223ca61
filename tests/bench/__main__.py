"""`python -m tests.bench [ROW ...] [--runs N] [--json F] [--markdown F] [--work FOLDER]`: measure, print the table.

Rows are named as in docs/quality.md (S1, S2 ...); without a name all are measured. The large archive is made once
and takes a minute or two; with `--work` it is kept for the next time.
"""

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
from tests.bench import archive, boxes, packages, page, pipeline, safety, saving
from tests.bench.archive import Archives
from tests.bench.table import Row

Bench = Callable[[Path, Archives], list[Row]]
BENCHES: dict[Bench, tuple[str, ...]] = {
    lambda folder, _: saving.thousand_texts(folder): ("S1",),
    lambda folder, _: saving.realistic(folder): ("S2",),
    lambda folder, _: archive.events(folder): ("S9",),
    lambda folder, _: archive.small_pictures_of(folder): ("S14",),
    lambda folder, _: [*pipeline.rows(folder), *boxes.rows(folder)]: ("S7", "S8"),
    lambda folder, _: safety.rows(folder): ("S12",),
    lambda folder, archives: packages.rows(folder, archives.sizes[-1] // 100): ("S13",),
    lambda _, archives: archives.rebuilt(): ("S11",),
    lambda _, archives: archives.listed(): ("S3",),
    lambda _, archives: archives.starred(): ("S4",),
    lambda _, archives: archives.started(): ("S10", "S15"),
    lambda folder, _: page.arriving(folder): ("S9",),
    lambda _, archives: page.rows(archives.beside("pictures"), archives.sizes[-1]): ("S14", "P1"),
    lambda folder, archives: archives.opened(folder): ("S10",),
    lambda _, archives: archives.served(): ("S5", "S6", "S15"),
}
"""What is measured together, and the rows that come of it."""

ROWS = sorted({row for rows in BENCHES.values() for row in rows}, key=lambda row: int(row[1:]))


class Report(msgspec.Struct, kw_only=True):
    """A whole measurement."""

    machine: str
    date: str
    rows: list[dict[str, object]]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ROW", help=f"which rows of {', '.join(ROWS)}; all by default")
    parser.add_argument("--runs", type=int, default=100_000, help="size of the large archive")
    parser.add_argument("--cold", action="store_true", help="measure S11 also with the file cache dropped (root)")
    parser.add_argument("--json", type=Path, help="write the table to this file")
    parser.add_argument("--markdown", type=Path, help="write the table as docs/quality.md has it to this file")
    parser.add_argument("--work", type=Path, help="a folder to keep archives in; else a temporary one")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    wanted = set(chosen.names or ROWS)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=chosen.work) as temporary:
        place = chosen.work or Path(temporary)
        archives = Archives(place, chosen.runs, cold=chosen.cold)
        for number, (bench, named) in enumerate(BENCHES.items()):
            if wanted.intersection(named):
                fresh = Path(temporary) / f"bench-{number}"
                fresh.mkdir()
                rows += [row for row in bench(fresh, archives) if row.row in wanted]
    rows.sort(key=lambda row: int(row.row[1:]))
    _print(rows)
    if chosen.markdown is not None:
        chosen.markdown.write_text("".join(f"| {' | '.join(_cells(row))} |\n" for row in rows), encoding="utf-8")
    if chosen.json is not None:
        plain = [{**msgspec.to_builtins(row), "ratio": row.ratio} for row in rows]
        report = Report(machine=machine(), date=timestamp(), rows=plain)
        chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return 0


def machine() -> str:
    """What measured, in a line."""
    import os

    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _cells(row: Row) -> list[str]:
    measured = f"{row.seconds * 1000:.2f} ms" if row.seconds is not None else ""
    facts = ", ".join(f"{name} {value}".strip() for name, value in row.facts.items())
    floor = f"{row.floor_s * 1000:.2f} ms: {row.floor}" if row.floor_s is not None else ""
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    verdict = "" if row.passed is None else "pass" if row.passed else "MISS"
    return [row.row, row.work, f"{measured} {facts}".strip(), floor, ratio, row.reach, verdict]


def _print(rows: list[Row]) -> None:
    table = Table("row", "work", "measured", "floor", "ratio", "to reach", "", title=f"{machine()}, {timestamp()}")
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=180).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
