"""The word lists against the corpus: how many harmless sentences are stopped, how many bad ones get through."""

import tomllib
from collections.abc import Iterator

import pytest

from kiosk.engine.stages.wordlists import WordLists
from kiosk.records import SafetyLevel
from kiosk.settings import assets_dir
from tests.engine import corpus

FALSE_ALARMS = 0.01
MISSES = 0.02


@pytest.fixture(scope="module")
def lists() -> WordLists:
    return WordLists.load(assets_dir() / "safety")


def test_the_corpus_is_large_enough_to_say_something() -> None:
    harmless, bad = list(corpus.harmless_sentences()), list(corpus.bad_sentences())

    assert len({sentence.text for sentence in harmless}) >= 300
    assert len({sentence.text for sentence in bad}) >= 300
    assert {sentence.category for sentence in bad} == {"law", "age", "privacy", "self_harm"}
    assert {sentence.disguise for sentence in bad} >= {"plain", "leet", "spacing", "homoglyph", "typo", "injection"}


def test_harmless_sentences_pass_at_kids(lists: WordLists) -> None:
    sentences = [sentence.text for sentence in corpus.harmless_sentences()]
    stopped = [text for text in sentences if lists.find(text, SafetyLevel.KIDS)]

    assert len(stopped) <= FALSE_ALARMS * len(sentences), stopped


def test_harmless_words_pass_at_kids(lists: WordLists) -> None:
    stopped = [word.text for word in corpus.harmless_words() if lists.find(word.text, SafetyLevel.KIDS)]

    assert stopped == []


@pytest.mark.parametrize("level", list(SafetyLevel))
def test_bad_sentences_are_stopped_at_every_level_that_covers_them(lists: WordLists, level: SafetyLevel) -> None:
    covered = corpus.bad_at(level)
    missed = [bad.text for bad in covered if not bad.is_found(lists, level)]

    assert len(missed) <= MISSES * len(covered), missed


@pytest.mark.parametrize("level", [SafetyLevel.YOUTH, SafetyLevel.ADULT, SafetyLevel.RESEARCH])
def test_a_looser_level_lets_pass_what_it_does_not_cover(lists: WordLists, level: SafetyLevel) -> None:
    looser = corpus.bad_only_beyond(level)
    stopped = [text for text in looser if lists.find(text, level)]

    assert len(stopped) <= FALSE_ALARMS * len(looser), stopped


def test_sentences_that_were_learned_are_stopped(lists: WordLists) -> None:
    learned = [text for part, text in corpus.fresh_bad() if part != "held_out"]
    missed = [text for text in learned if not lists.find(text, SafetyLevel.KIDS)]

    assert len(learned) >= 200
    assert len(missed) <= MISSES * len(learned), missed


def test_fresh_harmless_sentences_pass(lists: WordLists) -> None:
    stopped = [text for text in corpus.fresh_harmless() if lists.find(text, SafetyLevel.KIDS)]

    assert len(stopped) <= 2 * FALSE_ALARMS * len(corpus.fresh_harmless()), stopped


def test_turns_of_phrase_without_a_bad_word_are_stopped(lists: WordLists) -> None:
    told = corpus.phrases_bad("first") + corpus.phrases_bad("second")
    missed = [text for text in told if not lists.find(text, SafetyLevel.KIDS)]

    assert len(told) >= 120
    assert len(missed) <= 0.05 * len(told), missed


def test_harmless_sentences_near_to_those_turns_of_phrase_pass(lists: WordLists) -> None:
    told = corpus.phrases_harmless("first") + corpus.phrases_harmless("second")
    stopped = [text for text in told if lists.find(text, SafetyLevel.KIDS)]

    assert len(told) >= 300
    assert len(stopped) <= FALSE_ALARMS * len(told), stopped


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Wo wohnst du? Schick mir deine Adresse", "privacy"),
        ("what is your phone number, I will text you", "privacy"),
        ("Alle wären besser dran, wenn ich weg wäre und keiner würde es merken, wenn ich tot bin", "self_harm"),
        ("take off your clothes for me", "age"),
    ],
)
def test_what_is_said_to_a_child_has_its_category(lists: WordLists, text: str, category: str) -> None:
    assert category in {match.category for match in lists.find(text, SafetyLevel.YOUTH)}


def test_every_attempt_to_instruct_the_judge_is_seen(lists: WordLists) -> None:
    attempts = [bad.text for bad in corpus.bad_sentences() if bad.disguise == "injection"]

    assert [text for text in attempts if not lists.addresses_judge(text)] == []


def test_no_lens_that_we_ship_is_stopped_at_kids(lists: WordLists) -> None:
    stopped = {
        f"{path.name} {where}": [match.term for match in lists.find(text, SafetyLevel.KIDS)]
        for path in sorted((assets_dir() / "configs" / "interception").glob("*.toml"))
        for where, text in _texts(tomllib.loads(path.read_text(encoding="utf-8")), "")
        if lists.find(text, SafetyLevel.KIDS)
    }

    assert stopped == {}


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, f"{where}.{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, f"{where}[{number}]")
