"""Bauhaus grid and reduced poster: few forms, few colours, order."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.abstract import word_form
from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.forms import box, ellipse, limb, line, poly
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.letters import write
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper
from kiosk.engine.backends.sketchbook.picture.pens import FlatPen
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work
from kiosk.engine.backends.sketchbook.words import seeded

RED, YELLOW, BLUE = Ink(0.58, 0.20, 29), Ink(0.85, 0.16, 90), Ink(0.46, 0.15, 262)
BLACK, WHITE, GREY = Ink(0.21, 0.01, 280), Ink(0.955, 0.018, 88), Ink(0.76, 0.01, 90)
PRIMARIES = (RED, YELLOW, BLUE)


def primary(ink: Ink) -> Ink:
    """The nearest of the six colours of the grid."""
    if ink.c < 0.055:
        return BLACK if ink.l < 0.42 else GREY if ink.l < 0.84 else WHITE
    if ink.l < 0.3:
        return BLACK
    if ink.l > 0.93:
        return WHITE
    hue = ink.h % 360
    if hue < 55 or hue > 325:
        return RED
    return YELLOW if hue < 118 else BLUE


@manner("grid_forms")
def grid_forms(work: Work) -> Pixels:
    """Squares, circles, triangles and stripes on a grid; the figure is built of the same colours."""
    work.plan(6)
    w, h, rng = work.width, work.height, work.rng("grid")
    pen = FlatPen(work.canvas, work.rng("pen"), primary)
    work.canvas.clear(WHITE.argb())
    n = rng.choice((4, 5, 6))
    cell = min(w, h) / n
    columns, rows = math.ceil(w / cell), math.ceil(h / cell)
    rhythm = work.reading.rhythm or (2, 1, 3)
    diagonal = rng.choice((-1, 1))
    for j in range(rows):
        for i in range(columns):
            if rng.random() < 0.18 + 0.1 * (rhythm[(i + j) % len(rhythm)] % 3):
                _cell(pen, rng, i * cell, j * cell, cell)
    work.step()
    _diagonals(pen, rng, w, h, cell, diagonal)
    lay(work, pen, (cell, cell, cell * (n - 1), cell * (n - 1)), colours=12, grain=False)
    work.step()
    placed = work.figures()
    _hero(work, pen, placed, cell, diagonal)
    work.step()
    for k in range(1, max(columns, rows)):
        pen.line(line((k * cell, 0), (k * cell, h)), BLACK, 1.3 * work.scale, alpha=0.5)
        pen.line(line((0, k * cell), (w, k * cell)), BLACK, 1.3 * work.scale, alpha=0.5)
    for word in work.reading.words[:1] if not placed else ():
        work.canvas.save()
        work.canvas.translate(w * (0.5 + 0.43 * diagonal), h * 0.5)
        work.canvas.rotate(-90)
        write(pen, word.lower()[:18], 0, 0, min(cell * 0.34, 1.3 * h / max(4, len(word))), BLACK)
        work.canvas.restore()
    work.step()
    return on_paper(work, 0.035)


def _cell(pen: FlatPen, rng: Random, x: float, y: float, s: float) -> None:
    """One field of the grid."""
    a, b = rng.sample((*PRIMARIES, BLACK, WHITE, GREY), 2)
    kind = rng.randrange(8)
    pen.fill(box(x, y, x + s, y + s), a)
    with pen.within(box(x, y, x + s, y + s)):
        if kind == 0:
            pen.fill(ellipse(x + s / 2, y + s / 2, s * 0.38), b)
        elif kind == 1:
            cx, cy = x + s * rng.randrange(2), y + s * rng.randrange(2)
            pen.fill(ellipse(cx, cy, s), b)
            pen.fill(ellipse(cx, cy, s * 0.5), a)
        elif kind == 2:
            pen.fill(
                poly(*rng.choice((((x, y), (x + s, y), (x, y + s)), ((x + s, y), (x + s, y + s), (x, y + s))))), b
            )
        elif kind == 3:
            for k in range(5):
                pen.fill(box(x, y + s * k / 5, x + s, y + s * (k + 0.5) / 5), b)
        elif kind == 4:
            for k in range(5):
                pen.fill(box(x + s * k / 5, y, x + s * (k + 0.5) / 5, y + s), b)
        elif kind == 5:
            pen.fill(poly((x + s / 2, y + s * 0.1), (x + s * 0.92, y + s * 0.88), (x + s * 0.08, y + s * 0.88)), b)
        elif kind == 6:
            for k in range(3):
                for m in range(3):
                    pen.fill(ellipse(x + s * (k + 0.5) / 3, y + s * (m + 0.5) / 3, s * 0.09), b)


def _diagonals(pen: FlatPen, rng: Random, w: float, h: float, cell: float, way: int) -> None:
    """The strong diagonal with its companions."""
    for off, width, ink in (
        (0.0, cell * 0.5, RED),
        (cell * 0.55, cell * 0.1, BLACK),
        (-cell * 0.5, cell * 0.06, BLACK),
    ):
        a, b = ((-0.1 * w, h * 1.05 + off), (w * 1.1, -0.05 * h + off))
        if way < 0:
            a, b = ((w * 1.1, h * 1.05 + off), (-0.1 * w, -0.05 * h + off))
        pen.line(line(a, b), ink, width, round_ends=False)
    x, y = w * (0.5 + 0.24 * way), h * rng.uniform(0.18, 0.26)
    pen.fill(ellipse(x, y, cell * 0.78), BLUE if rng.random() < 0.5 else YELLOW)
    pen.line(ellipse(x, y, cell * 0.95), BLACK, cell * 0.035)


def _hero(work: Work, pen: FlatPen, placed: list[Placed], cell: float, way: int) -> None:
    w, h = work.width, work.height
    big = min(w, h)
    if not placed:
        _forms(work, pen, w * (0.5 - 0.12 * way), h * 0.62, big * 0.27)
        return
    hero, others = placed[0], placed[1:4]
    x, foot = w * (0.5 - 0.13 * way), h * 0.90
    size = min(big * 0.60, big * 0.66 / hero.motif.wide)
    disc = size * 0.5 * max(1.0, hero.motif.wide) + cell * 0.12
    pen.fill(ellipse(x, foot - size * 0.5, disc), WHITE)
    pen.line(ellipse(x, foot - size * 0.5, disc), BLACK, big * 0.011)
    _figure(work, pen, hero, x, foot, size, flip=way > 0)
    for i, one in enumerate(others):
        s = min(big * 0.22, big * 0.26 / one.motif.wide)
        px, py = w * (0.5 + way * (0.34 - 0.02 * i)), h * (0.9 - 0.27 * i)
        pen.fill(box(px - s * 0.7, py - s * 1.2, px + s * 0.7, py + s * 0.2), WHITE)
        pen.fill(box(px - s * 0.7, py + s * 0.05, px + s * 0.7, py + s * 0.2), PRIMARIES[i])
        pen.line(box(px - s * 0.7, py - s * 1.2, px + s * 0.7, py + s * 0.2), BLACK, big * 0.006)
        _figure(work, pen, one, px, py, s / max(1.0, one.motif.wide * 0.9), flip=False)


def _forms(work: Work, pen: FlatPen, x: float, y: float, s: float) -> None:
    """For words that name no thing: the form of the longest word in the six colours, between circle and triangle."""
    word = max(work.reading.words, key=len, default="?")
    rng = work.rng("forms", word)
    inks = [RED, YELLOW, BLUE, BLACK, WHITE]
    rng.shuffle(inks)
    pen.fill(ellipse(x, y, s * 1.12), WHITE)
    pen.line(ellipse(x, y, s * 1.12), BLACK, s * 0.035)
    spiky = bool({"angry", "wild", "afraid"} & set(work.reading.moods))
    for k, part in enumerate(word_form(work.order.seed, word, x, y, s * 0.95, spiky=spiky)):
        pen.fill(part, inks[k % 4])
        pen.line(part, BLACK, s * 0.016)
    pen.fill(poly((x, y - s * 0.3), (x + s * 0.26, y + s * 0.16), (x - s * 0.26, y + s * 0.16)), inks[4])
    pen.fill(ellipse(x, y + s * 0.02, s * 0.1), BLACK)


def _figure(work: Work, pen: FlatPen, one: Placed, x: float, y: float, size: float, *, flip: bool) -> None:
    rng = seeded(work.order.seed, one.thing.motif)
    coat = coat_for(rng, one.thing.colour, (RED, BLUE, YELLOW), BLACK, WHITE, asleep=one.thing.action == "sleep")
    with pen.at(x, y, size, 0, flip):
        one.motif.draw(pen, coat, rng)


@manner("plain")
def plain(work: Work) -> Pixels:
    """As little as possible: one ground, one line, one figure, three colours, no ornament."""
    work.plan(4)
    w, h, rng = work.width, work.height, work.rng("plain")
    base = work.palette.sky[1].muted(0.5).toward(Ink(0.93, 0.015, 85), 0.45 if not work.palette.night else 0.0)
    if work.palette.night:
        base = Ink(0.30, 0.03, base.h)
    ground = base.darker(0.13) if not work.palette.night else base.darker(0.08)
    work.canvas.clear(base.argb())
    pen = FlatPen(work.canvas, rng)
    horizon = h * rng.uniform(0.66, 0.76)
    pen.fill(box(-2, horizon, w + 2, h + 2), ground)
    lay(work, pen, (w * 0.2, horizon - h * 0.45, w * 0.8, horizon), colours=4, grain=False)
    work.step()
    accent = (work.palette.pops[0]).muted(0.75)
    placed = work.figures()
    dark = Ink(0.30, 0.02, base.h) if not work.palette.night else Ink(0.93, 0.02, 90)

    def three(ink: Ink) -> Ink:
        if ink.l > 0.86:
            return Ink(0.95, 0.012, 88)
        if ink.l < 0.42:
            return dark if not work.palette.night else Ink(0.2, 0.02, base.h)
        return accent if ink.c > 0.06 else base.darker(0.3) if not work.palette.night else base.lighter(0.2)

    side = work.stage.hero_side
    if placed:
        hero = placed[0]
        coat_rng = seeded(work.order.seed, hero.thing.motif)
        coat = coat_for(
            coat_rng,
            hero.thing.colour,
            (accent, accent, accent.darker(0.1)),
            dark,
            Ink(0.95, 0.01, 88),
            asleep=hero.thing.action == "sleep",
        )
        if hero.thing.colour:
            accent = coat.main.muted(0.85)
        flying = hero.motif.zone in ("sky", "water") or hero.thing.action == "fly"
        size = min(h * 0.34, w * 0.5 / hero.motif.wide)
        pen.tone = three
        y = horizon + h * 0.012 if not flying else horizon - h * 0.2
        with pen.at(w * (0.5 + 0.14 * side), y, size, 0, side > 0):
            hero.motif.draw(pen, coat, coat_rng)
        for i, one in enumerate(placed[1:2]):
            s = min(h * 0.16, w * 0.24 / one.motif.wide)
            with pen.at(
                w * (0.5 - 0.24 * side), horizon + h * 0.006 if one.motif.zone != "sky" else h * (0.3 + 0.1 * i), s
            ):
                one.motif.draw(
                    pen,
                    coat_for(
                        seeded(work.order.seed, one.thing.motif),
                        one.thing.colour,
                        (accent, accent, accent),
                        dark,
                        Ink(0.95, 0.01, 88),
                    ),
                    coat_rng,
                )
    else:
        _silence(work, pen, horizon, accent, dark)
    work.step()
    return on_paper(work, 0.03)


def _silence(work: Work, pen: FlatPen, horizon: float, accent: Ink, dark: Ink) -> None:
    """For words that name no thing: a row of uprights as long as their words, and one stone."""
    w, h = work.width, work.height
    words = work.reading.words[:9] or ("?",)
    lengths = [0.06 + 0.045 * len(word) ** 0.9 for word in words]
    if len(words) < 3:
        lengths = [0.10 + 0.28 * ((ord(c) * 37) % 29) / 28 for c in "".join(words)[:14]]
    step = min(0.06, 0.5 / max(1, len(lengths)))
    for i, tall in enumerate(lengths):
        x = w * (0.5 + (i - (len(lengths) - 1) / 2) * step)
        pen.line(line((x, horizon), (x, horizon - h * min(0.46, tall))), dark, 7 * work.scale, round_ends=False)
    x = w * (0.5 + 0.26 * work.stage.hero_side)
    pen.fill(
        limb([(x - w * 0.03, horizon - h * 0.014), (x + w * 0.04, horizon - h * 0.012)], [h * 0.04, h * 0.03]), accent
    )
