"""Places that are built or far away: city, room, cave, space."""

from collections.abc import Callable

from kiosk.engine.backends.sketchbook.picture.coat import Coat
from kiosk.engine.backends.sketchbook.picture.forms import blob, box, ellipse, line, petal, poly, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs.buildings import facade
from kiosk.engine.backends.sketchbook.picture.motifs.plants import tree
from kiosk.engine.backends.sketchbook.picture.motifs.sky import planet
from kiosk.engine.backends.sketchbook.picture.view import Layer, View, coat_of, plane


def city(view: View) -> list[Layer]:
    """Two rows of houses behind a street with lamps and trees."""
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


def room(view: View) -> list[Layer]:
    """Walls with a pattern, a window, a floor with a carpet."""
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


def space(view: View) -> list[Layer]:
    """Nebulae and planets over the rim of a small world."""
    st, pal, rng = view.stage, view.palette, view.rng
    pen, h, w = view.pen, st.height, st.width

    def far() -> None:
        for _ in range(3):
            pen.glow(
                rng.uniform(0, w), rng.uniform(0, h * 0.7), w * rng.uniform(0.25, 0.5), rng.choice(pal.pops), 0.24
            )
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


def cave(view: View) -> list[Layer]:
    """Rock all around, light in the middle, crystals."""
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
        (0.0, lambda: plane(view, st.horizon + 0.03 * h, 0.04 * h, pal.land[2], 0.6)),
        (0.985, lambda: plane(view, h * 0.98, 0.04 * h, pal.land[3], 0.8)),
    ]
