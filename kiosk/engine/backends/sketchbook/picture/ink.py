"""Colours as an eye sees them: OKLCH (Björn Ottosson, 2020), mixing, and conversion to sRGB.

`l` is lightness 0 to 1, `c` chroma 0 to about 0.3, `h` hue in degrees (30 red, 90 yellow, 145 green, 250 blue).
"""

import math
from functools import lru_cache
from typing import NamedTuple


class Ink(NamedTuple):
    """One colour."""

    l: float  # noqa: E741  (the name that OKLCH gives it)
    c: float
    h: float

    def lighter(self, by: float = 0.1) -> "Ink":
        """More light; a negative value darkens."""
        return self._replace(l=min(0.99, max(0.04, self.l + by)))

    def darker(self, by: float = 0.1) -> "Ink":
        """Less light."""
        return self.lighter(-by)

    def muted(self, factor: float) -> "Ink":
        """Chroma times `factor`."""
        return self._replace(c=min(0.33, self.c * factor))

    def turned(self, degrees: float) -> "Ink":
        """Another hue."""
        return self._replace(h=(self.h + degrees) % 360)

    def toward(self, other: "Ink", share: float) -> "Ink":
        """A mixture: 0 is this colour, 1 the other. Mixed in OKLab, so that no foreign hue comes between."""
        a, b = _lab(self), _lab(other)
        lightness, x, y = (p + (q - p) * share for p, q in zip(a, b, strict=True))
        return Ink(lightness, math.hypot(x, y), math.degrees(math.atan2(y, x)) % 360)

    def argb(self, alpha: float = 1.0) -> int:
        """0xAARRGGBB, clipped into sRGB."""
        r, g, b = rgb(self)
        return (max(0, min(255, round(alpha * 255))) << 24) | (r << 16) | (g << 8) | b

    @property
    def hex(self) -> str:
        """`#rrggbb`."""
        return "#{:02x}{:02x}{:02x}".format(*rgb(self))


def _lab(ink: Ink) -> tuple[float, float, float]:
    angle = math.radians(ink.h)
    return ink.l, ink.c * math.cos(angle), ink.c * math.sin(angle)


def _channel(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _linear(ink: Ink) -> tuple[float, float, float]:
    lightness, a, b = _lab(ink)
    x = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    y = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    z = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
        -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
        -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z,
    )


@lru_cache(maxsize=4096)
def rgb(ink: Ink) -> tuple[int, int, int]:
    """sRGB 0 to 255; a colour outside sRGB loses chroma until it fits."""
    linear = _linear(ink)
    for _ in range(12):
        if all(-0.001 <= v <= 1.001 for v in linear):
            break
        ink = ink.muted(0.88)
        linear = _linear(ink)
    r, g, b = (round(255 * _channel(min(1.0, max(0.0, v)))) for v in linear)
    return r, g, b


def from_rgb(r: float, g: float, b: float) -> Ink:
    """The colour of sRGB values 0 to 255."""
    lin = [(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in (r / 255, g / 255, b / 255)]
    x = (0.4122214708 * lin[0] + 0.5363325363 * lin[1] + 0.0514459929 * lin[2]) ** (1 / 3)
    y = (0.2119034982 * lin[0] + 0.6806995451 * lin[1] + 0.1073969566 * lin[2]) ** (1 / 3)
    z = (0.0883024619 * lin[0] + 0.2817188376 * lin[1] + 0.6299787005 * lin[2]) ** (1 / 3)
    a = 1.9779984951 * x - 2.4285922050 * y + 0.4505937099 * z
    bb = 0.0259040371 * x + 0.7827717662 * y - 0.8086757660 * z
    lightness = 0.2104542553 * x + 0.7936177850 * y - 0.0040720468 * z
    return Ink(lightness, math.hypot(a, bb), math.degrees(math.atan2(bb, a)) % 360)


NAMED: dict[str, Ink] = {
    "red": Ink(0.60, 0.21, 28),
    "orange": Ink(0.74, 0.17, 58),
    "yellow": Ink(0.87, 0.17, 93),
    "gold": Ink(0.79, 0.14, 83),
    "green": Ink(0.66, 0.16, 142),
    "mint": Ink(0.86, 0.10, 165),
    "turquoise": Ink(0.72, 0.11, 195),
    "blue": Ink(0.58, 0.16, 255),
    "darkblue": Ink(0.36, 0.12, 265),
    "purple": Ink(0.54, 0.18, 305),
    "pink": Ink(0.77, 0.14, 355),
    "brown": Ink(0.50, 0.08, 55),
    "black": Ink(0.24, 0.015, 280),
    "white": Ink(0.97, 0.012, 85),
    "grey": Ink(0.68, 0.015, 260),
    "silver": Ink(0.80, 0.012, 250),
    "rainbow": Ink(0.70, 0.18, 20),
}
