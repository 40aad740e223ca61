"""What the word lists find and what they let pass; how they are read; how their cost grows."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.engine.stages.folding import fold
from kiosk.engine.stages.termindex import LONG, TermIndex, one_edit
from kiosk.engine.stages.terms import Term
from kiosk.engine.stages.wordlists import WordLists
from kiosk.records import SafetyLevel
from kiosk.settings import assets_dir
from kiosk.tomlfile import ConfigError

KIDS, RESEARCH = SafetyLevel.KIDS, SafetyLevel.RESEARCH


@pytest.fixture(scope="module")
def lists() -> WordLists:
    return WordLists.load(assets_dir() / "safety")


@pytest.mark.parametrize(
    "text", ["Nacktschnecke", "Blutorange", "Mordor", "14 Wörter", "Waffel", "88 Tasten", "18 Kerzen"]
)
def test_words_that_only_look_bad_pass(lists: WordLists, text: str) -> None:
    assert lists.find(text, KIDS) == []


@pytest.mark.parametrize("text", ["Hakenkreutz", "h1tler", "w4ffe", "14/88", "Heil 88", "Sieg H...", "n4ckt"])
def test_words_in_disguise_are_found(lists: WordLists, text: str) -> None:
    assert lists.find(text, KIDS) != []


@pytest.mark.parametrize(
    "text",
    [
        "waffe", "WAFFE", "Waffen", "Wáffé", "Wаffе", "Ｗａｆｆｅ", "w\u200ba\u00adffe", "w a f f e", "w.a.f.f.e",
        "w-a-f-f-e",         "w@ffe!", "w*ffe", "waaaaffe", "w4ff3", "🇼🇦🇫🇫🇪", "(Waffe)", "Schusswaffe", "Waffenladen",
    ],
)  # fmt: skip
def test_one_word_is_found_in_every_dress(lists: WordLists, text: str) -> None:
    assert "Waffe" in {match.term for match in lists.find(f"Da ist eine {text}, sagt er.", KIDS)}


@pytest.mark.parametrize("text", ["die Toten", "der Tote", "Tag der Toten", "schön", "er schießt", "Rap ist cool"])
def test_a_word_is_not_made_of_its_umlauts_or_of_its_neighbours(lists: WordLists, text: str) -> None:
    assert lists.find(text, KIDS) == []


def test_a_match_says_where_it_stands_in_the_original(lists: WordLists) -> None:
    text = "Süße Größe: „Mördеr“ und die w4ffe."

    places = {text[match.start : match.end] for match in lists.find(text, KIDS)}

    assert places == {"Mördеr", "w4ffe"}


def test_what_a_loose_level_blocks_every_stricter_level_blocks(lists: WordLists) -> None:
    for term in lists.terms:
        if "|" in term.word or term.near or term.unless or term.category == "instruction":
            continue
        found = [bool(lists.find(term.word, level)) for level in SafetyLevel]
        assert found == sorted(found, reverse=True), term.word
        assert found[list(SafetyLevel).index(term.level)], term.word


def test_everything_that_is_against_the_law_is_blocked_for_research_too(lists: WordLists) -> None:
    assert {match.category for match in lists.find("Hakenkreuz, Sieg Heil", RESEARCH)} == {"law"}
    assert lists.find("Eine Waffe, eine Leiche, nackt", RESEARCH) == []


def test_a_word_may_need_company_and_may_be_excused_by_it(tmp_path: Path) -> None:
    lists = _lists(
        tmp_path,
        '{ word = "Ball", language = "de", category = "age", topic = "x", level = "kids", near = ["@who"] }',
        '{ word = "Hut", language = "de", category = "age", topic = "x", level = "kids", unless = ["Zauber"] }',
        after='[groups]\nwho = ["Kind"]',
    )

    assert lists.find("ein Ball", KIDS) == []
    assert len(lists.find("das Kind hat einen Ball", KIDS)) == 1
    assert len(lists.find("ein Hut", KIDS)) == 1
    assert lists.find("ein Hut mit Zauber", KIDS) == []


def test_a_phrase_takes_alternatives_and_gaps(tmp_path: Path) -> None:
    lists = _lists(
        tmp_path,
        '{ word = "ich|du mag * grüne Äpfel", language = "de", category = "age", topic = "x", level = "kids" }',
    )

    assert len(lists.find("Du magst? Ich mag sehr gern grüne Äpfel!", KIDS)) == 1
    assert lists.find("ich mag eins zwei drei vier grüne Äpfel", KIDS) == []
    assert lists.find("grüne Äpfel mag ich", KIDS) == []


def test_a_phrase_does_not_reach_into_the_next_sentence(tmp_path: Path) -> None:
    lists = _lists(
        tmp_path,
        '{ word = "wirft * vom|das * Dach", language = "de", category = "age", topic = "x", level = "kids" }',
    )

    assert lists.find("Der Kran wirft einen langen Schatten. Das neue Dach ist rot.", KIDS) == []
    assert lists.find("Der Kran wirft einen langen Schatten! „Das neue Dach ist rot“, sagt er.", KIDS) == []
    assert lists.find("Der Kran wirft einen langen Schatten\nDas neue Dach ist rot", KIDS) == []
    assert len(lists.find("der kran wirft einen langen ast das neue dach ist rot", KIDS)) == 1
    assert len(lists.find("Der Kran wirft einen langen Ast\ndas neue Dach ist rot", KIDS)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Er wirft. Ihn. Vom. Dach.",
        "Er wirft ihn. Ganz vom hohen Dach.",
        "Er wirft ihn einfach so. Vom Dach.",
        "Er wirft ihn so. ganz vom hohen Dach, und alle sehen zu.",
    ],
)
def test_a_full_stop_among_its_words_does_not_hide_a_phrase(tmp_path: Path, text: str) -> None:
    lists = _lists(
        tmp_path,
        '{ word = "wirft * vom * Dach", language = "de", category = "age", topic = "x", level = "kids" }',
    )

    assert len(lists.find(text, KIDS)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "K-K-Krokodil", "K-K-K-kiesel", "K-k-k-Kro-Krokodil", "D-d-d-der Hund bellt", "D-d-d der Hund",
        "s-s-schnell", "K K K-K K-Kr Kro Krokodil", "Ha-ha-ha-Hase", "f-f-f-f-fein",
    ],
)  # fmt: skip
def test_who_stutters_disguises_nothing(lists: WordLists, text: str) -> None:
    assert lists.find(text, KIDS) == []


@pytest.mark.parametrize(
    "text", ["K-K-K", "K K K", "k.k.k.", "Die K-K-K reiten", "K-K-K kommt", "k k k kommt", "W-W-Waffe"]
)
def test_letters_that_lead_into_no_word_and_bad_words_said_with_a_stutter_are_found(
    lists: WordLists, text: str
) -> None:
    assert lists.find(text, KIDS) != []


def test_a_word_that_an_entry_spells_out_is_no_typo_of_another_word(tmp_path: Path) -> None:
    lists = _lists(
        tmp_path,
        '{ word = "sprengen", language = "de", category = "age", topic = "x", level = "kids", endings = "verb" }',
        '{ word = "springen|spritzen * Abgrund", language = "de", category = "age", topic = "x", level = "kids" }',
    )

    assert lists.find("Sie springen und spritzen.", KIDS) == []
    assert {match.how for match in lists.find("Sie sprengne und sprenngen.", KIDS)} == {"typo"}
    assert len(lists.find("sie spritzzen in den Abgrund", KIDS)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Sieben Küchen, daneben lehnt ein Bett.",
        "Da hängt ein Schlitten auf einem Haken.",
        "Die Ritter nickten.",
        "He gepickt, she regarded the dominos and the pantries.",
        "Die Schlange schlängelt sich dem Bruder an den Kopf.",
        "Das kuschelige Lebchen und das duftige Erstchen",
        "Wir verdecken das Loch mit tönenden Glocken.",
    ],
)
def test_everyday_words_are_no_typos_of_bad_ones(lists: WordLists, text: str) -> None:
    assert lists.find(text, KIDS) == []


def test_irregular_forms_compounds_and_exceptions_come_from_the_entry(tmp_path: Path) -> None:
    lists = _lists(
        tmp_path,
        '{ word = "springen", language = "de", category = "age", topic = "x", level = "kids", endings = "verb",'
        ' forms = ["sprang"], first = ["Spring"], last = true, but_not = ["Springbrunnen"] }',
    )

    for found in ("springt", "springend", "sprang", "Springseil", "Weitspringen"):
        assert lists.find(found, KIDS), found
    for harmless in ("Springbrunnen", "Springbrunnens", "spräche"):
        assert not lists.find(harmless, KIDS), harmless


@pytest.mark.parametrize(
    ("entry", "line", "field"),
    [
        ('{ word = "x", language = "fr", category = "age", topic = "x", level = "kids" }', 3, "terms[1].language"),
        ('{ word = "x", language = "de", category = "age", topic = "x", level = "baby" }', 3, "terms[1].level"),
        (
            '{ word = "x", language = "de", category = "age", topic = "x", level = "kids", colour = "red" }',
            3,
            "terms[1]",
        ),
        ('{ word = "x", language = "de", category = "age", topic = "x" }', 3, "terms[1]"),
        (
            '{ word = "x", language = "de", category = "age", topic = "x", level = "kids", near = ["@nobody"] }',
            3,
            "terms[1].near",
        ),
    ],
)
def test_a_bad_entry_is_named_by_file_line_and_field(tmp_path: Path, entry: str, line: int, field: str) -> None:
    good = '{ word = "y", language = "de", category = "age", topic = "x", level = "kids" }'

    with pytest.raises(ConfigError) as caught:
        _lists(tmp_path, good, entry)

    assert caught.value.path == tmp_path / "words_test.toml"
    assert caught.value.line == line
    assert caught.value.field == field


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        WordLists.load(tmp_path)


@given(st.text())
def test_folding_twice_changes_nothing_and_any_text_can_be_searched(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for match in _SHIPPED.find(text, KIDS):
        assert 0 <= match.start < match.end <= len(text)


@given(st.text(alphabet="abcdef", min_size=1, max_size=8), st.data())
def test_one_edit_knows_a_letter_added_left_out_replaced_or_swapped(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]

    assert one_edit(word, word)
    assert one_edit(word, word[:at] + "x" + word[at:])
    assert one_edit(word, word[:at] + word[at + 1 :])
    assert one_edit(word, word[:at] + "x" + word[at + 1 :])
    assert one_edit(word, swapped)
    assert not one_edit(word, word + "xx")
    assert not one_edit(word + "ab", "yy" + word + "a")


@pytest.mark.parametrize("size", range(LONG, 15))
def test_one_typo_anywhere_after_the_first_letter_of_a_long_word_is_forgiven(size: int) -> None:
    word = "abcdefghijklmn"[:size]
    index = TermIndex({}, [])
    index.add(0, Term(word=word, language="any", level=KIDS, category="age", topic="violence", endings="none"))
    index.close()
    places = range(1, size)
    wrong = [word[:at] + letter + word[at + skipped :] for at in places for letter in "axn" for skipped in (0, 1)]
    wrong += [word[:at] + word[at + 1 :] for at in places]
    wrong += [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places if at + 1 < size]

    missed = [text for text in wrong if len(text) >= LONG and word not in dict(index.readings(text))]

    assert missed == []


_PROSE = (
    "Ein kleiner Roboter sammelt am Strand 12 bunte Muscheln, baut Brücken und schläft bei Anna Müller (10 Jahre). "
)


@pytest.mark.parametrize(
    "piece",
    [
        _PROSE, "ich ", "ich will ", "w a f f e ", "a b c d ", "a", "waffe ", "w@ffe ", "a.b-c_", "f*ck ", "a*",
        "12345 ", "0 ", "@a ", "a@b.de ", "Anna ", "Gartenstraße 5 ", "a at b punkt ", "-", "ä", "卐", "Anna Müller ",
        "wirft" + "\n" * 60 + "einen ", "wirft. " + "\n \"" * 20 + "einen Dach ",
    ],
    ids=range(24),
)  # fmt: skip
def test_the_cost_grows_with_the_length_of_the_text_and_no_faster(lists: WordLists, piece: str) -> None:
    short, long = (_calls(lists, piece * times) for times in (200, 1600))

    assert long <= short * 8 * 1.15 + 500


def _calls(lists: WordLists, text: str) -> int:
    """How many functions, Python's and C's, are called while a text is searched."""
    count = 0

    def see(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        lists.find(text, KIDS)
    finally:
        sys.setprofile(None)
    return count


def _lists(folder: Path, *entries: str, after: str = "") -> WordLists:
    rows = "".join(f"  {entry},\n" for entry in entries)
    (folder / "words_test.toml").write_text(f"terms = [\n{rows}]\n{after}\n", encoding="utf-8")
    (folder / "privacy.toml").write_bytes((assets_dir() / "safety" / "privacy.toml").read_bytes())
    return WordLists.load(folder)


_SHIPPED = WordLists.load(assets_dir() / "safety")
