"""Which words of a text were kept, which went and which came: for people who read, word by word. Pure.

A full stop is a word of its own: who adds one has not changed the word before it.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

MAX_WORDS = 3_000
"""Longer texts are not compared: nobody reads such a comparison, and its cost grows with the square."""

_WORD = re.compile(r"\w+(?:[-'’]\w+)*\s*|[^\w\s]+\s*|\s+")


class Part(Struct, frozen=True):
    """Some words in a row, with the space after them, and what became of them."""

    kind: Literal["same", "gone", "new"]
    text: str


def differences(before: str, after: str) -> list[Part] | None:
    """The two texts as one, in order; None when they are too long to compare."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > MAX_WORDS or len(new) > MAX_WORDS:
        return None
    return list(_joined(_parts(old, new)))


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    matcher = SequenceMatcher(None, [_core(word) for word in old], [_core(word) for word in new], autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            yield Part("same", "".join(new[start:end]))
            continue
        if last > first:
            yield Part("gone", "".join(old[first:last]))
        if end > start:
            yield Part("new", "".join(new[start:end]))


def _core(word: str) -> str:
    return word.strip().casefold()


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """The parts with a space between them where the words of one would run into the next."""
    last: Part | None = None
    for part in parts:
        if last is not None:
            runs_on = last.text[-1:].isalnum() and part.text[:1].isalnum()
            yield Part(last.kind, last.text + " ") if runs_on else last
        last = part
    if last is not None:
        yield last
