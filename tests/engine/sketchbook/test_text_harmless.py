"""What the sketchbook makes out of harmless ideas is harmless to the word lists as well, whatever the dice say."""

import re
import shutil
from pathlib import Path

import msgspec
import pytest

from kiosk import boxes
from kiosk.engine.backends import TextBackend, TextRequest
from kiosk.engine.backends.sketchbook import SketchbookText
from kiosk.engine.backends.sketchbook.text import DRAWS, write
from kiosk.engine.backends.sketchbook.text.german import diminutive
from kiosk.engine.backends.sketchbook.text.lexicon import load
from kiosk.engine.configs import Configs
from kiosk.engine.stages.wordlists import WordLists
from kiosk.records import SafetyLevel
from kiosk.settings import Settings, assets_dir

CONFIGS = Configs.load(assets_dir() / "configs")
LISTS = WordLists.load(assets_dir() / "safety")
SEEDS = range(3)
IDEAS = {
    "de": [
        "Ein Kiesel träumt.",
        "Ein Kran",
        "Hund",
        "K-K-Krokodil",
        "Der Koch wirft Pfannkuchen in die Luft",
        "Ein Schlitten rutscht den Berg hinunter. Auf dem Schlitten sitzt ein Fuchs.",
        "meine oma kocht suppe für einen drachen, der zahnweh hat",
        "Rosa Wolken über einem schwarzen See, und der Bäcker angelt",
        "Im Schwimmbad taucht ein Nilpferd nach einem Ring.",
        "Der Zug fährt durch einen Tunnel aus Schokolade!",
        "Ein Brief fällt vom Himmel. Darin steht ein Rätsel. Niemand kann es lesen.",
        "die uhr läuft rückwärts und alle werden jünger",
        "Ein Haus auf Stelzen, mit einer Rutsche bis ins Meer",
        "Viele Hände halten einen großen bunten Ballon",
        "Ein Kaninchen knabbert im Keller, die Küken piepsen in der Küche",
    ],
    "en": [
        "A pebble dreams.",
        "A crane",
        "dog",
        "A chef throws pancakes into the air",
        "Kids sledging down a hill made of pillows. A fox sits on the sledge.",
        "my grandma cooks soup for a dragon with toothache",
        "Pink clouds over a black lake, and the baker is fishing",
        "A hippo dives for a ring in the swimming pool.",
        "The train goes through a tunnel made of chocolate!",
        "A letter falls from the sky. There is a riddle inside. Nobody can read it.",
        "the clock runs backwards and everyone gets younger",
        "A house on stilts with a slide into the sea",
        "Many hands hold a big colourful balloon",
        "A spider knits a sweater for the whale",
    ],
}


@pytest.mark.parametrize("lens", sorted(CONFIGS.interception))
@pytest.mark.parametrize("language", ["de", "en"])
def test_no_lens_makes_a_harmless_idea_one_that_is_stopped(lens: str, language: str) -> None:
    manner = msgspec.to_builtins(CONFIGS.interception[lens].sketchbook)
    texts = [
        write(
            TextRequest(
                purpose="interception",
                text=idea,
                language=language,
                lens=lens,
                seed=seed,
                parameters={"sketchbook": manner},
            )
        )
        for idea in IDEAS[language]
        for seed in SEEDS
    ]

    assert [text for text in texts if LISTS.find(text, SafetyLevel.KIDS)] == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_word_of_the_sketchbook_is_taken_for_a_bad_one(language: str) -> None:
    lexicon = load(language)
    words = {word for texts in lexicon.lists.values() for text in texts for word in re.findall(r"[^\W\d_]+", text)}
    for entry in lexicon.dictionary(None, None):
        words |= {entry.word, entry.plural or entry.word}
        words |= {diminutive(entry.word)} if language == "de" else set()

    assert len(words) > 1_000
    assert {word for word in words if LISTS.find(word, SafetyLevel.KIDS)} == set()


DREAM = TextRequest(
    purpose="interception", text="Ein Hund", lens="test", seed=3, parameters={"sketchbook": {"text": "dream"}}
)


async def _written(backend: TextBackend, request: TextRequest = DREAM) -> str:
    return "".join([chunk.text async for chunk in backend.stream(request)])


async def test_a_text_that_would_be_stopped_is_drawn_anew() -> None:
    stopped = {write(DREAM), write(DREAM, 1)}

    assert await _written(SketchbookText(lambda text: text not in stopped)) == write(DREAM, 2)
    assert len({write(DREAM, draw) for draw in range(DRAWS)}) == DRAWS


async def test_where_no_draw_passes_or_the_idea_does_not_the_first_draw_stays() -> None:
    assert await _written(SketchbookText(lambda text: text == DREAM.text)) == write(DREAM)
    assert await _written(SketchbookText(lambda text: text == write(DREAM, 1))) == write(DREAM)


async def test_the_sketchbook_adds_no_word_that_a_teacher_put_on_the_lists(tmp_path: Path) -> None:
    first = write(DREAM)
    added = max(set(re.findall(r"[^\W\d_]+", first)) - set(DREAM.text.split()), key=len)
    entry = f'{{ word = "{added}", language = "de", category = "age", topic = "horror", level = "kids" }}'
    folder = shutil.copytree(assets_dir() / "safety", tmp_path / "safety")
    (folder / "words_own.toml").write_text(f"terms = [\n  {entry},\n]\n", encoding="utf-8")
    built = boxes.build(Settings(), folder, [])
    try:
        text = await _written(built.text)
    finally:
        await built.close()

    assert added in first
    assert added not in text
    assert "Hund" in text
