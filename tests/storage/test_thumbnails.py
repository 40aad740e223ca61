import io
import os
import random
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosk.records import MediaType
from kiosk.storage import small_pictures, thumbnails
from tests.storage.kit import library, picture, whole_run


def noise(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3)).save(buffer, "PNG")
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG whose header promises a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


async def test_a_thumbnail_is_made_once(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        first = await opened.thumbnail(run.run_id)
        before = first.path.stat().st_mtime_ns
        again = await opened.thumbnail(run.run_id)
        assert again == first
        assert again.path.stat().st_mtime_ns == before
        assert first.path.is_relative_to(tmp_path / "state")
        with Image.open(first.path) as small:
            assert (small.format, small.size) == ("WEBP", (48, 32))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_of_picture_that_is_kept_has_one(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(picture("green", (900, 600), kind))
    with Image.open(io.BytesIO(small_pictures.encoded(source))) as small:
        assert small.size == (400, 267)


def test_the_hardest_picture_stays_under_forty_kilobytes(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    source.write_bytes(noise(1024, 1024))
    assert len(small_pictures.encoded(source)) <= thumbnails.MAX_BYTES


@pytest.mark.parametrize("data", [bomb(50_000, 50_000), b"GIF89a", b"<svg/>", picture("blue", (600, 600))[:200], b""])
def test_bombs_and_broken_pictures_are_refused(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "source.png"
    source.write_bytes(data)
    with pytest.raises(thumbnails.NoThumbnail):
        small_pictures.encoded(source)


async def test_a_picture_that_a_person_exchanged_is_shown_and_has_a_thumbnail_of_its_own(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        before = await opened.media_file(run.run_id, MediaType.IMAGE)
        thumbnail = await opened.thumbnail(run.run_id)
        # Of the same size, so that only its time tells.
        before.path.write_bytes(before.path.read_bytes()[:-12] + bytes(12))
        later = time.time() + 120
        os.utime(before.path, (later, later))
        assert (await opened.media_file(run.run_id, MediaType.IMAGE)).etag != before.etag
        before.path.write_bytes(picture("blue") + b" ")
        assert (await opened.media_file(run.run_id, MediaType.IMAGE)).etag != before.etag
        assert (await opened.thumbnail(run.run_id)).data != thumbnail.data


async def test_a_deleted_thumbnail_comes_back_the_same(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        first = await opened.thumbnail(run.run_id)
        first.path.unlink()
        assert await opened.thumbnail(run.run_id) == first
        assert (await opened.media_file(run.run_id, MediaType.IMAGE)).mark != first.mark
