"""What every painter of places needs: the view, its layers, an edge of land."""

import math
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import Path, blob, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs.plants import fern, grass, little_flower
from kiosk.engine.backends.sketchbook.picture.palette import Palette
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.stage import Stage
from kiosk.engine.backends.sketchbook.words import Reading


class View(NamedTuple):
    """All that painting a place needs."""

    pen: Pen
    stage: Stage
    palette: Palette
    reading: Reading
    rng: Random
    ground: Callable[[Pen], bool] | None = None
    """Paints a picture that a person brought in, instead of sky and land."""


Layer = tuple[float, Callable[[], None]]

"""How near it is, and the painting of it."""


def coat_of(view: View, main: Ink) -> Coat:
    """A coat for scenery."""
    pops = view.palette.pops
    return Coat(main, pops[1 % len(pops)], pops[2 % len(pops)], view.palette.dark, view.palette.light)


def ridge(view: View, y: float, rise: float, waves: float, *, sharp: bool = False) -> Path:
    """An edge across the picture at about `y` that rises by up to `rise`, closed at the foot of the picture."""
    w, h, rng = view.stage.width, view.stage.height, view.rng
    n = 7 if not sharp else 11
    phase, points = rng.uniform(0, math.tau), []
    for i in range(n + 1):
        t = i / n
        up = 0.5 + 0.5 * math.sin(phase + waves * math.tau * t) + rng.uniform(-0.2, 0.2)
        points.append((-0.04 * w + 1.08 * w * t, y - rise * up * (rng.uniform(0.4, 1.0) if sharp else 1.0)))
    path = smooth(points, closed=False, tension=0.35 if sharp else 1.0)
    path.lineTo(w * 1.05, h * 1.05)
    path.lineTo(-w * 0.05, h * 1.05)
    path.close()
    return path


def plane(view: View, y: float, rise: float, ink: Ink, waves: float = 0.8, *, sharp: bool = False) -> None:
    """One plane of land with an uneven edge."""
    shape = ridge(view, y, rise, waves, sharp=sharp)
    view.pen.fill(shape, ink, grain=view.rng.uniform(-8, 8))


def far_hills(view: View, *, sharp: bool) -> None:
    """Hills or sharp mountains at the horizon, pale with distance."""
    st, pal, rng = view.stage, view.palette, view.rng
    tall = st.height * (0.30 if sharp else 0.12)
    for i in range(3 if sharp else 2):
        ink = pal.land[0].toward(pal.sky[2], 0.42 - 0.2 * i)
        if sharp:
            ink = Ink(0.62, 0.06, 270).toward(pal.sky[1], 0.55 - 0.2 * i)
        plane(view, st.horizon + 4, tall * (1 - 0.3 * i), ink, rng.uniform(0.8, 2.0), sharp=sharp)


def foreground(view: View) -> None:
    """The nearest strip: grasses, ferns, flowers or stones that frame the picture below."""
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    h, w = st.height, st.width
    ink = pal.land[3]
    plane(view, h * 0.985, 0.05 * h, ink, 0.7)
    cold = st.scene == "arctic" or "snow" in view.reading.weather
    dry = st.scene in ("desert", "beach")
    flowers = pal.pops if st.scene in ("meadow", "garden") or "spring" in view.reading.times else pal.pops[:2]
    for i in range(34):
        x = w * (i + rng.uniform(0, 1)) / 34
        size = h * rng.uniform(0.045, 0.105) * (1.9 if abs(x / w - 0.5) > 0.34 else 0.75)
        with pen.at(x, h * rng.uniform(0.985, 1.02), size):
            if cold or dry:
                if i % 4 == 0:
                    pen.fill(
                        blob(rng, 0, 10, rng.uniform(30, 70), 26, 0.1),
                        ink.lighter(0.05) if cold else Ink(0.6, 0.05, 60),
                    )
            elif i % 3 == 0 and st.scene in ("meadow", "garden", "village") and not pal.night:
                little_flower(pen, rng, flowers[rng.randrange(len(flowers))])
            elif i % 5 == 1:
                fern(pen, rng, ink.lighter(0.02).turned(8))
            else:
                grass(pen, rng, ink.lighter(rng.uniform(-0.08, 0.05)))
