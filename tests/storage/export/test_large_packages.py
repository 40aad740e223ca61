"""What is written about a package needs no more memory for many runs than for few.

Measured in processes of their own.
"""

import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = """
import resource, sys
from pathlib import Path
from kiosk.storage.export import PackageFacts, Profile, crate, pages, tables
from tests.storage.export import runs

ABOUT = PackageFacts(title="t", profile=Profile.FULL, created="2026-03-02T13:00:00+01:00")
WRITE = {
    "tables": lambda folder, of: tables.write_tables(folder, of),
    "crate": lambda folder, of: crate.write_crate(folder / crate.NAME, of, ABOUT, folder),
    "pages": lambda folder, of: pages.write_pages(folder, of, ABOUT, lambda run, n: None),
}
kind, place, few, many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
peaks = []
for count in (few, many):
    folder = place / str(count)
    folder.mkdir()
    WRITE[kind](folder, runs.many(count))
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(peaks[1] - peaks[0])
"""
MOST_KIB = 24 * 1024


@pytest.mark.parametrize(
    ("kind", "few", "many"), [("tables", 3_000, 9_000), ("crate", 2_000, 10_000), ("pages", 500, 3_000)]
)
def test_memory_does_not_grow_with_the_number_of_runs(tmp_path: Path, kind: str, few: int, many: int) -> None:
    command = [sys.executable, "-c", MEASURE, kind, str(tmp_path), str(few), str(many)]
    measured = subprocess.run(command, capture_output=True, text=True, check=True, timeout=110, cwd=Path.cwd())
    assert int(measured.stdout) < MOST_KIB


def test_pyarrow_is_not_loaded_before_tables_are_written() -> None:
    look = (
        "import sys, kiosk.app, kiosk.storage.export.tables; print('pyarrow' in sys.modules, 'duckdb' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.split() == ["False", "False"]
