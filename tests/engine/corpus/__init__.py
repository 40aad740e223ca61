"""The sentences on which the safety check is measured, read from the TOML files beside this module."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.engine.stages.terms import Category
from kiosk.engine.stages.wordlists import WordLists
from kiosk.records import SafetyLevel

_FOLDER = Path(__file__).parent


class Harmless(Struct, frozen=True):
    """A sentence (or word) that must pass at every level."""

    text: str
    topic: str
    language: str


class Bad(Struct, frozen=True):
    """A sentence that must be blocked as `category` at `level` and at every stricter one."""

    text: str
    category: Category
    level: SafetyLevel
    language: str
    disguise: str

    def is_found(self, lists: WordLists, level: SafetyLevel) -> bool:
        """Whether the word lists block the sentence at a level, and as what it is."""
        return any(match.category == self.category for match in lists.find(self.text, level))


class _Group(Struct, frozen=True, forbid_unknown_fields=True):
    category: Category
    level: SafetyLevel
    language: str
    disguise: str
    sentences: list[str]


def harmless_sentences() -> Iterator[Harmless]:
    """The harmless sentences that look bad."""
    for topic, languages in _read("harmless.toml").items():
        assert isinstance(languages, dict)
        for language, sentences in languages.items():
            yield from (Harmless(text, topic, language) for text in sentences)


def harmless_words() -> Iterator[Harmless]:
    """The harmless words that look bad, each once."""
    for language, words in _read("harmless_words.toml").items():
        assert isinstance(words, str)
        yield from (Harmless(word, "words", language) for word in dict.fromkeys(words.split()))


def bad_sentences() -> Iterator[Bad]:
    """The sentences that must be blocked."""
    for group in msgspec.convert(_read("bad.toml")["group"], list[_Group]):
        for text in group.sentences:
            yield Bad(text, group.category, group.level, group.language, group.disguise)


def bad_at(level: SafetyLevel) -> list[Bad]:
    """The sentences that must be blocked at a level."""
    return [bad for bad in bad_sentences() if level.strictness >= bad.level.strictness]


def bad_only_beyond(level: SafetyLevel) -> list[str]:
    """The sentences that must be blocked at stricter levels only; the `unseen` are judged at kids alone."""
    return [
        bad.text for bad in bad_sentences() if level.strictness < bad.level.strictness and bad.disguise != "unseen"
    ]


def fresh_bad() -> Iterator[tuple[str, str]]:
    """Bad sentences that were written without looking at the lists: which part they are of, and the sentence."""
    for part, topics in _fresh()["bad"].items():
        for sentences in topics.values():
            yield from ((part, text) for text in sentences)


def fresh_harmless() -> list[str]:
    """Harmless sentences near to something bad, written without looking at the lists."""
    return [text for sentences in _fresh()["harmless"].values() for text in sentences]


def phrases_bad(part: str) -> list[str]:
    """Turns of phrase that are meant badly, most without one bad word: `first`, `second` or `third` of them."""
    return _phrases("bad", part)


def phrases_harmless(part: str) -> list[str]:
    """Harmless sentences near to those of a part."""
    return _phrases("harmless", part)


def _phrases(kind: str, part: str) -> list[str]:
    told: Any = _read("phrases.toml")[kind]
    return [text for sentences in told[part].values() for text in sentences]


def _fresh() -> Any:
    return _read("fresh.toml")


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
