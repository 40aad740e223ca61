"""Stills for a model that sees: of a picture, of a moving picture, of a film. What they show is judged elsewhere.

A film is decoded by PyAV in a process of its own, spawned for it, with limits on memory and time: what breaks a
decoder, or never ends, costs that process. It reads from a pipe and opens no file, and of what it says nothing but
bytes is believed. Without PyAV no film is seen.
"""

import asyncio
import contextlib
import importlib.util
import io
import multiprocessing
import threading
from multiprocessing.connection import Connection

from PIL import Image

from kiosk.confine import limit

LONGEST_SIDE = 1024
"""Pixels to which a still is made smaller for the model; enough to read what stands on a sign."""
OF_A_PICTURE = 4
"""So many moments of a moving picture are looked at, the first and the last among them."""
OF_A_FILM = 6
"""The same of a film: a model is asked about each, and the room waits."""
PATIENCE_S = 30.0
"""After so many seconds a film counts as one that cannot be seen."""

_MEMORY_BYTES = 2 << 30
_CPU_S = 25
_MOST_BYTES = 8 << 20
"""Of one still."""


def of_picture(picture: bytes) -> list[bytes]:
    """A checked picture as the model gets it: JPEG on white, made smaller where it is large; of a moving one some.

    Raises `ValueError`. Blocking.
    """
    stills = []
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            for frame in evenly(getattr(opened, "n_frames", 1), OF_A_PICTURE):
                opened.seek(frame)
                stills.append(_jpeg(opened.convert("RGBA")))
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError("the picture cannot be opened") from error
    return stills


async def of_film(film: bytes, patience_s: float = PATIENCE_S) -> list[bytes]:
    """Moments of a checked film, as far apart as they can be, the first and the last among them, as JPEG.

    Raises `ValueError` for a film that cannot be seen from its beginning to its end.
    """
    sitting = await asyncio.to_thread(_Sitting, patience_s)
    try:
        return await asyncio.to_thread(sitting.stills, film)
    finally:
        sitting.end()


def can_see_films() -> bool:
    """Whether what decodes films is installed."""
    return importlib.util.find_spec("av") is not None


class _Sitting:
    """One process that sees one film. Its methods block, but for `end`."""

    def __init__(self, patience_s: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, there = context.Pipe()
        self._process = context.Process(target=_watch, args=(there,), name="stills", daemon=True)
        self._process.start()
        there.close()
        self._late = threading.Timer(patience_s, self.end)
        self._late.daemon = True
        self._late.start()

    def stills(self, film: bytes) -> list[bytes]:
        """What it saw. Raises `ValueError`."""
        seen = list[bytes]()
        with contextlib.suppress(OSError, EOFError), self._line:
            self._line.send_bytes(film)
            while len(seen) <= OF_A_FILM:
                seen.append(self._line.recv_bytes(_MOST_BYTES))
        self._process.join()
        self._late.cancel()
        if self._process.exitcode != 0 or not 0 < len(seen) <= OF_A_FILM:
            raise ValueError("the film cannot be seen")
        return seen

    def end(self) -> None:
        """Nobody waits any longer."""
        self._late.cancel()
        self._process.kill()


def evenly(count: int, most: int) -> list[int]:
    """At most so many of `count` places from 0, as far apart as they can be, the first and the last among them."""
    return sorted({(count - 1) * part // (most - 1) for part in range(most)}) if count > 0 else []


def _watch(line: Connection) -> None:
    """The whole life of the process."""
    limit(DATA=_MEMORY_BYTES, CPU=_CPU_S, CORE=0, FSIZE=0)
    try:
        for still in _decoded(io.BytesIO(line.recv_bytes())):
            line.send_bytes(still)
    except Exception as error:  # whatever a library raises: not seen, and nothing to print
        raise SystemExit(1) from error


def _decoded(film: io.BytesIO) -> list[bytes]:
    """Every frame is decoded and few are kept, ever farther apart: what a file says of its length is not believed."""
    import av

    kept: list[Image.Image] = []
    apart, last = 1, None
    with av.open(film, "r") as container:
        if len(container.streams.video) != 1:
            raise ValueError("not one film")  # only one of them would be seen
        for number, frame in enumerate(container.decode(video=0)):
            last = frame
            if number % apart == 0:
                kept.append(_small(frame.to_image()))  # type: ignore[no-untyped-call]  # PyAV leaves it without types
            if len(kept) > 4 * OF_A_FILM:
                kept, apart = kept[::2], 2 * apart
    if last is not None:
        kept.append(_small(last.to_image()))  # type: ignore[no-untyped-call]
    return [_jpeg(kept[place]) for place in evenly(len(kept), OF_A_FILM)]


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _jpeg(shown: Image.Image) -> bytes:
    small = _small(shown).convert("RGBA")
    flat = Image.new("RGB", small.size, (255, 255, 255))
    flat.paste(small, mask=small.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=88)
    return out.getvalue()
