"""Melodies: as long as promised, loud enough, never clipped, the same for the same words."""

import hashlib
import io
import subprocess
import sys
import wave
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.engine.backends import MediaRequest
from kiosk.engine.backends.sketchbook import drawing, music
from kiosk.engine.backends.sketchbook.music.styles import OF_MANNER, STYLES
from kiosk.engine.backends.sketchbook.picture.manners import MANNERS
from kiosk.records import MediaType, Progress


def played(
    prompt: str = "Ein roter Drache fliegt", procedure: str = "song", seed: int = 1, seconds: float = 16
) -> Any:
    return music.play(music.Wish(prompt, procedure, seed, "de", seconds), lambda done, total: None)


def digest(melody: Any) -> str:
    return hashlib.sha256(melody.wav).hexdigest()


@pytest.mark.parametrize("procedure", sorted(STYLES))
def test_every_procedure_gives_a_clean_stereo_wav(procedure: str) -> None:
    melody = played("Die Katze tanzt im Regen, eine Blume schläft", procedure, 7)
    with wave.open(io.BytesIO(melody.wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 44_100)
        seconds = file.getnframes() / 44_100
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768
    assert 8 <= seconds <= 20
    assert seconds == pytest.approx(melody.facts["duration_s"], abs=0.01)
    assert 0.15 < np.abs(samples).max() < 0.97
    level = 20 * np.log10(np.sqrt((samples**2).mean()))
    assert -27 < level < -14
    assert np.abs(samples[:20]).max() < 0.01
    assert np.abs(samples[-20:]).max() < 0.01
    assert not np.array_equal(samples[:, 0], samples[:, 1])
    blocks = samples[: -3 * 44_100].mean(1)
    blocks = blocks[: len(blocks) // 4410 * 4410].reshape(-1, 4410)
    silent = "".join("0" if level > 0.002 else "1" for level in np.sqrt((blocks**2).mean(1)))
    assert max(map(len, silent.split("0"))) < (15 if procedure != "five_tones" else 30)


def test_the_same_words_and_seed_sound_the_same_in_another_process() -> None:
    code = (
        "import hashlib\nfrom kiosk.engine.backends.sketchbook import music\n"
        "w = music.Wish('Ein roter Drache fliegt', 'canon', 5, 'de', 12)\n"
        "print(hashlib.sha256(music.play(w, lambda a, b: None).wav).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert other == digest(played(procedure="canon", seed=5, seconds=12))


def test_seed_words_and_procedure_all_matter() -> None:
    first = digest(played())
    assert first == digest(played())
    assert digest(played(seed=2)) != first
    assert digest(played("Ein blauer Drache schwimmt")) != first
    assert digest(played(procedure="dense")) != first


def test_moods_choose_scale_and_tempo() -> None:
    glad, sad = played("Wir lachen und tanzen vor Freude"), played("traurig, einsam, leise, ich weine")
    assert glad.facts["scale"] in STYLES["song"].bright
    assert sad.facts["scale"] in STYLES["song"].dark
    assert glad.facts["tempo_bpm"] > sad.facts["tempo_bpm"]


def test_words_bring_sounds_of_the_world() -> None:
    assert played("Regen am Meer").facts["sounds"] == ["rain", "sea"]
    assert played("ein Pferd").facts["sounds"] == ["hooves"]


def test_every_picture_manner_has_its_music() -> None:
    assert set(OF_MANNER) == set(MANNERS)
    assert set(OF_MANNER.values()) == set(STYLES)
    assert music.procedure_for(None, "ink") == "five_tones"
    assert music.procedure_for("canon", "ink") == "canon"
    assert music.procedure_for("nothing like it", None) == "song"


def test_the_backend_plays_and_reports_its_steps_in_order() -> None:
    seen: list[Progress] = []
    request = MediaRequest(
        media_type=MediaType.MUSIC,
        prompt="Mond",
        seed=1,
        duration_s=9,
        parameters={"sketchbook": {"picture": "collage"}},
    )
    result = drawing.make(request, seen.append)
    assert result.model == "sketchbook:cut_up"
    assert result.data[:4] == b"RIFF"
    assert [p.value for p in seen] == [1, 2, 3, 4, 5, 6]
    assert {p.total for p in seen} == {6}


@settings(max_examples=8)
@given(st.text(max_size=200), st.sampled_from(sorted(STYLES)), st.integers(0, 2**63))
def test_any_text_becomes_a_melody(prompt: str, procedure: str, seed: int) -> None:
    melody = played(prompt, procedure, seed, 8)
    assert np.isfinite(melody.samples).all()
    assert np.abs(melody.samples).max() > 0.05
