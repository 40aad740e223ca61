"""Typst: a page from a template in `assets/print` and data, as PDF or as a picture.

Data goes in as JSON, pictures as files beside it; no text of a run becomes part of the template. Runs in a process
of its own (`workshop`).
"""

import io
import shutil
from pathlib import Path
from typing import Any, Literal

import msgspec
import typst
from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.records import MediaType
from kiosk.settings import assets_dir
from kiosk.storage import previews, thumbnails
from kiosk.storage.thumbnails import NoThumbnail

PICTURE_EDGE = 1_600
"""Longest edge of a picture on paper, in pixels: 240 to the inch over the width of a page."""

SMALL_EDGE = 500
"""Longest edge of one of many pictures, in pixels."""

MOST_PICTURES = 60
"""How many pictures one report shows; a lab may have thousands."""

_TEMPLATES = "print"
_FONTS = "fonts"
_WAVEFORM = 1_400


def compiled(template: str, data: Any, bench: Path, kind: Literal["pdf", "png"] = "pdf") -> list[bytes]:
    """The document (PDF), or its pages (PNG, 200 to the inch). Pictures that `data` names lie on the bench.

    Accessible by PDF/UA-1 where every sign can be shown by some font; where one cannot, tagged just the same, with a
    box in its place.
    """
    for path in (assets_dir() / _TEMPLATES).glob("*.typ"):
        shutil.copyfile(path, bench / path.name)
    (bench / f"{Path(template).stem}.json").write_bytes(msgspec.json.encode(data))
    if kind == "png":
        return _listed(_compile(bench / template, format="png", ppi=200.0, ignore_system_fonts=False))
    # The system's fonts are looked through only when ours lack a sign: that takes as long as the page itself.
    for attempt in (
        {"ignore_system_fonts": True, "pdf_standards": ["ua-1"]},
        {"ignore_system_fonts": False, "pdf_standards": ["ua-1"]},
    ):
        try:
            return _listed(_compile(bench / template, **attempt))
        except typst.TypstError:
            continue
    return _listed(_compile(bench / template, ignore_system_fonts=False))


def _compile(template: Path, **how: Any) -> Any:
    return typst.compile(
        template, root=template.parent, font_paths=[str(assets_dir() / _FONTS)], package_path=template.parent, **how
    )


def _listed(made: Any) -> list[bytes]:
    return made if isinstance(made, list) else [made]


def picture_of(source: Path, media_type: MediaType, target: Path, edge: int = PICTURE_EDGE) -> Path | None:
    """A picture of a medium for paper, named after `target` with its own extension; None when there is none.

    `edge` is its longest edge in pixels. Of a sound its waveform, of a film a frame. Never the file itself: what a
    box wrote into it stays out.
    """
    try:
        if media_type is MediaType.IMAGE:
            return _reduced(source, target, edge)
        if media_type in (MediaType.AUDIO, MediaType.MUSIC):
            return _saved(previews.waveform(previews.samples_of(source)), target, upscale=_WAVEFORM)
        if media_type is MediaType.VIDEO:
            preview = target.with_suffix(".webp")
            preview.write_bytes(previews.encoded(source, media_type))
            return _reduced(preview, target, edge)
    except (NoThumbnail, OSError):
        return None
    return None


def _reduced(source: Path, target: Path, edge: int) -> Path:
    if source.stat().st_size > thumbnails.MAX_FILE_BYTES:
        raise NoThumbnail("file too large")
    try:
        with Image.open(source, formats=thumbnails.FORMATS) as opened:
            if opened.width * opened.height > thumbnails.MAX_PIXELS:
                raise NoThumbnail("too many pixels")
            opened.draft("RGB", (edge, edge))
            upright = ImageOps.exif_transpose(opened)
            image = upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "PA", "P") else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, EOFError) as error:
        raise NoThumbnail("no picture that can be read") from error
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return _saved(image, target)


def _saved(image: Image.Image, target: Path, upscale: int = 0) -> Path:
    if upscale:
        image = image.resize((upscale, round(image.height * upscale / image.width)), Image.Resampling.LANCZOS)
    alpha = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255
    path = target.with_suffix(".png" if alpha else ".jpg")
    buffer = io.BytesIO()
    if alpha:
        image.save(buffer, "PNG")
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=90, subsampling=0)
    path.write_bytes(buffer.getvalue())
    return path
