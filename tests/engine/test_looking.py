"""The check of pictures: what a model that sees is asked, and that only exact answers count."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.engine import stills
from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.ollama import Ollama as OllamaBackend
from kiosk.engine.stages.looking import ModelEye, PictureCheck, parse_look, parse_words
from kiosk.engine.stages.safety import SafetyCheck, Unclear, Verdict
from kiosk.records import SafetyLevel
from kiosk.settings import assets_dir
from tests.boxes import samples
from tests.boxes.ollama import Model, Ollama
from tests.engine.studio import png

KIDS, ADULT = SafetyLevel.KIDS, SafetyLevel.ADULT
WORDS = SafetyCheck.load(assets_dir() / "safety")


class Box:
    """A model that sees what `answer` says."""

    name = "box"
    multilingual = True

    def __init__(self, answer: Callable[[TextRequest], str]) -> None:
        self.answer = answer
        self.requests: list[TextRequest] = []

    def model_for(self, request: TextRequest) -> str:
        return request.model or ""

    async def stream(self, request: TextRequest) -> AsyncIterator[TextChunk]:
        self.requests.append(request)
        yield TextChunk(self.answer(request))


def seeing(kind: str = "", words: str = "") -> Callable[[TextRequest], str]:
    """A model that sees one kind of danger, or none, and reads these words."""

    def answer(request: TextRequest) -> str:
        form = request.parameters["format"]
        if form["type"] == "object":
            return json.dumps({"words": words})
        return str(next(word for word in form["enum"] if word.startswith(kind.upper() or "NOTHING")))

    return answer


def check_with(answer: Callable[[TextRequest], str]) -> tuple[PictureCheck, Box]:
    box = Box(answer)
    return PictureCheck(ModelEye(box, "eye:4b"), WORDS), box


async def test_a_harmless_picture_passes_and_the_model_is_named() -> None:
    check, box = check_with(seeing())
    verdict = await check.made(png(), level=KIDS)
    assert (verdict.allowed, verdict.method, verdict.model) == (True, "vision_model", "eye:4b")
    [request] = box.requests
    assert request.purpose == "vision"
    assert request.images[0].startswith(b"\xff\xd8")
    assert "children from 8 to 12" in request.rules


@pytest.mark.parametrize("kind", ["age", "law", "privacy"])
async def test_a_picture_that_may_not_pass_is_blocked_as_what_it_is(kind: str) -> None:
    check, _ = check_with(seeing(kind))
    verdict = await check.made(png(), level=KIDS)
    assert (verdict.allowed, verdict.category, verdict.reason) == (False, kind, "safety.blocked.picture")


async def test_every_question_has_its_own_words() -> None:
    check, box = check_with(seeing())
    for _ in range(2):
        await check.made(png(), level=KIDS)
    first, second = (set(request.parameters["format"]["enum"]) for request in box.requests)
    assert not first & second


@pytest.mark.parametrize("reply", ["", "NOTHING", "{allow}.", "{allow} {age}", "I see {allow}", '"{allow}'])
async def test_anything_else_blocks_the_young_and_is_marked_for_the_others(reply: str) -> None:
    def answer(request: TextRequest) -> str:
        words = request.parameters["format"]["enum"]
        allow = next(word for word in words if word.startswith("NOTHING"))
        age = next(word for word in words if word.startswith("AGE"))
        return reply.format(allow=allow, age=age)

    check, _ = check_with(answer)
    for level in (KIDS, SafetyLevel.YOUTH):
        verdict = await check.made(png(), level=level)
        assert (verdict.allowed, verdict.method, verdict.reason) == (False, "unchecked", "safety.picture_not_checked")
    verdict = await check.made(png(), level=ADULT)
    assert (verdict.allowed, verdict.method, verdict.reason) == (True, "unchecked", None)


async def test_a_model_that_fails_or_is_slow_gives_no_verdict() -> None:
    def fail(request: TextRequest) -> str:
        raise BackendError("image input is not supported")

    failing, _ = check_with(fail)
    assert not (await failing.made(png(), level=KIDS)).allowed

    class Slow(Box):
        async def stream(self, request: TextRequest) -> AsyncIterator[TextChunk]:
            await asyncio.Event().wait()
            yield TextChunk("")

    slow = PictureCheck(ModelEye(Slow(seeing()), "eye"), WORDS, time_limit_s=0.01)
    verdict = await slow.made(png(), level=KIDS)
    assert (verdict.allowed, verdict.method) == (False, "unchecked")
    await slow.close()


async def test_words_in_a_picture_that_was_brought_in_meet_the_check_of_texts() -> None:
    check, _ = check_with(seeing(words="Sieg Heil"))
    verdict = await check.brought_in(png(), level=KIDS, language="de")
    assert (verdict.allowed, verdict.category, verdict.method) == (False, "law", "word_list")
    check, _ = check_with(seeing(words="Eisdiele Venezia"))
    assert (await check.brought_in(png(), level=KIDS, language="de")).allowed


async def test_words_that_could_not_be_read_are_no_harmless_words() -> None:
    def answer(request: TextRequest) -> str:
        return "I cannot read this." if request.parameters["format"]["type"] == "object" else seeing()(request)

    check, _ = check_with(answer)
    assert not (await check.brought_in(png(), level=KIDS, language="de")).allowed
    assert (await check.brought_in(png(), level=ADULT, language="de")).method == "unchecked"


async def test_moments_of_a_moving_picture_are_all_looked_at() -> None:
    frames = [Image.new("RGB", (40, 30), (shade, 0, 0)) for shade in (0, 80, 160, 240)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50)
    check, box = check_with(seeing())
    await check.made(out.getvalue(), level=KIDS)
    assert len(box.requests) == 4


async def test_moments_of_a_film_are_all_looked_at() -> None:
    check, box = check_with(seeing())
    verdict = await check.made(samples.sample("film.mp4"), level=KIDS)
    assert (verdict.allowed, verdict.method) == (True, "vision_model")
    assert len(box.requests) == stills.OF_A_FILM
    assert len({request.images[0] for request in box.requests}) > 1


async def test_a_film_is_blocked_for_one_moment_of_it() -> None:
    check, box = check_with(seeing())
    box.answer = lambda request: seeing("age" if len(box.requests) == stills.OF_A_FILM else "")(request)
    verdict = await check.made(samples.sample("film.webm"), level=KIDS)
    assert (verdict.allowed, verdict.category, verdict.reason) == (False, "age", "safety.blocked.film")


async def test_a_film_that_cannot_be_decoded_is_kept_from_the_young() -> None:
    film = bytearray(samples.sample("film.mp4"))
    start = film.index(b"mdat") + 4
    film[start : start + 2_000] = bytes(2_000)
    check, box = check_with(seeing())
    verdict = await check.made(bytes(film), level=KIDS)
    assert (verdict.allowed, verdict.method, verdict.reason) == (False, "unchecked", "safety.film_not_checked")
    assert (await check.made(bytes(film), level=ADULT)).method == "unchecked"
    assert box.requests == []


async def test_a_film_that_takes_too_long_cannot_be_seen() -> None:
    with pytest.raises(ValueError, match="cannot be seen"):
        await stills.of_film(samples.sample("film.mp4"), patience_s=0.001)


def test_moments_are_as_far_apart_as_they_can_be() -> None:
    assert stills.evenly(1, 6) == [0]
    assert stills.evenly(3, 6) == [0, 1, 2]
    assert stills.evenly(101, 6) == [0, 20, 40, 60, 80, 100]


def test_a_large_picture_is_made_smaller_for_the_model() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (3000, 1500), (0, 0, 0, 0)).save(out, "PNG")
    [still] = stills.of_picture(out.getvalue())
    with Image.open(io.BytesIO(still)) as opened:
        assert opened.size == (1024, 512)
        assert opened.getpixel((5, 5)) == (255, 255, 255)


@given(st.text(max_size=40))
def test_no_reply_but_the_exact_ones_is_understood(reply: str) -> None:
    with pytest.raises(Unclear):
        parse_look(reply, "NOTHING-abc123", {"age": "AGE-abc123"})


@pytest.mark.parametrize(
    "reply",
    ["", "{}", "[]", "null", '{"words": 3}', '{"words": "a", "more": 1}', '{"words": "a"} ok', "[" * 5000],
)
def test_words_come_in_the_one_form_that_was_asked_for(reply: str) -> None:
    with pytest.raises(Unclear):
        parse_words(reply)
    assert parse_words('{"words": "Eis"}') == "Eis"


async def looked_at(capabilities: list[str]) -> tuple[Verdict, Ollama]:
    """What the check says with a model of Ollama's that sees no danger, or does not see at all."""
    models = [Model("eye:4b", capabilities)]
    async with Ollama(models=models, answer=lambda body: json.dumps(body["format"]["enum"][-1])) as server:
        box = OllamaBackend(server.url, "eye:4b")
        verdict = await PictureCheck(ModelEye(box, "eye:4b"), WORDS).made(png(), level=KIDS)
        await box.close()
    return verdict, server


async def test_a_model_of_ollamas_gets_the_picture_as_plain_base64_and_one_word_to_choose() -> None:
    verdict, server = await looked_at(["completion", "vision"])
    assert (verdict.allowed, verdict.method) == (True, "vision_model")
    [asked] = [request.json() for request in server.asked if request.path == "/api/chat"]
    assert base64.b64decode(asked["messages"][-1]["images"][0]).startswith(b"\xff\xd8")
    assert (asked["think"], asked["truncate"], len(asked["format"]["enum"])) == (False, False, 5)


async def test_a_model_of_ollamas_that_cannot_see_shows_the_young_nothing() -> None:
    verdict, _ = await looked_at(["completion"])
    assert (verdict.allowed, verdict.method, verdict.reason) == (False, "unchecked", "safety.picture_not_checked")
