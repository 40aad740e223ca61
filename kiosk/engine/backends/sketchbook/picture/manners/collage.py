"""Dada collage: torn papers, figures cut out in the wrong size, letters of the child's own words, all at an angle."""

import math
from random import Random

import skia

from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.forms import Path, box, ellipse, half, line, moved, poly, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.letters import letters_of, write
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work
from kiosk.engine.backends.sketchbook.words import seeded

NEWS = Ink(0.90, 0.035, 85)
KRAFT = Ink(0.74, 0.06, 70)
BLACK = Ink(0.22, 0.01, 60)
WHITE = Ink(0.97, 0.012, 90)
WHITE_R, WHITE_G, WHITE_B = 0.965, 0.955, 0.935
RED = Ink(0.57, 0.20, 29)


def torn(rng: Random, x: float, y: float, w: float, h: float, turn: float) -> Path:
    """A piece of paper with three cut edges and torn ones."""
    points = []
    for side in range(4):
        rough = 0.018 * min(w, h) * (2.2 if side % 2 else 0.3)
        for i in range(14):
            t = i / 14
            px, py = ((-0.5 + t, -0.5), (0.5, -0.5 + t), (0.5 - t, 0.5), (-0.5, 0.5 - t))[side]
            points.append((px * w + rng.uniform(-rough, rough), py * h + rng.uniform(-rough, rough)))
    return moved(poly(*points), x, y, turn)


@manner("collage")
def collage(work: Work) -> Pixels:
    """Nothing fits, and that is the point."""
    work.plan(7)
    w, h, rng, pen = work.width, work.height, work.rng("papers"), work.pen()
    base = rng.choice((KRAFT, NEWS, work.palette.pops[1].toward(NEWS, 0.55)))
    pen.fill(box(-4, -4, w + 4, h + 4), base, grain=90)
    work.step()
    for i in range(9):
        _paper(work, pen, rng, i)
    _childs_scraps(work, pen, rng)
    work.step()
    placed = work.figures()
    _shapes(work, pen, rng)
    if placed:
        _figures(work, pen, placed)
    work.step()
    _words(work, pen, big=not placed)
    work.step()
    _stamps(work, pen)
    work.step()
    return on_paper(work, 0.06)


def _childs_scraps(work: Work, pen: Pen, rng: Random) -> None:
    """The child's own picture, torn in three."""
    if work.order.source is None:
        return
    w, h = work.width, work.height
    for k in range(3):
        scrap = torn(
            rng,
            w * (0.25 + 0.25 * k),
            h * rng.uniform(0.35, 0.6),
            w * 0.34,
            h * rng.uniform(0.5, 0.75),
            rng.uniform(-16, 16),
        )
        _shadow(pen, scrap, work.scale)
        pen.line(scrap, WHITE, 8 * work.scale)
        off = rng.uniform(-0.08, 0.08) * h
        with pen.within(scrap):
            lay(work, pen, (0.0, off, float(w), h + off), colours=10)


def _shadow(pen: Pen, path: Path, scale: float) -> None:
    with_offset = moved(path, 4 * scale, 6 * scale)
    pen.wash(with_offset, BLACK, 0.34, 5 * scale)


def _paper(work: Work, pen: Pen, rng: Random, i: int) -> None:
    """One scrap: coloured, newsprint, ruled, chequered, or a piece of sky."""
    w, h, s = work.width, work.height, work.scale
    x, y = rng.uniform(0.05, 0.95) * w, rng.uniform(0.05, 0.95) * h
    pw, ph = rng.uniform(0.2, 0.6) * w, rng.uniform(0.16, 0.5) * h
    path = torn(rng, x, y, pw, ph, rng.uniform(-38, 38))
    _shadow(pen, path, s)
    pen.line(path, WHITE, 7 * s)
    kind = (i + rng.randrange(2)) % 5
    ink = (*work.palette.pops, work.palette.sky[0], RED, BLACK)[rng.randrange(len(work.palette.pops) + 3)]
    pen.fill(path, NEWS if kind in (1, 3) else ink, grain=rng.uniform(0, 180))
    with pen.within(path):
        angle = rng.uniform(-40, 40)
        pen.canvas.save()
        pen.canvas.translate(x, y)
        pen.canvas.rotate(angle)
        if kind == 1:
            _newsprint(work, pen, rng, pw, ph)
        elif kind == 2:
            for k in range(-20, 20):
                pen.fill(box(k * 26 * s, -h, k * 26 * s + 11 * s, h), WHITE.toward(ink, 0.25))
        elif kind == 3:
            for k in range(-30, 30):
                pen.line(line((-w, k * 19 * s), (w, k * 19 * s)), Ink(0.6, 0.1, 250), 1.2 * s, alpha=0.6)
                pen.line(line((k * 19 * s, -h), (k * 19 * s, h)), Ink(0.6, 0.1, 250), 1.2 * s, alpha=0.6)
        elif kind == 4:
            for k in range(-14, 14):
                for m in range(-14, 14):
                    pen.fill(ellipse(k * 30 * s + 15 * s * (m % 2), m * 26 * s, 6.5 * s), WHITE)
        pen.canvas.restore()


def _newsprint(work: Work, pen: Pen, rng: Random, w: float, h: float) -> None:
    """Columns of the child's own words, too small to read well."""
    words = list(work.reading.words) or ["dada"]
    s, grey = work.scale, Ink(0.34, 0.01, 60)
    y = -h / 2 - 30 * s
    while y < h / 2 + 30 * s:
        x = -w / 2 - 40 * s
        while x < w / 2 + 20 * s:
            x += write(pen, rng.choice(words)[:14], x, y, 8.5 * s, grey, middle=False) + 6 * s
        y += 15 * s


def _shapes(work: Work, pen: Pen, rng: Random) -> None:
    w, h, s = work.width, work.height, work.scale
    for _ in range(3):
        x, y, r = rng.uniform(0.1, 0.9) * w, rng.uniform(0.1, 0.9) * h, rng.uniform(0.05, 0.15) * w
        shape = rng.choice(
            (
                ellipse(x, y, r),
                half(x, y, r * 1.2, r * 1.2),
                poly((x, y - r), (x + r, y + r * 0.7), (x - r, y + r * 0.6)),
            )
        )
        shape = moved(shape, 0, 0)
        _shadow(pen, shape, s)
        pen.fill(shape, rng.choice((RED, BLACK, *work.palette.pops)), grain=rng.uniform(0, 180))
    a, b = rng.uniform(0, w), rng.uniform(0, w)
    pen.line(line((a, -10), (b, h + 10)), BLACK, 3.2 * s)


def cut_out(
    work: Work, one: Placed, x: float, y: float, size: float, turn: float, *, mono: bool = False, flip: bool = False
) -> None:
    """A figure with a rim of white paper, its shadow below."""
    canvas, s = work.canvas, work.scale
    rng = seeded(work.order.seed, one.thing.motif, round(size), round(x))
    soft = skia.ImageFilters.Blur(4.2 * s, 4.2 * s)
    hard = skia.ColorFilters.Matrix(
        [0.0] * 4 + [WHITE_R] + [0.0] * 4 + [WHITE_G] + [0.0] * 4 + [WHITE_B] + [0.0] * 3 + [14.0, -0.9]
    )
    white = skia.ImageFilters.ColorFilter(hard, soft)
    shade = skia.ImageFilters.DropShadow(4 * s, 7 * s, 5 * s, 5 * s, BLACK.argb(0.5), white)
    layer = skia.Paint(ImageFilter=skia.ImageFilters.Merge([shade, None]))
    lean, upright, half_wide = abs(math.sin(math.radians(turn))), math.cos(math.radians(turn)), 0.55 * one.motif.wide
    reach = size * (half_wide + 1.05 * lean) + 30 * s
    top, low = size * (1.12 * upright + half_wide * lean) + 30 * s, size * half_wide * lean + 36 * s
    bounds = skia.Rect.MakeLTRB(x - reach, y - top, x + reach, y + low)
    canvas.saveLayer(bounds, layer)
    pen = work.pen()
    if mono:
        pen.tone = lambda ink: Ink(min(0.97, ink.l * 1.05), 0.012, 80)
    coat = coat_for(
        rng,
        one.thing.colour,
        work.palette.pops,
        work.palette.dark,
        work.palette.light,
        asleep=one.thing.action == "sleep",
    )
    with pen.at(x, y, size, turn, flip):
        one.motif.draw(pen, coat, rng)
    canvas.restore()


def _figures(work: Work, pen: Pen, placed: list[Placed]) -> None:
    """The hero large, its echo small and grey, the others between; halves that do not meet."""
    w, h, rng = work.width, work.height, work.rng("cut")
    side = work.stage.hero_side
    hero = placed[0]
    big = min(h * 0.62, w * 0.78 / hero.motif.wide)
    cut_out(work, hero, w * (0.5 - 0.26 * side), h * 0.36, big * 0.34, rng.uniform(20, 50) * side, mono=True)
    for i, one in enumerate(placed[1:5]):
        size = min(h * rng.choice((0.2, 0.3, 0.42)), w * 0.5 / one.motif.wide)
        cut_out(
            work,
            one,
            w * (0.5 - side * rng.uniform(0.12, 0.34)),
            h * (0.94 - 0.2 * i),
            size,
            rng.uniform(-35, 35),
            mono=i % 3 == 2,
        )
    turn = rng.uniform(6, 16) * side
    x, y = w * (0.5 + 0.12 * side), h * 0.89
    if rng.random() < 0.5:
        cut_out(work, hero, x, y, big, turn, flip=side > 0)
        return
    level, shift = y - big * rng.uniform(0.42, 0.58), big * 0.16 * side
    for top in (False, True):
        work.canvas.save()
        lean = rng.uniform(-0.04, 0.04) * h
        part = poly(
            (-w, level + lean), (2 * w, level - lean), (2 * w, -h if top else 2 * h), (-w, -h if top else 2 * h)
        )
        if top:
            work.canvas.translate(shift, 0)
        work.canvas.clipPath(part, doAntiAlias=True)
        cut_out(
            work,
            hero,
            x - (shift if not top else 0) * 0.2,
            y,
            big,
            turn,
            flip=side > 0,
            mono=top and rng.random() < 0.35,
        )
        work.canvas.restore()


def _words(work: Work, pen: Pen, *, big: bool) -> None:
    """Letters of the words, each on its own scrap."""
    w, h, s, rng = work.width, work.height, work.scale, work.rng("letters")
    found = letters_of(" ".join(work.reading.words), 60) or ["?"]
    n = min(len(found), 26 if big else 13)
    start = rng.randrange(max(1, len(found) - n + 1))
    for i, sign in enumerate(found[start : start + n]):
        size = h * (rng.uniform(0.08, 0.26) if big else rng.choice((0.05, 0.07, 0.10, 0.14)))
        t = (i + 0.5) / n
        x = w * (0.08 + 0.84 * t) + rng.uniform(-0.03, 0.03) * w
        y = h * (0.12 + 0.06 * rng.uniform(-1, 1)) if not big else h * rng.uniform(0.12, 0.88)
        if not big and i % 3 == 2:
            y = h * rng.uniform(0.86, 0.95)
        work.canvas.save()
        work.canvas.translate(x, y)
        work.canvas.rotate(rng.uniform(-28, 28))
        face = rng.randrange(4)
        if face:
            paper = (WHITE, NEWS, BLACK, RED)[rng.randrange(4)]
            card = torn(rng, 0, 0, size * 0.95, size * 1.12, 0)
            _shadow(pen, card, s)
            pen.fill(card, paper)
            ink = WHITE if paper in (BLACK, RED) else rng.choice((BLACK, RED))
        else:
            ink = rng.choice((BLACK, RED, WHITE))
        write(
            pen, sign.upper() if rng.random() < 0.6 else sign, 0, 0, size * 0.74, ink, stretch=rng.uniform(0.7, 1.5)
        )
        work.canvas.restore()


def _stamps(work: Work, pen: Pen) -> None:
    """A ring stamp, a ticket number, tape."""
    w, h, s, rng = work.width, work.height, work.scale, work.rng("stamps")
    x, y, r = w * rng.uniform(0.15, 0.85), h * rng.uniform(0.55, 0.9), w * 0.07
    pen.line(ellipse(x, y, r), RED, 4 * s, alpha=0.75)
    pen.line(ellipse(x, y, r * 0.8), RED, 2 * s, alpha=0.75)
    write(pen, f"N° {work.order.seed % 1000}", x, y, r * 0.42, RED)
    for _ in range(3):
        tape = smooth(
            [(-0.06 * w, -0.012 * h), (0.06 * w, -0.012 * h), (0.06 * w, 0.012 * h), (-0.06 * w, 0.012 * h)],
            tension=0.02,
        )
        pen.wash(
            moved(tape, rng.uniform(0.1, 0.9) * w, rng.uniform(0.1, 0.9) * h, rng.uniform(-60, 60)),
            Ink(0.93, 0.06, 90),
            0.62,
        )
