"""The telephone game: a text drifts, step by step, by what one might have misheard.

Each step hears one or two words as others that sound alike (fewest letters changed, end rhymes first), or gets two
of its things the wrong way round. Only real words of the lexicon are heard, so nothing ugly can be.
"""

import functools
import random
from itertools import pairwise

from msgspec.structs import replace

from kiosk.engine.backends.sketchbook.text import edits, german
from kiosk.engine.backends.sketchbook.text.edits import Edits
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.reading import Reading, Thing, read

STEPS = 8
MOST_THINGS = 40


def stage_name(iteration: int, lexicon: Lexicon) -> str:
    """What happens to the whisper in this step, from 1: through the wall, under water ..."""
    names = lexicon.lists["telephone_stages"]
    return names[(iteration - 1) % len(names)]


def whole_game(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """All eight steps at once."""
    text = reading.text.strip()
    for _ in range(STEPS):
        text = whisper(read(text, lexicon), lexicon, rng)
    return text if text != reading.text.strip() else whisper(reading, lexicon, rng)


def whisper(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """One step from ear to ear: about every fifth thing or verb is misheard, at least one."""
    things = [thing for thing in reading.things if thing.last >= 0 and not thing.is_name][:MOST_THINGS]
    verbs = [at for at, token in enumerate(reading.tokens) if token.lower in lexicon.words("verbs")]
    others = [
        at for at, token in enumerate(reading.tokens) if _stem(token.lower, lexicon) in lexicon.words("adjectives")
    ]
    pairs = _exchangeable(things)
    moves = (
        ["thing"] * (3 if things else 0)
        + ["verb"] * (2 if verbs else 0)
        + ["quality"] * bool(others)
        + ["swap"] * bool(pairs)
    )
    if not moves:
        return _misplaced(reading, lexicon, rng)
    changes: Edits = {}
    for _ in range(max(1, len(things) // 5)):
        match rng.choice(moves):
            case "thing":
                thing = rng.choice(things)
                changes |= edits.restate(reading, thing, _heard_thing(thing, lexicon, rng), lexicon.language)
            case "verb":
                at = rng.choice(verbs)
                changes[at] = rng.choice(_alike(reading.tokens[at].lower, tuple(lexicon.lists["verbs"]), 3))
            case "quality":
                at = rng.choice(others)
                changes[at] = _heard_quality(reading.tokens[at].lower, lexicon, rng)
            case _:
                one, two = rng.choice(pairs)
                changes |= edits.restate(reading, one, two, lexicon.language)
                changes |= edits.restate(reading, two, one, lexicon.language)
    return edits.apply(reading, changes, lexicon.language)


def _exchangeable(things: list[Thing]) -> list[tuple[Thing, Thing]]:
    return [
        (one, two)
        for one, two in pairwise(things)
        if one.is_plural == two.is_plural and one.word != two.word and one.last < two.first - 1
    ]


def _stem(word: str, lexicon: Lexicon) -> str:
    return german.adjective_stem(word) if lexicon.language == "de" else word


def _heard_thing(thing: Thing, lexicon: Lexicon, rng: random.Random) -> Thing:
    """A noun that sounds like it, of the same gender in German."""
    nouns = {
        entry.word: entry for entry in lexicon.dictionary(None, thing.gender) if entry.plural or not thing.is_plural
    }
    entry = nouns[rng.choice(_alike(thing.word, tuple(nouns), 3))]
    return replace(
        thing, word=entry.word, plural=entry.plural, weak=entry.weak, theme=entry.theme, gender=entry.gender
    )


def _heard_quality(word: str, lexicon: Lexicon, rng: random.Random) -> str:
    stem = _stem(word, lexicon)
    heard = rng.choice(_alike(stem, tuple(lexicon.lists["adjectives"]), 3))
    if lexicon.language != "de" or word == stem:
        return heard
    ending = next((ending for ending in ("en", "er", "es", "em", "e") if word.endswith(ending)), "")
    inflected = german.adjective(heard, None, "nom", "f")
    return inflected[:-1] + ending if inflected.endswith("e") and heard != inflected else heard


@functools.lru_cache(maxsize=2048)
def _alike(word: str, words: tuple[str, ...], count: int) -> list[str]:
    """The `count` words that sound most like `word`: few letters changed; the end counts more than the beginning."""
    lower = word.lower()
    near = ((_distance(lower, other.lower()), other) for other in words if other.lower() != lower)
    return [other for _, other in sorted(near)[:count]]


def _distance(one: str, two: str) -> float:
    """Letters to change, from 0; a different end counts double, a different length a little."""
    if abs(len(one) - len(two)) > 4:
        return 99.0
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(two, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
    return row[-1] + (1.0 if one[-2:] != two[-2:] else 0.0) + 0.1 * abs(len(one) - len(two))


def _misplaced(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Nothing known to mishear: two words change places, or one is said twice."""
    count = len(reading.tokens)
    if count < 2:
        text = reading.text.strip()
        return text if text.endswith("?") else f"{text}?"
    at = rng.randrange(count - 1)
    one, two = reading.tokens[at].text, reading.tokens[at + 1].text
    if one == two or rng.random() < 0.2:
        return edits.apply(reading, {at: f"{one}, {one}"}, lexicon.language)
    return edits.apply(reading, {at: two, at + 1: one}, lexicon.language)
