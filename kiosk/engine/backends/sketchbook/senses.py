"""What single words mean: their concepts in the vocabulary, found through inflection, compounds and misspellings.

German and English. Knows no sentences: what words say of each other is `words`' matter.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kiosk.engine.backends.sketchbook import vocabulary as v

TABLES = ("motif", "place", "weather", "time", "mood", "colour", "action", "size", "number")
STOP = {"de": frozenset(v.STOP_DE.split()), "en": frozenset(v.STOP_EN.split())}
"""Little words that name nothing, by language."""

_BARRED = {"de": frozenset(v.FALSE_IN_ENGLISH.split()), "en": frozenset(v.FALSE_IN_GERMAN.split())}
"""Words that are not looked up in a language when they stand in a text of the other."""

_LINKS = ("", "n", "en", "s", "es", "e", "er", "ens")
_DE_ENDINGS = (
    "", "e", "n", "s", "en", "er", "es", "em", "ern", "el", "chen", "lein", "te", "t", "st", "ten", "tes", "ter",
    "in",
    "innen", "nen", "ende", "enden", "ender", "endes", "end", "se", "ses", "sen",
)  # fmt: skip
_EN_ENDINGS = ("", "s", "es", "'s", "’s", "ies", "ing", "ed", "d", "er", "ers", "y", "ly", "en", "ish", "like")
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SOUNDS = (
    ("sch", "5"), ("ph", "f"), ("ck", "k"), ("tz", "z"), ("ts", "z"), ("ds", "z"), ("dt", "t"), ("v", "f"),
    ("w", "f"),
    ("aeu", "eu"), ("ie", "i"), ("ae", "e"), ("y", "i"), ("chs", "x"), ("ks", "x"), ("qu", "kf"), ("c", "k"),
    ("th", "t"),
)  # fmt: skip


class Sense(NamedTuple):
    """One meaning of a word: the table it stands in and its concept."""

    table: str
    name: str


def fold(word: str) -> str:
    """A word in lower case, umlauts transcribed (ä → ae), other accents dropped."""
    lowered = unicodedata.normalize("NFC", word).casefold().translate(_TRANSCRIBED)
    plain = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in plain if not unicodedata.combining(c))


def sound(folded: str) -> str:
    """How a German word sounds, roughly: what children mix up (Katse, Blumme, Hunt, Fogel) becomes the same."""
    for written, heard in _SOUNDS:
        folded = folded.replace(written, heard)
    folded = re.sub(r"(.)\1+", r"\1", folded)
    folded = re.sub(r"(?<=[aeiou])h", "", folded)
    return folded.translate(str.maketrans("bdg", "ptk"))


@lru_cache(maxsize=1)
def lexicon() -> dict[str, dict[str, tuple[Sense, ...]]]:
    """Language → folded word → its senses."""
    books: dict[str, dict[str, tuple[Sense, ...]]] = {"de": {}, "en": {}}
    tables = (v.MOTIFS, v.PLACES, v.WEATHER, v.TIMES, v.MOODS, v.COLOURS, v.ACTIONS, v.SIZES, v.NUMBERS)
    for table, lines in zip(TABLES, tables, strict=True):
        for line in lines.strip().splitlines():
            name, _, words = line.partition(": ")
            for language, listed in zip(("de", "en"), words.split(" / "), strict=True):
                for word in listed.split(","):
                    book, key = books[language], fold(word.strip())
                    book[key] = (*book.get(key, ()), Sense(table, name))
    return books


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    return {sound(word): word for word in lexicon()["de"] if len(word) >= 4}


def _stems(folded: str, language: str) -> Iterator[str]:
    """Basic forms that an inflected word may have, the likeliest first."""
    endings = _DE_ENDINGS if language == "de" else _EN_ENDINGS
    for ending in endings:
        if not folded.endswith(ending) or len(folded) - len(ending) < 2:
            continue
        stem = folded[: len(folded) - len(ending)] if ending else folded
        yield stem
        if not ending:
            continue
        if language == "de":
            yield stem + "e"
            yield stem + "en"
            yield stem + "n"
            flat = stem.replace("aeu", "au").replace("ae", "a").replace("oe", "o").replace("ue", "u")
            yield from (flat, flat + "e")
        else:
            yield stem + "e"
            yield stem + "y"
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]
    if language == "de":
        yield folded + "en"
        yield folded.replace("aeu", "au").replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if language == "en" and folded.endswith("ves"):
        yield folded[:-3] + "f"


_IRREGULAR = {
    "mice": "mouse", "geese": "goose", "children": "child", "people": "person", "women": "woman", "men": "man",
    "feet": "shoe", "flew": "fly", "flies": "fly", "slept": "sleep", "swam": "swim", "ran": "run", "sang": "sing",
    "flog": "fliegen", "fliegt": "fliegen", "schlaeft": "schlafen", "schlief": "schlafen", "schwamm": "schwimmen",
    "laeuft": "laufen", "lief": "laufen", "baeckt": "backen", "backt": "backen", "isst": "essen", "liest": "lesen",
    "rannte": "rennen", "sprang": "springen", "faehrt": "fahren", "waechst": "wachsen", "brennt": "brennen",
    "sieht": "sehen", "sitzt": "sitzen", "singt": "singen", "sang_": "singen", "traeumt": "träumen", "wolves": "wolf",
    "leaves": "leaf",
}  # fmt: skip


@lru_cache(maxsize=4096)
def senses(word: str, language: str) -> tuple[Sense, ...]:
    """What a single word means in a language; empty if nothing is known. Compounds give their head last."""
    folded = fold(word)
    book = lexicon()[language]
    irregular = _IRREGULAR.get(folded)
    if irregular and fold(irregular) in book:
        return book[fold(irregular)]
    for stem in _stems(folded, language):
        if stem in book and (len(stem) > 2 or stem == folded):
            return book[stem]
    if len(folded) < 6 or len(folded) > 40:
        return ()
    return _compound(folded, language)


@lru_cache(maxsize=8192)
def _compound(folded: str, language: str) -> tuple[Sense, ...]:
    """The senses of the parts of a compound: head last. An unknown part of three letters or more may lead."""
    book = lexicon()[language]
    for cut in range(3, len(folded) - 2):
        head = _part(folded[cut:], language)
        if not head:
            continue
        lead = folded[:cut]
        for link in _LINKS:
            stem = lead[: len(lead) - len(link)] if link and lead.endswith(link) else lead if not link else ""
            for form in (stem, stem + "e"):
                if len(stem) >= 3 and form in book:
                    return book[form] + head
        deeper = _compound(lead, language) if len(lead) >= 6 else ()
        if deeper or len(folded) - cut >= 4:
            return deeper + head
    for cut in range(len(folded) - 2, 4, -1):
        if folded[:cut] in book:
            return tuple(s for s in book[folded[:cut]] if s.table in ("motif", "weather", "colour", "place"))
    return ()


@lru_cache(maxsize=8192)
def _part(folded: str, language: str) -> tuple[Sense, ...]:
    book = lexicon()[language]
    if len(folded) < 3:
        return ()
    for stem in _stems(folded, language):
        if len(stem) >= 3 and stem in book:
            return book[stem]
    return ()


def is_idle(folded: str) -> bool:
    """Whether a folded word is one of those that name nothing, in either language."""
    return any(folded in words for words in STOP.values())


def language_of(words: list[str], default: str) -> str:
    """`de` or `en`: which of the two a text is in, by its little words and then by its things."""
    german = english = 0
    for word in map(fold, words):
        de = 2 * (word in STOP["de"]) or int(word in lexicon()["de"])
        en = 2 * (word in STOP["en"]) or int(word in lexicon()["en"])
        if not (de and en):
            german, english = german + de, english + en
    if german == english:
        return "en" if default.startswith("en") else "de"
    return "de" if german > english else "en"


def meaning_of(word: str, language: str) -> tuple[Sense, ...]:
    """The senses of a word in the text's language, then in the other, then by its sound."""
    folded = fold(word)
    if folded in STOP[language]:
        return ()
    found = senses(folded, language)
    if found:
        return found
    other = "en" if language == "de" else "de"
    if folded not in _BARRED[other] and not is_idle(folded):
        found = senses(folded, other)
        if found:
            return found
    if language == "de" and len(folded) >= 4 and not (word.islower() and folded.endswith("t")):
        for stem in _stems(folded, "de"):
            near = _by_sound().get(sound(stem))
            if near and len(stem) >= 4:
                return lexicon()["de"][near]
    return ()


@lru_cache(maxsize=512)
def _basic_forms(motif: str) -> tuple[str, ...]:
    """All words that name a motif, as they stand in the vocabulary."""
    sense = Sense("motif", motif)
    return tuple(word for book in lexicon().values() for word, found in book.items() if sense in found)


def is_plural(word: str, motif: str, language: str) -> bool:
    """Whether a word is most likely in the plural: it is not a basic form and ends like a plural."""
    folded = fold(word)
    basics = _basic_forms(motif)
    if any(folded.endswith(basic) or sound(folded) == sound(basic) for basic in basics):
        return False
    flat = folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if flat != folded and flat.endswith(basics):
        return True
    if language == "en":
        return folded.endswith("s") or folded in ("mice", "geese", "children", "people")
    return folded.endswith(("n", "er", "s", "e")) and not folded.endswith(("chen", "lein", "es")) and motif != "fire"
