"""One run as a page to print, to hang up and to cite: PDF, tagged, with its fonts inside.

The layout is `assets/print/report.typ`; what it says comes from `report_facts`. Runs in a process of its own
(`workshop`).
"""

from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from kiosk import i18n
from kiosk.records import MediaType
from kiosk.settings import assets_dir
from kiosk.storage.export import RunInPackage, paper
from kiosk.storage.export.report_facts import Report, Work, report_of
from kiosk.storage.export.report_words import ReportWords

_SIDE_BY_SIDE = 700
"""Up to this many signs together, idea and result stand beside each other."""

_BESIDE = 420
"""Up to this many signs together, they stand beside the one picture."""

_TITLE_SIZES = ((28, 24), (60, 19), (10_000, 15))
_MANY = 6
_WIDE = 1.3
_SEEN = (MediaType.IMAGE, MediaType.VIDEO)


def write(run: RunInPackage, words: ReportWords, target: Path) -> None:
    """Write the report; its folder is used as a bench. Raises `OSError`."""
    said = report_of(run, words, i18n.load(assets_dir() / "i18n"))
    target.write_bytes(paper.compiled("report.typ", page_data(run, said, target.parent), target.parent)[0])


def page_data(run: RunInPackage, said: Report, bench: Path) -> dict[str, Any]:
    """What the layout gets: everything that is said, and how large it may stand."""
    works = [_work(work, run.folder, said, bench, f"picture-{number}") for number, work in enumerate(said.works)]
    seen = [work for work in said.others if work.file is not None][: paper.MOST_PICTURES]
    others = [_work(work, run.folder, said, bench, f"other-{number}", small=True) for number, work in enumerate(seen)]
    short = said.title.removeprefix(f"{said.lens}: ")
    texts = len(said.idea) + len(said.rewritten)
    wide = any(_ratio(bench / work["picture"]) > _WIDE for work in works if work["tall"] and work["picture"])
    known: dict[str, Any] = msgspec.to_builtins(said)
    return known | {
        "run_id": run.record.run_id,
        "works": works,
        "others": [work for work in others if work["picture"] is not None],
        "short": short,
        "title_size": next(size for length, size in _TITLE_SIZES if len(short) <= length),
        "side_by_side": texts <= _SIDE_BY_SIDE,
        "beside": texts <= _BESIDE and not wide and bool(said.idea),
        "wide": wide,
    }


def _work(work: Work, folder: Path, said: Report, bench: Path, name: str, *, small: bool = False) -> dict[str, Any]:
    picture = None
    if work.file is not None and folder.is_dir():
        edge = paper.SMALL_EDGE if small or len(said.works) > _MANY else paper.PICTURE_EDGE
        picture = paper.picture_of(folder / work.file, work.media_type, bench / name, edge)
    title = said.says[f"work.{work.media_type}"].replace("{n}", str(work.n))
    known: dict[str, Any] = msgspec.to_builtins(work)
    return known | {
        "picture": picture.name if picture else None,
        "title": title,
        "tall": work.media_type in _SEEN and picture is not None,
        "upright": picture is not None and _ratio(picture) < 1 / _WIDE,
    }


def _ratio(picture: Path) -> float:
    """Width of a picture by its height: above `_WIDE` it needs the whole width of a page, below its inverse less."""
    with Image.open(picture) as opened:
        return opened.width / opened.height
