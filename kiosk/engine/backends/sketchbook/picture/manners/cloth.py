"""Cloth: the scene in coarse stitches, between bands of patterns."""

import math

import numpy as np
from PIL import Image

from kiosk.engine.backends.sketchbook.picture.forms import box, poly
from kiosk.engine.backends.sketchbook.picture.manners import manner
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.scene import paint, step_count, view_of
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work, eight_bit


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
    unit = min(w, h) / 16
    inks = [*pal.pops, pal.dark, pal.light]
    for y0, way in ((0.0, 1), (h, -1)):
        for band in range(2):
            kind, a, b = rng.randrange(4), inks[(band * 2) % len(inks)], inks[(band * 2 + 3) % len(inks)]
            top = y0 + way * band * unit * 0.95
            low = top + way * unit * 0.95
            pen.flat = True
            pen.fill(box(-2, top, w + 2, low), a)
            mid = (top + low) / 2
            for i in range(int(w / unit) + 2):
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
