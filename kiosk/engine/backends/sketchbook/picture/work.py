"""One picture in the making: the order, what was read, the sheet, and the choices that a manner builds on."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np
import skia
from numpy.typing import NDArray

from kiosk.engine.backends.sketchbook.picture.palette import Palette, palette_for
from kiosk.engine.backends.sketchbook.picture.pen import Pen, Tone, unchanged
from kiosk.engine.backends.sketchbook.picture.stage import GROUND, Placed, Stage, arrange, implied, stage_for
from kiosk.engine.backends.sketchbook.words import Reading, read, seeded

Pixels = NDArray[np.uint8]
Report = Callable[[int, int, Pixels | None], None]
"""Called with steps done, steps in all and, now and then, the picture so far."""


def eight_bit(values: NDArray[Any]) -> Pixels:
    """Brightness 0 to 255 of any float type, clipped."""
    return np.asarray(np.clip(values, 0, 255), np.uint8)


class Order(NamedTuple):
    """What is to be drawn. Sizes in pixels; `source` is a picture to start from, as RGB."""

    prompt: str
    manner: str
    seed: int
    width: int
    height: int
    language: str = "de"
    source: Pixels | None = None


class Work:
    """Holds the sheet and counts its steps. Every random source depends on the seed and a purpose, never on what was
    drawn before, so that one changed word changes one thing and not the whole picture."""

    def __init__(self, order: Order, report: Report) -> None:
        self.order = order
        self.width, self.height = order.width, order.height
        self.reading: Reading = read(order.prompt, order.language)
        self.pixels: Pixels = np.zeros((self.height, self.width, 4), np.uint8)
        self._surface: Any = skia.Surface(self.pixels, colorType=skia.ColorType.kRGBA_8888_ColorType)
        self.canvas: Any = self._surface.getCanvas()
        self._report = report
        self._done, self._total = 0, 2
        self.stage: Stage = stage_for(self.reading, self.rng("stage"), self.width, self.height)
        ground = GROUND.get(self.stage.scene, self.stage.scene)
        self.palette: Palette = palette_for(self.reading, self.rng("palette"), ground)

    @property
    def scale(self) -> float:
        """Pixels per pixel of a picture of 1,024."""
        return min(self.width, self.height) / 1024

    def rng(self, *purpose: object) -> Random:
        """The random source for a purpose."""
        return seeded(self.order.seed, self.order.manner, *purpose)

    def pen(self, tone: Tone = unchanged) -> Pen:
        """A gouache pen on this sheet."""
        return Pen(self.canvas, self.rng("pen"), tone)

    def placed(self) -> list[Placed]:
        """All figures with their places."""
        found = arrange(self.reading, self.stage, self.order.seed)
        if self.order.source is not None:
            return [p._replace(size=p.size * 0.62) for p in found]
        return found

    def figures(self) -> list[Placed]:
        """The figures named or, where a text names only a place, a weather or an hour, what belongs there."""
        found = self.placed()
        if found or self.stage.scene == "abstract" or self.order.source is not None:
            return found
        return arrange(self.reading._replace(things=implied(self.reading)), self.stage, self.order.seed)

    def plan(self, steps: int) -> None:
        """Says how many steps there will be."""
        self._total = steps

    def step(self) -> None:
        """One step is done. Raises whatever the report raises, so that a cancelled drawing ends here."""
        self._done += 1
        half = self._done == max(1, self._total // 2) or self._done == max(2, self._total * 3 // 4)
        self._report(min(self._done, self._total), self._total, self.rgb() if half else None)

    def finish(self) -> None:
        """Jumps to the last step, if a manner needed fewer than it planned."""
        if self._done < self._total:
            self._done = self._total - 1
            self.step()

    def rgb(self) -> Pixels:
        """The picture as it is, three channels."""
        return self.pixels[:, :, :3]
