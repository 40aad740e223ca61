"""Things: food, furniture, toys, signs."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    box,
    curve,
    ellipse,
    heart,
    limb,
    line,
    moved,
    petal,
    poly,
    smooth,
    star,
    union,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.pen import Pen

CRUST = Ink(0.7, 0.1, 65)
CREAM = Ink(0.96, 0.025, 85)


WOOD = Ink(0.54, 0.08, 58)


GOLD = Ink(0.83, 0.14, 86)


SILVER = Ink(0.82, 0.012, 250)


@motif("heart", zone="sky", size=0.44, wide=1.0)
def heart_motif(p: Pen, c: Coat, r: Random) -> None:
    red = c.own(Ink(0.6, 0.21, 22))
    p.glow(0, 52, 80, red, 0.3)
    shape = heart(0, 52, 48)
    p.fill(shape, red, grain=60)
    with p.within(shape):
        for i in range(4):
            p.line(heart(0, 52, 40 - 9 * i), (c.second, red.lighter(0.13), c.pop, red.lighter(0.18))[i], 2.2)
    p.wash(ellipse(-25, 76, 6, 10, 40), CREAM, 0.6, 2)


@motif("book", zone="room", size=0.32, wide=1.4)
def book(p: Pen, c: Coat, r: Random) -> None:
    p.fill(poly((-68, 8), (-62, 84), (0, 74), (62, 84), (68, 8), (0, 0)), c.main)
    for side in (-1, 1):
        page = smooth(
            [(0, 8), (side * 30, 16), (side * 60, 14), (side * 56, 88), (side * 28, 90), (0, 80)], tension=0.4
        )
        p.fill(page, CREAM, grain=90)
        for i in range(5):
            p.line(
                curve((side * 9, 68 - 10 * i), (side * 30, 74 - 10 * i), (side * 48, 72 - 10 * i)),
                SILVER.darker(0.25),
                1.5,
            )
    p.line(line((0, 6), (0, 80)), SILVER.darker(0.2), 1.6)
    with p.sub(28, 36, 0.32):
        p.fill(star(0, 50, 40, 0.5), c.pop)
    p.fill(poly((6, 80), (6, -10), (11, -4), (16, -10), (16, 82)), c.second)


@motif("key", zone="room", size=0.36, wide=0.5)
def key(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(GOLD)
    p.line(ellipse(0, 80, 15), gold, 7)
    p.fill(box(-3.6, 4, 3.6, 66), gold, grain=90)
    for y, w in ((6, 17), (18, 12)):
        p.fill(box(0, y, w, y + 7, 1), gold)
    p.fill(box(-7, 58, 7, 63, 1), gold.darker(0.08))


@motif("umbrella", size=0.46, wide=0.95)
def umbrella(p: Pen, c: Coat, r: Random) -> None:
    p.line(curve((0, 60), (0, 12), (5, 3), (13, 5), (14, 13)), c.dark, 3.4)
    scallop: list[tuple[float, float]] = [(-46, 56)]
    for i in range(6):
        x = -46 + 92 * i / 6
        scallop += [(x + 7.6, 61), (x + 15.3, 56)]
    shape = smooth([(0, 98), (-28, 88), *scallop, (28, 88)], tension=0.75)
    p.fill(shape, c.main, grain=0)
    with p.within(shape):
        for i, k in enumerate((-1.2, -0.4, 0.4, 1.2)):
            if i % 2 == 0:
                p.fill(smooth([(0, 98), (k * 40 - 9, 56), (k * 40 + 22, 56)], tension=0.5), c.second)
    p.line(line((0, 97), (0, 104)), c.dark, 2.4)


@motif("ball", size=0.26, wide=1.0)
def ball(p: Pen, c: Coat, r: Random) -> None:
    disc = ellipse(0, 48, 47)
    p.fill(disc, c.main, grain=30)
    with p.within(disc):
        for i in range(3):
            a = r.random() + i * math.tau / 3
            p.fill(
                smooth(
                    [
                        (0, 52),
                        (50 * math.cos(a), 48 + 50 * math.sin(a)),
                        (50 * math.cos(a + 0.75), 48 + 50 * math.sin(a + 0.75)),
                    ],
                    tension=0.8,
                ),
                c.rainbow(i * 2) if c.many else (CREAM, c.second, c.pop)[i],
            )
        p.fill(ellipse(0, 52, 8), CREAM)
    p.wash(ellipse(-18, 70, 7, 10, 40), CREAM, 0.6, 3)


@motif("guitar", zone="room", size=0.5, wide=0.5)
def guitar(p: Pen, c: Coat, r: Random) -> None:
    with p.sub(0, 2, 1, -14):
        p.fill(box(-3.6, 44, 3.6, 88), WOOD)
        p.fill(box(-6, 86, 6, 100, 2), WOOD.darker(0.1))
        p.fill(
            smooth(
                [(0, 52), (-14, 48), (-12, 34), (-23, 18), (-14, 0), (0, -2), (14, 0), (23, 18), (12, 34), (14, 48)]
            ),
            c.own(Ink(0.68, 0.13, 58)),
            grain=90,
        )
        p.fill(ellipse(0, 28, 7.5), c.dark)
        p.fill(box(-9, 8, 9, 11, 1), c.dark)
        for x in (-2.2, 0, 2.2):
            p.line(line((x, 9), (x, 96)), CREAM, 0.6)


@motif("drum", zone="room", size=0.36, wide=1.1)
def drum(p: Pen, c: Coat, r: Random) -> None:
    for side in (-1, 1):
        p.line(line((side * 12, 74), (side * 50, 102)), WOOD, 3.6)
        p.fill(ellipse(side * 12, 74, 5), CREAM)
    body = union(box(-42, 10, 42, 60), ellipse(0, 10, 42, 10))
    p.fill(body, c.main, grain=90)
    with p.within(body):
        for i in range(8):
            x = -42 + 12 * i
            p.line(line((x, 58), (x + 6, 6)), CREAM, 2)
            p.line(line((x + 6, 6), (x + 12, 58)), CREAM, 2)
    p.fill(ellipse(0, 60, 42, 11), CREAM)
    p.line(ellipse(0, 60, 42, 11), c.second, 4)
    p.line(curve((-42, 12), (0, 1), (42, 12)), c.second, 4)


@motif("note", zone="sky", size=0.36, wide=0.9)
def note_motif(p: Pen, c: Coat, r: Random) -> None:
    for x in (-26, 18):
        p.fill(ellipse(x, 14, 17, 12.5, 20), c.main, grain=20)
        p.fill(limb([(x + 15, 16), (x + 15, 88)], [5, 5]), c.main)
    p.fill(poly((-13.5, 92), (35.5, 100), (35.5, 84), (-13.5, 76)), c.main)


@motif("eye", zone="sky", size=0.34, wide=1.7)
def eye_motif(p: Pen, c: Coat, r: Random) -> None:
    shape = smooth([(-78, 46), (-36, 80), (0, 88), (36, 80), (78, 46), (36, 16), (0, 8), (-36, 16)], tension=0.8)
    p.fill(shape, CREAM)
    with p.within(shape):
        p.fill(ellipse(0, 48, 38), c.main)
        for i in range(22):
            a = math.tau * i / 22
            p.line(
                line((15 * math.cos(a), 48 + 15 * math.sin(a)), (36 * math.cos(a), 48 + 36 * math.sin(a))),
                c.main.lighter(0.14),
                1.5,
            )
        p.fill(ellipse(0, 48, 16), c.dark)
        p.fill(ellipse(9, 58, 6), CREAM)
    p.line(shape, c.dark, 3.4)
    for i in range(7):
        x = -60 + 20 * i
        y = 84 - (abs(x) / 60) ** 2 * 24
        p.line(curve((x, y), (x * 1.15, y + 10), (x * 1.34, y + 17)), c.dark, 3)


@motif("hand", size=0.42, wide=0.75)
def hand(p: Pen, c: Coat, r: Random) -> None:
    skin = c.own(r.choice((Ink(0.8, 0.07, 58), Ink(0.62, 0.08, 55), Ink(0.48, 0.065, 50), Ink(0.88, 0.05, 60))))
    path = smooth([(-18, 0), (-20, 30), (-17, 46), (17, 46), (21, 30), (16, 0)], tension=0.6)
    for x0, x1, y1, w in ((-15, -23, 78, 10), (-5.5, -8, 90, 10.5), (5, 6, 92, 10.5), (14.5, 20, 82, 9.5)):
        path = union(path, limb([(x0, 40), ((x0 + x1) / 2, 60), (x1, y1)], [w + 1, w, w - 1]))
    path = union(path, limb([(-12, 22), (-30, 36), (-37, 54)], [15, 11, 9]))
    p.fill(path, skin, grain=90)
    for a, b, d in (((-12, 34), (0, 30), (14, 36)), ((-14, 26), (-4, 20), (4, 10))):
        p.line(curve(a, b, d), skin.darker(0.12), 1.3)
    p.fill(box(-21, -2, 20, 10, 3), c.second)


@motif("crown", zone="room", size=0.32, wide=1.2)
def crown(p: Pen, c: Coat, r: Random) -> None:
    gold = c.own(GOLD)
    p.fill(poly((-48, 8), (-60, 76), (-28, 42), (0, 94), (28, 42), (60, 76), (48, 8)), gold, grain=90)
    for x, y in ((-60, 78), (0, 96), (60, 78)):
        p.fill(ellipse(x, y, 7), c.pop)
    p.fill(box(-50, 2, 50, 18, 3), gold.darker(0.08))
    for i in range(5):
        p.fill(ellipse(-36 + 18 * i, 10, 4.6), c.rainbow(i))


@motif("sword", size=0.5, wide=0.4)
def sword(p: Pen, c: Coat, r: Random) -> None:
    with p.sub(0, 0, 1, -20):
        p.fill(poly((-5, 28), (5, 28), (4, 92), (0, 102), (-4, 92)), SILVER.lighter(0.06), grain=90)
        p.line(line((0, 30), (0, 94)), SILVER.darker(0.14), 1.2)
        p.fill(limb([(-17, 26), (0, 25), (17, 26)], [6, 7, 6]), GOLD)
        p.fill(box(-3.4, 8, 3.4, 25, 1), c.main)
        p.fill(ellipse(0, 5, 5.6), c.pop)


@motif("chest", size=0.34, wide=1.3)
def chest(p: Pen, c: Coat, r: Random) -> None:
    p.glow(0, 62, 70, GOLD, 0.6)
    p.fill(
        smooth([(-56, 60), (-60, 84), (-40, 100), (40, 100), (60, 84), (56, 60)], tension=0.6),
        WOOD.darker(0.06),
        grain=0,
    )
    for _ in range(24):
        a = r.random() * math.pi
        p.fill(
            ellipse(46 * math.cos(a) * r.random(), 52 + 22 * math.sin(a) * r.random(), 6, 4.4),
            GOLD.lighter(r.uniform(-0.08, 0.06)),
        )
    for i in range(4):
        p.fill(star(-30 + 20 * i, 60 + 6 * (i % 2), 6, 0.7, 4), c.rainbow(2 * i))
    p.fill(box(-56, 0, 56, 52, 3), WOOD, grain=0)
    for x in (-48, 40):
        p.fill(box(x, 0, x + 8, 52), GOLD.darker(0.12))
    p.fill(box(-58, 46, 58, 53, 2), GOLD.darker(0.08))
    p.fill(box(-9, 30, 9, 52, 2), GOLD)
    p.fill(ellipse(0, 42, 3), c.dark)


@motif("flag", size=0.5, wide=0.7)
def flag(p: Pen, c: Coat, r: Random) -> None:
    p.fill(limb([(-24, 0), (-24, 100)], [4, 3.4]), WOOD)
    p.fill(ellipse(-24, 101, 3.6), GOLD)
    for i, ink in enumerate((c.main, c.second, c.pop)):
        y = 94 - 15 * i
        p.fill(
            smooth(
                [(-22, y), (0, y + 5), (20, y - 4), (42, y), (42, y - 15), (20, y - 19), (0, y - 10), (-22, y - 15)],
                tension=0.8,
            ),
            ink,
            grain=0,
        )


@motif("letter", zone="room", size=0.3, wide=1.4)
def letter(p: Pen, c: Coat, r: Random) -> None:
    with p.sub(0, 0, 1, r.uniform(-8, 8)):
        p.fill(box(-62, 4, 62, 86, 2), CREAM, grain=0)
        p.fill(poly((-62, 86), (0, 36), (62, 86)), CREAM.darker(0.06))
        p.line(line((-62, 4), (-14, 46)), CREAM.darker(0.14), 1.4)
        p.line(line((62, 4), (14, 46)), CREAM.darker(0.14), 1.4)
        p.fill(heart(0, 44, 13), c.own(Ink(0.6, 0.2, 22)))


@motif("computer", zone="room", size=0.36, wide=1.4)
def computer(p: Pen, c: Coat, r: Random) -> None:
    p.fill(poly((-14, 12), (14, 12), (10, 30), (-10, 30)), SILVER.darker(0.12))
    p.fill(box(-28, 4, 28, 12, 3), SILVER)
    p.fill(box(-66, 26, 66, 100, 5), c.main)
    p.fill(box(-58, 34, 58, 94, 2), Ink(0.32, 0.05, 255))
    for i in range(5):
        for k in range(r.randint(1, 4)):
            x = -50 + 24 * k
            p.fill(box(x, 84 - 10 * i, x + r.uniform(9, 20), 88 - 10 * i, 1), c.rainbow(i + k))


@motif("wheel", size=0.36, wide=1.0)
def wheel(p: Pen, c: Coat, r: Random) -> None:
    path = ellipse(0, 50, 38)
    for i in range(12):
        path = union(path, moved(box(-5.5, 30, 5.5, 49, 2), 0, 50, 30 * i))
    p.fill(path, c.main, grain=30)
    p.fill(ellipse(0, 50, 26), c.main.lighter(0.1))
    for i in range(6):
        p.fill(moved(ellipse(0, 16, 6), 0, 50, 60 * i), c.dark)
    p.fill(ellipse(0, 50, 7), c.pop)


@motif("hat", zone="room", size=0.3, wide=1.4)
def hat(p: Pen, c: Coat, r: Random) -> None:
    p.fill(smooth([(-34, 20), (-30, 78), (-8, 94), (12, 92), (30, 78), (34, 20)], tension=0.7), c.main, grain=90)
    p.fill(ellipse(0, 20, 72, 14), c.main.darker(0.05), grain=0)
    p.fill(smooth([(-35, 26), (-34, 42), (0, 37), (34, 42), (35, 26), (0, 20)], tension=0.6), c.second)
    p.fill(petal(24, 36, 58, 15, 66), c.pop, grain=66)


@motif("shoe", zone="room", size=0.26, wide=1.5)
def shoe(p: Pen, c: Coat, r: Random) -> None:
    p.fill(
        smooth([(-66, 14), (-62, 84), (-26, 88), (-18, 60), (30, 46), (70, 30), (72, 12)], tension=0.7),
        c.main,
        grain=0,
    )
    p.fill(box(-68, 0, 74, 14, 6), CREAM)
    for i in range(4):
        p.line(line((-14 + 14 * i, 58 - 6 * i), (-22 + 14 * i, 44 - 6 * i)), CREAM, 4)
    p.fill(box(-63, 72, -25, 88, 3), c.second)


@motif("fire", size=0.4, wide=0.8)
def fire(p: Pen, c: Coat, r: Random) -> None:
    p.glow(0, 44, 86, Ink(0.8, 0.17, 60), 0.6)
    for turn in (-16, 14, -4):
        p.fill(moved(box(-36, 0, 36, 9, 4), 0, 3, turn), WOOD.darker(0.08))
    for k, ink in ((1.0, Ink(0.62, 0.21, 32)), (0.72, Ink(0.76, 0.17, 58)), (0.42, Ink(0.93, 0.13, 95))):
        p.fill(
            smooth(
                [
                    (0, 6),
                    (-28 * k, 16),
                    (-25 * k, 42 * k + 8),
                    (-12 * k, 34 * k + 8),
                    (-6 * k, 92 * k + 6),
                    (10 * k, 52 * k + 6),
                    (20 * k, 66 * k + 6),
                    (28 * k, 26 * k + 6),
                    (20 * k, 8),
                ],
                tension=0.9,
            ),
            ink,
            grain=90,
        )


@motif("dress", zone="room", size=0.42, wide=0.8)
def dress(p: Pen, c: Coat, r: Random) -> None:
    for side in (-1, 1):
        p.fill(ellipse(side * 19, 84, 10, 9), c.main.lighter(0.05))
    p.fill(
        smooth([(-14, 94), (0, 84), (14, 94), (16, 62), (44, 6), (0, 0), (-44, 6), (-16, 62)], tension=0.5),
        c.main,
        grain=90,
    )
    p.fill(box(-17, 56, 17, 64, 2), c.second)
    for _i in range(9):
        p.fill(ellipse(r.uniform(-30, 30), r.uniform(10, 46), 3.6), c.pop)


@motif("glasses", zone="room", size=0.2, wide=2.2)
def glasses(p: Pen, c: Coat, r: Random) -> None:
    for side in (-1, 1):
        p.wash(ellipse(side * 50, 50, 38), Ink(0.86, 0.05, 220), 0.6)
        p.line(ellipse(side * 50, 50, 38), c.main, 9)
        p.line(curve((side * 88, 56), (side * 108, 62), (side * 112, 40)), c.main, 7)
    p.line(curve((-12, 56), (0, 64), (12, 56)), c.main, 8)


@motif("pencil", zone="room", size=0.46, wide=0.35)
def pencil(p: Pen, c: Coat, r: Random) -> None:
    with p.sub(0, 2, 1, -18):
        p.fill(box(-7, 20, 7, 88), c.main, grain=90)
        p.fill(box(-2.4, 20, 2.4, 88), c.main.lighter(0.1))
        p.fill(poly((-7, 20), (7, 20), (0, 0)), CRUST.lighter(0.15))
        p.fill(poly((-2.4, 7), (2.4, 7), (0, 0)), c.main.darker(0.15))
        p.fill(box(-7.4, 86, 7.4, 92), SILVER)
        p.fill(box(-7, 91, 7, 101, 3), c.pop)


@motif("camera", zone="room", size=0.3, wide=1.4)
def camera(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-24, 66, 24, 90, 4), c.main.darker(0.08))
    p.fill(box(-62, 8, 62, 74, 7), c.main, grain=0)
    p.fill(box(-62, 48, 62, 60), c.second)
    for k, ink in ((29, SILVER), (24, c.dark), (15, Ink(0.5, 0.08, 250)), (7, Ink(0.7, 0.08, 220))):
        p.fill(ellipse(2, 40, k), ink)
    p.wash(ellipse(-6, 48, 4), CREAM, 0.9)
    p.fill(box(38, 62, 54, 70, 2), GOLD)
    p.fill(box(-54, 74, -38, 80, 2), Ink(0.6, 0.2, 27))
