"""Weather and falling leaves, in front of everything."""

from typing import Any

from kiosk.engine.backends.sketchbook.picture.forms import curve, ellipse, line, petal
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.view import View


def weather(view: View) -> None:
    """Rain, snow, wind, fog and lightning in front of everything."""
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    h, w, kinds = st.height, st.width, set(view.reading.weather)
    if st.scene in ("room", "space", "underwater", "cave"):
        return
    scale = h / 1000
    if kinds & {"rain", "storm"}:
        lean = rng.choice((-1, 1)) * rng.uniform(0.08, 0.3)
        for _ in range(150):
            x, y, length = rng.uniform(-0.1, 1.1) * w, rng.uniform(-0.05, 1.0) * h, rng.uniform(22, 58) * scale
            pen.line(
                line((x, y), (x - lean * length, y + length)),
                pal.light.toward(pal.sky[0], 0.25),
                rng.uniform(1.3, 2.8) * scale,
                alpha=0.62,
            )
        for _ in range(12):
            pen.line(
                ellipse(rng.uniform(0, w), rng.uniform(0.86, 0.99) * h, 18 * scale, 5 * scale),
                pal.light,
                1.6 * scale,
                alpha=0.6,
            )
    if "storm" in kinds and "lightning" not in view.reading.motifs:
        x, y, points = w * (0.5 - 0.3 * st.hero_side), 0.0, []
        while y < st.horizon:
            points.append((x, y))
            x, y = x + rng.uniform(-0.05, 0.05) * w, y + rng.uniform(0.05, 0.11) * h
        pen.line(line(*points), pal.glow, 12 * scale, alpha=0.25)
        pen.line(line(*points), pal.light, 4.5 * scale)
    if "snow" in kinds:
        for _ in range(130):
            size = rng.choice((2.2, 3.2, 4.6, 7.0)) * scale
            pen.wash(
                ellipse(rng.uniform(0, w), rng.uniform(0, h), size),
                Ink(0.985, 0.006, 240),
                rng.uniform(0.75, 1.0),
                size * 0.15,
            )
    if "wind" in kinds:
        for _ in range(9):
            x, y, k = rng.uniform(-0.1, 0.8) * w, rng.uniform(0.08, 0.8) * h, rng.uniform(0.1, 0.24) * w
            path = curve(
                (x, y),
                (x + k, y - 0.02 * h),
                (x + 1.6 * k, y - 0.05 * h),
                (x + 1.5 * k, y - 0.09 * h),
                (x + 1.3 * k, y - 0.07 * h),
            )
            pen.line(path, pal.light, 3.4 * scale, alpha=0.7)
    if "fog" in kinds:
        for i in range(6):
            y = h * (0.3 + 0.11 * i)
            pen.wash(
                ellipse(w * rng.uniform(0.2, 0.8), y, w * rng.uniform(0.4, 0.7), h * 0.035),
                pal.sky[2].lighter(0.03),
                0.5,
                22 * scale,
            )


def leaves_falling(view: View) -> None:
    """Autumn leaves, blossom in spring, in the air."""
    pen, st, rng = view.pen, view.stage, view.rng
    if st.scene in ("room", "space", "underwater", "cave", "city"):
        return
    times: Any = view.reading.times
    if "autumn" in times:
        inks = (Ink(0.66, 0.16, 55), Ink(0.58, 0.17, 33), Ink(0.78, 0.14, 85))
    elif "spring" in times:
        inks = (Ink(0.9, 0.06, 0), Ink(0.95, 0.03, 350), Ink(0.86, 0.08, 355))
    else:
        return
    for _ in range(34):
        size = st.height * rng.uniform(0.010, 0.024)
        pen.fill(
            petal(rng.uniform(0, st.width), rng.uniform(0, st.height), size, size * 0.5, rng.uniform(0, 360)),
            rng.choice(inks),
        )
