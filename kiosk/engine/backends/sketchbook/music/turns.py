"""What a procedure does to a finished melody: cuts it, mirrors it, lets it echo, follows itself in canon."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

from kiosk.engine.backends.sketchbook.music.compose import Note, Plan, steps_of
from kiosk.engine.backends.sketchbook.words import Reading

Turn = Callable[[list[Note], Plan, Reading, Random], list[Note]]


def cut(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Slices of uneven length in a new order, each with its own voice; some are silence."""
    end = plan.bars * plan.bar
    edges, at = [0.0], 0.0
    while at < end:
        at += plan.beat * rng.choice((0.5, 1, 1.5, 2, 3))
        edges.append(min(at, end))
    slices = [(a, b) for a, b in pairwise(edges) if b - a > 0.05]
    order = slices[:-1]
    rng.shuffle(order)
    found, at = [], 0.0
    for a, b in [*order, slices[-1]]:
        voice, lift = rng.choice(("chip", "wood", "reed", "keys", "pluck", "box")), rng.choice((0, 0, 0, 12, -12, 7))
        if rng.random() > 0.1:
            for note in notes:
                if a <= note.start < b:
                    length = min(note.length, b - note.start)
                    found.append(
                        note._replace(
                            start=at + note.start - a,
                            length=max(0.06, length),
                            pitch=note.pitch + lift,
                            voice=voice,
                            side=rng.uniform(-0.7, 0.7),
                        )
                    )
        at += b - a
    return found


def mirror(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """The second half is the first, backward and upside down; the end is the beginning."""
    half = plan.bars * plan.bar / 2
    first = [n for n in notes if n.start < half]
    axis = plan.root + 6
    back = [
        n._replace(
            start=max(half, 2 * half - n.start - n.length),
            pitch=2 * axis - n.pitch if n.voice != "bass" else n.pitch,
            side=-n.side,
        )
        for n in first
    ]
    return first + back


def canon(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Three voices, one bar apart, an octave and a fifth below; all end together."""
    end = plan.bars * plan.bar
    found = [n._replace(side=-0.5) for n in notes]
    for k, (shift, side) in enumerate(((-12, 0.5), (-5, 0.0)), 1):
        late = plan.bar * k
        found += [
            n._replace(start=n.start + late, pitch=n.pitch + shift, force=n.force * 0.8, side=side)
            for n in notes
            if n.start + late < end - plan.bar * 0.5
        ]
        found.append(
            Note(
                end - plan.bar * 0.5,
                plan.bar * 0.5,
                plan.root + shift + (5 if shift == -5 else 0),
                0.6,
                "pluck",
                side,
            )
        )
    return found


def echo(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Every second note answers from the other side, fainter and higher."""
    found = list(notes)
    for i, note in enumerate(notes):
        if i % 2 == 0:
            found += [_answer(note, plan, k) for k in (1, 2, 3)]
    return found


def _answer(note: Note, plan: Plan, k: int) -> Note:
    """The k-th echo of a note."""
    return note._replace(
        start=note.start + 0.75 * k * plan.beat,
        length=note.length * 0.6,
        pitch=note.pitch + (12 if k == 2 else 0),
        force=note.force * 0.5**k,
        side=0.8 * (-1) ** k,
    )


def more(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Octaves above and below, trills, a rising rush at the end."""
    found = list(notes)
    for note in notes:
        if note.voice != "bass":
            found.append(note._replace(pitch=note.pitch + 12, voice="bell", force=note.force * 0.5, side=0.6))
            if note.length > plan.beat * 0.7:
                found += [
                    note._replace(
                        start=note.start + k * plan.beat / 4,
                        length=plan.beat / 5,
                        pitch=note.pitch + (0, 2, 4, 7)[k % 4] + 12,
                        voice="chip",
                        force=0.32,
                        side=-0.6,
                    )
                    for k in range(int(note.length / plan.beat * 4))
                ]
    end = plan.bars * plan.bar - plan.bar
    found += [
        Note(end - plan.bar + k * plan.bar / 16, 0.15, plan.pitch(k), 0.4 + 0.03 * k, "wood", -0.8 + 0.1 * k)
        for k in range(16)
    ]
    return found


def outcry(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Accents, leaps of an octave, low clusters before strong beats."""
    found = []
    for i, note in enumerate(notes):
        leap = 12 if i % 5 == 3 else 0
        found.append(
            note._replace(pitch=note.pitch + leap, force=min(1.0, note.force * (1.25 if i % 3 == 0 else 0.8)))
        )
    for bar in range(0, plan.bars, 2):
        found += [Note(bar * plan.bar, plan.beat * 1.5, plan.root - 24 + k, 0.7, "keys", 0.2 * k) for k in (0, 1, 6)]
    return found


def haiku(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Five, seven and five tones with silence between, and one low bell."""
    voice, found, at, i = notes[0].voice if notes else "pluck", [], plan.beat * 0.5, 0
    pitches = [n.pitch for n in notes] or [plan.root]
    end = plan.bars * plan.bar
    unit = (end - 1.0) / 26
    for line, count in enumerate((5, 7, 5)):
        for k in range(count):
            long = k == count - 1
            pitch = pitches[i % len(pitches)] + (12 if line == 1 else 0)
            while pitch > plan.root + 21:
                pitch -= 12
            last = line == 2 and long
            found.append(
                Note(
                    at,
                    unit * (2.4 if long else 1.1),
                    plan.root if last else pitch,
                    0.5 + 0.3 * rng.random(),
                    voice,
                    -0.2 + 0.2 * line,
                )
            )
            at += unit * (1 + 0.35 * rng.random()) * (2.4 if long else 1.0)
            i += 1
        found.append(Note(at - unit * 1.2, 1.5, plan.root - 12, 0.5, "bell", 0.5))
    return found


def pattern(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Three rows as long as three words, repeated strictly, that meet again only at the end."""
    words = sorted(set(reading.words), key=len)[-3:] or ["abc"]
    found = [n for n in notes if n.voice == "bass"]
    step, end = plan.beat / 2, (plan.bars - 1) * plan.bar
    for k, word in enumerate(words):
        row = steps_of(word)[:9]
        row = row if len(row) > 2 else [*row, 2, 0]
        total = int(end / step)
        for i in range(total):
            value = row[i % len(row)]
            if value == -2 and i % 2:
                continue
            entry = i * step
            if entry < plan.bar * k:
                continue
            found.append(
                Note(
                    entry,
                    step * 0.8,
                    plan.pitch(value + (0, 4, 7)[k]) + (0, 0, 12)[k],
                    0.62 if i % len(row) == 0 else 0.42,
                    "wood" if k < 2 else "box",
                    (-0.6, 0.6, 0.0)[k],
                )
            )
    found += [Note(end, plan.bar * 0.8, plan.root + d, 0.6, "wood", 0.0) for d in (0, 7, 12)]
    return found


def glide(notes: list[Note], plan: Plan, reading: Reading, rng: Random) -> list[Note]:
    """Long tones that overlap; every third comes back an octave away."""
    found = []
    for i, note in enumerate(notes):
        if note.voice in ("glass", "flute"):
            if i % 2 == 1 and note.length < plan.beat:
                continue
            found.append(
                note._replace(
                    length=note.length + plan.beat * 0.9,
                    pitch=note.pitch + (12 if i % 3 == 2 else 0),
                    side=0.6 if i % 2 else -0.6,
                )
            )
        else:
            found.append(note)
    found += [Note(k * plan.bar * 2, 2.0, plan.pitch(7 + k), 0.35, "bell", 0.7) for k in range(plan.bars // 2)]
    return found


TURNS: dict[str, Turn] = {
    "cut": cut, "mirror": mirror, "canon": canon, "echo": echo, "more": more, "outcry": outcry, "haiku": haiku,
    "pattern": pattern, "glide": glide,
}  # fmt: skip
