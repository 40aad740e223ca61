"""Tones and noises from numbers: plucked strings, bells, wood, breath, weather; room and loudness.

Everything is 44.1 kHz, float32, about -1 to 1. Each tone begins at zero and ends at zero, so that nothing clicks.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
"""Samples a second."""

Wave = NDArray[np.float32]
Instrument = Callable[[float, float, float], Wave]
"""Frequency in Hz, length in seconds while held, force 0 to 1 → the tone with its fading."""

_TABLE = 4096


@lru_cache(maxsize=128)
def _cycle(partials: tuple[float, ...]) -> Wave:
    """One period with the given strengths of its partials."""
    t = np.arange(_TABLE) / _TABLE * math.tau
    wave = sum(a * np.sin(k * t) for k, a in enumerate(partials, 1))
    return np.asarray(wave / max(1e-6, float(np.max(np.abs(wave)))), np.float32)


def _time(seconds: float) -> Wave:
    return np.arange(max(64, int(seconds * RATE)), dtype=np.float32) / np.float32(RATE)


def _tone(freq: float, t: Wave, partials: tuple[float, ...], vibrato: float = 0.0, rate: float = 5.2) -> Wave:
    """A steady tone; partials above 9 kHz are left out. `vibrato` as a share of the frequency."""
    keep = max(1, min(len(partials), int(9000 / freq)))
    phase = t * np.float32(freq)
    if vibrato:
        grow = np.clip((t - 0.18) * 3, 0, 1)
        phase = phase + np.float32(vibrato * freq / (math.tau * rate)) * grow * np.sin(
            np.float32(math.tau * rate) * t
        )
    index = ((phase % 1.0) * _TABLE).astype(np.int32) % _TABLE
    return _cycle(partials[:keep])[index]


def _held(t: Wave, length: float, attack: float, release: float) -> Wave:
    """Rises in `attack` seconds, stays, falls in `release` seconds after `length`."""
    up = np.clip(t / attack, 0, 1)
    down = np.clip((length + release - t) / release, 0, 1)
    return np.asarray(up * up * (3 - 2 * up) * down * down, np.float32)


def _struck(t: Wave, half: float, attack: float = 0.004) -> Wave:
    """Struck: half as loud after `half` seconds, and silent at the end."""
    end = np.clip((t[-1] - t) / 0.03, 0, 1)
    return np.asarray(np.clip(t / attack, 0, 1) * np.exp(-0.6931 * t / half) * end, np.float32)


def pluck(freq: float, length: float, force: float) -> Wave:
    """A plucked string (Karplus and Strong, 1983), a period at a time."""
    seconds = min(2.6, max(0.7, length + 0.9))
    period = RATE / freq
    n, total = max(8, int(period)), int(seconds * RATE)
    noise = np.random.default_rng(int(freq * 100)).uniform(-1, 1, n).astype(np.float32)
    soft = 3 + int((1 - force) * 6)
    for _ in range(soft):
        noise = np.asarray((noise + np.roll(noise, 1)) / 2, np.float32)
    noise -= noise.mean()
    noise /= max(1e-6, float(np.max(np.abs(noise))))
    out = np.zeros(total + n, np.float32)
    loss, stretch = np.float32(0.9965 ** max(0.4, freq / 330)), np.float32(0.5)
    row, shifted, at = noise, np.empty(n, np.float32), 0
    while at < total:
        out[at : at + n] = row
        shifted[1:], shifted[0] = row[:-1], row[-1]
        row = loss * stretch * (row + shifted)
        at += n
    wanted = np.arange(total, dtype=np.float32) * np.float32(n / period)
    tuned = np.interp(wanted[wanted < total + n - 1], np.arange(total + n), out)
    t = np.arange(len(tuned), dtype=np.float32) / RATE
    return np.asarray(tuned * np.clip(t / 0.004, 0, 1) * np.clip((t[-1] - t) / 0.12, 0, 1) * 0.9, np.float32)


def keys(freq: float, length: float, force: float) -> Wave:
    """A soft piano: bright partials fade first."""
    t = _time(min(3.0, length + 1.0))
    bright = _tone(freq, t, (1, 0.62, 0.36, 0.26, 0.14, 0.1, 0.06, 0.04)) * _struck(t, 0.16)
    dark = _tone(freq * 1.0006, t, (1, 0.34, 0.1, 0.05)) * _struck(t, 0.55)
    damp = np.clip((length + 0.9 - t) / 0.35, 0, 1)
    return np.asarray((0.5 * force * bright + 0.72 * dark) * damp, np.float32)


def wood(freq: float, length: float, force: float) -> Wave:
    """A marimba bar: the fourth partial rings briefly."""
    t = _time(0.9)
    low = _tone(freq, t, (1, 0.04)) * _struck(t, 0.13, 0.003)
    high = _tone(freq * 3.93, t, (1,)) * _struck(t, 0.028, 0.002)
    return np.asarray(low + 0.34 * force * high, np.float32)


def bell(freq: float, length: float, force: float) -> Wave:
    """A small bell, by frequency modulation."""
    t = _time(min(3.4, length + 2.0))
    index = 2.6 * force * np.exp(-t * 2.4)
    wave = np.sin(math.tau * freq * t + index * np.sin(math.tau * freq * 3.51 * t)) + 0.3 * np.sin(
        math.tau * freq * 2.0 * t
    )
    return np.asarray(0.75 * wave * _struck(t, 0.5, 0.003), np.float32)


def box(freq: float, length: float, force: float) -> Wave:
    """A music box comb: thin, clear, a little metal."""
    t = _time(1.8)
    wave = _tone(freq, t, (1, 0.1, 0.05)) * _struck(t, 0.34, 0.002) + 0.22 * force * _tone(
        freq * 5.4, t, (1,)
    ) * _struck(t, 0.06, 0.002)
    return np.asarray(wave + 0.1 * _tone(freq * 2.76, t, (1,)) * _struck(t, 0.2, 0.002), np.float32)


def flute(freq: float, length: float, force: float) -> Wave:
    """Breath and a nearly pure tone."""
    t = _time(length + 0.25)
    tone = _tone(freq, t, (1, 0.22, 0.1, 0.03), vibrato=0.006)
    breath = np.random.default_rng(int(freq)).standard_normal(len(t)).astype(np.float32)
    breath = np.asarray(np.convolve(breath, np.ones(9) / 9, "same"), np.float32)
    chiff = 0.05 + 0.24 * np.exp(-t * 26)
    return np.asarray((0.9 * tone + chiff * breath * force) * _held(t, length, 0.06, 0.2), np.float32)


def reed(freq: float, length: float, force: float) -> Wave:
    """An accordion reed: two ranks that beat slowly."""
    t = _time(length + 0.16)
    rank = (1, 0.7, 0.5, 0.42, 0.3, 0.22, 0.15, 0.1, 0.07)
    both = _tone(freq, t, rank) + 0.8 * _tone(freq * 1.0042, t, rank)
    return np.asarray(0.42 * both * _held(t, length, 0.035, 0.12), np.float32)


def pad(freq: float, length: float, force: float) -> Wave:
    """Soft strings that come and go."""
    t = _time(length + 0.9)
    voices = sum(_tone(freq * d, t, (1, 0.45, 0.28, 0.14, 0.07)) for d in (0.9965, 1.0, 1.0041))
    return np.asarray(0.34 * voices * _held(t, length, min(0.6, 0.2 + length * 0.25), 0.85), np.float32)


def glass(freq: float, length: float, force: float) -> Wave:
    """A tone that swells from nothing, as if played backward."""
    t = _time(length + 0.3)
    swell = np.clip(t / max(0.2, length), 0, 1) ** 2.2
    tone = _tone(freq, t, (1, 0.1, 0.3, 0.04, 0.1), vibrato=0.009, rate=3.4)
    return np.asarray(0.8 * tone * swell * _held(t, length, 0.02, 0.28), np.float32)


def chip(freq: float, length: float, force: float) -> Wave:
    """A square wave with its corners off: toys and robots."""
    t = _time(length * 0.85 + 0.05)
    return np.asarray(
        0.5 * _tone(freq, t, (1, 0, 0.33, 0, 0.2, 0, 0.14, 0, 0.1)) * _held(t, length * 0.85, 0.004, 0.045),
        np.float32,
    )


def bass(freq: float, length: float, force: float) -> Wave:
    """A round low string."""
    t = _time(min(2.0, length + 0.35))
    body = _tone(freq, t, (1, 0.5, 0.2, 0.1, 0.04)) * _struck(t, 0.5, 0.008)
    return np.asarray(body * np.clip((length + 0.3 - t) / 0.14, 0, 1), np.float32)


INSTRUMENTS: dict[str, Instrument] = {
    "pluck": pluck, "keys": keys, "wood": wood, "bell": bell, "box": box, "flute": flute, "reed": reed, "pad": pad,
    "glass": glass, "chip": chip, "bass": bass,
}  # fmt: skip


@lru_cache(maxsize=700)
def tone(name: str, pitch: float, length: float, force: float) -> Wave:
    """A tone by instrument and MIDI pitch; kept, because melodies repeat themselves."""
    wave = INSTRUMENTS[name](440.0 * 2 ** ((pitch - 69) / 12), length, force)
    wave.setflags(write=False)
    return wave


@lru_cache(maxsize=64)
def drum(kind: str, seed: int) -> Wave:
    """One stroke: `low`, `snap`, `shaker`, `click`, `tick`, `knock`, `hoof`."""
    rng = np.random.default_rng(seed)
    t = _time(0.35)
    noise = rng.standard_normal(len(t)).astype(np.float32)
    if kind == "low":
        sweep = 48 * t + 62 / 24 * (1 - np.exp(-24 * t))
        return np.asarray(np.sin(math.tau * sweep) * _struck(t, 0.075, 0.002), np.float32)
    if kind == "snap":
        bright = np.diff(noise, prepend=np.float32(0))
        return np.asarray(
            0.30 * bright * _struck(t, 0.035, 0.001) + 0.35 * np.sin(math.tau * 186 * t) * _struck(t, 0.03, 0.001),
            np.float32,
        )
    if kind == "shaker":
        return np.asarray(
            0.13 * np.diff(noise, prepend=np.float32(0)) * np.clip(t / 0.02, 0, 1) * _struck(t, 0.022, 0.003),
            np.float32,
        )
    pitch, half = {"click": (1900, 0.008), "tick": (3200, 0.005), "knock": (320, 0.025), "hoof": (680, 0.014)}.get(
        kind, (900, 0.01)
    )
    return np.asarray(0.6 * (np.sin(math.tau * pitch * t) + 0.25 * noise) * _struck(t, half, 0.001), np.float32)


def _bands(seconds: float, low: float, high: float, seed: int) -> Wave:
    """Noise between two frequencies, loudest value 1; it repeats every three seconds without a seam."""
    n = 1 << 17
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / RATE)
    distance = np.log(np.maximum(f, 1)) - math.log(math.sqrt(low * high))
    spectrum *= np.exp(-(distance**2) / (2 * (math.log(high / low) / 2.4) ** 2))
    wave = np.fft.irfft(spectrum, n)
    whole = np.resize(wave / max(1e-9, float(np.max(np.abs(wave)))), int(seconds * RATE))
    return np.asarray(whole, np.float32)


def _chirp(rng: np.random.Generator) -> Wave:
    t = _time(0.11)
    top = rng.uniform(2600, 4200)
    freq = top - 900 * np.sin(math.pi * t / t[-1]) * rng.choice((-1, 1))
    return np.asarray(0.5 * np.sin(math.tau * np.cumsum(freq) / RATE) * np.sin(math.pi * t / t[-1]) ** 2, np.float32)


def scenery(kind: str, seconds: float, seed: int) -> Wave:
    """A sound of the world: rain, storm, wind, sea, birds, heart, clock, train, hooves, beeps, sparkle."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    t = np.arange(n, dtype=np.float32) / RATE
    out = np.zeros(n, np.float32)

    def drop(stroke: Wave, at: float, gain: float) -> None:
        i = int(at * RATE)
        part = stroke[: max(0, n - i)]
        out[i : i + len(part)] += gain * part

    if kind in ("rain", "storm"):
        out += 0.13 * _bands(seconds, 1400, 9000, seed)
        for _ in range(int(seconds * 16)):
            drop(drum("tick", int(rng.integers(5))), rng.uniform(0, seconds - 0.4), rng.uniform(0.02, 0.12))
        if kind == "storm":
            swell = np.clip(np.sin(math.tau * (t / seconds * 1.5 + 0.1)), 0, 1) ** 3
            out += 0.9 * _bands(seconds, 30, 110, seed + 1) * swell.astype(np.float32)
    elif kind in ("wind", "sea"):
        slow = 0.5 + 0.5 * np.sin(math.tau * t / (5.5 if kind == "sea" else 3.7) + seed % 6)
        out += (0.3 * _bands(seconds, 250, 2400 if kind == "sea" else 1200, seed) * slow**2).astype(np.float32)
    elif kind == "birds":
        for _ in range(int(seconds * 0.6)):
            at = rng.uniform(0.2, seconds - 1.2)
            for k in range(int(rng.integers(2, 6))):
                drop(_chirp(rng), at + 0.13 * k, rng.uniform(0.1, 0.3))
    elif kind == "sparkle":
        for _ in range(int(seconds * 2.2)):
            drop(
                box(float(rng.choice((2093, 2637, 3136, 3520, 4186))), 0.2, 0.5),
                rng.uniform(0, seconds - 1),
                rng.uniform(0.03, 0.10),
            )
    elif kind == "beeps":
        for _ in range(int(seconds * 0.7)):
            at, base = rng.uniform(0.2, seconds - 1), rng.uniform(70, 92)
            for k in range(3):
                drop(tone("chip", round(base + rng.integers(-5, 6)), 0.08, 0.5), at + 0.1 * k, 0.13)
    else:
        stroke, step, gain = {
            "heart": ("low", 0.86, 0.5),
            "clock": ("tick", 0.5, 0.35),
            "train": ("shaker", 0.25, 1.1),
            "hooves": ("hoof", 0.3, 0.25),
        }.get(kind, ("tick", 1.0, 0.2))
        at, k = 0.1, 0
        while at < seconds - 0.5:
            drop(drum(stroke, seed + k % 4), at, gain * (1 if k % 2 == 0 else 0.62))
            at += step if kind != "heart" else (0.24 if k % 2 == 0 else 0.66)
            k += 1
    return out


def room(dry: Wave, wet: float, seconds: float, seed: int) -> Wave:
    """The sound in a room: stereo in, stereo out; `seconds` until the echo has gone."""
    n = len(dry)
    length = int(seconds * RATE)
    size = 1 << (n + length - 1).bit_length()
    t = np.arange(length, dtype=np.float32) / RATE
    decay = np.exp(-6.2 * t / seconds) * np.clip(t / 0.012, 0, 1)
    spectrum = np.fft.rfft(dry.mean(1), size)
    out = np.empty_like(dry)
    for side in (0, 1):
        tail = np.random.default_rng(seed + side).standard_normal(length).astype(np.float32)
        tail = np.convolve(tail, np.ones(5, np.float32) / 5, "same") * decay
        tail /= float(np.sqrt(np.sum(tail**2)))
        out[:, side] = np.fft.irfft(spectrum * np.fft.rfft(tail, size), size)[:n]
    return np.asarray((1 - 0.35 * wet) * dry + wet * out, np.float32)


def wobble(stereo: Wave, depth: float, seed: int) -> Wave:
    """The uneven speed of a tape or a turntable."""
    n = len(stereo)
    t = np.arange(n, dtype=np.float64) / RATE
    shift = (
        depth * (np.sin(math.tau * 0.55 * t + seed % 6) / 0.55 + 0.25 * np.sin(math.tau * 5.1 * t) / 5.1) / math.tau
    )
    at = np.clip(np.arange(n) + shift * RATE, 0, n - 1)
    return np.asarray(np.stack([np.interp(at, np.arange(n), stereo[:, k]) for k in (0, 1)], 1), np.float32)


def crackle(n: int, seed: int) -> Wave:
    """Dust in a groove, mono."""
    rng = np.random.default_rng(seed)
    out = (0.006 * _bands(n / RATE, 600, 6000, seed)).astype(np.float32)
    for _ in range(int(n / RATE * 9)):
        at = int(rng.uniform(0, n - 40))
        out[at : at + 30] += np.asarray(rng.uniform(0.02, 0.09) * np.hanning(30) * rng.choice((-1, 1)), np.float32)
    return out


def filtered(stereo: Wave, low: float, high: float) -> Wave:
    """Only what lies between two frequencies, with soft edges."""
    n = 1 << (len(stereo) - 1).bit_length()
    f = np.fft.rfftfreq(n, 1 / RATE)
    shape = 1 / (1 + (low / np.maximum(f, 1)) ** 4) / (1 + (f / high) ** 4)
    return np.asarray(
        np.fft.irfft(np.fft.rfft(stereo, n, axis=0) * shape[:, None], n, axis=0)[: len(stereo)], np.float32
    )


def finished(stereo: Wave, loudness_db: float = -18.0, ceiling: float = 0.89) -> Wave:
    """Brought to a loudness (RMS of the sounding parts, in dB below full scale), softly limited, ends faded."""
    blocks = stereo[: len(stereo) // 4410 * 4410].reshape(-1, 4410, 2)
    power = (blocks.astype(np.float64) ** 2).mean((1, 2))
    loud = power[power > power.max() * 0.01] if power.max() > 0 else np.array([1.0])
    gain = 10 ** (loudness_db / 20) / math.sqrt(max(1e-12, float(loud.mean())))
    out = ceiling * np.tanh(stereo * np.float32(gain / ceiling))
    n, fade_in, fade_out = len(out), int(0.02 * RATE), int(0.9 * RATE)
    out[:fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)[:, None]
    out[n - fade_out :] *= (np.cos(np.linspace(0, math.pi, fade_out)) * 0.5 + 0.5).astype(np.float32)[:, None]
    return np.asarray(out, np.float32)
