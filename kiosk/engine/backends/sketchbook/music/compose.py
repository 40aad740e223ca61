"""From words to notes: syllables become rhythm, letters become steps, moods become scale and tempo.

A phrase is two bars; phrases make a form (statement, answer, contrast, return) that ends on the key note.
"""

from random import Random
from typing import NamedTuple

from kiosk.engine.backends.sketchbook.music.styles import SCALES, Style
from kiosk.engine.backends.sketchbook.words import Reading, beats_of, seeded


class Note(NamedTuple):
    """A tone: start and length in seconds, MIDI pitch, force 0 to 1, side -1 (left) to 1."""

    start: float
    length: float
    pitch: float
    force: float
    voice: str
    side: float = 0.0


class Plan(NamedTuple):
    """What holds a melody together. `beat` in seconds."""

    scale_name: str
    scale: tuple[int, ...]
    root: int
    beat: float
    beats: int
    bars: int
    chords: tuple[int, ...]
    energy: float
    valence: float

    def pitch(self, step: int) -> float:
        """The MIDI pitch of a step of the scale; 0 is the key note."""
        octave, degree = divmod(step, len(self.scale))
        return self.root + 12 * octave + self.scale[degree]

    @property
    def bar(self) -> float:
        """Seconds."""
        return self.beat * self.beats


Step = tuple[int, float]
"""Scale step and length in beats; a step of -99 is a rest."""
REST = -99

_VALENCE = {
    "happy": 0.8,
    "tender": 0.5,
    "free": 0.7,
    "calm": 0.2,
    "magic": 0.1,
    "wild": 0.2,
    "sad": -0.8,
    "angry": -0.6,
    "afraid": -0.7,
}
_ENERGY = {
    "happy": 0.7,
    "tender": 0.3,
    "free": 0.6,
    "calm": 0.1,
    "magic": 0.4,
    "wild": 1.0,
    "sad": 0.15,
    "angry": 1.0,
    "afraid": 0.5,
}
_SKY = {
    "rain": -0.25,
    "storm": -0.5,
    "fog": -0.3,
    "snow": 0.1,
    "clear": 0.4,
    "night": -0.15,
    "summer": 0.3,
    "spring": 0.4,
    "autumn": -0.1,
}
_MOVES = {
    "run": 0.9,
    "dance": 0.85,
    "fly": 0.65,
    "sleep": 0.05,
    "swim": 0.4,
    "play": 0.7,
    "cry": 0.2,
    "sing": 0.5,
    "laugh": 0.7,
    "sit": 0.2,
}


def feeling(reading: Reading, rng: Random) -> tuple[float, float]:
    """Valence -1 to 1 and energy 0 to 1 of a text."""
    valence = [_VALENCE[m] for m in reading.moods] + [
        _SKY[w] for w in (*reading.weather, *reading.times) if w in _SKY
    ]
    energy = [_ENERGY[m] for m in reading.moods] + [_MOVES[a] for a in reading.actions if a in _MOVES]
    v = sum(valence) / len(valence) if valence else rng.uniform(-0.3, 0.6)
    e = sum(energy) / len(energy) if energy else rng.uniform(0.35, 0.65)
    return max(-1.0, min(1.0, v)), max(0.0, min(1.0, e))


_PROGRESSIONS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (0, 2, 3, 4), (0, 3, 0, 4))


def plan_for(reading: Reading, style: Style, rng: Random, seconds: float, shortest: float, longest: float) -> Plan:
    """Scale, key, tempo and harmony; as many whole phrases as come nearest to `seconds`."""
    valence, energy = feeling(reading, rng)
    name = rng.choice(style.bright if valence >= 0 else style.dark)
    slow, fast = style.tempo
    tempo = slow + (fast - slow) * min(1.0, max(0.0, energy + rng.uniform(-0.12, 0.12)))
    beat = 60 / tempo
    bars = max(2, round(seconds / (style.beats * beat) / 2) * 2)
    while bars > 2 and bars * style.beats * beat > longest:
        bars -= 2
    while bars * style.beats * beat < shortest:
        bars += 2
    beat = min(beat, longest / bars / style.beats)
    root = rng.choice((57, 59, 60, 62, 64, 65)) - (3 if valence < -0.4 else 0)
    row = rng.choice(_PROGRESSIONS)
    chords = (*tuple(row[i % 4] for i in range(bars - 1)), 0)
    return Plan(name, SCALES[name], root, beat, style.beats, bars, chords, energy, valence)


def steps_of(word: str) -> list[int]:
    """The letters of a word as steps of -2 to 2."""
    return [(ord(c) * 7) % 5 - 2 for c in word.casefold() if not c.isspace()] or [0]


def theme(reading: Reading, plan: Plan, rng: Random) -> list[Step]:
    """The first phrase: a note for every syllable, longer at the ends of words; steps by the letters."""
    room, found, step, at = 2.0 * plan.beats, [], 0, 0.0
    words = [w for w in reading.words if w][:12] or [reading.text.strip()[:8] or "la"]
    units = (0.5, 1.0) if plan.energy > 0.35 else (1.0, 2.0)
    i = 0
    while at < room - 0.01 and i < 40:
        word = words[i % len(words)]
        letters, beats = steps_of(word), min(5, beats_of(word))
        for k in range(beats):
            last = k == beats - 1
            length = units[1] if last else units[0]
            if beats >= 4 and not last:
                length = units[0] / 2 if plan.energy > 0.35 else 0.5
            length = min(length, room - at)
            if length < 0.2:
                break
            step += letters[(k * 2) % len(letters)]
            if step > 6 or step < -3:
                step = 3 if step > 6 else 0
            found.append((step, length))
            at += length
        if plan.energy < 0.4 and rng.random() < 0.3 and room - at > 1:
            found.append((REST, 0.5))
            at += 0.5
        i += 1
    return found


def answered(phrase: list[Step], lift: int) -> list[Step]:
    """The same rhythm, moved, with a new end."""
    moved = [(s if s == REST else s + lift, n) for s, n in phrase]
    return [*moved[:-1], (4 if moved[-1][0] == REST else moved[-1][0] - 1, moved[-1][1])]


def contrasted(phrase: list[Step]) -> list[Step]:
    """Turned upside down and higher, beginning in the middle."""
    half = len(phrase) // 2
    turned = phrase[half:] + phrase[:half]
    return [(s if s == REST else 7 - s, n) for s, n in turned]


def closed(phrase: list[Step]) -> list[Step]:
    """The phrase, led to the key note, which is held."""
    total = sum(n for _, n in phrase)
    kept, at = [], 0.0
    for s, n in phrase:
        if at + n > total - 2.4:
            break
        kept.append((s, n))
        at += n
    rest = total - at
    return [*kept, (1, rest * 0.25), (-1, rest * 0.15), (0, rest * 0.6)]


def form(phrase: list[Step], phrases: int, rng: Random) -> list[list[Step]]:
    """The whole melody as phrases."""
    lift = rng.choice((1, 2, 2, -1))
    answer, contrast = answered(phrase, lift), contrasted(phrase)
    middle = {
        1: [],
        2: [phrase],
        3: [phrase, contrast],
        4: [phrase, answer, contrast],
        5: [phrase, answer, contrast, answer],
    }.get(phrases)
    if middle is None:
        middle = [phrase, answer, phrase, contrast, answered(contrast, -1)] + [answer, phrase] * phrases
        middle = middle[: phrases - 1]
    return [*middle, closed(phrase)]


def _chord_steps(plan: Plan, bar: int) -> tuple[int, int, int]:
    degree = plan.chords[bar % len(plan.chords)]
    third = 2 if len(plan.scale) > 5 else 1
    return degree, degree + third, degree + 2 * third


def sung(plan: Plan, phrases: list[list[Step]], voice: str, rng: Random) -> list[Note]:
    """The melody as notes: strong beats lean to the chord, the line breathes at the ends of phrases."""
    notes = []
    for p, phrase in enumerate(phrases):
        at, count = 2.0 * plan.beats * p, len(phrase)
        for i, (step, length) in enumerate(phrase):
            if step != REST:
                strong = abs(at - round(at)) < 0.01 and round(at) % plan.beats in (0, plan.beats // 2)
                final = p == len(phrases) - 1 and i >= count - 3
                if strong and not final:
                    step = _leaned(plan, step, int(at // plan.beats))
                arch = 0.62 + 0.22 * (1 - abs(2 * i / max(1, count - 1) - 1)) + (0.1 if strong else 0.0)
                hold = length * (0.94 if i < count - 1 else 0.8)
                notes.append(
                    Note(
                        at * plan.beat,
                        hold * plan.beat,
                        plan.pitch(step),
                        min(1.0, arch + rng.uniform(-0.05, 0.05)),
                        voice,
                        -0.12,
                    )
                )
            at += length
    return notes


def _leaned(plan: Plan, step: int, bar: int) -> int:
    """The nearest tone of the bar's chord."""
    n = len(plan.scale)
    tones = [c + n * k for c in _chord_steps(plan, bar) for k in (-1, 0, 1)]
    return min(tones, key=lambda c: (abs(c - step), c))


def accompanied(plan: Plan, style: Style, voice: str) -> list[Note]:
    """Chords in the style's way, and a bass."""
    notes: list[Note] = []
    quiet = 0.34 + 0.16 * plan.energy
    for bar in range(plan.bars):
        start, last = bar * plan.bar, bar == plan.bars - 1
        tones = [plan.pitch(s) for s in _chord_steps(plan, bar)]
        tones = [t - 12 if t > plan.root + 9 else t for t in tones]
        if voice:
            notes += _chord(plan, style.chord_way, voice, tones, start, quiet, last, bar)
        if style.low:
            low = min(tones) - 12 if min(tones) > 48 else min(tones)
            beats = [0.0] if last or plan.energy < 0.3 else [0.0, plan.beats / 2] if style.beats != 3 else [0.0]
            for k, beat in enumerate(beats):
                length = plan.bar / len(beats) * (1.0 if not last else 1.4)
                notes.append(
                    Note(start + beat * plan.beat, length * 0.9, low + (7 if k else 0), 0.6, style.low, 0.06)
                )
    return notes


def _chord(
    plan: Plan, way: str, voice: str, tones: list[float], start: float, quiet: float, last: bool, bar: int
) -> list[Note]:
    """One bar of chords."""
    b = plan.beat
    if last:
        return [Note(start + 0.02 * i, plan.bar * 0.95, t, quiet, voice, 0.3 * (i - 1)) for i, t in enumerate(tones)]
    if way == "held":
        return [Note(start, plan.bar * 0.96, t, quiet, voice, 0.45 * (i - 1)) for i, t in enumerate(tones)]
    if way == "waltz":
        return [Note(start + k * b, b * 0.6, t, quiet, voice, 0.35) for k in (1, 2) for t in tones[1:]]
    if way == "stab":
        offs = [1.0, 2.5] if bar % 2 == 0 else [1.5, 3.0]
        return [
            Note(start + k * b, b * 0.4, t, quiet, voice, 0.3 * (i - 1))
            for k in offs
            if k < plan.beats
            for i, t in enumerate(tones)
        ]
    if way == "rush":
        row = [tones[0], tones[1], tones[2], tones[1] + 12]
        return [
            Note(start + k * b / 4, b * 0.3, row[k % 4], quiet, voice, 0.5 if k % 2 else -0.5)
            for k in range(plan.beats * 4)
        ]
    if way == "weave":
        one = [Note(start + k * b, b * 0.8, tones[k % 3], quiet, voice, -0.5) for k in range(plan.beats)]
        two = [
            Note(start + (k * 1.5 + 0.5) * b, b * 0.8, tones[(k + 1) % 3] + 12, quiet * 0.8, voice, 0.5)
            for k in range(int(plan.beats / 1.5))
        ]
        return one + two
    if way == "pattern":
        hits = (0, 3, 6, 10, 12) if bar % 2 == 0 else (0, 3, 6, 8, 11, 14)
        return [
            Note(start + k * b / 4, b * 0.25, tones[i % 3], quiet, voice, 0.4 if i % 2 else -0.4)
            for i, k in enumerate(hits)
            if k < plan.beats * 4
        ]
    if way == "broken":
        row = [tones[0], tones[1], tones[2], tones[1]]
        return [Note(start + k * b, b * 1.2, row[k % 4], quiet, voice, 0.25) for k in range(plan.beats)]
    return []


def strokes(plan: Plan, style: Style, rng: Random) -> list[tuple[float, str, float]]:
    """Drums as (seconds, kind, force)."""
    found: list[tuple[float, str, float]] = []
    patterns = {
        "beat": (("low", (0, 2.5), 0.55), ("snap", (1, 3), 0.5), ("shaker", (0.5, 1.5, 2, 3.5), 0.5)),
        "hands": (("low", (0, 3), 0.4), ("knock", (1, 2, 4, 5), 0.2), ("shaker", (0.5, 2.5, 4.5), 0.5)),
        "full": (
            ("low", (0, 1, 2, 3), 0.5),
            ("snap", (1, 3), 0.45),
            ("shaker", (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), 0.55),
        ),
        "click": (("click", (0, 1, 2, 3), 0.13), ("low", (0, 2), 0.3)),
        "tick": (("tick", (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), 0.2), ("knock", (0,), 0.25)),
        "knock": (("knock", (0, 2.5), 0.32),),
        "low": (("low", (0, 0.5, 3), 0.6),),
        "shaker": (("shaker", (0.5, 1.5, 2.5, 3.5), 0.5), ("low", (0,), 0.3)),
    }
    for bar in range(plan.bars - 1):
        for kind, beats, force in patterns.get(style.drums, ()):
            found += [
                (bar * plan.bar + b * plan.beat, kind, force * rng.uniform(0.85, 1.0))
                for b in beats
                if b < plan.beats
            ]
    return found


def key_name(plan: Plan) -> str:
    """The key note's name."""
    return ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")[plan.root % 12]


def own(seed: int, *purpose: object) -> Random:
    """The random source for a purpose; the words are heard in the theme, not in the dice."""
    return seeded(seed, "music", *purpose)
