"""What leaves the house: reports of one run, packages of many, the stick, and the way back in.

A run is handed on as a `RunInPackage`, whoever writes about it. Nothing here changes a run.
"""

from pathlib import Path

from msgspec import Struct

from kiosk.records import HistoryRecord, RunMetadata


class RunInPackage(Struct, frozen=True, kw_only=True):
    """One run as it goes into a package.

    `folder` is where its files lie now; `place` is where they will lie in the package: a relative path with `/`.
    `metadata` and `record` say what the package says about it, which in a derived copy is less than the run knows.
    """

    metadata: RunMetadata
    record: HistoryRecord
    folder: Path
    place: str
