"""One work as one sheet of paper, to be hung up: PDF for printers, a picture for systems that print pictures.

The layout is `assets/print/work.typ`. Whether the words are on it is decided before. Runs in a process of its own
(`workshop`).
"""

from pathlib import Path
from typing import Any, Literal

from PIL import Image

from kiosk import i18n
from kiosk.records import MediaType
from kiosk.settings import assets_dir
from kiosk.storage.export import RunInPackage, paper
from kiosk.storage.export.report_facts import Report, Work, report_of
from kiosk.storage.export.report_words import ReportWords

_LONGEST_WORDS = 600
_TITLE_SIZES = ((28, 20), (60, 15), (10_000, 12))


def write(
    run: RunInPackage,
    words: ReportWords,
    which: tuple[MediaType, int],
    *,
    with_prompt: bool,
    target: Path,
    kind: Literal["pdf", "png"],
) -> None:
    """Write the sheet of a work (the n-th of its type); its folder is used as a bench. Raises `OSError`."""
    said = report_of(run, words, i18n.load(assets_dir() / "i18n"))
    work = next(work for work in said.works if (work.media_type, work.n) == which)
    data = _sheet(run, said, work, target.parent, with_prompt=with_prompt)
    target.write_bytes(paper.compiled("work.typ", data, target.parent, kind)[0])


def _sheet(run: RunInPackage, said: Report, work: Work, bench: Path, *, with_prompt: bool) -> dict[str, Any]:
    picture = None
    if work.file is not None and run.folder.is_dir():
        picture = paper.picture_of(run.folder / work.file, work.media_type, bench / "picture")
    short = said.title.removeprefix(f"{said.lens}: ") if with_prompt else ""
    words = said.rewritten if with_prompt and len(said.rewritten) <= _LONGEST_WORDS else ""
    return {
        "language": said.language,
        "title": said.title if with_prompt else said.lens,
        "lens": said.lens,
        "short": short or said.says[f"work.{work.media_type}"].replace("{n}", str(work.n)),
        "title_size": next(size for length, size in _TITLE_SIZES if len(short) <= length),
        "words": words,
        "date": said.date,
        "by": work.by,
        "run_id": run.record.run_id,
        "picture": picture.name if picture is not None else None,
        "alt": work.alt if with_prompt else said.lens,
        "wide": _is_wide(picture),
        "says": said.says,
    }


def _is_wide(picture: Path | None) -> bool:
    """Whether a sheet lies on its side for this picture."""
    if picture is None:
        return False
    with Image.open(picture) as opened:
        return opened.width > opened.height * 1.1
