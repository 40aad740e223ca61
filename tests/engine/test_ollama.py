import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.messages import ThinkingSplitter
from kiosk.engine.backends.ollama import Ollama, OllamaLimits
from kiosk.engine.house import ANYWHERE
from tests.boxes import samples
from tests.boxes.ollama import Model
from tests.boxes.ollama import Ollama as Box
from tests.boxes.server import FaultKind
from tests.boxes.trials import KINDS, cancel_everywhere, go_wrong_everywhere, messages_of

QUICK = OllamaLimits(first_byte_s=0.4, gap_s=0.2, slot_s=0.1, reply_s=0.2)
PATIENT = OllamaLimits(first_byte_s=10, gap_s=10, slot_s=10, reply_s=10)


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with Box() as server:
        yield server


def request(**changes: Any) -> TextRequest:
    facts: dict[str, Any] = {"purpose": "interception", "text": "ein Hund", "rules": "Sei Dada.", "seed": 5}
    return TextRequest(**(facts | changes))


async def chunks(box: Box, asked: TextRequest | None = None, model: str = "small", **options: Any) -> list[TextChunk]:
    backend = Ollama(box.url, model, **({"limits": PATIENT} | options))
    try:
        return [chunk async for chunk in backend.stream(asked or request())]
    finally:
        await backend.close()


async def text(box: Box, asked: TextRequest | None = None, **options: Any) -> str:
    return "".join(chunk.text for chunk in await chunks(box, asked, **options) if not chunk.thinking)


def bodies(box: Box, path: str = "/api/chat") -> list[dict[str, Any]]:
    return [asked.json() for asked in box.asked if asked.path == path]


async def test_words_come_one_by_one(box: Box) -> None:
    box.piece_s = 0.01
    pieces = await chunks(box)
    assert [piece.text for piece in pieces] == ["Erzählt: ", "ein ", "Hund"]


async def test_the_request_says_everything_that_must_stay_the_same(box: Box) -> None:
    await text(box, request(language="tr", parameters={"temperature": 1.2, "sketchbook": {}, "iterations": 3}))
    body = bodies(box)[0]
    assert body["think"] is False
    assert body["keep_alive"] == "10m"
    assert body["truncate"] is False
    assert body["options"] == {"temperature": 1.2, "seed": 5, "num_ctx": 8192, "num_predict": 2048}
    system, user = body["messages"]
    assert system["content"] == "Sei Dada.\n\nWrite in Turkish. Answer with the text only."
    assert user == {"role": "user", "content": "ein Hund"}


async def test_the_context_of_a_model_is_always_the_same(box: Box) -> None:
    backend = Ollama(box.url, "small", contexts={"thinker:8b": 4096}, limits=PATIENT)
    await backend.preload("small")
    for asked in (request(), request(text="zwei"), request(model="thinker:8b")):
        async for _ in backend.stream(asked):
            pass
    await backend.close()
    assert box.loads == [("small:latest", 8192), ("thinker:8b", 4096)]


async def test_thinking_is_told_apart(box: Box) -> None:
    box.thinking = "hm hm"
    pieces = await chunks(box, request(parameters={"think": True}), model="thinker:8b")
    assert "".join(piece.text for piece in pieces if piece.thinking) == "hm hm "
    assert "".join(piece.text for piece in pieces if not piece.thinking) == "Erzählt: ein Hund"


async def test_a_model_that_cannot_think_is_not_asked_to(box: Box) -> None:
    assert await text(box, request(parameters={"think": True})) == "Erzählt: ein Hund"
    assert bodies(box)[0]["think"] is False


async def test_models_that_know_levels_only_get_one(box: Box) -> None:
    box.models.append(Model("gpt-oss:20b", ["completion", "thinking"]))
    await text(box, model="gpt-oss:20b")
    assert bodies(box)[0]["think"] == "low"


@pytest.mark.parametrize("cuts", [1, 3, 7, 1000])
def test_thinking_left_in_the_text_is_taken_out(cuts: int) -> None:
    splitter, answer = ThinkingSplitter(), "<think>a < b</thinking></think>\n\nHallo <think> Welt"
    pieces = [answer[at : at + cuts] for at in range(0, len(answer), cuts)]
    told = [chunk for piece in pieces for chunk in splitter.feed(piece)] + list(splitter.end())
    assert "".join(chunk.text for chunk in told if chunk.thinking) == "a < b</thinking>"
    assert "".join(chunk.text for chunk in told if not chunk.thinking) == "Hallo <think> Welt"


async def test_a_line_separator_inside_a_word_is_no_end_of_line(box: Box) -> None:
    box.answer_of = lambda body: "a\u0085b\u2028c"
    assert await text(box) == "a\u0085b\u2028c"


async def test_pictures_go_as_plain_base64(box: Box) -> None:
    box.models.append(Model("eye:7b", ["completion", "vision"]))
    picture = samples.picture()
    await text(box, request(purpose="vision", images=(picture,)), model="eye:7b")
    assert base64.b64decode(bodies(box)[0]["messages"][1]["images"][0]) == picture


async def test_verdicts_are_asked_with_a_form_and_never_cut_silently(box: Box) -> None:
    form = {"type": "string", "enum": ["ALLOW-1", "BLOCK-1"]}
    asked = request(purpose="judge", parameters={"format": form, "num_predict": 24, "temperature": 0.0})
    assert await text(box, asked) == '"ALLOW-1"'
    body = bodies(box)[0]
    assert body["format"] == form
    assert body["truncate"] is False
    assert body["messages"][0]["content"] == "Sei Dada."
    box.flaws.add("length")
    with pytest.raises(BackendError, match="cut off"):
        await text(box, asked)


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        ("dies half-way", "model runner has unexpectedly stopped"),
        ("no done", "broke off before its end"),
        ("only thinks", "it said nothing"),
        ("refuses", "request exceeds the available context size"),
    ],
)
async def test_a_stream_that_ends_wrongly_is_a_failure(flaw: str, words: str, box: Box) -> None:
    box.flaws.add(flaw)
    with pytest.raises(BackendError, match=words):
        await text(box)


async def test_a_model_that_died_half_way_is_worth_one_more_try(box: Box) -> None:
    box.flaws.add("dies half-way")
    with pytest.raises(BackendError) as caught:
        await text(box)
    assert caught.value.retry


async def test_length_that_hits_inside_thinking_is_said(box: Box) -> None:
    box.flaws |= {"only thinks", "length"}
    box.thinking = "hm"
    with pytest.raises(BackendError, match="out of length while thinking"):
        await text(box, request(parameters={"think": True}), model="thinker:8b")


async def test_a_missing_model_is_named_with_what_fetches_it(box: Box) -> None:
    with pytest.raises(BackendError, match="ollama pull absent"):
        await text(box, model="absent")


@pytest.mark.parametrize("name", ["big:120b-cloud", "big:cloud", "disguised:latest"])
async def test_no_text_goes_to_a_model_that_runs_elsewhere(name: str, box: Box) -> None:
    box.models += [Model("big:120b-cloud"), Model("big:cloud"), Model("disguised:latest", remote_host="https://far")]
    with pytest.raises(BackendError, match="does not run in this house"):
        await text(box, model=name)
    assert not bodies(box)
    backend = Ollama(box.url, "small", limits=PATIENT)
    assert {facts.name for facts in await backend.models()} == {"small:latest", "thinker:8b"}
    await backend.close()
    assert await text(box, model=name, house=ANYWHERE)


async def test_models_come_with_what_they_can_do(box: Box) -> None:
    box.models = [Model("eye:7b", ["completion", "vision"], tells_capabilities=False)]
    backend = Ollama(box.url, "eye:7b", limits=PATIENT)
    facts = (await backend.models())[0]
    assert (facts.name, facts.capabilities) == ("eye:7b", ("completion", "vision"))
    assert await backend.version() == "0.33.0"
    await backend.close()


async def test_a_closed_stream_frees_the_box(box: Box) -> None:
    box.flaws.add("endless")
    box.piece_s = 0.001
    backend = Ollama(box.url, "small", limits=PATIENT)
    async with aclosing(backend.stream(request())) as stream:
        async for _ in stream:
            break
    await box.until(lambda: box.stopped == 1)
    await backend.close()


async def test_a_cancelled_task_frees_the_box_at_any_moment() -> None:
    async def one(box: Box, *, quick: bool = False) -> None:
        await text(box)

    def endless() -> Box:
        box = Box(piece_s=0.001)
        box.flaws.add("endless")
        return box

    labels = [label for label in await messages_of(Box, one) if not label.startswith("end ")]
    await cancel_everywhere(
        endless, one, labels, lambda box: not any(slot.locked() for slot in box._slots.values()), 5.0
    )


async def test_a_leaked_slot_is_freed_once(box: Box) -> None:
    backend = Ollama(box.url, "small", limits=OllamaLimits(first_byte_s=1, gap_s=1, slot_s=0.1, reply_s=1))
    await backend.preload("small")
    box.leaked = True
    box._slots["small:latest"] = asyncio.Lock()
    await box._slots["small:latest"].acquire()
    words = [chunk.text async for chunk in backend.stream(request())]
    await backend.close()
    assert "".join(words) == "Erzählt: ein Hund"


async def test_loading_that_takes_its_time_is_not_disturbed(box: Box) -> None:
    box.load_s = 0.25
    assert await text(box, limits=OllamaLimits(first_byte_s=10, slot_s=0.05)) == "Erzählt: ein Hund"
    assert len(bodies(box)) == 1
    assert not bodies(box, "/api/generate")


async def test_unloading_is_waited_for(box: Box) -> None:
    backend = Ollama(box.url, "small", limits=PATIENT)
    await backend.preload("small")
    assert await backend.is_loaded("small")
    await backend.unload("small")
    assert not await backend.is_loaded("small")
    await backend.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_goes_wrong_at_any_message_ends_in_a_text_or_a_reason(kind: FaultKind) -> None:
    async def one(box: Box, *, quick: bool = False) -> str:
        return await text(box, limits=QUICK if quick else PATIENT)

    outcomes = await go_wrong_everywhere(Box, one, kind)
    assert outcomes
    for label, outcome in outcomes:
        if isinstance(outcome, BackendError):
            assert outcome.reason.startswith(("Ollama", "what answers")), label
        else:
            assert outcome == "Erzählt: ein Hund", label
            assert label.startswith("end "), label
