"""Expressionist gesture, comic, overdrive and sweetness: manners that say everything loudly."""

import math

import skia

from kiosk.engine.backends.sketchbook.picture.abstract import forms_of_words
from kiosk.engine.backends.sketchbook.picture.forms import box, cut, ellipse, heart, limb, line, poly, star, union
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.letters import write
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper
from kiosk.engine.backends.sketchbook.picture.motifs.plants import little_flower
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.pens import ComicPen, FlatPen, GesturePen
from kiosk.engine.backends.sketchbook.picture.scene import figure, paint, step_count, view_of
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work

BLACK = Ink(0.18, 0.02, 280)
WHITE = Ink(0.975, 0.01, 95)


# For red, yellow, green, cyan, blue and violet things: what they become.
_FAUVE = (
    (
        Ink(0.66, 0.22, 355),
        Ink(0.76, 0.18, 58),
        Ink(0.66, 0.13, 190),
        Ink(0.89, 0.17, 96),
        Ink(0.58, 0.17, 150),
        Ink(0.60, 0.22, 28),
    ),
    (
        Ink(0.50, 0.20, 264),
        Ink(0.63, 0.22, 30),
        Ink(0.52, 0.20, 305),
        Ink(0.78, 0.15, 0),
        Ink(0.76, 0.18, 58),
        Ink(0.89, 0.17, 98),
    ),
    (
        Ink(0.62, 0.18, 148),
        Ink(0.52, 0.20, 300),
        Ink(0.61, 0.22, 28),
        Ink(0.79, 0.17, 66),
        Ink(0.68, 0.21, 355),
        Ink(0.48, 0.19, 262),
    ),
    (
        Ink(0.86, 0.17, 92),
        Ink(0.56, 0.19, 258),
        Ink(0.70, 0.20, 350),
        Ink(0.62, 0.22, 30),
        Ink(0.80, 0.17, 75),
        Ink(0.60, 0.17, 152),
    ),
)


@manner("gesture")
def gesture(work: Work) -> Pixels:
    """Colours that feel and do not describe; broad marks; a contour like a shout."""
    scheme = work.rng("hue").choice(_FAUVE)

    def unnatural(ink: Ink) -> Ink:
        if ink.c < 0.03 and (ink.l > 0.9 or ink.l < 0.35):
            return ink
        strong = scheme[next(i for i, end in enumerate((58, 105, 172, 222, 285, 361)) if ink.h < end)]
        return Ink(min(0.95, max(0.24, 0.45 * strong.l + 0.55 * ink.l)), strong.c, strong.h)

    def against(ink: Ink) -> Ink:
        return unnatural(ink.turned(160)) if ink.c > 0.03 else ink

    pen = GesturePen(work.canvas, work.rng("pen"), unnatural, Ink(0.2, 0.07, 275), 10 * work.scale)
    view = view_of(work, pen)
    work.plan(step_count(view) + 2)
    paint(view, work.figures(), work.order.seed, work.step, against)
    _slashes(work, pen)
    work.step()
    return on_paper(work, 0.07)


def _slashes(work: Work, pen: GesturePen) -> None:
    """Loose strokes over everything, in the direction of the feeling: down when sad, up when free."""
    rng, w, h, s = work.rng("slashes"), work.width, work.height, work.scale
    moods = work.reading.moods
    base = 80 if "sad" in moods else -60 if "free" in moods or "happy" in moods else rng.choice((-30, 25, 60))
    for _ in range(46):
        x, y, length = rng.uniform(0, w), rng.uniform(0, h) ** 1.0, rng.uniform(0.03, 0.11) * h
        a = math.radians(base + rng.uniform(-24, 24))
        ink = pen.tone(rng.choice((*work.palette.pops, work.palette.sky[1], work.palette.land[2])))
        path = limb(
            [
                (x, y),
                (x + length * 0.5 * math.cos(a) + 4, y + length * 0.5 * math.sin(a)),
                (x + length * math.cos(a), y + length * math.sin(a)),
            ],
            [3 * s, rng.uniform(7, 15) * s, 1.5 * s],
        )
        pen.print(path, ink, "dry", -0.6, 0.5, 0.8, math.degrees(a), rng.random() * 400)


@manner("comic")
def comic(work: Work) -> Pixels:
    """A panel with outlines, printed dots, a burst, and the child's words in a balloon."""

    def printed(ink: Ink) -> Ink:
        return Ink(min(0.97, max(0.2, ink.l + 0.03)), min(0.22, ink.c * 1.35), ink.h)

    pen = ComicPen(work.canvas, work.rng("pen"), 4.6 * work.scale, printed)
    view = view_of(work, pen)
    work.plan(step_count(view) + 3)
    placed = work.figures()
    paint(view, placed, work.order.seed, work.step)
    work.step()
    w, h, s, rng = work.width, work.height, work.scale, work.rng("balloon")
    side = work.stage.hero_side
    head = (placed[0].x, placed[0].y - placed[0].size * 0.96) if placed else (w / 2, h * 0.6)
    _balloon(work, pen, w * (0.5 - 0.20 * side), h * 0.17, head)
    if rng.random() < 0.7 or not placed:
        _sound(work, pen, w * (0.5 + 0.30 * side) if placed else w / 2, h * (0.86 if placed else 0.6))
    m = 20 * s
    FlatPen(work.canvas, rng).fill(cut(box(-2, -2, w + 2, h + 2), box(m, m, w - m, h - m)), WHITE)
    pen.line(box(m, m, w - m, h - m), BLACK, 7 * s, round_ends=False)
    return on_paper(work, 0.03)


def _lines(words: list[str], wide: int) -> list[str]:
    rows = [""]
    for word in words:
        if rows[-1] and len(rows[-1]) + len(word) + 1 > wide:
            rows.append("")
        rows[-1] = (rows[-1] + " " + word).strip()
    return rows[:4]


def _balloon(work: Work, pen: ComicPen, x: float, y: float, toward: tuple[float, float]) -> None:
    w, h, s = work.width, work.height, work.scale
    rows = _lines([word[:16] for word in work.reading.words[:9]] or ["?!"], 15)
    size = 34 * s
    rx = max(0.15 * w, max(len(row) for row in rows) * size * 0.36 + 22 * s)
    ry = len(rows) * size * 0.66 + 30 * s
    x, y = min(max(x, rx + 34 * s), w - rx - 34 * s), max(y, ry + 34 * s)
    a = math.atan2(toward[1] - y, toward[0] - x)
    reach = min(math.hypot(toward[0] - x, toward[1] - y) * 0.8, ry + 0.12 * h)
    tip = (x + reach * math.cos(a), y + reach * math.sin(a))
    base = [(x + rx * 0.7 * math.cos(a + k), y + ry * 0.7 * math.sin(a + k)) for k in (0.28, -0.28)]

    shape = union(ellipse(x, y, rx, ry), poly(base[0], tip, base[1]))
    pen.canvas.drawPath(shape, skia.Paint(AntiAlias=True, Color=WHITE.argb()))
    pen.line(shape, BLACK, 5 * s)
    for i, row in enumerate(rows):
        write(pen, row.upper(), x, y + (i - (len(rows) - 1) / 2) * size * 1.12, size * 0.72, BLACK)


def _sound(work: Work, pen: ComicPen, x: float, y: float) -> None:
    """A burst with the sound of the longest word: its first syllable, drawn out."""
    s, rng = work.scale, work.rng("sound")
    word = max(work.reading.words, key=len, default="wow")
    vowel = next((i for i, c in enumerate(word.lower()) if c in "aeiouyäöü"), 0)
    cry = (word[: vowel + 1] + word[vowel : vowel + 1] * 2 + word[vowel + 1 : vowel + 2])[:8].upper() + "!"
    n = 13
    points = []
    for i in range(2 * n):
        a = math.pi * i / n
        k = (150 if i % 2 == 0 else 96) * s * rng.uniform(0.85, 1.15)
        points.append((x + k * 1.15 * math.cos(a), y + k * 0.72 * math.sin(a)))
    burst = poly(*points)
    pen.canvas.drawPath(burst, skia.Paint(AntiAlias=True, Color=Ink(0.88, 0.17, 95).argb()))
    pen.line(burst, BLACK, 5 * s)
    pen.canvas.save()
    pen.canvas.translate(x, y)
    pen.canvas.rotate(rng.uniform(-12, 12))
    size = min(74, 420 / max(3, len(cry))) * s
    for dx, ink in ((4 * s, BLACK), (0.0, Ink(0.6, 0.22, 28))):
        write(pen, cry, dx, dx, size, ink)
    pen.canvas.restore()


@manner("overflow")
def overflow(work: Work) -> Pixels:
    """More of everything: the figures again and again, in all sizes, until no place is left."""
    w, h, s, rng = work.width, work.height, work.scale, work.rng("more")
    pal = work.palette

    def loud(ink: Ink) -> Ink:
        return Ink(ink.l, min(0.27, ink.c * 1.45 + 0.01), ink.h)

    pen = work.pen(loud)
    placed = work.figures()
    work.plan(10)
    x0, y0 = w * (0.5 + 0.06 * work.stage.hero_side), h * 0.46
    for i in range(48):
        a, b = math.tau * i / 48, math.tau * (i + 1) / 48
        far = 1.6 * max(w, h)
        pen.fill(
            poly(
                (x0, y0),
                (x0 + far * math.cos(a), y0 + far * math.sin(a)),
                (x0 + far * math.cos(b), y0 + far * math.sin(b)),
            ),
            (*pal.pops, pal.sky[1])[i % (len(pal.pops) + 1)].lighter(0.06 * (i % 2)),
        )
    work.step()
    for k in range(7):
        pen.line(
            ellipse(x0, y0, (0.13 + 0.11 * k) * w), pal.pops[k % len(pal.pops)].lighter(0.14), (20 - k) * s, alpha=0.8
        )
    for k in range(3):
        area = (0.1 * k * w, 0.1 * k * h, (1 - 0.1 * k) * w, (1 - 0.1 * k) * h)
        lay(work, pen, area, contour=pal.pops[k], width=5)
    work.step()
    if placed:
        _crowd(work, pen, placed, x0, y0)
    else:
        _burst_of_words(work, pen, x0, y0)
    for i in range(90):
        a, d = rng.uniform(0, math.tau), rng.uniform(0.3, 0.8) * w
        x, y, r = x0 + d * math.cos(a), y0 + d * math.sin(a), rng.uniform(4, 13) * s
        pen.fill(
            (star(x, y, r * 1.4), ellipse(x, y, r), heart(x, y, r))[i % 3] if i % 3 != 2 else star(x, y, r, 0.6, 4),
            rng.choice((*pal.pops, pal.light)),
        )
    work.step()
    return on_paper(work, 0.04)


def _crowd(work: Work, pen: Pen, placed: list[Placed], x0: float, y0: float) -> None:
    w, h, rng = work.width, work.height, work.rng("crowd")
    spots = []
    for ring, (n, radius, size) in enumerate(((15, 0.60, 0.17), (12, 0.45, 0.21), (9, 0.31, 0.25))):
        for i in range(n):
            a = math.tau * (i + 0.5 * (ring % 2)) / n + rng.uniform(-0.1, 0.1)
            spots.append(
                (x0 + radius * w * math.cos(a), y0 + radius * h * math.sin(a), size * h * rng.uniform(0.8, 1.15), a)
            )
    spots.sort(key=lambda q: q[1])
    for i, (x, y, size, _) in enumerate(spots):
        one = placed[i % len(placed)]
        size = min(size, 0.34 * w / one.motif.wide)
        thing = one.thing._replace(colour=one.thing.colour if i % 2 else None)
        figure(
            pen,
            work.palette,
            one._replace(
                thing=thing, x=x, y=y + size * 0.5, size=size, turn=rng.uniform(-30, 30), flip=rng.random() < 0.5
            ),
            work.order.seed + i,
            shadow=False,
        )
        if i % 9 == 8:
            work.step()
    hero = placed[0]
    size = min(h * 0.52, w * 0.66 / hero.motif.wide)
    figure(
        pen, work.palette, hero._replace(x=x0, y=y0 + size * 0.55, size=size, turn=0.0), work.order.seed, shadow=False
    )


def _burst_of_words(work: Work, pen: Pen, x0: float, y0: float) -> None:
    forms_of_words(work, pen, x0, y0, 0.5, 3)


@manner("sweet")
def sweet(work: Work) -> Pixels:
    """Sugar over everything: pastel, hearts, sprinkles, a lace edge."""

    def candied(ink: Ink) -> Ink:
        hue = (355, 48, 165, 200, 285, 330)[
            next(i for i, end in enumerate((45, 105, 180, 230, 290, 361)) if ink.h < end)
        ]
        return Ink(min(0.975, 0.56 + 0.43 * ink.l), min(0.13, ink.c * 0.75 + 0.015), hue)

    pen = work.pen(candied)
    view = view_of(work, pen)
    work.plan(step_count(view) + 3)
    paint(view, work.figures(), work.order.seed, work.step)
    w, h, s, rng = work.width, work.height, work.scale, work.rng("sugar")
    for _ in range(120):
        x, y, a, k = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0, math.tau), 8 * s
        pen.line(
            line((x, y), (x + k * math.cos(a), y + k * math.sin(a))),
            Ink(0.7, 0.2, rng.choice((0, 60, 150, 220, 300))),
            4.4 * s,
        )
    for _ in range(16):
        pen.fill(heart(rng.uniform(0, w), rng.uniform(0.06, 0.94) * h, -rng.uniform(9, 22) * s), Ink(0.62, 0.2, 5))
    work.step()
    _lace(work, pen)
    work.step()
    return on_paper(work, 0.03)


def _lace(work: Work, pen: Pen) -> None:
    w, h, s = work.width, work.height, work.scale
    m, n = 40 * s, max(6, round(work.width / (58 * s)))
    pink, cream = Ink(0.62, 0.16, 358), Ink(0.98, 0.01, 60)
    step_x, step_y = w / n, h / max(6, round(h / (58 * s)))
    edge = [(step_x * (i + 0.5), side) for i in range(n) for side in (0.0, h)] + [
        (side, step_y * (i + 0.5)) for i in range(max(6, round(h / (58 * s)))) for side in (0.0, w)
    ]
    for x, y in edge:
        pen.fill(ellipse(x, y, m * 1.05), cream)
        pen.line(ellipse(x, y, m * 0.86), pink, 2.2 * s)
        pen.fill(heart(x, y, -m * 0.3), pink)
    rng = work.rng("corner")
    for x, y, turn in ((0.0, 0.0, 135), (w, 0.0, 225), (0.0, h, 45), (w, h, -45)):
        for k in range(5):
            with pen.at(x, y, m * 2.7, turn + (k - 2) * 19):
                little_flower(pen, rng, work.palette.pops[k % len(work.palette.pops)])
