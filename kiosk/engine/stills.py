"""Stills for a model that sees: of a picture, of a moving picture, of a film. What they show is judged elsewhere.

A film is decoded by PyAV in a process of its own, spawned for it, with limits on memory and time: what breaks a
decoder, or never ends, costs that process. It reads from a pipe and opens no file. Without PyAV no film is seen.
"""

import asyncio
import io
import os
import sys
from pathlib import Path

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
_LENGTH_BYTES = 4
_ROOT = str(Path(__file__).resolve().parents[2])
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from kiosk.engine import stills; stills.main()"
_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TZ")


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
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", "-c", _PROGRAM, _ROOT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )
    try:
        async with asyncio.timeout(patience_s):
            told, _ = await process.communicate(film)
    except TimeoutError as error:
        raise ValueError("the film takes too long to be seen") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    stills = _unpacked(told)
    if process.returncode != 0 or not stills:
        raise ValueError("the film cannot be seen")
    return stills


def evenly(count: int, most: int) -> list[int]:
    """At most so many of `count` places from 0, as far apart as they can be, the first and the last among them."""
    return sorted({(count - 1) * part // (most - 1) for part in range(most)}) if count > 0 else []


def main() -> None:
    """In the child: a film from standard input, its stills to standard output."""
    limit(AS=_MEMORY_BYTES, CPU=_CPU_S, NOFILE=64, CORE=0, FSIZE=0)
    film = io.BytesIO(sys.stdin.buffer.read())
    for still in _decoded(film):
        sys.stdout.buffer.write(len(still).to_bytes(_LENGTH_BYTES) + still)
    sys.stdout.buffer.flush()


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


def _unpacked(told: bytes) -> list[bytes]:
    stills, at = list[bytes](), 0
    while at + _LENGTH_BYTES <= len(told):
        size = int.from_bytes(told[at : at + _LENGTH_BYTES])
        stills.append(told[at + _LENGTH_BYTES : at + _LENGTH_BYTES + size])
        at += _LENGTH_BYTES + size
    return stills
