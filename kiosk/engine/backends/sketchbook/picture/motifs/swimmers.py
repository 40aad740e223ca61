"""Who lives in water."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    blob,
    curve,
    ellipse,
    limb,
    petal,
    poly,
    smooth,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.motifs.critters import CREAM, eye, scales
from kiosk.engine.backends.sketchbook.picture.pen import Pen


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
