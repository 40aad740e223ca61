"""Pictures that a person brings in."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosk.engine.formats import BadMedia
from kiosk.server.uploads import UnknownUpload, Uploads, UploadsFull
from kiosk.settings import LimitSettings, Settings
from tests.engine.studio import png
from tests.server.house import House, running, send_raw
from tests.server.test_pipeline import EXECUTE, IDEA


def photo() -> bytes:
    """A photograph, 40 x 20, lying on its side, that says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of a child"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 80, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 50,000 x 50,000 pixels."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_photograph_becomes_the_start_of_a_run(house: House) -> None:
    studio = house.studio
    with house.child() as child:
        answer = child.post("/api/uploads", files={"picture": ("IMG_1.jpg", photo(), "image/jpeg")})
        assert answer.status_code == 201
        upload = answer.json()
        assert (upload["width"], upload["height"]) == (20, 40)
    [kept] = list((house.data / "state" / "uploads").iterdir())
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"Camera of a child" not in kept.read_bytes()
    assert kept.name == upload["upload_id"]
    assert studio.media.requests == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_cut_off"),
        (b"GIF89a", "picture_cut_off"),
        (b"hello", "picture_unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unknown"),
        (b"RIFF\x24\0\0\0WAVE" + b"\0" * 32, "picture_wrong_kind"),
        (png()[:40], "picture_cut_off"),
        (bomb(), "picture_too_large"),
    ],
    ids=["nothing", "a head only", "no picture", "svg", "sound", "half", "bomb"],
)
def test_what_is_no_good_picture_is_refused(shared: House, data: bytes, code: str) -> None:
    with shared.child() as child:
        answer = child.post("/api/uploads", files={"picture": ("a.png", data, "image/png")})
    assert answer.status_code == 400
    assert answer.json()["code"] == code


def test_the_form_has_one_picture(shared: House) -> None:
    with shared.child() as child:
        assert child.post("/api/uploads", files={"other": ("a.png", png(), "image/png")}).status_code == 400
        assert child.post("/api/uploads", json={"picture": "x"}).status_code in {400, 415}
        assert child.post("/api/uploads", data={"picture": "text"}, files={"b": b""}).status_code == 400
        broken = {"Content-Type": "multipart/form-data; boundary=x"}
        assert child.post("/api/uploads", content=b"--x\r\nnonsense", headers=broken).status_code == 400
        many = [("picture", ("a.png", png(), "image/png"))] * 50
        assert child.post("/api/uploads", files=many).status_code == 400


def test_a_picture_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with running(tmp_path, Settings(limits=LimitSettings(upload_mb=1))) as house:
        with house.child() as child:
            answer = child.post("/api/uploads", files={"picture": ("a.png", b"a" * 1_010_000, "image/png")})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        announced = send_raw(
            house,
            f"POST /api/uploads HTTP/1.1\r\nHost: {house.authority}\r\nAuthorization: Bearer {house.bearer}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000000\r\n\r\n".encode(),
        )
        assert announced is not None
        assert announced.status == 413


def test_an_upload_can_be_used_by_its_own_device(house: House) -> None:
    with house.child() as child:
        upload = child.post("/api/uploads", files={"picture": ("a.png", png(), "image/png")}).json()
        answer = child.post(EXECUTE, json=IDEA | {"input_image": {"upload_id": upload["upload_id"]}})
    # the scripted studio knows only its own picture: the reference was taken, and looked for
    assert answer.json()["code"] == "unknown_picture"


async def test_pictures_are_kept_for_their_device_and_their_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = Uploads(tmp_path / "uploads")
    upload = await uploads.take(png(), "tablet-a")
    assert (await uploads.read(upload.upload_id, "tablet-a")).startswith(b"\x89PNG")
    for name, device in ((upload.upload_id, "tablet-b"), ("upload_" + "0" * 32, "tablet-a"), ("../x", "tablet-a")):
        with pytest.raises(UnknownUpload):
            await uploads.read(name, device)
    monkeypatch.setattr("kiosk.server.uploads.time.monotonic", lambda: 1e12)
    with pytest.raises(UnknownUpload):
        await uploads.read(upload.upload_id, "tablet-a")


async def test_what_an_earlier_process_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "upload_left"
    left.write_bytes(b"x")
    uploads = Uploads(tmp_path)
    upload = await uploads.take(png(), "tablet-a")
    assert {path.name for path in tmp_path.iterdir()} == {upload.upload_id}
    await uploads.close()
    assert list(tmp_path.iterdir()) == []


async def test_there_is_an_end_to_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.server.uploads.MAX_KEPT_BYTES", 200)
    uploads = Uploads(tmp_path)
    while len(png()) + sum(path.stat().st_size for path in tmp_path.iterdir()) <= 200:
        await uploads.take(png(), "tablet-a")
    with pytest.raises(UploadsFull):
        await uploads.take(png(), "tablet-a")
    with pytest.raises(BadMedia):
        await uploads.take(b"", "tablet-a")


async def test_asking_creates_nothing(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    with pytest.raises(UnknownUpload):
        await uploads.read("upload_" + "0" * 32, "tablet-a")
    await uploads.close()
    assert list(tmp_path.iterdir()) == []
