"""How runs leave: byte for byte, without names, or only what may be shown to everybody.

*full* copies; only runs with consent for research, or the teacher's own archive when that is said. *pseudonymous* and
*public* derive runs (`derived.py`). Nothing here writes but copies on the bench it is given. Blocking.
"""

import secrets
from pathlib import Path

from kiosk import durable as disk
from kiosk.storage.export import Profile
from kiosk.storage.export.answers import LeftOut
from kiosk.storage.export.derived import Derived, Rules, codes_for
from kiosk.storage.export.plan import Chosen, Manner, Piece, Task, WorkFailed, files_of, own_place
from kiosk.storage.export.workshop import KEYS
from kiosk.storage.run_files import JOURNAL, RunRecord

KEY = "pseudonyms.key"


class Full:
    """Run folders as they are. `own_archive`: also those without consent for research, for the school alone."""

    derives = False
    also = ""

    def __init__(self, *, own_archive: bool) -> None:
        self._own_archive = own_archive

    def refuses(self, record: RunRecord, chosen: Chosen) -> LeftOut | None:
        """Without consent for research a run stays in the school."""
        del chosen
        return None if self._own_archive else _refuses_research(record)

    def place(self, record: RunRecord, source: str) -> str:
        """As it lies below `exports/json`."""
        del record
        return own_place(source)

    def pieces(self, record: RunRecord, stars: list[tuple[str, int]], bench: Path | None) -> list[Piece]:
        """Every file."""
        del stars, bench
        return files_of(record.folder)


class Pseudonymous:
    """Derived runs in which codes stand for devices, persons and machines."""

    derives = True
    also = "pseudonymous"

    def __init__(self, key: bytes) -> None:
        self._key = key

    def refuses(self, record: RunRecord, chosen: Chosen) -> LeftOut | None:
        """Without consent for research a run stays in the school; older runs have none."""
        del chosen
        return _refuses_research(record)

    def place(self, record: RunRecord, source: str) -> str:
        """As usual, with the code of the device."""
        return _coded_place(record, source, self._key)

    def pieces(self, record: RunRecord, stars: list[tuple[str, int]], bench: Path | None) -> list[Piece]:
        """The derived journal, what follows from it, texts, and copies of media that hold nothing of a box."""
        del stars
        rules = Rules(profile=Profile.PSEUDONYMOUS, texts=True, media=None, prompts=True)
        return Derived(record, codes_for(record, self._key), rules).pieces(bench)


class Public:
    """Derived runs of starred works with consent to publish, signed; `prompts`: with the words that led to them."""

    derives = True

    def __init__(self, key: bytes, keys: Path, *, prompts: bool) -> None:
        self._key = key
        self._keys = keys
        self._prompts = prompts
        self.also = f"public {prompts}"

    def refuses(self, record: RunRecord, chosen: Chosen) -> LeftOut | None:
        """Without consent to publish, without a star, or hidden from the gallery, a run stays in the school."""
        run_id = record.metadata.run_id
        if not record.metadata.consent.public or not (record.folder / JOURNAL).is_file():
            return LeftOut(run_id=run_id, why="consent")
        return None if self._media(record, chosen.stars) else LeftOut(run_id=run_id, why="not_starred")

    def place(self, record: RunRecord, source: str) -> str:
        """As usual, with the code of the device."""
        return _coded_place(record, source, self._key)

    def pieces(self, record: RunRecord, stars: list[tuple[str, int]], bench: Path | None) -> list[Piece]:
        """The starred works, each marked, and a journal of little more."""
        rules = Rules(
            profile=Profile.PUBLIC,
            texts=self._prompts,
            media=self._media(record, stars),
            prompts=self._prompts,
            keys=self._keys,
        )
        return Derived(record, codes_for(record, self._key), rules).pieces(bench)

    def _media(self, record: RunRecord, stars: list[tuple[str, int]]) -> frozenset[int]:
        """The sequence numbers of the starred works that galleries may show."""
        return frozenset(
            medium.item.sequence_number
            for medium in record.folded.media()
            if medium.shown and medium.item.file is not None and (str(medium.media_type), medium.n) in set(stars)
        )


def manner_of(task: Task) -> Manner:
    """How the task's profile lets runs go. Raises `WorkFailed`."""
    match task.profile:
        case Profile.FULL:
            return Full(own_archive=task.own_archive)
        case Profile.PSEUDONYMOUS:
            return Pseudonymous(_key(task))
        case Profile.PUBLIC:
            return Public(_key(task), task.state / KEYS, prompts=task.prompts)


def _refuses_research(record: RunRecord) -> LeftOut | None:
    if record.metadata.consent.research:
        return None
    return LeftOut(run_id=record.metadata.run_id, why="consent")


def _coded_place(record: RunRecord, source: str, key: bytes) -> str:
    parts = own_place(source).split("/")
    device = codes_for(record, key).get(record.metadata.device_id or "")
    return "/".join([*parts[:2], device or "unknown", parts[-1]])


def _key(task: Task) -> bytes:
    """The secret of this installation by which codes are made; without it nobody can trace them."""
    path = task.work.parent / KEY
    try:
        if not path.exists():
            disk.make_folders(path.parent, durable=True)
            disk.write_new(path, (secrets.token_bytes(32),), durable=True)
        return path.read_bytes()
    except OSError as error:
        raise WorkFailed(error) from error
