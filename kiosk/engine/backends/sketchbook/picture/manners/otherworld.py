"""Dream, central perspective, a world the wrong way round, other eyes, cloth: manners that change how one sees."""

import math

import numpy as np
import skia

from kiosk.engine.backends.sketchbook.picture import texture
from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.forms import box, cut, ellipse, poly, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.landscape import View
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.photo import blurred, luminance, radius
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper, painted_edge
from kiosk.engine.backends.sketchbook.picture.motifs import MOTIFS
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.scene import figure, paint, step_count, view_of
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work, eight_bit
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
    extra_one = door if rng.random() < 0.55 or hero.motif.name == "eye" else eye
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


@manner("perspective")
def perspective(work: Work) -> Pixels:
    """A hall that leads to one point; earth pigments, soft distance, old varnish."""
    work.plan(8)

    def pigment(ink: Ink) -> Ink:
        warm = ink.toward(Ink(ink.l * 0.92, 0.07, 66), 0.36)
        return Ink(min(0.90, 0.08 + warm.l * 0.86), min(0.13, warm.c * 0.95), warm.h)

    pen = work.pen(pigment)
    w, h, rng = work.width, work.height, work.rng("hall")
    vx, vy = w * (0.5 + rng.uniform(-0.05, 0.05)), h * rng.uniform(0.44, 0.50)
    pen.sweep((0, 0, w, h), [(0, Ink(0.60, 0.08, 240)), (vy / h, Ink(0.90, 0.06, 85)), (1, Ink(0.6, 0.05, 80))])
    for i, (rise, ink) in enumerate(
        ((0.13, Ink(0.70, 0.05, 225)), (0.08, Ink(0.62, 0.06, 190)), (0.04, Ink(0.54, 0.07, 130)))
    ):
        points = [(w * (0.2 + 0.075 * k), vy + h * 0.014 * i - h * rise * rng.uniform(0.1, 1)) for k in range(9)]
        hill = smooth(points, closed=False)
        hill.lineTo(w, h)
        hill.lineTo(0, h)
        pen.wash(hill, ink, 0.92, 3 * work.scale)
    lay(work, pen, (vx - w * 0.3, vy - h * 0.3, vx + w * 0.3, vy + h * 0.16), colours=12)
    work.step()
    _floor(work, pen, vx, vy)
    work.step()
    for depth in (5, 4, 3, 2, 1):
        _arcade(work, pen, vx, vy, depth)
    work.step()
    placed = work.figures()
    if placed:
        _in_hall(work, pen, placed, vx, vy)
    else:
        from kiosk.engine.backends.sketchbook.picture.abstract import forms_of_words

        forms_of_words(work, pen, vx, h * 0.56, 0.17, 2)
    work.step()
    return _varnished(work)


def _floor(work: Work, pen: Pen, vx: float, vy: float) -> None:
    w, h = work.width, work.height
    near = h * 1.02
    rows = [near - (near - vy) * (1 - 1 / (1 + 0.36 * k)) for k in range(11)]
    for j in range(10):
        a, b = rows[j], rows[j + 1]
        for i in range(-7, 7):

            def at(k: float, y: float) -> tuple[float, float]:
                return vx + (k * w * 0.17) * (y - vy) / (near - vy), y

            tile = poly(at(i, a), at(i + 1, a), at(i + 1, b), at(i, b))
            pen.flat = b - a > -14
            pen.fill(tile, Ink(0.80, 0.05, 75) if (i + j) % 2 else Ink(0.46, 0.08, 40))
    pen.flat = False


def _arcade(work: Work, pen: Pen, vx: float, vy: float, depth: int) -> None:
    """One pair of arches left and right, `depth` bays away."""
    w, h = work.width, work.height
    k0, k1 = 1 / (1 + 0.62 * (depth - 1)), 1 / (1 + 0.62 * depth)
    stone = Ink(0.80, 0.05, 72).toward(Ink(0.82, 0.04, 215), 0.10 * depth)
    for side in (-1, 1):
        x0, x1 = vx + side * w * 0.54 * k0, vx + side * w * 0.54 * k1
        top0, top1 = vy - h * 0.56 * k0, vy - h * 0.56 * k1
        foot0, foot1 = vy + h * 0.50 * k0, vy + h * 0.50 * k1
        wall = poly((x0, top0), (x1, top1), (x1, foot1), (x0, foot0))
        points = [(x0 + (x1 - x0) * 0.16, foot0 + (foot1 - foot0) * 0.16)]
        for i in range(9):
            t = 0.16 + 0.68 * i / 8
            lift = math.sin(math.pi * i / 8) ** 0.7
            spring = 0.44 - 0.25 * lift
            points.append(
                (
                    x0 + (x1 - x0) * t,
                    (top0 + (top1 - top0) * t) * (1 - spring) + (foot0 + (foot1 - foot0) * t) * spring,
                )
            )
        points.append((x0 + (x1 - x0) * 0.84, foot0 + (foot1 - foot0) * 0.84))
        opening = poly(*points)
        pen.fill(cut(wall, opening), stone.darker(0.09 if side < 0 else 0.0), grain=90)
        pen.line(poly(*points), stone.darker(0.22), 3.0 * k0 * work.scale)
        band = poly(
            (x0, top0 + h * 0.10 * k0),
            (x1, top1 + h * 0.10 * k1),
            (x1, top1 + h * 0.125 * k1),
            (x0, top0 + h * 0.125 * k0),
        )
        pen.fill(band, stone.darker(0.16))
    y0, y1 = vy - h * 0.56 * k0, vy - h * 0.56 * k1
    beam = poly(
        (vx - w * 0.54 * k0, y0),
        (vx + w * 0.54 * k0, y0),
        (vx + w * 0.54 * k0, y0 + h * 0.035 * k0),
        (vx - w * 0.54 * k0, y0 + h * 0.035 * k0),
    )
    pen.fill(beam, Ink(0.42, 0.06, 55), grain=0)
    del y1


def _in_hall(work: Work, pen: Pen, placed: list[Placed], vx: float, vy: float) -> None:
    w, h = work.width, work.height
    hero = placed[0]
    for i, one in enumerate(placed[1:5]):
        depth = (0.50, 0.62, 0.40, 0.74)[i]
        side = (-1, 1, 1, -1)[i]
        size = min(h * 0.42 * depth, w * 0.28 * depth / one.motif.wide)
        y = vy + (h * 1.0 - vy) * (0.20 + 0.62 * depth)
        if one.motif.zone == "sky":
            y = vy - h * (0.06 + 0.05 * i)
        figure(
            pen,
            work.palette,
            one._replace(x=vx + side * w * (0.13 + 0.26 * depth), y=y, size=size, flip=side > 0, turn=0.0),
            work.order.seed,
        )
    size = min(h * 0.46, w * 0.46 / hero.motif.wide)
    pen.glow(vx, h * 0.58, size * 0.9, Ink(0.93, 0.07, 85), 0.55)
    y = h * 0.86 if hero.motif.zone not in ("sky", "water") else h * 0.66
    figure(pen, work.palette, hero._replace(x=vx, y=y, size=size, turn=0.0), work.order.seed)


def _varnished(work: Work) -> Pixels:
    """Soft edges, yellowed varnish, fine cracks, dark corners."""
    soft = blurred(work.pixels, 7 * work.scale)[:, :, :3].astype(np.float32)
    r = radius(work)
    share = np.clip(0.22 + 0.45 * (r - 0.5), 0.12, 0.6)[:, :, None]
    rgb = work.rgb().astype(np.float32) * (1 - share) + soft * share
    cracks = texture.tiled("paper", work.height, work.width, work.order.seed)
    weave = texture.tiled("weave", work.height, work.width, work.order.seed)
    fine = np.exp(
        -((texture.tiled("blot", work.height, work.width, work.order.seed + 31) * 9 % 3 - 1.5) ** 2) / 0.006
    )
    rgb *= (1 + 0.03 * cracks + 0.018 * weave - 0.10 * fine)[:, :, None]
    rgb *= np.array([1.02, 0.965, 0.84], np.float32) * (1 - 0.36 * np.clip(r - 0.55, 0, 1) ** 1.5)[:, :, None]
    return eight_bit(rgb + np.array([9, 6, 1], np.float32))


@manner("tilted")
def tilted(work: Work) -> Pixels:
    """The ground is above, the sky below, and the figures do not agree which way is down."""
    pen = work.pen()
    view = view_of(work, pen)
    placed = work.figures()
    work.plan(step_count(view) + 3)
    w, h, rng = work.width, work.height, work.rng("tilt")
    work.canvas.save()
    work.canvas.translate(w / 2, h / 2)
    work.canvas.rotate(180 + rng.choice((-1, 1)) * rng.uniform(7, 15))
    work.canvas.scale(1.3, 1.3)
    work.canvas.translate(-w / 2, -h / 2)
    hanging = [q for i, q in enumerate(placed) if i % 2 == 1]
    paint(view, hanging, work.order.seed, work.step)
    work.canvas.restore()
    upright = [q for i, q in enumerate(placed) if i % 2 == 0] or hanging
    for i, one in enumerate(upright[:5]):
        size = min(one.size * (1.0 if i == 0 else 0.7), h * 0.52)
        x, y = w * (0.5 + work.stage.hero_side * (0.10 - 0.26 * i)), h * (0.93 - 0.10 * i)
        lean = rng.uniform(-16, 16)
        _floating_ground(view, x, y, size * one.motif.wide * 0.62)
        figure(
            pen,
            work.palette,
            one._replace(x=x, y=y, size=size, turn=lean if one.motif.zone != "ground" else 0.0, flip=x > w / 2),
            work.order.seed,
        )
    work.step()
    _wrong_rain(work, pen)
    painted_edge(work)
    return on_paper(work, 0.05)


def _floating_ground(view: View, x: float, y: float, half_wide: float) -> None:
    """A piece of earth that broke away."""
    pen, pal, rng = view.pen, view.palette, view.rng
    low = [(x - half_wide * 1.15, y)]
    for i in range(6):
        t = i / 5
        low.append(
            (
                x + half_wide * (2.1 * t - 1.05),
                y + half_wide * (0.16 + 0.34 * math.sin(math.pi * t)) * rng.uniform(0.7, 1.2),
            )
        )
    pen.fill(
        smooth([*low, (x + half_wide * 1.15, y)], tension=0.5), Ink(0.45, 0.06, 50).toward(pal.land[3], 0.2), grain=90
    )
    pen.fill(ellipse(x, y, half_wide * 1.16, half_wide * 0.15), pal.land[2])


def _wrong_rain(work: Work, pen: Pen) -> None:
    """Objects of the kitchen and the garden fall upward."""
    rng, w, h = work.rng("rain"), work.width, work.height
    names = rng.sample(("cup", "shoe", "key", "chair", "clock", "fish", "umbrella", "apple", "hat"), 4)
    for name in names:
        one = MOTIFS[name]
        spot = Placed(
            Thing(name),
            one,
            w * rng.uniform(0.08, 0.92),
            h * rng.uniform(0.3, 0.66),
            h * rng.uniform(0.045, 0.075),
            0,
            rng.random() < 0.5,
            rng.uniform(100, 260),
            False,
        )
        figure(pen, work.palette, spot, work.order.seed, shadow=False)


@manner("other_eyes")
def other_eyes(work: Work) -> Pixels:
    """The same scene for another sense: an insect's facets, a snake's warmth, a bat's echoes."""
    pen = work.pen()
    view = view_of(work, pen)
    work.plan(step_count(view) + 2)
    paint(view, work.figures(), work.order.seed, work.step)
    kind = ("compound", "warmth", "echo")[(work.order.seed + len(work.reading.words)) % 3]
    out = {"compound": _compound, "warmth": _warmth, "echo": _echo}[kind](work)
    work.step()
    return out


def _lens_frame(work: Work, rgb: Pixels) -> Pixels:
    r = radius(work)
    fade = np.clip((1.30 - r) / 0.22, 0, 1)[:, :, None]
    return eight_bit(rgb.astype(np.float32) * (0.12 + 0.88 * fade))


def _compound(work: Work) -> Pixels:
    """Hexagons, each with one look; ultraviolet lifts what is red or white."""
    s = max(7.0, 13.0 * work.scale)
    y, x = np.mgrid[0 : work.height, 0 : work.width].astype(np.float32)
    tall, wide = s * 1.5, s * math.sqrt(3)
    best = np.full((work.height, work.width), 1e9, np.float32)
    cx, cy = np.zeros_like(best), np.zeros_like(best)
    for shift in (0, 1):
        gy = np.round((y / tall - shift) / 2) * 2 + shift
        gx = np.round(x / wide - 0.5 * shift) + 0.5 * shift
        px, py = gx * wide, gy * tall
        d = (x - px) ** 2 + (y - py) ** 2
        nearer = d < best
        best, cx, cy = np.where(nearer, d, best), np.where(nearer, px, cx), np.where(nearer, py, cy)
    soft = blurred(work.pixels, s * 0.35)[:, :, :3]
    iy, ix = np.clip(cy, 0, work.height - 1).astype(np.int32), np.clip(cx, 0, work.width - 1).astype(np.int32)
    rgb = soft[iy, ix].astype(np.float32) / 255
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    seen = np.stack([0.25 * green + 0.75 * blue, 0.98 * green + 0.02, 0.9 * red + 0.2 * blue], -1)
    grey = seen.mean(-1, keepdims=True)
    seen = np.clip(grey + (seen - grey) * 1.9, 0, 1) ** 1.15
    rim = np.sqrt(best)[:, :, None] / s
    shine = (
        np.clip(1.15 - rim * 0.62, 0.4, 1.1)
        + 0.5 * np.clip(0.34 - np.hypot(x - cx + 0.28 * s, y - cy + 0.3 * s) / s, 0, 1)[:, :, None]
    )
    dark = np.clip((0.93 - rim) / 0.10, 0.16, 1)
    return _lens_frame(work, np.clip(seen * shine * dark * 255, 0, 255).astype(np.uint8))


def _warmth(work: Work) -> Pixels:
    """Infrared: what is living, bright or warm glows; the rest is cold."""
    soft = blurred(work.pixels, 5 * work.scale).astype(np.float32) / 255
    red, green, blue = soft[..., 0], soft[..., 1], soft[..., 2]
    heat = np.clip(
        0.34 * luminance((soft * 255).astype(np.uint8)) + 0.75 * np.clip(red - 0.55 * blue - 0.12 * green, 0, 1), 0, 1
    )
    for one in work.figures():
        if one.motif.zone != "back":
            y, x = np.mgrid[0 : work.height, 0 : work.width].astype(np.float32)
            reach = one.size * 0.5
            d = ((x - one.x) / (reach * max(0.5, one.motif.wide))) ** 2 + ((y - one.y + reach) / reach) ** 2
            heat += 0.40 * np.exp(-1.5 * d) * (1 if one.hero else 0.75)
    heat = np.clip(heat * 1.12, 0, 1)
    heat = np.round(heat * 26) / 26 * 0.7 + heat * 0.3
    stops = np.array(
        [[8, 8, 40], [48, 16, 120], [150, 24, 130], [228, 66, 60], [250, 158, 40], [255, 240, 120], [255, 255, 240]],
        np.float32,
    )
    t = heat * (len(stops) - 1)
    i = np.clip(t.astype(np.int32), 0, len(stops) - 2)
    f = (t - i)[:, :, None]
    rgb = stops[i] * (1 - f) + stops[i + 1] * f
    rows = 1 - 0.06 * (np.arange(work.height) % max(2, round(4 * work.scale)) == 0)[:, None, None]
    return _lens_frame(work, np.clip(rgb * rows, 0, 255).astype(np.uint8))


def _echo(work: Work) -> Pixels:
    """Sonar: rings that go out, and the edges that answer."""
    lum = luminance(blurred(work.pixels, 1.6 * work.scale))
    gy, gx = np.gradient(lum)
    edges = np.clip(np.hypot(gx, gy) * 26 / max(0.6, work.scale), 0, 1)
    placed = work.figures()
    x0, y0 = (placed[0].x, placed[0].y - placed[0].size * 0.5) if placed else (work.width / 2, work.height / 2)
    y, x = np.mgrid[0 : work.height, 0 : work.width].astype(np.float32)
    bend = blurred(work.pixels, 9 * work.scale)[:, :, 1].astype(np.float32) / 255
    d = np.hypot(x - x0, y - y0) / (23 * work.scale) - 2.4 * bend
    rings = np.clip(np.cos(d * math.tau) * 5 - 3.6, 0, 1) * np.exp(-np.hypot(x - x0, y - y0) / (0.75 * work.width))
    fade = np.exp(-np.hypot(x - x0, y - y0) / (1.1 * work.width))
    answer = np.clip(edges * 1.4 * fade + 0.5 * rings + 0.13 * lum * fade, 0, 1)[:, :, None]
    hot = np.clip(edges * fade - 0.35, 0, 1)[:, :, None]
    rgb = (
        np.array([6, 16, 30], np.float32) * (1 - answer)
        + np.array([70, 235, 200], np.float32) * answer
        + np.array([180, 40, 60], np.float32) * hot
    )
    return _lens_frame(work, np.clip(rgb, 0, 255).astype(np.uint8))


@manner("woven")
def woven(work: Work) -> Pixels:
    """Cloth: the scene in coarse stitches, between borders of patterns from many hands."""
    pen = work.pen()
    pen.strength = 0.2
    view = view_of(work, pen)
    work.plan(step_count(view) + 3)
    paint(view, work.figures(), work.order.seed, work.step)
    _borders(work, pen)
    work.step()
    cell = max(4, round(8 * min(work.width, work.height) / 1024))
    rows, columns = -(-work.height // cell), -(-work.width // cell)
    padded = np.pad(
        work.rgb(), ((0, rows * cell - work.height), (0, columns * cell - work.width), (0, 0)), mode="edge"
    )
    small = padded.reshape(rows, cell, columns, cell, 3).mean((1, 3))
    from PIL import Image

    yarns = (
        Image.fromarray(small.astype(np.uint8))
        .quantize(26, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        .convert("RGB")
    )
    colour = np.asarray(yarns).astype(np.float32)
    ply = np.random.default_rng(work.order.seed % 2**32).uniform(0.93, 1.07, (rows, columns, 1)).astype(np.float32)
    big = np.repeat(np.repeat(colour * ply, cell, 0), cell, 1)[: work.height, : work.width]
    y, x = np.mgrid[0 : work.height, 0 : work.width]
    u, v = (x % cell + 0.5) / cell, (y % cell + 0.5) / cell
    slope = np.where(u < 0.5, v - u * 0.9, v - (1 - u) * 0.9)
    thread = 0.60 + 0.46 * np.clip(1 - np.abs(((slope + 1.0) % 1.0) - 0.5) * 1.75, 0, 1)
    twist = 1 + 0.07 * np.sin((slope * 3 + u * 2) * math.tau)
    gap = np.clip(np.minimum(u, 1 - u) / 0.07, 0.62, 1)
    shade = (thread * twist * gap).astype(np.float32)[:, :, None]
    return eight_bit(big * shade * 1.09)


def _borders(work: Work, pen: Pen) -> None:
    """Bands above and below: steps, diamonds, waves, crosses."""
    w, h, pal, rng = work.width, work.height, work.palette, work.rng("bands")
    unit = w / 16
    inks = [*pal.pops, pal.dark, pal.light]
    for y0, way in ((0.0, 1), (h, -1)):
        for band in range(2):
            kind, a, b = rng.randrange(4), inks[(band * 2) % len(inks)], inks[(band * 2 + 3) % len(inks)]
            top = y0 + way * band * unit * 0.95
            low = top + way * unit * 0.95
            pen.flat = True
            pen.fill(box(-2, top, w + 2, low), a)
            mid = (top + low) / 2
            for i in range(17):
                x = i * unit
                if kind == 0:
                    pen.fill(
                        poly(
                            (x, mid - unit * 0.4), (x + unit * 0.4, mid), (x, mid + unit * 0.4), (x - unit * 0.4, mid)
                        ),
                        b,
                    )
                elif kind == 1:
                    pen.fill(poly((x - unit / 2, low), (x, top), (x + unit / 2, low)), b)
                elif kind == 2:
                    for dx, dy in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
                        pen.fill(
                            box(
                                x + (dx - 0.5) * unit * 0.25,
                                mid + (dy - 0.5) * unit * 0.25,
                                x + (dx + 0.5) * unit * 0.25,
                                mid + (dy + 0.5) * unit * 0.25,
                            ),
                            b,
                        )
                else:
                    pen.fill(box(x - unit / 4, top, x + unit / 4, mid if i % 2 else low), b)
            pen.fill(box(-2, low - unit * 0.07, w + 2, low + unit * 0.07), pal.light)
            pen.flat = False
