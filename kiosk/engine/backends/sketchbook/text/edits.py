"""Changing words within the child's text while all around them stays: spaces, commas, line breaks, capitals.

A change is token position → new text; None takes the word away.
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

from kiosk.engine.backends.sketchbook.text import german
from kiosk.engine.backends.sketchbook.text.phrasing import english_phrase
from kiosk.engine.backends.sketchbook.text.reading import Reading, Thing

Edits: TypeAlias = dict[int, str | None]

_AN_BEFORE = re.compile(r"\b([Aa])n? (?=(\w+))")
_VOWEL_SOUND = re.compile(r"[aeio]|u(?!ni|se|ku|to)|hour|honest", re.IGNORECASE)


def apply(reading: Reading, edits: Mapping[int, str | None], language: str) -> str:
    """The text with its words changed. English `a` and `an` follow what comes after them."""
    parts: list[str] = []
    position = 0
    for at, token in enumerate(reading.tokens):
        gap = reading.text[position : token.start]
        position = token.end
        word = edits.get(at, token.text)
        if word is None or word == "":
            parts.append("" if not gap.strip() else gap.rstrip())
            continue
        parts.append(gap if gap or not parts else "")
        parts.append(word[0].upper() + word[1:] if token.opens_sentence and token.text[0].isupper() else word)
    parts.append(reading.text[position:])
    text = re.sub(r"[ \t]{2,}", " ", "".join(parts)).strip()
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    return articles(text) if language == "en" else text


def articles(text: str) -> str:
    """English with `a` and `an` as the following word wants them."""
    return _AN_BEFORE.sub(lambda found: found[1] + ("n " if _VOWEL_SOUND.match(found[2]) else " "), text)


def restate(reading: Reading, thing: Thing, new: Thing, language: str) -> Edits:
    """What to change so that `new` stands where `thing` stood: article, endings and all."""
    return _restate_german(reading, thing, new) if language == "de" else _restate_english(reading, thing, new)


def _restate_german(reading: Reading, thing: Thing, new: Thing) -> Edits:
    first, last = thing.first, thing.last
    edits: Edits = dict.fromkeys(range(first, last + 1))
    kind = german.determiner_kind(reading.tokens[first].text) if first < last else None
    gender: german.Gender = "p" if new.is_plural else new.gender or "n"
    before = reading.tokens[first - 1].text if first and not reading.tokens[first].opens_clause else ""
    contraction = german.CONTRACTIONS.get(before.lower())
    if new.gender is None:
        edits[last] = new.word
        if contraction is not None:
            edits[first - 1] = contraction[0]
        return edits
    if kind is not None:
        edits[first] = german.determiner(kind, thing.case, gender)
    elif contraction is not None:
        edits[first - 1] = german.preposition(contraction[0], german.determiner("def", thing.case, gender))
        kind = "def"
    elif first < last and reading.tokens[first].lower not in thing.adjectives and _is_number(reading, thing):
        edits[first] = reading.tokens[first].text
    edits |= _relative(reading, thing, gender)
    stems = [german.adjective(stem, kind, thing.case, gender) for stem in new.adjectives]
    edits[last] = " ".join([*stems, german.noun(new.word, new.plural or new.word, new.weak, thing.case, gender)])
    return edits


def _relative(reading: Reading, thing: Thing, gender: german.Gender) -> Edits:
    """`einen Drachen, der ...` becomes `eine Fee, die ...`: the pronoun after the comma follows the new gender."""
    at = thing.last + 1
    if at >= len(reading.tokens) or thing.gender is None:
        return {}
    gap = reading.text[reading.tokens[thing.last].end : reading.tokens[at].start]
    word = reading.tokens[at].lower
    old: german.Gender = "p" if thing.is_plural else thing.gender
    cases = [case for case in german.CASES if german.DEFINITE[case][old] == word]
    if gap.strip() != "," or not cases:
        return {}
    return {at: german.DEFINITE[cases[0]][gender]}


def _is_number(reading: Reading, thing: Thing) -> bool:
    """Whether the phrase begins with a word that is neither article nor adjective."""
    return german.adjective_stem(reading.tokens[thing.first].lower) not in thing.adjectives


def _restate_english(reading: Reading, thing: Thing, new: Thing) -> Edits:
    first, last = thing.first, thing.last
    edits: Edits = dict.fromkeys(range(first, last + 1))
    leads = last - first - len(thing.adjectives)
    if leads > 0:
        edits[first] = reading.tokens[first].text
    edits[last] = english_phrase(new, "")
    if new.is_name:
        edits[first] = None if leads > 0 else edits[first]
        edits[last] = new.word
    return edits
