"""Grain, bristles and blotches: tiles of seamless noise, made once per process with fixed seeds."""

from functools import lru_cache
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

TILE = 512
"""Edge of a tile in pixels."""


def _noise(seed: int, along: float, across: float) -> NDArray[np.float32]:
    """Periodic Gaussian noise, blurred by `along` pixels in x and `across` in y; mean 0, deviation 1."""
    white = np.random.default_rng(seed).standard_normal((TILE, TILE)).astype(np.float32)
    fx = np.fft.rfftfreq(TILE)[None, :]
    fy = np.fft.fftfreq(TILE)[:, None]
    keep = np.exp(-2 * (np.pi * along * fx) ** 2 - 2 * (np.pi * across * fy) ** 2)
    out = np.fft.irfft2(np.fft.rfft2(white) * keep, s=(TILE, TILE))
    return np.asarray((out - out.mean()) / out.std(), np.float32)


@lru_cache(maxsize=16)
def field(kind: str) -> NDArray[np.float32]:
    """A tile by name, mean 0, deviation about 1: `grain`, `paper`, `streak`, `blot`, `dry`, `dots`, `weave`."""
    if kind == "grain":
        return _noise(1, 0.5, 0.5)
    if kind == "paper":
        return np.asarray(
            0.6 * _noise(2, 1.1, 1.1) + 0.5 * _noise(3, 3.5, 2.5) + 0.4 * _noise(4, 0.4, 0.4), np.float32
        )
    if kind == "streak":
        return np.asarray(0.8 * _noise(5, 70, 1.0) + 0.45 * _noise(6, 26, 2.6), np.float32)
    if kind == "blot":
        return np.asarray(0.7 * _noise(7, 38, 38) + 0.5 * _noise(8, 14, 14) + 0.2 * _noise(9, 3, 3), np.float32)
    if kind == "dry":
        return np.asarray(0.7 * _noise(10, 44, 1.6) + 0.6 * _noise(11, 1.0, 1.0), np.float32)
    if kind == "dots":
        y, x = np.mgrid[0:TILE, 0:TILE].astype(np.float32) * np.float32(2 * np.pi * 46 / TILE)
        return np.asarray(np.cos(x) * np.cos(y) + 0.12 * np.cos(x + y) - 0.05, np.float32)
    return np.asarray(_noise(12, 12, 0.6) + _noise(13, 0.6, 12), np.float32)


def edge(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


@lru_cache(maxsize=32)
def mask(kind: str, low: float, high: float) -> Any:
    """A tile as an alpha-only Skia image: opaque where the noise is above `high`."""
    alpha = np.ascontiguousarray((edge(field(kind), low, high) * 255).astype(np.uint8))
    return skia.Image.fromarray(alpha, colorType=skia.ColorType.kAlpha_8_ColorType)


def tiled(kind: str, height: int, width: int, shift: int) -> NDArray[np.float32]:
    """A tile repeated over a picture, moved by a number, so that not every picture has the same grain."""
    tile = np.roll(field(kind), (shift % TILE, (shift // TILE) % TILE), (0, 1))
    return np.tile(tile, (-(-height // TILE), -(-width // TILE)))[:height, :width]
