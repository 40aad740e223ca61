"""`python -m tests.faults [NAME ...] [--count N] [--seed N] [--json FILE]`: make faults, print what they cost."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.faults import (
    Finding,
    clock,
    folders,
    full,
    index_damage,
    kill,
    mutations,
    powercut,
    pulled,
    refuse,
    stars,
    vfat,
)
from tests.faults.machine import why_not

FAULTS: dict[str, tuple[Callable[[int, int, Path], Finding], int]] = {
    "kill": (kill.run, 200),
    "journal": (mutations.run, 3),
    "full": (full.run, 50),
    "refuse": (refuse.run, 8),
    "stars": (stars.run, 1200),
    "index": (index_damage.run, 30),
    "folders": (folders.run, 1000),
    "clock": (clock.run, 100),
    "powercut": (powercut.run, 60),
    "stick": (pulled.run, 44),
    "sticks": (pulled.run_full, 5),
    "vfat": (vfat.run, 64),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*FAULTS, []], help="which faults; all by default")
    parser.add_argument("--count", type=int, help="how many of each; the number of quality.md by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the findings to this file")
    chosen = parser.parse_args(arguments)
    findings = []
    for name in chosen.names or _possible():
        fault, usual = FAULTS[name]
        with tempfile.TemporaryDirectory() as folder:
            findings.append(fault(chosen.count or usual, chosen.seed, Path(folder)))
    table = Table("row", "fault", "count", "bad", "exercised", "")
    for finding in findings:
        table.add_row(
            finding.row,
            finding.fault,
            str(finding.count),
            ", ".join(f"{name} {count}" for name, count in finding.bad.items()),
            ", ".join(f"{name} {count}" for name, count in finding.facts.items()),
            "pass" if finding.passed else "FAIL",
        )
    Console(width=160).print(table)
    if chosen.json is not None:
        chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(findings), indent=2))
    return 0 if all(finding.passed for finding in findings) else 1


def _possible() -> list[str]:
    """All faults but those that need what this machine does not have, which is said."""
    missing = why_not()
    if missing is None:
        return list(FAULTS)
    sys.stderr.write(f"vfat: left out: {missing}\n")
    return [name for name in FAULTS if name != "vfat"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
