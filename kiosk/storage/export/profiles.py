"""How runs leave: byte for byte, without names, or only what may be shown to everybody.

*full* copies; only runs with consent for research, or the teacher's own archive when that is said. The others derive
copies (`derived`, `public`). Nothing here writes. Blocking.
"""

from kiosk.records import HistoryRecord, RunMetadata
from kiosk.storage.accounts import history_record
from kiosk.storage.export.answers import LeftOut
from kiosk.storage.export.plan import Chosen, Piece, files_of, own_place
from kiosk.storage.run_files import RunRecord


class Full:
    """Run folders as they are. `own_archive`: also those without consent for research, for the school alone."""

    def __init__(self, *, own_archive: bool) -> None:
        self._own_archive = own_archive

    def refuses(self, record: RunRecord, chosen: Chosen) -> LeftOut | None:
        """Without consent for research a run stays in the school."""
        del chosen
        return None if self._own_archive else refuses_research(record)

    def place(self, record: RunRecord, source: str) -> str:
        """As it lies below `exports/json`."""
        del record
        return own_place(source)

    def pieces(self, record: RunRecord, stars: list[tuple[str, int]]) -> list[Piece]:
        """Every file."""
        del stars
        return files_of(record.folder)

    def told(self, record: RunRecord, stars: list[tuple[str, int]]) -> tuple[RunMetadata, HistoryRecord]:
        """Everything."""
        del stars
        return record.metadata, history_record(record.items, record.metadata)


def refuses_research(record: RunRecord) -> LeftOut | None:
    """A run without consent for research stays out."""
    if record.metadata.consent.research:
        return None
    return LeftOut(run_id=record.metadata.run_id, why="consent")
