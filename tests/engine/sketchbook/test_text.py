"""The sketchbook writes: for every lens, in the child's language, the same for the same seed, and nothing ugly."""

import re
from itertools import pairwise
from typing import Literal, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.engine.backends import BackendError, TextRequest
from kiosk.engine.backends.sketchbook import SketchbookText
from kiosk.engine.backends.sketchbook.text import PROCEDURES, stage_name, write
from kiosk.engine.backends.sketchbook.text.lexicon import load
from kiosk.engine.config_files import TextProcedure
from kiosk.engine.configs import Configs
from kiosk.settings import assets_dir

CONFIGS = Configs.load(assets_dir() / "configs")
IDEAS = {
    "de": [
        "Ein Hund fliegt auf einem Staubsauger zum Mond.",
        "meine oma kocht suppe für einen drachen, der zahnweh hat",
        "Hund",
        "Der kleine Roboter wartet am Fluss. Plötzlich kommt ein Wal!",
    ],
    "en": [
        "A dog flies to the moon on a vacuum cleaner.",
        "my grandma cooks soup for a dragon with toothache",
        "dog",
        "The little robot waits by the river. Suddenly a whale comes!",
    ],
}
WORDS = [
    "Ein",
    "der",
    "meine",
    "roter",
    "kleinen",
    "Hund",
    "Oma",
    "suppe",
    "im",
    "mit",
    "und",
    "fliegt,",
    "zum",
    "drei",
    "weil.",
]
ODD = [
    "?",
    "🐶🚀",
    "快跑，小狗！",
    "Привет, собака",
    "1 2 3",
    "der die das",
    "the the the",
    "x" * 4000,
    "Hund " * 800,
    "\x00",
]


def request(
    text: str, procedure: str = "gentle", *, language: str = "de", seed: int = 1, rules: str = ""
) -> TextRequest:
    return TextRequest(
        purpose="interception",
        text=text,
        rules=rules,
        language=language,
        lens="test",
        seed=seed,
        parameters={"sketchbook": {"text": procedure}},
    )


def test_the_lenses_know_every_procedure_and_only_these() -> None:
    assert set(PROCEDURES) == set(get_args(TextProcedure))


@pytest.mark.parametrize("lens", sorted(CONFIGS.interception))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_lens_rewrites_every_idea_the_same_for_the_same_seed(lens: str, language: str) -> None:
    manner = msgspec.to_builtins(CONFIGS.interception[lens].sketchbook)
    for idea in IDEAS[language]:
        asked = TextRequest(
            purpose="interception", text=idea, language=language, lens=lens, seed=7, parameters={"sketchbook": manner}
        )
        assert write(asked) == write(asked)
        assert write(asked).strip()
        assert "{" not in write(asked)


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
@pytest.mark.parametrize("language", ["de", "en"])
def test_another_seed_is_another_text(procedure: str, language: str) -> None:
    for idea in IDEAS[language]:
        assert len({write(request(idea, procedure, language=language, seed=seed)) for seed in range(16)}) > 2


@pytest.mark.parametrize(
    "procedure", sorted(set(PROCEDURES) - {"telephone", "opposite", "n_plus_7", "haiku", "word_game"})
)
@pytest.mark.parametrize(("language", "word"), [("de", "hund"), ("en", "dog")])
def test_the_idea_stays_recognisable(procedure: str, language: str, word: str) -> None:
    stem = {"hund": r"h[uü]nd", "dog": "dog"}[word]
    texts = [write(request(IDEAS[language][0], procedure, language=language, seed=seed)) for seed in range(8)]
    assert sum(bool(re.search(stem, text, re.IGNORECASE)) for text in texts) >= 4


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
def test_a_short_idea_stays_short_enough_to_draw(procedure: str) -> None:
    for language, ideas in IDEAS.items():
        for seed in range(6):
            text = write(request(ideas[0], procedure, language=language, seed=seed))
            assert len(text) <= 800
            assert len(re.findall(r"[.!?]+(?:\s|$)|\n", text)) <= 12


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:8]))
@pytest.mark.parametrize("language", ["de", "en", "uk"])
def test_no_text_is_too_odd(procedure: str, text: str, language: str) -> None:
    written = write(request(text, procedure, language=language))
    assert written
    assert len(written) <= 2 * len(text) + 1_600


@settings(max_examples=150)
@given(
    text=st.text(max_size=120),
    procedure=st.sampled_from(sorted(PROCEDURES)),
    language=st.sampled_from(["de", "en", "tr"]),
    seed=st.integers(min_value=-(2**63), max_value=2**63),
)
def test_any_text_gets_one_answer(text: str, procedure: str, language: str, seed: int) -> None:
    asked = request(text, procedure, language=language, seed=seed)
    assert write(asked) == write(asked)
    assert write(asked).strip() or not text.strip()


@settings(max_examples=150)
@given(
    words=st.lists(
        st.sampled_from(WORDS),
        max_size=14,
    ),
    procedure=st.sampled_from(sorted(PROCEDURES)),
    seed=st.integers(0, 1000),
)
def test_any_order_of_words_gets_one_answer(words: list[str], procedure: str, seed: int) -> None:
    asked = request(" ".join(words), procedure, seed=seed)
    assert write(asked) == write(asked)


def test_an_empty_idea_stays_empty() -> None:
    assert write(request("", "story")) == ""
    assert write(request("  \n", "story")) == "  \n"


async def test_the_answer_arrives_word_by_word_and_complete() -> None:
    asked = request(IDEAS["de"][0], "story")
    chunks = [chunk async for chunk in SketchbookText().stream(asked)]
    assert len(chunks) > 10
    assert "".join(chunk.text for chunk in chunks) == write(asked)
    assert not any(chunk.thinking for chunk in chunks)


@pytest.mark.parametrize("purpose", ["translation", "optimization"])
async def test_it_cannot_translate_and_does_not_pretend_to(purpose: Literal["translation", "optimization"]) -> None:
    asked = msgspec.structs.replace(request("Ein Hund.", "story", language="en"), purpose=purpose)
    assert "".join([chunk.text async for chunk in SketchbookText().stream(asked)]) == "Ein Hund."
    assert SketchbookText().model_for(asked) == "sketchbook:unchanged"


@pytest.mark.parametrize("purpose", ["judge", "guard"])
async def test_it_refuses_to_judge(purpose: Literal["judge", "guard"]) -> None:
    asked = msgspec.structs.replace(request("Ein Hund."), purpose=purpose)
    with pytest.raises(BackendError, match="cannot judge"):
        _ = [chunk async for chunk in SketchbookText().stream(asked)]


def test_its_model_name_says_that_no_model_took_part() -> None:
    assert SketchbookText().name == "sketchbook"
    assert SketchbookText().model_for(request("Ein Hund.", "n_plus_7")) == "sketchbook:n_plus_7"
    assert SketchbookText().model_for(request("Ein Hund.", "no such procedure")) == "sketchbook:gentle"


@pytest.mark.parametrize(
    ("rules", "procedure"),
    [
        ("Schreib das Gegenteil.", "opposite"),
        ("Write the opposite of everything", "opposite"),
        ("Mach eine Geschichte daraus", "story"),
        ("make it a haiku please", "haiku"),
        ("Übertreibe total!", "exaggerate"),
        ("so kurz wie möglich", "erasure"),
        ("keep it short", "erasure"),
        ("Talk like a pirate", "slang"),
        ("nur Kreise und Quadrate", "grid"),
        ("Aus der Sicht einer Schnecke", "other_eyes"),
        ("Alles bleibt schön.", "gentle"),
        ("", "gentle"),
    ],
)
def test_a_childs_own_rules_choose_a_procedure_by_their_words(rules: str, procedure: str) -> None:
    assert SketchbookText().model_for(request("Ein Hund.", "gentle", rules=rules)) == f"sketchbook:{procedure}"


def test_the_rules_of_another_lens_do_not_change_its_procedure() -> None:
    assert SketchbookText().model_for(request("Ein Hund.", "cut_up", rules="Haiku!")) == "sketchbook:cut_up"


def test_it_answers_in_the_language_of_the_text_where_that_is_plain() -> None:
    assert "dog" in write(request("The dog and the cat are on the roof.", "story", language="de")).lower()
    written = write(request("The dog and the cat are on the roof.", "story", language="de"))
    assert not re.search(r"[äöüß]", written)


def test_other_languages_get_the_procedures_that_need_no_words() -> None:
    asked = request("Köpek aya uçuyor, elektrikli süpürgeyle", "permutation", language="tr")
    assert sorted(set(re.findall(r"\w+", write(asked)))) == sorted(re.findall(r"\w+", asked.text))
    asked = request("Собака летит на Луну на пылесосе", "story", language="uk")
    assert SketchbookText().model_for(asked) == "sketchbook:permutation"
    assert set(re.findall(r"\w+", write(asked))) == set(re.findall(r"\w+", asked.text))


def step(text: str, iteration: int, seed: int = 5) -> str:
    parameters = {"sketchbook": {"text": "telephone"}, "iteration": iteration, "start_language": "de"}
    return write(msgspec.structs.replace(request(text, seed=seed, language="tr"), parameters=parameters))


def test_the_telephone_game_drifts_a_little_at_every_step_in_the_childs_language() -> None:
    texts = [IDEAS["de"][0]]
    for iteration in range(1, 9):
        texts.append(step(texts[-1], iteration, seed=iteration))
    for one, two in pairwise(texts):
        before, after = one.split(), two.split()
        assert one != two
        assert len(before) == len(after)
        assert sum(a != b for a, b in zip(before, after, strict=True)) <= 5


def test_a_step_hears_real_words_only() -> None:
    heard = {step("Ein Hund bellt.", 1, seed=seed).split()[1] for seed in range(30)}
    assert len(heard) > 1
    assert all(word.lower() in load("de").forms for word in heard)


def test_the_steps_of_the_telephone_game_have_names() -> None:
    names = [stage_name(iteration, "de-AT") for iteration in range(1, 9)]
    assert len(set(names)) == 8
    assert stage_name(1, "en") == stage_name(9, "fr") == "whispered"
