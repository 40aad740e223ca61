"""The safety check measured: `python -m tests.bench.safety` prints misses, false alarms and milliseconds.

By the word lists alone, without a judge. Speed is compared with a floor measured in the same run: splitting the
same text and looking every word up once in a dictionary. Times are of the processor, the best of several rounds.
"""

import random
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.engine.stages.wordlists import WordLists
from kiosk.records import SafetyLevel
from kiosk.settings import assets_dir
from tests.bench.table import Row, under
from tests.engine import corpus

REACH_MS = 10.0
"""What 1,000 words may take."""
_SIZES = (250, 1_000, 4_000)
_ROUNDS = 9


class Share(Struct, frozen=True):
    """So many of so many."""

    name: str
    count: int
    of: int

    @property
    def percent(self) -> float:
        """In percent; 0 of nothing."""
        return 100 * self.count / self.of if self.of else 0.0


class Speed(Struct, frozen=True):
    """Milliseconds (the best of several rounds) for a number of words, and for the floor."""

    text: str
    words: int
    ms: float
    floor_ms: float


class Report(Struct, frozen=True):
    """All figures."""

    false_alarms: list[Share]
    misses: list[Share]
    missed: list[str]
    speed: list[Speed]


def measure() -> Report:
    """Every figure, with the lists that we ship."""
    lists = WordLists.load(assets_dir() / "safety")
    return Report(_false_alarms(lists), _misses(lists), _missed(lists, SafetyLevel.KIDS), _speed(lists))


def rows(_: Path) -> list[Row]:
    """S12: the slowest of the texts of 1,000 words."""
    thousand = [speed for speed in _speed(WordLists.load(assets_dir() / "safety")) if speed.words == 1_000]
    slowest = max(thousand, key=lambda speed: speed.ms)
    return [under("S12", f"safety word lists on 1,000 words ({slowest.text})", slowest.ms / 1000, REACH_MS / 1000)]


def _false_alarms(lists: WordLists) -> list[Share]:
    harmless = list(corpus.harmless_sentences())
    rows = []
    for level in SafetyLevel:
        for language in sorted({sentence.language for sentence in harmless}):
            texts = [sentence.text for sentence in harmless if sentence.language == language]
            rows.append(Share(f"{level}, {language}, sentences", _stopped(lists, texts, level), len(texts)))
        words = [word.text for word in corpus.harmless_words()]
        fresh = corpus.fresh_harmless()
        rows.append(Share(f"{level}, fresh sentences", _stopped(lists, fresh, level), len(fresh)))
        for part in ("first", "second"):
            told = corpus.phrases_harmless(part)
            rows.append(Share(f"{level}, near to turns of phrase: {part}", _stopped(lists, told, level), len(told)))
        rows.append(Share(f"{level}, single words", _stopped(lists, words, level), len(words)))
        looser = corpus.bad_only_beyond(level)
        rows.append(
            Share(f"{level}, sentences bad only at stricter levels", _stopped(lists, looser, level), len(looser))
        )
    return rows


def _misses(lists: WordLists) -> list[Share]:
    bad = list(corpus.bad_sentences())
    rows = []
    for level in SafetyLevel:
        covered = corpus.bad_at(level)
        rows.append(_share(lists, f"{level}, all", covered, level))
        rows.extend(
            _share(lists, f"{level}, {category}", [s for s in covered if s.category == category], level)
            for category in sorted({sentence.category for sentence in covered})
        )
    for part in ("learned", "learned_later", "held_out"):
        fresh = [text for name, text in corpus.fresh_bad() if name == part]
        found = _stopped(lists, fresh, SafetyLevel.KIDS)
        rows.append(Share(f"kids, fresh sentences: {part}", len(fresh) - found, len(fresh)))
    for part in ("first", "second", "third"):
        told = corpus.phrases_bad(part)
        found = _stopped(lists, told, SafetyLevel.KIDS)
        rows.append(Share(f"kids, turns of phrase: {part}", len(told) - found, len(told)))
    for disguise in sorted({sentence.disguise for sentence in bad}):
        same = [sentence for sentence in bad if sentence.disguise == disguise]
        rows.append(_share(lists, f"kids, disguise: {disguise}", same, SafetyLevel.KIDS))
    for language in sorted({sentence.language for sentence in bad}):
        same = [sentence for sentence in bad if sentence.language == language]
        rows.append(_share(lists, f"kids, language: {language}", same, SafetyLevel.KIDS))
    return rows


def _share(lists: WordLists, name: str, sentences: list[corpus.Bad], level: SafetyLevel) -> Share:
    return Share(name, sum(not sentence.is_found(lists, level) for sentence in sentences), len(sentences))


def _missed(lists: WordLists, level: SafetyLevel) -> list[str]:
    return [bad.text for bad in corpus.bad_sentences() if not bad.is_found(lists, level)]


def _stopped(lists: WordLists, texts: Iterable[str], level: SafetyLevel) -> int:
    return sum(bool(lists.find(text, level)) for text in texts)


def _speed(lists: WordLists) -> list[Speed]:
    """Sentences of the corpus in a fixed random order; and its single words, long and look-alike, few repeated."""
    prose = [sentence.text for sentence in corpus.harmless_sentences()]
    hard = [word.text for word in corpus.harmless_words()]
    known = {word.lower() for text in (*prose, *hard) for word in text.split()}
    rows = []
    for name, pieces in (("prose", prose), ("look-alikes", hard)):
        for size in _SIZES:
            words = " ".join(random.Random(size).choices(pieces, k=size)).split()[:size]
            text = " ".join(words)
            ms = _best(lists.find, text, SafetyLevel.KIDS)
            rows.append(Speed(name, size, ms, _best(_looked_up, text, known)))
    return rows


def _looked_up(text: str, known: set[str]) -> int:
    return sum(word.lower() in known for word in text.split())


def _best(work: Callable[..., Any], *arguments: Any) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.thread_time()
        work(*arguments)
        times.append(time.thread_time() - start)
    return min(times) * 1_000


def lines(report: Report) -> Iterable[str]:
    """The report for people."""
    for title, shares in (("False alarms", report.false_alarms), ("Misses", report.misses)):
        yield f"{title} (word lists alone)"
        for share in shares:
            yield f"  {share.name:<56}{share.count:>5} of {share.of:>5}  {share.percent:6.2f} %"
        yield ""
    yield f"Missed at kids: {'; '.join(report.missed) or 'none'}"
    yield ""
    yield f"Speed (reach: {REACH_MS:.0f} ms for 1,000 words)"
    for speed in report.speed:
        each = speed.ms / speed.words * 1_000
        what = f"  {speed.text:<12}{speed.words:>5} words"
        yield f"{what}{speed.ms:8.2f} ms{each:8.2f} ms per 1,000, floor{speed.floor_ms:6.2f} ms"


def main() -> None:
    """Print the report; with `--json`, as JSON."""
    report = measure()
    text = msgspec.json.encode(report).decode() if "--json" in sys.argv[1:] else "\n".join(lines(report))
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
