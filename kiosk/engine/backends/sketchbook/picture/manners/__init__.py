"""The manners of the sketchbook: how a lens makes a picture look. Each module registers its own."""

from collections.abc import Callable

from kiosk.engine.backends.sketchbook.picture.work import Pixels, Work

Manner = Callable[[Work], Pixels]
"""Draws on the work's sheet and returns the finished picture, RGB."""

MANNERS: dict[str, Manner] = {}


def manner(name: str) -> Callable[[Manner], Manner]:
    """Registers a manner."""

    def register(draw: Manner) -> Manner:
        MANNERS[name] = draw
        return draw

    return register
