"""Small counts of what `python -m tests.faults` does at full size; each in a process of its own, which forks."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.faults import Finding

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("name", "count"),
    [("kill", 40), ("journal", 1), ("refuse", 2), ("stars", 200), ("index", 6), ("folders", 60), ("clock", 10)],
)
def test_nothing_is_lost(tmp_path: Path, name: str, count: int) -> None:
    report = tmp_path / "findings.json"
    subprocess.run(
        [sys.executable, "-m", "tests.faults", name, "--count", str(count), "--json", str(report)],
        cwd=ROOT,
        check=True,
    )
    finding = msgspec.json.decode(report.read_bytes(), type=list[Finding])[0]
    assert not any(finding.bad.values()), finding.bad
