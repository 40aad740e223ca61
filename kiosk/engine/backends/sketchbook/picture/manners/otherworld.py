"""A world the wrong way round, and the world for other senses."""

import math

import numpy as np

from kiosk.engine.backends.sketchbook.picture.forms import ellipse, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.photo import blurred, luminance, radius
from kiosk.engine.backends.sketchbook.picture.manners.storybook import on_paper, painted_edge
from kiosk.engine.backends.sketchbook.picture.motifs import MOTIFS
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.scene import figure, paint, step_count, view_of
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.view import View
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work, eight_bit
from kiosk.engine.backends.sketchbook.words import Thing


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
