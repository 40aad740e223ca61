"""The words of a child become figures, colours and places."""

import numpy as np
import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.engine.backends.sketchbook.picture.coat import coat_for
from kiosk.engine.backends.sketchbook.picture.ink import NAMED, Ink, from_rgb, rgb
from kiosk.engine.backends.sketchbook.picture.motifs.all import MOTIFS
from kiosk.engine.backends.sketchbook.picture.pen import Pen
from kiosk.engine.backends.sketchbook.picture.stage import KIN, arrange, motif_of, scene_of, stage_for
from kiosk.engine.backends.sketchbook.senses import lexicon
from kiosk.engine.backends.sketchbook.words import read, seeded


@pytest.mark.parametrize(
    ("text", "motifs"),
    [
        ("Eine Blume auf der Wiese", ["flower"]),
        ("drei kleine Mäuse tanzen im Wald", ["mouse"]),
        ("Regenbogenfisch", ["fish"]),
        ("Ritterburg", ["knight", "castle"]),
        ("Apfelbaum im Garten", ["tree"]),
        ("two green dragons and a tiny purple house", ["dragon", "house"]),
        ("wolves and geese", ["wolf", "duck"]),
        ("Meine Katse und ein Hunt", ["cat", "dog"]),
        ("Die Häuser am Fluss", ["house"]),
        ("kein Hund", []),
        ("The kind man", ["man"]),
        ("Schnee fällt leise", []),
    ],
)
def test_things_are_found_in_every_form(text: str, motifs: list[str]) -> None:
    assert read(text).motifs == motifs


def test_colours_sizes_and_numbers_belong_to_their_things() -> None:
    house, flower = read("Das Haus ist winzig und blau, drei rote Blumen").things
    assert (house.colour, house.size) == ("blue", "tiny")
    assert (flower.colour, flower.number) == ("red", 3)


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("Eine Blume auf der Wiese", "meadow"),
        ("Ein Drache fliegt über das Meer", "sea"),
        ("Ein Fisch", "underwater"),
        ("Meine Oma backt Kuchen", "room"),
        ("Die Stadt schläft", "city"),
        ("a rocket", "space"),
        ("Freiheit", "abstract"),
        ("why?", "abstract"),
    ],
)
def test_the_place_follows_from_the_words(text: str, scene: str) -> None:
    assert scene_of(read(text)) == scene


def test_weather_hour_and_mood_are_found() -> None:
    reading = read("Nachts im Gewitter habe ich Angst")
    assert (reading.times, reading.weather, reading.moods) == (("night",), ("storm",), ("afraid",))


def test_every_thing_in_the_vocabulary_can_be_drawn() -> None:
    named = {s.name for book in lexicon().values() for senses in book.values() for s in senses if s.table == "motif"}
    assert named <= set(MOTIFS) | set(KIN)
    assert len(MOTIFS) > 100


@pytest.mark.parametrize("name", sorted(MOTIFS))
def test_a_figure_stands_on_its_place_and_varies(name: str) -> None:
    def shown(seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        pixels = np.zeros((200, 360, 4), np.uint8)
        surface = skia.Surface(pixels, colorType=skia.ColorType.kRGBA_8888_ColorType)
        pen = Pen(surface.getCanvas(), seeded(seed))
        coat = coat_for(seeded(seed), None, tuple(NAMED.values())[:6], Ink(0.25, 0.04, 280), Ink(0.96, 0.02, 90))
        with pen.at(180, 150, 100):
            MOTIFS[name].draw(pen, coat, seeded(seed))
        return pixels

    first = shown(1)
    solid = np.argwhere(first[:, :, 3] > 200)
    assert len(solid) > 200
    assert solid[:, 0].max() > 70
    assert abs(float(np.median(solid[:, 1])) - 180) < 60
    assert not np.array_equal(first, shown(2))


def test_figures_stay_inside_the_picture() -> None:
    reading = read("Ein Hund, eine Katze, ein Haus, fünf Vögel und ein Baum")
    for seed in range(20):
        stage = stage_for(reading, seeded(seed), 800, 600)
        for one in arrange(reading, stage, seed):
            assert -0.1 * 800 < one.x < 1.1 * 800
            assert one.y <= 600 * 1.02
            assert one.y - one.size > -0.25 * 600
            assert motif_of(one.thing) is one.motif


@settings(max_examples=60)
@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_colours_survive_the_way_through_oklch(red: int, green: int, blue: int) -> None:
    back = rgb(from_rgb(red, green, blue))
    assert max(abs(a - b) for a, b in zip(back, (red, green, blue), strict=True)) <= 12
