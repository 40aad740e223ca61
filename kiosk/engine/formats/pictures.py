"""Pictures: structure, limits, then one full decode. Knows PNG, JPEG, WebP and GIF, still or moving."""

import io
import struct
import warnings
import zlib

from PIL import Image, ImageOps

from kiosk.engine.formats import MAX_FRAME_PIXELS, MAX_FRAMES, MAX_PIXELS, BadMedia, Facts, cut_off

_PILLOW_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}
_MAX_JPEG_SCANS = 64  # each scan of a progressive JPEG costs a pass over all pixels, however few bytes it has
_MAX_PNG_CHUNKS = 200_000
_LARGEST_SIDE = 16_384


def read_picture(data: bytes, mime_type: str) -> Facts:
    """Size in pixels, and the length in seconds of a moving picture. Raises `BadMedia`."""
    check_structure(data, mime_type)
    with _opened(data, mime_type) as picture:
        frames = _within_limits(picture)
        try:
            milliseconds = 0.0
            for frame in range(frames):
                picture.seek(frame)
                picture.load()
                milliseconds += float(picture.info.get("duration", 0) or 0)
        except _DECODE_ERRORS as error:
            raise _undecodable(error) from error
        return Facts(picture.width, picture.height, milliseconds / 1000 if frames > 1 else None)


def without_metadata(data: bytes, mime_type: str) -> bytes:
    """A person's picture as a fresh file: upright, first frame only, with nothing in it but its pixels.

    A photograph stays JPEG, everything else becomes PNG. Raises `BadMedia`.
    """
    check_structure(data, mime_type)
    with _opened(data, mime_type) as picture:
        _within_limits(picture)
        try:
            upright = ImageOps.exif_transpose(picture)
        except _DECODE_ERRORS as error:
            raise _undecodable(error) from error
    clean = io.BytesIO()
    if mime_type == "image/jpeg":
        _pixels_only(upright.convert("RGB")).save(clean, "JPEG", quality=95, subsampling=0)
    else:
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        _pixels_only(upright.convert(mode)).save(clean, "PNG")
    return clean.getvalue()


def check_structure(data: bytes, mime_type: str) -> None:
    """Whether the file is there to its last byte, without decoding. Raises `BadMedia`."""
    if mime_type == "image/png":
        _check_png(data)
    elif mime_type == "image/jpeg":
        _check_jpeg(data)
    elif mime_type == "image/webp":
        if len(data) < 12 or len(data) < 8 + int.from_bytes(data[4:8], "little"):
            raise cut_off("picture")
    elif not data.rstrip(b"\0").endswith(b";"):
        raise cut_off("picture")


_DECODE_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def _opened(data: bytes, mime_type: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            return Image.open(io.BytesIO(data), formats=(_PILLOW_NAMES[mime_type],))
    except Image.DecompressionBombError as error:
        raise BadMedia("the picture has too many pixels", "too_large") from error
    except _DECODE_ERRORS as error:
        raise BadMedia("the picture cannot be opened") from error


def _within_limits(picture: Image.Image) -> int:
    """The number of frames, after all limits held; nothing has been decoded until here."""
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > _LARGEST_SIDE:
        raise BadMedia(f"the picture has too many pixels: {width} x {height}", "too_large")
    try:
        frames = getattr(picture, "n_frames", 1)
    except _DECODE_ERRORS as error:
        raise _undecodable(error) from error
    if frames > MAX_FRAMES or frames * width * height > MAX_FRAME_PIXELS:
        raise BadMedia(f"the animation is too large: {frames} frames of {width} x {height}", "too_large")
    return frames


def _undecodable(error: Exception) -> BadMedia:
    if "truncated" in str(error) or isinstance(error, EOFError):
        return cut_off("picture")
    return BadMedia("the picture cannot be decoded")


def _pixels_only(picture: Image.Image) -> Image.Image:
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    return fresh


def _check_png(data: bytes) -> None:
    """Every chunk whole, with its right CRC, up to IEND (PNG, third edition, section 5)."""
    at = 8
    for _ in range(_MAX_PNG_CHUNKS):
        if at + 12 > len(data):
            raise cut_off("picture")
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(data):
            raise cut_off("picture")
        if zlib.crc32(memoryview(data)[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            raise BadMedia("the picture is damaged")
        if kind == b"IEND":
            return
        at = end + 4
    raise BadMedia("the picture has too many parts", "too_large")


def _check_jpeg(data: bytes) -> None:
    if data.rfind(b"\xff\xd9") <= data.rfind(b"\xff\xda"):
        raise cut_off("picture")
    if data.count(b"\xff\xda") > _MAX_JPEG_SCANS:
        raise BadMedia("the picture has too many scans", "too_large")
