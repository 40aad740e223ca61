"""Flowers, trees, fruit, mushrooms."""

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
    petal,
    poly,
    smooth,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif

LEAF = Ink(0.56, 0.12, 138)
STEM = Ink(0.50, 0.11, 135)
BARK = Ink(0.42, 0.06, 55)
CREAM = Ink(0.95, 0.03, 85)
EARTH = Ink(0.45, 0.06, 60)


def stem(p: Pen, r: Random, top: float, *, leaves: int = 2, lean: float = 0.0) -> None:
    """A stalk from the ground to `top`, with leaves."""
    bend = r.uniform(-6, 6)
    p.fill(limb([(0, 0), (bend, top * 0.5), (lean, top)], [3.6, 2.8, 2.4]), STEM)
    for i in range(leaves):
        y, side = top * (0.12 + 0.22 * i), 1 if i % 2 else -1
        turn = 90 - side * r.uniform(35, 60)
        x = bend * math.sin(math.pi * y / max(top, 1))
        p.fill(petal(x, y, r.uniform(26, 36), 11, turn), LEAF.lighter(r.uniform(-0.03, 0.06)), grain=turn)
        tip = (x + 24 * math.cos(math.radians(turn)), y + 24 * math.sin(math.radians(turn)))
        p.line(curve((x, y), tip), LEAF.darker(0.12), 0.7, alpha=0.7)


@motif("flower", size=0.46, wide=0.7)
def flower(p: Pen, c: Coat, r: Random) -> None:
    stem(p, r, 66, leaves=r.choice((2, 3)))
    n, length = r.choice((6, 7, 8, 9)), r.uniform(25, 30)
    double = r.random() < 0.6
    if double:
        for i in range(n):
            p.fill(petal(0, 68, length + 4, 17, 360 * (i + 0.5) / n), c.main.darker(0.09).turned(-8))
    for i in range(n):
        turn = 360 * i / n + r.uniform(-4, 4)
        ink = c.rainbow(i) if c.many else c.main.lighter(r.uniform(-0.02, 0.05))
        p.fill(petal(0, 68, length, 16, turn), ink, grain=turn)
        a = math.radians(turn)
        p.line(
            curve(
                (7 * math.cos(a), 68 + 7 * math.sin(a)),
                (length * 0.62 * math.cos(a), 68 + length * 0.62 * math.sin(a)),
            ),
            c.main.darker(0.14),
            0.8,
            alpha=0.6,
        )
    p.fill(ellipse(0, 68, 8.5), Ink(0.82, 0.15, 85))
    for i in range(11):
        a = i * 2.4
        p.fill(ellipse(5.6 * math.sqrt(i / 11) * math.cos(a), 68 + 5.6 * math.sqrt(i / 11) * math.sin(a), 1.0), EARTH)


@motif("tulip", size=0.42, wide=0.55)
def tulip(p: Pen, c: Coat, r: Random) -> None:
    stem(p, r, 62, leaves=2)
    p.fill(smooth([(-13, 66), (-17, 84), (-12, 99), (-2, 88), (0, 62)]), c.main.darker(0.08))
    p.fill(smooth([(13, 66), (17, 84), (12, 99), (2, 88), (0, 62)]), c.main.darker(0.05))
    p.fill(smooth([(0, 60), (-13, 72), (-9, 90), (0, 100), (9, 90), (13, 72)]), c.main, grain=90)


@motif("sunflower", size=0.55, wide=0.7)
def sunflower(p: Pen, c: Coat, r: Random) -> None:
    stem(p, r, 64, leaves=3)
    gold = c.own(Ink(0.84, 0.16, 86))
    for ring, n, length in ((0, 17, 32), (1, 15, 28)):
        for i in range(n):
            turn = 360 * (i + ring * 0.5) / n + r.uniform(-5, 5)
            p.fill(petal(0, 68, length, 9.5, turn), gold.lighter(-0.08 + 0.09 * ring), grain=turn)
    p.fill(ellipse(0, 68, 15), Ink(0.36, 0.06, 50))
    for i in range(70):
        a, d = i * 2.39996, 13.2 * math.sqrt(i / 70)
        p.fill(ellipse(d * math.cos(a), 68 + d * math.sin(a), 0.95), Ink(0.62, 0.11, 65).lighter(-0.2 + d / 60))


@motif("rose", size=0.42, wide=0.6)
def rose(p: Pen, c: Coat, r: Random) -> None:
    stem(p, r, 66, leaves=3)
    red = c.own(Ink(0.58, 0.21, 22))
    p.fill(ellipse(0, 78, 23, 20), red.darker(0.08))
    for i in range(5):
        a = math.tau * i / 5 + 0.4
        p.fill(blob(r, 11 * math.cos(a), 78 + 9 * math.sin(a), 13, 11, 0.08), red.lighter(r.uniform(-0.05, 0.06)))
    for i in range(4):
        a = math.tau * i / 4
        p.fill(blob(r, 5 * math.cos(a), 80 + 4 * math.sin(a), 8, 7, 0.08), red.lighter(0.03 + 0.02 * i))
    p.line(curve((-5, 80), (0, 85), (5, 80), (1, 76), (-2, 79)), red.darker(0.2), 1.1)


def _crown(p: Pen, r: Random, green: Ink, fruit: Ink | None) -> None:
    heads = [(r.uniform(-24, 24), 62 + r.uniform(-8, 26), r.uniform(16, 22)) for _ in range(6)]
    for x, y, size in sorted(heads, key=lambda h: -h[1]):
        p.fill(blob(r, x, y, size * 1.1, size, 0.1, 11), green.lighter((y - 80) / 230), grain=r.uniform(-30, 30))
    for _ in range(26):
        x, y = r.uniform(-34, 34), r.uniform(50, 96)
        if (x / 38) ** 2 + ((y - 72) / 27) ** 2 < 0.8:
            turn = r.uniform(0, 360)
            p.fill(petal(x, y, r.uniform(4, 7), 3.2, turn), green.lighter(r.choice((-0.09, 0.1, 0.16))))
    if fruit is not None:
        for _ in range(9):
            a, d = r.random() * math.tau, math.sqrt(r.random())
            p.fill(ellipse(31 * d * math.cos(a), 72 + 20 * d * math.sin(a), 3.1), fruit)


@motif("tree", size=0.62, wide=0.9)
def tree(p: Pen, c: Coat, r: Random) -> None:
    lean = r.uniform(-4, 4)
    p.fill(limb([(0, -1), (lean * 0.5, 26), (lean, 62)], [15, 9, 6]), BARK, grain=90)
    p.fill(limb([(lean * 0.6, 34), (-13, 56)], [5, 3]), BARK)
    p.fill(limb([(lean * 0.7, 38), (15, 60)], [4.5, 2.5]), BARK)
    green = c.own(Ink(r.uniform(0.52, 0.64), 0.125, r.uniform(118, 150)))
    if r.random() < 0.35:
        p.fill(smooth([(0, 98), (-20, 84), (-27, 60), (-14, 40), (14, 40), (27, 60), (20, 84)]), green, grain=80)
        for i in range(16):
            x, y = r.uniform(-18, 18), r.uniform(46, 88)
            p.fill(petal(x, y, 7, 3.4, r.uniform(40, 140)), green.lighter(0.1 if i % 2 else -0.08))
        return
    _crown(p, r, green, Ink(0.6, 0.2, 28) if r.random() < 0.3 else None)


@motif("fir", size=0.62, wide=0.6)
def fir(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-3.5, -1, 3.5, 16), BARK)
    green = c.own(Ink(0.46, 0.085, r.uniform(150, 172)))
    for i in range(5):
        y, w = 10 + 17 * i, 31 - 5.4 * i
        drop = 5 - 0.6 * i
        points = [
            (0, y + 31 - i),
            (-w * 0.55, y + 12),
            (-w, y),
            (-w * 0.5, y + drop),
            (0, y - 1),
            (w * 0.5, y + drop),
            (w, y),
        ]
        p.fill(smooth([*points, (w * 0.55, y + 12)], tension=0.55), green.lighter(0.025 * i), grain=75)


@motif("palm", size=0.62, wide=0.8)
def palm(p: Pen, c: Coat, r: Random) -> None:
    lean = r.uniform(8, 20)
    trunk = [(0, -1), (lean * 0.2, 28), (lean * 0.6, 54), (lean, 74)]
    p.fill(limb(trunk, [10, 7.5, 6.5, 6]), Ink(0.58, 0.07, 65), grain=0)
    for i in range(1, 9):
        y = i * 8
        x = lean * (y / 74) ** 1.4
        p.line(curve((x - 3.6, y), (x, y - 1.6), (x + 3.6, y)), BARK, 1.0, alpha=0.7)
    green = c.own(Ink(0.58, 0.13, 140))
    for i, turn in enumerate((196, 165, 132, 100, 66, 32, 0, -18)):
        a = math.radians(turn)
        tip = (lean + 38 * math.cos(a), 74 + 22 * math.sin(a) - 13)
        mid = (lean + 20 * math.cos(a), 80 + 16 * math.sin(a))
        p.fill(limb([(lean, 74), mid, tip], [3, 11, 1.2]), green.lighter(-0.06 + 0.03 * (i % 4)), grain=turn)
        p.line(curve((lean, 74), mid, tip), green.darker(0.14), 0.9, alpha=0.7)
    for dx in (-4, 3):
        p.fill(ellipse(lean + dx, 72, 4), Ink(0.42, 0.07, 50))


@motif("cactus", size=0.46, wide=0.6)
def cactus(p: Pen, c: Coat, r: Random) -> None:
    green = c.own(Ink(0.58, 0.11, 150))
    arms = [limb([(0, 38), (-22, 40), (-24, 66)], [9, 11, 10]), limb([(0, 28), (20, 30), (22, 52)], [9, 10, 9])]
    body = union(limb([(0, -1), (0, 50), (0, 90)], [19, 21, 18]), *arms)
    p.fill(body, green, grain=90)
    with p.within(body):
        for x in (-26, -21, -5, 0, 5, 20, 25):
            p.line(curve((x, 0), (x, 100)), green.darker(0.11), 0.9, alpha=0.6)
    for x, y in ((0, 101), (-24, 73)):
        for i in range(5):
            p.fill(petal(x, y - 3, 9, 5, 30 + 30 * i), Ink(0.72, 0.18, 0))


@motif("mushroom", size=0.38, wide=0.95)
def mushroom(p: Pen, c: Coat, r: Random) -> None:
    red = c.own(Ink(0.58, 0.2, 28))
    p.fill(smooth([(-13, 0), (-9, 30), (-11, 56), (11, 56), (9, 30), (14, 0)]), CREAM, grain=90)
    p.fill(smooth([(-15, 44), (-10, 50), (10, 50), (15, 44), (6, 41), (0, 44), (-6, 41)]), CREAM.darker(0.06))
    cap = smooth([(-44, 52), (-40, 72), (-20, 94), (4, 99), (28, 90), (42, 70), (44, 52), (20, 47), (-20, 47)])
    p.fill(cap, red, grain=20)
    with p.within(cap):
        p.fill(ellipse(0, 47, 40, 6), CREAM.darker(0.12))
        for x, y, s in (
            (-26, 68, 6),
            (-6, 84, 7.5),
            (16, 74, 6.5),
            (30, 62, 4.5),
            (-4, 62, 5),
            (-36, 58, 3.5),
            (22, 90, 4),
        ):
            p.fill(blob(r, x + r.uniform(-2, 2), y, s, s * 0.85, 0.1), CREAM)


@motif("leaf", size=0.4, wide=0.8)
def leaf(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((LEAF, Ink(0.66, 0.15, 62), Ink(0.58, 0.17, 35), Ink(0.76, 0.14, 85))))
    p.fill(smooth([(0, 8), (-26, 24), (-34, 52), (-18, 82), (0, 99), (18, 82), (34, 52), (26, 24)]), ink, grain=60)
    p.line(curve((0, -2), (1, 40), (0, 92)), ink.darker(0.16), 2.0)
    for i in range(6):
        y = 18 + 12 * i
        w = 25 * math.sin(math.pi * (0.15 + 0.13 * i))
        p.line(curve((0, y), (-w * 0.6, y + 8), (-w, y + 15)), ink.darker(0.14), 1.1)
        p.line(curve((0, y), (w * 0.6, y + 8), (w, y + 15)), ink.darker(0.14), 1.1)


@motif("bush", size=0.26, wide=1.6)
def bush(p: Pen, c: Coat, r: Random) -> None:
    green = c.own(Ink(0.55, 0.11, r.uniform(125, 150)))
    for x, y, s in ((-52, 32, 38), (50, 30, 36), (-16, 54, 46), (22, 46, 44), (0, 26, 40)):
        p.fill(
            blob(r, x, y, s, min(s, y + 4), 0.09, 11), green.lighter(r.uniform(-0.05, 0.07)), grain=r.uniform(0, 60)
        )
    for _ in range(14):
        p.fill(
            petal(r.uniform(-60, 60), r.uniform(20, 80), 10, 5, r.uniform(0, 180)),
            green.lighter(r.choice((-0.1, 0.12))),
        )


@motif("apple", zone="room", size=0.34, wide=1.0)
def apple(p: Pen, c: Coat, r: Random) -> None:
    red = c.own(Ink(0.6, 0.2, 28))
    body = smooth([(0, 78), (-22, 86), (-43, 68), (-42, 36), (-24, 4), (0, 6), (24, 4), (42, 36), (43, 68), (22, 86)])
    p.fill(body, red, grain=80)
    with p.within(body):
        p.wash(ellipse(-22, 62, 9, 14, 25), CREAM, 0.55, 4)
        p.wash(ellipse(30, 24, 22, 34, 20), Ink(0.8, 0.15, 85), 0.3, 9)
    p.fill(limb([(0, 76), (2, 88), (7, 98)], [3, 3, 4]), BARK)
    p.fill(petal(4, 88, 28, 13, 22), LEAF, grain=22)


@motif("strawberry", zone="room", size=0.32, wide=0.85)
def strawberry(p: Pen, c: Coat, r: Random) -> None:
    red = c.own(Ink(0.6, 0.22, 25))
    body = smooth([(0, 2), (-24, 28), (-38, 62), (-26, 82), (0, 84), (26, 82), (38, 62), (24, 28)])
    p.fill(body, red, grain=70)
    for row in range(5):
        for i in range(row + 2):
            x = (i - (row + 1) / 2) * 13
            p.fill(ellipse(x, 18 + row * 14, 1.5, 2.4), Ink(0.86, 0.12, 90))
    for turn in (200, 235, 270, 305, 340, 180, 0):
        p.fill(petal(0, 88, 26, 11, turn), LEAF)
    p.fill(limb([(0, 86), (3, 100)], [4, 4]), STEM)


@motif("carrot", zone="room", size=0.36, wide=0.6)
def carrot(p: Pen, c: Coat, r: Random) -> None:
    orange = c.own(Ink(0.71, 0.17, 55))
    for turn in (60, 80, 100, 120, 90):
        p.fill(petal(0, 66, 36, 9, turn), LEAF.lighter(r.uniform(-0.05, 0.08)))
    p.fill(smooth([(0, 0), (-9, 28), (-17, 60), (-8, 70), (8, 70), (17, 60), (9, 28)]), orange, grain=90)
    for x, y, w in ((-6, 55, 9), (4, 44, 8), (-5, 32, 7), (2, 20, 5)):
        p.line(curve((x - w / 2, y), (x, y - 1.4), (x + w / 2, y)), orange.darker(0.14), 1.2)


@motif("pumpkin", size=0.34, wide=1.2)
def pumpkin(p: Pen, c: Coat, r: Random) -> None:
    orange = c.own(Ink(0.72, 0.165, 55))
    p.fill(limb([(0, 74), (-2, 90), (8, 99)], [9, 7, 6]), STEM)
    for x, w, d in ((-34, 26, -0.09), (34, 26, -0.09), (-18, 26, -0.03), (18, 26, -0.03), (0, 24, 0.03)):
        p.fill(ellipse(x, 40, w, 40), orange.lighter(d), grain=90)
    if r.random() < 0.4:
        for path in (poly((-26, 46), (-10, 46), (-18, 60)), poly((10, 46), (26, 46), (18, 60)), half(0, 30, 26, -16)):
            p.fill(path, Ink(0.3, 0.07, 50))


@motif("swing", size=0.6, wide=0.9)
def swing(p: Pen, c: Coat, r: Random) -> None:
    for x, lean in ((-34, 6), (34, -6)):
        p.fill(limb([(x - 8, 0), (x + lean, 98)], [5, 5]), BARK)
        p.fill(limb([(x + 8, 0), (x + lean, 98)], [5, 5]), BARK.lighter(0.06))
    p.fill(box(-32, 94, 32, 100, 2), BARK)
    for x in (-11, 11):
        p.line(curve((x, 95), (x + 7, 30)), c.dark, 1.2)
    p.fill(box(-9, 26, 23, 31, 1), c.main)


def grass(p: Pen, r: Random, ink: Ink, n: int = 5) -> None:
    """A tuft of blades, 100 high at most."""
    for i in range(n):
        x = (i - n / 2) * 7 + r.uniform(-3, 3)
        lean, top = r.uniform(-22, 22), r.uniform(55, 100)
        p.fill(
            limb([(x, -4), (x + lean * 0.3, top * 0.55), (x + lean, top)], [5, 4, 0.8]),
            ink.lighter(r.uniform(-0.06, 0.08)),
        )


def little_flower(p: Pen, r: Random, ink: Ink) -> None:
    """A small flower for meadows, 100 high; no detail that small sizes would lose."""
    lean = r.uniform(-10, 10)
    p.line(curve((0, 0), (lean * 0.3, 45), (lean, 84)), STEM, 3.5)
    for i in range(5):
        p.fill(petal(lean, 84, 24, 19, 72 * i + 18), ink)
    p.fill(ellipse(lean, 84, 8), Ink(0.87, 0.14, 88))


def fern(p: Pen, r: Random, ink: Ink) -> None:
    """A frond for foregrounds, 100 high."""
    lean = r.uniform(-30, 30)
    p.line(curve((0, 0), (lean * 0.3, 50), (lean, 98)), ink.darker(0.05), 2)
    for i in range(9):
        t = 0.15 + 0.09 * i
        x, y, size = lean * t * t, 98 * t, 26 * math.sin(math.pi * (0.25 + 0.7 * t))
        for side in (-1, 1):
            p.fill(petal(x, y, size, 7, 90 - side * 58 - lean * 0.3), ink.lighter(0.01 * i))
