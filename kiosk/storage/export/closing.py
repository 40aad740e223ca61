"""What goes into a bag besides runs, and its closing: notes, tables, crate and pages; tags; the name. Blocking."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import durable as disk
from kiosk.records import timestamp
from kiosk.storage.errors import is_full
from kiosk.storage.export import PackageFacts, Profile, RunInPackage, bag, crate, pages, stick, tables, taken_stars
from kiosk.storage.export.answers import BagMade
from kiosk.storage.export.ledger import Ledger
from kiosk.storage.export.meter import Meter
from kiosk.storage.export.notes import consent_note, consent_sentence, licence_note
from kiosk.storage.export.onboard import RUN_LIST, bags_on
from kiosk.storage.export.page_pictures import page_pictures
from kiosk.storage.export.plan import (
    RECORDS,
    RUNS,
    Manner,
    Planned,
    Task,
    WorkFailed,
    in_package,
    planned,
    write_work,
)

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
    """Write all that is about the runs, put it into `data/`, read it back; returns (path, sha256, size).

    Written here first: the libraries that make it know nothing of sticks that are pulled. Raises `OSError` of the
    drive, also for a file that it does not keep, and `WorkFailed`.
    """
    data = folder / bag.DATA
    facts, bases = _survey(task, manner, ledger, data)
    _clear(data)

    def runs() -> Iterator[RunInPackage]:
        for run in in_package(task, manner, packed(task, ledger), data):
            meter.heed(0)
            yield run

    with _bench(task) as bench:
        with _making():
            (bench / "CONSENT.md").write_text(consent_note(facts, bases), encoding="utf-8")
            (bench / "LICENCE.md").write_text(licence_note(facts), encoding="utf-8")
            if task.profile is Profile.FULL:
                # Also those on runs that an earlier bag of this drive has.
                taken_stars.write(task.exports, bench, {run.run_id for run in planned(task)})
            tables.write_tables(bench, runs())
            with page_pictures(task, derives=manner.derives) as thumbnail:
                pages.write_pages(bench, runs(), facts, thumbnail)
        about = _put(bench, data, meter)
    with _bench(task) as bench:
        # Last: it describes what lies beside it, on the drive.
        try:
            crate.write_crate(bench / crate.NAME, runs(), facts, data)
        except OSError as error:
            if is_full(error):
                raise WorkFailed(error) from error
            raise
        return [*about, *_put(bench, data, meter)]


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


@contextmanager
def _bench(task: Task) -> Iterator[Path]:
    """A folder of this machine for what is being made. Raises `WorkFailed`."""
    bench = task.work / "about"
    with _making():
        shutil.rmtree(bench, ignore_errors=True)
        disk.make_folders(bench, durable=False)
    try:
        yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)


@contextmanager
def _making() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkFailed(error) from error


def _put(bench: Path, data: Path, meter: Meter) -> list[tuple[str, str, int]]:
    """Put what was made onto the drive, and read it back; returns (path, sha256, size)."""
    names = [path.relative_to(bench) for path in sorted(bench.rglob("*")) if path.is_file()]
    put = stick.Placer(data).put([(data / name, bench / name) for name in names], lambda _: meter.heed(0))
    for name, copied in zip(names, put, strict=True):
        meter.heed(0)
        if stick.read_back(data / name) != copied:
            raise OSError(errno.EIO, "the drive does not keep what is written")
    return [(name.as_posix(), copied.sha256, copied.size) for name, copied in zip(names, put, strict=True)]
