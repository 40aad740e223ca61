"""Which colours a picture is made of: from time of day, season, weather, place, mood and the colours named.

Every palette has the same roles, so that any scene can be painted with any palette.
"""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.picture.ink import NAMED, Ink
from kiosk.engine.backends.sketchbook.words import Reading


class Palette(NamedTuple):
    """`sky` from above to the horizon; `land` from far to near; `pops` for figures; `dark` for lines and eyes."""

    sky: tuple[Ink, Ink, Ink]
    land: tuple[Ink, Ink, Ink, Ink]
    water: Ink
    pops: tuple[Ink, ...]
    dark: Ink
    light: Ink
    glow: Ink
    ambient: Ink
    share: float
    night: bool
    paper: Ink

    def lit(self, ink: Ink) -> Ink:
        """A figure's colour in the light of this picture."""
        mixed = ink.toward(self.ambient, self.share)
        return mixed._replace(c=max(mixed.c, ink.c * (0.9 - self.share * 0.5))) if not self.night else mixed

    @property
    def all(self) -> list[Ink]:
        """The colours that a person would name first."""
        return [self.sky[0], self.sky[2], self.land[1], self.land[3], *self.pops[:4], self.dark, self.light]


# Accents that go well together, as (lightness, chroma, hue).
_POPS: tuple[tuple[tuple[float, float, float], ...], ...] = (
    ((0.64, 0.19, 28), (0.83, 0.15, 85), (0.55, 0.11, 240), (0.78, 0.10, 350), (0.62, 0.11, 165)),
    ((0.68, 0.16, 45), (0.52, 0.12, 265), (0.86, 0.12, 95), (0.60, 0.13, 15), (0.70, 0.10, 190)),
    ((0.60, 0.17, 5), (0.85, 0.13, 75), (0.46, 0.10, 285), (0.74, 0.12, 55), (0.66, 0.10, 210)),
    ((0.72, 0.15, 60), (0.50, 0.13, 20), (0.62, 0.10, 195), (0.90, 0.09, 100), (0.52, 0.13, 320)),
    ((0.58, 0.18, 30), (0.42, 0.09, 250), (0.80, 0.12, 80), (0.72, 0.13, 355), (0.56, 0.10, 150)),
    ((0.76, 0.14, 15), (0.50, 0.14, 255), (0.88, 0.13, 92), (0.58, 0.15, 335), (0.70, 0.12, 160)),
)

_SKIES: dict[str, tuple[tuple[tuple[float, float, float], ...], ...]] = {
    "day": (
        ((0.74, 0.095, 232), (0.85, 0.06, 215), (0.95, 0.045, 92)),
        ((0.80, 0.075, 200), (0.88, 0.05, 170), (0.96, 0.05, 100)),
        ((0.82, 0.07, 250), (0.90, 0.05, 320), (0.95, 0.05, 60)),
        ((0.86, 0.09, 85), (0.92, 0.06, 85), (0.96, 0.03, 90)),
        ((0.70, 0.10, 240), (0.80, 0.075, 225), (0.91, 0.04, 200)),
    ),
    "morning": (
        ((0.78, 0.08, 250), (0.88, 0.07, 10), (0.95, 0.08, 75)),
        ((0.80, 0.06, 210), (0.90, 0.06, 55), (0.96, 0.07, 90)),
    ),
    "evening": (
        ((0.46, 0.12, 290), (0.68, 0.15, 20), (0.88, 0.13, 72)),
        ((0.52, 0.11, 265), (0.70, 0.13, 345), (0.86, 0.11, 50)),
        ((0.58, 0.14, 30), (0.76, 0.15, 55), (0.92, 0.11, 88)),
    ),
    "night": (
        ((0.23, 0.075, 270), (0.32, 0.09, 265), (0.50, 0.09, 250)),
        ((0.22, 0.07, 285), (0.34, 0.10, 300), (0.52, 0.11, 330)),
        ((0.23, 0.06, 245), (0.34, 0.075, 220), (0.54, 0.08, 195)),
    ),
}

_LAND: dict[str, tuple[tuple[float, float, float], ...]] = {
    "spring": ((0.84, 0.08, 140), (0.77, 0.12, 132), (0.70, 0.14, 130), (0.60, 0.13, 136)),
    "summer": ((0.78, 0.08, 150), (0.72, 0.12, 128), (0.66, 0.13, 124), (0.52, 0.11, 138)),
    "autumn": ((0.78, 0.08, 60), (0.74, 0.13, 72), (0.64, 0.13, 55), (0.48, 0.09, 45)),
    "winter": ((0.88, 0.03, 250), (0.93, 0.02, 235), (0.965, 0.012, 225), (0.90, 0.03, 240)),
    "desert": ((0.78, 0.08, 40), (0.76, 0.11, 52), (0.69, 0.13, 48), (0.56, 0.12, 40)),
    "beach": ((0.74, 0.08, 200), (0.86, 0.06, 95), (0.90, 0.07, 88), (0.82, 0.08, 80)),
    "city": ((0.72, 0.06, 270), (0.64, 0.07, 285), (0.58, 0.05, 300), (0.50, 0.04, 290)),
    "under": ((0.50, 0.09, 225), (0.44, 0.09, 220), (0.70, 0.08, 90), (0.36, 0.08, 225)),
    "space": ((0.36, 0.09, 310), (0.44, 0.08, 330), (0.56, 0.09, 25), (0.42, 0.08, 350)),
    "room": ((0.88, 0.05, 80), (0.66, 0.09, 50), (0.60, 0.08, 48), (0.50, 0.07, 45)),
    "cave": ((0.36, 0.05, 290), (0.30, 0.05, 285), (0.42, 0.05, 60), (0.22, 0.04, 280)),
}


def _season(reading: Reading) -> str:
    for season in ("winter", "autumn", "summer", "spring"):
        if season in reading.times:
            return season
    return "winter" if "snow" in reading.weather else ""


def _hour(reading: Reading) -> str:
    for hour in ("night", "evening", "morning", "day"):
        if hour in reading.times:
            return hour
    return "day"


def _inks(rows: tuple[tuple[float, float, float], ...], turn: float = 0.0) -> list[Ink]:
    return [Ink(*row).turned(turn) for row in rows]


def _weathered(sky: list[Ink], land: list[Ink], reading: Reading) -> tuple[list[Ink], list[Ink]]:
    if "storm" in reading.weather:
        cold = Ink(0.42, 0.04, 265)
        sky = [s.toward(cold, 0.72 - 0.15 * i) for i, s in enumerate(sky)]
        land = [g.toward(cold, 0.35).darker(0.05) for g in land]
    elif "rain" in reading.weather:
        wet = Ink(0.68, 0.04, 235)
        sky = [s.toward(wet, 0.62) for s in sky]
        land = [g.toward(wet, 0.28) for g in land]
    elif "fog" in reading.weather:
        mist = Ink(0.88, 0.02, 220)
        sky = [s.toward(mist, 0.72) for s in sky]
        land = [g.toward(mist, 0.6 - 0.13 * i) for i, g in enumerate(land)]
    elif "snow" in reading.weather:
        pale = Ink(0.84, 0.03, 240)
        sky = [s.toward(pale, 0.4) for s in sky]
    elif "cloudy" in reading.weather:
        sky = [s.toward(Ink(0.8, 0.02, 240), 0.5) for s in sky]
    return sky, land


_MOOD_SHIFT: dict[str, tuple[float, float, Ink, float]] = {
    # chroma factor of sky and land, lightness shift, colour to lean to, how far
    "happy": (1.12, 0.015, Ink(0.92, 0.10, 90), 0.10),
    "sad": (0.55, -0.05, Ink(0.52, 0.06, 255), 0.34),
    "angry": (1.15, -0.10, Ink(0.48, 0.19, 27), 0.48),
    "afraid": (0.7, -0.16, Ink(0.34, 0.06, 165), 0.42),
    "calm": (0.75, 0.02, Ink(0.86, 0.04, 200), 0.22),
    "wild": (1.3, 0.0, Ink(0.72, 0.17, 40), 0.18),
    "magic": (1.05, -0.06, Ink(0.50, 0.15, 305), 0.34),
    "tender": (0.95, 0.03, Ink(0.86, 0.08, 5), 0.36),
    "free": (1.05, 0.03, Ink(0.86, 0.08, 215), 0.2),
}


def _moody(inks: list[Ink], reading: Reading) -> list[Ink]:
    for mood in reading.moods[:2]:
        chroma, shift, lean, share = _MOOD_SHIFT[mood]
        if mood == "tender" and "heart" in reading.motifs and len(reading.motifs) > 1:
            share *= 0.4
        inks = [ink.toward(lean, share).muted(chroma).lighter(shift) for ink in inks]
    return inks


def _pops(reading: Reading, rng: Random) -> tuple[Ink, ...]:
    pops = _inks(rng.choice(_POPS), rng.uniform(-9, 9))
    named = [NAMED[c] for c in reading.colours if c != "rainbow"]
    if "sad" in reading.moods:
        pops = [pop.muted(0.7) for pop in pops]
    if "happy" in reading.moods or "wild" in reading.moods or "rainbow" in reading.colours:
        pops = [pop.muted(1.12).lighter(0.02) for pop in pops]
    return (*named, *pops)


def palette_for(reading: Reading, rng: Random, ground: str = "") -> Palette:
    """The palette of a picture. `ground` names what the land is made of (desert, beach, city ...)."""
    hour, season = _hour(reading), _season(reading)
    if ground in ("space", "cave"):
        hour = "night"
    turn = rng.uniform(-8, 8)
    sky = _inks(rng.choice(_SKIES[hour]), turn)
    kind = ground if ground in _LAND else season or rng.choice(("spring", "summer", "summer"))
    land = _inks(_LAND[kind], rng.uniform(-7, 7))
    if ground in ("", "forest", "mountains", "meadow") and season == "winter":
        land = _inks(_LAND["winter"])
    sky, land = _weathered(sky, land, reading)
    sky, land = _moody(sky, reading), _moody(land, reading)
    unbound = [c for c in reading.colours if c not in {t.colour for t in reading.things} and c != "rainbow"]
    for colour in unbound[:2]:
        sky = [s.toward(NAMED[colour], 0.42) for s in sky]
        land = [g.toward(NAMED[colour], 0.3) for g in land]
    night = hour == "night"
    ambient, share = Ink(0.34, 0.08, 270), 0.0
    if night:
        share = 0.30 if ground not in ("space", "room", "cave") else 0.1
        dim = Ink(0.25, 0.07, sky[0].h)
        land = (
            [g.toward(dim, 0.62 - 0.04 * i) for i, g in enumerate(land)] if ground not in ("space", "room") else land
        )
    elif hour == "evening":
        ambient, share = Ink(0.52, 0.14, 30), 0.16
        land = [g.toward(Ink(0.42, 0.11, 350), 0.38) for g in land]
    elif "rain" in reading.weather or "storm" in reading.weather:
        ambient, share = Ink(0.55, 0.04, 250), 0.16
    far = land[0].toward(sky[2], 0.45)
    return Palette(
        sky=(sky[0], sky[1], sky[2]),
        land=(far, land[1], land[2], land[3]),
        water=Ink(0.60, 0.09, 225).toward(sky[0], 0.45),
        pops=_pops(reading, rng),
        dark=Ink(0.27, 0.045, rng.choice((275, 30, 300))),
        light=Ink(0.96, 0.03, 88),
        glow=Ink(0.92, 0.10, 85) if not night else Ink(0.92, 0.06, 95),
        ambient=ambient,
        share=share,
        night=night,
        paper=Ink(0.965, 0.014, 85),
    )
