"""The entries of the word lists, as a teacher reads and writes them in TOML. Nothing is searched here."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from kiosk import tomlfile
from kiosk.engine.stages.inflection import Endings
from kiosk.records import SafetyLevel

Category = Literal["law", "age", "privacy", "self_harm"]


class Term(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of a word list, as a teacher reads and changes it.

    `word` is a word or a phrase; in a phrase `a|b` means either word and `*` up to three others. `level` is the
    loosest level at which it is still blocked. `first`: beginnings of compounds that count; `last`: compounds
    that end in the word count; `but_not`: harmless words that look like it. `near`: counts only with one of
    these within four words; `unless`: does not count then. `@name` stands for a group.
    The category `instruction` is for texts that speak to the judge; it is never a reason to block by itself.
    """

    word: Annotated[str, Meta(min_length=1, pattern=r"\S")]
    language: Literal["de", "en", "any"]
    level: SafetyLevel
    category: Category | Literal["instruction"]
    topic: str
    endings: Endings = "noun"
    forms: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: bool = False
    but_not: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Vocabulary(Struct, frozen=True):
    """All entries of a folder, with the groups of words that they name and the words that are always harmless."""

    terms: tuple[Term, ...]
    groups: Mapping[str, list[str]] = {}
    harmless: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        """Every list (`words_*.toml`) of a folder. Raises `tomlfile.ConfigError` naming file, line and field."""
        paths = sorted(folder.glob("words_*.toml"))
        if not paths:
            raise tomlfile.ConfigError(folder, "there are no word lists (words_*.toml) in this folder")
        parts = [(path, *_read(path)) for path in paths]
        groups = {name: words for _, part, _ in parts for name, words in part.groups.items()}
        terms = tuple(term for path, part, text in parts for term in _terms(part.terms, groups, path, text))
        return cls(terms, groups, tuple(word for _, part, _ in parts for word in part.harmless))


class _ListFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of word lists: entries, groups of words for `near` and `unless`, words that are always harmless."""

    terms: list[dict[str, Any]] = []
    groups: dict[str, list[str]] = {}
    harmless: list[str] = []


def _read(path: Path) -> tuple[_ListFile, str]:
    raw, text = tomlfile.read_toml(path)
    return tomlfile.convert(raw, _ListFile, path, text), text


def _terms(raw: list[dict[str, Any]], groups: Iterable[str], path: Path, text: str) -> Iterator[Term]:
    """The entries of a file. Raises `tomlfile.ConfigError` naming the line of the entry and its field."""
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if line.lstrip().startswith("{")]
    for number, entry in enumerate(raw):
        line = lines[number] if len(lines) == len(raw) else None
        field = f"terms[{number}]"
        try:
            term = msgspec.convert(entry, Term)
        except msgspec.ValidationError as error:
            problem, _, inner = str(error).partition(" - at `$")
            raise tomlfile.ConfigError(path, problem, line=line, field=field + inner.rstrip("`")) from error
        for name, words in (("near", term.near), ("unless", term.unless)):
            unknown = [word for word in words if word.startswith("@") and word[1:] not in groups]
            if unknown:
                raise tomlfile.ConfigError(
                    path, f"there is no group {unknown[0]}", line=line, field=f"{field}.{name}"
                )
        yield term
