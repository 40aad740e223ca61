"""Oulipo: N+7, after Jean Lescure, and letter games: alliteration, spoonerism, one vowel.

N+7 replaces each noun by the seventh after it in a dictionary. German keeps the gender: it counts the nouns of the
same gender only, so that articles and endings stay right. The seed chooses the dictionary: all nouns, or one theme.
"""

import random
import re
from bisect import bisect_right

from msgspec.structs import replace

from kiosk.engine.backends.sketchbook.text import chance, edits, german
from kiosk.engine.backends.sketchbook.text.edits import Edits
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon, Noun, may_be_made, sort_key
from kiosk.engine.backends.sketchbook.text.reading import Reading, Thing

STEP = 7
_THEMES = (None, "animals", "food", "home", "outside")
_ONSET = re.compile(
    r"\A(schw|schl|schm|schn|schr|sch|str|spr|spl|thr|shr|squ|qu|ch|sh|th|wh|st|sp|[^aeiouyäöü]+)", re.IGNORECASE
)
_GERMAN_VOWELS = re.compile(r"ei|ai|au|eu|äu|ie|aa|ee|oo|[aeiouäöü]", re.IGNORECASE)
_ENGLISH_VOWELS = re.compile(r"[aeiou]+", re.IGNORECASE)


def n_plus_7(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """Each noun becomes the seventh after it in one dictionary; names stay."""
    theme = rng.choice(_THEMES)
    changes: Edits = {}
    for thing in reading.things:
        if thing.is_name or thing.last < 0:
            continue
        entry = seventh(thing.word, dictionary(lexicon, theme, thing.gender))
        new = Thing(
            entry.word,
            entry.plural,
            entry.gender,
            entry.weak,
            thing.is_plural,
            adjectives=thing.adjectives,
            owner=thing.owner,
        )
        changes |= edits.restate(reading, thing, new, lexicon.language)
    if not changes:
        return chance.gentle(reading, lexicon, rng)
    return edits.apply(reading, changes, lexicon.language)


def dictionary(lexicon: Lexicon, theme: str | None, gender: german.Gender | None) -> list[Noun]:
    """The nouns among which N+7 counts: of one gender in German, and such as have a plural."""
    return [entry for entry in lexicon.dictionary(theme, gender) if entry.plural]


def seventh(word: str, nouns: list[Noun]) -> Noun:
    """The seventh noun after `word` in a dictionary; after its end it begins again. `word` need not be in it."""
    keys = [sort_key(entry.word) for entry in nouns]
    found = nouns[(bisect_right(keys, sort_key(word)) + STEP - 1) % len(nouns)]
    return found if found.word.lower() != word.lower() else nouns[(nouns.index(found) + 1) % len(nouns)]


def word_game(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str:
    """One game, drawn by the seed; the next one where the first finds nothing to play with."""
    games = [alliteration, spoonerism, one_vowel]
    rng.shuffle(games)
    for game in games:
        played = game(reading, lexicon, rng)
        if played is not None and played.casefold() != reading.text.strip().casefold():
            return played
    return chance.permutation(reading, lexicon, rng)


def alliteration(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str | None:
    """Every thing gets a quality that begins with its own sound."""
    changes: Edits = {}
    used: set[str] = set()
    for thing in reading.things:
        if thing.is_name or thing.last < 0:
            continue
        sound = _first_sound(thing.word)
        fitting = [word for word in lexicon.lists["alliteration"] if _first_sound(word) == sound and word not in used]
        fitting = fitting or [word for word in lexicon.lists["alliteration"] if word[0] == thing.word[0].lower()]
        if not fitting:
            continue
        chosen = rng.sample(fitting, min(len(fitting), 1 if len(reading.things) > 2 else 2))
        used |= set(chosen)
        new = replace(thing, adjectives=(*chosen, *thing.adjectives))
        changes |= edits.restate(reading, thing, new, lexicon.language)
    return edits.apply(reading, changes, lexicon.language) if changes else None


def _first_sound(word: str) -> str:
    lower = word.lower()
    return next((sound for sound in ("sch", "sh", "ch", "th") if lower.startswith(sound)), lower[:1])


def spoonerism(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str | None:
    """Two words swap their beginnings, where both results may be said in a classroom."""
    function_words = lexicon.words("function_words")
    places = [
        at
        for at, token in enumerate(reading.tokens)
        if len(token.text) > 2
        and token.text.isalpha()
        and token.lower not in function_words
        and _ONSET.match(token.lower)
    ]
    pairs = [(one, two) for one in places for two in places if one < two <= one + 8]
    rng.shuffle(pairs)
    changes: Edits = {}
    for one, two in pairs[:40]:
        swapped = _swapped(reading.tokens[one].text, reading.tokens[two].text)
        if swapped is not None and not {one, two} & changes.keys():
            changes |= {one: swapped[0], two: swapped[1]}
        if len(changes) >= 4:
            break
    return edits.apply(reading, changes, lexicon.language) if changes else None


def _swapped(one: str, two: str) -> tuple[str, str] | None:
    first, second = _ONSET.match(one.lower()), _ONSET.match(two.lower())
    if first is None or second is None or first[0] == second[0]:
        return None
    made = (second[0] + one[first.end() :].lower(), first[0] + two[second.end() :].lower())
    if not all(may_be_made(word) and len(word) > 2 for word in made):
        return None
    return _cased(made[0], one), _cased(made[1], two)


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def one_vowel(reading: Reading, lexicon: Lexicon, rng: random.Random) -> str | None:
    """All vowels become the same one, as in the song of the three Chinese with the double bass."""
    pattern = _GERMAN_VOWELS if lexicon.language == "de" else _ENGLISH_VOWELS
    vowels = list("aeiou" + ("äöü" if lexicon.language == "de" else ""))
    rng.shuffle(vowels)
    for vowel in vowels:
        words = {
            at: pattern.sub(lambda found, vowel=vowel: vowel.upper() if found[0][0].isupper() else vowel, token.text)  # type: ignore[misc]
            for at, token in enumerate(reading.tokens)
        }
        if words and all(may_be_made(word) or word == reading.tokens[at].text for at, word in words.items()):
            return edits.apply(reading, words, "")
    return None
