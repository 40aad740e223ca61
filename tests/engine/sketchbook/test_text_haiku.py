"""Syllables are counted as one claps them, and every haiku has five, seven and five."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.engine.backends import TextRequest
from kiosk.engine.backends.sketchbook.text import write
from kiosk.engine.backends.sketchbook.text.lexicon import load
from kiosk.engine.backends.sketchbook.text.syllables import count
from kiosk.engine.configs import Configs
from kiosk.settings import assets_dir

GERMAN_WORDS = """
Hund 1, Katze 2, Elefant 3, Schmetterling 3, Regenbogen 4, Dinosaurier 5, Familie 4, Auge 2, Eule 2, Bäume 2,
Haus 1, Meer 1, See 1, Knie 1, Museum 3, Radio 3, Quelle 2, Qualle 2, Schokolade 4, Kühlschrank 2, Haltestelle
4, Kaugummipapier 5, Feuer 2, Theater 3, Geburtstag 3, Fliege 2, neue 2, Ferien 3, Pferd 1, Astronautin 4,
Zauberer 3, Baby 2, ruhig 2, böse 2, Boot 1, Waage 2
"""
ENGLISH_WORDS = """
dog 1, tiger 2, elephant 3, butterfly 3, rainbow 2, dinosaur 3, family 3, apple 2, little 2, table 2, house 1,
horses 2, wanted 2, jumped 1, danced 1, rises 2, faces 2, moon 1, lighthouse 2, caterpillar 4, piano 3, ocean
2, river 2, bicycle 3, radio 3, poem 2, lion 2, idea 3, quiet 2, queen 1, eye 1, stars 1, bridges 2, washes 2,
whales 1, tiles 1, melon 2, wrapper 2, falling 2, somebody 3, beautiful 3, music 2, animal 3, orange 2, purple
2, dragon 2, castle 2, forest 2, winter 2, shoes 1, playing 2, being 2
"""


def pairs(text: str) -> list[tuple[str, int]]:
    return [(word, int(number)) for word, number in re.findall(r"(\w+) (\d)", text)]


@pytest.mark.parametrize(("word", "syllables"), pairs(GERMAN_WORDS))
def test_german_syllables(word: str, syllables: int) -> None:
    assert count(word, load("de")) == syllables


@pytest.mark.parametrize(("word", "syllables"), pairs(ENGLISH_WORDS))
def test_english_syllables(word: str, syllables: int) -> None:
    assert count(word, load("en")) == syllables


def test_marks_and_digits_count_nothing() -> None:
    assert count("– , . ! 12", load("de")) == 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_seasons_have_lines_of_every_length_that_is_needed(language: str) -> None:
    lexicon = load(language)
    lengths = {count(line, lexicon) for line in lexicon.lists["season_lines"]}
    assert lengths == {2, 3, 4, 5, 7} or lengths == {2, 3, 4, 5, 6, 7}


def haiku(text: str, language: str, seed: int) -> list[str]:
    parameters = {"sketchbook": {"text": "haiku"}}
    asked = TextRequest(purpose="interception", text=text, language=language, seed=seed, parameters=parameters)
    return write(asked).split("\n")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "text",
    [
        "Ein Hund fliegt auf einem Staubsauger zum Mond.",
        "Meine Oma kocht Suppe für einen Drachen, der Zahnweh hat.",
        "A little boy finds an egg in the forest.",
        "My cat Mimi is an astronaut. She mends the stars with sticky tape!",
        "Hund",
        "42 🐶",
    ],
)
def test_every_haiku_has_five_seven_and_five_syllables(text: str, language: str) -> None:
    for seed in range(40):
        lines = haiku(text, language, seed)
        spoken = "en" if text.isascii() and " " in text and not text.startswith(("Ein", "Meine")) else language
        if text.startswith(("Ein", "Meine")):
            spoken = "de"
        assert [count(line, load(spoken)) for line in lines] == [5, 7, 5]


@settings(max_examples=100)
@given(text=st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüß ,.", min_size=1, max_size=60), seed=st.integers(0, 99))
def test_any_german_text_makes_three_lines(text: str, seed: int) -> None:
    if text.strip():
        assert len(haiku(text, "de", seed)) == 3


def test_the_examples_of_the_lens_count_right() -> None:
    for example in Configs.load(assets_dir() / "configs").interception["haiku"].examples:
        for language in ("de", "en"):
            assert [count(line, load(language)) for line in example.after[language].splitlines()] == [5, 7, 5]
