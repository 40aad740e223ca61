"""Other pens than gouache: line, comic, gesture, ink, flat. Each turns the same figures into another hand."""

import math
from random import Random
from typing import Any

import skia

from kiosk.engine.backends.sketchbook.picture.forms import Path, cut, moved
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen, Tone, unchanged


def stroke_paint(colour: int, width: float) -> Any:
    """A paint for round strokes."""
    paint = skia.Paint(AntiAlias=True, Color=colour, Style=skia.Paint.kStroke_Style, StrokeWidth=width)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


class FlatPen(Pen):
    """Plain surfaces with no light and no texture: print, paper cut, poster."""

    def fill(self, path: Path, ink: Ink, *, grain: float = 0.0) -> None:
        """One even colour."""
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=self.tone(ink).argb()))

    def glow(self, cx: float, cy: float, r: float, ink: Ink, alpha: float) -> None:
        """No light in this manner."""

    def wash(self, path: Path, ink: Ink, alpha: float, blur: float = 0.0) -> None:
        """Translucent, with a hard edge."""
        super().wash(path, ink, alpha, 0.0)


class LinePen(Pen):
    """White lines on a ground: every surface hides what lies behind it and shows only its edge."""

    def __init__(self, canvas: Any, rng: Random, ground: Ink, chalk: Ink, width: float) -> None:
        super().__init__(canvas, rng)
        self.ground, self.chalk, self.width = ground, chalk, width

    def fill(self, path: Path, ink: Ink, *, grain: float = 0.0) -> None:
        """The edge; dark surfaces are hatched."""
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=self.ground.argb()))
        bounds = path.getBounds()
        if ink.l < 0.42 and bounds.width() * self.unit > 7:
            self._hatch(path, bounds)
        self.canvas.drawPath(path, stroke_paint(self.chalk.argb(0.95), self.width / self.unit))

    def _hatch(self, path: Path, bounds: Any) -> None:
        with self.within(path):
            step = max(4.5 * self.width, 5) / self.unit
            x = bounds.left() - bounds.height()
            paint = stroke_paint(self.chalk.argb(0.55), self.width * 0.55 / self.unit)
            while x < bounds.right():
                self.canvas.drawLine(x, bounds.top(), x + bounds.height(), bounds.bottom(), paint)
                x += step

    def line(self, path: Path, ink: Ink, width: float, *, alpha: float = 1.0, round_ends: bool = True) -> None:
        """A thin line, whatever its width was."""
        self.canvas.drawPath(path, stroke_paint(self.chalk.argb(0.75 * alpha), self.width * 0.65 / self.unit))

    def wash(self, path: Path, ink: Ink, alpha: float, blur: float = 0.0) -> None:
        """Not shown: a construction drawing has no shadows."""

    def glow(self, cx: float, cy: float, r: float, ink: Ink, alpha: float) -> None:
        """A dashed circle."""
        paint = stroke_paint(self.chalk.argb(0.35), self.width * 0.5 / self.unit)
        paint.setPathEffect(skia.DashPathEffect.Make([5 / self.unit, 5 / self.unit], 0))
        self.canvas.drawCircle(cx, cy, r * 0.6, paint)


class ComicPen(Pen):
    """Flat colour, printed dots in the shade, a black outline."""

    def __init__(self, canvas: Any, rng: Random, width: float, tone: Tone = unchanged) -> None:
        super().__init__(canvas, rng, tone)
        self.width = width
        self.black = Ink(0.18, 0.02, 280)

    def fill(self, path: Path, ink: Ink, *, grain: float = 0.0) -> None:
        """Colour, dots, outline."""
        colour = self.tone(ink)
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=colour.argb()))
        bounds = path.getBounds()
        size = min(bounds.width(), bounds.height()) * self.unit
        if size > 22:
            self._dots(path, colour, bounds)
        width = self.width * min(1.0, 0.35 + size / 60) / self.unit
        self.canvas.drawPath(path, stroke_paint(self.black.argb(), width))

    def _dots(self, path: Path, colour: Ink, bounds: Any) -> None:
        """Printed dots on the side away from the light."""
        lit = moved(path, -0.16 * min(bounds.width(), 120 / self.unit), 0.12 * min(bounds.height(), 90 / self.unit))
        shade = cut(path, lit)
        self.print(shade, colour.darker(0.16), "dots", 0.0, 0.12, 0.9)

    def glow(self, cx: float, cy: float, r: float, ink: Ink, alpha: float) -> None:
        """Rays instead of light."""
        colour = self.tone(ink).argb(0.55)
        for i in range(12):
            a = math.tau * i / 12
            paint = stroke_paint(colour, max(2.0, self.width) / self.unit)
            self.canvas.drawLine(
                cx + r * 0.55 * math.cos(a),
                cy + r * 0.55 * math.sin(a),
                cx + r * 0.72 * math.cos(a),
                cy + r * 0.72 * math.sin(a),
                paint,
            )

    def wash(self, path: Path, ink: Ink, alpha: float, blur: float = 0.0) -> None:
        """Flat, with a hard edge."""
        super().wash(path, ink, alpha * 0.8, 0.0)


class GesturePen(Pen):
    """Broad marks, strong colours, a dark and uneven contour that misses the surface a little."""

    def __init__(self, canvas: Any, rng: Random, tone: Tone, contour: Ink, width: float) -> None:
        super().__init__(canvas, rng, tone, texture_strength=2.0)
        self.contour, self.width = contour, width

    def fill(self, path: Path, ink: Ink, *, grain: float = 0.0) -> None:
        """Colour, bristles in two neighbouring hues, contour."""
        colour = self.tone(ink)
        bounds = path.getBounds()
        size = min(bounds.width(), bounds.height()) * self.unit
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=colour.argb()))
        if size > 12:
            turn = grain + self.rng.uniform(-25, 25)
            shift = self.rng.random() * 400
            self.print(path, colour.turned(38).lighter(0.08).muted(1.2), "streak", 0.1, 0.9, 0.8, turn, shift)
            self.print(path, colour.turned(-42).darker(0.13), "streak", 0.5, 1.3, 0.75, turn + 12, shift + 90)
            self.print(path, colour.lighter(0.2), "dry", 1.2, 1.9, 0.75, turn, shift + 170)
        self._contour(path, size)

    def _contour(self, path: Path, size: float) -> None:
        width = self.width * min(1.0, 0.22 + size / 90) / self.unit
        for share, off in ((0.85, 0.0), (0.5, 1.0)):
            paint = stroke_paint(self.contour.argb(0.95), width * share)
            wobble = off * width * 0.42
            if wobble:
                paint.setPathEffect(
                    skia.DiscretePathEffect.Make(max(1.0, 34 / self.unit), wobble, self.rng.randrange(1 << 16))
                )
            self.canvas.drawPath(path, paint)

    def line(self, path: Path, ink: Ink, width: float, *, alpha: float = 1.0, round_ends: bool = True) -> None:
        """Thicker than it was."""
        super().line(path, ink, width * 1.5, alpha=min(1.0, alpha * 1.2))


class InkPen(Pen):
    """Sumi ink: washes in few greys, dry brush, edges that swell."""

    def __init__(self, canvas: Any, rng: Random, paper: Ink, black: Ink, width: float) -> None:
        super().__init__(canvas, rng)
        self.paper, self.black, self.width = paper, black, width

    def grey(self, ink: Ink) -> Ink:
        """One of few tones of the same ink."""
        level = (
            0.05 if ink.l < 0.42 else 0.5 if ink.l < 0.6 else 0.74 if ink.l < 0.76 else 0.9 if ink.l < 0.9 else 0.985
        )
        return self.black.toward(self.paper, level)

    def fill(self, path: Path, ink: Ink, *, grain: float = 0.0) -> None:
        """A wash, darker where the ink gathers, and a brush contour."""
        tone = self.grey(ink)
        bounds = path.getBounds()
        size = min(bounds.width(), bounds.height()) * self.unit
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=self.paper.toward(tone, 0.92).argb()))
        if size > 9:
            shift = self.rng.random() * 400
            self.print(path, self.paper, "dry", 0.55, 1.6, 0.75, grain, shift)
            self.print(path, tone.darker(0.14), "blot", 0.2, 1.8, 0.5, 0, shift + 99)
            with self.within(path):
                paint = stroke_paint(tone.darker(0.12).argb(0.5), min(size * 0.16, 16) / self.unit)
                paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, min(size * 0.05, 5) / self.unit))
                self.canvas.drawPath(path, paint)
        self._edge(path, size)

    def _edge(self, path: Path, size: float) -> None:
        width = self.width * min(1.0, 0.3 + size / 120) / self.unit
        colour = self.black.argb(0.9)
        paint = stroke_paint(colour, width * 0.55)
        self.canvas.drawPath(path, paint)
        rough = stroke_paint(colour, width)
        rough.setPathEffect(
            skia.PathEffect.MakeSum(
                skia.DashPathEffect.Make(
                    [46 / self.unit, 30 / self.unit, 18 / self.unit, 40 / self.unit], self.rng.random() * 90
                ),
                skia.DashPathEffect.Make([9 / self.unit, 70 / self.unit], self.rng.random() * 90),
            )
        )
        self.canvas.drawPath(path, rough)

    def line(self, path: Path, ink: Ink, width: float, *, alpha: float = 1.0, round_ends: bool = True) -> None:
        """Ink, thick or thin."""
        paint = stroke_paint(self.grey(ink).toward(self.black, 0.5).argb(alpha), max(width, 1.0 / self.unit))
        self.canvas.drawPath(path, paint)

    def glow(self, cx: float, cy: float, r: float, ink: Ink, alpha: float) -> None:
        """Empty paper is the light."""

    def wash(self, path: Path, ink: Ink, alpha: float, blur: float = 0.0) -> None:
        """Thin ink."""
        paint = skia.Paint(AntiAlias=True, Color=self.grey(ink).argb(alpha * 0.6))
        self.canvas.drawPath(path, paint)
