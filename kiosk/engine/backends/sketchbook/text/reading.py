"""Reading the child's text: its words, its phrases, and the things it speaks of.

Rules of thumb that find most noun phrases in what children write, in German and English, also without capitals and
full stops. What is not understood is kept as it is; nothing here fails on any text.
"""

import re
from collections.abc import Iterator, Sequence

from kiosk.engine.backends.sketchbook.text import german
from kiosk.engine.backends.sketchbook.text.english_reader import EnglishReader
from kiosk.engine.backends.sketchbook.text.german_reader import GermanReader
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon
from kiosk.engine.backends.sketchbook.text.things import Reading, Thing, Token, tokens_of

__all__ = ["Reading", "Thing", "Token", "distinct", "read", "sentences_of", "tokens_of"]

MOST_CLAUSE_WORDS = 5

_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*[\"”“»]?")


def sentences_of(text: str) -> tuple[str, ...]:
    """The text in sentences or lines, with their full stops."""
    return tuple(
        sentence for found in _SENTENCE.findall(text) if (sentence := found.strip()) and re.search(r"\w", sentence)
    )


def read(text: str, lexicon: Lexicon) -> Reading:
    """Read a text with the words of a language."""
    tokens = tokens_of(text)
    reader = GermanReader(tokens, lexicon) if lexicon.language == "de" else EnglishReader(tokens, lexicon)
    things = reader.things()
    if not things:
        things = [Thing(emoji, is_name=True) for emoji in dict.fromkeys(_EMOJI.findall(text))]
    return Reading(text, tokens, tuple(things), tuple(_phrases(text, tokens, things, lexicon)), sentences_of(text))


def distinct(things: Sequence[Thing]) -> list[Thing]:
    """Each thing once; things that can be drawn first."""
    by_word: dict[str, Thing] = {}
    for thing in things:
        by_word.setdefault(thing.word.lower(), thing)
    return sorted(by_word.values(), key=lambda thing: thing.theme == "only_recognised")


def _phrases(text: str, tokens: Sequence[Token], things: Sequence[Thing], lexicon: Lexicon) -> list[str]:
    """The text in pieces of sense: a noun with what belongs to it, the words between."""
    if not tokens:
        return []
    breaks = {0}
    joins: set[int] = set()
    prepositions = german.ALL_PREPOSITIONS if lexicon.language == "de" else lexicon.words("prepositions")
    for thing in things:
        if thing.first >= 0:
            start = thing.first
            if start and not tokens[start].opens_clause and tokens[start - 1].lower in prepositions:
                start -= 1
            breaks |= {start, thing.last + 1}
            joins |= set(range(start + 1, thing.last + 1))
    breaks |= {at for at, token in enumerate(tokens) if token.opens_clause}
    joins |= set(_short_clauses(text, tokens))
    edges = sorted(edge for edge in breaks if edge < len(tokens) and edge not in joins)
    pieces = []
    for start, end in zip(edges, [*edges[1:], len(tokens)], strict=True):
        piece = text[tokens[start].start : tokens[end - 1].end]
        pieces.append(" ".join(piece.split()))
    return pieces


def _short_clauses(text: str, tokens: Sequence[Token]) -> Iterator[int]:
    """Words of short clauses after a comma (`, der Zahnweh hat`): they stay with what they follow."""
    openings = [at for at, token in enumerate(tokens) if token.opens_clause]
    for start, end in zip(openings, [*openings[1:], len(tokens)], strict=True):
        gap = text[tokens[start - 1].end : tokens[start].start] if start else "."
        if gap.strip() == "," and end - start <= MOST_CLAUSE_WORDS:
            yield from range(start, end)
