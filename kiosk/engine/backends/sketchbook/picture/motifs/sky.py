"""What is seen above: sun, moon, stars, clouds, and things that fly without being alive."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    blob,
    box,
    curve,
    cut,
    ellipse,
    limb,
    line,
    moved,
    petal,
    poly,
    smooth,
)
from kiosk.engine.backends.sketchbook.picture.forms import cloud as cloud_shape
from kiosk.engine.backends.sketchbook.picture.forms import star as star_shape
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif

GOLD = Ink(0.87, 0.15, 88)
CREAM = Ink(0.96, 0.035, 90)


@motif("sun", zone="sky", size=0.26, wide=1.0)
def sun(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(GOLD)
    p.glow(0, 50, 105, gold, 0.5)
    rays, style = r.choice((11, 12, 14, 16)), r.random()
    for i in range(rays):
        a = 360 * i / rays
        length = 18 if i % 2 else 24
        x, y = 33 * math.cos(math.radians(a)), 50 + 33 * math.sin(math.radians(a))
        if style < 0.55:
            p.fill(petal(x, y, length, 8, a), gold.darker(0.03 * (i % 2)).turned(-8))
        else:
            p.line(
                curve(
                    (x, y),
                    (x + length * 0.8 * math.cos(math.radians(a)), y + length * 0.8 * math.sin(math.radians(a))),
                ),
                gold.turned(-8),
                3.4,
            )
    p.fill(ellipse(0, 50, 29), gold, grain=30)
    p.wash(ellipse(-9, 59, 12, 10), CREAM, 0.4, 6)


@motif("moon", zone="sky", size=0.26, wide=1.0)
def moon(p: Pen, c: Coat, r: Random) -> None:
    pale = c.own(Ink(0.93, 0.06, 92))
    p.glow(0, 50, 120, pale, 0.4)
    if r.random() < 0.6:
        shape = cut(ellipse(0, 50, 42), ellipse(21, 60, 36))
        p.fill(shape, pale, grain=60)
        return
    disc = ellipse(0, 50, 40)
    p.fill(disc, pale, grain=40)
    with p.within(disc):
        for x, y, s in ((-14, 62, 9), (14, 40, 12), (-8, 32, 6), (20, 66, 6), (-26, 46, 5)):
            p.fill(blob(r, x, y, s, s * 0.85, 0.1), pale.darker(0.07))


@motif("star", zone="sky", size=0.2, wide=1.0)
def star(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(GOLD)
    p.glow(0, 50, 90, gold, 0.35)
    turn = 90 + r.uniform(-12, 12)
    p.fill(smooth_star(0, 50, 48, turn), gold, grain=turn)


def smooth_star(x: float, y: float, size: float, turn: float) -> object:
    """A plump star."""
    points = []
    for i in range(10):
        a = math.radians(turn) + math.pi * i / 5
        k = size if i % 2 == 0 else size * 0.52
        points.append((x + k * math.cos(a), y + k * math.sin(a)))
    return smooth(points, tension=0.45)


@motif("cloud", zone="sky", size=0.2, wide=1.9)
def cloud(p: Pen, c: Coat, r: Random) -> None:
    white = c.own(CREAM)
    p.fill(cloud_shape(r, 4, 38, 92, 58), white.darker(0.05))
    p.fill(cloud_shape(r, 0, 46, 80, 50), white, grain=10)


@motif("rainbow", zone="back", size=0.6, wide=1.8)
def rainbow(p: Pen, c: Coat, r: Random) -> None:
    for i in range(7):
        outer, inner = 98 - 6.2 * i, 98 - 6.2 * (i + 1) - 0.4
        p.fill(cut(ellipse(0, -10, outer), ellipse(0, -10, inner)), c.rainbow(i).lighter(0.05), grain=0)


@motif("lightning", zone="sky", size=0.42, wide=0.6)
def lightning(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(Ink(0.92, 0.14, 98))
    p.glow(0, 50, 80, gold, 0.35)
    p.fill(poly((10, 100), (-20, 50), (-3, 52), (-14, 0), (22, 62), (4, 60), (22, 100)), gold, grain=70)


@motif("comet", zone="sky", size=0.24, wide=2.0)
def comet(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(GOLD)
    for i in range(5):
        y = 66 + (i - 2) * 11
        p.fill(
            limb([(30, 62), (-30, y + 12), (-95 + 9 * abs(i - 2), y + 30)], [13, 8, 0.6]),
            gold.turned(-14 * i).lighter(0.02 * i),
        )
    p.glow(40, 58, 60, gold, 0.5)
    p.fill(smooth_star(40, 58, 34, 80), gold)


@motif("planet", zone="sky", size=0.34, wide=1.3)
def planet(p: Pen, c: Coat, r: Random) -> None:
    ball = ellipse(0, 50, 38)
    ring_back, ring = c.second, ellipse(0, 50, 68, 15, 18)
    hole = ellipse(0, 50, 54, 9.5, 18)
    p.fill(cut(ring, hole), ring_back)
    p.fill(ball, c.main, grain=18)
    with p.within(ball):
        for i in range(4):
            y = 24 + i * 16 + r.uniform(-3, 3)
            p.fill(
                limb([(-45, y - 12), (0, y), (45, y + 14)], [4, r.uniform(4, 9), 4]),
                (c.second, c.pop)[i % 2],
                grain=18,
            )
        p.wash(ellipse(24, 34, 34, 44), c.dark, 0.25, 14)
    front = cut(cut(ring, hole), moved(box(-90, 0, 90, 60), 0, 50, 18))
    p.fill(front, ring_back.lighter(0.04), grain=18)


@motif("airballoon", zone="sky", size=0.46, wide=0.75)
def airballoon(p: Pen, c: Coat, r: Random) -> None:
    bag = smooth([(0, 99), (-26, 92), (-36, 70), (-27, 46), (-9, 29), (9, 29), (27, 46), (36, 70), (26, 92)])
    p.fill(bag, c.main, grain=90)
    with p.within(bag):
        for x, w, ink in ((-25, 15, c.second), (0, 17, c.second), (25, 15, c.second)):
            p.fill(smooth([(x * 0.1, 100), (x - w / 2, 70), (x * 0.25, 27), (x + w / 2, 70)]), ink, grain=90)
        p.fill(limb([(-40, 52), (0, 46), (40, 52)], [7, 7, 7]), c.pop)
    for x in (-8, 8):
        p.line(line((x, 30), (x * 0.7, 14)), c.dark, 1.0)
    p.fill(box(-8, 1, 8, 15, 2), Ink(0.62, 0.09, 65))
    for y in (5, 9):
        p.line(line((-8, y), (8, y)), Ink(0.45, 0.07, 60), 0.9)


@motif("balloon", zone="sky", size=0.34, wide=0.6)
def balloon(p: Pen, c: Coat, r: Random) -> None:
    p.line(curve((0, 46), (4, 30), (-3, 16), (2, 0)), c.dark, 0.9)
    p.fill(poly((-4, 43), (4, 43), (0, 48)), c.main.darker(0.1))
    p.fill(smooth([(0, 100), (-22, 90), (-25, 70), (0, 46), (25, 70), (22, 90)]), c.main, grain=80)
    p.wash(ellipse(-10, 84, 5, 8, 30), CREAM, 0.7, 2)


@motif("kite", zone="sky", size=0.4, wide=0.9)
def kite(p: Pen, c: Coat, r: Random) -> None:
    p.line(curve((0, 30), (-10, 18), (4, 8), (-8, -6), (0, -30)), c.dark, 0.9)
    for i, (x, y) in enumerate(((-8, 20), (-2, 10), (-4, -2))):
        p.fill(poly((x, y), (x - 8, y + 4), (x - 8, y - 4)), c.rainbow(i * 2))
        p.fill(poly((x, y), (x + 8, y + 4), (x + 8, y - 4)), c.rainbow(i * 2 + 1))
    corners = ((0, 100), (-30, 70), (0, 28), (30, 70))
    inks = (c.main, c.second, c.pop, c.main.lighter(0.12))
    for i in range(4):
        p.fill(poly(corners[i], corners[(i + 1) % 4], (0, 70)), inks[i], grain=45 * i)


@motif("rocket", zone="sky", size=0.5, wide=0.6)
def rocket(p: Pen, c: Coat, r: Random) -> None:
    with p.sub(0, 6, 0.94, -r.uniform(8, 26)):
        for w, ink in ((13, Ink(0.68, 0.2, 40)), (8, Ink(0.86, 0.16, 85)), (4, CREAM)):
            p.fill(smooth([(-w, 20), (-w * 0.8, 6), (0, -w * 1.7), (w * 0.8, 6), (w, 20)]), ink)
        for side in (-1, 1):
            p.fill(smooth([(12 * side, 40), (27 * side, 22), (25 * side, 8), (12 * side, 22)], tension=0.6), c.main)
        hull = smooth([(-13, 18), (-19, 50), (-11, 82), (0, 100), (11, 82), (19, 50), (13, 18)])
        p.fill(hull, c.own(CREAM) if not c.named else c.main.lighter(0.14), grain=90)
        with p.within(hull):
            p.fill(box(-30, 76, 30, 110), c.main)
            p.fill(box(-30, 24, 30, 31), c.main)
        p.fill(ellipse(0, 58, 9.5), c.main)
        p.fill(ellipse(0, 58, 7), Ink(0.78, 0.08, 220))
        p.wash(ellipse(-2, 61, 2.6, 2), CREAM, 0.8, 0.6)
        p.fill(limb([(0, 10), (0, 34)], [5, 4]), c.main.darker(0.06))


@motif("plane", zone="sky", size=0.24, wide=2.1)
def plane(p: Pen, c: Coat, r: Random) -> None:
    p.fill(poly((-8, 60), (-44, 96), (-24, 96), (26, 62)), c.main.darker(0.1))
    p.fill(
        smooth([(100, 50), (78, 66), (20, 70), (-70, 66), (-100, 60), (-84, 48), (20, 34), (80, 36)]),
        c.own(CREAM),
        grain=0,
    )
    p.fill(poly((-98, 58), (-108, 98), (-88, 98), (-66, 64)), c.main)
    p.fill(poly((14, 48), (-40, 6), (-16, 6), (52, 46)), c.main)
    p.fill(poly((74, 65), (90, 58), (70, 56), (58, 66)), Ink(0.7, 0.08, 225))
    for i in range(6):
        p.fill(ellipse(-52 + i * 18, 57, 4.4), Ink(0.6, 0.09, 230))


@motif("ufo", zone="sky", size=0.26, wide=1.7)
def ufo(p: Pen, c: Coat, r: Random) -> None:
    p.wash(poly((-26, 34), (-58, -70), (58, -70), (26, 34)), GOLD, 0.3, 4)
    p.fill(ellipse(0, 62, 32, 34), Ink(0.84, 0.07, 200))
    p.fill(ellipse(0, 66, 12, 17), Ink(0.72, 0.15, 140))
    for x in (-4.5, 4.5):
        p.fill(ellipse(x, 70, 2.6, 4), c.dark)
    p.fill(ellipse(0, 46, 82, 20), c.main, grain=0)
    p.fill(ellipse(0, 40, 60, 10), c.main.darker(0.12))
    for i in range(7):
        p.fill(ellipse(-60 + i * 20, 46 + 4 * math.cos((i - 3) / 2) - 3, 4.6), c.rainbow(i))


@motif("drop", zone="sky", size=0.34, wide=0.7)
def drop(p: Pen, c: Coat, r: Random) -> None:
    blue = c.own(Ink(0.68, 0.11, 235))
    p.fill(
        smooth([(0, 100), (-12, 68), (-31, 34), (-22, 8), (0, 0), (22, 8), (31, 34), (12, 68)], tension=0.85),
        blue,
        grain=80,
    )
    p.wash(limb([(-18, 40), (-17, 26), (-10, 15)], [5, 6, 4]), CREAM, 0.7, 1.2)


@motif("snowflake", zone="sky", size=0.4, wide=1.0)
def snowflake(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.95, 0.02, 230))
    split, inner = r.uniform(0.5, 0.7), r.uniform(0.25, 0.4)
    for i in range(6):
        a = math.radians(60 * i + 30)
        dx, dy = math.cos(a), math.sin(a)
        p.line(line((0, 50), (48 * dx, 50 + 48 * dy)), ink, 4)
        for t, size in ((split, 15), (inner, 10), (0.85, 8)):
            x, y = 48 * t * dx, 50 + 48 * t * dy
            for side in (-0.8, 0.8):
                p.line(line((x, y), (x + size * math.cos(a + side), y + size * math.sin(a + side))), ink, 3)
    p.fill(star_shape(0, 50, 10, 0.6, 6), ink)


def small_bird(p: Pen, ink: Ink, spread: float = 1.0) -> None:
    """Two wing strokes far away, 100 wide."""
    p.fill(limb([(-50, 20 * spread), (-22, 34 * spread), (0, 8)], [1, 9, 6]), ink)
    p.fill(limb([(50, 20 * spread), (22, 34 * spread), (0, 8)], [1, 9, 6]), ink)
