"""Faults made on purpose, and what they cost: `python -m tests.faults` prints the counts (quality.md, R rows).

Each module makes one kind of fault and returns a `Finding`. Tests hold small counts of the same; the command
makes as many as asked for.
"""

from collections.abc import Mapping

from msgspec import Struct


class Finding(Struct, frozen=True):
    """What a number of faults did: all `bad` counts must be zero. `facts` say what was exercised."""

    row: str
    fault: str
    count: int
    bad: dict[str, int]
    facts: Mapping[str, int | float | str]

    @property
    def passed(self) -> bool:
        return not any(self.bad.values())
