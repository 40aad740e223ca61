"""Small WebP pictures for the gallery: made once, never larger than 40 KB, decoded within limits.

Only pictures of known formats, whose size is judged from the header before anything is decoded. Thumbnails lie
in the state folder, named by the picture's hash, so that a changed picture gets another one. Blocking: call it in
a thread; one at a time, so that memory stays flat.
"""

import io
import threading
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk import durable as disk

FOLDER = "thumbnails"
EDGE = 400
"""Longest edge in pixels."""

MAX_BYTES = 40_000
MAX_PIXELS = 24_000_000
MAX_FILE_BYTES = 64 << 20
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

_QUALITIES = (80, 65, 50, 35, 20)
_one_at_a_time = threading.Lock()


class NoThumbnail(Exception):
    """The picture is too large, damaged or of no kind that we decode; `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def path_for(state: Path, run_id: str, sha256: str) -> Path:
    """Where the thumbnail of a picture lies."""
    return state / FOLDER / run_id[-2:] / f"{run_id}_{sha256[:16]}.webp"


def of_run(state: Path, run_id: str) -> list[Path]:
    """All thumbnails of a run."""
    return sorted((state / FOLDER / run_id[-2:]).glob(f"{run_id}_*.webp"))


def make(picture: Path, thumbnail: Path) -> None:
    """Make a thumbnail that does not exist yet. Raises `NoThumbnail`, `OSError`."""
    if picture.stat().st_size > MAX_FILE_BYTES:
        raise NoThumbnail("file too large")
    with _one_at_a_time:
        data = _encoded(picture)
    disk.make_folders(thumbnail.parent, durable=False)
    disk.replace(thumbnail, data, durable=False)


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture, by its header, in pixels. Raises `NoThumbnail` for what we would not decode."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                width, height = opened.size
        except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, OSError) as error:
            raise NoThumbnail("no picture that can be read") from error
    if width * height > MAX_PIXELS:
        raise NoThumbnail("too many pixels")
    return width, height


def _encoded(picture: Path) -> bytes:
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
                small.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
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
            small.save(buffer, "WEBP", quality=quality, method=4)
            data = buffer.getvalue()
            if len(data) <= MAX_BYTES:
                return data
        small = small.resize((max(1, small.width * 3 // 4), max(1, small.height * 3 // 4)))


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
