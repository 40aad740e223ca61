"""Pictures with marks, their pixels untouched: PNG, JPEG, WebP and GIF, taken apart and put together again.

Only the parts that make the picture are kept; text, Exif, XMP, credentials and whatever else a box wrote is dropped,
then the marks are put in. A JPEG keeps the one fact of its Exif that changes how it looks, its orientation.
Pure; damaged files raise `CannotBeMarked`.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

import msgspec
from PIL import Image

from kiosk.storage.export import xmp
from kiosk.storage.export.marks import Marks
from kiosk.storage.export.workshop import CannotBeMarked

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_FLAGS_KEPT = 0b00110010  # profile, alpha, animation
_WEBP_XMP = 0b00000100
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_JPEG_SEGMENT = 65_533
_ORIENTATION = 0x0112
_GIF_XMP_END = bytes([1, *range(255, -1, -1), 0])  # the magic trailer of XMP in GIF (XMP specification, part 3)


def marked(data: bytes, mime_type: str, marks: Marks) -> bytes:
    """The picture with its marks."""
    make = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp, "image/gif": _gif}[mime_type]
    try:
        with warnings.catch_warnings():
            # Pillow warns of damage and of size in a file's facts; what cannot be read is refused below.
            warnings.simplefilter("ignore")
            return make(data, marks)
    except (struct.error, IndexError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise CannotBeMarked("the picture is damaged") from error


def _png(data: bytes, marks: Marks) -> bytes:
    """PNG third edition, 5.3 and 11.3: text chunks stand after IHDR."""
    chunks = list(_png_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise CannotBeMarked("the picture is cut off")
    texts = [_international(name, text.encode()) for name, text in marks.texts().items()]
    texts.append(_international("XML:com.adobe.xmp", xmp.packet(marks)))
    kept = [chunk for chunk in chunks[1:] if chunk[0] in _PNG_KEPT]
    return _PNG + b"".join(_png_chunk(kind, content) for kind, content in [chunks[0], *texts, *kept])


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if len(content) < length:
            raise CannotBeMarked("the picture is cut off")
        yield kind, content
        if kind == b"IEND":
            return
        at += 12 + length


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", zlib.crc32(kind + content))


def _international(keyword: str, text: bytes) -> tuple[bytes, bytes]:
    return b"iTXt", keyword.encode("latin-1") + b"\x00\x00\x00\x00\x00" + text


def _jpeg(data: bytes, marks: Marks) -> bytes:
    """JPEG (ITU T.81, B.1): segments up to the first scan, then everything as it is."""
    packet = _JPEG_XMP + xmp.packet(marks)
    if len(packet) > _JPEG_SEGMENT:
        # A wording that is too long for a segment stays out; the other marks are more important.
        packet = _JPEG_XMP + xmp.packet(msgspec.structs.replace(marks, prompt=None))
    head, rest = _jpeg_segments(data)
    first = [segment for segment in head if segment[0] == 0xE0]
    others = [segment for segment in head if segment[0] != 0xE0]
    added = [(0xE1, exif) for exif in _orientation(data)] + [(0xE1, packet)]
    segments = [*first, *added, *others]
    return b"\xff\xd8" + b"".join(_jpeg_segment(marker, content) for marker, content in segments) + rest


def _jpeg_segments(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The kept segments before the first scan, and all from there on."""
    kept: list[tuple[int, bytes]] = []
    at = 2
    while True:
        if data[at] != 0xFF:
            raise CannotBeMarked("the picture is damaged")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xDA:
            return kept, data[at:]
        (length,) = struct.unpack_from(">H", data, at + 2)
        content = data[at + 4 : at + 2 + length]
        if length < 2 or len(content) < length - 2:
            raise CannotBeMarked("the picture is cut off")
        if _jpeg_keeps(marker, content):
            kept.append((marker, content))
        at += 2 + length


def _jpeg_keeps(marker: int, content: bytes) -> bool:
    if marker == 0xE2:
        return content.startswith(b"ICC_PROFILE\x00")
    return marker in (0xE0, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _jpeg_segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def _orientation(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        turned = opened.getexif().get(_ORIENTATION, 1)
    if turned not in range(2, 9):
        return []
    exif = Image.Exif()
    exif[_ORIENTATION] = turned
    raw = exif.tobytes()
    return [raw if raw.startswith(b"Exif\x00\x00") else b"Exif\x00\x00" + raw]


def _webp(data: bytes, marks: Marks) -> bytes:
    """WebP container (RFC 9649, 2.7): XMP needs the extended header."""
    chunks = list(_webp_chunks(data))
    header = next((content for kind, content in chunks if kind == b"VP8X"), None)
    flags = (header[0] & _WEBP_FLAGS_KEPT) if header is not None else _flags_of(data)
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as opened:
        width, height = opened.size
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    extended = (b"VP8X", bytes([flags | _WEBP_XMP, 0, 0, 0]) + size)
    kept = [chunk for chunk in chunks if chunk[0] in _WEBP_KEPT]
    body = b"".join(_webp_chunk(*chunk) for chunk in [extended, *kept, (b"XMP ", xmp.packet(marks))])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _flags_of(data: bytes) -> int:
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as opened:
        return 0b00010000 if opened.mode == "RGBA" else 0


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    (length,) = struct.unpack_from("<I", data, 4)
    end = length + 8
    if end > len(data):
        raise CannotBeMarked("the picture is cut off")
    at = 12
    while at + 8 <= end:
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _webp_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\x00" * (len(content) % 2)


def _gif(data: bytes, marks: Marks) -> bytes:
    """GIF89a: comments and foreign applications are dropped, the one for looping is kept."""
    flags = data[10]
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    head = b"GIF89a" + data[6:at]
    said = "\n".join(f"{name}: {text}" for name, text in marks.texts().items()).encode()
    note = b"\x21\xfe" + b"".join(_gif_block(said[i : i + 255]) for i in range(0, len(said), 255)) + b"\x00"
    packet = b"\x21\xff\x0bXMP DataXMP" + xmp.packet(marks) + _GIF_XMP_END
    return head + b"".join(_gif_parts(data, at)) + note + packet + b"\x3b"


def _gif_parts(data: bytes, at: int) -> Iterator[bytes]:
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            flags = data[at + 9]
            at += 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
            keep = True
        elif data[at] == 0x21:
            is_loop = data[at + 1] == 0xFF and data[at + 3 : at + 14] in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
            keep = data[at + 1] == 0xF9 or is_loop
            at += 2
        else:
            raise CannotBeMarked("the picture is damaged")
        while data[at]:
            at += 1 + data[at]
        at += 1
        if keep:
            yield data[start:at]


def _gif_block(content: bytes) -> bytes:
    return bytes([len(content)]) + content
