import contextlib
import io
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.engine.media import BadMedia, check_media, clean_picture
from kiosk.records import MediaType
from tests.boxes import samples

IMAGE, AUDIO, MUSIC, VIDEO = MediaType.IMAGE, MediaType.AUDIO, MediaType.MUSIC, MediaType.VIDEO

WHOLE = {
    "png": (samples.picture(), IMAGE, "image/png", (64, 48), None),
    "jpeg": (samples.picture(kind="JPEG"), IMAGE, "image/jpeg", (64, 48), None),
    "webp": (samples.picture(kind="WEBP"), IMAGE, "image/webp", (64, 48), None),
    "gif": (samples.picture(kind="GIF"), IMAGE, "image/gif", (64, 48), None),
    "moving webp": (samples.animation(), VIDEO, "image/webp", (64, 48), 0.8),
    "moving png": (samples.animation(kind="PNG"), IMAGE, "image/png", (64, 48), 0.8),
    "moving gif": (samples.animation(kind="GIF"), VIDEO, "image/gif", (64, 48), 0.8),
    "wav": (samples.wav(), AUDIO, "audio/wav", None, 0.25),
    "flac": (samples.sample("sound.flac"), MUSIC, "audio/flac", None, 0.5),
    "mp3": (samples.sample("sound.mp3"), AUDIO, "audio/mpeg", None, 0.576),
    "ogg": (samples.sample("sound.ogg"), MUSIC, "audio/ogg", None, 0.5),
    "mp4": (samples.sample("film.mp4"), VIDEO, "video/mp4", (64, 48), 1.0),
    "webm": (samples.sample("film.webm"), VIDEO, "video/webm", (64, 48), 1.0),
    "glb": (samples.triangle(), MediaType.MODEL_3D, "model/gltf-binary", None, None),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_gives_its_bytes_and_facts(name: str) -> None:
    data, media_type, mime_type, size, seconds = WHOLE[name]
    checked = check_media(data, media_type)
    assert checked.data is data
    assert checked.mime_type == mime_type
    assert (checked.width, checked.height) == (size or (None, None))
    assert checked.duration_s == (pytest.approx(seconds) if seconds else None)


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_anywhere_is_refused(name: str) -> None:
    data, media_type, *_ = WHOLE[name]
    for length in range(0, len(data), max(1, len(data) // 400)):
        with pytest.raises(BadMedia):
            check_media(data[:length], media_type)
    with pytest.raises(BadMedia):
        check_media(data[:-1], media_type)


def test_a_cut_is_called_a_cut() -> None:
    for name in ("png", "jpeg", "webp", "wav", "flac", "mp3", "ogg", "mp4", "webm", "glb"):
        data, media_type, *_ = WHOLE[name]
        with pytest.raises(BadMedia) as caught:
            check_media(data[: len(data) * 2 // 3], media_type)
        assert caught.value.code == "cut_off", name


def test_a_flipped_byte_in_a_png_is_seen() -> None:
    data = bytearray(samples.picture())
    data[len(data) // 2] ^= 1
    with pytest.raises(BadMedia, match="damaged"):
        check_media(bytes(data), IMAGE)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (samples.picture(), VIDEO),
        (samples.wav(), IMAGE),
        (samples.sample("film.mp4"), IMAGE),
        (samples.sample("sound.flac"), VIDEO),
    ],
)
def test_another_kind_of_medium_is_refused(data: bytes, media_type: MediaType) -> None:
    with pytest.raises(BadMedia) as caught:
        check_media(data, media_type)
    assert caught.value.code == "wrong_kind"


@pytest.mark.parametrize("data", [b"<html><body>502 Bad Gateway</body></html>", b"\0" * 100, b"%PDF-1.7 ..."])
def test_what_is_no_medium_is_refused(data: bytes) -> None:
    with pytest.raises(BadMedia) as caught:
        check_media(data, IMAGE)
    assert caught.value.code == "unknown"


def test_a_picture_bomb_is_refused_without_memory() -> None:
    bomb = samples.png_bomb()
    tracemalloc.start()
    with pytest.raises(BadMedia) as caught:
        check_media(bomb, IMAGE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "too_large"
    assert peak < 2_000_000


def test_an_animation_bomb_is_refused() -> None:
    frames = [Image.new("P", (2_000, 2_000)) for _ in range(70)]
    for number, frame in enumerate(frames):
        frame.putpixel((number, number), 1)
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(BadMedia) as caught:
        check_media(file.getvalue(), IMAGE)
    assert caught.value.code == "too_large"


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    data = samples.picture(kind="JPEG")
    with pytest.raises(BadMedia) as caught:
        check_media(data[:-2] + b"\xff\xda\0\x02" * 1_000 + b"\xff\xd9", IMAGE)
    assert caught.value.code == "too_large"


def test_a_png_that_hides_a_text_bomb_does_not_fill_the_memory() -> None:
    text = b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000, 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    plain = samples.picture()
    tracemalloc.start()
    with pytest.raises(BadMedia):
        check_media(plain[:33] + chunk + plain[33:], IMAGE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_text_must_be_text() -> None:
    assert check_media("Grüße".encode(), MediaType.CODE).mime_type == "text/plain"
    for data in (b"\xff\xfe", b"a\0b"):
        with pytest.raises(BadMedia):
            check_media(data, MediaType.CODE)


def test_a_brought_in_picture_loses_everything_but_its_pixels() -> None:
    image = Image.open(io.BytesIO(samples.picture(40, 20)))
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera turned
    exif[0x010F] = "A camera"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"at home")
    clean = clean_picture(file.getvalue())
    assert (clean.width, clean.height) == (20, 40)
    assert b"camera" not in clean.data
    assert b"at home" not in clean.data
    assert not Image.open(io.BytesIO(clean.data)).getexif()


def test_a_brought_in_drawing_keeps_its_transparency() -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    file = io.BytesIO()
    image.save(file, "PNG")
    clean = clean_picture(file.getvalue())
    assert Image.open(io.BytesIO(clean.data)).mode == "RGBA"
    assert clean.mime_type == "image/png"


def test_of_a_moving_picture_that_is_brought_in_the_first_frame_is_kept() -> None:
    clean = clean_picture(samples.animation(kind="GIF"))
    assert (clean.mime_type, clean.width, clean.height, clean.duration_s) == ("image/png", 64, 48, None)


@settings(max_examples=300)
@given(name=st.sampled_from(sorted(WHOLE)), changes=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8))))
def test_no_bytes_whatsoever_raise_anything_else(name: str, changes: list[tuple[float, bytes]]) -> None:
    data, media_type, *_ = WHOLE[name]
    for where, replacement in changes:
        at = int(where * len(data))
        data = data[:at] + replacement + data[at + len(replacement) :]
    with contextlib.suppress(BadMedia):
        check_media(data, media_type)
