"""Daguerreotype plate and film: the painted scene as old and newer photographs would have kept it."""

import numpy as np
import skia
from numpy.typing import NDArray

from kiosk.engine.backends.sketchbook.picture import texture
from kiosk.engine.backends.sketchbook.picture.forms import box, cut, ellipse, line
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.scene import paint, step_count, view_of
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work

Field = NDArray[np.float32]


def radius(work: Work) -> Field:
    """The distance from the middle of the sheet, 1 at the middle of an edge."""
    y = np.linspace(-1, 1, work.height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, work.width, dtype=np.float32)[None, :]
    return np.asarray(np.sqrt(x * x + y * y), np.float32)


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """A soft copy."""
    image = skia.Image.fromarray(np.ascontiguousarray(pixels), colorType=skia.ColorType.kRGBA_8888_ColorType)
    out = np.zeros_like(pixels)
    surface = skia.Surface(out, colorType=skia.ColorType.kRGBA_8888_ColorType)
    soft = skia.ImageFilters.Blur(sigma, sigma, skia.TileMode.kClamp)
    surface.getCanvas().drawImage(image, 0, 0, skia.SamplingOptions(), skia.Paint(ImageFilter=soft))
    return out


def luminance(pixels: Pixels) -> Field:
    """Brightness 0 to 1, as a blue-sensitive plate sees it."""
    rgb = pixels[:, :, :3].astype(np.float32)
    return np.asarray((rgb @ np.array([0.24, 0.46, 0.30], np.float32)) / 255, np.float32)


def photographed(work: Work) -> None:
    """The scene, painted."""
    view = view_of(work, work.pen())
    work.plan(step_count(view) + 2)
    paint(view, work.figures(), work.order.seed, work.step)


def _scratches(work: Work, n: int, ink: Ink) -> None:
    rng, pen = work.rng("scratches"), work.pen()
    for _ in range(n):
        x, y, length = rng.uniform(0, work.width), rng.uniform(0, work.height), rng.uniform(0.02, 0.25) * work.height
        lean = rng.uniform(-0.1, 0.1) * length
        pen.line(line((x, y), (x + lean, y + length)), ink, rng.uniform(0.7, 1.3), alpha=rng.uniform(0.15, 0.45))
    for _ in range(n * 3):
        pen.wash(
            ellipse(rng.uniform(0, work.width), rng.uniform(0, work.height), rng.uniform(0.6, 2.4)),
            ink,
            rng.uniform(0.2, 0.5),
        )


@manner("plate")
def plate(work: Work) -> Pixels:
    """A silvered plate in its brass mat: sepia, soft toward the edge, tarnished."""
    photographed(work)
    work.step()
    r, seed = radius(work), work.order.seed
    sharp, soft = luminance(work.pixels), luminance(blurred(work.pixels, 5 * work.scale))
    share = np.clip((r - 0.25) / 0.75, 0, 1)
    lum = sharp * (1 - share) + soft * share
    low, high = np.percentile(lum[::8, ::8], (2, 98))
    lum = np.clip((lum - low) / max(0.2, high - low) * 0.90 + 0.07, 0, 1) ** 0.86
    blot = texture.tiled("blot", work.height, work.width, seed)
    grain = texture.tiled("grain", work.height, work.width, seed + 7)
    lum = lum * (1 - 0.42 * np.clip(r - 0.55, 0, 1) ** 1.4) + 0.018 * grain + 0.022 * blot * (0.4 + r)
    lum = np.clip(lum, 0, 1)[:, :, None]
    stops = np.array([[30, 22, 20], [96, 70, 50], [176, 142, 104], [243, 226, 196]], np.float32)
    t = lum * 3
    rgb = np.zeros((work.height, work.width, 3), np.float32)
    for i in range(3):
        rgb += np.where((t >= i) & (t <= i + 1), stops[i] + (stops[i + 1] - stops[i]) * (t - i), 0)
    rgb = np.where(t > 3, stops[3], rgb)
    tarnish = np.clip(r - 0.86 + 0.06 * blot, 0, 1)[:, :, None]
    rgb = rgb * (1 - tarnish) + np.array([58, 84, 112], np.float32) * tarnish
    work.pixels[:, :, :3] = np.clip(rgb, 0, 255).astype(np.uint8)
    _scratches(work, 9, Ink(0.92, 0.03, 85))
    _mat(work)
    return work.rgb().copy()


def _mat(work: Work) -> None:
    """The brass frame with its round opening."""
    pen, w, h = work.pen(), work.width, work.height
    m = 0.055 * min(w, h)
    opening = box(m, m, w - m, h - m, m * 1.7)
    brass = Ink(0.62, 0.09, 78)
    pen.fill(cut(box(-2, -2, w + 2, h + 2), opening), brass, grain=35)
    for off, ink, wide in (
        (0.0, Ink(0.24, 0.03, 50), 0.10),
        (-0.16, brass.lighter(0.18), 0.07),
        (-0.62, brass.darker(0.15), 0.05),
        (-0.70, brass.lighter(0.12), 0.03),
    ):
        k = off * m
        pen.line(box(m + k, m + k, w - m - k, h - m - k, m * 1.7 + abs(k)), ink, m * wide)


@manner("film")
def film(work: Work) -> Pixels:
    """A colour print from a cheap camera: faded, grainy, with a light leak, in a white frame."""
    photographed(work)
    work.step()
    rng, seed, r = work.rng("film"), work.order.seed, radius(work)
    rgb: Field = np.asarray(work.rgb() / np.float32(255), np.float32)
    halo = blurred(work.pixels, 14 * work.scale)[:, :, :3].astype(np.float32) / 255
    rgb = np.asarray(1 - (1 - rgb) * (1 - 0.28 * halo), np.float32)
    cast = ((1.06, 0.98, 0.84), (0.96, 1.02, 0.95), (1.05, 0.96, 0.98))[rng.randrange(3)]
    rgb = np.asarray((0.07 + 0.86 * np.clip(rgb, 0, 1) ** 1.12) * np.array(cast), np.float32)
    grain = texture.tiled("grain", work.height, work.width, seed)
    coarse = texture.tiled("paper", work.height, work.width, seed + 3)
    rgb += (0.038 * grain + 0.024 * coarse)[:, :, None] * (1.15 - rgb)
    rgb *= (1 - 0.34 * np.clip(r - 0.5, 0, 1) ** 1.6)[:, :, None]
    rgb = _leak(work, rgb)
    work.pixels[:, :, :3] = (np.clip(rgb, 0, 1) * 255).astype(np.uint8)
    _scratches(work, 4, Ink(0.97, 0.01, 90))
    _print_frame(work)
    return work.rgb().copy()


def _leak(work: Work, rgb: Field) -> Field:
    """Light that came in beside the lens."""
    rng = work.rng("leak")
    x = np.linspace(0, 1, work.width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, work.height, dtype=np.float32)[:, None]
    side, lean, at = rng.choice((0.0, 1.0)), rng.uniform(-0.25, 0.25), rng.uniform(0.02, 0.14)
    d = np.abs(x - side) + lean * (y - 0.5)
    glow = np.exp(-((d - at) ** 2) / 0.012) * (0.55 + 0.45 * np.sin(3.1 * y + rng.uniform(0, 3)))
    tint = np.array([0.95, 0.40, 0.12], np.float32) * rng.uniform(0.5, 0.8)
    return np.asarray(1 - (1 - np.clip(rgb, 0, 1)) * (1 - np.clip(glow, 0, 1)[:, :, None] * tint), np.float32)


def _print_frame(work: Work) -> None:
    pen, w, h = work.pen(), work.width, work.height
    m = 0.05 * min(w, h)
    foot = m * (3.0 if h >= w else 1.0)
    opening = box(m, m, w - m, h - foot, m * 0.12)
    pen.strength = 0.3
    pen.fill(cut(box(-2, -2, w + 2, h + 2), opening), Ink(0.965, 0.012, 88))
    pen.line(opening, Ink(0.72, 0.02, 80), m * 0.05, alpha=0.8)
