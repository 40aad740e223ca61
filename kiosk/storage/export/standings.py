"""How packages stand, kept in the state folder so that they can go on after the program was ended.

A file for each package, and beside it a folder with its plan and notes, which goes when the package has ended.
"""

import logging
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from kiosk import durable as disk
from kiosk.records import to_json
from kiosk.storage.export import worker
from kiosk.storage.export.answers import ENDED, Export
from kiosk.storage.export.onboard import partial_of
from kiosk.storage.export.plan import Chosen

log = logging.getLogger(__name__)


class Standings:
    """The packages of one state folder. `keep` may be called on the event loop; the rest blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="exports")

    def work(self, export_id: str) -> Path:
        """The folder of a package's plan and notes."""
        return self._folder / export_id

    def read(self) -> list[Export]:
        """All that are kept; files that cannot be read are left out."""
        found = []
        for path in sorted(self._folder.glob("export-*.json")) if self._folder.is_dir() else []:
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=Export))
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                continue
        return found

    def keep(self, export: Export, forgotten: Sequence[str]) -> None:
        """Write how a package stands, in the order in which it was said; files of `forgotten` ones go."""
        self._writer.submit(self._write, export, forgotten)

    def note_chosen(self, export_id: str, chosen: Iterable[Chosen]) -> None:
        """Note the runs that were asked for. Raises `OSError`."""
        disk.make_folders(self.work(export_id), durable=False)
        with (self.work(export_id) / worker.CHOSEN).open("wb") as file:
            file.writelines(msgspec.json.encode(one) + b"\n" for one in chosen)

    def take_partial_away(self, export_id: str, place: Path) -> None:
        """Take the unfinished bag of a package off a drive, if it is there."""
        partial = partial_of(self.work(export_id), place)
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)

    def close(self) -> None:
        """Wait until all is written."""
        self._writer.shutdown()

    def _write(self, export: Export, forgotten: Sequence[str]) -> None:
        try:
            disk.make_folders(self._folder, durable=False)
            disk.replace(self._folder / f"{export.id}.json", to_json(export), durable=False)
        except OSError as error:
            log.warning("a package's state could not be written: %s", error.strerror)
        for export_id in forgotten:
            disk.remove_quietly(self._folder / f"{export_id}.json")
        if export.state in ENDED:
            shutil.rmtree(self.work(export.id), ignore_errors=True)
