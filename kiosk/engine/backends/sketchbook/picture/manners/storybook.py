"""Storybook: a warm gouache scene, as in a picture book, on paper with a painted edge."""

import numpy as np

from kiosk.engine.backends.sketchbook.picture import texture
from kiosk.engine.backends.sketchbook.picture.forms import box, cut, smooth
from kiosk.engine.backends.sketchbook.picture.scene import paint, step_count, view_of
from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work, eight_bit

from . import manner


@manner("storybook")
def storybook(work: Work) -> Pixels:
    """The default."""
    pen = work.pen()
    view = view_of(work, pen)
    work.plan(step_count(view) + 2)
    paint(view, work.figures(), work.order.seed, work.step)
    painted_edge(work)
    return on_paper(work, 0.05)


def painted_edge(work: Work, margin: float = 0.022) -> None:
    """Leaves a margin of bare paper with the uneven edge of a brush."""
    rng, w, h = work.rng("edge"), work.width, work.height
    m = margin * min(w, h)
    points = []
    for side in range(4):
        for i in range(9):
            t, off = i / 9, rng.uniform(-0.16, 0.16) * m
            points.append(
                (
                    (m + (w - 2 * m) * t, m + off),
                    (w - m + off, m + (h - 2 * m) * t),
                    (w - m - (w - 2 * m) * t, h - m + off),
                    (m + off, h - m - (h - 2 * m) * t),
                )[side]
            )
    inside = smooth(points, tension=0.6)
    pen = work.pen()
    frame = cut(box(-2, -2, w + 2, h + 2), inside)
    pen.flat = True
    pen.fill(frame, work.palette.paper)
    pen.line(inside, work.palette.paper, m * 0.10)


def on_paper(work: Work, strength: float) -> Pixels:
    """The grain of paper over everything; `strength` as a share of full brightness."""
    grain = texture.tiled("paper", work.height, work.width, work.order.seed)
    rgb = work.rgb().astype(np.float32)
    rgb *= (1.0 + strength * 0.55 * grain)[:, :, None]
    return eight_bit(rgb)
