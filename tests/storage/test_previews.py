import io
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.records import ItemType, MediaType
from kiosk.storage import previews
from kiosk.storage.thumbnails import NoThumbnail
from tests.storage.kit import end, item, library, record_all, start


def sound(width: int = 2, channels: int = 1, seconds: float = 0.5) -> bytes:
    """A tone that begins loud and ends silent."""
    rate = 8_000
    time = np.arange(int(rate * seconds)) / rate
    tone = np.sin(time * 440 * 2 * np.pi) * np.linspace(1, 0, len(time))
    scaled = np.repeat(tone, channels) * (2 ** (8 * width - 1) - 1)
    raw = (scaled + 128).astype(np.uint8).tobytes() if width == 1 else scaled.astype("<i4").tobytes()
    if width > 1:
        raw = np.frombuffer(raw, np.uint8).reshape(-1, 4)[:, :width].tobytes()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(raw)
    return buffer.getvalue()


def ink(image: Image.Image, left: int, right: int) -> int:
    """How many dark points a part of a picture has."""
    return int((np.asarray(image.convert("L"))[:, left:right] < 128).sum())


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_waveform_shows_where_a_sound_is_loud(tmp_path: Path, width: int, channels: int) -> None:
    (tmp_path / "sound.wav").write_bytes(sound(width, channels))
    small = previews.encoded(tmp_path / "sound.wav", MediaType.MUSIC)
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == previews.SIZE
        assert ink(image, 0, 100) > 3 * ink(image, 300, 400) > 0


async def test_a_sound_of_a_run_has_a_preview(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        await recorder.record(item(ItemType.OUTPUT_MUSIC, stage=4, media_type=MediaType.MUSIC), sound())
        await record_all(recorder, [end()])
        await recorder.close()
        assert (await opened.media_file(recorder.run_id, MediaType.MUSIC)).mime_type == "audio/wav"
        small = await opened.thumbnail(recorder.run_id, 1, MediaType.MUSIC)
        assert small.mime_type == "image/webp"
        assert small.size_bytes <= 40_000


@pytest.mark.parametrize("data", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"nonsense" * 100, sound()[:30]])
def test_a_broken_sound_has_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "sound.wav").write_bytes(data)
    with pytest.raises(NoThumbnail):
        previews.encoded(tmp_path / "sound.wav", MediaType.AUDIO)


def test_without_ffmpeg_a_video_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    (tmp_path / "video.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42")
    with pytest.raises(NoThumbnail) as refused:
        previews.encoded(tmp_path / "video.mp4", MediaType.VIDEO)
    assert refused.value.reason == "ffmpeg is not installed"
