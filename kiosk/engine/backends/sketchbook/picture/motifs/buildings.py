"""Houses, towers and what else stands still."""

from random import Random

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import (
    arch,
    blob,
    box,
    curve,
    cut,
    ellipse,
    half,
    limb,
    line,
    moved,
    petal,
    poly,
    smooth,
)
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen

from . import motif

WALL = Ink(0.93, 0.035, 80)
ROOF = Ink(0.55, 0.14, 35)
STONE = Ink(0.72, 0.03, 70)
WOOD = Ink(0.48, 0.07, 55)
GLASS = Ink(0.84, 0.12, 88)
PANE = Ink(0.62, 0.07, 235)


def window(
    p: Pen, c: Coat, x: float, y: float, w: float, h: float, *, lit: bool = True, round_top: bool = False
) -> None:
    """A window with its frame and cross; (x, y) is its middle below."""
    shape = arch(x - w / 2, x + w / 2, y, y + h) if round_top else box(x - w / 2, y, x + w / 2, y + h, 0.6)
    p.fill(shape, GLASS if lit else PANE)
    p.line(shape, WALL.lighter(0.03) if lit else WOOD, max(1.0, w * 0.11))
    p.line(line((x, y), (x, y + h)), WALL.lighter(0.03) if lit else WOOD, max(0.8, w * 0.08))
    p.line(
        line((x - w / 2, y + h * 0.5), (x + w / 2, y + h * 0.5)),
        WALL.lighter(0.03) if lit else WOOD,
        max(0.8, w * 0.08),
    )


@motif("house", size=0.44, wide=1.0)
def house(p: Pen, c: Coat, r: Random) -> None:
    wall = c.main if c.named else r.choice((WALL, c.main.lighter(0.1), c.second.lighter(0.08)))
    roof = r.choice((ROOF, c.pop.darker(0.05))) if c.named else r.choice((ROOF, c.pop, ROOF.turned(-10)))
    w, eave, tip = r.uniform(30, 38), r.uniform(46, 54), r.uniform(86, 96)
    chimney = r.choice((-1, 1)) * 0.5
    p.fill(box(chimney * w - 4, eave + 14, chimney * w + 5, tip + 4), ROOF.darker(0.08))
    for i in range(3):
        p.wash(blob(r, chimney * w + 3 + i * 5, tip + 10 + i * 8, 4 + i * 1.6, 3.4 + i), WALL, 0.6, 1.5)
    p.fill(box(-w, 0, w, eave + 4), wall, grain=90)
    p.fill(poly((-w, eave), (0, tip - 4), (w, eave)), wall.darker(0.02), grain=90)
    over = 7
    p.fill(poly((-w - over, eave - 5), (-w - over + 3, eave - 9), (0, tip - 6), (0, tip + 1)), roof.darker(0.05))
    roof_shape = poly(
        (-w - over, eave - 4),
        (0, tip + 2),
        (w + over, eave - 4),
        (w + over - 4, eave - 9),
        (0, tip - 8),
        (-w - over + 4, eave - 9),
    )
    p.fill(roof_shape, roof, grain=40)
    door = r.choice((-0.45, 0.0, 0.45)) * w
    p.fill(
        arch(door - 7, door + 7, 0, 25),
        c.pop if c.named else c.main.darker(0.1) if wall != c.main else WOOD,
        grain=90,
    )
    p.fill(ellipse(door + 4, 11, 1.1), GLASS)
    spots = [x for x in (-0.58, 0.0, 0.58) if abs(x * w - door) > 12]
    for x in spots:
        window(p, c, x * w, 13, 11, 13)
        p.fill(box(x * w - 7.5, 9.5, x * w + 7.5, 12.5), WOOD)
        for k in (-5, -1.5, 2, 5):
            p.fill(ellipse(x * w + k, 14, 2.1), c.rainbow(int(k) + 5))
    window(p, c, 0, eave + 3, 11, 14, round_top=True)
    if door:
        window(p, c, -door, 32, 0.01, 0.01)
    p.fill(box(door - 9, -1.5, door + 9, 0.8), STONE)


@motif("castle", size=0.6, wide=1.25)
def castle(p: Pen, c: Coat, r: Random) -> None:
    stone = c.own(r.choice((STONE, Ink(0.8, 0.05, 60), Ink(0.74, 0.05, 300))))
    roof = c.pop if c.named else c.main

    def tower(x: float, w: float, h: float, shade: float, *, pointed: bool) -> None:
        p.fill(box(x - w, 0, x + w, h), stone.lighter(shade), grain=90)
        p.fill(box(x - w - 2, h - 3, x + w + 2, h + 2), stone.lighter(shade - 0.06))
        if pointed:
            p.fill(
                smooth(
                    [
                        (x - w - 4, h + 1),
                        (x - w * 0.4, h + w * 1.1),
                        (x, h + w * 2.5),
                        (x + w * 0.4, h + w * 1.1),
                        (x + w + 4, h + 1),
                    ],
                    tension=0.3,
                ),
                roof,
                grain=75,
            )
            p.line(line((x, h + w * 2.4), (x, h + w * 2.4 + 9)), c.dark, 0.8)
            p.fill(poly((x, h + w * 2.4 + 9), (x + 9, h + w * 2.4 + 6.5), (x, h + w * 2.4 + 4)), c.second)
        else:
            for i in range(4):
                p.fill(
                    box(x - w - 2 + i * (2 * w + 4) / 3.5, h + 1, x - w - 2 + (i + 0.55) * (2 * w + 4) / 3.5, h + 6),
                    stone.lighter(shade),
                )
        window(p, c, x, h - 17, w * 0.6, 10, round_top=True)

    tower(-20, 9, 62, -0.07, pointed=True)
    tower(16, 10, r.uniform(68, 76), -0.05, pointed=True)
    p.fill(box(-46, 0, 46, 36), stone, grain=0)
    for i in range(9):
        p.fill(box(-46 + i * 10.6, 35, -40 + i * 10.6, 41), stone)
    for _ in range(16):
        x, y = r.uniform(-40, 40), r.uniform(4, 32)
        p.line(line((x, y), (x + 5, y)), stone.darker(0.13), 0.8, alpha=0.7)
    tower(-48, 11, r.uniform(44, 54), 0.03, pointed=True)
    tower(48, 11, r.uniform(44, 54), 0.03, pointed=r.random() < 0.6)
    p.fill(arch(-11, 11, 0, 26), WOOD, grain=90)
    for x in (-6, -2, 2, 6):
        p.line(line((x, 0), (x, 24)), WOOD.darker(0.12), 0.7)
    for x in (-27, 27):
        window(p, c, x, 14, 6, 10, round_top=True)


@motif("tower", size=0.6, wide=0.45)
def tower(p: Pen, c: Coat, r: Random) -> None:
    wall = c.own(WALL.darker(0.04))
    p.fill(box(-16, 0, 16, 66), wall, grain=90)
    p.fill(box(-18, 63, 18, 67), STONE)
    p.fill(poly((-19, 66), (0, 100), (19, 66)), c.pop if c.named else c.main.darker(0.05), grain=70)
    p.fill(ellipse(0, 54, 7.5), WALL.lighter(0.04))
    p.line(line((0, 54), (0, 59.5)), c.dark, 1.1)
    p.line(line((0, 54), (3.6, 52)), c.dark, 1.1)
    for y in (20, 34):
        window(p, c, 0, y, 7, 11, round_top=True)
    p.fill(arch(-6, 6, 0, 15), WOOD)


@motif("lighthouse", size=0.62, wide=0.5)
def lighthouse(p: Pen, c: Coat, r: Random) -> None:
    red = c.own(Ink(0.58, 0.19, 28))
    p.wash(poly((0, 85), (140, 112), (140, 66)), GLASS, 0.32, 4)
    p.wash(poly((0, 85), (-140, 104), (-140, 58)), GLASS, 0.26, 4)
    p.fill(blob(r, 0, 0, 36, 9, 0.1), STONE.darker(0.15))
    body = poly((-15, 1), (-9.5, 78), (9.5, 78), (15, 1))
    p.fill(body, WALL, grain=90)
    with p.within(body):
        for y in (10, 36, 62):
            p.fill(box(-20, y, 20, y + 13), red, grain=0)
    p.fill(box(-13, 76, 13, 79.5), c.dark)
    p.fill(box(-7.5, 79, 7.5, 91), GLASS)
    p.glow(0, 85, 26, GLASS, 0.8)
    for x in (-7.5, 0, 7.5):
        p.line(line((x, 79), (x, 91)), c.dark, 0.9)
    p.fill(half(0, 91, 10, 8), red)
    p.fill(ellipse(0, 99.5, 1.6), c.dark)
    for y in (26, 52):
        p.fill(arch(-2.6, 2.6, y, y + 7), PANE)
    p.fill(arch(-4, 4, 1, 10), WOOD)


@motif("windmill", size=0.58, wide=0.8)
def windmill(p: Pen, c: Coat, r: Random) -> None:
    p.fill(poly((-22, 0), (-12, 58), (12, 58), (22, 0)), c.own(WALL), grain=90)
    p.fill(half(0, 57, 14, 15), c.pop if c.named else c.main)
    p.fill(arch(-6, 6, 0, 17), WOOD)
    window(p, c, 0, 30, 8, 10)
    turn = r.uniform(15, 75)
    for i in range(4):
        sail = box(-1.5, 2, 11, 42)
        p.fill(moved(sail, 0, 62, turn + 90 * i), WALL.lighter(0.03))
        p.line(moved(line((-1, 0), (-1, 43)), 0, 62, turn + 90 * i), WOOD, 1.6)
        for k in range(5):
            p.line(moved(line((-1, 6 + 8 * k), (11, 6 + 8 * k)), 0, 62, turn + 90 * i), WOOD, 0.8)
    p.fill(ellipse(0, 62, 3), WOOD)


@motif("tent", size=0.36, wide=1.4)
def tent(p: Pen, c: Coat, r: Random) -> None:
    p.fill(poly((-64, 0), (0, 92), (64, 0)), c.main, grain=60)
    for i, x in enumerate((-46.0, -16.0, 16.0, 46.0)):
        if i % 2 == 0 or x > 40:
            p.fill(poly((x - 9, 0), (0, 92), (x + 9, 0)), c.second.lighter(0.05), grain=70)
    p.fill(poly((-17, 0), (0, 62), (17, 0)), c.dark)
    p.fill(smooth([(-17, 0), (-15, 20), (0, 62), (-24, 0)], tension=0.4), c.pop)
    p.fill(smooth([(17, 0), (15, 20), (0, 62), (24, 0)], tension=0.4), c.pop)
    p.line(line((0, 90), (0, 104)), WOOD, 1.6)
    p.fill(poly((0, 104), (16, 99), (0, 94)), c.pop)


@motif("bridge", size=0.3, wide=2.6)
def bridge(p: Pen, c: Coat, r: Random) -> None:
    stone = c.own(STONE)
    body = smooth([(-130, 0), (-130, 52), (-60, 74), (0, 82), (60, 74), (130, 52), (130, 0)], tension=0.5)
    for x, w in ((-74.0, 30), (0.0, 36), (74.0, 30)):
        body = cut(body, arch(x - w, x + w, -1, w * 1.5))
    p.fill(body, stone, grain=0)
    for _ in range(30):
        x, y = r.uniform(-120, 120), r.uniform(58, 72)
        p.line(line((x, y - abs(x) / 8), (x + 8, y - abs(x) / 8)), stone.darker(0.13), 0.9, alpha=0.6)
    p.line(curve((-130, 62), (-60, 84), (0, 93), (60, 84), (130, 62)), stone.darker(0.1), 3.4)
    for i in range(-6, 7):
        x = i * 20
        y = 82 - 30 * (x / 130) ** 2
        p.line(line((x, y), (x, y + 10)), stone.darker(0.1), 2.4)


@motif("skyscraper", size=0.68, wide=0.45)
def skyscraper(p: Pen, c: Coat, r: Random) -> None:
    facade(p, c, r, 22, 96, c.main)
    p.line(line((0, 95), (0, 104)), c.dark, 1.2)


def facade(p: Pen, c: Coat, r: Random, w: float, h: float, ink: Ink, *, lit: float = 0.45) -> None:
    """A block of flats `2 w` wide and `h` high, with rows of windows."""
    p.fill(box(-w, 0, w, h), ink, grain=90)
    step = max(5.0, w * 0.42)
    columns, rows = max(2, int(2 * w / step) - 1), max(2, int(h / (step * 1.3)) - 1)
    for i in range(columns):
        for j in range(rows):
            x = -w + 2 * w * (i + 0.9) / (columns + 0.8)
            y = h * (j + 0.8) / (rows + 0.8)
            p.fill(
                box(x - step * 0.27, y, x + step * 0.27, y + step * 0.7),
                GLASS if r.random() < lit else ink.darker(0.13),
            )


@motif("door", size=0.5, wide=0.55)
def door(p: Pen, c: Coat, r: Random) -> None:
    p.fill(arch(-27, 27, 0, 99), STONE)
    p.fill(arch(-21, 21, 0, 92), c.main, grain=90)
    for x in (-14, -7, 0, 7, 14):
        p.line(line((x, 0), (x, 86)), c.main.darker(0.12), 0.9)
    for y in (24, 64):
        p.fill(box(-21, y, 12, y + 3.5, 1), c.dark)
    p.fill(ellipse(13, 45, 2.8), GLASS)


@motif("window", zone="room", size=0.46, wide=0.8)
def window_motif(p: Pen, c: Coat, r: Random) -> None:
    p.fill(box(-34, 6, 34, 96, 2), c.main, grain=90)
    p.fill(box(-28, 12, 28, 90), Ink(0.8, 0.07, 225))
    p.fill(ellipse(12, 70, 9), GLASS)
    p.fill(half(-6, 12, 30, 26), Ink(0.62, 0.12, 138))
    p.line(line((0, 12), (0, 90)), c.main, 3.5)
    p.line(line((-28, 52), (28, 52)), c.main, 3.5)
    p.fill(box(-40, 0, 40, 7, 1.5), c.main.lighter(0.06))


@motif("ladder", size=0.55, wide=0.4)
def ladder(p: Pen, c: Coat, r: Random) -> None:
    with p.sub(0, 0, 1, -9):
        for x in (-12, 12):
            p.fill(limb([(x * 1.15, 0), (x * 0.9, 100)], [4, 4]), WOOD.lighter(0.1), grain=90)
        for i in range(8):
            p.fill(limb([(-13, 9 + i * 12), (13, 9 + i * 12)], [3, 3]), c.own(WOOD.lighter(0.18)))


@motif("volcano", zone="back", size=0.55, wide=1.7)
def volcano(p: Pen, c: Coat, r: Random) -> None:
    for i in range(7):
        p.wash(blob(r, r.uniform(-16, 16), 92 + i * 8, 14 + 3 * i, 9 + 2 * i), Ink(0.6, 0.03, 40), 0.55, 3)
    rock = c.own(Ink(0.42, 0.05, 40))
    p.glow(0, 80, 50, Ink(0.75, 0.2, 50), 0.7)
    p.fill(
        smooth([(-88, 0), (-42, 40), (-15, 78), (0, 74), (15, 78), (42, 42), (88, 0)], tension=0.6), rock, grain=60
    )
    lava = Ink(0.72, 0.2, 45)
    for path in (limb([(0, 76), (-8, 50), (-22, 18)], [10, 7, 4]), limb([(4, 76), (12, 56), (16, 38)], [8, 5, 3])):
        p.fill(path, lava)
    for _ in range(14):
        x = r.uniform(-34, 34)
        p.fill(ellipse(x, 84 + (34 - abs(x)) * r.uniform(0.3, 0.9), r.uniform(1, 2.6)), lava.lighter(0.1))


@motif("mountain", zone="back", size=0.62, wide=1.7)
def mountain(p: Pen, c: Coat, r: Random) -> None:
    rock = c.own(Ink(0.55, 0.05, r.uniform(240, 290)))
    lean = r.uniform(-14, 14)
    shape = poly((-86, 0), (-50 + lean, 38), (-38 + lean, 34), (lean, 99), (26 + lean, 62), (38 + lean, 66), (88, 0))
    p.fill(shape, rock, grain=55)
    p.fill(
        poly((lean, 99), (26 + lean, 62), (38 + lean, 66), (88, 0), (30, 0), (14, 34), (22, 46), (4 + lean, 66)),
        rock.darker(0.1),
        grain=-50,
    )
    p.fill(
        poly(
            (lean, 99),
            (-17 + lean, 71),
            (-8 + lean, 75),
            (-3 + lean, 66),
            (5 + lean, 74),
            (11 + lean, 67),
            (18 + lean, 73),
        ),
        Ink(0.97, 0.012, 240),
    )


@motif("island", zone="surface", size=0.34, wide=2.2)
def island(p: Pen, c: Coat, r: Random) -> None:
    p.fill(half(0, 0, 96, 26), Ink(0.86, 0.08, 85), grain=0)
    p.fill(half(-20, 14, 44, 22), Ink(0.64, 0.12, 138))
    trunk = [(14, 14), (20, 44), (34, 70)]
    p.fill(limb(trunk, [8, 6, 5]), Ink(0.5, 0.07, 60))
    for turn in (200, 160, 120, 70, 25, -15):
        p.fill(petal(34, 70, 42, 15, turn), Ink(0.58, 0.13, 142), grain=turn)


@motif("wave", zone="surface", size=0.4, wide=1.6)
def wave(p: Pen, c: Coat, r: Random) -> None:
    blue = c.own(Ink(0.55, 0.11, 240))
    body = smooth(
        [
            (-84, 0),
            (-58, 30),
            (-20, 78),
            (26, 96),
            (62, 78),
            (66, 50),
            (48, 40),
            (34, 52),
            (44, 64),
            (22, 70),
            (6, 44),
            (22, 14),
            (84, 0),
        ],
        tension=0.9,
    )
    p.fill(body, blue, grain=35)
    for k in (10, 20, 30):
        p.line(
            curve((-60 + k, 14 + k * 0.2), (-22 + k * 0.7, 60 - k * 0.3), (22 + k * 0.3, 84 - k * 0.35)),
            blue.lighter(0.17),
            2.2,
        )
    foam = Ink(0.97, 0.015, 220)
    for x, y, s in ((26, 96, 8), (44, 90, 9), (58, 79, 8), (66, 64, 8), (60, 46, 7), (46, 40, 6), (36, 52, 4)):
        p.fill(blob(r, x, y, s, s * 0.8, 0.1), foam)
