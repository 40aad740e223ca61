"""Pictures for words that name nothing known: every word becomes a form, every syllable a beat, every letter a bend.

Moods decide between curves and points, up and down, crowded and empty.
"""

import math

from kiosk.engine.backends.sketchbook.picture.forms import Path, blob, curve, ellipse, petal, smooth, star
from kiosk.engine.backends.sketchbook.picture.ink import Ink
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.view import Layer, View
from kiosk.engine.backends.sketchbook.picture.work import Work
from kiosk.engine.backends.sketchbook.words import beats_of, seeded


def _letters(word: str) -> list[float]:
    """The letters of a word as numbers 0 to 1."""
    return [(ord(c) * 37 % 29) / 28 for c in word.casefold() if not c.isspace()] or [0.5]


def _tint(view: View, i: int) -> Ink:
    return view.palette.pops[i % len(view.palette.pops)]


def _spiky(view: View) -> bool:
    return bool({"angry", "wild", "afraid"} & set(view.reading.moods))


def layers(view: View) -> list[Layer]:
    """Ribbons for the sentence, forms for its words, beads for its syllables."""
    return [
        (-0.2, lambda: _ribbons(view)),
        (0.0, lambda: _large_forms(view)),
        (0.4, lambda: _path(view)),
        (0.985, lambda: _small_forms(view)),
    ]


def _words(view: View) -> tuple[str, ...]:
    return view.reading.words[:12] or (view.reading.text.strip()[:12] or "?",)


def _ribbons(view: View) -> None:
    """Bands across the picture that rise and fall as the letters do."""
    pen, st, pal = view.pen, view.stage, view.palette
    w, h = st.width, st.height
    words = _words(view)
    n = 6
    rising = -0.22 if {"free", "happy"} & set(view.reading.moods) else 0.18 if "sad" in view.reading.moods else 0.0
    for i in range(n):
        word = words[i % len(words)]
        bends = (_letters(word) * 5)[:6]
        rng = seeded(view.rng.random(), word)
        y = h * (0.42 + 0.115 * i)
        points = []
        for k in range(7):
            t = k / 6
            lift = (bends[k % len(bends)] - 0.5) * h * 0.20 + rising * h * (t - 0.5) * (1 if st.hero_side > 0 else -1)
            points.append((-0.06 * w + 1.12 * w * t, y + lift))
        path = smooth(points, closed=False, tension=0.25 if _spiky(view) else 1.0)
        path.lineTo(w * 1.1, h * 1.1)
        path.lineTo(-w * 0.1, h * 1.1)
        path.close()
        ink = _tint(view, i).toward(pal.land[i % 4], 0.45).toward(pal.sky[2], max(0.0, 0.5 - 0.12 * i))
        pen.fill(path, ink, grain=rng.uniform(-10, 10))


def word_form(rng_key: object, word: str, x: float, y: float, size: float, *, spiky: bool) -> list[Path]:
    """The form of one word: a seed, a wheel, a fan, a spire or a shell, with a part for every letter."""
    rng = seeded(rng_key, word)
    letters = _letters(word)
    n = max(3, min(14, len(letters)))
    kind = 3 if spiky else rng.randrange(5)
    if kind == 0:
        return [
            petal(x, y, size * (0.6 + 0.5 * letters[k % len(letters)]), size * 0.34, 360 * k / n) for k in range(n)
        ]
    if kind == 1:
        return [ellipse(x, y, size * (1 - k / n) * (0.8 + 0.2 * letters[k % len(letters)])) for k in range(min(n, 7))]
    if kind == 2:
        return [
            petal(
                x,
                y + size * 0.5,
                size * (0.9 + 0.5 * letters[k % len(letters)]),
                size * 0.26,
                -160 + 140 * k / max(1, n - 1),
            )
            for k in range(n)
        ]
    if kind == 3:
        return [
            star(x, y, size * (1 - 0.2 * k), 0.32 + 0.4 * letters[k % len(letters)], n + 2, 90 + 13 * k)
            for k in range(3)
        ]
    forms = []
    for k in range(n):
        a, d = 2.4 * k, size * 0.86 * math.sqrt(k / n)
        forms.append(
            blob(
                rng,
                x + d * math.cos(a),
                y + d * math.sin(a),
                size * (0.14 + 0.16 * letters[k % len(letters)]),
                size * 0.22,
                0.12,
            )
        )
    return forms


def _spots(view: View, n: int) -> list[tuple[float, float]]:
    """Places along a rising spiral, so that no two sentences stand alike."""
    st = view.stage
    start = view.rng.uniform(0, math.tau)
    found = []
    for i in range(n):
        a, d = start + 2.4 * i, 0.12 + 0.33 * math.sqrt((i + 0.6) / max(2, n))
        found.append((st.width * (0.5 + d * math.cos(a)), st.height * (0.47 + 0.86 * d * math.sin(a))))
    return found


def _large_forms(view: View) -> None:
    words = _words(view)
    sizes = sorted(words, key=len, reverse=True)
    n = max(5, min(8, len(words)))
    for i, (x, y) in enumerate(_spots(view, n)):
        word = sizes[i % len(sizes)]
        echo = i >= len(sizes)
        size = view.stage.height * (0.25 if i == 0 else (0.05 if echo else 0.07) + 0.010 * min(10, len(word)))
        _form(view, word, x, y, size, i)


def _form(view: View, word: str, x: float, y: float, size: float, i: int) -> None:
    pen, pal = view.pen, view.palette
    seed = view.rng.random()
    parts = word_form(seed, word, x, y, size, spiky=_spiky(view))
    pen.glow(x, y, size * 1.8, pal.light, 0.3)
    for k, part in enumerate(parts):
        ink = _tint(view, i + k * (1 + i % 2)).lighter(0.04 * (k % 3) - 0.04)
        pen.fill(part, ink, grain=37.0 * k)
    pen.fill(ellipse(x, y, size * 0.12), pal.light)


def _path(view: View) -> None:
    """One line through the picture with a bead for every syllable: the melody of the sentence."""
    pen, st, pal = view.pen, view.stage, view.palette
    w, h = st.width, st.height
    words = _words(view)
    beats = ([s for word in words for s in [1] * beats_of(word) + [0]] * 9)[: 40 if len(words) > 3 else 16]
    letters = [v for word in words for v in _letters(word)]
    points = []
    for i in range(len(beats)):
        t = (i + 0.5) / len(beats)
        points.append(
            (w * (0.07 + 0.86 * t), h * (0.64 + 0.22 * (letters[i % len(letters)] - 0.5) + 0.06 * math.sin(5 * t)))
        )
    if len(points) > 1:
        pen.line(curve(*points), pal.light, h * 0.006, alpha=0.9)
    for (x, y), beat in zip(points, beats, strict=True):
        if beat:
            pen.fill(ellipse(x, y, h * 0.017), pal.light)
            pen.fill(ellipse(x, y, h * 0.011), pal.dark)


def _small_forms(view: View) -> None:
    pen, st, rng = view.pen, view.stage, view.rng
    words = _words(view)
    for i in range(26):
        word = words[i % len(words)]
        size = st.height * rng.uniform(0.006, 0.02)
        x, y = rng.uniform(0.03, 0.97) * st.width, rng.uniform(0.03, 0.97) * st.height
        for part in word_form(i, word, x, y, size, spiky=_spiky(view))[:5]:
            pen.fill(part, _tint(view, i).lighter(0.1))


def forms_of_words(work: Work, pen: Pen, x: float, y: float, spread: float, rounds: int) -> None:
    """The forms of all words around a point, for manners that have no landscape."""
    words = work.reading.words[:8] or ("?",)
    n = max(5, len(words) * rounds)
    for i in range(n):
        word = words[i % len(words)]
        a, d = 2.4 * i, spread * math.sqrt(i / n)
        px, py = x + d * work.width * math.cos(a), y + d * work.height * math.sin(a)
        size = work.height * (0.16 if i == 0 else 0.05 + 0.008 * min(10, len(word)))
        for k, part in enumerate(word_form((work.order.seed, i), word, px, py, size, spiky=i % 5 == 4)):
            pen.fill(part, work.palette.pops[(i + k) % len(work.palette.pops)], grain=31.0 * k)
