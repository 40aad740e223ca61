"""Technical drawing: white lines on blue, dimension lines, section marks, a detail in a circle, a title block."""

import math

import skia

from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.forms import box, ellipse, line, poly
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.letters import write
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper
from kiosk.engine.backends.sketchbook.picture.pen import unchanged
from kiosk.engine.backends.sketchbook.picture.pens import LinePen, stroke_paint
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work
from kiosk.engine.backends.sketchbook.words import seeded

_ROLLING = frozenset(("car", "bus", "train", "bicycle", "tractor"))
CHALK = Ink(0.96, 0.015, 230)


@manner("blueprint")
def blueprint(work: Work) -> Pixels:
    """The hero as a measured elevation, its companions as smaller views."""
    work.plan(6)
    w, h, s, rng = work.width, work.height, work.scale, work.rng("sheet")
    ground = Ink(0.40, 0.115, rng.uniform(250, 262))
    work.canvas.clear(ground.argb())
    pen = LinePen(work.canvas, rng, ground, CHALK, 2.3 * s)
    pen.print(box(0, 0, w, h), ground.lighter(0.08), "paper", 0.6, 2.4, 0.35, 0, rng.random() * 300)
    _grid(pen, w, h, s)
    if work.order.source is not None:
        pen.tone = lambda ink: ground.lighter(0.05 * (ink.l - 0.5))
        lay(work, pen, (w * 0.12, h * 0.12, w * 0.88, h * 0.80), colours=7, contour=CHALK, width=2.6, grain=False)
        pen.tone = unchanged
    work.step()
    placed = work.figures()
    if placed:
        _views(work, pen, placed)
    else:
        _machine(work, pen)
    work.step()
    _block(work, pen)
    work.step()
    return on_paper(work, 0.05)


def _grid(pen: LinePen, w: float, h: float, s: float) -> None:
    step = 32 * s
    for k in range(1, int(max(w, h) / step) + 1):
        strong = 0.30 if k % 4 == 0 else 0.13
        pen.line(line((k * step, 0), (k * step, h)), CHALK, 1, alpha=strong)
        pen.line(line((0, k * step), (w, k * step)), CHALK, 1, alpha=strong)
    m = 22 * s
    pen.line(box(m, m, w - m, h - m), CHALK, 2)
    pen.line(box(m * 1.5, m * 1.5, w - m * 1.5, h - m * 1.5), CHALK, 1)


def _draw(work: Work, pen: LinePen, one: Placed, x: float, y: float, size: float, *, flip: bool = False) -> None:
    rng = seeded(work.order.seed, one.thing.motif)
    with pen.at(x, y, size, 0, flip):
        one.motif.draw(pen, coat_for(rng, None, work.palette.pops, work.palette.dark, work.palette.light), rng)


def arrow(pen: LinePen, a: tuple[float, float], b: tuple[float, float], label: str, s: float) -> None:
    """A dimension line between two points with arrowheads and its measure."""
    pen.line(line(a, b), CHALK, 1)
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    for (x, y), way in ((a, angle), (b, angle + math.pi)):
        tips = [(x + 13 * s * math.cos(way + k), y + 13 * s * math.sin(way + k)) for k in (-0.28, 0.28)]
        pen.canvas.drawPath(poly((x, y), *tips), _solid())
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    pen.canvas.save()
    pen.canvas.translate(x, y)
    pen.canvas.rotate(math.degrees(angle))
    write(pen, label, 0, -13 * s, 15 * s, CHALK)
    pen.canvas.restore()


def _solid() -> object:
    return skia.Paint(AntiAlias=True, Color=CHALK.argb())


def _views(work: Work, pen: LinePen, placed: list[Placed]) -> None:
    w, h, s, rng = work.width, work.height, work.scale, work.rng("views")
    hero = placed[0]
    size = min(h * 0.60, w * 0.66 / hero.motif.wide)
    side = work.stage.hero_side
    x, foot = w * (0.5 - 0.10 * side), h * 0.76
    half_wide = size * hero.motif.wide / 2
    pen.line(line((w * 0.08, foot), (w * 0.92, foot)), CHALK, 1, alpha=0.9)
    for k in range(30):
        gx = w * (0.08 + 0.028 * k)
        pen.line(line((gx, foot), (gx - 9 * s, foot + 9 * s)), CHALK, 1, alpha=0.6)
    _draw(work, pen, hero, x, foot, size, flip=side < 0)
    for dx, dy in ((0, 1), (1, 0)):
        reach = size * 0.66
        a = (x - dx * reach * hero.motif.wide, foot - size / 2 - dy * reach)
        b = (x + dx * reach * hero.motif.wide, foot - size / 2 + dy * reach)
        _axis(pen, a, b, s)
    tall = f"{round(size / s * rng.choice((0.5, 1, 4, 10)))} mm"
    left = x - half_wide - 46 * s
    arrow(pen, (left, foot), (left, foot - size), tall, s)
    low = foot + 44 * s
    arrow(pen, (x - half_wide, low), (x + half_wide, low), f"{round(size * hero.motif.wide / s)} mm", s)
    for ex in (x - half_wide, x + half_wide):
        pen.line(line((ex, foot - 10 * s), (ex, low + 8 * s)), CHALK, 1, alpha=0.6)
    for k, name in ((-1, "A"), (1, "A")):
        sx = x + k * (half_wide + 18 * s)
        sy = foot - size * 0.55
        pen.line(ellipse(sx + k * 30 * s, sy, 15 * s), CHALK, 2)
        write(pen, name, sx + k * 30 * s, sy, 15 * s, CHALK)
    _detail(work, pen, hero, x, foot, size)
    for i, one in enumerate(placed[1:4]):
        sz = min(h * 0.13, w * 0.17 / one.motif.wide)
        px, py = w * (0.17 + 0.2 * i), h * 0.945
        _draw(work, pen, one, px, py, sz)
        write(pen, f"{i + 2}", px + sz * one.motif.wide * 0.5 + 16 * s, py - sz * 0.8, 14 * s, CHALK)


def _axis(pen: LinePen, a: tuple[float, float], b: tuple[float, float], s: float) -> None:
    paint = stroke_paint(CHALK.argb(0.6), 1.2 * s)
    paint.setPathEffect(skia.DashPathEffect.Make([18 * s, 6 * s, 3 * s, 6 * s], 0))
    pen.canvas.drawPath(line(a, b), paint)


def _detail(work: Work, pen: LinePen, hero: Placed, x: float, foot: float, size: float) -> None:
    """A part of the hero, enlarged in a circle."""
    w, h, s, rng = work.width, work.height, work.scale, work.rng("detail")
    side = work.stage.hero_side
    px, py = x + side * rng.uniform(0.05, 0.16) * size * hero.motif.wide, foot - size * rng.uniform(0.55, 0.74)
    cx, cy, r = w * (0.5 + 0.32 * side), h * 0.22, 0.125 * w
    if hero.motif.wide > 1.25:
        px, py = x + side * 0.3 * size * hero.motif.wide, foot - size * (0.3 if hero.motif.name in _ROLLING else 0.62)
    k = 2.3
    pen.line(ellipse(px, py, r / k), CHALK, 2)
    toward = math.atan2(cy - py, cx - px)
    pen.line(
        line(
            (px + r / k * math.cos(toward), py + r / k * math.sin(toward)),
            (cx - r * math.cos(toward), cy - r * math.sin(toward)),
        ),
        CHALK,
        1,
    )
    circle = ellipse(cx, cy, r)
    pen.fill(circle, Ink(0.9, 0, 0))
    with pen.within(circle):
        _draw(work, pen, hero, cx + (x - px) * k, cy + (foot - py) * k, size * k, flip=side < 0)
    pen.line(circle, CHALK, 3)
    write(pen, "B  2 : 1", cx, cy + r + 18 * s, 15 * s, CHALK)


def _machine(work: Work, pen: LinePen) -> None:
    """For words that name no thing: an apparatus of wheels as large as its syllables, belted together."""
    w, h, s = work.width, work.height, work.scale
    words = work.reading.words[:7] or ("?",)
    at: list[tuple[float, float, float]] = []
    for i, word in enumerate(words):
        rng = seeded(work.order.seed, word)
        x = w * (0.16 + 0.68 * (i + 0.5) / len(words))
        y = h * (0.42 + 0.2 * rng.uniform(-1, 1))
        r = w * min(0.16, 0.03 + 0.011 * len(word))
        if at:
            px, py, pr = at[-1]
            pen.line(line((px, py - pr), (x, y - r)), CHALK, 2)
            pen.line(line((px, py + pr), (x, y + r)), CHALK, 2)
        at.append((x, y, r))
    for (x, y, r), word in zip(at, words, strict=True):
        teeth = max(8, 3 * len(word))
        rim = []
        for k in range(teeth * 4):
            a = math.tau * k / (teeth * 4)
            q = r * (1.1 if k % 4 in (0, 1) else 0.96)
            rim.append((x + q * math.cos(a), y + q * math.sin(a)))
        pen.fill(poly(*rim), Ink(0.8, 0, 0))
        pen.line(ellipse(x, y, r * 0.8), CHALK, 1)
        for k in range(3 + len(word) % 4):
            a = math.tau * k / (3 + len(word) % 4)
            pen.line(line((x, y), (x + r * 0.8 * math.cos(a), y + r * 0.8 * math.sin(a))), CHALK, 2)
        pen.fill(ellipse(x, y, r * 0.2), Ink(0.3, 0, 0))
        write(pen, word[:16], x, y + r * 1.1 + 24 * s, 16 * s, CHALK)
        _axis(pen, (x, y - r * 1.5), (x, y + r * 1.35), s)
    first, last = at[0], at[-1]
    if len(at) > 1:
        arrow(pen, (first[0], h * 0.82), (last[0], h * 0.82), f"{round((last[0] - first[0]) / s)} mm", s)


def _block(work: Work, pen: LinePen) -> None:
    """The title block below on the right."""
    w, h, s = work.width, work.height, work.scale
    x0, y0, x1, y1 = w - 33 * s - 300 * s, h - 33 * s - 92 * s, w - 33 * s, h - 33 * s
    pen.fill(box(x0, y0, x1, y1), Ink(0.9, 0, 0))
    pen.line(line((x0, y0 + 46 * s), (x1, y0 + 46 * s)), CHALK, 1)
    pen.line(line((x0 + 150 * s, y0 + 46 * s), (x0 + 150 * s, y1)), CHALK, 1)
    title = " ".join(work.reading.words)[:24] or "?"
    write(pen, title, x0 + 12 * s, y0 + 24 * s, 17 * s, CHALK, middle=False)
    write(pen, f"Nr. {work.order.seed % 10000}", x0 + 12 * s, y0 + 70 * s, 15 * s, CHALK, middle=False)
    write(pen, "M 1 : 10", x0 + 164 * s, y0 + 70 * s, 15 * s, CHALK, middle=False)
