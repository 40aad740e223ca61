"""The child's text is read: its things with gender, number and case, and changed without hurting the grammar."""

import random

import pytest

from kiosk.engine.backends.sketchbook.text import chance, edits, frames, turning
from kiosk.engine.backends.sketchbook.text.german import adjective, adjective_stem, diminutive, genitive, preposition
from kiosk.engine.backends.sketchbook.text.lexicon import load
from kiosk.engine.backends.sketchbook.text.phrasing import Phrasing
from kiosk.engine.backends.sketchbook.text.reading import Thing, distinct, read

GERMAN, ENGLISH = load("de"), load("en")


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("Ein Hund fliegt auf einem Staubsauger zum Mond.", ["Hund m nom", "Staubsauger m dat", "Mond m dat"]),
        ("Meine Oma kocht Suppe.", ["Oma f nom", "Suppe f acc"]),
        ("für einen Drachen, der Zahnweh hat", ["Drache m acc", "Zahnweh n acc"]),
        ("Fünf freche Mäuse klauen dem König die Krone", ["Maus p nom", "König m dat", "Krone f acc"]),
        ("ein roboter tanzt mit meiner schwester im regen", ["Roboter m nom", "Schwester f dat", "Regen m dat"]),
        ("Im Wald sitzt eine Eule.", ["Wald m dat", "Eule f nom"]),
        ("Ich esse ein Fischbrötchen", ["Fischbrötchen n acc"]),
        ("Der Zorg frisst die blauen Flumis.", ["Zorg m nom", "Flumis p acc"]),
        ("Die Kinder spielen mit den Bären.", ["Kind p nom", "Bär p dat"]),
        ("Meine Katze Mimi ist Astronautin.", ["Katze f nom", "Astronautin f acc"]),
        ("wir grillen und spielen", []),
    ],
)
def test_german_things(text: str, things: list[str]) -> None:
    found = [
        f"{thing.word} {'p' if thing.is_plural else thing.gender} {thing.case}" for thing in read(text, GERMAN).things
    ]
    assert found == things


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("A dog flies to the moon on a vacuum cleaner.", ["dog", "moon", "vacuum cleaner"]),
        ("My grandma cooks soup for a dragon with toothache.", ["grandma", "soup", "dragon", "toothache"]),
        ("Five cheeky mice steal the king's crown", ["mouse", "crown"]),
        ("a robot dances with my sister in the rain", ["robot", "sister", "rain"]),
        ("The zorg eats a flumi.", ["zorg", "flumi"]),
        ("I am scared of the dark", []),
        ("we fish and swim", []),
    ],
)
def test_english_things(text: str, things: list[str]) -> None:
    assert [thing.word for thing in read(text, ENGLISH).things] == things


def test_emoji_are_things_where_there_are_no_words() -> None:
    assert [thing.word for thing in read("🐶🚀🐶", GERMAN).things] == ["🐶", "🚀"]


def test_things_that_can_be_drawn_come_first_and_only_once() -> None:
    things = distinct(read("Am Tag schläft der Hund, der Hund schläft am Tag.", GERMAN).things)
    assert [thing.word for thing in things] == ["Hund", "Tag"]


def test_phrases_keep_a_noun_with_what_belongs_to_it() -> None:
    text = "Meine Oma kocht Suppe für einen Drachen, der Zahnweh hat."
    assert read(text, GERMAN).phrases == ("Meine Oma", "kocht", "Suppe", "für einen Drachen, der Zahnweh hat")


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("Ein kleiner Hund schläft.", "Katze", "Eine kleine Katze schläft."),
        ("Ich sehe den Hund.", "Maus", "Ich sehe die Maus."),
        ("Wir fahren zum Hund.", "Katze", "Wir fahren zur Katze."),
        ("Wir fahren ins Haus.", "Wald", "Wir fahren in den Wald."),
        ("Er sitzt auf seinem roten Hund.", "Kamel", "Er sitzt auf seinem roten Kamel."),
        ("Ich suche einen Hund, der lacht.", "Eule", "Ich suche eine Eule, die lacht."),
        ("Ich male den Hund.", "Löwe", "Ich male den Löwen."),
        ("ein hund", "Eule", "eine Eule"),
    ],
)
def test_a_thing_gives_way_to_another_with_article_and_endings(text: str, word: str, said: str) -> None:
    reading = read(text, GERMAN)
    noun = GERMAN.forms[word.lower()].noun
    [thing] = reading.things
    new = Thing(noun.word, noun.plural, noun.gender, noun.weak, adjectives=thing.adjectives)
    assert edits.apply(reading, edits.restate(reading, thing, new, "de"), "de") == said


def test_spaces_lines_and_marks_around_the_words_stay() -> None:
    reading = read("Ein Hund,\n  und: „der Mond“ …", GERMAN)
    assert edits.apply(reading, {}, "de") == "Ein Hund,\n und: „der Mond“ …"


@pytest.mark.parametrize(
    ("word", "stem"),
    [("kleinen", "klein"), ("dunkle", "dunkel"), ("teurer", "teuer"), ("hohe", "hoch"), ("rosa", "rosa")],
)
def test_the_basic_form_of_an_adjective(word: str, stem: str) -> None:
    assert adjective_stem(word) == stem


def test_adjectives_agree() -> None:
    assert adjective("dunkel", "def", "dat", "m") == "dunklen"
    assert adjective("hoch", "ein", "nom", "m") == "hoher"
    assert adjective("rosa", "ein", "acc", "f") == "rosa"
    assert adjective("müde", None, "nom", "p") == "müde"


@pytest.mark.parametrize(
    ("word", "small"),
    [
        *(
            ("Hund", "Hündchen"),
            ("Katze", "Kätzchen"),
            ("Buch", "Büchlein"),
            ("Haus", "Häuschen"),
            ("Oma", "Omilein"),
        ),
        *(("Vogel", "Vögelchen"), ("Staubsauger", "Staubsaugerchen"), ("Mädchen", "Mädchen"), ("Boot", "Bötchen")),
    ],
)
def test_small_and_sweet(word: str, small: str) -> None:
    assert diminutive(word) == small


def test_genitives_and_contractions() -> None:
    assert [genitive(word) for word in ("Igel", "Haus", "Bus", "Zirkus", "Kürbis", "Eis")] == [
        "Igels", "Hauses", "Busses", "Zirkus", "Kürbisses", "Eises",
    ]  # fmt: skip
    assert preposition("Zu", "dem") == "Zum"
    assert preposition("mit", "der") == "mit der"


def test_templates_speak_german() -> None:
    things = read("Meine kleine Oma und drei Hunde.", GERMAN).things
    phrasing = Phrasing(GERMAN, things, "idee", random.Random(1))
    assert phrasing.fill("{1 der} {1 lacht/lachen} mit {2 dem}.") == "Meine kleine Oma lacht mit den Hunden."
    assert phrasing.fill("{zu 1 dem}, {1 laut}! {2 viele}") == "Zu meiner kleinen Oma, OMA! Hunde"
    assert phrasing.fill("{idee.} {nr}", turn=3) == "Idee. 3"


def test_templates_speak_english() -> None:
    things = read("My old owl and three mice.", ENGLISH).things
    phrasing = Phrasing(ENGLISH, things, "idea!", random.Random(1))
    assert (
        phrasing.fill("{1 the} {1 laughs/laugh}, {2 the} {2 laughs/laugh}.") == "My old owl laughs, the mice laugh."
    )
    assert phrasing.fill("{idea}: {2 many}, {1 loud}") == "Idea: mice, OWL"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_line_of_every_scene_can_be_filled(language: str) -> None:
    lexicon = load(language)
    ideas = (
        ["Die kleinen Hunde essen Suppe.", "Emma lacht.", "!"]
        if language == "de"
        else ["Little dogs eat soup.", "Emma laughs.", "!"]
    )
    for idea in ideas:
        phrasing = frames.phrasing_for(read(idea, lexicon), lexicon, random.Random(0))
        for scene in lexicon.scenes.values():
            for part in scene.parts:
                for template in (*part.say, *part.each):
                    said = phrasing.fill(template, phrasing.noun("1"), 1)
                    assert said
                    assert not set("{}@#") & set(said)


def test_opposites_agree_and_names_stay() -> None:
    reading = read("Ein kleiner Hund liebt Emma und den Mond.", GERMAN)
    said = {turning.opposite(reading, GERMAN, random.Random(seed)).split(".")[0] for seed in range(9)}
    assert "Eine große Katze meidet Emma und die Sonne" in said
    assert len(said) > 1


def test_stock_words_and_phrases_are_struck_out() -> None:
    idea = "Ein wunderschöner, magischer Wald voller Farben mit einem süßen Einhorn, 4k, Meisterwerk!"
    assert turning.plain(read(idea, GERMAN), GERMAN, random.Random(1)).startswith("Ein Wald mit einem Einhorn. ")
    idea = "An enchanting and epic castle in golden light, masterpiece"
    assert turning.plain(read(idea, ENGLISH), ENGLISH, random.Random(1)).startswith("A castle. ")


def test_a_text_of_nothing_but_stock_still_says_what_it_is_about() -> None:
    assert turning.plain(read("wunderschön!", GERMAN), GERMAN, random.Random(1))


@pytest.mark.parametrize(
    ("idea", "turned"),
    [
        ("Ein Hund fliegt auf einem Staubsauger zum Mond.", "Zum Mond fliegt ein Hund auf einem Staubsauger."),
        ("wir fahren mit dem bus ans meer", "Ans meer fahren wir mit dem bus."),
        ("2 Elefanten auf dem Dach", "Leise gesagt: 2 Elefanten auf dem Dach."),
        ("Was macht der Mond am Tag?", "Leise gesagt: Was macht der Mond am Tag?"),
    ],
)
def test_a_gentle_rearrangement_keeps_german_word_order(idea: str, turned: str) -> None:
    assert turned in {chance.gentle(read(idea, GERMAN), GERMAN, random.Random(seed)) for seed in range(60)}


def test_a_gentle_rearrangement_in_english() -> None:
    idea = "A dog flies to the moon on a vacuum cleaner."
    said = {chance.gentle(read(idea, ENGLISH), ENGLISH, random.Random(seed)) for seed in range(40)}
    assert "To the moon, a dog flies on a vacuum cleaner." in said


def test_questions_stay_questions() -> None:
    said = turning.plain(read("What does the moon do?", ENGLISH), ENGLISH, random.Random(1))
    assert said.startswith("What does the moon do? ")
