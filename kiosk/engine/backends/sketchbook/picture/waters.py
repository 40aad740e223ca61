"""Water: sea, shore, beach, river, and the world below the surface."""

import math
from collections.abc import Callable

from kiosk.engine.backends.sketchbook.picture.forms import box, curve, ellipse, limb, poly, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.land import hills
from kiosk.engine.backends.sketchbook.picture.motifs.plants import grass, palm
from kiosk.engine.backends.sketchbook.picture.stage import motif_of
from kiosk.engine.backends.sketchbook.picture.view import Layer, View, coat_of, foreground, plane, ridge


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


def sea(view: View) -> list[Layer]:
    """Open water with two rows of waves, and a shore if somebody must stand."""
    st, pal, rng = view.stage, view.palette, view.rng
    h = st.height

    def far() -> None:
        if rng.random() < 0.6:
            plane(view, st.horizon + 3, 0.06 * h, pal.land[0].toward(pal.sky[2], 0.3), rng.uniform(0.6, 1.1))
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
    return any(
        (m := motif_of(t)) and m.zone in ("ground", "room") and t.action not in ("fly", "swim")
        for t in view.reading.things
    )


def _shore(view: View) -> None:
    st, pal = view.stage, view.palette
    plane(
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


def beach(view: View) -> list[Layer]:
    """Sea, foam, sand, a palm."""
    st, pal, rng = view.stage, view.palette, view.rng
    h = st.height

    def far() -> None:
        plane(view, st.horizon + 3, 0.07 * h, pal.land[0], rng.uniform(0.5, 1.0))
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


def underwater(view: View) -> list[Layer]:
    """Light from above, reefs, weeds, bubbles."""
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
            plane(view, h * (0.80 + 0.16 * depth), 0.06 * h, ink, rng.uniform(0.6, 1.3))
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


def river(view: View) -> list[Layer]:
    """A winding stream through hills."""
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

    base = hills(view)
    return [base[0], base[1], (0.02, water), base[3]]
