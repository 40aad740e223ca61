"""The files of a run folder: their names and numbers, and reading a run without changing anything.

Reading never raises for damage: it shows what is there and says what is damaged. Blocking.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from kiosk.ids import is_run_id
from kiosk.mediatypes import MIME_TYPES, sniff
from kiosk.records import FileFacts, MediaType, RunItem, RunMetadata, Status
from kiosk.storage.journal import Damage, Lines, parse
from kiosk.storage.locks import is_locked
from kiosk.storage.projection import Fold, fold

JOURNAL = "journal.jsonl"
METADATA = "metadata.json"
WORKFLOW = "workflow.json"
PROMPTING = "prompting_process"
FINAL = "final"
KEPT_APART = "kept_apart"
"""Where blocked pictures lie: for the teacher only, never adopted, listed, shown or handed on."""

_DIGITS = {PROMPTING: 3, FINAL: 2, KEPT_APART: 2}
_DAY = re.compile(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_NAME = re.compile(r"\A([0-9]{2,})_([a-z0-9_]+)\.([a-z0-9]+)\Z")
_BLOCK = 1 << 20
_USUAL_BYTES = 1 << 16

_decoder = msgspec.json.Decoder(RunItem)


class EndedAs(Struct, frozen=True):
    """What `metadata.json` says of the end of its journal."""

    status: Status
    items_count: int
    last_h: str
    end_time: str | None = None
    reason: str | None = None


_said = msgspec.json.Decoder(EndedAs)


class RunRecord(Struct, frozen=True):
    """A run as its folder tells it. `unknown` counts lines of a newer version that are kept but not understood."""

    folder: Path
    items: list[RunItem]
    metadata: RunMetadata
    folded: Fold
    damage: list[Damage]
    unknown: int = 0


def is_day(name: str) -> bool:
    """Whether a folder's name is that of a day."""
    return _DAY.match(name) is not None


def folder_of(exports: Path, run: RunMetadata) -> Path:
    """Where a run of this program lies: below its local start date and its device."""
    return exports / "json" / (run.start_time or "")[:10] / (run.device_id or "") / run.run_id


def read_run(folder: Path) -> RunRecord:
    """Read a run folder that has a journal. Raises `OSError` only when the journal cannot be read at all.

    Who reads at the very moment of a write may see half a line, or an end that the journal did not have yet: what
    seems damaged is read once more, and while somebody records the run a torn end is one that is being written.
    """
    record = _read_now(folder)
    if record.damage:
        record = _read_now(folder)
    if any(damage.kind == "torn" for damage in record.damage) and is_recorded(folder):
        return structs.replace(record, damage=[damage for damage in record.damage if damage.kind != "torn"])
    return record


def is_recorded(folder: Path) -> bool:
    """Whether somebody, here or elsewhere, is recording a run."""
    return is_locked(folder / JOURNAL)


def _read_now(folder: Path) -> RunRecord:
    lines = parse(content_of(f"{folder}/{JOURNAL}"))
    items, unknown = items_of(lines)
    folded = fold(items)
    run = folded.metadata(lines.last_h)
    run.items_count = lines.lines[-1].number if lines.lines else 0
    damage = [*lines.damage, *_gaps(items, lines)]
    if not items:
        damage = damage or [Damage(1, "broken")]
    if run.run_id != folder.name and (is_run_id(folder.name) or not run.run_id):
        # A copy or a renamed folder: it has its name, and the name of its execution stays with the original.
        run.run_id, run.execution_id = folder.name, None
        damage = damage or [Damage(0, "broken")]
    said = ended_as(folder)
    cut = _cut(run, said, max(run.items_count, items[-1].sequence_number if items else 0))
    if said is not None and cut is not None and not run.status.ended:
        # Its end is among the lines that are lost; the other record still tells of it.
        run.status, run.end_time, run.reason = said.status, said.end_time, said.reason
    return RunRecord(folder, items, run, folded, [*damage, cut] if cut else damage, unknown)


def content_of(path: str) -> bytes:
    """The bytes of a file, by as few system calls as can be: it is asked of 100,000 files. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        content = os.read(descriptor, _USUAL_BYTES)
        if len(content) == _USUAL_BYTES:
            with open(descriptor, "rb", closefd=False) as rest:
                content += rest.read()
    finally:
        os.close(descriptor)
    return content


def items_of(lines: Lines) -> tuple[list[RunItem], int]:
    """The items that can be read, and how many whole lines are of a kind that this version does not know."""
    items = []
    unknown = 0
    for line in lines.lines:
        try:
            items.append(_decoder.decode(line.body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            unknown += line.intact
    return items, unknown


def file_name(place: str, number: int, kind: str, extension: str) -> str:
    """The relative name of an entity file."""
    return f"{place}/{number:0{_DIGITS[place]}d}_{kind}.{extension}"


def extension_for(media_type: MediaType) -> tuple[str, str]:
    """MIME type and extension of an item whose content is text."""
    return ("application/json", "json") if media_type is MediaType.METADATA else ("text/plain", "txt")


def last_numbers(folder: Path, items: Iterable[RunItem]) -> dict[str, int]:
    """The highest number ever given in each folder of a run, by items and by what lies there."""
    found = dict.fromkeys(_DIGITS, 0)
    for item in items:
        place, _, name = (item.file_path or "").partition("/")
        if place in found:
            found[place] = max(found[place], _number(name))
    for place in found:
        if (folder / place).is_dir():
            found[place] = max([found[place], *(_number(entry.name) for entry in (folder / place).iterdir())])
    return found


def orphans(folder: Path, items: Iterable[RunItem]) -> list[Path]:
    """Complete files in a run that no item tells of: renamed into place just before a crash, or copied in."""
    known = {item.file_path for item in items}
    return [
        path
        for place in (PROMPTING, FINAL)
        if (folder / place).is_dir()
        for path in sorted((folder / place).iterdir())
        if _NAME.match(path.name) and f"{place}/{path.name}" not in known and path.is_file() and not path.is_symlink()
    ]


def facts_of_file(path: Path) -> FileFacts:
    """MIME type as sniffed (by extension for text), size and hash of a file."""
    size = 0
    digest = hashlib.sha256()
    head = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            head = head or block[:64]
            size += len(block)
            digest.update(block)
    mime = sniff(head) or MIME_TYPES.get(path.suffix.lstrip("."), "application/octet-stream")
    return FileFacts(mime_type=mime, size_bytes=size, sha256=digest.hexdigest())


def media_type_of(path: Path) -> MediaType:
    """The media type that a file's name tells; its extension decides where the name does not."""
    found = _NAME.match(path.name)
    kind = found[2] if found else ""
    for media_type in MediaType:
        if kind == f"output_{media_type}":
            return media_type
    mime = MIME_TYPES.get(path.suffix.lstrip(".").lower(), "")
    families = {"image": MediaType.IMAGE, "audio": MediaType.AUDIO, "video": MediaType.VIDEO}
    if mime == "application/json":
        return MediaType.METADATA
    return families.get(mime.partition("/")[0], MediaType.MODEL_3D if mime.startswith("model/") else MediaType.TEXT)


def mime_type_of(path: Path) -> str:
    """The MIME type of a file by its first bytes, by its extension where these say nothing."""
    with path.open("rb") as file:
        head = file.read(64)
    return sniff(head) or MIME_TYPES.get(path.suffix.lstrip(".").lower(), "application/octet-stream")


def _number(name: str) -> int:
    digits = name.partition("_")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _gaps(items: list[RunItem], lines: Lines) -> list[Damage]:
    expected = [line.number for line in lines.lines]
    if len(items) != len(expected):
        return []
    return [
        Damage(number, "gap") for number, item in zip(expected, items, strict=True) if item.sequence_number != number
    ][:1]


def ended_as(folder: Path) -> EndedAs | None:
    """What `metadata.json` says of the end, if the run had ended when it was written."""
    try:
        said = _said.decode(content_of(f"{folder}/{METADATA}"))
    except (OSError, ValueError, RecursionError):
        return None
    return said if said.status.ended else None


def _cut(run: RunMetadata, said: EndedAs | None, last: int) -> Damage | None:
    """Whether an ended run's `metadata.json` knows of more than the `last` number, or of another last line."""
    if said is None or said.items_count < last:
        return None
    if said.items_count > last:
        return Damage(run.items_count + 1, "cut")
    return None if said.last_h == run.last_h else Damage(run.items_count, "broken")
