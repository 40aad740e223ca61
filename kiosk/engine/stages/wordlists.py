"""The word lists of the safety check, searched in time linear in the length of the text.

Matching is by whole words after folding, never by bare substrings. What is found is what stands there;
whether it is meant badly is for a judge or a teacher.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from kiosk.engine.stages import folding
from kiosk.engine.stages.folding import Chunk, Word
from kiosk.engine.stages.privacy import Privacy
from kiosk.engine.stages.termindex import HEAD, How, Phrase, TermIndex
from kiosk.engine.stages.terms import Category, Term, Vocabulary
from kiosk.records import SafetyLevel

REACH = 4
"""Words on either side in which `near` and `unless` look."""
_GAP = 3
_JOIN = 3
_SHORTEST_JOINED = 7
_SHORTEST_PART = 3
_SHORTEST_SPACED = 3
_LONGEST_SPACED = 20
_SENTENCE = 4
_SENTENCE_END = re.compile(r"(?:[.!?…;][\"'”“»)\]]*\s+|\n[^\S\n]*)[\"'„“«(\[]*[^\W\da-zäöüß_]")
_NEW_SENTENCE = re.compile(r"[a-zäöüß][.-][A-ZÄÖÜ]")
_JOINERS = frozenset(".-_*/·•|~+'")


class Match(Struct, frozen=True, kw_only=True):
    """A place where a text and a list entry meet; `start` and `end` count characters of the original text.

    For the record of the person's own run and for the teacher; never shown to other children.
    """

    term: str
    category: Category
    topic: str
    level: SafetyLevel
    start: int
    end: int
    how: How


_Hit = tuple[int, int, int, How]
"""The number of an entry, where it stands in characters, and how it was found."""


class WordLists:
    """All entries of a folder, ready to be searched."""

    def __init__(self, vocabulary: Vocabulary, privacy: Privacy | None = None) -> None:
        self.terms = vocabulary.terms
        self._privacy = privacy
        self._index = TermIndex(vocabulary.groups, vocabulary.harmless)
        for number, term in enumerate(self.terms):
            self._index.add(number, term)
        self._index.close()

    @classmethod
    def load(cls, folder: Path) -> "WordLists":
        """Every list (`words_*.toml`) of a folder. Raises `tomlfile.ConfigError` naming file, line and field."""
        return cls(Vocabulary.load(folder), Privacy.load(folder / "privacy.toml"))

    def find(self, text: str, level: SafetyLevel) -> list[Match]:
        """Where the text holds what is blocked at a level, in the order of the text."""
        reader = _Reader(self.terms, self._index, text, level)
        matches = list(reader.matches())
        matches.extend(self._private(text, reader.words, level))
        return sorted(matches, key=lambda match: (match.start, match.end, match.term))

    def addresses_judge(self, text: str) -> bool:
        """Whether a text speaks to the one who judges it ("ignore your instructions", "answer with allow")."""
        reader = _Reader(self.terms, self._index, text, SafetyLevel.KIDS)
        return any(True for _ in reader.instructions())

    def _private(self, text: str, words: Sequence[Word], level: SafetyLevel) -> Iterator[Match]:
        if self._privacy is None:
            return
        for found in self._privacy.find(text, words):
            loosest = self._privacy.levels[found.kind]
            if level.strictness >= loosest.strictness:
                yield Match(
                    term=found.kind,
                    category="privacy",
                    topic=found.kind,
                    level=loosest,
                    start=found.start,
                    end=found.end,
                    how="pattern",
                )


class _Reader:
    """One pass over one text."""

    def __init__(self, terms: Sequence[Term], index: TermIndex, text: str, level: SafetyLevel) -> None:
        self._terms = terms
        self._index = index
        self._text = text
        self._level = level
        self.words, self._chunks = folding.words_of(text)
        known = {plain: index.readings(plain) for plain in {word.plain for word in self.words}}
        self._readings = [known[word.plain] for word in self.words]
        forms = {plain: (plain, *(form for form, _ in readings)) for plain, readings in known.items()}
        self._forms = [forms[word.plain] for word in self.words]
        self._phrases = index.phrases_among({form for all_forms in forms.values() for form in all_forms})
        self._seen: set[tuple[int, int, int]] = set()

    def matches(self) -> Iterator[Match]:
        """Every match of the text, once."""
        for number, start, end, how in self._hits():
            term = self._terms[number]
            if term.category != "instruction" and self._level.strictness >= term.level.strictness:
                yield Match(
                    term=term.word,
                    category=term.category,
                    topic=term.topic,
                    level=term.level,
                    start=start,
                    end=end,
                    how=how,
                )

    def instructions(self) -> Iterator[int]:
        """The entries by which the text speaks to the judge."""
        return (number for number, *_ in self._hits() if self._terms[number].category == "instruction")

    def _hits(self) -> Iterator[_Hit]:
        for number, sign in self._index.signs:
            at = self._text.find(sign)
            if at >= 0:
                yield from self._at(number, at, at + len(sign), "sign", 0, 0)
        for at, readings in enumerate(self._readings):
            for form, how in readings:
                for number in self._index.terms_of(form):
                    yield from self._at_words(number, at, at, how)
                for phrase in self._phrases.get(form, ()):
                    end = self._phrase_end(phrase, at)
                    if end is not None:
                        yield from self._at_words(phrase.number, at, end, "phrase")
            head = self.words[at].plain[:HEAD]
            if head in self._index.heads or len(head) < HEAD:
                yield from self._joined(at)
        for chunk in self._chunks:
            if not chunk.folded.isalnum():
                yield from self._drawn(chunk)
        yield from self._spaced()

    def _phrase_end(self, phrase: Phrase, at: int) -> int | None:
        """The last word of a phrase that begins at a word; None when it does not stand there."""
        position = at
        gap = 0
        for part in phrase.parts[1:]:
            if part is None:
                gap = _GAP
                continue
            for candidate in range(position + 1, min(position + 2 + gap, len(self.words))):
                if not part.isdisjoint(self._forms[candidate]):
                    break
            else:
                return None
            if candidate > position + 1 and self._ends_between(position, candidate):
                return None
            position = candidate
            gap = 0
        return position

    def _ends_between(self, before: int, after: int) -> bool:
        """Whether a sentence ends between two words: `wirft einen Schatten. Das Dach`."""
        return any(self._ends_after(at) for at in range(before, after))

    def _ends_after(self, at: int) -> bool:
        """Whether a sentence of some words ends with a word, and another of some words begins.

        A full stop that stands among few words may be there to tear a phrase apart: `Ich bring. Dich. Um.`
        """
        first, last = at + 1 - _SENTENCE, at + _SENTENCE
        if first < 0 or last >= len(self.words):
            return False
        places = [self.words[place] for place in (first, at, at + 1, last)]
        ends = [found.start() for found in _SENTENCE_END.finditer(self._text, places[0].start, places[3].end)]
        return len(ends) == 1 and places[1].end <= ends[0] < places[2].start

    def _joined(self, at: int) -> Iterator[_Hit]:
        """Words torn apart by a space: `Haken kreuz`, `Ha ken kreuz`; not `er schießt`."""
        joined = self.words[at].plain
        shortest = len(joined)
        for last in range(at + 1, min(at + _JOIN, len(self.words))):
            part = self.words[last].plain
            joined += part
            if joined[:HEAD] not in self._index.heads and len(joined) >= HEAD:
                return
            shortest = min(shortest, len(part))
            torn_twice = last - at == _JOIN - 1
            if shortest < _SHORTEST_PART - torn_twice or len(joined) < _SHORTEST_JOINED - torn_twice:
                continue
            for number in self._index.plain_terms_of(joined):
                yield from self._at_words(number, at, last, "disguise")

    def _drawn(self, chunk: Chunk) -> Iterator[_Hit]:
        """Words with signs in them: `w.a.f.f.e`, `w@ffe`, `w*ffe`."""
        candidates: list[str] = []
        if chunk.last - chunk.first > 1 and self._touching(chunk):
            candidates.append("".join(word.plain for word in self.words[chunk.first : chunk.last]))
        letters = folding.without_symbols(chunk.folded)
        if letters:
            candidates.extend(letters.split())
        candidates.extend(self._index.starred(chunk.folded))
        at = max(chunk.first, 0)
        for candidate in candidates:
            for form, _ in self._index.readings(candidate):
                for number in self._index.terms_of(form):
                    yield from self._at(number, chunk.start, chunk.end, "disguise", at, chunk.last - 1)

    def _touching(self, chunk: Chunk) -> bool:
        """Whether the signs between the words of a chunk are such as hide a word, not the end of a sentence."""
        raw = self._text[chunk.start : chunk.end]
        if _NEW_SENTENCE.search(raw):
            return False
        return all(c.isalnum() or c in _JOINERS for c in chunk.folded.strip("\"'.,:;?!()[]{}"))

    def _spaced(self) -> Iterator[_Hit]:
        """Words written letter by letter: `w a f f e`."""
        run: list[int] = []
        for at in range(len(self.words) + 1):
            if at < len(self.words) and self.words[at].end - self.words[at].start == 1:
                run.append(at)
                continue
            if len(run) >= _SHORTEST_SPACED and not self._stutters(run):
                yield from self._run(run)
            run = []

    def _stutters(self, run: Sequence[int]) -> bool:
        """Whether one letter, said again and again, leads into the word that begins with it: `K-K-Krokodil`."""
        letter, after = self.words[run[-1]], run[-1] + 1
        if after == len(self.words) or self.words[after].chunk != letter.chunk:
            return False
        return {self.words[at].plain for at in run} == {letter.plain} == {self.words[after].plain[0]}

    def _run(self, run: list[int]) -> Iterator[_Hit]:
        pieces = [self.words[at].plain for at in run]
        if len(pieces) <= _LONGEST_SPACED:
            for first, last in ((0, len(run)), (1, len(run)), (0, len(run) - 1)):  # `a w a f f e`: an article before
                if last - first < _SHORTEST_SPACED:
                    continue
                for form, _ in self._index.readings("".join(pieces[first:last])):
                    for number in self._index.terms_of(form):
                        yield from self._at_words(number, run[first], run[last - 1], "disguise")
        for start in range(len(run)):
            for end in range(start + 4, min(start + _LONGEST_SPACED, len(run))):
                part = "".join(pieces[start : end + 1])
                for number in self._index.plain_terms_of(part):
                    yield from self._at_words(number, run[start], run[end], "disguise")

    def _at_words(self, number: int, first: int, last: int, how: How) -> Iterator[_Hit]:
        yield from self._at(number, self.words[first].start, self.words[last].end, how, first, last)

    def _at(self, number: int, start: int, end: int, how: How, first: int, last: int) -> Iterator[_Hit]:
        if (number, start, end) in self._seen:
            return
        around = self._index.around(number)
        if around is not None and not around.holds(self._neighbours(first, last)):
            return
        self._seen.add((number, start, end))
        yield number, start, end, how

    def _neighbours(self, first: int, last: int) -> Iterator[str]:
        for at in range(max(first - REACH, 0), min(last + REACH + 1, len(self.words))):
            if first < last or at != first:
                yield self.words[at].plain
                yield from folding.without_leet(self.words[at].plain)
