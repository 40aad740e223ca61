"""People, and those who look like people: one way of building them, many clothes. Seen from the front."""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    Path,
    box,
    curve,
    ellipse,
    half,
    limb,
    line,
    poly,
    smooth,
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
    hair_on(p, r, middle, b.head, hair, style)
    return middle


def hair_on(p: Pen, r: Random, y: float, s: float, ink: Ink, style: str) -> None:
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
