"""Small furry animals, each built in its own way."""

from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    curve,
    ellipse,
    limb,
    petal,
    poly,
    smooth,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs.beasts import CREAM, ROSE, eye
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif


@motif("cat", size=0.38, wide=0.95)
def cat(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.72, 0.13, 58), Ink(0.45, 0.02, 270), Ink(0.72, 0.02, 260), Ink(0.9, 0.03, 80))))
    tail = (
        [(-20, 12), (-44, 12), (-50, 34), (-38, 52), (-44, 66)]
        if r.random() < 0.6
        else [(-20, 10), (-40, 6), (-52, 22), (-47, 40)]
    )
    p.fill(limb(tail, [8, 8, 7.5, 7, 4.5][: len(tail)]), ink, grain=60)
    body = smooth([(-24, 4), (-30, 22), (-22, 46), (-8, 62), (10, 62), (20, 44), (21, 20), (20, 2), (0, 0)])
    p.fill(body, ink, grain=80)
    with p.within(body):
        p.fill(ellipse(11, 34, 8, 19), ink.lighter(0.13))
        dark = ink.darker(0.15) if ink.l > 0.5 else ink.lighter(0.16)
        for i in range(5):
            p.fill(
                limb([(-34, 14 + i * 9), (-20, 18 + i * 9), (-10, 15 + i * 9)], [5, 3.4, 0.8]),
                c.rainbow(i) if c.many else dark,
            )
    p.fill(ellipse(-12, 9, 15, 10), ink.darker(0.03))
    for x in (7.0, 16.0):
        p.fill(limb([(x - 1, 30), (x, 14), (x + 2, 3)], [8, 7, 7]), ink.lighter(0.02))
        p.fill(ellipse(x + 3, 2.6, 5, 3.2), ink.lighter(0.15))
    for side in (-1, 1):
        p.fill(poly((4 + side * 21, 78), (4 + side * 18, 102), (4 + side * 4, 90)), ink)
        p.fill(poly((4 + side * 18.5, 82), (4 + side * 16.5, 96), (4 + side * 8, 89)), ROSE)
    face = smooth([(4, 92), (-14, 89), (-20, 75), (-10, 61), (4, 58), (18, 61), (28, 75), (22, 89)])
    p.fill(face, ink, grain=10)
    with p.within(face):
        for x in (-1, 4, 9):
            p.fill(limb([(x, 96), (x * 0.8 + 1, 84)], [3, 0.8]), c.rainbow(x) if c.many else dark)
        p.fill(ellipse(4, 65, 9.5, 6), ink.lighter(0.14))
    for side in (-1, 1):
        x = 4 + side * 9.5
        if c.asleep:
            eye(p, c, x, 77, 3.4)
        else:
            p.fill(ellipse(x, 77, 4.6, 5), Ink(0.86, 0.13, 115))
            p.fill(ellipse(x, 77, 1.7, 4.3), c.dark)
            p.fill(ellipse(x + 1, 79, 0.9), CREAM)
        for k in (-1, 0, 1):
            p.line(curve((4 + side * 9, 67 + k), (4 + side * 28, 68 + 4 * k)), c.dark.lighter(0.15), 0.6)
    p.fill(poly((1.5, 70), (6.5, 70), (4, 66.8)), Ink(0.66, 0.13, 15))
    p.line(curve((-0.5, 63.5), (2, 62.5), (4, 66.5), (6, 62.5), (8.5, 63.5)), c.dark, 0.9)


@motif("mouse", size=0.26, wide=1.3)
def mouse(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.68, 0.02, 260), Ink(0.6, 0.05, 60))))
    p.line(curve((-40, 14), (-64, 8), (-72, 26), (-88, 24)), ROSE, 3.4)
    body = smooth([(-44, 8), (-46, 40), (-20, 68), (14, 66), (42, 46), (66, 22), (58, 8), (20, 2)])
    for x in (-20, 26):
        p.fill(ellipse(x, 3, 11, 5), ROSE)
    p.fill(ellipse(8, 76, 17, 18), ink.darker(0.08))
    p.fill(body, ink, grain=20)
    p.fill(ellipse(24, 70, 19, 20), ink.lighter(0.03))
    p.fill(ellipse(25, 69, 12.5, 13.5), ROSE)
    eye(p, c, 44, 40, 3.4)
    p.fill(ellipse(67, 22, 4.4), Ink(0.66, 0.13, 15))
    for k in (-1, 0, 1):
        p.line(curve((56, 22), (74, 22 + 9 * k)), c.dark, 0.8)


@motif("rabbit", size=0.38, wide=0.8)
def rabbit(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.72, 0.05, 65), Ink(0.92, 0.02, 80), Ink(0.62, 0.03, 60))))
    p.fill(ellipse(-30, 14, 9), CREAM)
    body = smooth([(-26, 3), (-31, 22), (-20, 42), (2, 48), (18, 36), (20, 14), (16, 2)])
    p.fill(body, ink, grain=60)
    p.fill(ellipse(-10, 15, 17, 14), ink.darker(0.03))
    p.fill(ellipse(-6, 3.4, 16, 4.4), ink.lighter(0.05))
    p.fill(limb([(12, 26), (15, 4)], [9, 7]), ink.lighter(0.02))
    for x, turn in ((2, 112), (12, 84)):
        p.fill(petal(x, 64, 39, 14, turn), ink, grain=turn)
        p.fill(petal(x, 67, 31, 7, turn), ROSE)
    p.fill(ellipse(11, 56, 18, 16), ink)
    p.fill(ellipse(23, 51, 8, 7), ink.lighter(0.07))
    eye(p, c, 15, 60, 2.8)
    p.fill(ellipse(29, 54, 2.4, 1.9), Ink(0.68, 0.12, 15))
    for k in (-1, 0, 1):
        p.line(curve((24, 51), (38, 51 + 3 * k)), c.dark, 0.6)


@motif("hedgehog", size=0.28, wide=1.4)
def hedgehog(p: Pen, c: Coat, r: Random) -> None:
    spine, face = c.own(Ink(0.42, 0.05, 50)), Ink(0.82, 0.06, 70)
    for x in (-26.0, 2.0, 30.0):
        p.fill(ellipse(x, 4, 8, 5), face.darker(0.1))
    p.fill(smooth([(20, 8), (22, 48), (48, 42), (78, 20), (60, 8)]), face, grain=0)
    for ring in range(3):
        for i in range(19 - 3 * ring):
            t = i / (18 - 3 * ring)
            turn = 178 - 130 * t + ring * 4 + r.uniform(-5, 5)
            x, y = -8 + 26 * t - 6 * (1 - t), 34 + 5 * t
            p.fill(
                petal(x, y - ring * 3, 54 - 11 * ring, 7, turn), spine.lighter(0.07 * ring + r.uniform(-0.03, 0.03))
            )
    p.fill(smooth([(-50, 10), (-44, 40), (-10, 60), (24, 52), (36, 30), (26, 8)]), spine.lighter(0.1))
    for _ in range(34):
        x, y = r.uniform(-42, 24), r.uniform(12, 52)
        p.fill(petal(x, y, 13, 3, 150 + x * -0.6), spine.lighter(r.choice((-0.08, 0.0, 0.22))))
    eye(p, c, 50, 32, 3)
    p.fill(ellipse(78, 22, 5), c.dark)
    p.fill(ellipse(30, 40, 7), face.darker(0.12))


@motif("squirrel", size=0.38, wide=0.9)
def squirrel(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.56, 0.13, 45))
    p.fill(
        limb([(-10, 8), (-34, 24), (-36, 62), (-22, 86), (-6, 84)], [10, 22, 26, 24, 8]), ink.darker(0.04), grain=80
    )
    body = smooth([(-12, 2), (-18, 26), (-6, 50), (10, 52), (20, 34), (18, 6)])
    p.fill(body, ink, grain=80)
    with p.within(body):
        p.fill(ellipse(14, 26, 9, 18), CREAM)
    p.fill(ellipse(2, 5, 15, 5.5), ink)
    for x, turn in ((4, 105), (13, 80)):
        p.fill(petal(x, 72, 16, 8, turn), ink)
    p.fill(ellipse(11, 64, 15, 13), ink)
    p.fill(ellipse(22, 60, 7, 5.5), CREAM)
    p.fill(limb([(6, 40), (18, 36), (24, 42)], [7, 6, 5]), ink.lighter(0.03))
    p.fill(ellipse(28, 44, 5.5, 6.5), Ink(0.5, 0.08, 60))
    eye(p, c, 14, 67, 2.4)
    p.fill(ellipse(28, 62, 2), c.dark)


@motif("monkey", size=0.42, wide=0.9)
def monkey(p: Pen, c: Coat, r: Random) -> None:
    ink, skin = c.own(Ink(0.45, 0.07, 50)), Ink(0.82, 0.07, 65)
    p.line(curve((-14, 12), (-40, 10), (-48, 34), (-34, 44), (-30, 32)), ink, 5)
    for side in (-1, 1):
        p.fill(limb([(side * 8, 16), (side * 20, 12), (side * 19, 2)], [9, 8, 7]), ink)
    p.fill(ellipse(0, 32, 17, 24), ink, grain=90)
    p.fill(ellipse(1, 30, 10, 16), skin)
    p.fill(limb([(-12, 46), (-28, 40), (-26, 22)], [8, 7, 6]), ink)
    p.fill(limb([(12, 46), (30, 56), (33, 84)], [8, 7, 6]), ink)
    p.fill(ellipse(33, 87, 5), skin)
    for side in (-1, 1):
        p.fill(ellipse(side * 21, 70, 8), ink)
        p.fill(ellipse(side * 21, 70, 4.8), skin)
    p.fill(ellipse(0, 72, 20, 19), ink)
    p.fill(union(ellipse(-6, 76, 9, 9), ellipse(6, 76, 9, 9), ellipse(0, 65, 13, 9)), skin)
    for side in (-1, 1):
        eye(p, c, side * 6, 76, 2.4)
    p.line(curve((-7, 64), (0, 60.5), (7, 64)), c.dark, 1.2)
    p.fill(ellipse(0, 69, 2.6, 1.6), ink)
