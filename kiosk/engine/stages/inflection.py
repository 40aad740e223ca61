"""The forms of a word that a word list entry stands for, by the endings of its class and language.

Irregular forms are written in the entry itself. All words here are folded.
"""

from collections.abc import Iterator
from typing import Literal

Endings = Literal["noun", "verb", "adjective", "none"]

_GERMAN_NOUN = ("", "e", "n", "en", "s", "es")
_GERMAN_ADJECTIVE = ("", "e", "en", "er", "es", "em")
_GERMAN_PRESENT = ("", "e", "st", "t", "en", "end", "ende", "enden", "ender", "endes")
_GERMAN_PAST = ("te", "ten", "test", "tet")
_SIBILANTS = ("s", "x", "z", "ch", "sh")
_LONGEST_DOUBLING = 4
_VOWELS = frozenset("aeiou")


def forms_of(word: str, language: str, endings: Endings) -> Iterator[str]:
    """Every regular form of a folded word; may repeat, may contain forms that nobody uses."""
    yield word
    if endings == "none":
        return
    if language != "en":
        yield from _german(word, endings)
    if language != "de":
        yield from _english(word, endings)


def _german(word: str, endings: Endings) -> Iterator[str]:
    if endings == "verb":
        yield from _german_verb(word.removesuffix("n").removesuffix("e"))
    elif endings == "adjective":
        yield from (word.removesuffix("e") + ending for ending in _GERMAN_ADJECTIVE)
    else:
        yield from (word + ending for ending in _GERMAN_NOUN)


def _german_verb(stem: str) -> Iterator[str]:
    link = "e" if stem.endswith(("t", "d")) else ""
    for ending in _GERMAN_PRESENT:
        yield stem + (link if ending in ("st", "t") else "") + ending
    yield from (stem + link + ending for ending in _GERMAN_PAST)
    if stem.endswith("er"):
        yield stem + "n"


def _english(word: str, endings: Endings) -> Iterator[str]:
    yield word + ("es" if word.endswith(_SIBILANTS) else "s")
    if endings != "verb":
        return
    short = len(word) > 2 and word[-1] not in _VOWELS | {"w", "x", "y"} and word[-2] in _VOWELS
    once = short and word[-3] not in _VOWELS
    stem = word.removesuffix("e") + (word[-1] if once and len(word) <= _LONGEST_DOUBLING else "")
    yield from (stem + ending for ending in ("ed", "ing", "er", "ers"))
