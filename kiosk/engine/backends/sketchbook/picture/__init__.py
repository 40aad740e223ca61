"""Pictures drawn without a model: `draw` turns words, a manner and a seed into a PNG."""

import io
from typing import Any, NamedTuple

from PIL import Image

from kiosk.engine.backends.sketchbook.picture.manners import (
    MANNERS,
    blueprint,
    bold,
    cloth,
    collage,
    dream,
    hall,
    ink,
    otherworld,
    photo,
    poster,
    storybook,
)
from kiosk.engine.backends.sketchbook.picture.work import Order, Pixels, Report, Work

__all__ = ["DEFAULT", "Drawing", "Order", "Pixels", "draw", "manner_for"]

DEFAULT = "storybook"
_MODULES = (storybook, photo, ink, blueprint, bold, collage, dream, hall, cloth, otherworld, poster)


class Drawing(NamedTuple):
    """A finished picture and what is known about it."""

    png: bytes
    pixels: Pixels
    facts: dict[str, Any]


def manner_for(name: object) -> str:
    """The manner of that name, or the storybook."""
    return name if isinstance(name, str) and name in MANNERS else DEFAULT


def draw(order: Order, report: Report) -> Drawing:
    """Draws; the same order gives the same bytes. An exception raised by `report` ends the drawing."""
    order = order._replace(manner=manner_for(order.manner))
    work = Work(order, report)
    pixels = MANNERS[order.manner](work)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=4)
    work.finish()
    facts = {
        "width": order.width,
        "height": order.height,
        "manner": order.manner,
        "motifs": work.reading.motifs,
        "scene": work.stage.scene,
        "palette": list(dict.fromkeys(ink.hex for ink in work.palette.all)),
        "seed": order.seed,
        "format": "png",
        "from_picture": order.source is not None,
    }
    return Drawing(out.getvalue(), pixels, facts)
