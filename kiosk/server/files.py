"""Files of runs over HTTP: byte ranges, conditional requests, and headers that keep them from acting as pages.

Follows RFC 9110, sections 13 (conditions) and 14 (ranges). Of several ranges the first that can be served is
served alone, as 15.3.7 allows. Which file may be seen by whom is decided before; this opens exactly the file that
it is given, without following a link.
"""

import asyncio
import io
import os
import re
import stat
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from litestar import Request, Response
from msgspec import Struct

from kiosk.durable import open_no_follow
from kiosk.mediatypes import EXTENSIONS
from kiosk.server.closing import ClosingStream
from kiosk.server.errors import Refusal
from kiosk.storage.answers import StoredFile

CHUNK = 256 * 1024
MAX_RANGES = 16
REVALIDATE = "private, no-cache"

_SHOWN = frozenset(
    {
        "image/png", "image/jpeg", "image/webp", "image/gif",
        "audio/wav", "audio/flac", "audio/mpeg", "audio/ogg",
        "video/mp4", "video/webm", "text/plain", "application/json",
    }
)  # fmt: skip
_RANGE = re.compile(r"(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<suffix>[0-9]{1,18}))")
_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


class Span(Struct, frozen=True):
    """The bytes from `first` to `last`, both included, as HTTP counts."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


async def file_response(
    request: Request[Any, Any, Any], stored: StoredFile, name: str, cache_control: str = REVALIDATE
) -> Response[Any]:
    """The answer to a GET or HEAD for a file: 200, 206 or 304. `name` is for a download, without extension.

    Raises `Refusal` (404, 416).
    """
    headers = _headers(stored, name, cache_control)
    if _is_known(request.headers.get("if-none-match"), stored.etag):
        return Response(b"", status_code=304, headers=headers, media_type=stored.mime_type)
    stream, size = _in_memory(stored.data) if stored.data is not None else await asyncio.to_thread(_open, stored.path)
    try:
        span = _wanted(request, stored.etag, size)
    except Refusal:
        stream.close()
        raise
    status, part = (206, span) if span else (200, Span(0, size - 1))
    if span:
        headers["content-range"] = f"bytes {span.first}-{span.last}/{size}"
    headers["content-length"] = str(part.length)
    if request.method == "HEAD":
        stream.close()
        return Response(b"", status_code=status, headers=headers, media_type=stored.mime_type)
    if stored.data is not None and part.length <= CHUNK:
        data = stored.data[part.first : part.last + 1]
        return Response(data, status_code=status, headers=headers, media_type=stored.mime_type)
    pieces = _chunks(stream, part)
    return ClosingStream(pieces, status_code=status, headers=headers, media_type=stored.mime_type)


def _headers(stored: StoredFile, name: str, cache_control: str) -> dict[str, str]:
    shown = stored.mime_type in _SHOWN
    extension = EXTENSIONS.get(stored.mime_type, "bin")
    return {
        "etag": stored.etag,
        "accept-ranges": "bytes",
        "cache-control": cache_control,
        "content-security-policy": _SANDBOX,
        "content-disposition": f'{"inline" if shown else "attachment"}; filename="{name}.{extension}"',
    }


def _in_memory(data: bytes) -> tuple[BinaryIO, int]:
    return io.BytesIO(data), len(data)


def _open(path: Path) -> tuple[BinaryIO, int]:
    try:
        descriptor = open_no_follow(path, os.O_RDONLY)
    except OSError as error:
        raise Refusal(404, "file_missing") from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise Refusal(404, "file_missing")
    return os.fdopen(descriptor, "rb", buffering=0), facts.st_size


async def _chunks(stream: BinaryIO, part: Span) -> AsyncGenerator[bytes, None]:
    left = part.length
    with stream:
        stream.seek(part.first)
        while left > 0:
            data = await asyncio.to_thread(stream.read, min(CHUNK, left))
            if not data:
                return
            left -= len(data)
            yield data


def _wanted(request: Request[Any, Any, Any], etag: str, size: int) -> Span | None:
    header = request.headers.get("range")
    if header is None or request.method != "GET":
        return None
    condition = request.headers.get("if-range")
    if condition is not None and condition.strip() != etag:
        return None
    return parse_range(header, size)


def parse_range(header: str, size: int) -> Span | None:
    """The part that a `Range` header asks for, of a file of `size` bytes; None to send the whole file.

    A header that is malformed or of another unit is ignored. Raises `Refusal` (416) if no range lies in the file.
    """
    unit, _, ranges = header.partition("=")
    specs = [spec.strip() for spec in ranges.split(",") if spec.strip()]
    matches = [match for spec in specs if (match := _RANGE.fullmatch(spec)) and not _is_backwards(match)]
    if unit.strip().lower() != "bytes" or not matches or len(specs) > MAX_RANGES or len(matches) < len(specs):
        return None
    for match in matches:
        if span := _span(match.groupdict(), size):
            return span
    raise Refusal(416, "range", headers={"content-range": f"bytes */{size}"})


def _is_backwards(match: re.Match[str]) -> bool:
    return bool(match["last"]) and int(match["last"]) < int(match["first"])


def _span(found: Mapping[str, str | None], size: int) -> Span | None:
    if found["suffix"] is not None:
        length = min(int(found["suffix"]), size)
        return Span(size - length, size - 1) if length else None
    first = int(found["first"] or 0)
    last = min(int(found["last"]), size - 1) if found["last"] else size - 1
    return Span(first, last) if first <= last else None


def _is_known(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in known or etag in known
