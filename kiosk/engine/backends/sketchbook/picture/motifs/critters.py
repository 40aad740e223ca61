"""Birds, fish, insects, reptiles, and the dragon."""

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
