"""Dream: an empty plain, long shadows, impossible sizes, figures open to another sky."""

import skia

from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.forms import box, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper
from kiosk.engine.backends.sketchbook.picture.motifs import MOTIFS
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.scene import figure
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work
from kiosk.engine.backends.sketchbook.words import Thing, seeded


def long_shadow(pen: Pen, work: Work, one: Placed, reach: float) -> None:
    """The figure's silhouette laid along the ground, `reach` times its height to the side."""
    canvas = pen.canvas
    paint_ = skia.Paint(ColorFilter=skia.ColorFilters.Blend(Ink(0.2, 0.06, 290).argb(0.42), skia.BlendMode.kSrcIn))
    canvas.save()
    canvas.translate(one.x, one.y)
    canvas.concat(skia.Matrix.MakeAll(1, -reach, 0, 0, -0.24, 0, 0, 0, 1))
    canvas.translate(-one.x, -one.y)
    canvas.saveLayer(None, paint_)
    flat, pen.flat = pen.flat, True
    rng = seeded(work.order.seed, one.thing.motif, round(one.x), round(one.y))
    with pen.at(one.x, one.y, one.size, 0, one.flip):
        one.motif.draw(
            pen, coat_for(rng, one.thing.colour, work.palette.pops, work.palette.dark, work.palette.light), rng
        )
    pen.flat = flat
    canvas.restore()
    canvas.restore()


def filled_with_sky(pen: Pen, work: Work, one: Placed) -> None:
    """A figure as a window: its silhouette shows another sky with clouds."""
    canvas, rng = pen.canvas, work.rng("window", one.thing.motif)
    reach = one.size * max(1.0, one.motif.wide)
    bounds = skia.Rect.MakeLTRB(one.x - reach, one.y - one.size * 1.3, one.x + reach, one.y + one.size * 0.2)
    canvas.saveLayer(bounds, skia.Paint())
    flat, pen.flat = pen.flat, True
    seed = seeded(work.order.seed, one.thing.motif)
    with pen.at(one.x, one.y, one.size, 0, one.flip):
        one.motif.draw(pen, coat_for(seed, None, work.palette.pops, work.palette.dark, work.palette.light), seed)
    pen.flat = flat
    canvas.saveLayer(bounds, skia.Paint(BlendMode=skia.BlendMode.kSrcIn))
    pen.sweep(
        (bounds.left(), bounds.top(), bounds.right(), bounds.bottom()),
        [(0, Ink(0.62, 0.12, 245)), (1, Ink(0.92, 0.05, 215))],
    )
    cloud = MOTIFS["cloud"]
    for _ in range(16):
        with pen.at(
            rng.uniform(bounds.left(), bounds.right()),
            rng.uniform(bounds.top(), bounds.bottom()),
            one.size * rng.uniform(0.09, 0.26),
        ):
            cloud.draw(pen, coat_for(rng, None, work.palette.pops, work.palette.dark, work.palette.light), rng)
    canvas.restore()
    canvas.restore()


@manner("dream")
def dream(work: Work) -> Pixels:
    """An empty plain, a low light, long shadows; things too large, too small, afloat, or open to another sky."""
    work.plan(7)
    w, h, rng, pen = work.width, work.height, work.rng("dream"), work.pen()
    side = work.stage.hero_side
    skies = (
        (Ink(0.44, 0.10, 215), Ink(0.78, 0.09, 190), Ink(0.93, 0.09, 85)),
        (Ink(0.36, 0.09, 265), Ink(0.66, 0.12, 340), Ink(0.91, 0.10, 70)),
        (Ink(0.52, 0.11, 150), Ink(0.80, 0.09, 120), Ink(0.95, 0.07, 92)),
    )
    sky = work.palette.sky if work.palette.night else rng.choice(skies)
    horizon = h * rng.uniform(0.60, 0.68)
    pen.sweep((0, 0, w, h), [(0, sky[0]), (horizon / h * 0.7, sky[1]), (horizon / h, sky[2])])
    pen.print(box(0, 0, w, horizon), sky[0].lighter(0.12), "streak", 0.7, 2.0, 0.25, 3, rng.random() * 300)
    sand = Ink(0.78, 0.09, 68).toward(sky[2], 0.25)
    pen.sweep((0, horizon, w, h), [(0, sand.lighter(0.06)), (1, sand.darker(0.24).turned(-18))])
    pen.print(box(0, horizon, w, h), sand.darker(0.1), "streak", 0.6, 2.0, 0.3, 0, rng.random() * 300)
    for k in range(3):
        x = w * (0.5 - side * (0.3 + 0.1 * k))
        pen.fill(
            smooth(
                [
                    (x - 0.12 * w, horizon + 2),
                    (x - 0.03 * w, horizon - 0.03 * h),
                    (x + 0.05 * w, horizon - 0.014 * h),
                    (x + 0.13 * w, horizon + 2),
                ],
                tension=0.7,
            ),
            sky[1].toward(Ink(0.5, 0.06, 280), 0.5),
        )
    if lay(work, pen, (w * (0.3 - 0.2 * side), h * 0.08, w * (0.7 - 0.2 * side), h * 0.46)):
        frame = box(w * (0.3 - 0.2 * side), h * 0.08, w * (0.7 - 0.2 * side), h * 0.46)
        pen.line(frame, Ink(0.6, 0.1, 75), 12 * work.scale, round_ends=False)
    work.step()
    _dream_things(work, pen, work.figures(), horizon)
    return on_paper(work, 0.035)


def _dream_things(work: Work, pen: Pen, placed: list[Placed], horizon: float) -> None:
    w, h, rng, side = work.width, work.height, work.rng("things"), work.stage.hero_side
    if not placed:
        extra = [
            Placed(Thing(n), MOTIFS[n], 0, 0, 0, 0, False, 0, False)
            for n in rng.sample(("eye", "egg", "door", "clock", "ladder", "hand", "key", "leaf", "umbrella"), 3)
        ]
        placed = extra
    hero, others = placed[0], placed[1:]
    x, y = w * (0.5 + 0.15 * side), h * 0.87
    size = min(h * 0.66, w * 0.80 / hero.motif.wide)
    door = Placed(
        Thing("door"), MOTIFS["door"], w * (0.5 - side * 0.33), horizon + h * 0.035, h * 0.19, 0, False, 0, False
    )
    eye = Placed(Thing("eye"), MOTIFS["eye"], w * (0.5 - side * 0.24), h * 0.24, h * 0.12, 0, False, 0, False)
    extra_one = door if others or rng.random() < 0.55 or hero.motif.name == "eye" else eye
    if hero.motif.name != "door":
        if extra_one is door:
            long_shadow(pen, work, door, 2.1 * side)
        figure(pen, work.palette, extra_one, work.order.seed, shadow=False)
    work.step()
    tiny = hero._replace(x=w * (0.5 - side * 0.10), y=horizon + h * 0.07, size=size * 0.13, turn=0.0, flip=side > 0)
    long_shadow(pen, work, tiny, 2.2 * side)
    figure(pen, work.palette, tiny, work.order.seed, shadow=False)
    for i, one in enumerate(others[:4]):
        s = min(h * (0.30, 0.10, 0.22, 0.14)[i], w * 0.36 / one.motif.wide)
        px, py = w * (0.5 - side * (0.27 + 0.06 * i)), h * (0.44, 0.93, 0.22, 0.80)[i]
        spot = one._replace(x=px, y=py, size=s, turn=0.0 if i % 2 else rng.uniform(-24, 24), flip=side < 0)
        if i % 2:
            long_shadow(pen, work, spot, 1.7 * side)
        figure(pen, work.palette, spot, work.order.seed, shadow=False)
    work.step()
    main = hero._replace(x=x, y=y, size=size, turn=0.0, flip=side > 0)
    long_shadow(pen, work, main, 1.25 * side)
    if rng.random() < 0.42:
        filled_with_sky(pen, work, main)
    else:
        figure(pen, work.palette, main, work.order.seed, shadow=False)
    work.step()
