"""Animals of forest and steppe, on four legs."""

from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    curve,
    ellipse,
    limb,
    petal,
    poly,
    smooth,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs.beasts import (
    CREAM,
    HORN,
    ROSE,
    Build,
    beast,
    ear,
    eye,
    head_at,
    nose,
    shaded,
    spots,
    standing,
    stripes,
)
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif


@motif("deer", size=0.5, wide=1.0)
def deer(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.58, 0.1, 55))
    b = Build(ink, 32, 54, 22, 6, (12, 24), (10, 8.5), (10, 6), 13, ink.darker(0.25), step=4)
    p.fill(petal(-31, 50, 11, 8, 130), CREAM)
    hx, hy, shape = beast(p, c, r, b, ink, belly=CREAM)
    shaded(p, c, shape, b)
    spots(p, r, shape, CREAM, 9, 2.2, (-26, 42, 14, 54))
    for side in (-1, 1):
        base = (hx - 2 + side * 2, hy + 7)
        tip = (hx - 6 + side * 15, hy + 30)
        mid = (hx - 8 + side * 8, hy + 18)
        p.fill(limb([base, mid, tip], [3.2, 2.8, 1.0]), HORN.darker(0.28))
        for t, dx in ((mid, side * 9), ((base[0] - 2 + side * 2, base[1] + 7), side * 8)):
            p.fill(limb([t, (t[0] + dx, t[1] + 8)], [2.6, 0.8]), HORN.darker(0.28))
    ear(p, hx - 6, hy + 5, 15, 8, 160, ink, CREAM)
    eye(p, c, hx + 3, hy + 3, 2)
    nose(p, c, b, hx, hy, 2.4)


@motif("fox", size=0.36, wide=1.3)
def fox(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.66, 0.16, 48))
    tail = limb([(-30, 44), (-50, 42), (-66, 54), (-74, 72)], [8, 20, 22, 3])
    p.fill(tail, ink, grain=150)
    with p.within(tail):
        p.fill(ellipse(-73, 71, 12, 13), CREAM)
    b = Build(ink, 33, 50, 23, 7.5, (12, 14), (14, 11), (6, 5), 16, c.dark.lighter(0.05), step=5)
    hx, hy, shape = beast(p, c, r, b, ink, belly=CREAM)
    shaded(p, c, shape, b)
    p.fill(poly((hx + 6, hy + 7), (hx + 30, hy - 6), (hx + 4, hy - 10)), ink)
    p.fill(smooth([(hx - 6, hy - 9), (hx + 10, hy - 2), (hx + 29, hy - 6), (hx + 8, hy - 12)], tension=0.7), CREAM)
    for x in (hx - 8, hx + 3):
        p.fill(poly((x - 6, hy + 7), (x - 3, hy + 27), (x + 6, hy + 9)), ink)
        p.fill(poly((x - 3.4, hy + 10), (x - 2.4, hy + 20), (x + 2.6, hy + 10)), c.dark)
    p.fill(ellipse(hx + 30, hy - 5.6, 2.8), c.dark)
    eye(p, c, hx + 6, hy + 2, 2)


@motif("wolf", size=0.42, wide=1.25)
def wolf(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.5, 0.02, 260))
    p.fill(limb([(-30, 50), (-50, 42), (-58, 22)], [8, 15, 3]), ink, grain=120)
    b = Build(ink, 35, 56, 25, 8, (12, 18), (13, 11), (12, 6), 19, step=5)
    hx, hy, shape = beast(p, c, r, b, ink, belly=ink.lighter(0.2))
    shaded(p, c, shape, b)
    p.fill(
        smooth([(hx - 14, hy - 12), (hx - 22, hy - 26), (hx - 8, hy - 34), (hx + 2, hy - 12)], tension=0.6),
        ink.lighter(0.18),
    )
    for x in (hx - 9, hx + 1):
        p.fill(poly((x - 6, hy + 6), (x - 2, hy + 25), (x + 6, hy + 8)), ink.darker(0.05))
    eye(p, c, hx + 5, hy + 3, 2)
    nose(p, c, b, hx, hy, 3)


@motif("bear", size=0.44, wide=1.1)
def bear(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.46, 0.07, 52))
    b = Build(ink, 40, 68, 42, 14, (8, 2), (20, 18), (10, 9), 32, step=4)
    p.fill(ellipse(-40, 58, 6), ink)
    hx, hy, shape = beast(p, c, r, b, ink)
    shaded(p, c, shape, b)
    for x in (hx - 13, hx + 7):
        p.fill(ellipse(x, hy + 15, 7), ink.darker(0.04))
        p.fill(ellipse(x, hy + 15, 3.6), ink.lighter(0.15))
    p.fill(ellipse(hx + 17, hy - 6, 11, 9), ink.lighter(0.16))
    p.fill(ellipse(hx + 24, hy - 1, 4, 3), c.dark)
    p.line(curve((hx + 23, hy - 10), (hx + 17, hy - 12), (hx + 13, hy - 10)), c.dark, 1.1)
    eye(p, c, hx + 6, hy + 5, 2.2)


def _mane(p: Pen, r: Random, x: float, y: float, size: float, ink: Ink) -> None:
    for ring, (n, length) in enumerate(((17, 1.0), (14, 0.8))):
        for i in range(n):
            turn = 360 * i / n + r.uniform(-7, 7)
            p.fill(petal(x, y, size * length, size * 0.42, turn), ink.lighter(0.05 * ring), grain=turn)


@motif("lion", size=0.44, wide=1.2)
def lion(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.78, 0.12, 78))
    p.fill(limb([(-34, 50), (-52, 48), (-58, 66)], [5, 4.5, 4]), ink)
    p.fill(petal(-58, 62, 17, 12, 80), Ink(0.5, 0.12, 48))
    b = Build(ink, 36, 60, 27, 10, (8, 14), (17, 16), (8, 7), 20, step=4)
    shape = standing(p, b, ink, r)
    shaded(p, c, shape, b)
    hx, hy = head_at(b)
    _mane(p, r, hx, hy, 33, Ink(0.56, 0.13, 50) if not c.named else c.main.darker(0.14))
    for side in (-1, 1):
        p.fill(ellipse(hx + side * 14, hy + 14, 6), ink.darker(0.05))
    p.fill(ellipse(hx, hy, 18, 17), ink)
    p.fill(ellipse(hx, hy - 7, 10, 8), CREAM)
    for side in (-1, 1):
        eye(p, c, hx + side * 7.5, hy + 3.5, 2.3)
    p.fill(poly((hx - 4, hy - 2), (hx + 4, hy - 2), (hx, hy - 6.5)), c.dark)
    p.line(curve((hx - 5, hy - 10), (hx, hy - 7), (hx + 5, hy - 10)), c.dark, 1.1)


@motif("tiger", size=0.4, wide=1.3)
def tiger(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.73, 0.16, 58))
    tail = limb([(-34, 46), (-56, 44), (-62, 66), (-54, 78)], [6, 6, 5.5, 4])
    p.fill(tail, ink)
    with p.within(tail):
        for y in (50, 60, 70, 79):
            p.fill(limb([(-70, y), (-48, y + 3)], [3.4, 3.4]), c.dark)
    b = Build(ink, 37, 54, 25, 10, (9, 8), (17, 15), (7, 6), 21, step=5)
    hx, hy, shape = beast(p, c, r, b, ink, belly=CREAM)
    stripes(p, r, b, shape, c.dark, 9, 5)
    for x in (hx - 11, hx + 9):
        p.fill(ellipse(x, hy + 13, 5.5), ink.darker(0.06))
    p.fill(ellipse(hx + 13, hy - 5, 9, 8), CREAM)
    for k in (-1, 0, 1):
        p.fill(limb([(hx - 15, hy + 3 + 5 * k), (hx - 6, hy + 2 + 4 * k)], [3, 0.8]), c.dark)
        p.fill(limb([(hx + 1 + 4 * k, hy + 15), (hx + 1 + 3 * k, hy + 8)], [2.6, 0.8]), c.dark)
    eye(p, c, hx + 5, hy + 3, 2.2)
    p.fill(ellipse(hx + 19, hy - 1, 3.2, 2.4), Ink(0.6, 0.13, 15))


@motif("elephant", size=0.5, wide=1.35)
def elephant(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.66, 0.025, 255))
    b = Build(ink, 44, 84, 52, 18, (4, -2), (24, 24), (4, 4), 40, None, step=3)
    p.line(curve((-44, 60), (-54, 48), (-52, 30)), ink.darker(0.06), 3)
    up = r.random() < 0.5
    trunk = (
        [(50, 70), (68, 58), (70, 34), (62, 16), (70, 8)]
        if not up
        else [(50, 72), (70, 60), (80, 76), (74, 96), (82, 104)]
    )
    hx, hy, shape = beast(p, c, r, b, ink)
    shaded(p, c, shape, b)
    for x in (-32, 30):
        for k in (-4, 1, 6):
            p.fill(ellipse(x + k, 2, 2.4, 2), CREAM.darker(0.05))
    p.fill(petal(hx + 12, hy - 10, 24, 7, -20), CREAM)
    p.fill(limb(trunk, [22, 16, 12, 10, 8]), ink, grain=80)
    p.fill(
        smooth([(hx - 8, hy + 18), (hx - 30, hy + 16), (hx - 38, hy - 10), (hx - 24, hy - 30), (hx - 6, hy - 14)]),
        ink.darker(0.06),
        grain=60,
    )
    p.fill(
        smooth([(hx - 12, hy + 10), (hx - 27, hy + 9), (hx - 32, hy - 9), (hx - 22, hy - 22), (hx - 11, hy - 9)]),
        ROSE.toward(ink, 0.4),
    )
    eye(p, c, hx + 7, hy + 8, 2.3)


@motif("giraffe", size=0.66, wide=0.75)
def giraffe(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.84, 0.11, 80))
    b = Build(ink, 23, 48, 19, 5.5, (13, 42), (8, 6.5), (8, 4.6), 9.5, ink.darker(0.4), step=3)
    p.line(curve((-22, 44), (-29, 34), (-28, 24)), ink.darker(0.1), 1.6)
    p.fill(ellipse(-28, 22, 2, 4), c.dark)
    hx, hy, shape = beast(p, c, r, b, ink)
    shaded(p, c, shape, b)
    spots(p, r, shape, Ink(0.55, 0.12, 55) if not c.named else c.main.darker(0.17), 44, 3.6, (-24, 28, 36, 90))
    for x in (hx - 3, hx + 2):
        p.line(curve((x, hy + 4), (x - 1, hy + 12)), ink.darker(0.1), 1.7)
        p.fill(ellipse(x - 1, hy + 12, 1.8), c.dark)
    ear(p, hx - 5, hy + 4, 9, 4.5, 165, ink)
    eye(p, c, hx + 3, hy + 2, 1.5)
    nose(p, c, b, hx, hy, 1.1)
