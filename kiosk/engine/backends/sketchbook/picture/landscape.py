"""The places themselves: sky, planes of land, water, streets, rooms. Painted from far to near with any pen.

`Ground` gives a manner the layers one by one, so that figures can stand between them.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from kiosk.engine.backends.sketchbook.words import Reading

from .coat import Coat
from .forms import Path, blob, box, cloud, curve, ellipse, limb, line, petal, poly, smooth
from .ink import Ink
from .motifs.buildings import facade
from .motifs.plants import fern, fir, grass, little_flower, palm, tree
from .motifs.sky import small_bird, smooth_star
from .palette import Palette
from .pen import Pen
from .stage import Stage


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


def sky(view: View) -> None:
    """Air, stars, clouds, distant birds; or the picture that a person brought in."""
    if view.ground is not None and view.ground(view.pen):
        return
    pen, pal, st, rng = view.pen, view.palette, view.stage, view.rng
    bottom = st.horizon * 1.08 if st.scene not in ("sky", "space") else st.height
    pen.sweep(
        (0, 0, st.width, st.height),
        [(0.0, pal.sky[0]), (0.55 * bottom / st.height, pal.sky[1]), (min(0.99, bottom / st.height), pal.sky[2])],
    )
    whole = box(-5, -5, st.width + 5, bottom + 40)
    pen.print(whole, pal.sky[0].lighter(0.09), "streak", 0.5, 1.9, 0.30, rng.uniform(-9, 9), rng.random() * 400)
    named = {t.motif for t in view.reading.things}
    if pal.night or st.scene == "space":
        _stars(view, 46 if st.scene != "space" else 120)
        if (
            "moon" not in named
            and st.scene not in ("space", "room")
            and not {"storm", "rain"} & set(view.reading.weather)
        ):
            x, y = st.width * (0.5 - st.hero_side * rng.uniform(0.24, 0.36)), st.horizon * rng.uniform(0.2, 0.42)
            size = st.height * rng.uniform(0.05, 0.085)
            pen.glow(x, y, size * 4.2, pal.glow, 0.34)
            pen.fill(ellipse(x, y, size), pal.glow.lighter(0.03))
    elif (
        "sun" not in named
        and st.scene != "sky"
        and not set(view.reading.weather) & {"rain", "storm", "fog", "cloudy"}
        and rng.random() < 0.62
    ):
        low = {"evening", "morning"} & set(view.reading.times)
        x = st.width * (0.5 - st.hero_side * rng.uniform(0.16, 0.36))
        y = st.horizon * (rng.uniform(0.78, 0.98) if low else rng.uniform(0.2, 0.42))
        size = st.height * rng.uniform(0.055, 0.11)
        pen.glow(x, y, size * 4, pal.glow, 0.55)
        pen.fill(ellipse(x, y, size), pal.glow)
    _clouds(view)


def _stars(view: View, n: int) -> None:
    pen, pal, st, rng = view.pen, view.palette, view.stage, view.rng
    limit = st.horizon * 0.92 if st.scene != "space" else st.height
    for i in range(n):
        x, y = rng.uniform(0, st.width), limit * rng.random() ** 1.3
        size = rng.choice((1.0, 1.0, 1.5, 2.2)) * st.height / 900
        pen.wash(ellipse(x, y, size), pal.light, rng.uniform(0.5, 0.95))
        if i % 9 == 0:
            pen.fill(smooth_star(x, y, size * 4.4, rng.uniform(0, 72)), pal.glow)


def _clouds(view: View) -> None:
    pen, pal, st, rng, weather = view.pen, view.palette, view.stage, view.rng, set(view.reading.weather)
    if st.scene == "space" or (pal.night and not weather):
        return
    heavy = bool(weather & {"rain", "storm", "cloudy", "snow"})
    n = rng.randint(4, 6) if heavy else rng.choice((0, 2, 3, 3)) if st.scene != "sky" else rng.randint(4, 6)
    ink = (
        pal.sky[2].lighter(0.06)
        if not heavy
        else pal.sky[1].toward(pal.dark, 0.16 if "storm" not in weather else 0.4)
    )
    span = st.horizon if st.scene != "sky" else st.height
    for i in range(n):
        size = st.width * rng.uniform(0.07, 0.15) * (1.5 if heavy else 1.0)
        x, y = (
            st.width * ((i + rng.uniform(0.1, 0.9)) / n),
            span * (rng.uniform(0.03, 0.2) if heavy else rng.uniform(0.1, 0.62)),
        )
        if st.scene == "sky":
            y = st.height * (0.25 + 0.7 * rng.random())
        with pen.sub(x, y, 1, 0):
            pen.canvas.scale(1, -1)
            pen.fill(cloud(rng, 0, 0, size, size * rng.uniform(0.4, 0.55)), ink.lighter(rng.uniform(-0.03, 0.02)))
    if not heavy and not pal.night and rng.random() < 0.5:
        x0, y0 = st.width * rng.uniform(0.15, 0.85), st.horizon * rng.uniform(0.2, 0.6)
        for _ in range(rng.randint(3, 6)):
            with pen.at(
                x0 + rng.uniform(-0.09, 0.09) * st.width,
                y0 + rng.uniform(-0.05, 0.05) * st.height,
                st.height * rng.uniform(0.018, 0.032),
            ):
                small_bird(pen, pal.dark, rng.uniform(0.6, 1.3))


def layers(view: View) -> list[Layer]:
    """The land of the place, from far to near; none over a picture that a person brought in."""
    if view.ground is not None:
        return []
    if view.stage.scene == "abstract":
        from kiosk.engine.backends.sketchbook.picture import abstract

        return abstract.layers(view)
    painters = {
        "sea": _sea, "beach": _beach, "underwater": _underwater, "city": _city, "room": _room, "space": _space,
        "cave": _cave, "sky": _sky_only, "forest": _forest, "river": _river,
    }  # fmt: skip
    return painters.get(view.stage.scene, _hills)(view)


def _plane(view: View, y: float, rise: float, ink: Ink, waves: float = 0.8, *, sharp: bool = False) -> None:
    shape = ridge(view, y, rise, waves, sharp=sharp)
    view.pen.fill(shape, ink, grain=view.rng.uniform(-8, 8))


def _far(view: View, *, sharp: bool) -> None:
    st, pal, rng = view.stage, view.palette, view.rng
    tall = st.height * (0.30 if sharp else 0.12)
    for i in range(3 if sharp else 2):
        ink = pal.land[0].toward(pal.sky[2], 0.42 - 0.2 * i)
        if sharp:
            ink = Ink(0.62, 0.06, 270).toward(pal.sky[1], 0.55 - 0.2 * i)
        _plane(view, st.horizon + 4, tall * (1 - 0.3 * i), ink, rng.uniform(0.8, 2.0), sharp=sharp)


def _hills(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    h = st.height
    steep = st.scene in ("mountains", "arctic")

    def middle() -> None:
        _plane(view, st.horizon + 0.02 * h, 0.05 * h, pal.land[1], rng.uniform(0.5, 1.2))
        if st.scene in ("village",):
            _row_of_houses(view, st.horizon + 0.035 * h)
        else:
            _growth(view, st.horizon + 0.03 * h, 0.06, 9, 0.05)

    def near() -> None:
        _plane(view, st.ground(0.36), 0.07 * h, pal.land[2], rng.uniform(0.4, 0.9))
        _growth(view, st.ground(0.4), 0.10, 6, 0.12)
        if st.scene in ("meadow", "garden", "village", "river") and rng.random() < 0.66:
            _framing_tree(view)

    return [(-0.2, lambda: _far(view, sharp=steep)), (0.0, middle), (0.33, near), (0.985, lambda: foreground(view))]


def _growth(view: View, y: float, tall: float, n: int, spread: float) -> None:
    """Trees of the season in loose groups."""
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    scene = st.scene
    if scene in ("desert",):
        return
    cold = scene in ("arctic", "mountains") or "winter" in view.reading.times
    centre = rng.choice((-1, 1)) * -st.hero_side
    for _ in range(n if scene == "forest" else rng.randint(1, n)):
        x = st.width * (0.5 + centre * rng.uniform(0.1, 0.5)) if rng.random() < 0.7 else rng.uniform(0, st.width)
        foot = y + rng.uniform(0, spread) * st.height * 0.4
        ink = pal.land[3].toward(pal.land[1], rng.uniform(0.1, 0.5))
        with pen.at(x, foot, st.height * tall * rng.uniform(0.8, 1.4)):
            (fir if cold or rng.random() < 0.3 else tree)(pen, coat_of(view, ink)._replace(named=True), rng)


def _framing_tree(view: View) -> None:
    """One large tree at the edge, cut by it, across from the hero: it gives the scene its depth."""
    st, rng = view.stage, view.rng
    x = st.width * (0.5 - st.hero_side * rng.uniform(0.41, 0.5))
    ink = view.palette.land[3].toward(view.palette.land[2], 0.3)
    winter = "winter" in view.reading.times or "snow" in view.reading.weather
    with view.pen.at(x, st.ground(rng.uniform(0.42, 0.52)), st.height * rng.uniform(0.5, 0.68)):
        (fir if winter else tree)(view.pen, coat_of(view, ink)._replace(named=True), rng)


def _row_of_houses(view: View, y: float) -> None:
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    x = st.width * 0.08
    while x < st.width * 0.95:
        size = st.height * rng.uniform(0.05, 0.09)
        with pen.at(x, y + rng.uniform(0, 8), size):
            w = rng.uniform(26, 44)
            pen.fill(box(-w, 0, w, 56), pal.light.toward(pal.pops[rng.randrange(len(pal.pops))], 0.25))
            pen.fill(poly((-w - 6, 54), (0, 100), (w + 6, 54)), pal.pops[0].toward(Ink(0.5, 0.12, 35), 0.6))
            for k in (-0.45, 0.35):
                pen.fill(box(k * w - 6, 20, k * w + 6, 36), pal.glow if pal.night else pal.dark.lighter(0.3))
        x += size * rng.uniform(0.75, 1.7)


def foreground(view: View) -> None:
    """The nearest strip: grasses, ferns, flowers or stones that frame the picture below."""
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    h, w = st.height, st.width
    ink = pal.land[3]
    _plane(view, h * 0.985, 0.05 * h, ink, 0.7)
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


def meadow_marks(view: View) -> None:
    """Tufts and flowers over the ground, smaller with distance."""
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    if st.scene not in ("meadow", "garden", "village", "mountains", "river"):
        return
    many = 70 if st.scene in ("meadow", "garden") else 24
    spots = sorted(rng.random() ** 0.8 for _ in range(many))
    pops = pal.pops
    for depth in spots:
        x, y = rng.uniform(0, st.width), st.ground(0.1 + 0.85 * depth)
        with pen.at(x, y, st.height * (0.010 + 0.036 * depth)):
            if rng.random() < 0.42 and "winter" not in view.reading.times and "snow" not in view.reading.weather:
                little_flower(pen, rng, pops[rng.randrange(len(pops))])
            else:
                grass(pen, rng, pal.land[3].toward(pal.land[2], 0.4), 4)


def _water(view: View, top: float, bottom: float, ink: Ink) -> None:
    pen, st, pal, rng = view.pen, view.stage, view.palette, view.rng
    pen.sweep((0, top, st.width, bottom), [(0.0, ink.toward(pal.sky[2], 0.45)), (0.25, ink), (1.0, ink.darker(0.13))])
    pen.print(box(0, top, st.width, bottom), ink.lighter(0.10), "streak", 0.5, 1.8, 0.4, 0, rng.random() * 500)
    n = 26
    for i in range(n):
        t = (i + rng.random()) / n
        y = top + (bottom - top) * t**1.5
        length = st.width * (0.02 + 0.09 * t) * rng.uniform(0.6, 1.4)
        x = rng.uniform(0, st.width)
        lift = (2 + 9 * t) * st.height / 1000
        points = [
            (x - length, y),
            (x - length / 3, y - lift),
            (x + length / 3, y + lift * 0.4),
            (x + length, y - lift * 0.3),
        ]
        pen.fill(
            limb(points, [0.8, 2.4 + 3.5 * t, 2.2 + 3 * t, 0.8]), pal.light.toward(ink, 0.35 + 0.3 * rng.random())
        )


def _sea(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    h = st.height

    def far() -> None:
        if rng.random() < 0.6:
            _plane(view, st.horizon + 3, 0.06 * h, pal.land[0].toward(pal.sky[2], 0.3), rng.uniform(0.6, 1.1))
        _water(view, st.horizon, h * 1.01, pal.water)
        x = st.width * (0.5 - st.hero_side * 0.3)
        for i in range(22):
            t = (i + rng.random()) / 22
            y = st.horizon + (h - st.horizon) * 0.62 * t**1.3
            half_wide = st.width * (0.012 + 0.05 * t) * rng.uniform(0.5, 1.3)
            off = rng.uniform(-1, 1) * st.width * 0.03 * (0.4 + t)
            glint = limb(
                [(x + off - half_wide, y), (x + off, y + 1), (x + off + half_wide, y)], [0.8, 2 + 4 * t, 0.8]
            )
            view.pen.wash(glint, pal.glow, 0.75)

    def swell(depth: float, ink: Ink) -> Callable[[], None]:
        def paint() -> None:
            y = st.ground(depth)
            n, points = 9, []
            step = st.width / (n - 2)
            shift = rng.uniform(0, step)
            for i in range(n):
                points += [
                    (-step + shift + i * step, y + 0.012 * h),
                    (-step * 0.45 + shift + i * step, y - 0.014 * h),
                ]
            path = smooth(points, closed=False, tension=0.9)
            path.lineTo(st.width * 1.2, h * 1.1)
            path.lineTo(-st.width * 0.2, h * 1.1)
            path.close()
            view.pen.fill(path, ink)
            crest = smooth(points, closed=False, tension=0.9)
            view.pen.line(crest, pal.light.toward(ink, 0.25), 2.6 * h / 1000, alpha=0.8)

        return paint

    has_shore = any(t for t in view.reading.things) and _needs_shore(view)
    found: list[Layer] = [
        (-0.2, far),
        (0.42, swell(0.44, pal.water.darker(0.05))),
        (0.72, swell(0.74, pal.water.darker(0.1))),
    ]
    if has_shore:
        found.append((0.95, lambda: _shore(view)))
    return found


def _needs_shore(view: View) -> bool:
    from .stage import motif_of

    return any(
        (m := motif_of(t)) and m.zone in ("ground", "room") and t.action not in ("fly", "swim")
        for t in view.reading.things
    )


def _shore(view: View) -> None:
    st, pal = view.stage, view.palette
    _plane(
        view,
        st.height * 0.95,
        0.07 * st.height,
        pal.land[2] if pal.night else Ink(0.86, 0.07, 85).toward(pal.land[2], 0.3),
        0.6,
    )
    pen, rng = view.pen, view.rng
    for i in range(8):
        with pen.at(st.width * (i + rng.random()) / 8, st.height * 1.0, st.height * rng.uniform(0.03, 0.06)):
            grass(pen, rng, pal.land[3])


def _beach(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    h = st.height

    def far() -> None:
        _plane(view, st.horizon + 3, 0.07 * h, pal.land[0], rng.uniform(0.5, 1.0))
        _water(view, st.horizon, st.ground(0.4), pal.water)

    def sand() -> None:
        shape = ridge(view, st.ground(0.30), 0.03 * h, rng.uniform(0.4, 0.8))
        foam = ridge(view, st.ground(0.27), 0.02 * h, 0.5)
        view.pen.wash(foam, pal.light, 0.75)
        view.pen.fill(shape, pal.land[2])
        for _ in range(14):
            x, y = rng.uniform(0, st.width), st.ground(rng.uniform(0.4, 0.95))
            view.pen.fill(ellipse(x, y, rng.uniform(3, 9), rng.uniform(2, 4)), pal.land[3].darker(0.05))

    def plants() -> None:
        side = -st.hero_side
        with view.pen.at(st.width * (0.5 + 0.42 * side), h * 1.0, h * rng.uniform(0.5, 0.66), flip=side > 0):
            palm(view.pen, coat_of(view, pal.land[0]), rng)

    named = {t.motif for t in view.reading.things}
    return [
        (-0.2, far),
        (0.1, sand),
        *([] if "palm" in named else [(0.5, plants)]),
        (0.985, lambda: foreground(view)),
    ]


def _underwater(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width
    deep = Ink(0.34, 0.085, 240).toward(pal.sky[0], 0.2)
    shallow = Ink(0.76, 0.09, 200).toward(pal.sky[2], 0.2)

    def water() -> None:
        pen.sweep((0, 0, w, h), [(0.0, shallow), (0.5, Ink(0.56, 0.10, 220)), (1.0, deep)])
        for _ in range(7):
            x, spread = rng.uniform(-0.1, 1.0) * w, rng.uniform(0.03, 0.1) * w
            lean = rng.uniform(0.05, 0.22) * w
            pen.wash(
                poly((x, -5), (x + spread, -5), (x + spread * 2 + lean, h * 0.86), (x + lean, h * 0.86)),
                pal.light,
                0.10,
                9,
            )
        pen.print(
            box(0, 0, w, h), shallow.lighter(0.05), "streak", 0.6, 2.0, 0.3, rng.uniform(-6, 6), rng.random() * 300
        )

    def reef(depth: float, ink: Ink, tall: float) -> Callable[[], None]:
        def paint() -> None:
            _plane(view, h * (0.80 + 0.16 * depth), 0.06 * h, ink, rng.uniform(0.6, 1.3))
            for _ in range(11):
                x = rng.uniform(0, 1) * w
                if abs(x / w - 0.5) < 0.16 and depth > 0.5:
                    continue
                _weed(view, x, h * (0.83 + 0.16 * depth), h * tall * rng.uniform(0.5, 1.2), ink)

        return paint

    def bubbles() -> None:
        for _ in range(5):
            x, y = rng.uniform(0.1, 0.9) * w, rng.uniform(0.3, 0.9) * h
            for k in range(rng.randint(3, 6)):
                r = rng.uniform(2, 9) * h / 1000
                bx, by = x + rng.uniform(-12, 12), y - k * 26 * h / 1000
                pen.line(ellipse(bx, by, r), pal.light, 1.6, alpha=0.8)
                pen.wash(ellipse(bx - r * 0.3, by - r * 0.3, r * 0.3), pal.light, 0.9)

    return [
        (-0.3, water),
        (0.05, reef(0.0, deep.lighter(0.16), 0.2)),
        (0.35, reef(0.45, pal.land[2].toward(deep, 0.35), 0.24)),
        (0.9, bubbles),
        (0.985, reef(1.0, deep.darker(0.03), 0.3)),
    ]


def _weed(view: View, x: float, y: float, size: float, ink: Ink) -> None:
    pen, rng, pal = view.pen, view.rng, view.palette
    tint = rng.choice((Ink(0.58, 0.12, 150), *pal.pops[:4])).toward(ink, 0.35)
    with pen.at(x, y, size):
        kind = rng.random()
        if kind < 0.5:
            for k in range(3):
                sway = rng.uniform(-18, 18)
                pen.fill(
                    limb([(k * 9 - 9, -6), (sway, 40), (-sway * 0.6, 70), (sway * 1.3, 100)], [7, 9, 7, 1]),
                    tint,
                    grain=90,
                )
        elif kind < 0.8:
            for turn in (50, 75, 95, 118, 140):
                tip = (62 * math.cos(math.radians(turn)), 70 * math.sin(math.radians(turn)))
                pen.fill(limb([(0, -4), (tip[0] * 0.3, tip[1] * 0.6), tip], [10, 8, 9]), tint)
        else:
            for k in range(5):
                pen.fill(ellipse((k - 2) * 16, 18 + 9 * (k % 2), 14, 22), tint.lighter(0.03 * k))


def _city(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width

    def row(y: float, low: float, high: float, ink: Ink, lit: float) -> Callable[[], None]:
        def paint() -> None:
            x = -0.03 * w
            while x < w:
                size, wide = h * rng.uniform(low, high), rng.uniform(0.04, 0.075) * w
                tint = ink.toward(pal.pops[rng.randrange(len(pal.pops))], 0.3).lighter(rng.uniform(-0.05, 0.05))
                with pen.at(x + wide, y, size):
                    half_wide = 100 * wide / size
                    facade(pen, coat_of(view, tint), rng, half_wide, 100, tint, lit=lit)
                    top = rng.random()
                    if top < 0.4:
                        pen.fill(
                            poly((-half_wide - 2, 99), (0, 99 + half_wide * 0.9), (half_wide + 2, 99)),
                            pal.pops[0].toward(ink, 0.35),
                        )
                    elif top < 0.6:
                        pen.line(line((0, 99), (0, 112)), pal.dark, 1)
                x += 2 * wide

        return paint

    def street() -> None:
        road = pal.land[3].darker(0.05)
        pen.fill(box(-5, st.horizon, w + 5, h + 5), road.lighter(0.12))
        pen.fill(box(-5, st.ground(0.28), w + 5, st.ground(0.98)), road)
        for i in range(9):
            x = w * (i + 0.2) / 8.5
            pen.fill(box(x, st.ground(0.6), x + w * 0.06, st.ground(0.6) + h * 0.009), pal.light.toward(road, 0.2))
        pen.fill(box(-5, st.ground(0.98), w + 5, h + 5), road.lighter(0.14))
        for i in range(4):
            x, y = w * (i + 0.5 + rng.uniform(-0.2, 0.2)) / 4, st.ground(0.22)
            with pen.at(x, y, h * rng.uniform(0.15, 0.2)):
                if i % 2:
                    tree(pen, coat_of(view, Ink(0.56, 0.11, 140).toward(pal.land[1], 0.3))._replace(named=True), rng)
                else:
                    pen.line(line((0, 0), (0, 88)), pal.dark, 3)
                    pen.glow(0, 92, 50, pal.glow, 0.6 if pal.night else 0.15)
                    pen.fill(ellipse(0, 92, 8), pal.glow)

    lit = 0.6 if pal.night else 0.3
    return [
        (-0.3, row(st.horizon + 2, 0.30, 0.5, pal.land[0].toward(pal.sky[2], 0.35), lit)),
        (-0.1, row(st.horizon + 3, 0.16, 0.36, pal.land[1], lit)),
        (0.0, street),
    ]


def _room(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width
    wall = rng.choice(pal.pops).toward(pal.light, 0.55)

    def walls() -> None:
        pen.fill(box(-5, -5, w + 5, st.horizon + 5), wall, grain=90)
        pattern, step = rng.choice(("dots", "stripes", "flowers")), w / 11
        for i in range(13):
            for j in range(int(st.horizon / step) + 1):
                x, y = (i + 0.5 * (j % 2)) * step, (j + 0.4) * step
                if pattern == "stripes":
                    if j == 0:
                        pen.wash(box(i * step, 0, i * step + step * 0.3, st.horizon), pal.light, 0.4)
                elif pattern == "dots":
                    pen.wash(ellipse(x, y, step * 0.08), pal.light, 0.7)
                else:
                    for k in range(5):
                        pen.wash(petal(x, y, step * 0.13, step * 0.1, 72 * k), pal.light, 0.55)
        floor = pal.land[2]
        pen.fill(box(-5, st.horizon, w + 5, h + 5), floor)
        for i in range(13):
            x = w * (i / 12)
            pen.line(
                line((w / 2 + (x - w / 2) * 0.8, st.horizon), (w / 2 + (x - w / 2) * 1.5, h)), floor.darker(0.09), 2
            )
        pen.fill(box(-5, st.horizon - h * 0.022, w + 5, st.horizon + 2), pal.light)
        _room_window(view)
        _room_wall(view)

    def carpet() -> None:
        y = st.ground(0.62)
        for k, ink in ((1.0, pal.pops[0]), (0.86, pal.light), (0.78, pal.pops[1]), (0.5, pal.pops[0].lighter(0.08))):
            pen.fill(ellipse(w / 2, y, w * 0.40 * k, h * 0.105 * k), ink)

    return [(-0.2, walls), (0.0, carpet)]


def _room_wall(view: View) -> None:
    """A small painting and a hanging lamp."""
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width
    x, y, a = w * (0.5 + 0.33 * st.hero_side), h * rng.uniform(0.2, 0.28), w * 0.075
    frame = box(x - a, y - a * 0.8, x + a, y + a * 0.8)
    pen.fill(frame, pal.pops[2 % len(pal.pops)].toward(pal.light, 0.5))
    with pen.within(frame):
        pen.fill(ellipse(x - a * 0.3, y + a * 1.1, a * 1.2, a * 0.9), pal.pops[1 % len(pal.pops)])
        pen.fill(ellipse(x + a * 0.4, y - a * 0.2, a * 0.22), pal.glow)
    pen.line(frame, Ink(0.52, 0.08, 58), h * 0.012, round_ends=False)
    lx = w * (0.5 + 0.04 * st.hero_side)
    pen.line(line((lx, -5), (lx, h * 0.09)), pal.dark, h * 0.004)
    pen.glow(lx, h * 0.15, h * 0.22, pal.glow, 0.5)
    pen.fill(
        smooth(
            [
                (lx - w * 0.055, h * 0.14),
                (lx - w * 0.02, h * 0.085),
                (lx + w * 0.02, h * 0.085),
                (lx + w * 0.055, h * 0.14),
            ],
            tension=0.5,
        ),
        pal.pops[0],
    )


def _room_window(view: View) -> None:
    st, pal = view.stage, view.palette
    pen, h, w = view.pen, st.height, st.width
    x, y, a, b = w * (0.5 - 0.30 * st.hero_side), h * 0.13, w * 0.115, h * 0.30
    frame = box(x - a, y, x + a, y + b)
    pen.fill(frame, pal.sky[1])
    with pen.within(frame):
        pen.fill(ellipse(x + a * 0.3, y + b * 0.3, a * 0.24), pal.glow)
        pen.fill(
            ellipse(x - a * 0.2, y + b * 1.05, a * 1.3, b * 0.3),
            Ink(0.62, 0.11, 138) if not pal.night else Ink(0.3, 0.06, 250),
        )
    for path in (frame, line((x, y), (x, y + b)), line((x - a, y + b * 0.45), (x + a, y + b * 0.45))):
        pen.line(path, pal.light, h * 0.011)
    for side in (-1, 1):
        c = smooth(
            [
                (x + side * a * 1.3, y - h * 0.03),
                (x + side * a * 0.25, y - h * 0.03),
                (x + side * a * 0.62, y + b * 0.6),
                (x + side * a * 1.3, y + b * 1.1),
            ],
            tension=0.6,
        )
        pen.fill(c, pal.pops[1], grain=80)
    pen.fill(box(x - a * 1.5, y - h * 0.042, x + a * 1.5, y - h * 0.03), pal.dark)


def _space(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width

    def far() -> None:
        for _ in range(3):
            pen.glow(
                rng.uniform(0, w), rng.uniform(0, h * 0.7), w * rng.uniform(0.25, 0.5), rng.choice(pal.pops), 0.24
            )
        from .motifs.sky import planet

        for _ in range(2):
            x, y = w * (0.5 - st.hero_side * rng.uniform(0.22, 0.42)), h * rng.uniform(0.16, 0.5)
            with pen.at(x, y, h * rng.uniform(0.08, 0.2)):
                pops = list(pal.pops)
                rng.shuffle(pops)
                planet(pen, Coat(pops[0], pops[1], pops[2], pal.dark, pal.light), rng)

    def soil() -> None:
        shape = ellipse(w / 2, h * 1.72, w * 1.05, h * 0.9)
        pen.fill(shape, pal.land[2])
        with pen.within(shape):
            for _ in range(13):
                x, y, r = rng.uniform(0, w), h * rng.uniform(0.86, 1.0), rng.uniform(0.012, 0.05) * w
                pen.fill(ellipse(x, y, r, r * 0.34), pal.land[2].darker(0.09))
                pen.wash(ellipse(x, y + r * 0.08, r * 0.85, r * 0.25), pal.land[2].lighter(0.06), 0.8)

    return [(-0.3, far), (0.0, soil)]


def _cave(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width

    def wall() -> None:
        pen.fill(box(-5, -5, w + 5, h + 5), pal.land[1])
        pen.glow(w / 2, h * 0.6, w * 0.62, pal.glow, 0.5)
        for i in range(3):
            ring = blob(rng, w / 2, h * 0.56, w * (0.60 - 0.07 * i), h * (0.55 - 0.07 * i), 0.07, 13)
            pen.line(ring, pal.land[1].lighter(0.04 + 0.05 * i), w * 0.05, alpha=0.7)
        for i in range(9):
            x, tall = w * (i + rng.random()) / 9, h * rng.uniform(0.06, 0.24)
            pen.fill(
                smooth([(x - w * 0.05, -8), (x, tall), (x + w * 0.05, -8)], tension=0.5), pal.land[3].lighter(0.03)
            )
        for _ in range(9):
            x, y = rng.uniform(0, w), rng.uniform(0.2, 0.7) * h
            for turn in (70, 95, 120):
                pen.fill(petal(x, y, h * 0.05, h * 0.014, -turn), rng.choice(pal.pops).lighter(0.06))

    return [
        (-0.3, wall),
        (0.0, lambda: _plane(view, st.horizon + 0.03 * h, 0.04 * h, pal.land[2], 0.6)),
        (0.985, lambda: _plane(view, h * 0.98, 0.04 * h, pal.land[3], 0.8)),
    ]


def _sky_only(view: View) -> list[Layer]:
    st, pal = view.stage, view.palette
    return [
        (-0.2, lambda: _far(view, sharp=False)),
        (0.9, lambda: _plane(view, st.height * 0.985, 0.05 * st.height, pal.land[2], 0.9)),
    ]


def _forest(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width

    def trunks(y: float, n: int, wide: float, ink: Ink) -> Callable[[], None]:
        def paint() -> None:
            for i in range(n):
                x = w * (i + rng.uniform(0.1, 0.9)) / n
                if wide > 0.025 and abs(x / w - 0.5) < 0.22:
                    continue
                t = w * wide * rng.uniform(0.6, 1.3)
                pen.fill(
                    limb(
                        [(x, y), (x + rng.uniform(-12, 12), y * 0.45), (x + rng.uniform(-20, 20), -20)],
                        [t * 1.35, t, t * 0.9],
                    ),
                    ink,
                    grain=90,
                )
                for _ in range(3):
                    by = y * rng.uniform(0.1, 0.6)
                    side = rng.choice((-1, 1))
                    pen.fill(limb([(x, by), (x + side * t * 2.4, by - t * 2.0)], [t * 0.5, t * 0.12]), ink)

        return paint

    def leaves() -> None:
        for i in range(16):
            x, y = w * (i + rng.random()) / 16, h * rng.uniform(-0.05, 0.10)
            pen.fill(
                blob(rng, x, y, w * rng.uniform(0.07, 0.13), h * rng.uniform(0.05, 0.1), 0.14, 11),
                pal.land[3].toward(pal.land[2], rng.uniform(0, 0.5)),
                grain=rng.uniform(0, 90),
            )
        for _ in range(50):
            x, y = rng.uniform(0, w), h * rng.uniform(0.0, 0.2)
            pen.fill(
                petal(x, y, h * 0.02, h * 0.009, rng.uniform(0, 180)), pal.land[2].lighter(rng.uniform(-0.05, 0.1))
            )

    def ground() -> None:
        _plane(view, st.horizon + 0.03 * h, 0.05 * h, pal.land[1], 0.7)
        _growth(view, st.horizon + 0.05 * h, 0.13, 8, 0.1)

    bark = Ink(0.46, 0.05, 45)
    return [
        (-0.3, trunks(st.horizon + 10, 13, 0.014, pal.land[0].toward(pal.sky[2], 0.2))),
        (-0.2, trunks(st.horizon + 0.03 * h, 9, 0.022, bark.toward(pal.land[0], 0.55))),
        (0.0, ground),
        (0.3, trunks(st.ground(0.3), 7, 0.038, bark.toward(pal.land[1], 0.25))),
        (0.31, lambda: _plane(view, st.ground(0.36), 0.05 * h, pal.land[2], 0.6)),
        (0.96, leaves),
        (0.985, lambda: foreground(view)),
    ]


def _river(view: View) -> list[Layer]:
    st, pal, rng = view.stage, view.palette, view.rng
    h, w = st.height, st.width

    def water() -> None:
        bend = rng.uniform(-0.2, 0.2) * w
        x = w * (0.5 - 0.12 * st.hero_side)
        top, bottom = st.horizon + 0.02 * h, h * 1.02
        left = [
            (x - 6, top),
            (x + bend * 0.4 - 0.03 * w, top + (bottom - top) * 0.25),
            (x - bend * 0.5 - 0.14 * w, top + (bottom - top) * 0.6),
            (x - 0.36 * w, bottom),
        ]
        right = [
            (x + 0.42 * w, bottom),
            (x - bend * 0.5 + 0.16 * w, top + (bottom - top) * 0.6),
            (x + bend * 0.4 + 0.04 * w, top + (bottom - top) * 0.25),
            (x + 6, top),
        ]
        shape = smooth(left + right, tension=0.8)
        view.pen.fill(shape, pal.water.lighter(0.06))
        with view.pen.within(shape):
            for _ in range(16):
                y = rng.uniform(top, bottom)
                cx, length = rng.uniform(0.2, 0.8) * w, w * 0.05
                view.pen.line(curve((cx - length, y), (cx, y - 4), (cx + length, y)), pal.light, 2.4, alpha=0.7)

    base = _hills(view)
    return [base[0], base[1], (0.02, water), base[3]]


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
