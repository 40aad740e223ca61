"""Animals on four legs: one way of building them, many proportions. Seen from the side, looking right."""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    Path,
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
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif

CREAM = Ink(0.95, 0.03, 80)
ROSE = Ink(0.76, 0.1, 15)
HORN = Ink(0.88, 0.06, 85)


class Build(NamedTuple):
    """Proportions in figure units. `back` is the height of the back, `body` half its length, `deep` its depth."""

    ink: Ink
    body: float = 34
    back: float = 58
    deep: float = 30
    leg: float = 9
    neck: tuple[float, float] = (14, 22)
    head: tuple[float, float] = (15, 13)
    muzzle: tuple[float, float] = (10, 8)
    neck_width: float = 18
    foot: Ink | None = None
    step: float = 4


def eye(p: Pen, c: Coat, x: float, y: float, size: float) -> None:
    """One eye: a bright dot in the dark, or a line when asleep."""
    if c.asleep:
        p.line(curve((x - size * 1.3, y), (x, y - size * 0.8), (x + size * 1.3, y)), c.dark, size * 0.6)
        return
    p.fill(ellipse(x, y, size, size * 1.15), c.dark)
    p.fill(ellipse(x + size * 0.3, y + size * 0.4, size * 0.36), CREAM)


def _legs(b: Build, r: Random, *, far: bool) -> tuple[list[Path], list[Path]]:
    """Two legs, near or far, and their feet."""
    shift, legs, feet = 7.0 if far else 0.0, [], []
    for side in (-1.0, 1.0):
        x = side * b.body * (0.72 if side < 0 else 0.66) + shift
        sway = side * b.step + (r.uniform(-2, 2) if b.step else 0)
        top = b.back - b.deep * 0.45
        knee = (x + sway * 0.1 - side * 0.6, top * 0.45)
        legs.append(limb([(x, top), knee, (x + sway, 1.5)], [b.leg * 1.9, b.leg * 1.05, b.leg * 0.9]))
        feet.append(union(ellipse(x + sway + b.leg * 0.14, 2.6, b.leg * 0.66, 3.4)))
    return legs, feet


def head_at(b: Build) -> tuple[float, float]:
    """The middle of the head."""
    return b.body * 0.78 + b.neck[0], b.back - 6 + b.neck[1]


def trunk_of(b: Build) -> Path:
    """Body and neck in one outline."""
    top, low = b.back, b.back - b.deep
    mid = (top + low) / 2
    torso = smooth(
        [
            (-b.body, mid + 2), (-b.body * 0.82, top - 2), (-b.body * 0.2, top - 3), (b.body * 0.5, top),
            (b.body, mid + 5), (b.body * 0.82, low + 4), (0, low), (-b.body * 0.7, low + 4),
        ]
    )  # fmt: skip
    hx, hy = head_at(b)
    neck = limb(
        [(b.body * 0.62, mid + 2), (b.body * 0.82, top - 2), (hx - 2, hy)],
        [b.deep * 0.7, b.neck_width, b.neck_width * 0.72],
    )
    return union(torso, neck)


def _stand(p: Pen, b: Build, ink: Ink, r: Random) -> Path:
    """Body and legs; the near legs and the body are one surface."""
    legs, feet = _legs(b, r, far=True)
    for path in legs:
        p.fill(path, ink.darker(0.09), grain=90)
    for path in feet:
        p.fill(path, (b.foot or ink).darker(0.05))
    legs, feet = _legs(b, r, far=False)
    shape = union(trunk_of(b), *legs)
    p.fill(shape, ink, grain=12)
    for path in feet:
        p.fill(path, b.foot or ink)
    return shape


def beast(p: Pen, c: Coat, r: Random, b: Build, ink: Ink, *, belly: Ink | None = None) -> tuple[float, float, Path]:
    """Legs, body, neck and head without ears and tail; returns the middle of the head and the body's outline."""
    shape = _stand(p, b, ink, r)
    if belly is not None:
        with p.within(shape):
            p.fill(ellipse(b.body * 0.1, b.back - b.deep * 1.02, b.body * 0.62, b.deep * 0.3), belly)
    hx, hy = head_at(b)
    mw, mh = b.muzzle
    p.fill(
        union(
            ellipse(hx, hy, *b.head), ellipse(hx + b.head[0] * 0.55 + mw * 0.45, hy - b.head[1] * 0.3, mw, mh, -12)
        ),
        ink,
        grain=20,
    )
    return hx, hy, shape


def nose(p: Pen, c: Coat, b: Build, hx: float, hy: float, size: float = 2.6, ink: Ink | None = None) -> None:
    """The tip of the muzzle, and a mouth."""
    x = hx + b.head[0] * 0.55 + b.muzzle[0] * 1.3
    p.fill(ellipse(x, hy - b.head[1] * 0.2, size, size * 0.8), ink or c.dark)
    y = hy - b.head[1] * 0.3 - b.muzzle[1] * 0.45
    p.line(curve((x - 1, y), (x - 5, y - 2.4), (x - 10, y - 0.6)), c.dark, 1.0)


def ear(
    p: Pen, x: float, y: float, length: float, width: float, turn: float, ink: Ink, inner: Ink | None = None
) -> None:
    """A pointed ear."""
    p.fill(petal(x, y, length, width, turn), ink)
    if inner is not None:
        p.fill(petal(x, y, length * 0.72, width * 0.5, turn), inner)


def spots(
    p: Pen, r: Random, shape: Path, ink: Ink, n: int, size: float, area: tuple[float, float, float, float]
) -> None:
    """Patches inside an outline; `area` is left, bottom, right, top."""
    with p.within(shape):
        for _ in range(n):
            x, y = r.uniform(area[0], area[2]), r.uniform(area[1], area[3])
            p.fill(blob(r, x, y, size * r.uniform(0.7, 1.2), size * r.uniform(0.6, 1.0), 0.2, 7), ink)


def stripes(p: Pen, r: Random, b: Build, shape: Path, ink: Ink, n: int, width: float) -> None:
    """Bands across back and neck."""
    with p.within(shape):
        for i in range(n):
            x = -b.body + (2 * b.body + 22) * (i + 0.5) / n
            y = b.back + max(0.0, x - b.body * 0.8) * 1.6
            p.fill(
                limb(
                    [(x + 3, y + 4), (x - 1, y - b.deep * 0.35), (x + 1, y - b.deep * 0.75)],
                    [width, width * 0.8, 0.8],
                ),
                ink,
            )


def shaded(p: Pen, c: Coat, shape: Path, b: Build) -> None:
    """Rainbow bands on a figure that is to be colourful."""
    if not c.many:
        return
    with p.within(shape):
        for i in range(7):
            x = -b.body + 2.4 * b.body * i / 7
            p.fill(
                limb([(x, 0), (x + 6, b.back * 0.6), (x + 14, b.back + 60)], [b.body * 0.36] * 3),
                c.rainbow(i),
                grain=70,
            )


@motif("dog", size=0.36, wide=1.1)
def dog(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.66, 0.09, 62), Ink(0.5, 0.07, 50), Ink(0.82, 0.06, 75))))
    b = Build(ink, 34, 54, 26, 9, (10, 20), (15, 14), (11, 8), 18, step=3)
    p.fill(limb([(-32, 48), (-46, 60), (-48, 78)], [8, 7, 4]), ink)
    hx, hy, shape = beast(p, c, r, b, ink, belly=ink.lighter(0.12))
    shaded(p, c, shape, b)
    if r.random() < 0.6:
        spots(p, r, shape, ink.darker(0.17), 3, 9, (-26, 34, 24, 54))
    p.fill(limb([(hx - 4, hy + 10), (hx - 15, hy + 4), (hx - 14, hy - 14)], [8, 12, 9]), ink.darker(0.14), grain=80)
    eye(p, c, hx + 5, hy + 3, 2.1)
    nose(p, c, b, hx, hy, 3.4)
    p.fill(limb([(hx - 9, hy - 13), (hx + 1, hy - 15)], [4, 4]), c.pop)
    p.fill(ellipse(hx - 1, hy - 19, 2.8), Ink(0.82, 0.14, 85))


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


@motif("horse", size=0.46, wide=1.15)
def horse(p: Pen, c: Coat, r: Random) -> None:
    _horse(
        p, c, r, c.own(r.choice((Ink(0.5, 0.09, 48), Ink(0.36, 0.05, 45), Ink(0.78, 0.07, 75), Ink(0.66, 0.02, 260))))
    )


def _horse(p: Pen, c: Coat, r: Random, ink: Ink, hair: Ink | None = None) -> tuple[float, float, Path, Build]:
    b = Build(ink, 36, 62, 25, 7.5, (17, 28), (10, 9), (13, 7), 17, ink.darker(0.22), step=6)
    mane = hair or (ink.darker(0.2) if ink.l > 0.45 else Ink(0.86, 0.06, 80))
    p.fill(limb([(-34, 56), (-50, 58), (-56, 36), (-50, 16)], [6, 10, 11, 2]), mane, grain=90)
    hx, hy, shape = beast(p, c, r, b, ink)
    for i in range(7):
        t = i / 6
        x, y = hx - 4 - 21 * t, hy + 8 - 27 * t
        p.fill(
            petal(x, y, 17, 10, 175 + 50 * (1 - t) + r.uniform(-8, 8)),
            c.rainbow(i) if hair else mane.lighter(0.02 * (i % 2)),
        )
    p.fill(petal(hx - 1, hy + 8, 13, 7, -50), c.rainbow(3) if hair else mane)
    ear(p, hx - 3, hy + 6, 13, 7, 82, ink)
    eye(p, c, hx + 4, hy + 3, 1.9)
    x = hx + b.head[0] * 0.55 + b.muzzle[0] * 1.1
    p.fill(ellipse(x, hy - 3, 1.3), ink.darker(0.25))
    p.line(curve((x + 1, hy - 7.5), (x - 6, hy - 8.4)), ink.darker(0.25), 0.9)
    return hx, hy, shape, b


@motif("unicorn", size=0.48, wide=1.15)
def unicorn(p: Pen, c: Coat, r: Random) -> None:
    hx, hy, shape, b = _horse(p, c, r, c.own(Ink(0.96, 0.018, 340)), Ink(0.78, 0.12, 330))
    shaded(p, c, shape, b)
    p.fill(limb([(hx + 4, hy + 7), (hx + 14, hy + 29)], [5, 0.6]), Ink(0.86, 0.13, 85))
    p.glow(hx + 14, hy + 30, 16, Ink(0.95, 0.1, 90), 0.6)


@motif("zebra", size=0.44, wide=1.15)
def zebra(p: Pen, c: Coat, r: Random) -> None:
    white = c.own(CREAM)
    _, _, shape, b = _horse(p, c, r, white, None)
    stripes(p, r, b, shape, c.dark, 13, 4.4)


@motif("cow", size=0.4, wide=1.25)
def cow(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((CREAM, Ink(0.58, 0.09, 50))))
    patch = c.dark.lighter(0.05) if ink.l > 0.8 or c.named else CREAM
    b = Build(ink, 40, 62, 34, 9.5, (12, 10), (12, 14), (10, 9), 22, c.dark, step=3)
    p.line(curve((-40, 52), (-50, 40), (-48, 20)), ink.darker(0.1), 2.6)
    p.fill(ellipse(-48, 17, 4, 7), patch)
    p.fill(ellipse(-12, 27, 9, 7), ROSE)
    hx, hy, shape = beast(p, c, r, b, ink)
    shaded(p, c, shape, b)
    if not c.many:
        spots(p, r, shape, patch, 6, 12, (-36, 34, 34, 62))
    for x, turn in ((hx - 6, 100), (hx + 4, 66)):
        p.fill(petal(x, hy + 11, 14, 5, turn), HORN)
    ear(p, hx - 9, hy + 7, 16, 9, 165, ink.darker(0.05), ROSE)
    p.fill(ellipse(hx + 14, hy - 5, 9.5, 8), ROSE)
    p.fill(ellipse(hx + 18, hy - 3, 1.6, 2), ROSE.darker(0.25))
    eye(p, c, hx + 4, hy + 4, 2.2)


@motif("pig", size=0.32, wide=1.25)
def pig(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(Ink(0.8, 0.09, 8))
    b = Build(ink, 40, 66, 46, 11, (6, -6), (19, 18), (11, 9), 34, ink.darker(0.2), step=2)
    p.line(curve((-40, 44), (-48, 50), (-45, 57), (-41, 51), (-50, 46)), ink.darker(0.06), 2.8)
    hx, hy, shape = beast(p, c, r, b, ink)
    shaded(p, c, shape, b)
    ear(p, hx - 4, hy + 14, 18, 14, 70, ink.darker(0.08), ink.darker(0.15))
    x = hx + 22
    p.fill(ellipse(x, hy - 5, 6, 9.5), ink.darker(0.07))
    for y in (-1, -9):
        p.fill(ellipse(x + 1.5, hy + y, 1.4, 2.2), ink.darker(0.3))
    eye(p, c, hx + 8, hy + 6, 2.1)


@motif("sheep", size=0.32, wide=1.2)
def sheep(p: Pen, c: Coat, r: Random) -> None:
    wool, face = c.own(CREAM), Ink(0.36, 0.03, 50)
    for x in (-26.0, -14.0, 16.0, 28.0):
        p.fill(limb([(x, 30), (x + r.uniform(-2, 2), 2)], [7, 6]), face)
    heads = [
        (-40.0, 52.0, 17.0),
        (-26, 68, 17),
        (-4, 74, 18),
        (18, 70, 17),
        (32, 56, 17),
        (26, 38, 17),
        (2, 34, 19),
        (-24, 36, 18),
    ]
    fleece = ellipse(-3, 54, 38, 22)
    for x, y, s in heads:
        fleece = union(fleece, ellipse(x, y, s, s * 0.92))
    p.fill(fleece, wool, grain=0)
    with p.within(fleece):
        for _ in range(22):
            x, y = r.uniform(-46, 40), r.uniform(28, 80)
            p.line(curve((x - 5, y), (x, y - 4.5), (x + 5, y)), wool.darker(0.1), 1.2, alpha=0.75)
    p.fill(ellipse(45, 62, 13, 16, -28), face)
    p.fill(union(ellipse(37, 77, 10, 8), ellipse(46, 79, 8, 6)), wool)
    ear(p, 34, 68, 15, 8, 200, face)
    p.fill(ellipse(48, 66, 2.6, 3), CREAM)
    p.fill(ellipse(48.6, 65.6, 1.4, 1.8), c.dark)


@motif("goat", size=0.38, wide=1.1)
def goat(p: Pen, c: Coat, r: Random) -> None:
    ink = c.own(r.choice((Ink(0.9, 0.025, 80), Ink(0.6, 0.06, 60))))
    b = Build(ink, 33, 58, 27, 7.5, (12, 20), (11, 10), (10, 7), 15, c.dark, step=4)
    p.fill(petal(-32, 54, 13, 7, 140), ink)
    hx, hy, shape = beast(p, c, r, b, ink)
    shaded(p, c, shape, b)
    for dx in (-4, 1):
        p.fill(
            limb([(hx + dx, hy + 8), (hx + dx - 6, hy + 22), (hx + dx - 18, hy + 26)], [5, 4, 0.8]), HORN.darker(0.15)
        )
    ear(p, hx - 7, hy + 4, 15, 7, 190, ink.darker(0.1))
    p.fill(petal(hx + 10, hy - 9, 15, 6, 275), ink.darker(0.12))
    eye(p, c, hx + 4, hy + 3, 1.9)
    nose(p, c, b, hx, hy, 2)


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
    shape = _stand(p, b, ink, r)
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
