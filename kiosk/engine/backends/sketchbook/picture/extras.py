"""What an action adds to a figure: notes for singing, hearts for kissing, rings of breath for sleeping."""

from random import Random

from kiosk.engine.backends.sketchbook.picture.forms import curve, ellipse, heart, limb, line, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.palette import Palette
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.stage import Placed


def action_marks(pen: Pen, palette: Palette, placed: Placed, rng: Random) -> None:
    """Drawn in the figure's own units, beside its head."""
    action, side = placed.thing.action, placed.motif.wide * 34
    if action == "sleep":
        for i in range(3):
            _z(
                pen,
                palette.light if palette.night else palette.dark,
                side * 0.5 + 12 * i,
                96 + 13 * i,
                7 + 3 * i,
                flip=placed.flip,
            )
    elif action == "sing":
        for i in range(3):
            note(
                pen,
                palette.dark if not palette.night else palette.light,
                side * 0.6 + 14 * i,
                84 + 12 * (i % 2),
                13,
                flip=placed.flip,
            )
    elif action == "kiss":
        for i in range(3):
            pen.fill(heart(side * (0.3 * i - 0.1), 106 + 10 * i, 5 + 2 * i), Ink(0.64, 0.2, 15))
    elif action == "play":
        pen.fill(ellipse(side + 16, 10, 10), palette.pops[1])
        pen.line(curve((side + 7, 13), (side + 16, 7), (side + 25, 13)), palette.light, 2.2)
    elif action in ("run", "dance") and placed.motif.zone == "ground":
        for i in range(3):
            y = 10 + 13 * i
            pen.line(
                curve((-side - 26 + 4 * i, y), (-side - 12 + 3 * i, y + 1.5), (-side + 3 * i, y)),
                palette.light,
                1.8,
                alpha=0.85,
            )
    elif action == "burn":
        flames(pen, rng, side + 12, 62)
    elif action == "cry":
        for i in range(3):
            pen.fill(ellipse(side * 0.5 + 5 * i, 66 - 15 * i, 2.6, 4), Ink(0.72, 0.10, 235))


def _z(pen: Pen, ink: Ink, x: float, y: float, size: float, *, flip: bool) -> None:
    with pen.sub(x, y, 1, 0, flip):
        pen.line(line((0, size), (size, size), (0, 0), (size, 0)), ink, size * 0.2, alpha=0.85)


def note(pen: Pen, ink: Ink, x: float, y: float, size: float, *, flip: bool = False) -> None:
    """An eighth note."""
    with pen.sub(x, y, size / 10, 0, flip):
        pen.fill(ellipse(0, 0, 2.6, 1.9, 20), ink)
        pen.line(line((2.3, 0.5), (2.3, 10)), ink, 0.9)
        pen.fill(limb([(2.3, 10), (5, 7.4), (5.2, 4.6)], [1.6, 1.5, 0.4]), ink)


def flames(pen: Pen, rng: Random, x: float, y: float) -> None:
    """A breath of fire."""
    for size, ink in ((26, Ink(0.64, 0.21, 33)), (18, Ink(0.76, 0.17, 60)), (10, Ink(0.92, 0.13, 95))):
        pen.fill(
            smooth(
                [
                    (x - 14, y),
                    (x + size * 0.4, y + size * 0.42),
                    (x + size * 1.5, y + rng.uniform(-3, 5)),
                    (x + size * 0.5, y - size * 0.4),
                ]
            ),
            ink,
        )
