"""Media as boxes write them: with the whole graph, a path and a prompt inside, in every place where one may stand."""

import io
import json
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, PngImagePlugin

SECRET = "geheimnis-des-kastens"
GRAPH = json.dumps({"3": {"class_type": "KSampler", "inputs": {"text": SECRET, "path": f"/home/box/{SECRET}.ckpt"}}})


def pixels(mode: str = "RGB") -> Image.Image:
    """A picture in which every pixel is another."""
    noise = np.random.default_rng(7).integers(0, 255, (40, 60, len(mode)), dtype=np.uint8)
    return Image.fromarray(noise, mode)


def png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("prompt", GRAPH)
    info.add_text("workflow", GRAPH, zip=True)
    info.add_itxt("parameters", GRAPH)
    exif = Image.Exif()
    exif[0x010E] = SECRET
    return _saved(pixels("RGBA"), "PNG", pnginfo=info, exif=exif)


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET
    return _saved(pixels(), "JPEG", exif=exif, comment=SECRET.encode(), xmp=f"<x>{SECRET}</x>".encode())


def webp(mode: str = "RGB") -> bytes:
    return _saved(pixels(mode), "WEBP", lossless=True)


def webp_with_graph() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "workflow:" + GRAPH
    return _saved(pixels("RGBA"), "WEBP", lossless=True, exif=exif, xmp=SECRET.encode())


def moving(kind: str) -> bytes:
    others = [pixels().transpose(Image.Transpose.ROTATE_180)]
    return _saved(pixels(), kind, save_all=True, append_images=others, duration=100, loop=0, comment=SECRET.encode())


def glb() -> bytes:
    scene = {
        "asset": {"version": "2.0", "generator": SECRET, "extras": {"prompt": GRAPH}},
        "buffers": [{"byteLength": 4}],
    }
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", 4, 0x004E4942) + b"\x01\x02\x03\x04"
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


_CODECS = {
    "wav": ("pcm_s16le", None),
    "flac": ("flac", None),
    "mp3": ("libmp3lame", None),
    "ogg": ("libopus", None),
    "mp4": ("aac", "libx264"),
    "webm": ("libopus", "libvpx-vp9"),
}


def stream(kind: str, folder: Path) -> Path:
    """A second of sound, and of film where the kind has one."""
    path = folder / f"box.{kind}"
    sound, film = _CODECS[kind]
    options = {"movflags": "use_metadata_tags"} if kind == "mp4" else {}
    with av.open(str(path), "w", options=options) as container:
        container.metadata.update({"prompt": GRAPH, "workflow": GRAPH, "comment": SECRET, "title": SECRET})
        audio: Any = container.add_stream(sound, rate=48_000)
        audio.metadata["title"] = SECRET
        video: Any = container.add_stream(film, rate=10) if film else None
        if video is not None:
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        _play(container, audio)
        if video is not None:
            _show(container, video)
    return path


def _play(container: Any, audio: Any) -> None:
    wave = (np.sin(np.arange(48_000) / 20) * 9_000).astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
    frame.sample_rate = 48_000
    for packet in [*audio.encode(frame), *audio.encode(None)]:
        container.mux(packet)


def _show(container: Any, video: Any) -> None:
    for number in range(10):
        picture = np.full((48, 64, 3), number * 20, dtype=np.uint8)
        for packet in video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
            container.mux(packet)
    for packet in video.encode(None):
        container.mux(packet)


def decoded(path: Path) -> list[bytes]:
    """What is heard and seen, frame by frame."""
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray().tobytes()
            for packet in container.demux()
            for frame in packet.decode()
            if isinstance(frame, av.AudioFrame | av.VideoFrame)
        ]


def _saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()
