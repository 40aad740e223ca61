"""What is on a drive: the folder of all packages, its bags, and the runs in them. Blocking."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiosk import durable as disk
from kiosk.storage.export import bag, stick
from kiosk.storage.export.ledger import Ledger, OnDrive

SHELF = "KIOSK-EXPORT"
"""The one folder that is made on a drive; nothing beside it is touched."""

RUN_LIST = "kiosk-runs.jsonl"
README = "README.txt"

_PROBE = ".kiosk-probe"
_README = """\
Atelier Kiosk

DE  Jeder Ordner hier ist ein Paket (BagIt, RFC 8493) mit allem, was zu den Arbeiten gehoert.
    Zum Ansehen: in einem Paket data/index.html oeffnen. Das geht ohne Internet.
    Zum Pruefen: im Ordner eines Pakets  sha256sum -c manifest-sha256.txt  eingeben.
    Ein Ordner, der auf .partial endet, ist nicht fertig: den Stick wieder am Kiosk einstecken.
    .DS_Store und Dateien, die mit ._ beginnen, legt ein Mac an. Sie schaden nicht.
    Die Dateien sind nicht verschluesselt. Bitte gut auf den Stick aufpassen.

EN  Each folder here is a package (BagIt, RFC 8493) with all that belongs to the works.
    To look at it: open data/index.html in a package. No internet is needed.
    To check it: in the folder of a package, run  sha256sum -c manifest-sha256.txt
    A folder that ends in .partial is not finished: put the stick back into the kiosk.
    A Mac makes .DS_Store and files that begin with ._ ; they do no harm.
    The files are not encrypted. Please take good care of the stick.
"""


def partial_of(work: Path, target: Path) -> Path | None:
    """The unfinished bag of a package on a drive; None if it has none."""
    name = Ledger(work).name
    if name is None or Path(name).name != name or not target.is_absolute():
        return None
    return target / SHELF / f"{name}{bag.PARTIAL}"


def open_shelf(target: Path, shelf: Path) -> None:
    """Make the folder of all packages on a drive, with its README, and try to write there. Raises `OSError`."""
    if not target.is_dir():
        raise FileNotFoundError(2, "the drive is gone", str(target))
    disk.make_folders(shelf, durable=True)
    probe = shelf / _PROBE
    try:
        stick.write(probe, [b"written\n"])
    finally:
        disk.remove_quietly(probe)
    if not (shelf / README).exists():
        stick.write(shelf / README, [_README.encode("ascii")])


def bags_on(shelf: Path) -> list[Path]:
    """The bags that are whole, the newest first."""
    if not shelf.is_dir() or shelf.is_symlink():
        return []
    found = [place for place in shelf.iterdir() if place.suffix != bag.PARTIAL and bag.is_bag(place)]
    return sorted(found, key=lambda place: place.name, reverse=True)


def profile_of(folder: Path) -> str | None:
    """The profile of a bag of ours; None of another's, or one that cannot be read."""
    try:
        return bag.read_info(folder).get("Kiosk-Profile")
    except (OSError, bag.BadBag):
        return None


def known_on(shelf: Path, profile: str, heed: stick.Heed) -> dict[str, str]:
    """The marks of the runs in a drive's bags of a profile, the newest of each run.

    Only of those whose files are all there, by count and size. Raises `OSError`.
    """
    known: dict[str, str] = {}
    for folder in bags_on(shelf):
        if profile_of(folder) != profile:
            continue
        for run in runs_of(folder):
            heed(0)
            if run.run_id not in known and _is_whole(folder / bag.DATA / run.place, run):
                known[run.run_id] = run.mark
    return known


def runs_of(folder: Path) -> Iterator[OnDrive]:
    """The runs that a bag of ours lists; none if the list is not as it was sealed."""
    path = folder / RUN_LIST
    try:
        sealed = {entry.path: entry.sha256 for entry in bag.read_manifest(folder / bag.TAG_MANIFEST)}
        if path.is_symlink() or stick.read_back(path).sha256 != sealed.get(RUN_LIST):
            return
        with path.open("rb") as file:
            for line in file:
                yield msgspec.json.decode(line, type=OnDrive)
    except (OSError, bag.BadBag, msgspec.MsgspecError, UnicodeDecodeError):
        return


def _is_whole(place: Path, run: OnDrive) -> bool:
    if place.is_file():
        return run.files == 1 and place.stat().st_size == run.bytes
    sizes = [
        path.stat().st_size for path in place.rglob("*") if path.is_file() and not bag.DROPPINGS.search(path.name)
    ]
    return len(sizes) == run.files and sum(sizes) == run.bytes
