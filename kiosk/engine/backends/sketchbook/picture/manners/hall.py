"""Central perspective: a hall of arches, earth pigments, soft distance, varnish."""

import math

import numpy as np

from kiosk.engine.backends.sketchbook.picture import texture
from kiosk.engine.backends.sketchbook.picture.abstract import forms_of_words
from kiosk.engine.backends.sketchbook.picture.forms import cut, poly, smooth
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.manners.photo import blurred, radius
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.scene import figure
from kiosk.engine.backends.sketchbook.picture.source import lay
from kiosk.engine.backends.sketchbook.picture.stage import Placed
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work, eight_bit


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
