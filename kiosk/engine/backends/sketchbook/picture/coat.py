"""The colours that one figure wears: its own where the child named none, the child's where it did."""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.ink import NAMED, Ink


class Coat(NamedTuple):
    """`main` is the figure's colour; `second` belongs beside it; `pop` is an accent; `dark` draws eyes and lines."""

    main: Ink
    second: Ink
    pop: Ink
    dark: Ink
    light: Ink
    named: bool = False
    asleep: bool = False
    many: bool = False

    def own(self, ink: Ink) -> Ink:
        """The colour that such a thing usually has, unless the child named another."""
        return self.main if self.named else ink

    def rainbow(self, i: int) -> Ink:
        """The i-th of a row of clear colours."""
        hues = (25, 60, 92, 145, 205, 260, 310)
        return Ink(0.72, 0.16, hues[i % len(hues)])


def coat_for(
    rng: Random, colour: str | None, pops: tuple[Ink, ...], dark: Ink, light: Ink, *, asleep: bool = False
) -> Coat:
    """A coat from a colour's name, or from the palette's accents."""
    accents = list(pops)
    rng.shuffle(accents)
    if colour is None:
        return Coat(accents[0], accents[1 % len(accents)], accents[2 % len(accents)], dark, light, asleep=asleep)
    main = NAMED[colour]
    main = main._replace(h=(main.h + rng.uniform(-5, 5)) % 360)
    others = sorted(accents, key=lambda ink: -abs((ink.h - main.h + 180) % 360 - 180))
    return Coat(
        main, main.lighter(0.13 if main.l < 0.7 else -0.12), others[0], dark, light, True, asleep, colour == "rainbow"
    )
