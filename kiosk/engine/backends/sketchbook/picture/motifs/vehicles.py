"""What drives, floats and pulls."""

import math
from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import blob, box, curve, ellipse, half, limb, line, poly, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif

TYRE = Ink(0.28, 0.02, 280)
PANE = Ink(0.82, 0.06, 225)
CREAM = Ink(0.95, 0.03, 85)
LAMP = Ink(0.9, 0.13, 92)
WOOD = Ink(0.5, 0.08, 55)


def wheel_at(p: Pen, x: float, y: float, r: float, hub: Ink) -> None:
    """A tyre with its hub."""
    p.fill(ellipse(x, y, r), TYRE)
    p.fill(ellipse(x, y, r * 0.55), hub)
    p.fill(ellipse(x, y, r * 0.18), TYRE)


@motif("car", size=0.3, wide=1.9)
def car(p: Pen, c: Coat, r: Random) -> None:
    cabin = smooth([(-46, 50), (-34, 86), (-10, 96), (22, 94), (44, 76), (56, 50)], tension=0.7)
    p.fill(cabin, c.main.darker(0.04), grain=0)
    p.fill(smooth([(-38, 54), (-29, 80), (-8, 88), (0, 88), (0, 54)], tension=0.6), PANE)
    p.fill(smooth([(6, 54), (6, 88), (20, 86), (38, 70), (45, 54)], tension=0.6), PANE)
    body = smooth([(-90, 18), (-92, 44), (-78, 56), (-40, 60), (50, 60), (80, 52), (93, 38), (92, 18)], tension=0.7)
    p.fill(body, c.main, grain=0)
    p.fill(limb([(-90, 24), (0, 22), (92, 24)], [4, 5, 4]), c.second)
    p.line(line((3, 20), (3, 56)), c.main.darker(0.15), 1.2)
    p.fill(box(8, 47, 18, 50, 1), c.dark)
    p.fill(ellipse(86, 42, 6, 7), LAMP)
    p.fill(box(-93, 38, -87, 47, 2), Ink(0.58, 0.2, 28))
    for x in (-52, 54):
        p.fill(half(x, 18, 23, 23), c.main.darker(0.12))
        wheel_at(p, x, 17, 18, CREAM)


@motif("bus", size=0.36, wide=1.9)
def bus(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-94, 14, 94, 96, 10), c.main, grain=0)
    p.fill(box(-94, 36, 94, 44), c.second)
    for i in range(5):
        p.fill(box(-84 + i * 31, 54, -60 + i * 31, 82, 3), PANE)
    p.fill(box(70, 18, 88, 82, 3), PANE.darker(0.1))
    p.line(line((79, 18), (79, 82)), c.dark, 1.2)
    p.fill(ellipse(90, 28, 4.5), LAMP)
    for x in (-56, 46):
        wheel_at(p, x, 14, 16, CREAM)


@motif("train", size=0.34, wide=2.6)
def train(p: Pen, c: Coat, r: Random) -> None:
    for i in range(5):
        p.wash(blob(r, 84 - i * 26, 104 + i * 11, 11 + 3.5 * i, 8 + 2.6 * i), CREAM, 0.75, 2)
    p.fill(box(-134, 20, -38, 72, 4), c.second, grain=0)
    p.fill(box(-138, 70, -34, 77, 3), c.dark)
    for x in (-120, -92, -64):
        p.fill(box(x, 38, x + 18, 62, 2), PANE)
    p.fill(box(-36, 22, -22, 28), TYRE)
    p.fill(box(-24, 20, 16, 88, 3), c.main, grain=90)
    p.fill(box(-29, 86, 21, 93, 3), c.dark)
    p.fill(box(-14, 54, 6, 78, 2), PANE)
    p.fill(box(14, 26, 98, 64, 16), c.main, grain=0)
    for x in (40, 64):
        p.fill(box(x, 25, x + 4, 65), c.pop)
    p.fill(poly((74, 62), (70, 92), (92, 92), (88, 62)), c.dark)
    p.fill(box(48, 62, 60, 72, 4), LAMP)
    p.fill(poly((96, 30), (118, 8), (94, 8)), c.pop)
    p.fill(ellipse(97, 50, 6), LAMP)
    for x, s in ((-118, 13), (-58, 13), (-4, 18), (40, 13), (72, 13)):
        wheel_at(p, x, s, s, c.pop)
    p.line(line((-4, 16), (72, 12)), CREAM, 3)


@motif("bicycle", size=0.34, wide=1.6)
def bicycle(p: Pen, c: Coat, r: Random) -> None:
    for x in (-46, 46):
        p.line(ellipse(x, 31, 29), TYRE, 4.5)
        for i in range(8):
            turn = math.pi * i / 8
            p.line(
                line(
                    (x - 27 * math.cos(turn), 31 - 27 * math.sin(turn)),
                    (x + 27 * math.cos(turn), 31 + 27 * math.sin(turn)),
                ),
                TYRE.lighter(0.4),
                0.7,
            )
    for a, b in (
        ((-46, 31), (-4, 30)),
        ((-4, 30), (30, 72)),
        ((30, 72), (-22, 70)),
        ((-22, 70), (-46, 31)),
        ((-25, 80), (-4, 30)),
        ((46, 31), (29, 86)),
    ):
        p.line(line(a, b), c.main, 4.6)
    p.line(curve((29, 86), (34, 93), (20, 97)), c.dark, 4)
    p.fill(smooth([(-40, 82), (-12, 84), (-14, 88), (-36, 90)]), c.dark)
    p.fill(ellipse(-4, 30, 6), c.second)
    p.fill(box(30, 66, 56, 84, 3), Ink(0.66, 0.09, 65))
    for i in range(3):
        p.fill(ellipse(36 + i * 8, 87, 5), c.rainbow(i * 2))


@motif("tractor", size=0.36, wide=1.5)
def tractor(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-46, 40, 2, 98, 5), c.main.darker(0.06))
    p.fill(box(-38, 58, -6, 90, 3), PANE)
    p.fill(box(-52, 94, 8, 100, 2), c.dark)
    p.fill(box(-6, 28, 68, 62, 8), c.main, grain=0)
    p.fill(box(44, 60, 50, 88), TYRE)
    for i in range(4):
        p.line(line((52, 34 + i * 6), (64, 34 + i * 6)), c.dark, 1.3)
    wheel_at(p, -32, 31, 31, c.second)
    wheel_at(p, 50, 18, 18, c.second)


@motif("boat", zone="surface", size=0.46, wide=1.0)
def boat(p: Pen, c: Coat, r: Random) -> None:
    p.fill(limb([(0, 18), (1, 98)], [3.4, 2.2]), WOOD)
    p.fill(
        smooth([(4, 26), (4, 94), (22, 62), (42, 28)], tension=0.45),
        c.own(CREAM) if not c.named else c.main,
        grain=80,
    )
    p.fill(smooth([(-3, 28), (-2, 84), (-18, 56), (-32, 30)], tension=0.45), c.pop if c.named else c.main, grain=100)
    p.fill(poly((1, 98), (17, 94), (1, 90)), c.second)
    p.fill(
        smooth([(-48, 24), (-34, 0), (30, 0), (50, 25), (0, 18)], tension=0.5),
        c.second.darker(0.08) if not c.named else WOOD,
        grain=0,
    )
    p.line(curve((-44, 17), (0, 12), (46, 18)), CREAM, 1.8)


@motif("ship", zone="surface", size=0.46, wide=1.5)
def ship(p: Pen, c: Coat, r: Random) -> None:
    for i in range(4):
        p.wash(blob(r, -12 - i * 13, 94 + i * 8, 8 + 3 * i, 6 + 2 * i), CREAM, 0.7, 2)
    p.fill(box(-22, 54, -6, 90), c.pop)
    p.fill(box(-22, 76, -6, 83), CREAM)
    p.fill(box(10, 54, 24, 82), c.pop)
    p.fill(box(-44, 34, 46, 56, 3), CREAM, grain=0)
    p.fill(box(-34, 54, 34, 62, 2), CREAM.darker(0.05))
    for i in range(6):
        p.fill(ellipse(-34 + i * 14, 45, 4), PANE.darker(0.15))
    p.fill(smooth([(-74, 38), (-60, 0), (58, 0), (84, 40), (20, 34)], tension=0.4), c.main, grain=0)
    p.line(line((-64, 10), (70, 12)), CREAM, 2.4)
    p.line(line((62, 38), (62, 66)), WOOD, 1.6)
    p.fill(poly((62, 66), (78, 61), (62, 56)), c.second)


@motif("submarine", zone="water", size=0.3, wide=1.8)
def submarine(p: Pen, c: Coat, r: Random) -> None:
    p.line(curve((-6, 74), (-6, 98), (8, 98)), c.main.darker(0.08), 4)
    p.fill(box(-26, 60, 18, 82, 7), c.main.darker(0.05))
    for turn in (40, 0, -40):
        p.fill(ellipse(-92, 38 + turn * 0.3, 5, 13, turn), c.pop)
    p.fill(
        smooth([(-88, 38), (-60, 66), (20, 70), (72, 58), (90, 38), (72, 16), (20, 6), (-60, 12)]), c.main, grain=0
    )
    p.fill(limb([(-80, 28), (0, 20), (82, 28)], [4, 5, 4]), c.second)
    for x in (-42, -6, 30):
        p.fill(ellipse(x, 44, 11), c.second)
        p.fill(ellipse(x, 44, 7.5), LAMP)
    p.fill(ellipse(84, 40, 5), LAMP)
