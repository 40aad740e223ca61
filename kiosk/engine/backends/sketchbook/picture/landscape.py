"""Sky and ground of a scene, layer by layer, so that a manner can put figures between them."""

from kiosk.engine.backends.sketchbook.picture import abstract
from kiosk.engine.backends.sketchbook.picture.built import cave, city, room, space
from kiosk.engine.backends.sketchbook.picture.forms import box, cloud, ellipse
from kiosk.engine.backends.sketchbook.picture.land import forest, hills, open_sky
from kiosk.engine.backends.sketchbook.picture.motifs.plants import grass, little_flower
from kiosk.engine.backends.sketchbook.picture.motifs.sky import small_bird, smooth_star
from kiosk.engine.backends.sketchbook.picture.view import Layer, View
from kiosk.engine.backends.sketchbook.picture.waters import beach, river, sea, underwater


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
        return abstract.layers(view)
    painters = {
        "sea": sea, "beach": beach, "underwater": underwater, "city": city, "room": room, "space": space,
        "cave": cave, "sky": open_sky, "forest": forest, "river": river,
    }  # fmt: skip
    return painters.get(view.stage.scene, hills)(view)


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
