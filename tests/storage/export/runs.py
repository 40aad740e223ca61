"""Runs as packages have them, for tests: from items in memory, or from recorded folders."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

from kiosk.records import FileFacts, ItemType, RunItem, RunStart
from kiosk.storage.accounts import history_record
from kiosk.storage.export import RunInPackage
from kiosk.storage.projection import fold
from kiosk.storage.run_files import read_run
from tests.storage import kit

BEGAN = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
LENSES = ("dada", "bauhaus", "haiku", "user_defined", "stillepost")


def run_of(
    items: Sequence[RunItem], *, number: int = 0, folder: Path = Path("nowhere"), **facts: object
) -> RunInPackage:
    """A run of these items, begun `number` minutes after the first; `facts` are those of its `RunStart`."""
    began = BEGAN + timedelta(minutes=number)
    milliseconds = int(began.timestamp() * 1000)
    known = {
        "run_id": f"run_{milliseconds}_{number:08x}",
        "execution_id": f"exec_{began:%Y%m%d_%H%M%S}_{number:08x}",
        "schema": LENSES[number % len(LENSES)],
        "device_id": f"kiosk-{number % 5}",
        "started": began,
        **facts,
    }
    start = msgspec.convert(known, RunStart)
    first = kit.item(ItemType.PIPELINE_START, metadata={**msgspec.to_builtins(start), "app_version": "0.1"})
    numbered = [
        msgspec.structs.replace(
            one,
            sequence_number=place,
            timestamp=(began + timedelta(seconds=place)).isoformat(timespec="milliseconds"),
        )
        for place, one in enumerate([first, *items], start=1)
    ]
    metadata = fold(numbered).metadata()
    device = metadata.device_id or "unknown"
    return RunInPackage(
        metadata=metadata,
        record=history_record(numbered, metadata),
        folder=folder,
        place=f"runs/{began:%Y-%m-%d}/{device}/{metadata.run_id}",
    )


def saved(one: RunItem, name: str, data: bytes = b"x", mime_type: str = "text/plain") -> RunItem:
    """An item with the facts of a file."""
    return msgspec.structs.replace(one, file_path=name, file=FileFacts(mime_type, len(data), f"{len(data):064x}"))


def usual(number: int, text: str = "Ein Bär tanzt auf der Straße") -> RunInPackage:
    """A run as most are: idea, verdict, rewriting, every third time an edit, a picture."""
    edits = [
        kit.item(
            ItemType.USER_EDIT, f"{text}!", metadata={"edited": True, "entity_type": "interception", "replaces": 4}
        )
    ]
    return run_of(
        [
            saved(kit.idea(f"{text} {number}"), "prompting_process/001_input.txt"),
            kit.verdict(),
            saved(kit.rewritten(f"{number}: {text[::-1]}"), "prompting_process/003_interception.txt"),
            *(edits if number % 3 == 0 else []),
            saved(kit.picture_item(seed=(1 << 64) - 1 - number), "final/01_output_image.png", b"p" * 9, "image/png"),
            kit.end(),
        ],
        number=number,
    )


def many(count: int) -> Iterator[RunInPackage]:
    """As many usual runs, made one at a time."""
    return (usual(number) for number in range(count))


def recorded(exports: Path) -> Iterable[RunInPackage]:
    """The runs that a program has recorded below an exports folder, oldest first."""
    for journal in sorted(exports.glob("json/*/*/*/journal.jsonl"), key=lambda path: path.parent.name):
        record = read_run(journal.parent)
        place = "runs/" + journal.parent.relative_to(exports / "json").as_posix()
        yield RunInPackage(
            metadata=record.metadata,
            record=history_record(record.items, record.metadata),
            folder=journal.parent,
            place=place,
        )
