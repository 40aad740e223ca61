"""Open land: hills, mountains, woods, and what grows there."""

from collections.abc import Callable

from kiosk.engine.backends.sketchbook.picture.forms import blob, box, limb, petal, poly
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.motifs.plants import fir, tree
from kiosk.engine.backends.sketchbook.picture.view import Layer, View, coat_of, far_hills, foreground, plane


def hills(view: View) -> list[Layer]:
    """Meadows and hills, with trees, houses or snow as the place wants."""
    st, pal, rng = view.stage, view.palette, view.rng
    h = st.height
    steep = st.scene in ("mountains", "arctic")

    def middle() -> None:
        plane(view, st.horizon + 0.02 * h, 0.05 * h, pal.land[1], rng.uniform(0.5, 1.2))
        if st.scene in ("village",):
            _row_of_houses(view, st.horizon + 0.035 * h)
        else:
            growth(view, st.horizon + 0.03 * h, 0.06, 9, 0.05)
        if st.scene in ("meadow", "garden", "village", "river") and rng.random() < 0.66:
            _framing_tree(view)

    def near() -> None:
        plane(view, st.ground(0.36), 0.07 * h, pal.land[2], rng.uniform(0.4, 0.9))
        growth(view, st.ground(0.4), 0.10, 6, 0.12)

    return [
        (-0.2, lambda: far_hills(view, sharp=steep)),
        (0.0, middle),
        (0.33, near),
        (0.985, lambda: foreground(view)),
    ]


def growth(view: View, y: float, tall: float, n: int, spread: float) -> None:
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
    with view.pen.at(x, st.ground(rng.uniform(0.16, 0.3)), st.height * rng.uniform(0.46, 0.64)):
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


def open_sky(view: View) -> list[Layer]:
    """Air almost to the foot of the picture."""
    st, pal = view.stage, view.palette
    return [
        (-0.2, lambda: far_hills(view, sharp=False)),
        (0.9, lambda: plane(view, st.height * 0.985, 0.05 * st.height, pal.land[2], 0.9)),
    ]


def forest(view: View) -> list[Layer]:
    """Trunks behind trunks under a roof of leaves."""
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
        plane(view, st.horizon + 0.03 * h, 0.05 * h, pal.land[1], 0.7)
        growth(view, st.horizon + 0.05 * h, 0.13, 8, 0.1)

    bark = Ink(0.46, 0.05, 45)
    return [
        (-0.3, trunks(st.horizon + 10, 13, 0.014, pal.land[0].toward(pal.sky[2], 0.2))),
        (-0.2, trunks(st.horizon + 0.03 * h, 9, 0.022, bark.toward(pal.land[0], 0.55))),
        (0.0, ground),
        (0.3, trunks(st.ground(0.3), 7, 0.038, bark.toward(pal.land[1], 0.25))),
        (0.31, lambda: plane(view, st.ground(0.36), 0.05 * h, pal.land[2], 0.6)),
        (0.96, leaves),
        (0.985, lambda: foreground(view)),
    ]
