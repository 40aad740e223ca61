"""What a text is read into: words, things, phrases. Structs only, and the cutting of a text into words."""

import re

from msgspec import Struct

from kiosk.engine.backends.sketchbook.text.german import Case, Gender

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…:\n]")
_CLAUSE_END = re.compile(r"[.!?…:;,\n()–—]")


class Token(Struct, frozen=True):
    """A word of the text, where it stands, and whether a sentence or a clause begins with it."""

    text: str
    start: int
    end: int
    opens_sentence: bool
    opens_clause: bool

    @property
    def lower(self) -> str:
        """In small letters, for looking up."""
        return self.text.lower()


class Thing(Struct, frozen=True):
    """Something the text speaks of. `gender` None in German means: a name, used without article.

    `adjectives` are stems in German and words in English. `first` and `last` are token positions, -1 for things
    that are not in the text. `case` is the one it stands in there.
    """

    word: str
    plural: str | None = None
    gender: Gender | None = None
    weak: bool = False
    is_plural: bool = False
    is_name: bool = False
    adjectives: tuple[str, ...] = ()
    owner: str | None = None
    first: int = -1
    last: int = -1
    case: Case = "nom"
    theme: str = ""


class Reading(Struct, frozen=True):
    """A text as read: its words, its things in the order in which they appear, its phrases and sentences."""

    text: str
    tokens: tuple[Token, ...]
    things: tuple[Thing, ...]
    phrases: tuple[str, ...]
    sentences: tuple[str, ...]


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of any text in any script."""
    found: list[Token] = []
    before = 0
    for match in _WORD.finditer(text):
        gap = text[before : match.start()]
        first = not found
        found.append(
            Token(
                match[0],
                match.start(),
                match.end(),
                first or bool(_SENTENCE_END.search(gap)),
                first or bool(_CLAUSE_END.search(gap)),
            )
        )
        before = match.end()
    return tuple(found)
