"""Melodies made without a model: `play` turns words, a procedure and a seed into a WAV.

16 bit, 44.1 kHz, stereo. The words give rhythm and steps; `styles` says how each procedure sounds.
"""

import io
import wave
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kiosk.engine.backends.sketchbook.music import sound
from kiosk.engine.backends.sketchbook.music.compose import (
    Note,
    Plan,
    accompanied,
    form,
    key_name,
    own,
    plan_for,
    strokes,
    sung,
    theme,
)  # fmt: skip
from kiosk.engine.backends.sketchbook.music.styles import STYLES, procedure_for
from kiosk.engine.backends.sketchbook.music.turns import TURNS
from kiosk.engine.backends.sketchbook.words import Reading, read

__all__ = ["LONGEST", "SHORTEST", "Melody", "Wish", "play", "procedure_for"]

SHORTEST, LONGEST, USUAL = 8.0, 20.0, 16.0
"""Seconds."""
_STEPS = 6
_TAIL = 1.8
"""Seconds in which the last sound fades."""

_HEARD = {
    "rain": "rain",
    "storm": "storm", "wind": "wind", "sea": "sea", "beach": "sea", "whale": "sea", "ship": "sea", "boat": "sea",
    "bird": "birds", "spring": "birds", "garden": "birds", "snow": "sparkle", "star": "sparkle", "fairy": "sparkle",
    "unicorn": "sparkle", "clock": "clock", "heart": "heart", "train": "train", "horse": "hooves", "robot": "beeps",
    "rocket": "beeps", "alien": "beeps", "computer": "beeps",
}  # fmt: skip


class Wish(NamedTuple):
    """What is to be played. `duration_s` is about how long, 8 to 20 seconds."""

    prompt: str
    procedure: str
    seed: int
    language: str = "de"
    duration_s: float | None = None


class Melody(NamedTuple):
    """A finished melody, and what is known about it. `samples`: stereo, -1 to 1."""

    wav: bytes
    samples: sound.Wave
    facts: dict[str, Any]


def play(wish: Wish, report: Callable[[int, int], None]) -> Melody:
    """Plays; the same wish gives the same bytes. An exception raised by `report` ends the playing."""
    procedure = procedure_for(wish.procedure, None)
    style = STYLES[procedure]
    reading = read(wish.prompt, wish.language)
    asked = min(LONGEST, max(SHORTEST, wish.duration_s or USUAL))
    dice = own(wish.seed, procedure, "plan")
    plan = plan_for(reading, style, dice, asked - _TAIL, SHORTEST - _TAIL, LONGEST - _TAIL)
    seconds = round(plan.bars * plan.bar + _TAIL, 2)
    rng = own(wish.seed, procedure, "voices")
    lead = rng.choice(style.leads)
    chords = rng.choice(style.chords) if style.chords else ""
    report(1, _STEPS)
    phrases = form(theme(reading, plan, rng), max(1, plan.bars // 2), rng)
    notes = sung(plan, phrases, lead, rng) + accompanied(plan, style, chords)
    if style.turn in TURNS:
        notes = TURNS[style.turn](notes, plan, reading, rng)
    report(2, _STEPS)
    dry = _mixed(notes, seconds, report)
    for at, kind, force in strokes(plan, style, rng):
        _lay(dry, sound.drum(kind, int(at * 1000) % 7), at, force, 0.1)
    heard = _scenery(reading)
    for i, kind in enumerate(heard):
        dry += (0.16 * sound.scenery(kind, seconds, wish.seed % 100_000 + i))[: len(dry), None]
    report(4, _STEPS)
    stereo = sound.room(dry, style.room[0], style.room[1], wish.seed % 1000)
    if style.turn in ("tape", "record"):
        stereo = sound.wobble(stereo, 0.0028 if style.turn == "tape" else 0.0042, wish.seed)
        stereo = sound.filtered(stereo, 60, 6500) if style.turn == "tape" else sound.filtered(stereo, 260, 4200)
    stereo = sound.finished(stereo)
    if style.turn == "record":
        stereo = np.asarray(
            stereo + sound.crackle(len(stereo), wish.seed % 999)[:, None] * _fade(len(stereo))[:, None], np.float32
        )
    report(5, _STEPS)
    data = _wav(stereo)
    report(_STEPS, _STEPS)
    return Melody(data, stereo, _facts(wish, procedure, reading, plan, seconds, [lead, chords], heard, len(notes)))


def _facts(
    wish: Wish,
    procedure: str,
    reading: Reading,
    plan: Plan,
    seconds: float,
    voices: list[str],
    heard: list[str],
    notes: int,
) -> dict[str, Any]:
    return {
        "procedure": procedure,
        "duration_s": seconds,
        "sample_rate": sound.RATE,
        "format": "wav",
        "key": key_name(plan),
        "scale": plan.scale_name,
        "tempo_bpm": round(60 / plan.beat, 1),
        "instruments": [v for v in dict.fromkeys(voices) if v],
        "sounds": heard,
        "motifs": reading.motifs,
        "notes": notes,
        "seed": wish.seed,
    }


def _scenery(reading: Reading) -> list[str]:
    """At most two sounds of the world that the words name."""
    names = (*reading.weather, *reading.motifs, *reading.places, *reading.times)
    return list(dict.fromkeys(_HEARD[n] for n in names if n in _HEARD))[:2]


def _lay(out: sound.Wave, part: sound.Wave, start: float, gain: float, side: float) -> None:
    """Adds a mono sound at a time and a side."""
    at = int(start * sound.RATE)
    part = part[: max(0, len(out) - at)]
    if at < 0 or not len(part):
        return
    left, right = np.sqrt((1 - side) / 2), np.sqrt((1 + side) / 2)
    out[at : at + len(part), 0] += np.float32(gain * left) * part
    out[at : at + len(part), 1] += np.float32(gain * right) * part


def _mixed(notes: list[Note], seconds: float, report: Callable[[int, int], None]) -> sound.Wave:
    """All notes, dry."""
    out = np.zeros((int(seconds * sound.RATE), 2), np.float32)
    for i, note in enumerate(notes):
        if i == len(notes) // 2:
            report(3, _STEPS)
        pitch = min(103.0, max(28.0, note.pitch))
        length = round(min(4.0, max(0.05, note.length)) * 20) / 20 or 0.05
        wave_ = sound.tone(note.voice, pitch, length, round(min(1.0, max(0.1, note.force)), 1))
        _lay(out, wave_, note.start, 0.5 * note.force, max(-0.9, min(0.9, note.side)))
    if not notes:
        report(3, _STEPS)
    return out


def _fade(n: int) -> sound.Wave:
    t = np.linspace(0, 1, n, dtype=np.float32)
    return np.asarray(np.clip(t * 60, 0, 1) * np.clip((1 - t) * 12, 0, 1), np.float32)


def _wav(stereo: sound.Wave) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(sound.RATE)
        file.writeframes(np.asarray(np.clip(stereo, -1, 1) * 32767, "<i2").tobytes())
    return out.getvalue()
