"""The forms of a word that a word list entry stands for, by the endings of its class and language.

Irregular forms are written in the entry itself. All words here are folded.
"""

from collections.abc import Iterator
from typing import Literal

Endings = Literal["noun", "verb", "adjective", "none"]

_GERMAN_NOUN = ("", "e", "n", "en", "s", "es", "er", "ern", "in", "innen")
_GERMAN_ADJECTIVE = ("", "e", "en", "er", "es", "em")
_GERMAN_VERB = ("e", "st", "est", "t", "et", "en", "n", "te", "ten", "test", "tet", "ete", "eten", "end", "ende",
                "enden", "ender", "endes")  # fmt: skip
_ENGLISH_NOUN = ("", "s", "es")
_ENGLISH_VERB = ("", "s", "es", "ed", "d", "ing", "er", "ers")
_VOWELS = frozenset("aeiou")


def forms_of(word: str, language: str, endings: Endings) -> Iterator[str]:
    """Every regular form of a folded word; may repeat, may contain forms that nobody uses."""
    yield word
    if endings == "none":
        return
    if language == "de":
        yield from _german(word, endings)
    elif language == "en":
        yield from _english(word, endings)
    else:
        yield word + "s"


def _german(word: str, endings: Endings) -> Iterator[str]:
    if endings == "verb":
        stem = word[:-2] if word.endswith("en") else word.removesuffix("n")
        yield from (stem + ending for ending in _GERMAN_VERB)
    else:
        stem = word.removesuffix("e") if endings == "adjective" else word
        yield from (stem + ending for ending in (_GERMAN_NOUN if endings == "noun" else _GERMAN_ADJECTIVE))


def _english(word: str, endings: Endings) -> Iterator[str]:
    if endings != "verb":
        yield from (word + ending for ending in _ENGLISH_NOUN)
        return
    yield from (word + ending for ending in _ENGLISH_VERB)
    if word.endswith("e"):
        yield word[:-1] + "ing"
    if len(word) > 2 and word[-1] not in _VOWELS | {"w", "x", "y"} and word[-2] in _VOWELS:
        yield from (word + word[-1] + ending for ending in ("ed", "ing", "er", "ers"))
