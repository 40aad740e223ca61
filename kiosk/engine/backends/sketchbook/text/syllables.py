"""Counting syllables in German and English, as one claps them.

By rule, with a list of exceptions per language in `words_{language}.toml`. Names and rare words may be miscounted.
"""

import re

from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon

_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_VOWELS = re.compile(r"aa|ee|oo|ei|ai|ey|ay|au|eu|äu|ie|[aeiouyäöü]")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_HIATUS = re.compile(r"(?<=[aeiouy])(?=ing\Z)|i(?=[aou](?!us\Z))|(?<=e)(?=o)|(?<=u)(?=al|el\Z|et\Z)")


def count(text: str, lexicon: Lexicon) -> int:
    """Syllables of all words in a text; digits count nothing."""
    return sum(_count_word(word.lower(), lexicon) for word in _WORD.findall(text))


def _count_word(word: str, lexicon: Lexicon) -> int:
    if word in lexicon.syllables:
        return lexicon.syllables[word]
    return _german(word) if lexicon.language == "de" else _english(word)


def _german(word: str) -> int:
    return max(1, len(_GERMAN_VOWELS.findall(word.replace("qu", "q"))))


def _english(word: str) -> int:
    stem = word.replace("qu", "q")
    silent = 0
    if (
        (re.search(r"[^aeiouy]e\Z", stem) and not re.search(r"[^aeiouy]le\Z", stem))
        or re.search(r"[^aeiouytd]ed\Z", stem)
        or (re.search(r"[^aeiouy]es\Z", stem) and not re.search(r"(s|x|z|ch|sh|c|g)es\Z|[^aeiouy]les\Z", stem))
    ):
        silent = 1
    stem = stem[1:] if stem.startswith("y") else stem
    groups = len(_ENGLISH_VOWELS.findall(stem)) + len(_HIATUS.findall(stem))
    return max(1, groups - silent)
