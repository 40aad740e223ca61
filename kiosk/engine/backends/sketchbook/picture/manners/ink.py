"""Ink for haiku: brush, a lot of empty paper, one red seal."""

import numpy as np
import skia

from kiosk.engine.backends.sketchbook.picture import texture
from kiosk.engine.backends.sketchbook.picture.forms import blob, box, ellipse, limb, line, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.pens import InkPen, stroke_paint
from kiosk.engine.backends.sketchbook.picture.scene import figure
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work, eight_bit
from kiosk.engine.backends.sketchbook.words import seeded

PAPER = Ink(0.955, 0.022, 88)
BLACK = Ink(0.23, 0.012, 60)
SEAL = Ink(0.56, 0.19, 30)


@manner("ink")
def ink(work: Work) -> Pixels:
    """One or two figures, a breath of landscape, emptiness."""
    work.plan(6)
    canvas, w, h = work.canvas, work.width, work.height
    canvas.clear(PAPER.argb())
    pen = InkPen(canvas, work.rng("pen"), PAPER, BLACK, 6.6 * work.scale)
    side = work.stage.hero_side
    _far(work, pen, -side)
    if work.order.source is not None:
        pen.tone = pen.grey
        lay(work, pen, (w * 0.16, h * 0.16, w * 0.84, h * 0.84), colours=5, contour=BLACK, width=3.4)
    work.step()
    if work.palette.night or "moon" in work.reading.motifs:
        x, y, r = w * (0.5 - 0.24 * side), h * 0.2, h * 0.075
        for k in range(4):
            pen.wash(ellipse(x, y, r * (2.6 - 0.45 * k)), Ink(0.66, 0, 0), 0.16)
        canvas.drawPath(ellipse(x, y, r), _plain(PAPER.lighter(0.02)))
    work.step()
    placed = [q for q in work.figures() if q.motif.name != "moon"]
    for i, one in enumerate(placed[:3]):
        size = min(one.size * (0.86 if i == 0 else 0.5), h * 0.5)
        x = w * (0.5 + 0.17 * side) if i == 0 else w * (0.5 - side * (0.14 + 0.13 * i))
        y = h * 0.80 if i == 0 else h * (0.70 - 0.03 * i)
        if one.motif.zone in ("sky", "water") or one.thing.action == "fly":
            y = h * (0.56 - 0.13 * i)
        figure(
            pen, work.palette, one._replace(x=x, y=y, size=size, flip=side > 0, turn=0), work.order.seed, shadow=False
        )
    work.step()
    _near(work, pen, side, bool(placed))
    work.step()
    _seal(work)
    work.step()
    return _fibres(work)


def _plain(colour: Ink) -> object:
    return skia.Paint(AntiAlias=True, Color=colour.argb())


def _far(work: Work, pen: InkPen, side: int) -> None:
    rng, w, h = work.rng("far"), work.width, work.height
    base = h * rng.uniform(0.44, 0.56)
    for i in range(2):
        x, wide, tall = (
            w * (0.5 + side * rng.uniform(0.1, 0.4)),
            w * rng.uniform(0.16, 0.3),
            h * rng.uniform(0.08, 0.2),
        )
        points = [
            (x - wide, base),
            (x - wide * 0.4, base - tall * 0.6),
            (x, base - tall),
            (x + wide * 0.35, base - tall * 0.55),
            (x + wide, base),
        ]
        top = smooth(points, closed=False)
        body = smooth([*points, (x + wide * 0.5, base + h * 0.02), (x - wide * 0.5, base + h * 0.02)])
        pen.wash(body, Ink(0.66, 0, 0), 0.30 - 0.1 * i, 0)
        pen.print(body, PAPER, "blot", -0.2, 1.4, 0.9, 0, rng.random() * 300)
        pen.print(body, PAPER, "dry", 0.1, 1.2, 0.8, 0, rng.random() * 300)
        pen.canvas.drawPath(top, _stroke(BLACK.toward(PAPER, 0.55), 2.2 * work.scale))


def _stroke(colour: Ink, width: float) -> object:
    return stroke_paint(colour.argb(0.8), width)


def _near(work: Work, pen: InkPen, side: int, has_figure: bool) -> None:
    """A line of ground, and grasses or a branch; for unknown words brush marks in the rhythm of their syllables."""
    rng, w, h, s = work.rng("near"), work.width, work.height, work.scale
    y = h * 0.80
    x0, x1 = (w * 0.42, w * 0.98) if side > 0 else (w * 0.02, w * 0.58)
    if has_figure and not any(q in work.stage.scene for q in ("sky", "space", "underwater")):
        ground = limb([(x0, y + 4 * s), ((x0 + x1) / 2, y + 9 * s), (x1, y + 2 * s)], [1.5 * s, 9 * s, 2 * s])
        pen.wash(ground, BLACK, 0.95)
        pen.print(ground, PAPER, "dry", 0.2, 1.2, 0.9, 0, 50)
    if not has_figure:
        _rhythm(work, pen)
    n = rng.randint(5, 8)
    foot = w * (0.5 - side * rng.uniform(0.34, 0.44))
    for _ in range(n):
        lean, top = rng.uniform(-0.1, 0.1) * w, h * rng.uniform(0.1, 0.3)
        base = foot + rng.uniform(-0.04, 0.04) * w
        blade = limb(
            [(base, h * 1.01), (base + lean * 0.3, h - top * 0.6), (base + lean, h - top)], [7 * s, 5 * s, 0.8 * s]
        )
        pen.wash(blade, BLACK, rng.uniform(0.7, 1.4))
    if "rain" in work.reading.weather:
        for _ in range(36):
            x, yy = rng.uniform(0, w), rng.uniform(0, h * 0.9)
            pen.canvas.drawPath(line((x, yy), (x - 8 * s, yy + 44 * s)), _stroke(BLACK.toward(PAPER, 0.5), 1.4 * s))
    if "snow" in work.reading.weather:
        for _ in range(40):
            pen.canvas.drawPath(
                ellipse(rng.uniform(0, w), rng.uniform(0, h), rng.uniform(2, 5) * s),
                _stroke(BLACK.toward(PAPER, 0.6), 1.2 * s),
            )


def _rhythm(work: Work, pen: InkPen) -> None:
    w, h, s = work.width, work.height, work.scale
    words = work.reading.words or ("stille",)
    for i, word in enumerate(words[:5]):
        rng = seeded(work.order.seed, word)
        x, y = w * (0.58 + 0.1 * rng.uniform(-1, 1)), h * (0.26 + 0.42 * i / max(1, min(5, len(words))))
        size = h * (0.05 + 0.018 * len(word) ** 0.6)
        kind = rng.randrange(3)
        if kind == 0:
            start = rng.uniform(0, 6)
            ring = [
                (x + size * 1.3 * np.cos(start + k * 0.55), y + size * 1.3 * np.sin(start + k * 0.55))
                for k in range(11)
            ]
            mark = limb(ring, [14 * s] + [rng.uniform(10, 24) * s for _ in range(9)] + [2 * s])
        else:
            sweep = [
                (x - size * 2, y + rng.uniform(-1, 1) * size),
                (x, y + rng.uniform(-1, 1) * size),
                (x + size * 2, y + rng.uniform(-1, 1) * size),
            ]
            mark = limb(sweep, [rng.uniform(8, 30) * s, rng.uniform(18, 40) * s, rng.uniform(1, 4) * s])
        pen.canvas.drawPath(mark, _plain(BLACK))
        pen.print(mark, PAPER, "dry", 0.2, 1.1, 0.85, rng.uniform(-30, 30), rng.random() * 400)


def _seal(work: Work) -> None:
    """The red seal, cut from the first letters of the words; the only colour."""
    pen, w, h = work.pen(), work.width, work.height
    rng = seeded(work.order.seed, work.reading.words[:1], "seal")
    size, side = 0.062 * min(w, h), work.stage.hero_side
    x, y = w * (0.5 - 0.385 * side), h * 0.72
    square = (
        blob(rng, x, y, size * 0.62, size * 0.62, 0.02, 16)
        if rng.random() < 0.3
        else box(x - size / 2, y - size / 2, x + size / 2, y + size / 2, size * 0.12)
    )
    pen.flat = True
    pen.fill(square, SEAL)
    pen.print(square, PAPER, "grain", 1.5, 2.2, 0.9, 0, rng.random() * 300)
    grid = [
        (-0.3, -0.3),
        (0.0, -0.3),
        (0.3, -0.3),
        (-0.3, 0.0),
        (0.3, 0.0),
        (-0.3, 0.3),
        (0.0, 0.3),
        (0.3, 0.3),
        (0.0, 0.0),
    ]
    for _ in range(5):
        a, b = rng.sample(grid, 2)
        if rng.random() < 0.7:
            b = (a[0], b[1]) if rng.random() < 0.5 else (b[0], a[1])
        pen.line(line((x + a[0] * size, y + a[1] * size), (x + b[0] * size, y + b[1] * size)), PAPER, size * 0.075)


def _fibres(work: Work) -> Pixels:
    rgb = work.rgb().astype(np.float32)
    paper = texture.tiled("paper", work.height, work.width, work.order.seed)
    weave = texture.tiled("weave", work.height, work.width, work.order.seed + 5)
    rgb *= (1 + 0.018 * paper + 0.012 * weave)[:, :, None]
    return eight_bit(rgb)
