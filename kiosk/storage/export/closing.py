"""What goes into a bag besides runs, and its closing: notes, tables, crate and pages; tags; the name. Blocking."""

import errno
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import durable as disk
from kiosk.records import timestamp
from kiosk.storage.export import PackageFacts, Profile, RunInPackage, bag, crate, pages, stick, tables
from kiosk.storage.export.answers import BagMade
from kiosk.storage.export.ledger import Ledger
from kiosk.storage.export.meter import Meter
from kiosk.storage.export.notes import consent_note, consent_sentence, licence_note
from kiosk.storage.export.onboard import RUN_LIST, bags_on
from kiosk.storage.export.page_pictures import page_pictures
from kiosk.storage.export.plan import RECORDS, RUNS, Manner, Planned, Task, in_package, planned, write_work

REPORT = "export-report.json"
GROUPS = "groups.txt"
_GROUP = "group.txt"

_MOST_NAMED = 1_000

_PERSONAL = {
    Profile.FULL: "pseudonymous ids, free text and pictures by children",
    Profile.PSEUDONYMOUS: "keyed hashes for ids, free text and pictures by children",
    Profile.PUBLIC: "works chosen and released for the public",
}


def name_of(task: Task, shelf: Path) -> tuple[str, str, int]:
    """Name, group and number of the next bag: those of this house on the drive are continued, else a new group."""
    own = _own_groups(task)
    group = _group_before(task) or task.group
    for folder in bags_on(shelf) if group == task.group and group not in own else []:
        info = bag.read_info(folder)
        told = info.get("Bag-Group-Identifier", "")
        if told in own and info.get("Kiosk-Profile") == task.profile:
            group = told
            break
    number = own.get(group, 0) + 1
    _note_groups(task, own | {group: number}, group)
    stamp = "".join(character for character in timestamp()[:19] if character.isdigit() or character == "T")
    return f"{stamp}_{group.rpartition('-')[2]}_{number:03d}", group, number


def new_group() -> str:
    """A name for bags that belong together."""
    return f"atelier-kiosk-{secrets.token_hex(4)}"


def _own_groups(task: Task) -> dict[str, int]:
    path = task.work.parent / GROUPS
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        return {name: int(number) for name, _, number in (line.partition(" ") for line in lines)}
    except (OSError, ValueError):
        return {}


def _group_before(task: Task) -> str:
    """The group of the bags that this package has made already."""
    try:
        return (task.work / _GROUP).read_text(encoding="ascii")
    except OSError:
        return ""


def _note_groups(task: Task, groups: dict[str, int], group: str) -> None:
    text = "".join(f"{name} {number}\n" for name, number in groups.items())
    write_work(task.work / _GROUP, [group.encode()])
    write_work(task.work.parent / GROUPS, [text.encode()])


def describe(task: Task, manner: Manner, ledger: Ledger, folder: Path, meter: Meter) -> list[tuple[str, str, int]]:
    """Write all that is about the runs into `data/`, confirm it, read it back; returns (path, sha256, size).

    Raises `OSError`, also for a file that the drive does not keep.
    """
    data = folder / bag.DATA
    facts, bases = _survey(task, manner, ledger, data)
    _clear(data)
    (data / "CONSENT.md").write_text(consent_note(facts, bases), encoding="utf-8")
    (data / "LICENCE.md").write_text(licence_note(facts), encoding="utf-8")

    def runs() -> Iterator[RunInPackage]:
        for run in in_package(task, manner, packed(task, ledger), data):
            meter.heed(0)
            yield run

    tables.write_tables(data, runs())
    with page_pictures(task, derives=manner.derives) as thumbnail:
        pages.write_pages(data, runs(), facts, thumbnail)
    # Last: it describes what lies beside it.
    crate.write_crate(data / crate.NAME, runs(), facts)
    return _confirmed(data, meter)


def close_bag(task: Task, ledger: Ledger, folder: Path, about: list[tuple[str, str, int]], meter: Meter) -> BagMade:
    """Write the manifests and tags of a bag whose payload is there; `bagit.txt` is the last. Raises `OSError`."""

    def payload() -> Iterator[tuple[str, str, int]]:
        for path, sha256, size in about:
            yield path, sha256, size
        for run in ledger.written():
            for name, size, sha256 in run.files:
                yield f"{run.place}/{name}" if name else run.place, sha256, size

    runs = ledger.count
    info = [
        ("Source-Organization", task.organization),
        ("Bagging-Date", timestamp()[:10]),
        ("External-Identifier", ledger.name or ""),
        ("External-Description", f"{runs} runs of Atelier Kiosk, profile {task.profile}"),
        ("Bag-Group-Identifier", ledger.group),
        ("Bag-Count", f"{ledger.number} of ?"),
        ("Bag-Software-Agent", f"Atelier Kiosk {task.app_version}"),
        ("Kiosk-Profile", str(task.profile)),
        ("Kiosk-Runs", str(runs)),
        ("Contains-Personal-Data", _PERSONAL[task.profile]),
    ]
    report = {
        "profile": task.profile,
        "own_archive": task.own_archive,
        "runs": runs,
        "already_on_this_drive": meter.known,
        "left_out": meter.left_out_by,
        "verified": stick.how_verified(),
        "created": task.created,
        "app_version": task.app_version,
    }
    tags = {
        RUN_LIST: (msgspec.json.encode(run) + b"\n" for run in ledger.runs()),
        REPORT: [msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"],
    }
    sealed = bag.close(folder, payload(), info, tags)
    return BagMade(
        name=ledger.name or "",
        number=ledger.number,
        runs=runs,
        files=sealed.files,
        bytes=sealed.bytes,
        seal=sealed.seal[:8],
    )


def _survey(task: Task, manner: Manner, ledger: Ledger, data: Path) -> tuple[PackageFacts, dict[str, int]]:
    """What the package says about itself, and the bases of consent that its runs name, counted."""
    sessions: set[str] = set()
    bases: dict[str, int] = {}
    for run in in_package(task, manner, packed(task, ledger), data):
        if len(sessions) < _MOST_NAMED:
            sessions.add(run.metadata.session_id)
        basis = run.metadata.consent.basis or ""
        if basis in bases or len(bases) < _MOST_NAMED:
            bases[basis] = bases.get(basis, 0) + 1
    language: Literal["de", "en"] = "en" if task.language.startswith("en") else "de"
    facts = PackageFacts(
        title=f"Atelier Kiosk, {task.created[:10]}",
        profile=task.profile,
        created=task.created,
        session_ids=sorted(sessions),
        licence=task.licence or None,
        consent_note=consent_sentence(task.profile, language, own_archive=task.own_archive),
        language=language,
        app_version=task.app_version,
        bag_group=ledger.group,
        bag_number=ledger.number,
        lens_names=task.lens_names,
    )
    return facts, bases


def packed(task: Task, ledger: Ledger) -> Iterator[Planned]:
    """The lines of the plan whose runs are in this bag."""
    marks = ledger.marks()
    return (run for run in planned(task) if marks.get(run.run_id) == run.mark)


def _about(data: Path) -> Iterator[Path]:
    for place in data.iterdir():
        if place.name in (RUNS, RECORDS):
            continue
        if place.is_dir():
            yield from (path for path in place.rglob("*") if path.is_file())
        else:
            yield place


def _clear(data: Path) -> None:
    """Take away what an interrupted description left."""
    for path in list(_about(data)):
        path.unlink()


def _confirmed(data: Path, meter: Meter) -> list[tuple[str, str, int]]:
    """Confirm what was written by plain means, files first and then their folders, and read it back."""
    hashes: dict[Path, str] = {}
    for path in sorted(_about(data)):
        meter.heed(0)
        stick.confirm(path)
        with path.open("rb") as file:
            hashes[path] = hashlib.file_digest(file, "sha256").hexdigest()
    for folder in sorted({parent for path in hashes for parent in path.parents if parent.is_relative_to(data)}):
        disk.sync_folder(folder)
    found = []
    for path, written in hashes.items():
        meter.heed(0)
        there = stick.read_back(path)
        if there.sha256 != written:
            raise OSError(errno.EIO, "the drive does not keep what is written")
        found.append((path.relative_to(data).as_posix(), there.sha256, there.size))
    return found
