"""Pictures: valid, repeatable, dependent on words, seed and manner, cancellable, and never a crash."""

import hashlib
import io
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.engine.backends import BackendError, MediaRequest
from kiosk.engine.backends.sketchbook import drawing, picture
from kiosk.engine.backends.sketchbook.picture.manners import MANNERS
from kiosk.records import MediaType, Progress

DRAGON = "Ein roter Drache fliegt über das Meer bei Nacht"


def drawn(prompt: str = DRAGON, manner: str = "storybook", seed: int = 1, size: tuple[int, int] = (256, 256)) -> Any:
    return picture.draw(picture.Order(prompt, manner, seed, *size), lambda done, total, shown: None)


def digest(drawing: Any) -> str:
    return hashlib.sha256(drawing.pixels.tobytes()).hexdigest()


def request(**changes: Any) -> MediaRequest:
    facts: dict[str, Any] = {"media_type": MediaType.IMAGE, "prompt": DRAGON, "seed": 1, "width": 200, "height": 160}
    return MediaRequest(**{**facts, **changes})


def test_there_are_the_manners_that_the_lenses_name() -> None:
    named = "collage grid_forms dream gesture perspective plate film blueprint ink other_eyes overflow tilted woven"
    assert {*named.split(), "comic", "storybook", "sweet", "plain"} == set(MANNERS)
    assert picture.manner_for("no such manner") == picture.manner_for(None) == "storybook"


@pytest.mark.parametrize("manner", sorted(MANNERS))
@pytest.mark.parametrize("prompt", [DRAGON, "Freiheit", "die Stadt im Regen"])
def test_every_manner_draws_a_png_of_the_size_asked_for(manner: str, prompt: str) -> None:
    began = time.perf_counter()
    drawing = drawn(prompt, manner, 3, (300, 220))
    sys.stdout.write(f"{manner}: {time.perf_counter() - began:.3f} s\n")
    with Image.open(io.BytesIO(drawing.png)) as image:
        image.load()
        assert (image.format, image.size, image.mode) == ("PNG", (300, 220), "RGB")
        assert not image.info
        assert np.array_equal(np.asarray(image), drawing.pixels)
    assert drawing.facts["manner"] == manner
    assert len(np.unique(drawing.pixels.reshape(-1, 3)[::7], axis=0)) > 20


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_the_same_order_gives_the_same_bytes(manner: str) -> None:
    first, again = drawn(manner=manner), drawn(manner=manner)
    assert first.png == again.png


def test_another_process_draws_the_same_pixels() -> None:
    code = (
        "import hashlib\nfrom kiosk.engine.backends.sketchbook import picture\n"
        f"o = picture.Order({DRAGON!r}, 'storybook', 1, 256, 256)\n"
        "print(hashlib.sha256(picture.draw(o, lambda a, b, c: None).pixels.tobytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert other == digest(drawn())


def difference(one: Any, two: Any) -> float:
    """The mean difference of two pictures as a share of full brightness, on a coarse grid."""
    small = [np.asarray(Image.fromarray(d.pixels).resize((16, 16)), float) for d in (one, two)]
    return float(np.abs(small[0] - small[1]).mean() / 255)


def test_another_seed_is_clearly_another_picture() -> None:
    pictures = [drawn("Eine Katze und ein Haus", seed=s) for s in range(5)]
    apart = [difference(a, b) for i, a in enumerate(pictures) for b in pictures[:i]]
    assert min(apart) > 0.02
    assert np.mean(apart) > 0.06


def test_words_and_manners_matter() -> None:
    assert difference(drawn(), drawn("Ein blauer Fisch im Wald am Tag")) > 0.05
    assert difference(drawn(), drawn(manner="blueprint")) > 0.05
    assert digest(drawn("Freiheit")) != digest(drawn("Gerechtigkeit"))


def test_a_changed_word_keeps_the_composition() -> None:
    red, green = drawn("Ein rotes Haus auf der Wiese"), drawn("Ein grünes Haus auf der Wiese")
    other = drawn("Ein rotes Haus auf der Wiese", seed=2)
    assert digest(red) != digest(green)
    assert difference(red, green) < difference(red, other)


def test_colour_words_are_seen() -> None:
    def share(drawing: Any, channel: int) -> float:
        rgb = drawing.pixels.astype(float)
        return float((rgb[..., channel] > rgb.mean(-1) + 40).mean())

    assert (
        share(drawn("ein riesiges rotes Herz", "plain"), 0)
        > share(drawn("ein riesiges blaues Herz", "plain"), 0) + 0.02
    )


def test_facts_tell_what_was_found() -> None:
    facts = drawn().facts
    assert facts["motifs"] == ["dragon"]
    assert facts["scene"] == "sea"
    assert (facts["width"], facts["height"], facts["seed"]) == (256, 256, 1)
    assert len(facts["palette"]) >= 5
    assert all(len(c) == 7 and c.startswith("#") for c in facts["palette"])


def test_the_backend_names_its_manner_and_reports_real_steps() -> None:
    seen: list[Progress] = []
    lens = {"sketchbook": {"picture": "ink", "text": "haiku"}}
    result = drawing.make(request(parameters=lens), seen.append)
    assert result.model == "sketchbook:ink"
    assert result.facts["width"] == 200
    steps = [p for p in seen if p.kind == "step"]
    values = [p.value or 0 for p in steps]
    assert values == sorted(values)
    assert values[-1] == steps[-1].total
    assert len({p.total for p in steps}) == 1
    previews = [p.preview or "" for p in seen if p.kind == "preview"]
    assert previews
    assert all(p.startswith("data:image/jpeg;base64,") and len(p) < 40_000 for p in previews)


@pytest.mark.parametrize("size", [(0, 100), (63, 100), (-5, 100), (5000, 100), (4096, 4096)])
def test_impossible_sizes_are_refused(size: tuple[int, int]) -> None:
    width, height = size
    if width == 0:
        width = 1
    with pytest.raises(BackendError, match="pixels"):
        drawing.make(request(width=width, height=height), lambda p: None)


def test_an_exception_of_the_report_ends_the_drawing() -> None:
    class Enough(Exception):
        pass

    def report(done: int, total: int, shown: Any) -> None:
        if done == 2:
            raise Enough

    with pytest.raises(Enough):
        picture.draw(picture.Order(DRAGON, "storybook", 1, 128, 128), report)


def a_childs_picture(mode: str = "RGB") -> bytes:
    y, x = np.mgrid[0:180, 0:240]
    rgb = np.stack([x, y, np.full_like(x, 90)], -1).astype(np.uint8)
    rgb[40:120, 60:140] = (230, 40, 40)
    out = io.BytesIO()
    Image.fromarray(rgb).convert(mode).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_childs_picture_is_redrawn(mode: str) -> None:
    plain = drawing.make(request(), lambda p: None)
    result = drawing.make(request(images=(a_childs_picture(mode),)), lambda p: None)
    with Image.open(io.BytesIO(result.data)) as image:
        assert image.size == (200, 160)
    assert result.data != plain.data
    assert result.facts["from_picture"] is True


def test_a_broken_input_picture_is_refused() -> None:
    with pytest.raises(BackendError, match="input picture"):
        drawing.make(request(images=(b"no picture at all",)), lambda p: None)


@settings(max_examples=40)
@given(st.text(max_size=300), st.sampled_from(sorted(MANNERS)), st.integers(0, 2**63))
def test_any_text_becomes_a_picture(prompt: str, manner: str, seed: int) -> None:
    drawing = drawn(prompt, manner, seed, (96, 80))
    assert drawing.pixels.shape == (80, 96, 3)
