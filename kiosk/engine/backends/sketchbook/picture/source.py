"""A child's own picture as the ground of a drawing: few colours, clear contours, in the hand of the manner."""

from typing import Any

import numpy as np
import skia
from PIL import Image, ImageFilter

from kiosk.engine.backends.sketchbook.picture.forms import box
from kiosk.engine.backends.sketchbook.picture.ink import Ink, from_rgb
from kiosk.engine.backends.sketchbook.picture.pen import Pen, Tone
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work

_SMALL = 300
"""Longer edge in pixels at which colours are gathered into surfaces."""


def surfaces(source: Pixels, colours: int) -> tuple[Any, list[Ink]]:
    """The picture as a map of few surfaces with smooth outlines, and the colour of each."""
    image = Image.fromarray(source)
    small = image.copy()
    small.thumbnail((_SMALL, _SMALL))
    small = small.filter(ImageFilter.GaussianBlur(1.6))
    reduced = small.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    calm = reduced.filter(ImageFilter.ModeFilter(7)).convert("RGB")
    smooth = calm.resize(image.size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.2))
    labels = np.asarray(smooth.quantize(palette=reduced, dither=Image.Dither.NONE))
    table = np.asarray((reduced.getpalette() or [])[: 3 * (int(labels.max()) + 1)], np.uint8).reshape(-1, 3)
    return labels, [from_rgb(*(float(v) for v in row)) for row in table]


def redrawn(work: Work, tone: Tone, colours: int = 9, contour: Ink | None = None, width: float = 3.0) -> Any:
    """The source in the colours of `tone`, with contours `width` pixels wide at 1,024, as a Skia image."""
    source = work.order.source
    if source is None:
        raise ValueError("this order has no picture to start from")
    labels, inks = surfaces(source, colours)
    table = np.array([(*_rgb(tone(ink)), 255) for ink in inks], np.uint8)
    pixels = table[labels]
    if contour is not None:
        edge = np.zeros(labels.shape, bool)
        edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
        edge[1:] |= labels[1:] != labels[:-1]
        size = max(1, round(width * work.scale)) // 2 * 2 + 1
        thick = Image.fromarray((edge * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(size))
        share = np.asarray(thick.filter(ImageFilter.GaussianBlur(0.8)), np.float32)[:, :, None] / 255
        line = np.array([*_rgb(contour), 255], np.float32)
        pixels = (pixels * (1 - share) + line * share).astype(np.uint8)
    return skia.Image.fromarray(np.ascontiguousarray(pixels), colorType=skia.ColorType.kRGBA_8888_ColorType)


def _rgb(ink: Ink) -> tuple[int, int, int]:
    argb = ink.argb()
    return (argb >> 16) & 255, (argb >> 8) & 255, argb & 255


def lay(
    work: Work,
    pen: Pen,
    area: tuple[float, float, float, float] | None = None,
    *,
    colours: int = 9,
    contour: Ink | None = None,
    width: float = 3.0,
    grain: bool = True,
) -> bool:
    """Draws the child's picture into an area (left, top, right, bottom); False where there is none."""
    if work.order.source is None:
        return False
    image = redrawn(work, pen.tone, colours, contour, width)
    left, top, right, bottom = area or (0.0, 0.0, float(work.width), float(work.height))
    rect = skia.Rect.MakeLTRB(left, top, right, bottom)
    pen.canvas.drawImageRect(image, rect, skia.SamplingOptions(skia.FilterMode.kLinear), skia.Paint(AntiAlias=True))
    if grain:
        whole = box(left, top, right, bottom)
        shift = work.rng("ground").random() * 400
        pen.print(whole, Ink(0.98, 0.01, 90), "dry", 0.9, 2.2, 0.34, 12, shift)
        pen.print(whole, Ink(0.25, 0.03, 280), "streak", 0.9, 2.4, 0.20, -14, shift + 90)
    return True
