"""Just enough of each file format to say whether bytes are whole, and how large or long what they hold is.

One module a family: pictures (decoded within limits), sounds and films (their containers walked, their
streams not decoded), models. No I/O, no network; every reader works in memory bounded by its input and by
the limits below, and in time linear in it.
"""

from msgspec import Struct

MAX_PIXELS = 1 << 24
"""Largest picture, width x height: 4096 x 4096."""
MAX_FRAMES = 600
MAX_FRAME_PIXELS = 1 << 28
"""Largest animation, frames x width x height."""


class BadMedia(ValueError):
    """Bytes that are not the medium that they should be.

    `code`: `unknown` (no format that we keep), `wrong_kind` (another kind of medium), `cut_off`, `damaged`,
    `too_large` (a limit was passed) or `refused` (it comes from where nothing may be taken from).
    `reason` says it in words.
    """

    def __init__(self, reason: str, code: str = "damaged") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Facts(Struct, frozen=True):
    """What a file says about itself: pixels and seconds; None where it has no such thing or does not say."""

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


def cut_off(what: str) -> BadMedia:
    """The error for a file that ends too early."""
    return BadMedia(f"the {what} is cut off", "cut_off")
