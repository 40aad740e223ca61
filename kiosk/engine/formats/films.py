"""Films and models: the boxes of MP4, the elements of WebM, the chunks of binary glTF. Streams are not decoded."""

import struct
from collections.abc import Iterator

import msgspec

from kiosk.engine.formats import BadMedia, Facts, cut_off

_MAX_PARTS = 100_000


def read_film(data: bytes, mime_type: str) -> Facts:
    """Size in pixels and length in seconds, where the file says them. Raises `BadMedia`."""
    try:
        return _read_mp4(data) if mime_type == "video/mp4" else _read_webm(data)
    except (struct.error, IndexError) as error:
        raise cut_off("film") from error


def read_model(data: bytes) -> Facts:
    """A binary glTF 2.0 file (section 4.4): its length, its JSON chunk, its other chunks. Raises `BadMedia`."""
    if len(data) < 20:
        raise cut_off("model")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise BadMedia(f"the model is glTF version {version}, not 2")
    if length > len(data):
        raise cut_off("model")
    at, first = 12, True
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise cut_off("model")
        if first:
            _check_gltf_json(kind, data[at + 8 : at + 8 + size])
        at, first = at + 8 + size, False
    return Facts()


def _check_gltf_json(kind: bytes, text: bytes) -> None:
    try:
        parsed = msgspec.json.decode(text) if kind == b"JSON" else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMedia("the model's description is not JSON") from error
    if not isinstance(parsed, dict) or "asset" not in parsed:
        raise BadMedia("the model has no description")


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two positions as (type, begin and end of the body) (ISO/IEC 14496-12, 4.2)."""
    at = start
    for _ in range(_MAX_PARTS):
        if at == end:
            return
        if at + 8 > end:
            raise cut_off("film")
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif size == 0:
            size = end - at
        if size < body - at:
            raise BadMedia("the film is damaged")
        if at + size > end:
            raise cut_off("film")
        yield kind, body, at + size
        at += size
    raise BadMedia("the film has too many parts", "too_large")


def _read_mp4(data: bytes) -> Facts:
    seconds: float | None = None
    size: tuple[int, int] | None = None
    kinds = set()
    for kind, body, end in _boxes(data, 0, len(data)):
        kinds.add(kind)
        if kind != b"moov":
            continue
        for inner, inner_body, inner_end in _boxes(data, body, end):
            if inner == b"mvhd":
                seconds = _mvhd_seconds(data, inner_body)
            elif inner == b"trak" and size is None:
                size = _track_size(data, inner_body, inner_end)
    if not {b"moov", b"mdat"} <= kinds:
        raise cut_off("film")
    if size is None:
        raise BadMedia("the film has no picture")
    return Facts(size[0], size[1], seconds)


def _mvhd_seconds(data: bytes, body: int) -> float | None:
    if data[body] == 1:
        scale, duration = struct.unpack_from(">IQ", data, body + 20)
    else:
        scale, duration = struct.unpack_from(">II", data, body + 12)
    return duration / scale if scale and duration else None


def _track_size(data: bytes, start: int, end: int) -> tuple[int, int] | None:
    for kind, body, box_end in _boxes(data, start, end):
        if kind == b"tkhd":
            width, height = struct.unpack_from(">II", data, box_end - 8)
            if body + 8 <= box_end and width >> 16 and height >> 16:
                return width >> 16, height >> 16
    return None


_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_DOCTYPE, _TIME_SCALE, _DURATION = 0x4282, 0x2AD7B1, 0x4489
_TRACK, _VIDEO, _WIDTH, _HEIGHT = 0xAE, 0xE0, 0xB0, 0xBA
_UNKNOWN = -1


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The EBML elements between two positions as (id, begin and end of the body) (RFC 8794, sections 5 and 6)."""
    at = start
    for _ in range(_MAX_PARTS):
        if at >= end:
            return
        kind, at = _vint(data, at, keep_marker=True)
        size, at = _vint(data, at, keep_marker=False)
        if size == _UNKNOWN:
            # Of live streams: such a cluster or segment is walked into, as what follows is inside it.
            yield kind, at, end
            if kind not in (_SEGMENT, _CLUSTER):
                raise BadMedia("the film is damaged")
            if kind == _SEGMENT:
                return
            continue
        if at + size > end:
            raise cut_off("film")
        yield kind, at, at + size
        at += size
    raise BadMedia("the film has too many parts", "too_large")


def _vint(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    first = data[at]
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(data):
        raise cut_off("film")
    value = int.from_bytes(data[at : at + length], "big")
    if keep_marker:
        return value, at + length
    value &= (1 << 7 * length) - 1
    return (_UNKNOWN if value == (1 << 7 * length) - 1 else value), at + length


def _read_webm(data: bytes) -> Facts:
    seconds: float | None = None
    size: tuple[int, int] | None = None
    clusters = 0
    for kind, body, end in _elements(data, 0, len(data)):
        if kind == _EBML:
            _check_doctype(data, body, end)
        elif kind == _SEGMENT:
            for inner, inner_body, inner_end in _elements(data, body, end):
                if inner == _INFO:
                    seconds = _webm_seconds(data, inner_body, inner_end)
                elif inner == _TRACKS:
                    size = _webm_size(data, inner_body, inner_end)
                elif inner == _CLUSTER:
                    clusters += 1
    if size is None or not clusters:
        raise BadMedia("the film has no picture")
    return Facts(size[0], size[1], seconds)


def _check_doctype(data: bytes, start: int, end: int) -> None:
    for kind, body, body_end in _elements(data, start, end):
        if kind == _DOCTYPE and data[body:body_end].rstrip(b"\0") != b"webm":
            raise BadMedia("the film is no WebM file", "unknown")


def _webm_seconds(data: bytes, start: int, end: int) -> float | None:
    scale, duration = 1_000_000, 0.0
    for kind, body, body_end in _elements(data, start, end):
        if kind == _TIME_SCALE:
            scale = int.from_bytes(data[body:body_end], "big")
        elif kind == _DURATION:
            duration = struct.unpack(">f" if body_end - body == 4 else ">d", data[body:body_end])[0]
    return duration * scale / 1e9 if duration > 0 else None


def _webm_size(data: bytes, start: int, end: int) -> tuple[int, int] | None:
    for kind, body, body_end in _elements(data, start, end):
        if kind != _TRACK:
            continue
        for inner, inner_body, inner_end in _elements(data, body, body_end):
            if inner != _VIDEO:
                continue
            values = {
                name: int.from_bytes(data[at:at_end], "big")
                for name, at, at_end in _elements(data, inner_body, inner_end)
            }
            if values.get(_WIDTH) and values.get(_HEIGHT):
                return values[_WIDTH], values[_HEIGHT]
    return None
