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


def standing(p: Pen, b: Build, ink: Ink, r: Random) -> Path:
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
    shape = standing(p, b, ink, r)
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
    p.fill(petal(hx - 3, hy + 9, 11, 6, -62), mane)
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
