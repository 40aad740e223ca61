"""The tool that motifs are drawn with. A manner has its own pen, so that one cat becomes gouache, ink or blueprint.

Motifs speak in figure units (0 at the ground, 100 at the top, y up) and in local colours; the pen decides what a
surface and a line look like, and turns each colour into the picture's own through `tone`.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import skia

from kiosk.engine.backends.sketchbook.picture.forms import Path
from kiosk.engine.backends.sketchbook.picture.ink import Ink

from . import texture

Tone = Callable[[Ink], Ink]


def unchanged(ink: Ink) -> Ink:
    """A tone that leaves colours as they are."""
    return ink


class Pen:
    """Gouache: an opaque colour with bristle marks, light from above left, and a darker foot."""

    def __init__(self, canvas: Any, rng: Random, tone: Tone = unchanged, *, texture_strength: float = 1.0) -> None:
        self.canvas = canvas
        self.rng = rng
        self.tone = tone
        self.strength = texture_strength
        self.unit = 1.0
        self.flat = False

    # where

    @contextmanager
    def at(self, x: float, y: float, size: float, turn: float = 0.0, flip: bool = False) -> Iterator[None]:
        """Inside, a figure stands at pixel (x, y), is `size` pixels tall, and y points up."""
        before, self.unit = self.unit, size / 100
        self.canvas.save()
        self.canvas.translate(x, y)
        self.canvas.rotate(turn)
        self.canvas.scale(-self.unit if flip else self.unit, -self.unit)
        try:
            yield
        finally:
            self.canvas.restore()
            self.unit = before

    @contextmanager
    def sub(self, x: float, y: float, scale: float, turn: float = 0.0, flip: bool = False) -> Iterator[None]:
        """Inside a figure: a part of it with an origin, scale and turn (degrees, against the clock) of its own."""
        before, self.unit = self.unit, self.unit * scale
        self.canvas.save()
        self.canvas.translate(x, y)
        self.canvas.rotate(turn)
        self.canvas.scale(-scale if flip else scale, scale)
        try:
            yield
        finally:
            self.canvas.restore()
            self.unit = before

    @contextmanager
    def within(self, path: Path) -> Iterator[None]:
        """What is drawn inside stays inside the outline."""
        self.canvas.save()
        self.canvas.clipPath(path, doAntiAlias=True)
        try:
            yield
        finally:
            self.canvas.restore()

    # what

    def fill(self, path: Path, ink: Ink, *, grain: float = 0.0) -> None:
        """A surface. `grain` is the direction of its bristle marks in degrees."""
        colour = self.tone(ink)
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=colour.argb()))
        bounds = path.getBounds()
        if bounds.width() * self.unit < 5 or self.flat:
            return
        self._light(path, colour, bounds)
        if bounds.width() * self.unit > 14:
            self._bristles(path, colour, grain)

    def _light(self, path: Path, colour: Ink, bounds: Any) -> None:
        top, foot = (bounds.left(), bounds.bottom()), (bounds.right() * 0.4 + bounds.left() * 0.6, bounds.top())
        stops = [
            colour.lighter(0.10).turned(-6).argb(0.55),
            colour.argb(0.0),
            colour.darker(0.13).turned(8).argb(0.55),
        ]
        shader = skia.GradientShader.MakeLinear([skia.Point(*top), skia.Point(*foot)], stops, [0.0, 0.5, 1.0])
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Shader=shader))

    def _bristles(self, path: Path, colour: Ink, grain: float) -> None:
        shift = self.rng.random() * 512
        self.print(path, colour.darker(0.10), "streak", 0.2, 1.6, 0.34 * self.strength, grain, shift)
        self.print(path, colour.lighter(0.09).muted(1.1), "dry", 0.7, 1.9, 0.42 * self.strength, grain, shift + 200)

    def print(
        self,
        path: Path,
        ink: Ink,
        kind: str,
        low: float,
        high: float,
        alpha: float,
        turn: float = 0.0,
        shift: float = 0.0,
    ) -> None:
        """Colour through a texture, in picture pixels however large the figure is."""
        matrix = skia.Matrix()
        matrix.setRotate(turn)
        matrix.preScale(1 / self.unit, 1 / self.unit)
        matrix.preTranslate(shift, shift * 0.7)
        image = texture.mask(kind, low, high)
        tile = skia.TileMode.kRepeat
        shader = image.makeShader(tile, tile, skia.SamplingOptions(skia.FilterMode.kLinear), matrix)
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=ink.argb(alpha), Shader=shader))

    def line(self, path: Path, ink: Ink, width: float, *, alpha: float = 1.0, round_ends: bool = True) -> None:
        """A stroke; `width` in figure units, never thinner than 0.7 px."""
        width = max(width, 0.7 / self.unit)
        paint = skia.Paint(
            AntiAlias=True, Color=self.tone(ink).argb(alpha), Style=skia.Paint.kStroke_Style, StrokeWidth=width
        )
        if round_ends:
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
        self.canvas.drawPath(path, paint)

    def wash(self, path: Path, ink: Ink, alpha: float, blur: float = 0.0) -> None:
        """A translucent surface, soft by `blur` figure units: shadows, cheeks, glows, water."""
        paint = skia.Paint(AntiAlias=True, Color=self.tone(ink).argb(alpha))
        if blur * self.unit > 0.4:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.canvas.drawPath(path, paint)

    def glow(self, cx: float, cy: float, r: float, ink: Ink, alpha: float) -> None:
        """Light that fades out toward radius `r`."""
        colour = self.tone(ink)
        stops = [colour.argb(alpha), colour.argb(alpha * 0.35), colour.argb(0.0)]
        shader = skia.GradientShader.MakeRadial(skia.Point(cx, cy), r, stops, [0.0, 0.45, 1.0])
        self.canvas.drawCircle(cx, cy, r, skia.Paint(AntiAlias=True, Shader=shader))

    def sweep(
        self, rect: tuple[float, float, float, float], stops: list[tuple[float, Ink]], turn: float = 90.0
    ) -> None:
        """A rectangle (left, top, right, bottom in pixels) with colours along `turn` degrees (90: down)."""
        left, top, right, bottom = rect
        cx, cy, angle = (left + right) / 2, (top + bottom) / 2, math.radians(turn)
        dx, dy = math.cos(angle) * (right - left) / 2, math.sin(angle) * (bottom - top) / 2
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(cx - dx, cy - dy), skia.Point(cx + dx, cy + dy)],
            [self.tone(ink).argb() for _, ink in stops],
            [at for at, _ in stops],
        )
        self.canvas.drawRect(skia.Rect.MakeLTRB(*rect), skia.Paint(Shader=shader, Dither=True))
