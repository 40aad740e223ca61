"""Printed letters: the child's own words as signs in a picture, from the typeface that comes with Pillow.

A sign that the typeface lacks is drawn as a small form of its own, so that no script is left out.
"""

import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kiosk.engine.backends.sketchbook.picture.forms import blob, limb
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.words import seeded

_SIZE = 220
"""Height in pixels at which signs are kept."""


@lru_cache(maxsize=1)
def _font() -> Any:
    return ImageFont.load_default(_SIZE)


def _glyph(character: str) -> tuple[str, str] | None:
    """The base sign and the marks above or below it that the typeface can show; None if it cannot show it at all."""
    if character == "ß":
        return "ss", ""
    if character.isspace() or _has(character):
        return character, ""
    parts = unicodedata.normalize("NFKD", character)
    base = "".join(c for c in parts if not unicodedata.combining(c))
    if base and all(_has(c) for c in base):
        return base, "".join(c for c in parts if unicodedata.combining(c))
    return None


def _mask(text: str) -> bytes:
    return bytes(_font().getmask(text))


@lru_cache(maxsize=512)
def _has(character: str) -> bool:
    return _mask(character) not in (_mask("\uffff"), b"")


def _mark(draw: ImageDraw.ImageDraw, mark: str, x: float, wide: float, top: float) -> None:
    """A diacritic, drawn: two dots, a ring, a hook below, or a stroke."""
    name, thick = unicodedata.name(mark, ""), _SIZE * 0.085
    y = top - _SIZE * 0.12
    if "DIAERESIS" in name:
        for side in (-1, 1):
            cx = x + wide / 2 + side * _SIZE * 0.115
            draw.ellipse((cx - thick * 0.66, y - thick * 0.66, cx + thick * 0.66, y + thick * 0.66), fill=255)
        return
    if "CEDILLA" in name or "BELOW" in name or "OGONEK" in name:
        low = _SIZE * 0.80
        draw.line((x + wide * 0.5, low, x + wide * 0.42, low + _SIZE * 0.15), fill=255, width=round(thick * 0.9))
        return
    lean = 0.0 if "RING" in name or "DOT" in name else -0.09 if "GRAVE" in name else 0.09
    cx = x + wide / 2
    draw.line((cx - lean * _SIZE, y + thick * 0.6, cx + lean * _SIZE, y - thick), fill=255, width=round(thick))


def _stamp(text: str) -> NDArray[np.uint8] | None:
    glyphs = [_glyph(c) for c in text]
    if not text.strip() or any(g is None for g in glyphs):
        return None
    font = _font()
    wide = sum(font.getlength(g[0]) for g in glyphs if g)
    image = Image.new("L", (int(wide) + 16, int(_SIZE * 1.32)))
    draw, x, raised = ImageDraw.Draw(image), 8.0, _SIZE * 0.1
    for g in glyphs:
        if g is None:
            continue
        draw.text((x, raised), g[0], font=font, fill=255)
        box = font.getbbox(g[0])
        for mark in g[1]:
            _mark(draw, mark, x, font.getlength(g[0]), raised + box[1])
        x += font.getlength(g[0])
    trimmed = image.getbbox()
    if trimmed is None:
        return None
    keep = (
        (trimmed[0] - 3, trimmed[1], trimmed[2] + 3, trimmed[3])
        if len(text) == 1
        else (0, 0, image.width, image.height)
    )
    return np.asarray(image.crop(keep))


@lru_cache(maxsize=256)
def sign(text: str) -> Any:
    """Text as an alpha-only image, or None where the typeface has no such sign."""
    stamp = _stamp(text)
    if stamp is None:
        return None
    return skia.Image.fromarray(np.ascontiguousarray(stamp), colorType=skia.ColorType.kAlpha_8_ColorType)


def write(
    pen: Pen, text: str, x: float, y: float, height: float, ink: Ink, *, stretch: float = 1.0, middle: bool = True
) -> float:
    """Text with its middle (or its left end) at (x, y), `height` pixels tall; returns its width. y is down."""
    image = sign(text)
    if image is None:
        return _own_sign(pen, text, x, y, height, ink)
    scale = height / (image.height() if len(text) == 1 else _SIZE * 0.72)
    wide, high = image.width() * scale * stretch, image.height() * scale
    left = x - wide / 2 if middle else x
    rect = skia.Rect.MakeXYWH(left, y - high / 2, wide, high)
    paint = skia.Paint(AntiAlias=True, Color=pen.tone(ink).argb())
    pen.canvas.drawImageRect(image, rect, skia.SamplingOptions(skia.CubicResampler.Mitchell()), paint)
    return float(wide)


def _own_sign(pen: Pen, text: str, x: float, y: float, height: float, ink: Ink) -> float:
    rng = seeded(text, "sign")
    pen.canvas.save()
    pen.canvas.translate(x, y)
    for _ in range(3):
        ends = [(rng.uniform(-0.4, 0.4) * height, rng.uniform(-0.45, 0.45) * height) for _ in range(3)]
        pen.canvas.drawPath(
            limb(ends, [height * 0.14, height * 0.1, height * 0.12]),
            skia.Paint(AntiAlias=True, Color=pen.tone(ink).argb()),
        )
    pen.canvas.drawPath(
        blob(rng, 0.2 * height, 0.3 * height, height * 0.09, height * 0.09),
        skia.Paint(AntiAlias=True, Color=pen.tone(ink).argb()),
    )
    pen.canvas.restore()
    return height


def letters_of(text: str, most: int = 40) -> list[str]:
    """The signs of a text, without spaces."""
    return [c for c in text if not c.isspace() and c.isprintable()][:most]
