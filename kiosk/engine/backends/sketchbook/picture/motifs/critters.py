"""Birds, fish, insects, reptiles, and the dragon."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    Path,
    blob,
    curve,
    ellipse,
    half,
    limb,
    line,
    petal,
    poly,
    smooth,
    spiral,
    star,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.pen import Pen

CREAM = Ink(0.96, 0.025, 85)
BEAK = Ink(0.76, 0.15, 65)
GREEN = Ink(0.66, 0.14, 138)


def eye(p: Pen, c: Coat, x: float, y: float, size: float, *, white: bool = True) -> None:
    """A round eye; closed when asleep."""
    if c.asleep:
        p.line(curve((x - size, y), (x, y - size * 0.6), (x + size, y)), c.dark, size * 0.4)
        return
    if white:
        p.fill(ellipse(x, y, size), CREAM)
    p.fill(ellipse(x + size * 0.15, y, size * (0.55 if white else 0.8)), c.dark)
    p.fill(ellipse(x + size * 0.35, y + size * 0.28, size * 0.2), CREAM)


def scales(p: Pen, shape: Path, ink: Ink, area: tuple[float, float, float, float], step: float) -> None:
    """Rows of small arcs inside an outline."""
    left, low, right, high = area
    with p.within(shape):
        row, y = 0, low
        while y < high:
            x = left + (step / 2 if row % 2 else 0)
            while x < right:
                p.line(
                    curve((x - step / 2, y + step * 0.3), (x, y - step * 0.2), (x + step / 2, y + step * 0.3)),
                    ink,
                    step * 0.1,
                    alpha=0.7,
                )
                x += step
            y, row = y + step * 0.72, row + 1


@motif("fish", zone="water", size=0.32, wide=1.6)
def fish(p: Pen, c: Coat, r: Random) -> None:
    deep, ink = r.uniform(34, 44), c.main
    p.fill(smooth([(-44, 50), (-80, 84), (-68, 50), (-82, 18)], tension=0.6), c.second, grain=0)
    p.fill(smooth([(-20, 50 + deep * 0.8), (0, 62 + deep), (34, 50 + deep * 0.7)], tension=0.7), c.second, grain=120)
    p.fill(smooth([(-14, 50 - deep * 0.8), (-16, 34 - deep * 0.8), (14, 50 - deep * 0.85)], tension=0.7), c.second)
    body = smooth(
        [
            (76, 50),
            (50, 50 + deep * 0.8),
            (4, 50 + deep),
            (-36, 50 + deep * 0.45),
            (-56, 50),
            (-36, 50 - deep * 0.45),
            (4, 50 - deep),
            (50, 50 - deep * 0.8),
        ]
    )
    p.fill(body, ink, grain=0)
    with p.within(body):
        if c.many:
            for i in range(7):
                x = -52 + i * 16
                p.fill(limb([(x, -10), (x + 7, 50), (x, 110)], [17, 17, 17]), c.rainbow(i), grain=90)
        else:
            for i in range(r.choice((0, 2, 3))):
                x = -26 + i * 24
                p.fill(limb([(x, 0), (x + 8, 50), (x, 100)], [4, 11, 4]), c.pop if i % 2 else c.second.lighter(0.08))
        p.fill(limb([(52, 0), (40, 50), (52, 100)], [44, 30, 44]), ink.lighter(0.07)) if not c.many else None
    scales(p, body, ink.darker(0.13), (-44, 14, 36, 92), 13)
    p.fill(petal(10, 44, 30, 17, 200), c.second.darker(0.03), grain=20)
    eye(p, c, 52, 59, 8)
    p.line(curve((62, 40), (68, 41), (73, 45)), c.dark, 1.8)


@motif("shark", zone="water", size=0.36, wide=2.0)
def shark(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.58, 0.035, 240))
    p.fill(smooth([(-70, 48), (-104, 88), (-90, 52), (-100, 22)], tension=0.5), ink)
    p.fill(smooth([(-14, 70), (-18, 100), (20, 72)], tension=0.4), ink)
    body = smooth([(98, 52), (64, 70), (10, 76), (-50, 60), (-82, 50), (-50, 38), (10, 24), (64, 30)])
    p.fill(body, ink, grain=0)
    with p.within(body):
        p.fill(smooth([(110, 40), (50, 44), (-20, 38), (-90, 46), (-60, 0), (100, 0)]), CREAM)
    p.fill(smooth([(20, 36), (-10, 4), (44, 32)], tension=0.5), ink.darker(0.05))
    for i in range(4):
        p.line(curve((34 + 5 * i, 44), (31 + 5 * i, 54), (34 + 5 * i, 62)), ink.darker(0.15), 1.6)
    p.line(curve((64, 38), (78, 40), (90, 46)), c.dark, 1.8)
    for i in range(5):
        p.fill(poly((66 + 5 * i, 38.5 + i), (71 + 5 * i, 39 + i), (68.5 + 5 * i, 45 + i)), CREAM)
    eye(p, c, 72, 57, 4)


@motif("whale", zone="water", size=0.4, wide=1.7)
def whale(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.5, 0.1, 250))
    for k in (-1, 0, 1):
        p.line(curve((34, 78), (34 + 7 * k, 96), (34 + 20 * k, 96 - 4 * abs(k))), Ink(0.86, 0.06, 220), 3)
    p.fill(union(petal(-70, 62, 40, 20, 125), petal(-70, 62, 36, 20, 175)), ink)
    body = smooth(
        [(80, 36), (70, 66), (30, 80), (-20, 66), (-56, 58), (-76, 66), (-70, 44), (-40, 18), (10, 6), (60, 10)]
    )
    p.fill(body, ink, grain=0)
    with p.within(body):
        p.fill(smooth([(100, 30), (40, 26), (-20, 22), (-50, -10), (90, -20)]), CREAM)
        for i in range(6):
            p.line(curve((90, 26 - 5 * i), (40, 20 - 5 * i), (0, 15 - 5 * i)), ink.lighter(0.18), 1.4)
    p.fill(petal(24, 26, 36, 16, 235), ink.darker(0.06))
    eye(p, c, 56, 44, 4.4)
    p.line(curve((50, 30), (66, 31), (78, 36)), c.dark, 1.6)


@motif("dolphin", zone="water", size=0.38, wide=1.5)
def dolphin(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.62, 0.06, 240))
    p.fill(union(petal(-60, 24, 27, 12, 150), petal(-60, 24, 27, 12, 220)), ink)
    p.fill(smooth([(-4, 82), (-26, 102), (16, 86)], tension=0.5), ink)
    body = smooth(
        [
            (84, 42),
            (66, 54),
            (58, 70),
            (30, 84),
            (-10, 80),
            (-44, 52),
            (-64, 24),
            (-36, 36),
            (0, 46),
            (40, 44),
            (62, 46),
        ]
    )
    p.fill(body, ink, grain=20)
    with p.within(body):
        p.fill(smooth([(90, 36), (50, 54), (10, 54), (-40, 30), (0, 20), (60, 30)]), CREAM.darker(0.04))
    p.fill(petal(24, 50, 28, 11, 250), ink.darker(0.07))
    eye(p, c, 52, 60, 3.4, white=False)
    p.line(curve((60, 51), (70, 48), (82, 44)), c.dark, 1.2)


@motif("octopus", zone="water", size=0.42, wide=1.1)
def octopus(p: Pen, c: Coat, r: Random) -> None:
    ink = c.main
    for i in range(8):
        side = -1 if i < 4 else 1
        k = (i % 4) + 0.5
        wave, reach = r.uniform(-6, 6), side * k * 12
        arm = [
            (side * k * 5, 42),
            (reach, 24 + wave),
            (reach * 1.15, 8),
            (reach * 1.3 + side * 9, 6 + 4 * (i % 2)),
            (reach * 1.3 + side * 12, 14),
        ]
        p.fill(limb(arm, [13, 10, 8, 5, 2]), ink.darker(0.05 if i % 2 else 0), grain=90)
        for t in (1, 2):
            p.fill(ellipse(arm[t][0], arm[t][1], 1.8), ink.lighter(0.16))
    p.fill(smooth([(0, 99), (-27, 88), (-31, 62), (-20, 42), (20, 42), (31, 62), (27, 88)]), ink, grain=90)
    for _ in range(6):
        p.fill(blob(r, r.uniform(-18, 18), r.uniform(76, 92), 3, 2.6), ink.lighter(0.1))
    for side in (-1, 1):
        eye(p, c, side * 11, 63, 7)
    p.line(curve((-6, 50), (0, 47), (6, 50)), c.dark, 1.6)


@motif("jellyfish", zone="water", size=0.42, wide=0.8)
def jellyfish(p: Pen, c: Coat, r: Random) -> None:
    ink = c.main
    p.glow(0, 70, 60, ink.lighter(0.1), 0.4)
    for i in range(9):
        x = -26 + 6.5 * i
        points = [(x, 62)] + [(x + 5 * math.sin(i + k), 62 - 15 * k) for k in range(1, 5)]
        p.line(smooth(points, closed=False), ink.lighter(0.08), 2.2 if i % 2 else 3.4, alpha=0.8)
    p.fill(smooth([(0, 99), (-27, 89), (-35, 64), (-20, 59), (0, 63), (20, 59), (35, 64), (27, 89)]), ink, grain=0)
    p.wash(ellipse(-10, 86, 9, 5, 25), CREAM, 0.6, 2)
    for side in (-1, 1):
        eye(p, c, side * 9, 72, 3, white=False)
    p.line(curve((-4, 66), (0, 64), (4, 66)), c.dark, 1.2)


@motif("crab", size=0.24, wide=1.7)
def crab(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.62, 0.19, 32))
    for side in (-1, 1):
        for i in range(3):
            p.line(
                curve((side * 34, 30), (side * (58 + 6 * i), 34 - 8 * i), (side * (64 + 8 * i), 2)),
                ink.darker(0.06),
                6,
            )
        p.line(curve((side * 36, 44), (side * 62, 52), (side * 64, 70)), ink, 9)
        p.fill(petal(side * 64, 66, 34, 22, 90 - side * 22), ink)
        p.fill(petal(side * 64, 66, 30, 9, 90 + side * 34), ink.darker(0.05))
        p.line(curve((side * 14, 56), (side * 15, 74)), ink, 4)
        eye(p, c, side * 15, 79, 8)
    p.fill(smooth([(-46, 34), (-30, 58), (0, 64), (30, 58), (46, 34), (28, 14), (0, 8), (-28, 14)]), ink, grain=0)
    p.line(curve((-12, 30), (0, 24), (12, 30)), c.dark, 2.4)


@motif("bird", zone="sky", size=0.3, wide=1.3)
def bird(p: Pen, c: Coat, r: Random) -> None:
    ink, up = c.main, r.random() < 0.65
    p.fill(union(petal(-38, 44, 34, 12, 168), petal(-38, 44, 34, 12, 192)), c.second)
    if up:
        p.fill(
            smooth([(-12, 54), (-34, 84), (-28, 104), (2, 90), (18, 58)], tension=0.8),
            c.second.darker(0.05),
            grain=120,
        )
    p.fill(smooth([(42, 62), (26, 74), (6, 62), (-22, 54), (-46, 46), (-22, 28), (10, 24), (34, 38)]), ink, grain=10)
    p.fill(smooth([(34, 44), (14, 30), (-14, 31), (6, 46)], tension=0.9), ink.lighter(0.14))
    p.fill(ellipse(32, 62, 17, 16), ink)
    p.fill(poly((46, 66), (64, 60), (46, 56)), BEAK)
    if up:
        p.fill(smooth([(14, 54), (-10, 92), (4, 110), (28, 84), (28, 56)], tension=0.8), c.second, grain=110)
        for k in range(3):
            p.line(curve((18 - k * 4, 60), (6 - k * 3, 88), (6 + k, 98)), c.second.darker(0.12), 1.3)
    else:
        p.fill(smooth([(18, 52), (-8, 54), (-36, 44), (-12, 34), (14, 38)], tension=0.9), c.second, grain=10)
    for i in range(3):
        p.fill(petal(26 + 2 * i, 76, 11, 4, 120 - 20 * i), c.pop)
    eye(p, c, 38, 65, 3.8)


@motif("owl", size=0.4, wide=0.75)
def owl(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.5, 0.07, 55), Ink(0.58, 0.05, 300), Ink(0.62, 0.08, 65))))
    for side in (-1, 1):
        p.fill(poly((side * 26, 80), (side * 27, 104), (side * 6, 92)), ink)
        for k in (-4, 0, 4):
            p.fill(limb([(side * 10 + k, 6), (side * 10 + k * 1.4, 1)], [3.4, 2]), BEAK)
    p.fill(smooth([(0, 97), (-27, 88), (-33, 50), (-22, 10), (0, 2), (22, 10), (33, 50), (27, 88)]), ink, grain=90)
    belly = smooth([(0, 56), (-18, 46), (-16, 16), (0, 8), (16, 16), (18, 46)])
    p.fill(belly, ink.lighter(0.18))
    scales(p, belly, ink, (-20, 12, 22, 50), 10)
    for side in (-1, 1):
        p.fill(
            smooth([(side * 24, 62), (side * 37, 42), (side * 28, 10), (side * 18, 34)]), ink.darker(0.1), grain=90
        )
        for i in range(14):
            p.fill(petal(side * 12, 74, 16, 5, 360 * i / 14), ink.lighter(0.22))
        p.fill(ellipse(side * 12, 74, 10.5), CREAM)
        if c.asleep:
            p.line(curve((side * 12 - 6, 74), (side * 12, 70), (side * 12 + 6, 74)), c.dark, 2)
        else:
            p.fill(ellipse(side * 12, 74, 7), Ink(0.84, 0.15, 85))
            p.fill(ellipse(side * 12, 74, 4), c.dark)
            p.fill(ellipse(side * 12 + 1.6, 75.8, 1.3), CREAM)
    p.fill(poly((-4, 70), (4, 70), (0, 59)), BEAK)


@motif("duck", zone="surface", size=0.3, wide=1.3)
def duck(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.9, 0.13, 95), CREAM)))
    p.fill(smooth([(-60, 44), (-52, 12), (-14, 2), (30, 6), (48, 30), (30, 44), (-10, 40)]), ink, grain=0)
    p.fill(limb([(28, 24), (34, 50), (30, 70)], [30, 18, 18]), ink)
    p.fill(smooth([(14, 32), (-14, 40), (-44, 32), (-20, 14), (8, 16)]), ink.darker(0.07), grain=0)
    p.fill(ellipse(32, 78, 19, 18), ink)
    p.fill(smooth([(46, 82), (66, 78), (70, 72), (46, 70)], tension=0.7), BEAK)
    eye(p, c, 38, 83, 3.4, white=False)


@motif("chicken", size=0.34, wide=1.0)
def chicken(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((CREAM, Ink(0.58, 0.12, 45), Ink(0.84, 0.1, 85))))
    for x in (-6, 8):
        p.line(line((x, 22), (x + 1, 2)), BEAK, 2.8)
        p.line(line((x - 5, 1), (x + 8, 1)), BEAK, 2.8)
    for i, turn in enumerate((105, 125, 145, 165)):
        p.fill(petal(-24, 46, 40 - 3 * i, 14, turn), (c.second, c.pop)[i % 2])
    p.fill(
        smooth([(-34, 54), (-26, 24), (2, 14), (28, 28), (30, 60), (36, 80), (20, 88), (8, 62), (-14, 52)]),
        ink,
        grain=10,
    )
    p.fill(smooth([(10, 44), (-18, 48), (-28, 38), (-8, 24), (8, 30)]), ink.darker(0.08))
    for x in (16, 23, 30):
        p.fill(ellipse(x, 90 + 2 * (x == 23), 5, 7), Ink(0.6, 0.21, 27))
    p.fill(ellipse(38, 66, 4, 7), Ink(0.6, 0.21, 27))
    p.fill(poly((34, 82), (50, 75), (35, 71)), BEAK)
    eye(p, c, 28, 79, 2.8, white=False)


@motif("penguin", size=0.4, wide=0.7)
def penguin(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.3, 0.04, 265))
    for side in (-1, 1):
        p.fill(half(side * 11, 0, 11, 6), BEAK)
        p.fill(petal(side * 21, 62, 42, 14, 270 + side * r.uniform(15, 45)), ink.darker(0.03))
    p.fill(smooth([(0, 99), (-19, 88), (-27, 44), (-18, 6), (18, 6), (27, 44), (19, 88)]), ink, grain=90)
    p.fill(smooth([(0, 66), (-14, 60), (-19, 34), (-12, 9), (12, 9), (19, 34), (14, 60)]), CREAM, grain=90)
    for side in (-1, 1):
        p.fill(ellipse(side * 7, 79, 9, 11), CREAM)
        eye(p, c, side * 7, 81, 3, white=False)
    p.fill(poly((-5, 76), (5, 76), (0, 68)), BEAK)
    if r.random() < 0.6:
        p.fill(limb([(-20, 63), (0, 60), (20, 63)], [6, 6.5, 6]), c.pop)
        p.fill(limb([(12, 62), (16, 46)], [6, 7]), c.pop.darker(0.06))


@motif("flamingo", size=0.52, wide=0.6)
def flamingo(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.76, 0.14, 10))
    p.line(line((-4, 46), (-4, 1)), ink.darker(0.08), 2)
    p.line(line((4, 46), (16, 28), (4, 22)), ink.darker(0.08), 2)
    for i in range(3):
        p.fill(petal(-14, 52, 25 - 4 * i, 9, 190 + 14 * i), ink.darker(0.08))
    p.fill(limb([(14, 54), (28, 64), (12, 78), (20, 92)], [10, 6, 5, 6]), ink)
    p.fill(smooth([(22, 54), (8, 66), (-16, 58), (-20, 48), (0, 42)]), ink, grain=10)
    p.fill(smooth([(14, 56), (-8, 58), (-22, 48), (0, 47)]), ink.lighter(0.07), grain=10)
    p.fill(ellipse(22, 93, 6.4, 5.6), ink)
    p.fill(smooth([(27, 95), (36, 90), (33, 82), (30, 88), (26, 90)], tension=0.7), CREAM)
    p.fill(smooth([(35, 88), (33, 81), (31, 86)], tension=0.5), c.dark)
    eye(p, c, 23, 94.5, 1.5, white=False)


@motif("butterfly", zone="sky", size=0.3, wide=1.2)
def butterfly(p: Pen, c: Coat, r: Random) -> None:
    for side in (-1, 1):
        upper = smooth([(side * 3, 52), (side * 20, 88), (side * 52, 96), (side * 58, 70), (side * 34, 50)])
        lower = smooth([(side * 3, 48), (side * 32, 46), (side * 46, 24), (side * 28, 4), (side * 9, 24)])
        p.fill(lower, c.second, grain=side * 60)
        p.fill(upper, c.main, grain=side * 30)
        with p.within(upper):
            p.fill(ellipse(side * 40, 76, 11, 10), c.rainbow(2) if c.many else c.pop)
            p.fill(ellipse(side * 40, 76, 5), CREAM)
            for k in range(4):
                p.fill(ellipse(side * (24 + 10 * k), 94 - k, 3), c.dark)
        with p.within(lower):
            p.fill(ellipse(side * 28, 26, 9), c.main.lighter(0.08))
            p.fill(ellipse(side * 28, 26, 4), c.dark)
        p.line(curve((0, 76), (side * 7, 94), (side * 15, 98)), c.dark, 1.5)
        p.fill(ellipse(side * 15, 98, 2), c.dark)
    p.fill(limb([(0, 14), (0, 48), (0, 74)], [3, 7, 6]), c.dark)
    p.fill(ellipse(0, 78, 5.5), c.dark)


@motif("bee", zone="sky", size=0.24, wide=1.4)
def bee(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(Ink(0.86, 0.16, 88))
    for turn in (112, 78):
        p.wash(petal(0, 66, 42, 26, turn), CREAM, 0.82)
        p.line(petal(0, 66, 42, 26, turn), c.dark, 1.0)
    p.fill(poly((-58, 46), (-72, 42), (-56, 36)), c.dark)
    body = ellipse(-8, 44, 54, 32)
    p.fill(body, gold, grain=0)
    with p.within(body):
        for x in (-44, -20, 4):
            p.fill(limb([(x, 0), (x + 5, 44), (x, 90)], [12, 12, 12]), c.dark)
    p.fill(ellipse(44, 48, 21, 20), gold.darker(0.04))
    eye(p, c, 50, 53, 5, white=False)
    p.line(curve((46, 38), (53, 35), (59, 39)), c.dark, 1.8)
    for x in (40, 52):
        p.line(curve((x, 66), (x + 4, 80), (x + 12, 86)), c.dark, 1.8)
        p.fill(ellipse(x + 12, 86, 3), c.dark)


@motif("ladybug", size=0.2, wide=1.4)
def ladybug(p: Pen, c: Coat, r: Random) -> None:
    red = c.own(Ink(0.6, 0.21, 28))
    for x in (-30, 0, 28):
        p.line(curve((x, 20), (x + 8, 8), (x + 4, 0)), c.dark, 4)
    p.fill(ellipse(54, 32, 20, 20), c.dark)
    p.fill(half(0, 14, 58, 72), red, grain=20)
    p.line(curve((-26, 76), (-8, 44), (-4, 14)), c.dark, 3)
    for x, y in ((-34, 40), (-16, 66), (12, 62), (28, 36), (4, 34), (-44, 22)):
        p.fill(ellipse(x, y, 7.5), c.dark)
    eye(p, c, 60, 40, 5)
    p.line(curve((60, 50), (68, 62), (78, 64)), c.dark, 2.6)


@motif("spider", zone="sky", size=0.26, wide=1.3)
def spider(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.36, 0.06, 300))
    p.line(line((0, 70), (0, 400)), c.light, 1.2, alpha=0.8)
    for side in (-1, 1):
        for i in range(4):
            y = 62 - 9 * i
            p.line(
                curve((side * 14, y), (side * (40 + 4 * i), y + 26 - 9 * i), (side * (58 - 3 * i), y - 26 - 3 * i)),
                ink,
                4,
            )
    p.fill(ellipse(0, 52, 30, 28), ink, grain=90)
    p.fill(ellipse(0, 26, 17, 15), ink.darker(0.04))
    for side in (-1, 1):
        eye(p, c, side * 6.5, 28, 5.4)
    p.fill(star(0, 56, 10, 0.6, 6), c.pop)


@motif("snail", size=0.26, wide=1.5)
def snail(p: Pen, c: Coat, r: Random) -> None:
    skin = Ink(0.8, 0.07, 75)
    p.fill(
        smooth([(-72, 2), (-40, 16), (20, 18), (44, 34), (48, 62), (66, 64), (72, 40), (60, 8), (20, 0)]),
        skin,
        grain=0,
    )
    for dx in (0, 12):
        p.line(curve((54 + dx, 60), (56 + dx, 78), (60 + dx, 88)), skin, 3.4)
        p.fill(ellipse(60 + dx, 90, 4.4), c.dark)
    p.fill(ellipse(-8, 50, 44, 42), c.main, grain=30)
    for k, ink in ((0, c.second), (1, c.main.darker(0.14))):
        p.line(spiral(-8, 49, 37 - k * 3, 2.6), ink, 6 if k == 0 else 1.6)
    p.line(curve((58, 42), (64, 39), (70, 43)), c.dark, 1.8)


@motif("snake", size=0.3, wide=1.8)
def snake(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((GREEN, c.main)))
    spine: list[tuple[float, float]] = [
        (-92, 8),
        (-66, 24),
        (-40, 12),
        (-12, 24),
        (14, 12),
        (38, 26),
        (52, 56),
        (60, 84),
    ]
    shape = limb(spine, [3, 13, 17, 19, 20, 19, 17, 16])
    p.fill(shape, ink, grain=0)
    with p.within(shape):
        for i in range(13):
            t = i / 12 * (len(spine) - 1)
            k = min(int(t), len(spine) - 2)
            x = spine[k][0] + (spine[k + 1][0] - spine[k][0]) * (t - k)
            y = spine[k][1] + (spine[k + 1][1] - spine[k][1]) * (t - k)
            p.fill(ellipse(x, y + 3, 5, 4.4), c.rainbow(i) if c.many else c.pop)
    p.line(line((82, 86), (98, 84)), Ink(0.62, 0.2, 25), 1.8)
    p.line(line((98, 84), (104, 89)), Ink(0.62, 0.2, 25), 1.8)
    p.line(line((98, 84), (104, 80)), Ink(0.62, 0.2, 25), 1.8)
    p.fill(ellipse(68, 88, 18, 13), ink)
    eye(p, c, 72, 92, 4)


@motif("turtle", size=0.28, wide=1.5)
def turtle(p: Pen, c: Coat, r: Random) -> None:
    skin = Ink(0.7, 0.12, 130)
    for x in (-38, 30):
        p.fill(limb([(x, 26), (x + 4, 4)], [19, 17]), skin.darker(0.05))
    p.fill(limb([(40, 30), (62, 44), (74, 60)], [17, 16, 16]), skin)
    p.fill(ellipse(78, 64, 18, 15), skin)
    p.fill(petal(-56, 22, 22, 9, 195), skin)
    shell = half(-6, 18, 60, 66)
    p.fill(shell, c.own(Ink(0.5, 0.1, 130)), grain=20)
    with p.within(shell):
        for x, y, s in ((-6, 62, 17), (-36, 44, 14), (25, 44, 14), (-6, 32, 14), (-52, 22, 9), (42, 22, 9)):
            p.fill(star(x, y, s, 0.87, 6, 30), (c.main if c.named else c.second).lighter(0.1))
    p.fill(limb([(-66, 18), (-6, 14), (54, 18)], [8, 9, 8]), c.own(Ink(0.5, 0.1, 130)).lighter(0.14))
    eye(p, c, 84, 68, 4)
    p.line(curve((82, 57), (89, 56), (94, 60)), c.dark, 1.6)


@motif("frog", size=0.28, wide=1.2)
def frog(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(GREEN)
    for side in (-1, 1):
        p.fill(ellipse(side * 40, 24, 20, 24, side * -24), ink.darker(0.06))
        p.fill(limb([(side * 30, 8), (side * 62, 4)], [10, 7]), ink.darker(0.08))
        p.fill(limb([(side * 20, 34), (side * 22, 6)], [13, 11]), ink)
        for k in (-7, 0, 7):
            p.fill(ellipse(side * 23 + k, 3, 4.4, 3.4), ink)
        p.fill(ellipse(side * 22, 86, 15), ink)
    p.fill(ellipse(0, 36, 34, 33), ink, grain=90)
    p.fill(ellipse(0, 28, 21, 23), ink.lighter(0.17))
    p.fill(ellipse(0, 66, 43, 26), ink, grain=0)
    for side in (-1, 1):
        eye(p, c, side * 22, 88, 9.5)
        p.fill(ellipse(side * 5, 70, 1.6), ink.darker(0.2))
    p.line(curve((-30, 60), (-12, 52), (0, 51), (12, 52), (30, 60)), c.dark, 2.2)


@motif("crocodile", size=0.28, wide=2.4)
def crocodile(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.56, 0.12, 140))
    for x in (-34.0, 24.0):
        p.fill(limb([(x, 26), (x + 10, 14), (x + 6, 3)], [17, 13, 11]), ink.darker(0.07))
    p.fill(limb([(-40, 28), (-80, 22), (-118, 8)], [32, 20, 2]), ink, grain=0)
    for i in range(14):
        x = -104 + i * 11
        y = 17 + 32 * min(1.0, (x + 118) / 74)
        p.fill(poly((x - 6, y - 3), (x + 6, y - 1), (x, y + 10)), ink.darker(0.1))
    p.fill(smooth([(-60, 26), (-30, 48), (20, 50), (50, 50), (52, 24), (10, 10), (-40, 12)]), ink, grain=0)
    p.fill(poly((44, 24), (120, 16), (120, 24), (50, 36)), ink.darker(0.05))
    for i in range(7):
        p.fill(poly((60 + 9 * i, 28 - 0.3 * i), (67 + 9 * i, 28 - 0.3 * i), (63 + 9 * i, 36)), CREAM)
    p.fill(
        smooth([(40, 44), (48, 62), (64, 58), (84, 48), (116, 48), (124, 40), (118, 35), (52, 36)], tension=0.7),
        ink,
        grain=0,
    )
    eye(p, c, 56, 58, 6)
    p.fill(ellipse(117, 45, 2), c.dark)


@motif("dinosaur", size=0.52, wide=1.3)
def dinosaur(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((GREEN, Ink(0.64, 0.11, 200), Ink(0.7, 0.12, 60))))
    for x in (-20.0, 16.0):
        p.fill(limb([(x + 8, 34), (x + 9, 2)], [15, 12]), ink.darker(0.1))
    spine: list[tuple[float, float]] = [(-66, 6), (-48, 20), (-22, 38), (4, 42), (24, 54), (32, 78), (46, 90)]
    body = union(
        limb(spine, [2, 13, 34, 40, 26, 15, 14]),
        limb([(-16, 30), (-18, 2)], [18, 14]),
        limb([(14, 30), (14, 2)], [16, 13]),
    )
    for i in range(11):
        t = i / 10 * 5.2
        k = int(t)
        x = spine[k][0] + (spine[k + 1][0] - spine[k][0]) * (t - k)
        y = spine[k][1] + (spine[k + 1][1] - spine[k][1]) * (t - k)
        up = (4, 12, 21, 21, 13, 8, 6)[k]
        turn = 112 if k < 3 else 150
        p.fill(petal(x - (3 if k >= 3 else 0) - (up * 0.3 if k > 3 else 0), y + up * 0.55, 13, 9, turn), c.pop)
    p.fill(body, ink, grain=10)
    with p.within(body):
        p.fill(limb([(-40, 8), (0, 24), (30, 44)], [8, 17, 10]), ink.lighter(0.14))
        for _ in range(9):
            p.fill(blob(r, r.uniform(-40, 24), r.uniform(38, 60), 3.4, 3), ink.darker(0.12))
    p.fill(smooth([(36, 98), (30, 88), (38, 80), (62, 82), (66, 90), (52, 97)]), ink)
    eye(p, c, 46, 92.5, 3)
    p.line(curve((50, 85), (58, 85.5), (64, 88)), c.dark, 1.2)
    for x in (-21, -16, -11, 9, 14, 19):
        p.fill(ellipse(x, 2, 2.2, 1.8), CREAM)


@motif("dragon", size=0.54, wide=1.35)
def dragon(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.6, 0.17, 145), Ink(0.58, 0.19, 28), Ink(0.56, 0.14, 300))))
    wing = c.pop if c.named else c.second

    def wing_at(x: float, y: float, k: float, shade: float) -> None:
        tips = [(x - 8 * k, y + 46 * k), (x - 34 * k, y + 40 * k), (x - 50 * k, y + 22 * k), (x - 52 * k, y + 2 * k)]
        web = smooth(
            [
                (x, y),
                tips[0],
                (x - 20 * k, y + 30 * k),
                tips[1],
                (x - 33 * k, y + 19 * k),
                tips[2],
                (x - 36 * k, y + 5 * k),
                tips[3],
                (x - 12 * k, y - 5 * k),
            ],
            tension=0.35,
        )
        p.fill(web, wing.lighter(shade), grain=120)
        for tip in tips:
            p.line(curve((x, y), ((x + tip[0]) / 2, (y + tip[1]) / 2 + 4 * k), tip), ink.darker(0.05), 1.8)

    wing_at(2, 54, 0.86, -0.08)
    for x in (-12.0, 18.0):
        p.fill(limb([(x + 4, 30), (x + 7, 3)], [12, 9]), ink.darker(0.1))
    spine: list[tuple[float, float]] = [(-66, 22), (-60, 8), (-36, 14), (-10, 32), (14, 42), (30, 58), (34, 76)]
    p.fill(poly((-72, 34), (-58, 24), (-68, 14)), wing)
    for i in range(9):
        t = 2.2 + i / 8 * 3.6
        k = int(t)
        x = spine[k][0] + (spine[k + 1][0] - spine[k][0]) * (t - k)
        y = spine[k][1] + (spine[k + 1][1] - spine[k][1]) * (t - k)
        up = (0, 5, 12, 16, 14, 9, 7)[k]
        p.fill(petal(x - up * 0.45, y + up * 0.7, 11, 8, 125), wing)
    body = union(
        limb(spine, [3, 8, 18, 34, 30, 19, 15]),
        limb([(-8, 26), (-10, 3)], [16, 10]),
        limb([(14, 30), (14, 3)], [14, 9]),
    )
    p.fill(body, ink, grain=20)
    with p.within(body):
        p.fill(limb([(-30, 8), (6, 24), (30, 44), (42, 70)], [8, 17, 15, 8]), ink.lighter(0.17))
        if c.many:
            for i in range(7):
                p.fill(limb([(-60 + 15 * i, -4), (-50 + 15 * i, 90)], [15, 15]), c.rainbow(i))
    wing_at(-2, 50, 1.0, 0.03)
    p.fill(smooth([(26, 92), (22, 80), (30, 70), (48, 68), (64, 70), (65, 78), (52, 82), (42, 92)]), ink, grain=0)
    for dx in (0, 8):
        p.fill(limb([(28 + dx, 89), (20 + dx, 100), (14 + dx, 103)], [4.4, 3.4, 0.8]), CREAM)
    p.line(curve((44, 72), (54, 72), (64, 74)), c.dark, 1.3)
    p.fill(ellipse(61, 79, 1.5), c.dark)
    eye(p, c, 41, 83, 4)
    for x in (-14, -10, -6, 10, 14, 18):
        p.fill(ellipse(x + 1, 2, 2, 1.8), CREAM)
    if r.random() < 0.45:
        for size, fire in ((16, Ink(0.64, 0.21, 33)), (11, Ink(0.78, 0.17, 60)), (6, Ink(0.93, 0.12, 95))):
            p.fill(
                smooth(
                    [
                        (66, 74),
                        (70 + size * 0.4, 74 + size * 0.5),
                        (68 + size * 1.7, 73),
                        (70 + size * 0.4, 74 - size * 0.5),
                    ]
                ),
                fire,
            )
