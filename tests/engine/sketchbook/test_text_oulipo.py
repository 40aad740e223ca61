"""N+7 counts exactly and keeps the grammar; the letter games play fair and make nothing ugly."""

import random
import re

import pytest

from kiosk.engine.backends.sketchbook.text import oulipo
from kiosk.engine.backends.sketchbook.text.german import determiner
from kiosk.engine.backends.sketchbook.text.lexicon import Lexicon, load, may_be_made, never_made, sort_key
from kiosk.engine.backends.sketchbook.text.reading import read
from kiosk.engine.configs import Configs
from kiosk.settings import assets_dir

GERMAN, ENGLISH = load("de"), load("en")


class FirstChoice(random.Random):
    """Chooses the first of all: the whole dictionary."""

    def choice(self, seq):  # type: ignore[no-untyped-def]
        return seq[0]


def shifted(text: str, lexicon: Lexicon) -> str:
    return oulipo.n_plus_7(read(text, lexicon), lexicon, FirstChoice())


@pytest.mark.parametrize("gender", ["m", "f", "n"])
def test_the_seventh_german_noun_is_seven_places_on_among_its_gender(gender: str) -> None:
    nouns = oulipo.dictionary(GERMAN, None, gender)  # type: ignore[arg-type]
    words = [noun.word for noun in nouns]
    assert words == sorted(words, key=sort_key)
    for place, word in enumerate(words):
        assert oulipo.seventh(word, nouns).word == words[(place + 7) % len(words)]


def test_the_seventh_english_noun_is_seven_places_on() -> None:
    nouns = oulipo.dictionary(ENGLISH, None, None)
    words = [noun.word for noun in nouns]
    for place, word in enumerate(words):
        assert oulipo.seventh(word, nouns).word == words[(place + 7) % len(words)]


def test_a_word_that_is_not_in_the_dictionary_counts_from_its_place() -> None:
    nouns = oulipo.dictionary(ENGLISH, "animals", None)
    words = [noun.word for noun in nouns]
    after = next(place for place, word in enumerate(words) if sort_key(word) > "dodo")
    assert oulipo.seventh("dodo", nouns).word == words[after + 6]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Der {m} schläft.", "nom"),
        ("Ich sehe den {m}.", "acc"),
        ("Ich male mit dem {m}.", "dat"),
    ],
)
def test_the_article_stays_right_in_every_case(before: str, after: str) -> None:
    for word in ("Igel", "Fuchs", "Schrank", "Mond"):
        said = shifted(before.format(m=word), GERMAN)
        article = determiner("def", after, "m")  # type: ignore[arg-type]
        assert re.search(rf"\b{article} \w+", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("idea", "expected"),
    [
        ("Eine kleine Maus isst im Garten.", r"Eine kleine \w+ isst im \w+\."),
        ("Drei Mäuse tanzen mit zwei Katzen.", r"Drei \w+ tanzen mit zwei \w+n?\."),
        ("Emma fliegt zum Mond.", r"Emma fliegt zum \w+\."),
        ("ein hund sitzt auf dem sofa", r"ein [A-Z]\w+ sitzt auf dem [A-Z]\w+"),
    ],
)
def test_only_the_nouns_change(idea: str, expected: str) -> None:
    said = shifted(idea, GERMAN)
    assert re.fullmatch(expected, said)
    assert said != idea


def test_weak_nouns_take_their_ending() -> None:
    nouns = oulipo.dictionary(GERMAN, None, "m")
    words = [noun.word for noun in nouns]
    start = words[words.index("Löwe") - 7]
    assert shifted(f"Ich sehe den {start}.", GERMAN) == "Ich sehe den Löwen."
    assert shifted(f"Der {start} lacht.", GERMAN) == "Der Löwe lacht."


def test_english_articles_follow_their_noun() -> None:
    for noun in ("elephant", "dog", "unicorn", "hour", "owl", "tree", "knight"):
        said = shifted(f"I saw a {noun} and an {noun} today.", ENGLISH)
        for article, word in re.findall(r"\b(an?) (\w+)", said):
            assert (article == "an") == bool(re.match(r"[aeio]|u(?!ni|se|ku)|hour", word))


def test_english_plurals_stay_plurals() -> None:
    said = shifted("Three mice chase two wolves.", ENGLISH)
    plurals = {noun.plural for noun in oulipo.dictionary(ENGLISH, None, None)}
    found = re.fullmatch(r"Three ([a-z -]+) chase two ([a-z -]+)\.", said)
    assert found
    assert {found[1], found[2]} <= plurals


def test_the_examples_of_the_lens_were_really_worked() -> None:
    lens = Configs.load(assets_dir() / "configs").interception["oulipo_n7"]
    for example in lens.examples:
        assert shifted(example.before["de"], GERMAN) == example.after["de"]
        assert shifted(example.before["en"], ENGLISH) == example.after["en"]


def test_in_an_alliteration_every_thing_begins_as_its_quality_does() -> None:
    for seed in range(20):
        said = oulipo.alliteration(read("Ein Hund jagt eine Maus.", GERMAN), GERMAN, random.Random(seed))
        assert said is not None
        found = re.fullmatch(r"Ein (?:\w+ )?(\w)\w+ (H)und jagt eine (?:\w+ )?(m)\w+ Maus\.", said)
        assert found
        assert found[1] == "h"


def test_a_spoonerism_swaps_beginnings_and_nothing_else() -> None:
    said = {oulipo.spoonerism(read("Der Wal tanzt.", GERMAN), GERMAN, random.Random(seed)) for seed in range(10)}
    assert said == {"Der Tal wanzt."}


def test_one_vowel_is_really_one() -> None:
    for seed in range(10):
        said = oulipo.one_vowel(read("Drei Affen rudern übers Meer.", GERMAN), GERMAN, random.Random(seed))
        assert said is not None
        assert len(set(re.findall(r"[aeiouäöü]", said.lower()))) == 1


@pytest.mark.parametrize(
    "text", ["Ein Fisch mit dicken Backen tickt.", "The duck sits on a fat truck in a shed.", "Die Tante hat nichts"]
)
def test_letter_games_make_no_word_that_may_not_be_made(text: str) -> None:
    for lexicon in (GERMAN, ENGLISH):
        reading = read(text, lexicon)
        own = {token.lower for token in reading.tokens}
        for game in (oulipo.spoonerism, oulipo.one_vowel):
            for seed in range(60):
                said = game(reading, lexicon, random.Random(seed)) or ""
                made = set(re.findall(r"\w+", said.lower())) - own
                assert all(may_be_made(word) for word in made)


def test_what_may_never_be_made_is_written_in_plain_small_letters() -> None:
    assert all(part == sort_key(part) and part for part in never_made())


@pytest.mark.parametrize("word", ["Kack", "K-k-k-kiesel", "ki-ll", "Ti-Ti-Ti-Tisch", "p-oo"])
def test_an_ugly_word_is_not_made_with_hyphens_either(word: str) -> None:
    assert not may_be_made(word)
    assert may_be_made("Kie-kie-kiesel")
