"""All figures that the sketchbook can draw, by name. Each module registers its own.

A figure is drawn in units: it stands at (0, 0), is about 100 high, y points up, and looks to the right.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.pen import Pen

Draw = Callable[[Pen, Coat, Random], None]


class Motif(NamedTuple):
    """A figure and how it behaves in a scene.

    `zone`: where it is at home (ground, sky, back, water, surface, room). `size`: its height as the hero, as a share
    of the height. `wide`: its width over its height.
    """

    name: str
    draw: Draw
    zone: str
    size: float
    wide: float


MOTIFS: dict[str, Motif] = {}


def motif(name: str, zone: str = "ground", size: float = 0.42, wide: float = 1.0) -> Callable[[Draw], Draw]:
    """Registers a figure."""

    def register(draw: Draw) -> Draw:
        MOTIFS[name] = Motif(name, draw, zone, size, wide)
        return draw

    return register
