"""Birds."""

from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    curve,
    ellipse,
    half,
    limb,
    line,
    petal,
    poly,
    smooth,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.motifs.critters import BEAK, CREAM, eye, scales
from kiosk.engine.backends.sketchbook.picture.pen import Pen


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
