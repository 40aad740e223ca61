"""Food, furniture and what stands on a table."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    blob,
    box,
    curve,
    ellipse,
    half,
    heart,
    limb,
    line,
    petal,
    poly,
    smooth,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.motifs.things import CREAM, CRUST, GOLD, SILVER, WOOD
from kiosk.engine.backends.sketchbook.picture.pen import Pen


@motif("cake", zone="room", size=0.42, wide=1.1)
def cake(p: Pen, c: Coat, r: Random) -> None:
    p.fill(ellipse(0, 5, 58, 7), SILVER.lighter(0.08))
    cream = c.main.lighter(0.1) if not c.named else c.main
    for y, w, h, ink in ((5, 46, 30, cream), (35, 33, 24, c.second.lighter(0.08))):
        p.fill(box(-w, y, w, y + h, 4), ink, grain=0)
        drip: list[tuple[float, float]] = [(-w, y + h), (-w, y + h - 7)]
        n = int(w / 5)
        drip += [
            (-w + 2 * w * (i + 0.5) / (n + 1), y + h - (12 if i % 2 else 5) - r.uniform(0, 3)) for i in range(n + 1)
        ]
        p.fill(smooth([*drip, (w, y + h - 7), (w, y + h), (0, y + h + 2)], tension=0.8), CREAM)
        for i in range(5):
            p.fill(ellipse(-w * 0.8 + 0.4 * w * i, y + 7, 2.6), c.rainbow(i))
    for i in range(5):
        x = -22 + 11 * i
        p.fill(box(x - 1.8, 59, x + 1.8, 76), c.rainbow(i))
        p.glow(x, 81, 10, GOLD, 0.8)
        p.fill(petal(x, 76, 11, 5, 90), GOLD)
    for i in range(6):
        p.fill(ellipse(-27 + 11 * i, 60, 3.4), Ink(0.58, 0.21, 22))


@motif("icecream", zone="room", size=0.44, wide=0.6)
def icecream(p: Pen, c: Coat, r: Random) -> None:
    cone = poly((-18, 48), (18, 48), (0, 0))
    p.fill(cone, CRUST.lighter(0.08), grain=60)
    with p.within(cone):
        for i in range(-4, 8):
            p.line(line((-30 + 8 * i, 0), (-10 + 8 * i, 50)), CRUST.darker(0.08), 1)
            p.line(line((30 - 8 * i, 0), (10 - 8 * i, 50)), CRUST.darker(0.08), 1)
    for x, y, ink in ((-10, 58, c.main), (11, 58, c.second), (0, 77, c.pop)):
        p.fill(blob(r, x, y, 16, 15, 0.05, 10), ink, grain=30)
    p.fill(limb([(-24, 50), (0, 46), (24, 50)], [6, 7, 6]), c.main.lighter(0.06))
    p.fill(ellipse(4, 94, 5), Ink(0.58, 0.21, 22))
    p.fill(poly((8, 84), (14, 104), (18, 102), (13, 83)), CRUST)


@motif("bread", zone="room", size=0.28, wide=1.6)
def bread(p: Pen, c: Coat, r: Random) -> None:
    p.fill(
        smooth([(-76, 22), (-66, 62), (-20, 88), (30, 86), (70, 58), (76, 22), (40, 4), (-40, 4)]),
        c.own(CRUST),
        grain=0,
    )
    for x in (-38, -6, 26):
        p.fill(limb([(x - 8, 82), (x + 4, 64), (x + 4, 46)], [2, 9, 2]), CRUST.lighter(0.18), grain=90)


@motif("candy", zone="room", size=0.34, wide=1.0)
def candy(p: Pen, c: Coat, r: Random) -> None:
    p.fill(limb([(0, 0), (0, 50)], [4, 4]), CREAM)
    disc = ellipse(0, 68, 31)
    p.fill(disc, c.main)
    with p.within(disc):
        for i in range(8):
            a = math.tau * i / 8
            p.fill(
                limb(
                    [
                        (0, 68),
                        (16 * math.cos(a), 68 + 16 * math.sin(a)),
                        (34 * math.cos(a + 0.6), 68 + 34 * math.sin(a + 0.6)),
                    ],
                    [1, 6, 11],
                ),
                c.rainbow(i) if c.many else CREAM,
            )
    p.line(ellipse(0, 68, 31), c.main.darker(0.1), 1.6)
    p.fill(union(poly((0, 33), (-13, 40), (-13, 26)), poly((0, 33), (13, 40), (13, 26))), c.pop)


@motif("chair", zone="room", size=0.42, wide=0.6)
def chair(p: Pen, c: Coat, r: Random) -> None:
    for x in (-20, 20):
        p.fill(limb([(x, 44), (x * 1.12, 1)], [6, 5]), WOOD.darker(0.08))
    for x in (-19, 19):
        p.fill(limb([(x, 44), (x * 0.92, 98)], [6.5, 6]), WOOD)
    for y in (60, 74, 88):
        p.fill(
            smooth([(-20, y - 4), (0, y - 6), (20, y - 4), (20, y + 4), (0, y + 3), (-20, y + 4)], tension=0.6),
            c.main,
        )
    p.fill(box(-27, 40, 27, 50, 4), c.main, grain=0)
    for x in (-23, 23):
        p.fill(limb([(x, 40), (x * 1.1, 0)], [6, 5]), WOOD)


@motif("table", zone="room", size=0.34, wide=1.6)
def table(p: Pen, c: Coat, r: Random) -> None:
    table_top(p, c)
    with p.sub(0, 72, 0.3):
        cup(p, c, r)


def table_top(p: Pen, c: Coat) -> None:
    """A table with its cloth, nothing on it; its top is at 72."""
    for x in (-58, 58):
        p.fill(limb([(x, 60), (x * 1.06, 1)], [9, 7]), WOOD, grain=90)
    p.fill(box(-76, 62, 76, 72, 3), WOOD.lighter(0.06), grain=0)
    edge = [(-46.0, 72.0), (-50, 50), (-34, 42), (-18, 50), (0, 42), (18, 50), (34, 42), (50, 50), (46, 72)]
    cloth = smooth(edge, tension=0.6)
    p.fill(cloth, c.main)
    with p.within(cloth):
        for i in range(9):
            p.fill(ellipse(-44 + 11 * i, 60 - 4 * (i % 2), 2.4), CREAM)


@motif("bed", zone="room", size=0.34, wide=1.8)
def bed(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-88, 4, -78, 92, 4), WOOD, grain=90)
    p.fill(box(78, 4, 88, 62, 4), WOOD, grain=90)
    p.fill(box(-82, 18, 82, 34, 2), WOOD.darker(0.05))
    p.fill(box(-80, 32, 80, 48, 5), CREAM)
    p.fill(blob(r, -56, 56, 22, 12, 0.06), CREAM.lighter(0.02))
    quilt = smooth([(-34, 52), (0, 64), (50, 62), (80, 52), (82, 24), (-30, 22)], tension=0.6)
    p.fill(quilt, c.main, grain=0)
    with p.within(quilt):
        for i in range(6):
            for j in range(3):
                p.fill(box(-36 + 21 * i, 20 + 16 * j, -27 + 21 * i, 28 + 16 * j), (c.second, c.pop)[(i + j) % 2])


@motif("lamp", zone="room", size=0.42, wide=0.6)
def lamp(p: Pen, c: Coat, r: Random) -> None:
    p.glow(0, 74, 76, GOLD, 0.5)
    p.fill(half(0, 0, 20, 8), c.second)
    p.fill(limb([(0, 6), (3, 32), (0, 62)], [6, 5, 5]), c.second)
    p.fill(poly((-32, 58), (-18, 98), (18, 98), (32, 58)), c.main, grain=90)
    for k in (-0.6, 0, 0.6):
        p.line(line((32 * k, 58), (18 * k, 98)), c.main.darker(0.1), 1.2)
    p.fill(ellipse(0, 57, 31, 3), GOLD.lighter(0.06))


@motif("clock", zone="room", size=0.4, wide=0.9)
def clock(p: Pen, c: Coat, r: Random) -> None:
    for side in (-1, 1):
        p.fill(limb([(side * 22, 12), (side * 30, 1)], [7, 6]), c.main.darker(0.1))
        p.fill(half(side * 24, 82, 15, 13), c.second)
    p.fill(ellipse(0, 46, 42), c.main, grain=20)
    p.fill(ellipse(0, 46, 34), CREAM)
    for i in range(12):
        a = math.tau * i / 12
        p.fill(ellipse(28 * math.cos(a), 46 + 28 * math.sin(a), 2.6 if i % 3 == 0 else 1.5), c.dark)
    for length, width in ((17, 4), (25, 2.8)):
        a = r.uniform(0, math.tau)
        p.line(line((0, 46), (length * math.cos(a), 46 + length * math.sin(a))), c.dark, width)
    p.fill(ellipse(0, 46, 3.4), c.pop)


@motif("gift", zone="room", size=0.34, wide=1.0)
def gift(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-40, 0, 40, 58, 2), c.main, grain=90)
    p.fill(box(-45, 54, 45, 72, 2), c.main.lighter(0.07), grain=0)
    p.fill(box(-8, 0, 8, 72), c.second)
    for side in (-1, 1):
        p.fill(petal(0, 72, 40, 24, 90 - side * 48), c.second)
        p.fill(petal(side * 3, 74, 24, 10, 90 - side * 48), c.second.darker(0.12))
    p.fill(ellipse(0, 75, 7), c.second.darker(0.06))


@motif("cup", zone="room", size=0.28, wide=1.1)
def cup(p: Pen, c: Coat, r: Random) -> None:
    for x in (-14, 2, 18):
        p.line(curve((x, 74), (x + 6, 84), (x - 4, 92), (x + 3, 102)), CREAM, 2.6, alpha=0.7)
    p.line(curve((34, 52), (56, 50), (52, 24), (30, 20)), c.main, 7)
    p.fill(smooth([(-38, 64), (-34, 18), (-20, 4), (20, 4), (34, 18), (38, 64)], tension=0.5), c.main, grain=90)
    p.fill(ellipse(0, 64, 38, 7), c.main.lighter(0.1))
    p.fill(ellipse(0, 63, 33, 5), Ink(0.4, 0.06, 50))
    p.fill(heart(0, 34, 11), c.second)


@motif("bell", zone="room", size=0.38, wide=0.9)
def bell(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(GOLD)
    p.line(ellipse(0, 95, 6), gold.darker(0.1), 3)
    p.fill(ellipse(0, 10, 8), gold.darker(0.16))
    p.fill(
        smooth([(-42, 14), (-30, 30), (-25, 68), (0, 92), (25, 68), (30, 30), (42, 14), (0, 10)], tension=0.8),
        gold,
        grain=90,
    )
    p.fill(limb([(-30, 30), (0, 26), (30, 30)], [4, 4.4, 4]), c.main)


@motif("candle", zone="room", size=0.4, wide=0.5)
def candle(p: Pen, c: Coat, r: Random) -> None:
    p.glow(0, 82, 60, GOLD, 0.7)
    p.fill(half(0, 0, 26, 9), c.second)
    p.fill(box(-11, 6, 11, 66, 3), c.main.lighter(0.1) if not c.named else c.main, grain=90)
    p.fill(limb([(-9, 64), (-8, 50)], [5, 6]), CREAM)
    p.line(line((0, 66), (0, 72)), c.dark, 1.6)
    p.fill(smooth([(0, 100), (-8, 80), (0, 69), (8, 80)], tension=0.8), Ink(0.76, 0.17, 60))
    p.fill(smooth([(0, 90), (-4, 79), (0, 71), (4, 79)], tension=0.8), Ink(0.94, 0.11, 95))


@motif("egg", zone="room", size=0.3, wide=0.8)
def egg(p: Pen, c: Coat, r: Random) -> None:
    shape = smooth([(0, 99), (-25, 76), (-36, 42), (-24, 8), (0, 0), (24, 8), (36, 42), (25, 76)])
    p.fill(shape, c.main, grain=0)
    with p.within(shape):
        for y, ink in ((22, c.second), (70, c.pop)):
            p.fill(box(-50, y, 50, y + 8), ink)
        points = [(-48 + 8 * i, 46 + (7 if i % 2 else -3)) for i in range(13)]
        p.line(line(*points), CREAM, 4)
        for i in range(6):
            p.fill(ellipse(-30 + 12 * i, 36, 2.6), c.second)
