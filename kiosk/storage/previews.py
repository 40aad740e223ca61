"""Pictures of what cannot be seen: the waveform of a sound, a frame of a video; WebP like thumbnails, made once.

WAV is read here; everything else needs ffmpeg, which gets one local file, one thread and a few seconds. Blocking.
"""

import io
import os
import shutil
import subprocess
import wave

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kiosk.records import MediaType
from kiosk.storage.thumbnails import EDGE, MAX_BYTES, NoThumbnail

SIZE = (EDGE, EDGE // 2)
"""Width and height of a waveform in pixels."""

MAX_SECONDS = 600
"""How much of a sound is looked at."""

_COLUMNS = EDGE // 4
_RATE = 8_000
_TIMEOUT_S = 20
_INK = (58, 64, 90)
_PAPER = (246, 244, 239)


def encoded(source: str | os.PathLike[str], media_type: MediaType) -> bytes:
    """The preview of a sound or a video. Raises `NoThumbnail`, `OSError`."""
    if media_type in (MediaType.AUDIO, MediaType.MUSIC):
        picture = waveform(samples_of(source))
    elif media_type is MediaType.VIDEO:
        picture = _frame(source)
    else:
        raise NoThumbnail("nothing to show")
    buffer = io.BytesIO()
    for quality in (80, 50, 20):
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()


def waveform(samples: NDArray[np.float32]) -> Image.Image:
    """The loudness of a sound (mono, -1 to 1) over its time, as bars around the middle."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    middle = SIZE[1] // 2
    parts = np.array_split(np.abs(samples), _COLUMNS) if len(samples) else []
    loudest = max(float(np.max(np.abs(samples), initial=0.0)), 1e-6)
    for column, part in enumerate(parts):
        height = max(1, round(float(np.max(part, initial=0.0)) / loudest * (middle - 8)))
        left = column * 4
        draw.rounded_rectangle((left + 1, middle - height, left + 2, middle + height), radius=1, fill=_INK)
    return image


def samples_of(source: str | os.PathLike[str]) -> NDArray[np.float32]:
    """A sound as mono samples from -1 to 1. Raises `NoThumbnail`, `OSError`."""
    try:
        with wave.open(os.fspath(source), "rb") as file:
            return _of_wav(file)
    except (wave.Error, EOFError):
        raw = _ffmpeg(source, "-t", str(MAX_SECONDS), "-ac", "1", "-ar", str(_RATE), "-f", "s16le")
        return np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(np.float32) / np.float32(32_768)


def _of_wav(file: wave.Wave_read) -> NDArray[np.float32]:
    width, channels = file.getsampwidth(), file.getnchannels()
    frames = min(file.getnframes(), file.getframerate() * MAX_SECONDS)
    raw = file.readframes(frames)
    raw = raw[: len(raw) // (width * channels) * width * channels]
    if width == 1:
        samples = (np.frombuffer(raw, dtype=np.uint8).astype(np.float32) - 128) / 128
    elif width == 2:
        samples = np.frombuffer(raw, dtype="<i2").astype(np.float32) / 32_768
    elif width in (3, 4):
        # The upper two bytes of a sample are enough for a picture.
        upper = np.frombuffer(raw, dtype=np.uint8).reshape(-1, width)[:, -2:]
        samples = np.ascontiguousarray(upper).view("<i2").reshape(-1).astype(np.float32) / 32_768
    else:
        raise NoThumbnail("no sound that can be read")
    mixed: NDArray[np.float32] = samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return mixed


def _frame(source: str | os.PathLike[str]) -> Image.Image:
    scale = f"scale='min({EDGE},iw)':-2"
    raw = _ffmpeg(source, "-frames:v", "1", "-vf", scale, "-f", "image2pipe", "-c:v", "png")
    try:
        with Image.open(io.BytesIO(raw), formats=("PNG",)) as opened:
            return opened.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise NoThumbnail("no video that can be read") from error


def _ffmpeg(source: str | os.PathLike[str], *how: str) -> bytes:
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoThumbnail("ffmpeg is not installed")
    command = [program, "-v", "error", "-nostdin", "-threads", "1", "-protocol_whitelist", "file,pipe"]
    command += ["-i", f"file:{os.fspath(source)}", *how, "pipe:1"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=True)  # noqa: S603 - own words
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NoThumbnail("ffmpeg could not read it") from error
    if not done.stdout:
        raise NoThumbnail("nothing in it")
    return done.stdout
