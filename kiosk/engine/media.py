"""Whatever a box returned, or a person brought in, as checked bytes and facts.

`check_media` is the one place that decides whether bytes are the medium that they should be: sniffed, whole,
within limits. It computes and does not wait: call it in a thread. Where bytes come from is not its concern.
"""

from msgspec import Struct

from kiosk import mediatypes
from kiosk.engine.formats import BadMedia, Facts
from kiosk.engine.formats.films import read_film, read_model
from kiosk.engine.formats.pictures import read_picture, without_metadata
from kiosk.engine.formats.sounds import read_sound
from kiosk.records import MediaType

__all__ = ["MAX_BYTES", "BadMedia", "CheckedMedia", "check_media", "clean_picture"]

_MB = 1 << 20
MAX_BYTES: dict[MediaType, int] = {
    MediaType.IMAGE: 64 * _MB,
    MediaType.AUDIO: 256 * _MB,
    MediaType.MUSIC: 256 * _MB,
    MediaType.VIDEO: 512 * _MB,
    MediaType.MODEL_3D: 256 * _MB,
    MediaType.CODE: 4 * _MB,
    MediaType.TEXT: 4 * _MB,
    MediaType.METADATA: 4 * _MB,
}
"""The largest file of each kind that is taken from a box, in bytes."""


class CheckedMedia(Struct, frozen=True):
    """A medium that is what it claims to be. `width` and `height` in pixels, `duration_s` in seconds."""

    data: bytes
    mime_type: str
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


def check_media(data: bytes, media_type: MediaType) -> CheckedMedia:
    """The bytes as a checked medium of this type. Raises `BadMedia`."""
    _check_size(data, media_type)
    if media_type in (MediaType.CODE, MediaType.TEXT, MediaType.METADATA):
        return CheckedMedia(data, _text_type(data))
    mime_type = _sniffed(data, media_type)
    facts = _read(data, mime_type)
    return CheckedMedia(data, mime_type, facts.width, facts.height, facts.duration_s)


def clean_picture(data: bytes) -> CheckedMedia:
    """A person's picture without anything but its pixels (no place, no camera, no text), turned upright.

    Of a moving picture only the first frame is kept. Raises `BadMedia`.
    """
    _check_size(data, MediaType.IMAGE)
    clean = without_metadata(data, _sniffed(data, MediaType.IMAGE))
    return check_media(clean, MediaType.IMAGE)


def _check_size(data: bytes, media_type: MediaType) -> None:
    if not data:
        raise BadMedia("the file is empty", "cut_off")
    if len(data) > MAX_BYTES[media_type]:
        raise BadMedia(f"the file is larger than {MAX_BYTES[media_type] // _MB} MB", "too_large")


def _sniffed(data: bytes, media_type: MediaType) -> str:
    mime_type = mediatypes.sniff(data)
    if mime_type is None:
        raise BadMedia(f"the file is no {media_type} that can be kept", "unknown")
    if not mediatypes.fits(mime_type, media_type):
        raise BadMedia(f"the file is {mime_type}, not {media_type}", "wrong_kind")
    return mime_type


def _read(data: bytes, mime_type: str) -> Facts:
    family = mime_type.split("/")[0]
    if family == "image":
        return read_picture(data, mime_type)
    if family == "audio":
        return read_sound(data, mime_type)
    if family == "video":
        return read_film(data, mime_type)
    return read_model(data)


def _text_type(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadMedia("the text is not UTF-8", "unknown") from error
    if "\0" in text:
        raise BadMedia("the file is no text", "unknown")
    return "text/plain"
