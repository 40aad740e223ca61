"""Haiku: five, seven and five syllables from the child's own words and a list of what a season shows.

Each line is put together so that it counts exactly; lines that stand in the text as they are come first.
"""

import random
import re

from kiosk.engine.backends.sketchbook.text import german
from kiosk.engine.backends.sketchbook.text.chance import as_inner
from kiosk.engine.backends.sketchbook.text.frames import subjects
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.phrasing import english_phrase, german_phrase
from kiosk.engine.backends.sketchbook.text.reading import Reading, Thing
from kiosk.engine.backends.sketchbook.text.syllables import count

MOST_PHRASES = 24
_JOINTS = frozenset(
    {"und", "oder", "aber", "weil", "dass", "wenn", "ein", "eine", "der", "die", "das", "ist", "sind", "hat", "haben"}
    | {"and", "or", "but", "because", "that", "when", "if", "a", "an", "the", "is", "are", "has", "have", "of"}
)


def haiku(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Three lines: two from the child's words where they can be made to fit, the cut filled from the seasons."""
    season = _by_count(lexicon.lists["season_lines"], lexicon)
    used: set[str] = set()
    own = rng.choice(((5, 7), (7, 5)))
    lines = {size: _own_line(size, reading, lexicon, season, used, rng) for size in own}
    closing = _season_line(5, season, used, rng)
    first, last = (lines[5], closing) if rng.random() < 0.5 else (closing, lines[5])
    cut = rng.choice((" –", ",")) if closing.split()[0] not in _places(lexicon) else " –"
    return f"{_opened(first)}{cut if first == closing else ''}\n{lines[7]}{cut if last == closing else ''}\n{last}"


def _by_count(lines: list[str], lexicon: Lexicon) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for line in lines:
        found.setdefault(count(line, lexicon), []).append(line)
    return found


def _own_line(
    size: int, reading: Reading, lexicon: Lexicon, season: dict[int, list[str]], used: set[str], rng: random.Random
) -> str:
    """A line of `size` syllables with the child's words: as they stand, else a thing and something of the season."""
    exact = [
        phrase for phrase in _spans(reading, lexicon) if count(phrase, lexicon) == size and not _said(phrase, used)
    ]
    if exact:
        return _used(rng.choice(exact[:6]), used)
    built: list[str] = []
    for thing in subjects(reading, lexicon)[:6]:
        for said in _ways(thing, lexicon):
            rest = size - count(said, lexicon)
            built += [
                _paired(said, line, lexicon) for line in season.get(rest, []) if not _said(f"{said} {line}", used)
            ]
    if built:
        return _used(rng.choice(built), used)
    return _season_line(size, season, used, rng)


def _spans(reading: Reading, lexicon: Lexicon) -> list[str]:
    """Runs of the child's phrases within one clause, longest first; only such as begin and end whole."""
    phrases = [as_inner(phrase, lexicon) for phrase in reading.phrases[:MOST_PHRASES]]
    spans: list[str] = []
    flat = " ".join(reading.text.split()).lower()
    for start in range(len(phrases)):
        for end in range(len(phrases), start, -1):
            span = " ".join(phrases[start:end])
            if start and phrases[start - 1].split()[-1].lower() in _JOINTS:
                continue
            if span.lower() in flat and not re.search(r"\d", span) and not _torn(span, lexicon):
                spans.append(span)
    return sorted(spans, key=len, reverse=True)


def _torn(span: str, lexicon: Lexicon) -> bool:
    """Whether it begins or ends with a word that wants another."""
    words = span.lower().split()
    return words[0] in _JOINTS or words[-1] in _JOINTS or words[-1] in _places(lexicon)


def _ways(thing: Thing, lexicon: Lexicon) -> list[str]:
    """A thing said shorter or longer, in the nominative."""
    if re.search(r"\d", thing.word) or not re.search(r"\w", thing.word):
        return []
    bare = Thing(
        thing.word, thing.plural, thing.gender, thing.weak, thing.is_plural, thing.is_name, owner=thing.owner
    )
    if lexicon.language == "de":
        ways = [german_phrase(one, kind, "nom") for one in (thing, bare) for kind in ("ein", "def", "none")]
        return list(dict.fromkeys(way for way in ways if way)) if not thing.is_name else [thing.word]
    return list(dict.fromkeys(english_phrase(one, article) for one in (thing, bare) for article in ("a", "the", "")))


def _paired(said: str, line: str, lexicon: Lexicon) -> str:
    """A thing and where or when it is; what is a picture of its own comes after a comma."""
    first = line.split()[0]
    return f"{said} {line}" if first in _places(lexicon) else f"{said}, {line}"


def _places(lexicon: Lexicon) -> frozenset[str]:
    """Words that begin a where or when."""
    return german.ALL_PREPOSITIONS if lexicon.language == "de" else lexicon.words("prepositions")


def _season_line(size: int, season: dict[int, list[str]], used: set[str], rng: random.Random) -> str:
    options = [line for line in season[size] if not _said(line, used)] or season[size]
    return _used(rng.choice(options), used)


def _said(phrase: str, used: set[str]) -> bool:
    words = set(re.findall(r"\w{3,}", phrase.lower())) - german.DEFINITE["nom"].keys()
    return any(words & set(re.findall(r"\w{3,}", line.lower())) for line in used)


def _used(line: str, used: set[str]) -> str:
    used.add(line)
    return line


def _opened(line: str) -> str:
    return line[:1].upper() + line[1:]
