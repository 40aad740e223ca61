"""From folders to entries of the index: what changed, what is new, what is still to be read in full. Blocking.

Many runs are read in a process beside (`reading`); what that one leaves is read here, and repaired where projections
are missing. Tells the index nothing: that is the keeper's.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk.storage import finding, history, older, recovery, scanning
from kiosk.storage.index import Index, lookups
from kiosk.storage.index.entries import RunEntry, entry_of, place_name, told_by
from kiosk.storage.projection import recorded_on
from kiosk.storage.reading import Batch, Reader, read
from kiosk.storage.run_files import RunRecord

log = logging.getLogger(__name__)

_UNMENDED = "unmended"
"""The signature of what is to be looked at again, whether it has changed by then or not."""


class Gatherer:
    """One per keeper. `busy` tells which runs are being recorded here: their folders are left to their recorders."""

    def __init__(self, exports: Path, index: Index, host: str, busy: Callable[[str], bool]) -> None:
        self._exports = exports
        self._index = index
        self._host = host
        self._busy = busy
        self._reader: Reader | None = None
        self._stopped = False
        self._working = threading.Lock()

    def get_help(self) -> None:
        """Read in another process from now on, until `close`."""
        self._reader = self._reader or Reader()

    def close(self) -> None:
        """Read here again."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def stop(self) -> None:
        """Give up what is being read; afterwards nothing is read and nobody asks the index any more."""
        self._stopped = True
        self.close()
        with self._working:
            return

    def changed(self, names: list[str], known: dict[str, tuple[str, str | None]], *, mending: bool) -> list[RunEntry]:
        """The runs that are not as `known` (folder → run id, signature) has them; what is met is taken out of it.

        `mending`: their missing projections are written again.
        """
        found = []
        with self._working:
            for name in names:
                run_id, was = known.pop(name, (name.rpartition("/")[2], None))
                # A run that was only listed so far is read in full behind, with its text.
                if self._stopped or was == "" or self._busy(run_id):
                    continue
                entry = self._changed_entry(name, was, mending=mending)
                if entry is not None:
                    found.append(entry)
        return found

    def elsewhere(self, lost: dict[str, str]) -> tuple[list[RunEntry], list[str]]:
        """Of runs whose folders are gone (folder → run id): those that lie elsewhere, and the ids of all others."""
        found, gone = [], []
        with self._working:
            for name, run_id in lost.items():
                if self._stopped:
                    break
                place = self._index.read_now(lookups.place_of, run_id)
                if place is None or place.folder != name:
                    continue  # it was found at its new place already
                folder = finding.search(self._exports, run_id)
                entry = self._changed_entry(place_name(folder, self._exports), None) if folder is not None else None
                if entry is not None:
                    found.append(entry)
                else:
                    gone.append(run_id)
        return found, gone

    def one(self, name: str) -> RunRecord | None:
        """The run in a folder as it is; None if there is none, or if it is a copy of one that is listed."""
        record = scanning.read(self._exports / name)
        return None if record is None or self._is_a_copy(record, name) else record

    def first(self, names: list[str]) -> list[RunEntry]:
        """Entries without texts, which follow when all runs are listed."""
        with self._working:
            names = [name for name in names if not self._busy(name.rpartition("/")[2])]
            found = self._read_beside(names, in_full=False)
            for place, entry in enumerate(found):
                if entry is None and not self._stopped:
                    found[place] = self._first_entry(names[place])
        return [entry for entry in found if entry is not None]

    def whole(self, places: list[lookups.Place]) -> list[RunEntry]:
        """Runs with their texts; those that are gone are left out."""
        with self._working:
            found = self._read_beside([place.folder for place in places], in_full=True)
            for number, place in enumerate(places):
                if found[number] is None and not self._stopped:
                    record, _ = self.read_whole(self._exports / place.folder)
                    found[number] = entry_of(record, self._exports) if record is not None else None
        return [entry for entry in found if entry is not None]

    def older(self, path: Path) -> RunEntry | None:
        """The run of an older program's history record, damaged if it cannot be read; None if the record is ours."""
        try:
            record = history.read_older(path)
        except OSError as error:
            log.warning("a history record cannot be read: %s", error.strerror)
            return None
        if record is None:
            broken = older.of_broken_history(path)
            return entry_of(broken, self._exports) if broken is not None else None
        if recorded_on(record.items) is not None:
            # A record of ours is a projection: it tells nothing that its journal does not.
            return None
        alone = entry_of(older.of_history(path, record), self._exports)
        alone = msgspec.structs.replace(alone, row=told_by(record, alone.row))
        place = self._index.read_now(lookups.place_of, record.run_id)
        folder = finding.place_of(self._exports, place.folder) if place is not None else None
        run = scanning.read(folder) if folder is not None and folder.is_dir() else None
        if run is None:
            return alone
        whole = entry_of(run, self._exports)
        return msgspec.structs.replace(whole, row=told_by(record, whole.row))

    def read_whole(self, folder: Path) -> tuple[RunRecord | None, bool]:
        """A run with its projections repaired where some were missing, and whether that was so."""
        record = scanning.read(folder)
        if record is None or self._busy(record.metadata.run_id):
            return record, False
        if not recovery.needs_repair(record, self._exports, self._host):
            return record, False
        try:
            recovery.repair_projections(record, self._exports)
        except OSError as error:
            log.warning("projections were not repaired: %s", error.strerror)
        return scanning.read(folder), True

    def _read_beside(self, names: list[str], *, in_full: bool) -> list[RunEntry | None]:
        """Entries read in another process if there are many to read; None where that one could not tell."""
        if self._stopped:
            return [None] * len(names)
        batch = Batch(str(self._exports), names, in_full, self._host)
        return self._reader.read(batch) if self._reader is not None else read(batch)

    def _changed_entry(self, name: str, was: str | None, *, mending: bool = False) -> RunEntry | None:
        folder = self._exports / name
        now = scanning.signature_of_run(folder)
        if now is None or now == was:
            return None
        record = self.read_whole(folder)[0] if mending else scanning.read(folder)
        if record is None or self._is_a_copy(record, name):
            return None
        entry = entry_of(record, self._exports)
        if not mending and recovery.needs_repair(record, self._exports, self._host):
            return msgspec.structs.replace(entry, signature=_UNMENDED)
        return entry

    def _first_entry(self, name: str) -> RunEntry | None:
        folder = self._exports / name
        if self._busy(folder.name) or scanning.signature_of_run(folder) is None:
            return None
        record = scanning.read(folder)
        if record is None or self._is_a_copy(record, name):
            return None
        return entry_of(record, self._exports, text=False)

    def _is_a_copy(self, record: RunRecord, relative: str) -> bool:
        """Whether the same run is listed already, from another folder that is still there."""
        place = self._index.read_now(lookups.place_of, record.metadata.run_id)
        return place is not None and place.folder != relative and (self._exports / place.folder).is_dir()
