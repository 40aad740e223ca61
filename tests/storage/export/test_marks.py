import io
import json
import os
import stat
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import av
import c2pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from kiosk.mediatypes import sniff
from kiosk.records import MediaType
from kiosk.storage.export import marked_models, marked_pictures, marking
from kiosk.storage.export.marking import write_marked
from kiosk.storage.export.marks import ALGORITHMIC, TRAINED, Marks, is_algorithmic
from kiosk.storage.export.workshop import CannotBeMarked, Workshop
from tests.storage.export import box_files
from tests.storage.export.box_files import SECRET
from tests.storage.export.kit import CONTROLS, NASTY
from tests.storage.kit import item, picture_item

RUN = "run_1769122471728_362ba81c"
MARKS = Marks(
    source_type=TRAINED,
    run_id=RUN,
    created="2026-01-22T23:54:31.728+01:00",
    lens="dada",
    model="sd35",
    backend="comfyui",
    seed=4_294_967_295,
    prompt="Ein Bär & <b>ein</b> 🐻",
)
SPACE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
PICTURES = {
    "png": box_files.png(),
    "jpg": box_files.jpeg(),
    "webp": box_files.webp(),
    "webp-alpha": box_files.webp("RGBA"),
    "webp-graph": box_files.webp_with_graph(),
    "webp-moving": box_files.moving("WEBP"),
    "gif": box_files.moving("GIF"),
}
STREAMS = ["wav", "flac", "mp3", "ogg", "mp4", "webm"]


def frames(data: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(data)) as opened:
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(opened)]


def in_file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / f"box.{name.partition('-')[0]}"
    path.write_bytes(data)
    return path


def marked_copy(source: Path, marks: Marks, keys: Path | None = None) -> bytes:
    target = source.with_name(f"marked-{source.name}")
    write_marked(source, target, marks, keys)
    return target.read_bytes()


def xmp_in(data: bytes) -> Any:
    start = data.index(b"<x:xmpmeta")
    return ET.fromstring(data[start : data.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")])  # noqa: S314 - our own


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_keeps_every_pixel_and_loses_what_the_box_wrote(tmp_path: Path, name: str) -> None:
    source = in_file(tmp_path, name, PICTURES[name])
    before = source.read_bytes()
    copy = marked_copy(source, MARKS, tmp_path / "keys")
    assert source.read_bytes() == before
    assert frames(copy) == frames(before)
    assert SECRET.encode() not in copy
    with Image.open(io.BytesIO(copy)) as opened, Image.open(source) as own:
        assert opened.getexif().get(0x0112, 1) == (6 if name == "jpg" else 1)
        assert opened.info.get("loop") == own.info.get("loop")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_it_is(tmp_path: Path, name: str) -> None:
    copy = marked_copy(in_file(tmp_path, name, PICTURES[name]), MARKS)
    said = xmp_in(copy)
    assert [one.text for one in said.iter(f"{SPACE}DigitalSourceType")] == [TRAINED]
    assert [one.text for one in said.iter(f"{SPACE}AIPromptInformation")] == [MARKS.prompt]
    assert [one.text for one in said.iter("{urn:atelier-kiosk:marks:1}Seed")] == ["4294967295"]
    assert [one.text for one in said.iter("{urn:atelier-kiosk:marks:1}Run")] == [RUN]


def test_a_png_says_it_in_text_too(tmp_path: Path) -> None:
    copy = marked_copy(in_file(tmp_path, "png", PICTURES["png"]), MARKS)
    with Image.open(io.BytesIO(copy)) as opened:
        texts = opened.text  # type: ignore[attr-defined]
    assert texts["Digital Source Type"] == TRAINED
    assert texts["Description"] == MARKS.prompt
    assert (texts["Model"], texts["Seed"], texts["Run"], texts["Lens"]) == ("sd35", "4294967295", RUN, "dada")


@pytest.mark.parametrize("kind", STREAMS)
def test_a_sound_or_film_keeps_every_frame_and_says_what_it_is(tmp_path: Path, kind: str) -> None:
    source = box_files.stream(kind, tmp_path)
    assert SECRET.encode() in source.read_bytes()
    copy = tmp_path / f"copy.{kind}"
    carries = write_marked(source, copy, MARKS, tmp_path / "keys")
    assert carries[0] == "text"
    assert box_files.decoded(copy) == box_files.decoded(source)
    assert SECRET.encode() not in copy.read_bytes()
    with av.open(str(copy)) as opened:
        said = {**opened.metadata, **opened.streams[0].metadata}
    comment = next(text for name, text in said.items() if name.lower() == "comment")
    assert TRAINED in comment
    assert RUN in comment
    assert MARKS.prompt is not None
    assert MARKS.prompt in comment


def test_a_model_says_it_beside_its_geometry(tmp_path: Path) -> None:
    copy = marked_copy(in_file(tmp_path, "glb", box_files.glb()), MARKS)
    assert SECRET.encode() not in copy
    magic, version, total = struct.unpack_from("<4sII", copy)
    (length,) = struct.unpack_from("<I", copy, 12)
    scene = json.loads(copy[20 : 20 + length])
    assert (magic, version, total) == (b"glTF", 2, len(copy))
    assert scene["asset"]["extras"]["Digital Source Type"] == TRAINED
    assert copy.endswith(b"\x01\x02\x03\x04")


@pytest.mark.parametrize("name", [*PICTURES, "wav", "flac", "mp3", "mp4"])
def test_the_credentials_are_valid_and_say_how_it_was_made(tmp_path: Path, name: str) -> None:
    source = in_file(tmp_path, name, PICTURES[name]) if name in PICTURES else box_files.stream(name, tmp_path)
    copy = tmp_path / f"copy.{source.suffix[1:]}"
    assert write_marked(source, copy, MARKS, tmp_path / "keys")[-1] == "c2pa"
    with c2pa.Reader(str(copy)) as reader:
        assert reader.get_validation_state() == "Valid"
        failures = [one["code"] for one in reader.get_validation_results()["activeManifest"]["failure"]]
        manifest = reader.get_active_manifest()
    assert failures == ["signingCredential.untrusted"]
    (actions,) = [one for one in manifest["assertions"] if one["label"] == "c2pa.actions.v2"]
    (action,) = actions["data"]["actions"]
    assert (action["action"], action["digitalSourceType"]) == ("c2pa.created", TRAINED)
    assert action["parameters"]["kiosk.run"] == RUN
    assert "Bär" not in json.dumps(manifest, ensure_ascii=False)


def test_a_copy_that_was_changed_is_not_valid_any_more(tmp_path: Path) -> None:
    source = in_file(tmp_path, "png", PICTURES["png"])
    copy = tmp_path / "copy.png"
    write_marked(source, copy, MARKS, tmp_path / "keys")
    data = bytearray(copy.read_bytes())
    data[data.rindex(b"IDAT") + 20] ^= 1
    copy.write_bytes(data)
    with c2pa.Reader(str(copy)) as reader:
        assert reader.get_validation_state() == "Invalid"


async def test_copies_of_one_kiosk_are_signed_by_one_key_that_only_it_can_read(tmp_path: Path) -> None:
    source = in_file(tmp_path, "png", PICTURES["png"])
    keys = tmp_path / "state" / "signing"
    workshop = Workshop(tmp_path)
    signers = set()
    for number in range(2):
        copy = tmp_path / f"copy{number}.png"
        await workshop.make(write_marked, source, copy, MARKS, keys)
        with c2pa.Reader(str(copy)) as reader:
            signers.add(reader.get_active_manifest()["signature_info"]["cert_serial_number"])
    assert len(signers) == 1
    (kept,) = keys.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


@pytest.mark.parametrize("prompt", [NASTY, CONTROLS, "wort " * 20_000])
@pytest.mark.parametrize("name", ["png", "jpg", "webp", "gif"])
def test_any_wording_stays_a_wording(tmp_path: Path, name: str, prompt: str) -> None:
    marks = Marks(source_type=TRAINED, run_id=RUN, created="2026", lens="dada", prompt=prompt)
    copy = marked_copy(in_file(tmp_path, name, PICTURES[name]), marks, tmp_path / "keys")
    said = xmp_in(copy)
    assert frames(copy) == frames(PICTURES[name])
    assert len(said[0][0]) <= 8
    assert [one.text for one in said.iter(f"{SPACE}DigitalSourceType")] == [TRAINED]


@pytest.mark.parametrize("name", [*PICTURES, *STREAMS, "glb"])
def test_without_leave_no_copy_holds_the_words(tmp_path: Path, name: str) -> None:
    secret = Marks(source_type=TRAINED, run_id=RUN, created="2026", lens="dada", prompt=None, model="m")
    if name in STREAMS:
        source = box_files.stream(name, tmp_path)
    else:
        source = in_file(tmp_path, name, PICTURES.get(name, box_files.glb()))
    assert b"Description" not in marked_copy(source, secret, tmp_path / "keys").replace(b"rdf:Description", b"")


def test_what_was_made_without_a_model_says_so(tmp_path: Path) -> None:
    assert is_algorithmic(picture_item(uses_ai=False))
    assert not is_algorithmic(picture_item(uses_ai=True))
    assert is_algorithmic(picture_item())
    assert not is_algorithmic(item(picture_item().item_type, media_type=MediaType.IMAGE, backend_used="comfyui"))
    marks = Marks(source_type=ALGORITHMIC, run_id=RUN, created="2026", lens="dada", model="sketchbook:collage")
    said = xmp_in(marked_copy(in_file(tmp_path, "png", PICTURES["png"]), marks))
    assert [one.text for one in said.iter(f"{SPACE}DigitalSourceType")] == [ALGORITHMIC]
    assert list(said.iter(f"{SPACE}AISystemUsed")) == []


@pytest.mark.parametrize("name", [*PICTURES, *STREAMS, "glb"])
def test_a_damaged_file_is_refused_or_marked_but_never_breaks(tmp_path: Path, name: str) -> None:
    if name in STREAMS:
        whole = box_files.stream(name, tmp_path).read_bytes()
    else:
        whole = PICTURES.get(name) or box_files.glb()
    for size in (12, 40, len(whole) // 2, len(whole) - 3):
        source = in_file(tmp_path, name, whole[:size])
        try:
            marked_copy(source, MARKS)
        except CannotBeMarked:
            continue


def test_an_unknown_kind_does_not_leave(tmp_path: Path) -> None:
    with pytest.raises(CannotBeMarked):
        marked_copy(in_file(tmp_path, "exe", os.urandom(100)), MARKS)


def test_without_the_library_the_other_marks_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "signs", lambda: False)
    copy = tmp_path / "copy.png"
    source = in_file(tmp_path, "png", PICTURES["png"])
    assert write_marked(source, copy, MARKS, tmp_path / "keys") == ["text", "xmp"]


@given(st.sampled_from(["png", "jpg", "webp", "gif", "glb"]), st.data())
@settings(max_examples=300)
def test_bytes_changed_anywhere_are_refused_or_marked_but_never_break(name: str, data: st.DataObject) -> None:
    whole = bytearray(PICTURES.get(name) or box_files.glb())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, min(len(whole) - 1, 400)))] = data.draw(st.integers(0, 255))
    mime_type = sniff(bytes(whole))
    try:
        if mime_type == "model/gltf-binary":
            marked_models.marked(bytes(whole), MARKS)
        elif mime_type is not None and mime_type.startswith("image/"):
            marked_pictures.marked(bytes(whole), mime_type, MARKS)
    except CannotBeMarked:
        return
