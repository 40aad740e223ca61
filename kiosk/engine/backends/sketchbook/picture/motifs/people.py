"""People, and those who look like people: one way of building them, many clothes. Seen from the front."""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    Path,
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
from kiosk.engine.backends.sketchbook.picture.pen import Pen

SKINS = (Ink(0.86, 0.055, 60), Ink(0.78, 0.075, 58), Ink(0.64, 0.08, 55), Ink(0.48, 0.065, 50), Ink(0.9, 0.04, 62))
HAIRS = (Ink(0.3, 0.03, 50), Ink(0.45, 0.08, 50), Ink(0.72, 0.11, 78), Ink(0.55, 0.14, 45), Ink(0.24, 0.015, 280))
BLUSH = Ink(0.72, 0.14, 20)
CREAM = Ink(0.96, 0.025, 85)
SILVER = Ink(0.82, 0.012, 250)
GOLD = Ink(0.82, 0.14, 86)


class Body(NamedTuple):
    """Proportions: `head` is its radius and `neck` the height of the shoulders; `hem` the foot of the clothes."""

    head: float = 14
    neck: float = 58
    hem: float = 24
    wide: float = 17
    flare: float = 1.5
    legs: float = 7


CHILD = Body(17, 54, 22, 14, 1.45, 7)
GROWN = Body(11.5, 66, 26, 14, 1.2, 7)


def skin_of(r: Random) -> Ink:
    """Any skin."""
    return r.choice(SKINS)


def face(p: Pen, c: Coat, r: Random, y: float, size: float, *, smile: float = 1.0, cheeks: bool = True) -> None:
    """Eyes, nose, mouth."""
    for side in (-1, 1):
        x = side * size * 0.36
        if c.asleep:
            p.line(curve((x - size * 0.14, y), (x, y - size * 0.09), (x + size * 0.14, y)), c.dark, size * 0.08)
        else:
            p.fill(ellipse(x, y + size * 0.04, size * 0.085, size * 0.12), c.dark)
        if cheeks:
            p.wash(ellipse(side * size * 0.56, y - size * 0.28, size * 0.2, size * 0.15), BLUSH, 0.5, size * 0.06)
    k = size * 0.3
    p.line(
        curve((-k, y - size * 0.36), (0, y - size * (0.36 + 0.16 * smile)), (k, y - size * 0.36)),
        c.dark,
        size * 0.075,
    )


def coat_shape(b: Body) -> Path:
    """A dress or coat from shoulders to hem."""
    w = b.wide
    return smooth(
        [
            (-w * 0.55, b.neck + 2),
            (-w, b.neck - 6),
            (-w * b.flare, b.hem),
            (0, b.hem - 2.5),
            (w * b.flare, b.hem),
            (w, b.neck - 6),
            (w * 0.55, b.neck + 2),
        ],
        tension=0.55,
    )


def arms(p: Pen, r: Random, b: Body, sleeve: Ink, skin: Ink, pose: str) -> None:
    """Both arms; `pose` is down, up, wave or out."""
    for side in (-1, 1):
        up = pose == "up" or (pose == "wave" and side == 1)
        out = pose == "out"
        hand = (
            (side * (b.wide + 13), b.neck + 15)
            if up
            else (side * (b.wide + 17), b.neck - 10)
            if out
            else (side * (b.wide + 6), b.neck - 25)
        )
        elbow = (side * (b.wide + 9), b.neck - 3) if up else (side * (b.wide + 7), b.neck - 12)
        p.fill(limb([(side * b.wide * 0.72, b.neck - 4), elbow, hand], [7.5, 6.5, 5.5]), sleeve)
        p.fill(ellipse(hand[0] + side * 0.8, hand[1] + (2 if up else -1.5), 3.7), skin)


def person(
    p: Pen,
    c: Coat,
    r: Random,
    b: Body,
    *,
    cloth: Ink,
    skin: Ink,
    hair: Ink,
    style: str,
    pose: str = "",
    legs: Ink | None = None,
) -> float:
    """A figure; returns the height of its head's middle."""
    stride = r.uniform(2, 5)
    for side in (-1, 1):
        p.fill(
            limb([(side * 6, b.hem + 8), (side * (5 + stride * 0.4), 3)], [b.legs, b.legs * 0.82]),
            legs or c.dark.lighter(0.16),
        )
        p.fill(half(side * (6.5 + stride * 0.4), 0, 6.4, 5.4), c.dark)
    middle = b.neck + b.head * 0.92
    if style == "long":
        p.fill(
            smooth(
                [
                    (-b.head * 0.9, middle + 6),
                    (-b.head * 1.35, b.neck - 10),
                    (0, b.neck - 14),
                    (b.head * 1.35, b.neck - 10),
                    (b.head * 0.9, middle + 6),
                    (0, middle + b.head),
                ]
            ),
            hair,
            grain=90,
        )
    if style in ("plaits", "tails"):
        for side in (-1, 1):
            tail = [
                (side * b.head * 0.9, middle + 2),
                (side * b.head * 1.6, middle - b.head * 0.4),
                (side * b.head * 1.5, middle - b.head * 1.5),
            ]
            p.fill(limb(tail, [5, 7, 3]), hair, grain=90)
            p.fill(ellipse(side * b.head * 1.12, middle - 1, 2.6), c.pop)
    arms(p, r, b, cloth.darker(0.05), skin, pose or r.choice(("down", "wave", "out", "up")))
    shape = coat_shape(b)
    p.fill(shape, cloth, grain=90)
    if c.many:
        with p.within(shape):
            for i in range(7):
                p.fill(box(-50, b.hem - 4 + i * 6, 50, b.hem + 2 + i * 6), c.rainbow(i))
    p.fill(box(-3.4, b.neck - 1, 3.4, b.neck + 5), skin)
    for side in (-1, 1):
        p.fill(ellipse(side * b.head * 0.98, middle - 1.5, b.head * 0.2), skin.darker(0.03))
    p.fill(ellipse(0, middle, b.head, b.head * 0.98), skin, grain=30)
    face(p, c, r, middle - b.head * 0.05, b.head)
    _hair(p, r, middle, b.head, hair, style)
    return middle


def _hair(p: Pen, r: Random, y: float, s: float, ink: Ink, style: str) -> None:
    if style == "none":
        return
    if style == "curls":
        for i in range(11):
            t = i / 10
            x = -s + 2 * s * t
            p.fill(
                ellipse(x * 0.98, y + s * (0.42 + 0.55 * (1 - (2 * t - 1) ** 2)), s * 0.33),
                ink.lighter(0.03 * (i % 2)),
            )
        return
    if style == "spiky":
        points = [(-s * 1.04, y + s * 0.1)]
        for i in range(6):
            x = -s + 2 * s * (i + 0.5) / 6
            points += [(x, y + s * (1.28 + r.uniform(-0.1, 0.15))), (x + s * 0.17, y + s * 0.9)]
        points += [(s * 1.04, y + s * 0.1), (s * 0.5, y + s * 0.5), (-s * 0.3, y + s * 0.52)]
        p.fill(poly(*points), ink)
        return
    part = r.uniform(-0.35, 0.35) * s
    cap = smooth(
        [
            (-s * 1.06, y - s * 0.1),
            (-s * 1.02, y + s * 0.55),
            (-s * 0.4, y + s * 1.08),
            (s * 0.4, y + s * 1.08),
            (s * 1.02, y + s * 0.55),
            (s * 1.06, y - s * 0.1),
            (s * 0.72, y + s * 0.42),
            (part, y + s * 0.62),
            (-s * 0.72, y + s * 0.42),
        ],
        tension=0.8,
    )
    p.fill(cap, ink, grain=60)
    if style == "bun":
        p.fill(ellipse(0, y + s * 1.2, s * 0.42), ink, grain=20)


@motif("child", size=0.42, wide=0.7)
def child(p: Pen, c: Coat, r: Random) -> None:
    style = r.choice(("plaits", "spiky", "curls", "cap", "tails", "long"))
    person(
        p, c, r, CHILD, cloth=c.main, skin=skin_of(r), hair=r.choice(HAIRS), style=style, legs=c.second.darker(0.08)
    )


@motif("girl", size=0.42, wide=0.7)
def girl(p: Pen, c: Coat, r: Random) -> None:
    person(
        p,
        c,
        r,
        CHILD._replace(flare=1.8),
        cloth=c.main,
        skin=skin_of(r),
        hair=r.choice(HAIRS),
        style=r.choice(("plaits", "long", "tails")),
        legs=CREAM,
    )


@motif("boy", size=0.42, wide=0.7)
def boy(p: Pen, c: Coat, r: Random) -> None:
    b = CHILD._replace(flare=1.05, hem=27)
    person(
        p,
        c,
        r,
        b,
        cloth=c.main,
        skin=skin_of(r),
        hair=r.choice(HAIRS),
        style=r.choice(("spiky", "curls", "cap")),
        legs=c.second.darker(0.1),
    )


@motif("baby", size=0.28, wide=1.0)
def baby(p: Pen, c: Coat, r: Random) -> None:
    skin = skin_of(r)
    p.fill(smooth([(-26, 4), (-34, 28), (-20, 46), (20, 46), (34, 28), (26, 4)]), c.main, grain=0)
    for side in (-1, 1):
        p.fill(ellipse(side * 20, 5, 11, 7), c.second)
        p.fill(limb([(side * 22, 38), (side * 38, 42)], [10, 9]), c.main.darker(0.05))
        p.fill(ellipse(side * 42, 43, 5), skin)
    p.fill(ellipse(0, 70, 28, 26), skin)
    face(p, c, r, 69, 27)
    p.line(curve((0, 95), (5, 101), (-2, 102), (2, 97)), r.choice(HAIRS), 2)


@motif("woman", size=0.5, wide=0.6)
def woman(p: Pen, c: Coat, r: Random) -> None:
    b = GROWN._replace(flare=1.75, hem=20)
    person(
        p,
        c,
        r,
        b,
        cloth=c.main,
        skin=skin_of(r),
        hair=r.choice(HAIRS),
        style=r.choice(("long", "bun", "curls")),
        pose=r.choice(("down", "wave", "out")),
    )


@motif("man", size=0.52, wide=0.6)
def man(p: Pen, c: Coat, r: Random) -> None:
    hair, skin = r.choice(HAIRS), skin_of(r)
    b = GROWN._replace(wide=16, flare=1.02, hem=32)
    y = person(
        p,
        c,
        r,
        b,
        cloth=c.main,
        skin=skin,
        hair=hair,
        style=r.choice(("cap", "curls", "spiky")),
        legs=c.dark.lighter(0.2),
        pose=r.choice(("down", "wave", "out")),
    )
    if r.random() < 0.6:
        p.fill(
            smooth(
                [
                    (-11, y - 3),
                    (-9, y - 11),
                    (0, y - 15),
                    (9, y - 11),
                    (11, y - 3),
                    (5, y - 6),
                    (0, y - 5),
                    (-5, y - 6),
                ],
                tension=0.7,
            ),
            hair,
        )
        p.line(curve((-3, y - 8), (0, y - 9.5), (3, y - 8)), BLUSH.darker(0.1), 1.4)


@motif("granny", size=0.48, wide=0.7)
def granny(p: Pen, c: Coat, r: Random) -> None:
    b = Body(14, 58, 14, 15, 1.7, 6)
    y = person(p, c, r, b, cloth=c.main, skin=r.choice(SKINS), hair=SILVER, style="bun", pose="out")
    apron = smooth([(-8, 48), (-14, 18), (0, 16), (14, 18), (8, 48)], tension=0.5)
    p.fill(apron, CREAM, grain=90)
    p.line(line((-12, 45), (12, 45)), c.pop, 2.4)
    with p.within(apron):
        for _i in range(8):
            p.fill(ellipse(r.uniform(-12, 12), r.uniform(18, 40), 1.5), c.pop)
    _glasses(p, c, y)


def _glasses(p: Pen, c: Coat, y: float) -> None:
    for side in (-1, 1):
        p.line(ellipse(side * 5.2, y - 0.3, 3.9), c.dark, 0.9)
    p.line(line((-1.4, y), (1.4, y)), c.dark, 0.9)


@motif("grandpa", size=0.5, wide=0.65)
def grandpa(p: Pen, c: Coat, r: Random) -> None:
    b = Body(13, 60, 27, 16, 1.1, 7)
    y = person(p, c, r, b, cloth=c.main, skin=r.choice(SKINS), hair=SILVER, style="none", pose="down")
    for side in (-1, 1):
        p.fill(ellipse(side * 12, y + 2, 4, 6), SILVER)
    p.fill(
        smooth([(-11, y - 4), (-9, y - 14), (0, y - 19), (9, y - 14), (11, y - 4), (0, y - 6)], tension=0.7), CREAM
    )
    p.line(curve((-3, y - 8.5), (0, y - 10), (3, y - 8.5)), c.dark, 1.1)
    _glasses(p, c, y)
    p.line(curve((29, 36), (32, 44), (26, 44)), Ink(0.45, 0.07, 55), 2.6)
    p.line(line((29.5, 38), (29.5, 0)), Ink(0.45, 0.07, 55), 2.6)


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
    _hair(p, r, 76, 13, hair, "cap")
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
    import math

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
