"""Loads every module of figures, so that `MOTIFS` is complete."""

from kiosk.engine.backends.sketchbook.picture.motifs import (
    MOTIFS,
    beasts,
    beings,
    birds,
    buildings,
    critters,
    people,
    plants,
    roles,
    sky,
    small_beasts,
    swimmers,
    table_things,
    things,
    vehicles,
    wild,
)

__all__ = [
    "MOTIFS",
    "beasts",
    "beings",
    "birds",
    "buildings",
    "critters",
    "people",
    "plants",
    "roles",
    "sky",
    "small_beasts",
    "swimmers",
    "table_things",
    "things",
    "vehicles",
    "wild",
]
