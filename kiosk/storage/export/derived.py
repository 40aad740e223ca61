"""A run without the names in it: a journal chained anew, and all that follows from that journal.

Device ids, user labels and host names become keyed hashes wherever a record says them; process ids and boots go. What
children wrote and made is not altered: it may hold names, and the package says so. Media are copies that carry marks
and nothing of a box. The first item says what it was derived from. The same run and key give the same copy. Blocking.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.records import END_ITEM_TYPES, FileFacts, ItemType, MediaType, RunItem
from kiosk.storage import finding
from kiosk.storage.errors import UnknownRun
from kiosk.storage.export import Profile
from kiosk.storage.export.answers import LeftOut
from kiosk.storage.export.marking import write_marked
from kiosk.storage.export.marks import marks_of
from kiosk.storage.export.plan import LeftOutError, Piece
from kiosk.storage.export.workshop import CannotBeMarked
from kiosk.storage.journal import FIRST, chained
from kiosk.storage.projection import OUTPUT_TYPES, fold
from kiosk.storage.run_files import JOURNAL, METADATA, WORKFLOW, RunRecord
from kiosk.storage.run_folder import metadata_json

_LEFT_AS_IT_IS = frozenset({"", "anonymous", "default", "unknown"})
_DROPPED = ("pid", "boot_id")
_MADE_BY_A_BOX = OUTPUT_TYPES | {ItemType.STEP_OUTPUT, ItemType.NODE_OUTPUT}
_SHORTEST = 4


class Rules(Struct, frozen=True, kw_only=True):
    """What is kept: `texts` and everything else, or only start, end and media; `media` by sequence number, None: all.

    `prompts`: whether marks tell what was asked for. `keys`: with whose key copies are signed; None: unsigned,
    because a signature tells which kiosk made them.
    """

    profile: Profile
    texts: bool
    media: frozenset[int] | None
    prompts: bool
    keys: Path | None = None


def codes_for(record: RunRecord, key: bytes) -> dict[str, str]:
    """The code for every name that a run's records say: of its device, its person, the machines that recorded it."""
    run = record.metadata
    names = {(run.device_id or "", "device"), (run.user_id, "person")}
    for item in record.items:
        if item.item_type is ItemType.PIPELINE_START:
            for name, kind in (("host", "host"), ("device_id", "device"), ("user_id", "person")):
                value = item.metadata.get(name)
                if isinstance(value, str):
                    names.add((value, kind))
    return {
        name: f"{kind}-{hashlib.blake2b(f'{kind} {name}'.encode(), key=key, digest_size=6).hexdigest()}"
        for name, kind in sorted(names)
        if name not in _LEFT_AS_IT_IS
    }


class Derived:
    """A derived run. `codes` are put in the place of names."""

    def __init__(self, record: RunRecord, codes: Mapping[str, str], rules: Rules) -> None:
        self._record = record
        self._codes = codes
        self._rules = rules
        # The longest first: a name may hold another.
        names = sorted((re.escape(name) for name in codes if len(name) >= _SHORTEST), key=len, reverse=True)
        self._names = re.compile(rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])") if names else None

    def pieces(self, bench: Path | None) -> list[Piece]:
        """All files; without a bench only their names and about their sizes. Raises `OSError`, `LeftOutError`."""
        places: dict[int, int] = {}
        kept: list[RunItem] = []
        files: list[Piece] = []
        for item in self._record.items:
            if not self._keeps(item):
                continue
            places[item.sequence_number] = len(kept) + 1
            piece = self._file(item, bench)
            kept.append(self._renamed(item, places, piece))
            if piece is not None:
                files.append(piece)
        return [*self._records(kept), *files]

    def _keeps(self, item: RunItem) -> bool:
        if item.item_type in OUTPUT_TYPES and self._rules.media is not None:
            return item.sequence_number in self._rules.media
        if item.item_type is ItemType.PIPELINE_START or item.item_type in END_ITEM_TYPES:
            return True
        if self._rules.media is None:
            return True
        # For the public: words only when they may be told, and nothing that a person brought in.
        return self._rules.texts and item.media_type is MediaType.TEXT

    def _file(self, item: RunItem, bench: Path | None) -> Piece | None:
        if item.file is None or item.file_path is None:
            return None
        if item.content is not None:
            data = item.content.encode()
            return Piece(name=item.file_path, size=len(data), data=data)
        try:
            source = finding.file_in(self._record.folder, item.file_path)
            size = source.stat().st_size
        except (UnknownRun, FileNotFoundError):
            return None
        if item.item_type not in _MADE_BY_A_BOX or bench is None:
            return Piece(name=item.file_path, size=size, source=source)
        target = bench / item.file_path.replace("/", "_")
        marks = marks_of(self._record.metadata, item, with_prompt=self._rules.prompts)
        try:
            write_marked(source, target, marks, self._rules.keys)
        except CannotBeMarked as error:
            left = LeftOut(run_id=self._record.metadata.run_id, why="unmarkable", detail=item.file_path)
            raise LeftOutError(left) from error
        return Piece(name=item.file_path, size=target.stat().st_size, source=target)

    def _renamed(self, item: RunItem, places: Mapping[int, int], piece: Piece | None) -> RunItem:
        metadata = {name: self._coded(value) for name, value in item.metadata.items() if name not in _DROPPED}
        replaces = metadata.get("replaces")
        if isinstance(replaces, int):
            metadata["replaces"] = places.get(replaces, replaces)
        if not self._rules.prompts:
            metadata.pop("prompt", None)
        if item.item_type is ItemType.PIPELINE_START and not item.metadata.get("continues"):
            metadata["derived"] = {
                "profile": str(self._rules.profile),
                "from_items": len(self._record.items),
                "from_last_h": self._record.metadata.last_h,
            }
        changes: dict[str, Any] = {"sequence_number": places[item.sequence_number], "metadata": metadata}
        if item.item_type in END_ITEM_TYPES and item.content is not None and not self._rules.texts:
            changes["content"] = None
        if piece is None:
            changes |= {"file": None, "file_path": None}
        elif piece.source is not None and item.file is not None:
            with piece.source.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            changes["file"] = FileFacts(mime_type=item.file.mime_type, size_bytes=piece.size, sha256=digest)
        return msgspec.structs.replace(item, **changes)

    def _coded(self, value: Any) -> Any:
        if isinstance(value, str):
            if value in self._codes:
                return self._codes[value]
            return self._names.sub(lambda found: self._codes[found[0]], value) if self._names is not None else value
        if isinstance(value, dict):
            return {key: self._coded(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [self._coded(entry) for entry in value]
        return value

    def _records(self, items: list[RunItem]) -> list[Piece]:
        """Journal, metadata and workflow of the derived run."""
        h = FIRST
        lines = []
        for item in items:
            line, h = chained(h, msgspec.json.encode(item))
            lines.append(line)
        journal = b"".join(lines)
        metadata = metadata_json(fold(items).metadata(h), {})
        made = [
            Piece(name=JOURNAL, size=len(journal), data=journal),
            Piece(name=METADATA, size=len(metadata), data=metadata),
        ]
        workflow = items[0].metadata.get("workflow") if items and self._rules.texts else None
        if workflow is not None:
            data = msgspec.json.format(msgspec.json.encode(workflow), indent=2) + b"\n"
            made.append(Piece(name=WORKFLOW, size=len(data), data=data))
        return made
