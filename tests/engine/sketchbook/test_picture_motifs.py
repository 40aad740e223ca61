"""The words of a child become figures, colours and places."""

import pytest

from kiosk.engine.backends.sketchbook.words import read


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
    ],
)
def test_things_are_found_in_every_form(text: str, motifs: list[str]) -> None:
    assert read(text).motifs == motifs
