"""People of stories and trades: kings, knights, witches, astronauts."""

from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
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
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs import motif
from kiosk.engine.backends.sketchbook.picture.motifs.people import (
    BLUSH,
    CREAM,
    GOLD,
    GROWN,
    HAIRS,
    SILVER,
    SKINS,
    Body,
    face,
    person,
    skin_of,
)
from kiosk.engine.backends.sketchbook.picture.pen import Pen


def crown_on(p: Pen, x: float, y: float, w: float, ink: Ink, gem: Ink) -> None:
    """A crown standing on (x, y)."""
    p.fill(
        poly(
            (x - w, y),
            (x - w * 1.15, y + w * 1.1),
            (x - w * 0.5, y + w * 0.5),
            (x, y + w * 1.3),
            (x + w * 0.5, y + w * 0.5),
            (x + w * 1.15, y + w * 1.1),
            (x + w, y),
        ),
        ink,
    )
    for k in (-1.15, 0.0, 1.15):
        p.fill(ellipse(x + k * w, y + w * (1.3 if k == 0 else 1.12), w * 0.16), gem)
    p.fill(box(x - w, y - w * 0.1, x + w, y + w * 0.22), ink.darker(0.08))


@motif("king", size=0.52, wide=0.7)
def king(p: Pen, c: Coat, r: Random) -> None:
    b = Body(13, 58, 5, 17, 1.6, 7)
    p.fill(smooth([(-15, 58), (-33, 2), (33, 2), (15, 58)], tension=0.3), c.pop, grain=90)
    hair = r.choice(HAIRS)
    y = person(p, c, r, b, cloth=c.main, skin=skin_of(r), hair=hair, style="cap", pose="out")
    p.fill(
        smooth([(-12, y - 3), (-10, y - 15), (0, y - 20), (10, y - 15), (12, y - 3), (0, y - 6)], tension=0.7), hair
    )
    p.line(curve((-3, y - 8), (0, y - 9.5), (3, y - 8)), BLUSH, 1.3)
    p.fill(box(-27, 2, 27, 8, 3), CREAM)
    crown_on(p, 0, y + 9, 10, GOLD, c.pop)


@motif("queen", size=0.5, wide=0.75)
def queen(p: Pen, c: Coat, r: Random) -> None:
    b = Body(13, 58, 3, 12, 2.7, 6)
    y = person(p, c, r, b, cloth=c.main, skin=skin_of(r), hair=r.choice(HAIRS), style="long", pose="out")
    for i, k in enumerate((0.45, 0.72, 0.95)):
        w = 12 + 20 * k
        p.line(curve((-w, 44 - 42 * k), (0, 38 - 42 * k), (w, 44 - 42 * k)), (c.second, c.pop, CREAM)[i], 2.4)
    crown_on(p, 0, y + 9.5, 8, GOLD, c.pop)


@motif("knight", size=0.5, wide=0.8)
def knight(p: Pen, c: Coat, r: Random) -> None:
    steel = c.own(SILVER) if not c.named else c.main
    for side in (-1, 1):
        p.fill(limb([(side * 7, 34), (side * 8, 3)], [11, 9]), steel.darker(0.08))
        p.fill(half(side * 9, 0, 8, 6), steel.darker(0.16))
    p.fill(limb([(14, 54), (27, 44), (31, 52)], [9, 8, 7]), steel)
    p.fill(
        smooth([(-17, 62), (-18, 40), (-19, 27), (19, 27), (18, 40), (17, 62)], tension=0.5),
        c.pop if c.named else c.main,
        grain=90,
    )
    p.fill(box(-19, 40, 19, 44), c.dark)
    for side in (-1, 1):
        p.fill(ellipse(side * 17, 60, 8, 7), steel)
    p.fill(limb([(-4, 96), (-14, 106), (-28, 100)], [7, 12, 2]), c.pop)
    p.fill(smooth([(-14, 66), (-16, 86), (0, 99), (16, 86), (14, 66), (0, 62)], tension=0.8), steel, grain=90)
    p.fill(box(-12, 78, 12, 84, 2), c.dark)
    for x in (-6, 0, 6):
        p.line(line((x, 66), (x, 75)), c.dark, 1.2)
    p.line(line((31, 40), (31, 50)), Ink(0.45, 0.07, 55), 3)
    p.fill(poly((29, 52), (33, 52), (32.4, 104), (31, 109), (29.6, 104)), SILVER.lighter(0.08))
    p.fill(box(24, 49, 38, 52.5, 1), GOLD)
    shield = smooth([(-38, 60), (-38, 38), (-25, 22), (-12, 38), (-12, 60)], tension=0.5)
    p.fill(shield, c.second)
    with p.within(shield):
        p.fill(box(-27.5, 0, -22.5, 80), CREAM)
        p.fill(box(-60, 44, 0, 49), CREAM)


@motif("witch", size=0.5, wide=0.85)
def witch(p: Pen, c: Coat, r: Random) -> None:
    cloth = c.own(Ink(0.36, 0.1, 305))
    p.fill(limb([(-40, 22), (44, 46)], [3.4, 3]), Ink(0.48, 0.07, 55))
    for i in range(7):
        p.fill(petal(-38, 22.5, 20, 4, 170 + 9 * i), Ink(0.72, 0.1, 80).darker(0.03 * (i % 3)))
    y = person(
        p,
        c,
        r,
        Body(12, 54, 8, 14, 1.8, 6),
        cloth=cloth,
        skin=r.choice((Ink(0.8, 0.08, 135), *SKINS[:2])),
        hair=r.choice((Ink(0.62, 0.16, 45), SILVER)),
        style="long",
        pose="out",
    )
    p.fill(poly((1, y - 1), (7, y - 3), (1, y - 4)), Ink(0.74, 0.09, 90))
    p.fill(ellipse(0, y + 8, 23, 5), cloth.darker(0.04))
    p.fill(
        smooth([(-13, y + 8), (-6, y + 24), (6, y + 38), (16, y + 36), (9, y + 28), (13, y + 8)], tension=0.6), cloth
    )
    p.fill(limb([(-12, y + 11), (12, y + 11)], [4, 4]), c.pop)


@motif("wizard", size=0.5, wide=0.7)
def wizard(p: Pen, c: Coat, r: Random) -> None:
    b = Body(12, 54, 4, 15, 1.7, 6)
    y = person(p, c, r, b, cloth=c.main, skin=skin_of(r), hair=SILVER, style="none", pose="wave")
    p.fill(
        smooth([(-11, y - 3), (-12, y - 20), (0, y - 36), (12, y - 20), (11, y - 3), (0, y - 6)], tension=0.7),
        CREAM,
        grain=90,
    )
    p.line(curve((-3, y - 8), (0, y - 9.5), (3, y - 8)), BLUSH, 1.2)
    p.fill(ellipse(0, y + 7, 17, 4), c.main.darker(0.08))
    p.fill(smooth([(-13, y + 7), (-3, y + 32), (2, y + 46), (6, y + 30), (13, y + 7)], tension=0.5), c.main)
    for x, h in ((-4, 14), (4, 20), (1, 31)):
        p.fill(star(x, y + h, 3.4), GOLD)
    p.line(line((27, 60), (33, 92)), Ink(0.45, 0.07, 55), 2.2)
    p.glow(33, 93, 16, GOLD, 0.8)
    p.fill(star(33, 93, 6.5), GOLD)


@motif("fairy", zone="sky", size=0.42, wide=0.9)
def fairy(p: Pen, c: Coat, r: Random) -> None:
    for side in (-1, 1):
        for turn, length in ((38, 48), (-14, 36)):
            a = turn if side == 1 else 180 - turn
            p.wash(petal(side * 5, 50, length, 24, a), CREAM, 0.72)
            p.line(petal(side * 5, 50, length, 24, a), c.pop, 0.9)
    y = person(
        p,
        c,
        r,
        Body(14, 52, 22, 11, 2.1, 5),
        cloth=c.main,
        skin=skin_of(r),
        hair=r.choice(HAIRS),
        style=r.choice(("long", "tails", "bun")),
        pose="wave",
        legs=CREAM,
    )
    p.line(line((24, 66), (31, 84)), GOLD, 1.4)
    p.glow(31, 85, 15, GOLD, 0.8)
    p.fill(star(31, 85, 6), GOLD)
    p.line(ellipse(0, y + 17, 8, 2.4), GOLD, 1.4)


@motif("pirate", size=0.5, wide=0.75)
def pirate(p: Pen, c: Coat, r: Random) -> None:
    b = GROWN._replace(head=13, neck=60, wide=15, flare=1.15, hem=26)
    y = person(p, c, r, b, cloth=c.main, skin=skin_of(r), hair=r.choice(HAIRS), style="cap", pose="wave", legs=c.dark)
    for i in range(4):
        p.line(line((-15, 32 + i * 7), (15, 32 + i * 7)), CREAM, 2.2)
    p.fill(ellipse(4.7, y, 4, 4.2), c.dark)
    p.line(line((-13, y + 6), (13, y - 1)), c.dark, 1.2)
    p.fill(
        smooth([(-22, y + 6), (-14, y + 15), (0, y + 24), (14, y + 15), (22, y + 6), (0, y + 9)], tension=0.6), c.dark
    )
    p.fill(ellipse(0, y + 14, 3), CREAM)
    p.fill(limb([(29, 78), (38, 92), (36, 106)], [3, 4, 0.8]), SILVER)


@motif("astronaut", size=0.46, wide=0.8)
def astronaut(p: Pen, c: Coat, r: Random) -> None:
    suit = c.own(CREAM)
    p.fill(box(-21, 30, 21, 66, 6), suit.darker(0.16))
    for side in (-1, 1):
        p.fill(limb([(side * 8, 32), (side * 10, 14), (side * 11, 5)], [15, 13, 12]), suit.darker(0.04))
        p.fill(half(side * 12, 0, 10, 8), suit.darker(0.2))
        hand = (side * 32, 66) if side == 1 else (side * 32, 34)
        p.fill(limb([(side * 14, 54), (side * 24, 50), hand], [13, 12, 11]), suit.darker(0.02))
        p.fill(ellipse(hand[0], hand[1], 6), c.main)
    p.fill(smooth([(-17, 58), (-19, 40), (-17, 24), (17, 24), (19, 40), (17, 58)], tension=0.7), suit, grain=90)
    p.fill(box(-9, 38, 9, 49, 2), suit.darker(0.14))
    for i in range(3):
        p.fill(ellipse(-5 + i * 5, 43.5, 1.7), c.rainbow(i * 2))
    p.fill(ellipse(0, 76, 23, 22), suit)
    p.fill(ellipse(0, 76, 17.5, 16), Ink(0.34, 0.06, 255))
    skin = skin_of(r)
    with p.within(ellipse(0, 76, 17.5, 16)):
        p.fill(ellipse(0, 73, 13, 13), skin)
        face(p, c, r, 74, 12)
    p.wash(ellipse(-8, 83, 3, 5, 35), CREAM, 0.9)


@motif("clown", size=0.5, wide=0.75)
def clown(p: Pen, c: Coat, r: Random) -> None:
    y = person(
        p,
        c,
        r,
        Body(14, 56, 20, 16, 1.6, 9),
        cloth=c.main,
        skin=Ink(0.95, 0.015, 60),
        hair=c.pop,
        style="none",
        pose="up",
        legs=c.second,
    )
    for side in (-1, 1):
        for k in range(4):
            p.fill(ellipse(side * (14 + 2 * (k % 2)), y - 6 + 6 * k, 5.4), c.pop)
    p.fill(ellipse(0, y - 1.5, 3.4), Ink(0.6, 0.22, 27))
    p.line(curve((-6, y - 6), (0, y - 10), (6, y - 6)), Ink(0.6, 0.22, 27), 2.4)
    for i in range(6):
        p.fill(ellipse(-15 + 6 * i, 56, 5), CREAM)
    for i in range(3):
        p.fill(ellipse(0, 30 + 8 * i, 2.8), c.pop)
    p.fill(poly((-9, y + 11), (9, y + 11), (2, y + 32)), c.second)
    p.fill(ellipse(2, y + 32, 3), CREAM)
