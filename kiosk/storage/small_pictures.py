"""Pictures made small: decoded within limits, turned upright, without anything but their pixels, at most 40 KB.

Only pictures of known formats, whose size is judged from the header before anything is decoded. Decoding is done in
a process of its own (`storage.jail`); the header alone is read anywhere. Blocking.
"""

import io
import os
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.storage.thumbnails import EDGE, FORMATS, MAX_BYTES, MAX_FILE_BYTES, MAX_PIXELS, NoThumbnail

_QUALITIES = (80, 65, 50, 35, 20)
_EFFORT = 2
"""Of WebP, 0 to 6: half the time of the usual 4, for files as large."""

_REDUCING_GAP = 1.1
"""Most of the way is averaged in whole steps, and only the last is finely weighed: twice as fast."""


def encoded(picture: str | os.PathLike[str]) -> bytes:
    """A picture made small. Raises `NoThumbnail`, `OSError`."""
    if os.stat(picture).st_size > MAX_FILE_BYTES:  # noqa: PTH116
        raise NoThumbnail("file too large")
    with warnings.catch_warnings():
        # Pillow warns of bombs above limits of its own; ours are lower and refuse.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(picture, formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MAX_PIXELS:
                    raise NoThumbnail("too many pixels")
                opened.draft("RGB", (EDGE * 2, EDGE * 2))
                upright = ImageOps.exif_transpose(opened)
                small = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
                small.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP)
        except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, EOFError) as error:
            raise NoThumbnail("no picture that can be read") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise NoThumbnail("damaged picture") from error
    return _within_limit(small)


def _within_limit(small: Image.Image) -> bytes:
    data = b""
    while True:
        for quality in _QUALITIES:
            buffer = io.BytesIO()
            small.save(buffer, "WEBP", quality=quality, method=_EFFORT)
            data = buffer.getvalue()
            if len(data) <= MAX_BYTES:
                return data
        small = small.resize((max(1, small.width * 3 // 4), max(1, small.height * 3 // 4)))


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
