"""A drive, a house with runs, and packing in the test's own process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit  # type: ignore[import-untyped] # ships no types
import msgspec

from kiosk.records import Consent
from kiosk.storage.export import Profile, plan
from kiosk.storage.export.answers import Selection
from kiosk.storage.export.meter import Meter, Told
from kiosk.storage.export.onboard import SHELF
from kiosk.storage.export.packing import Outcome, Packer
from kiosk.storage.export.plan import Chosen, Task
from kiosk.storage.export.profiles import manner_of
from kiosk.storage.library import Library

RESEARCH = Consent(research=True, basis="parents' letter of 2026")
EVERYTHING = Consent(research=True, public=True)


def task_for(opened: Library, drive: Path, name: str = "export-1", **facts: Any) -> Task:
    """A task whose work lies beside the library's state."""
    drive.mkdir(exist_ok=True)
    state = opened.exports.parent / "state"
    known: dict[str, Any] = {
        "id": name,
        "exports": opened.exports,
        "state": state,
        "work": state / "exports" / name,
        "target": drive,
        "file_system": "ext4",
        "profile": Profile.FULL,
        "own_archive": False,
        "prompts": False,
        "organization": "Schule am Fluss",
        "licence": "CC BY-NC 4.0",
        "language": "de",
        "app_version": "0.1",
        "group": f"atelier-kiosk-{abs(hash(name)):08x}"[:22],
        "created": "2026-11-21T10:00:00.000+01:00",
    }
    return Task(**{**known, **facts})


async def pack(
    opened: Library,
    task: Task,
    *,
    selection: Selection | None = None,
    obey: Callable[[], None] = lambda: None,
    heard: list[Told] | None = None,
) -> Outcome:
    """Make a package; a plan that is there is gone on with."""
    told: list[Told] = heard if heard is not None else []
    chosen = await opened.caretaker.chosen(selection or Selection())
    return pack_chosen(task, [Chosen(run.folder, run.stars) for run in chosen], obey, told)


def pack_chosen(task: Task, chosen: list[Chosen], obey: Callable[[], None], told: list[Told]) -> Outcome:
    """The same without a library."""
    task.work.mkdir(parents=True, exist_ok=True)
    manner = manner_of(task)
    meter = Meter(task.work, told.append, obey)
    if not plan.is_made(task):
        plan.make(task, manner, chosen, meter.plan)
    outcome = Packer(task, manner, meter).run()
    meter.close()
    return outcome


def bags(drive: Path) -> list[Path]:
    """The bags on a drive, oldest first."""
    return sorted(place for place in (drive / SHELF).iterdir() if place.is_dir() and place.suffix != ".partial")


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by relative name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def report(folder: Path) -> dict[str, Any]:
    """What a bag's report says."""
    said: dict[str, Any] = msgspec.json.decode((folder / "export-report.json").read_bytes())
    return said


def is_valid(folder: Path) -> bool:
    """What the Library of Congress's tool says of a bag."""
    return bool(bagit.Bag(str(folder)).is_valid())
