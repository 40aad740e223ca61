"""The index behind the word lists: from a folded word to the entries that it may stand for.

A disguise (leetspeak, drawn-out letters, one typo in a long word, another spelling by ear) is undone only for
words that are not known to be harmless. Every look-up costs a number of dictionary look-ups that is bounded
by the length of the word, never by the number of entries.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from kiosk.engine.stages import folding
from kiosk.engine.stages.inflection import forms_of
from kiosk.engine.stages.terms import Term

How = Literal["word", "compound", "phrase", "disguise", "typo", "sign", "pattern"]

HEAD = 3
"""So many letters at the beginning of a word are looked at first, and mostly enough."""
LONG = 7
"""Letters from which one typo is forgiven."""
_LONGEST_SIGN = 2
_SHORTEST_REST = 3
_SHORTEST_HIDDEN = 5
_SHORTEST_DOUBLED = 5
_SHORTEST_GLUED = 7
_SHORTEST_REVERSED = 6
_SHORTEST_STARRED = 4
_STAR = re.compile(r"(?<![a-z0-9*#])(?:[a-z0-9]+[*#][*#a-z0-9]*[a-z0-9]|[a-z0-9]{2,}[*#]+)")


class Phrase(Struct, frozen=True):
    """Words in a row, each a set of alternatives; None stands for up to three other words."""

    number: int
    parts: tuple[frozenset[str] | None, ...]


class Around(Struct, frozen=True):
    """What must (`near`) and must not (`unless`) stand within reach of a word for it to count."""

    near: frozenset[str]
    unless: frozenset[str]

    def holds(self, neighbours: Iterable[str]) -> bool:
        """Whether an entry counts among these words."""
        there = set(neighbours)
        return (not self.near or not self.near.isdisjoint(there)) and self.unless.isdisjoint(there)


class TermIndex:
    """Built once by `add` for every entry, then `close`."""

    def __init__(self, groups: Mapping[str, list[str]], harmless: Sequence[str]) -> None:
        self.signs: list[tuple[int, str]] = []
        self._groups = groups
        self._harmless = {form for word in harmless for form in _forms(word)}
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._loose: defaultdict[str, list[int]] = defaultdict(list)
        self._first: defaultdict[str, list[int]] = defaultdict(list)
        self._last: defaultdict[str, list[int]] = defaultdict(list)
        self._phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._phrase_words: set[str] = set()
        self._written: set[str] = set()
        self._around: dict[int, Around] = {}
        self._deletions: defaultdict[str, list[str]] = defaultdict(list)
        self._sounds: defaultdict[str, list[str]] = defaultdict(list)
        self._sound_heads: set[str] = set()
        self._halves: set[str] = set()
        self._starred: defaultdict[tuple[str, int], list[str]] = defaultdict(list)

    def add(self, number: int, term: Term) -> None:
        """One entry, under the number by which the index speaks of it."""
        folded = folding.fold(term.word)
        if len(term.word) <= _LONGEST_SIGN and not folded.isascii():
            self.signs.append((number, term.word))
        elif " " in folded or "|" in folded:
            self._add_phrase(number, folded)
        else:
            for form in dict.fromkeys(forms_of(folded, term.language, term.endings)):
                self._exact[form].append(number)
        for form in term.forms:
            self._exact[folding.fold(form)].append(number)
        for start in term.first:
            self._first[folding.fold(start)].append(number)
        if term.last:
            for form in dict.fromkeys(forms_of(folded, term.language, term.endings)):
                self._last[form].append(number)
        for word in term.but_not:
            self._harmless.update(_forms(word))
        if term.near or term.unless:
            self._around[number] = Around(self._context(term.near), self._context(term.unless))

    def close(self) -> None:
        """Build what depends on all entries."""
        self._first_sizes = sorted({len(start) for start in self._first})
        self._last_sizes = sorted({len(end) for end in self._last})
        self._first_heads = {start[:HEAD] for start in self._first}
        self._last_tails = {end[-HEAD:] for end in self._last}
        self.heads = frozenset(form[:HEAD] for form in self._exact)
        self._longest = max((len(form) for form in self._exact), default=0)
        for form, numbers in self._exact.items():
            for shorter in _without_umlauts(form):
                if shorter not in self._exact:
                    self._loose[shorter] = numbers
            if len(form) >= _SHORTEST_STARRED:
                self._starred[form[0], len(form)].append(form)
        for form in {*self._exact, *self._written}:
            if len(form) >= LONG and form.isalpha():
                for length in (len(form) - 1, len(form), len(form) + 1):
                    self._halves.update(_halves(form, length))
                self._deletions[form].append(form)
                for shorter in _deletions(form, 0, len(form)):
                    self._deletions[shorter].append(form)
                self._sounds[folding.sound_of(form)].append(form)
                self._sound_heads.add(form[:2])

    def readings(self, word: str) -> list[tuple[str, How]]:
        """The forms of entries that a folded word may stand for, and how."""
        if word in self._exact:
            return [(word, "word")]
        if word in self._harmless or word.isdigit():
            return [(word, "word")] if word in self._phrase_words else []
        spelled_right = word in self._phrase_words
        found: list[tuple[str, How]] = [(word, "word")] if spelled_right else []
        plain = [word] if word.isalpha() else [word, *folding.without_leet(word)]
        plain += [reading for drawn_out in plain for reading in folding.without_repeats(drawn_out)]
        for reading in plain:
            if reading != word and self._is_known(reading):
                found.append((reading, "disguise"))
            elif reading not in self._harmless:
                found.extend(self._compounds(reading))
                if not spelled_right:
                    found.extend(self._near_forms(reading))
        found += [(reading, "disguise") for reading in self._odd_readings(word) if self._is_known(reading)]
        return found

    def _odd_readings(self, word: str) -> Sequence[str]:
        """Readings that are taken only as they stand: `gunz`, `hittler`, `h8tler`."""
        odd: list[str] = []
        if word[-1] == "z":
            odd.append(word[:-1] + "s")
        if len(word) > _SHORTEST_DOUBLED and (single := folding.single(word)) != word:
            odd.append(single)
        if len(word) >= _SHORTEST_HIDDEN and not word.isalpha() and word.isascii():
            odd.extend(self._hidden(word))
        return odd

    def _is_known(self, reading: str) -> bool:
        return reading in self._exact or reading in self._loose or reading in self._phrase_words

    def terms_of(self, form: str) -> Sequence[int]:
        """The entries that a form stands for; a compound's form is marked by `-`."""
        if form.endswith("-"):
            return self._first[form[:-1]]
        if form.startswith("-"):
            return self._last[form[1:]]
        return self.plain_terms_of(form)

    def plain_terms_of(self, form: str) -> Sequence[int]:
        """The entries that a form stands for which is no compound's."""
        return self._exact.get(form, self._loose.get(form, []))

    def phrases_among(self, words: set[str]) -> dict[str, list[Phrase]]:
        """The phrases of which every word is there, by their first word."""
        return {
            start: [
                phrase
                for phrase in self._phrases[start]
                if all(part is None or not part.isdisjoint(words) for part in phrase.parts)
            ]
            for start in words & self._phrases.keys()
        }

    def around(self, number: int) -> Around | None:
        """What an entry wants around it."""
        return self._around.get(number)

    def starred(self, chunk: str) -> Iterator[str]:
        """The forms that a chunk with stars in it may stand for: `w*ffe`."""
        if "*" not in chunk and "#" not in chunk:
            return
        found = _STAR.search(chunk)
        if found is not None:
            yield from self._hidden(found[0])

    def _hidden(self, shown: str) -> Iterator[str]:
        """The forms that have any letter where `shown` has a sign or a digit; at least half must be letters."""
        if sum(c.isalpha() for c in shown) * 2 < len(shown):
            return
        pattern = re.compile(re.sub(r"[^a-z]", "[a-z]", shown))
        yield from (form for form in self._starred.get((shown[0], len(shown)), ()) if pattern.fullmatch(form))

    def _compounds(self, word: str) -> Iterator[tuple[str, How]]:
        if word[:HEAD] in self._first_heads:
            for size in self._first_sizes:
                if size < len(word) and word[:size] in self._first:
                    yield word[:size] + "-", "compound"
        if word[-HEAD:] in self._last_tails:
            for size in self._last_sizes:
                if size <= len(word) - _SHORTEST_REST and word[-size:] in self._last:
                    yield "-" + word[-size:], "compound"

    def _near_forms(self, word: str) -> list[tuple[str, How]]:
        found: list[tuple[str, How]] = []
        if _SHORTEST_REVERSED <= len(word) <= self._longest and word[::-1] in self._exact:
            found.append((word[::-1], "disguise"))
        if LONG <= len(word) <= self._longest + 1:
            seen = set(self._one_edit_away(word))
            if word[:2] in self._sound_heads:
                seen.update(self._sounds.get(folding.sound_of(word), ()))
            found += [(form, "typo") for form in sorted(seen)]
        return found

    def _one_edit_away(self, word: str) -> Iterator[str]:
        """The long forms with the same first letter that a long word misses by one typo."""
        head, tail = (half in self._halves for half in _halves(word, len(word)))
        if not head and not tail:
            return
        size = _half(len(word))
        # Where no form begins like the word, the typo is in its beginning, and likewise at the end.
        for key in (word, *_deletions(word, 1 if tail else size, len(word) if head else len(word) - size)):
            for form in self._deletions.get(key, ()):
                if form[0] == word[0] and one_edit(word, form):
                    yield form

    def _add_phrase(self, number: int, folded: str) -> None:
        parts = [None if part == "*" else self._alternatives(part) for part in folded.split()]
        for part in parts:
            self._phrase_words.update(part or ())
        phrase = Phrase(number, tuple(parts))
        for start in parts[0] or ():
            self._phrases[start].append(phrase)
        glued = folded.replace(" ", "") if "@" not in folded else ""
        if glued.isalnum() and len(glued) >= _SHORTEST_GLUED:
            self._exact[glued].append(number)

    def _alternatives(self, part: str) -> frozenset[str]:
        words: set[str] = set()
        for word in part.split("|"):
            if word.startswith("@"):
                words.update(self._context([word]))
                self._written.update(map(folding.fold, self._groups[word[1:]]))
            else:
                words.add(word)
                self._written.add(word)
        return frozenset(words)

    def _context(self, words: Sequence[str]) -> frozenset[str]:
        named: list[str] = []
        for word in words:
            named.extend(self._groups[word[1:]] if word.startswith("@") else [word])
        return frozenset(form for word in named for form in _forms(word))


def one_edit(a: str, b: str) -> bool:
    """Whether two words differ by at most one letter added, left out, replaced, or swapped with the next."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) == len(b):
        return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])
    return a[at:] == b[at + 1 :]


def _half(length: int) -> int:
    """So many letters at the beginning or at the end of a word of a length are right when it holds one typo."""
    return (length - 1) // 2


def _halves(word: str, length: int) -> tuple[str, str]:
    """Two keys of a long word, for a length. Words that are one typo apart share at least one for their lengths.

    The typo spoils the beginning or the end of the word, never both; the first letter is always right.
    """
    size = _half(length)
    return word[:size] + "-", word[0] + "-" + word[-size:]


def _deletions(word: str, first: int, last: int) -> list[str]:
    """A word without one of its letters, from the first to before the last place."""
    return [word[:n] + word[n + 1 :] for n in range(first, last)]


def _forms(word: str) -> Iterator[str]:
    folded = folding.fold(word)
    yield from forms_of(folded, "de", "noun")
    yield from forms_of(folded, "de", "adjective")


def _without_umlauts(form: str) -> Iterator[str]:
    shorter = form.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if shorter != form:
        yield shorter
