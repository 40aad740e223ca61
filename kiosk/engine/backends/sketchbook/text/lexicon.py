"""The sketchbook's own words in one language: nouns, and the lists, pairs and scenes that its procedures use.

Read once from `assets/sketchbook/*.toml`, which a teacher may read and change. Only words that may stand on the
wall of a child's room; what a procedure puts in comes from here or from the child.
"""

import functools
import re
from collections.abc import Iterator

from msgspec import Struct, field

from kiosk import tomlfile
from kiosk.engine.backends.sketchbook.text.german import Gender, noun
from kiosk.settings import assets_dir
from kiosk.tomlfile import ConfigError

LANGUAGES = ("de", "en")

_PLAIN_LETTERS = {ord("ä"): "a", ord("ö"): "o", ord("ü"): "u", ord("ß"): "ss"}

_GERMAN_ENTRY = re.compile(r"\A(?P<word>\S+) (?P<gender>[mfn]) (?P<weak>\*?)(?P<plural>\S+)\Z")


class Noun(Struct, frozen=True):
    """A noun of the lexicon. English has no gender; `plural` is None where there is none."""

    word: str
    plural: str | None
    gender: Gender | None = None
    weak: bool = False
    theme: str = ""


class Form(Struct, frozen=True):
    """What a written form can be: which noun, and whether it is the plural."""

    noun: Noun
    is_plural: bool


class NounFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`nouns_{language}.toml`: nouns by theme; those only recognised; forms that may also be another word."""

    themes: dict[str, str]
    ambiguous: str = ""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a scene: `say` one of these, or one of `each` for every thing, `most` of them."""

    say: list[str] = field(default_factory=list)
    each: list[str] = field(default_factory=list)
    most: int = 4


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """A frame that is built around the child's things, part by part, joined by `join`."""

    parts: list[Part]
    join: str = " "


class WordFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`words_{language}.toml`: `lists` of words, and `pairs` from one word to another."""

    lists: dict[str, str]
    pairs: dict[str, dict[str, str]]
    syllables: dict[str, int] = field(default_factory=dict)


class Lexicon:
    """All words of one language. Immutable once made."""

    def __init__(self, language: str, nouns: NounFile, words: WordFile, scenes: dict[str, Scene]) -> None:
        self.language = language
        self.scenes = scenes
        self.pairs = words.pairs
        self.syllables = words.syllables
        self.lists = {name: _entries(text) for name, text in words.lists.items()}
        self.nouns = {theme: _nouns(language, theme, text) for theme, text in nouns.themes.items()}
        self.ambiguous = frozenset(nouns.ambiguous.split())
        self.forms: dict[str, Form] = {}
        for rank in range(3):
            for entry in (entry for theme in self.nouns.values() for entry in theme):
                for text, is_plural in _forms(entry, rank):
                    self.forms.setdefault(text.lower(), Form(entry, is_plural))

    def words(self, name: str) -> frozenset[str]:
        """A list as a set, for looking up."""
        return _as_set(tuple(self.lists[name]))

    def dictionary(self, theme: str | None, gender: Gender | None) -> list[Noun]:
        """The nouns of a theme (None: all themes) and gender (None: all), as a dictionary orders them."""
        shelf = [theme] if theme else [name for name in self.nouns if name != "only_recognised"]
        found = (entry for name in shelf for entry in self.nouns[name] if gender is None or entry.gender == gender)
        return sorted(found, key=lambda entry: sort_key(entry.word))


def sort_key(word: str) -> str:
    """Dictionary order: ä as a, ß as ss, capitals as small letters."""
    return word.lower().translate(_PLAIN_LETTERS)


@functools.cache
def load(language: str) -> Lexicon:
    """The lexicon of `de` or `en`. Raises `tomlfile.ConfigError` when one of its files cannot be used."""
    folder = assets_dir() / "sketchbook"
    scenes: dict[str, Scene] = tomlfile.load(folder / f"scenes_{language}.toml", dict[str, Scene])
    return Lexicon(
        language,
        tomlfile.load(folder / f"nouns_{language}.toml", NounFile),
        tomlfile.load(folder / f"words_{language}.toml", WordFile),
        scenes,
    )


@functools.cache
def never_made() -> tuple[str, ...]:
    """Beginnings and middles that no invented word may have."""
    return tuple(tomlfile.load(assets_dir() / "sketchbook" / "never_made.toml", _NeverMade).parts)


def may_be_made(word: str) -> bool:
    """Whether an invented word, said without its hyphens, is fit for a classroom: letter games may make ugly ones."""
    plain = sort_key(word).replace("-", "")
    return not any(part in plain for part in never_made())


class _NeverMade(Struct, frozen=True, forbid_unknown_fields=True):
    parts: list[str]


@functools.cache
def _as_set(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(entries)


def _entries(text: str) -> list[str]:
    """Entries of a list: separated by `|` where there is one, else by commas and line ends."""
    separator = r"\|" if "|" in text else r"[,\n]"
    return [" ".join(entry.split()) for entry in re.split(separator, text) if entry.strip()]


def _nouns(language: str, theme: str, text: str) -> list[Noun]:
    return [_german(theme, entry) if language == "de" else _english(theme, entry) for entry in _entries(text)]


def _german(theme: str, entry: str) -> Noun:
    found = _GERMAN_ENTRY.match(entry)
    if found is None:
        path = assets_dir() / "sketchbook" / "nouns_de.toml"
        raise ConfigError(path, f"`{entry}` is not `word gender plural`", field=f"themes.{theme}")
    plural = None if found["plural"] == "-" else found["plural"]
    gender: Gender = "m" if found["gender"] == "m" else "f" if found["gender"] == "f" else "n"
    return Noun(found["word"], plural, gender, bool(found["weak"]), theme)


def _english(theme: str, entry: str) -> Noun:
    word, _, plural = entry.partition(" ")
    spoken = word if word == "yo-yo" else word.replace("-", " ")
    return Noun(spoken, None if plural == "-" else plural or english_plural(spoken), None, False, theme)


def english_plural(word: str) -> str:
    """The regular plural."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def _forms(entry: Noun, rank: int) -> Iterator[tuple[str, bool]]:
    """Written forms and whether they are the plural; rank 0: the word, 1: its plural, 2: other cases."""
    if rank == 0:
        yield entry.word, False
    elif rank == 1 and entry.plural:
        yield entry.plural, True
    elif rank == 2 and entry.gender is not None:
        if entry.gender in "mn" and not entry.weak:
            yield noun(entry.word, "", False, "gen", entry.gender), False
        if entry.plural:
            yield noun(entry.word, entry.plural, entry.weak, "dat", "p"), True
