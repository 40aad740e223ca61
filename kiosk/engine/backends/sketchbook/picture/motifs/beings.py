"""Beings that are almost people: robots, ghosts, monsters, snowmen, masks."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    blob,
    box,
    curve,
    ellipse,
    half,
    limb,
    line,
    petal,
    poly,
    smooth,
    star,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.motifs.people import BLUSH, CREAM, HAIRS, SILVER, face, hair_on, skin_of
from kiosk.engine.backends.sketchbook.picture.pen import Pen


@motif("mermaid", zone="water", size=0.46, wide=0.8)
def mermaid(p: Pen, c: Coat, r: Random) -> None:
    skin, hair, tail = skin_of(r), r.choice((*HAIRS, Ink(0.66, 0.16, 350))), c.own(Ink(0.66, 0.1, 180))
    p.fill(smooth([(-16, 84), (-24, 58), (-18, 40), (0, 50), (18, 40), (24, 58), (16, 84)]), hair, grain=90)
    fins = union(petal(22, 10, 27, 14, 55), petal(22, 10, 27, 14, -30))
    p.fill(fins, tail.darker(0.08))
    body = limb([(0, 48), (-6, 30), (2, 12), (23, 10)], [22, 20, 14, 5])
    p.fill(body, tail, grain=90)
    with p.within(body):
        for row in range(7):
            for i in range(6):
                x = -18 + i * 8 + 4 * (row % 2)
                p.line(
                    curve((x - 4, 45 - row * 6), (x, 41.5 - row * 6), (x + 4, 45 - row * 6)), tail.darker(0.12), 0.9
                )
    p.fill(smooth([(-10, 62), (-9, 46), (9, 46), (10, 62)], tension=0.7), skin)
    for side in (-1, 1):
        p.fill(limb([(side * 9, 59), (side * 18, 52), (side * 26, 62 if side == 1 else 44)], [6, 5, 4]), skin)
        p.fill(star(side * 4.6, 54, 5.4, 0.6, 6), c.pop)
    p.fill(ellipse(0, 76, 13), skin)
    face(p, c, r, 75, 12.5)
    hair_on(p, r, 76, 13, hair, "cap")
    p.fill(star(9, 86, 5), c.pop)


@motif("robot", size=0.46, wide=0.8)
def robot(p: Pen, c: Coat, r: Random) -> None:
    body, trim = c.main, c.second
    for side in (-1, 1):
        p.fill(box(side * 12 - 4, 6, side * 12 + 4, 24), SILVER.darker(0.15))
        p.fill(half(side * 13, 0, 11, 9), trim)
        y1 = r.choice((24, 62))
        p.fill(limb([(side * 22, 48), (side * 34, 44), (side * 36, y1)], [6, 6, 6]), SILVER)
        for k in range(3):
            p.line(line((side * 25 + side * 3.4 * k, 44), (side * 25 + side * 3.4 * k, 51)), SILVER.darker(0.22), 1)
        p.line(curve((side * 31, y1 + 7), (side * 36, y1 - 1), (side * 41, y1 + 7)), trim.darker(0.05), 4)
    p.fill(box(-23, 20, 23, 57, 5), body, grain=90)
    p.fill(box(-14, 27, 14, 45, 2), CREAM)
    for i in range(3):
        p.fill(ellipse(-8 + 8 * i, 40, 2.6), c.rainbow(i * 2))
    p.line(curve((-11, 31), (-6, 35), (-2, 30), (3, 35), (10, 31)), c.dark, 1.2)
    p.fill(box(-7, 56, 7, 62), SILVER.darker(0.1))
    p.line(line((0, 86), (0, 96)), SILVER.darker(0.2), 2)
    p.glow(0, 98, 11, Ink(0.8, 0.18, 40), 0.6)
    p.fill(ellipse(0, 98, 3.6), Ink(0.68, 0.2, 35))
    p.fill(box(-21, 60, 21, 88, r.choice((4, 9))), body.lighter(0.05), grain=90)
    for side in (-1, 1):
        p.fill(box(side * 21 - 3, 69, side * 21 + 3, 79, 1.5), trim)
        p.fill(ellipse(side * 9, 77, 6.4), CREAM)
        if c.asleep:
            p.line(line((side * 9 - 4, 77), (side * 9 + 4, 77)), c.dark, 1.6)
        else:
            p.fill(ellipse(side * 9 + 1, 77, 2.8), c.dark)
    p.fill(box(-9, 64, 9, 68.5, 1), c.dark)
    for x in (-5, -1, 3, 7):
        p.line(line((x, 64.4), (x, 68)), CREAM, 0.8)


@motif("ghost", zone="sky", size=0.42, wide=0.8)
def ghost(p: Pen, c: Coat, r: Random) -> None:
    white = c.own(CREAM)
    p.glow(0, 55, 66, white, 0.4)
    foot = [(32, 8), (22, 18), (12, 4), (0, 16), (-12, 2), (-22, 16), (-34, 6)]
    p.fill(smooth([(-30, 40), (-26, 78), (0, 99), (26, 78), (31, 40), *foot], tension=0.9), white, grain=90)
    for side in (-1, 1):
        p.fill(limb([(side * 26, 50), (side * 38, 56), (side * 40, 66)], [9, 9, 6]), white)
        if c.asleep:
            p.line(curve((side * 10 - 5, 68), (side * 10, 64), (side * 10 + 5, 68)), c.dark, 2)
        else:
            p.fill(ellipse(side * 10, 68, 4.4, 6.5), c.dark)
        p.wash(ellipse(side * 17, 57, 5, 3.6), BLUSH, 0.5, 1)
    p.fill(ellipse(0, 52, 4.6, 6.2), c.dark)


@motif("monster", size=0.48, wide=1.0)
def monster(p: Pen, c: Coat, r: Random) -> None:
    fur, n = c.main, r.choice((1, 2, 3))
    for side in (-1, 1):
        p.fill(half(side * 18, 0, 14, 9), fur.darker(0.1))
        p.fill(
            limb([(side * 30, 44), (side * 46, 36), (side * 48, r.choice((14, 60)))], [12, 11, 9]), fur.darker(0.05)
        )
        p.fill(limb([(side * 17, 84), (side * 24, 96), (side * 20, 104)], [9, 7, 1]), CREAM)
    points = []
    for i in range(26):
        t = i / 26
        k = 1.0 if i % 2 else 0.93
        x, y = _round(t, 37 * k, 42 * k)
        points.append((x, max(3.0, 46 + y)))
    p.fill(smooth(points, tension=0.6), fur, grain=90)
    for _ in range(22):
        x, y = r.uniform(-26, 26), r.uniform(10, 44)
        p.line(line((x, y), (x + r.uniform(-2, 2), y - 5)), fur.darker(0.13), 1.2, alpha=0.7)
    p.fill(ellipse(0, 24, 18, 13), c.second)
    for i in range(n):
        x = (i - (n - 1) / 2) * 19
        y = 64 + (6 if n == 3 and i == 1 else 0)
        size = 13 if n == 1 else 9
        p.fill(ellipse(x, y, size), CREAM)
        if c.asleep:
            p.fill(half(x, y, size, size), fur.darker(0.08))
        p.fill(ellipse(x + 1.5, y - 1, size * 0.5), c.pop)
        p.fill(ellipse(x + 1.5, y - 1, size * 0.25), c.dark)
    mouth = smooth([(-21, 48), (0, 36), (21, 48), (0, 43)], tension=0.8)
    p.fill(mouth, c.dark)
    for x in (-11, -4, 4, 11):
        p.fill(poly((x - 3, 44.5), (x + 3, 44.5), (x, 38.5)), CREAM)


def _round(t: float, rx: float, ry: float) -> tuple[float, float]:
    return rx * math.cos(math.tau * t), ry * math.sin(math.tau * t)


@motif("alien", size=0.44, wide=0.75)
def alien(p: Pen, c: Coat, r: Random) -> None:
    green = c.own(Ink(0.76, 0.16, 140))
    for side in (-1, 1):
        p.fill(limb([(side * 6, 24), (side * 9, 3)], [7, 6]), green.darker(0.05))
        p.fill(half(side * 10, 0, 8, 5), green.darker(0.1))
        p.fill(limb([(side * 12, 44), (side * 26, 40), (side * 30, 56)], [6, 5, 5]), green)
        p.line(curve((side * 10, 92), (side * 14, 100), (side * 20, 104)), green.darker(0.06), 2)
        p.fill(ellipse(side * 20, 104, 3.6), c.pop)
    p.fill(smooth([(-13, 50), (-16, 24), (0, 18), (16, 24), (13, 50)], tension=0.8), c.second, grain=90)
    p.fill(smooth([(0, 98), (-28, 88), (-29, 66), (-10, 50), (10, 50), (29, 66), (28, 88)]), green, grain=20)
    for side in (-1, 1):
        p.fill(ellipse(side * 12, 73, 7.5, 11, side * -18), c.dark)
        p.fill(ellipse(side * 12 + 2, 78, 2, 3), CREAM)
    p.line(curve((-6, 57), (0, 54.5), (6, 57)), c.dark, 1.6)


@motif("snowman", size=0.5, wide=0.7)
def snowman(p: Pen, c: Coat, r: Random) -> None:
    snow, scarf = Ink(0.965, 0.012, 235), c.main
    for side in (-1, 1):
        p.line(curve((side * 17, 46), (side * 30, 54), (side * 40, 64)), Ink(0.4, 0.06, 50), 2.4)
        p.line(line((side * 34, 58), (side * 41, 56)), Ink(0.4, 0.06, 50), 1.7)
    p.fill(blob(r, 0, 20, 28, 22, 0.03, 12), snow, grain=30)
    p.fill(blob(r, 0, 48, 20, 17, 0.03, 12), snow, grain=30)
    p.fill(blob(r, 0, 73, 15, 14, 0.03, 12), snow, grain=30)
    p.fill(limb([(-13, 62), (0, 59), (13, 62)], [6, 6.5, 6]), scarf)
    p.fill(limb([(9, 61), (14, 50), (12, 42)], [6, 6, 7]), scarf.darker(0.05))
    for y in (50, 42, 26):
        p.fill(ellipse(0, y, 2), c.dark)
    for side in (-1, 1):
        p.fill(ellipse(side * 5, 77, 1.9), c.dark)
    for i in range(5):
        x = -6 + 3 * i
        p.fill(ellipse(x, 67.5 - 1.8 + 0.18 * x * x / 2, 0.9), c.dark)
    p.fill(poly((-1, 75), (-1, 70.5), (16, 71.5)), Ink(0.7, 0.18, 52))
    p.fill(box(-17, 84, 17, 87.5, 1.6), c.dark)
    p.fill(box(-11, 86, 11, 101, 1.5), c.dark)
    p.fill(box(-11, 88, 11, 91.5), c.pop)


@motif("teddy", size=0.4, wide=0.8)
def teddy(p: Pen, c: Coat, r: Random) -> None:
    fur = c.own(Ink(0.66, 0.09, 65))
    pale = fur.lighter(0.15)
    for side in (-1, 1):
        p.fill(ellipse(side * 21, 12, 13, 12), fur.darker(0.03))
        p.fill(ellipse(side * 22, 11, 7.5, 7.5), pale)
        p.fill(limb([(side * 18, 46), (side * 33, 34)], [14, 13]), fur.darker(0.03))
        p.fill(ellipse(side * 19, 91, 10), fur)
        p.fill(ellipse(side * 19, 91, 5.4), pale)
    p.fill(ellipse(0, 32, 24, 27), fur, grain=90)
    p.fill(ellipse(0, 30, 14, 17), pale)
    p.fill(ellipse(0, 73, 25, 22), fur, grain=10)
    p.fill(ellipse(0, 66, 11.5, 9), pale)
    for side in (-1, 1):
        p.fill(ellipse(side * 9, 78, 2.6, 3), c.dark)
    p.fill(ellipse(0, 70, 4, 2.8), c.dark)
    p.line(curve((-4.5, 63), (0, 61), (4.5, 63)), c.dark, 1.2)
    p.fill(union(poly((0, 53), (-12, 59), (-12, 47)), poly((0, 53), (12, 59), (12, 47))), c.pop)
    p.fill(ellipse(0, 53, 3.4), c.pop.darker(0.08))


@motif("mask", zone="sky", size=0.42, wide=0.8)
def mask(p: Pen, c: Coat, r: Random) -> None:
    skin = c.main
    p.fill(smooth([(0, 2), (-26, 22), (-35, 58), (-24, 90), (0, 99), (24, 90), (35, 58), (26, 22)]), skin, grain=90)
    for side in (-1, 1):
        p.fill(petal(side * 5, 60, 22, 14, 0 if side == 1 else 180), c.dark)
        p.fill(ellipse(side * 16, 60, 3.2), CREAM)
        p.fill(limb([(side * 6, 74), (side * 16, 79), (side * 27, 72)], [5, 6, 2]), c.second)
        p.fill(ellipse(side * 22, 40, 7, 5), c.pop)
    p.fill(poly((-5, 38), (5, 38), (2, 64), (-2, 64)), skin.darker(0.11))
    p.fill(smooth([(-15, 27), (0, 17), (15, 27), (0, 24)], tension=0.8), c.pop.darker(0.05))
    for i in range(5):
        p.fill(ellipse(-14 + 7 * i, 90 - abs(i - 2) * 2, 2.3), c.rainbow(i))
