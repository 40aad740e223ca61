"""Small real media: pictures drawn here, sounds and films from the encoders of FFmpeg's test sources."""

import functools
import io
import json
import random
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageDraw

_FILES = Path(__file__).parent / "files"


@functools.lru_cache(maxsize=64)
def picture(width: int = 64, height: int = 48, seed: int = 0, kind: str = "PNG") -> bytes:
    """A few coloured discs, the same for the same arguments."""
    dice = random.Random(seed)
    image = Image.new("RGB", (width, height), _colour(dice))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = dice.randrange(width), dice.randrange(height)
        radius = dice.randrange(2, max(3, min(width, height) // 2))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(dice))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)


def animation(frames: int = 8, kind: str = "WEBP") -> bytes:
    """A moving picture of 64 x 48 pixels, 100 ms a frame."""
    pictures = [Image.open(io.BytesIO(picture(seed=seed))) for seed in range(frames)]
    file = io.BytesIO()
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return file.getvalue()


def sample(name: str) -> bytes:
    """One of `film.mp4`, `film.webm`, `sound.flac`, `sound.mp3`, `sound.ogg`."""
    return (_FILES / name).read_bytes()


def wav(seconds: float = 0.25, rate: int = 8_000) -> bytes:
    """Silence, 16 bit, mono."""
    samples = b"\0\0" * int(seconds * rate)
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def triangle() -> bytes:
    """A binary glTF model of one triangle."""
    points = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
    accessor = {
        "bufferView": 0,
        "componentType": 5126,
        "count": 3,
        "type": "VEC3",
        "min": [0, 0, 0],
        "max": [1, 1, 0],
    }
    described = json.dumps(
        {
            "asset": {"version": "2.0"},
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
            "accessors": [accessor],
            "bufferViews": [{"buffer": 0, "byteLength": len(points)}],
            "buffers": [{"byteLength": len(points)}],
        }
    ).encode()
    described += b" " * (-len(described) % 4)
    chunks = struct.pack("<I4s", len(described), b"JSON") + described
    chunks += struct.pack("<I4s", len(points), b"BIN\0") + points
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG whose few bytes promise a picture that fills the memory."""
    packer = zlib.compressobj(9)
    row = b"\0" * (width * 3 + 1)
    pixels = b"".join(packer.compress(row) for _ in range(min(height, 500))) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
