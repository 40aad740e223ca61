import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from kiosk.engine.backends import BackendError, MediaRequest, TextRequest
from kiosk.engine.backends.openai import OpenAI, OpenAILimits
from kiosk.engine.backends.web_media import ChatImages, HttpApi, OpenAIImages, WebLimits, find_sources
from kiosk.engine.house import HERE, is_in_house
from kiosk.engine.media_sources import Allowed
from kiosk.records import MediaType, Progress
from tests.boxes import samples
from tests.boxes.openai import OpenAI as Box
from tests.boxes.server import FaultKind
from tests.boxes.trials import KINDS, go_wrong_everywhere

KEY = "sk-not-a-real-key-1234567890"
QUICK = OpenAILimits(first_byte_s=0.3, gap_s=0.2, reply_s=0.2)


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with Box(key=KEY) as server:
        yield server


def request(**changes: Any) -> TextRequest:
    facts: dict[str, Any] = {"purpose": "interception", "text": "ein Hund", "rules": "Sei Dada.", "seed": 5}
    return TextRequest(**(facts | changes))


def picture(**changes: Any) -> MediaRequest:
    facts: dict[str, Any] = {
        "media_type": MediaType.IMAGE,
        "prompt": "a dog",
        "seed": 1,
        "width": 1024,
        "height": 1024,
    }
    return MediaRequest(**(facts | changes))


async def text(box: Box, asked: TextRequest | None = None, *, key: str = KEY, **options: Any) -> str:
    backend = OpenAI(box.url + "/v1", "small", key=key, **options)
    try:
        return "".join([chunk.text async for chunk in backend.stream(asked or request()) if not chunk.thinking])
    finally:
        await backend.close()


def sent(box: Box) -> dict[str, Any]:
    body = box.asked[-1].json()
    assert isinstance(body, dict)
    return body


def silent(_: Progress) -> None:
    """These services report nothing."""


async def test_words_and_thinking_come_apart(box: Box) -> None:
    box.thinking = "hm hm"
    backend = OpenAI(box.url + "/v1", "small", key=KEY)
    chunks = [chunk async for chunk in backend.stream(request())]
    await backend.close()
    assert [chunk.text for chunk in chunks if chunk.thinking] == ["hm ", "hm "]
    assert [chunk.text for chunk in chunks if not chunk.thinking] == ["Erzählt: ", "ein ", "Hund"]


async def test_parameters_take_the_names_of_this_protocol(box: Box) -> None:
    form = {"type": "string", "enum": ["a"]}
    parameters = {"temperature": 0.0, "num_predict": 24, "format": form, "think": "low", "sketchbook": {}}
    await text(box, request(purpose="judge", parameters=parameters), extra={"cache_prompt": True})
    body = sent(box)
    assert body["max_tokens"] == 24
    assert body["reasoning_effort"] == "low"
    assert body["response_format"]["json_schema"]["schema"] == form
    assert body["cache_prompt"] is True
    assert "sketchbook" not in body
    assert body["messages"][0] == {"role": "system", "content": "Sei Dada."}


async def test_pictures_go_as_data_uris(box: Box) -> None:
    await text(box, request(purpose="vision", images=(samples.picture(),)))
    url = sent(box)["messages"][1]["content"][1]["image_url"]["url"]
    assert url.startswith("data:image/png;base64,iVBOR")


@pytest.mark.parametrize(
    ("flaw", "words", "retry"),
    [
        ("dies half-way", "the engine stopped", True),
        ("swallows its error", "broke off before its end", True),
        ("busy", "Rate limit reached", True),
    ],
)
async def test_a_stream_that_ends_wrongly_is_a_failure(flaw: str, words: str, retry: bool, box: Box) -> None:
    box.flaws.add(flaw)
    with pytest.raises(BackendError, match=words) as caught:
        await text(box)
    assert caught.value.retry is retry


async def test_a_gateway_that_lost_its_server_half_way_has_not_answered(box: Box) -> None:
    box.flaws.add("loses its server")
    with pytest.raises(BackendError, match="broke off") as caught:
        await text(box)
    assert caught.value.retry
    backend = ChatImages(box.url + "/v1", key=KEY, model="drawer")
    with pytest.raises(BackendError, match="the server behind it died, …"):
        await backend.generate(picture(), silent)
    await backend.close()


async def test_a_cut_verdict_is_none(box: Box) -> None:
    box.flaws.add("length")
    assert await text(box)
    with pytest.raises(BackendError, match="cut off"):
        await text(box, request(purpose="guard"))


@pytest.mark.parametrize("flaw", ["", "echoes the key"])
async def test_the_key_is_never_told(flaw: str, box: Box, caplog: pytest.LogCaptureFixture) -> None:
    box.flaws.add(flaw)
    box.key = KEY if flaw else "another"
    with pytest.raises(BackendError) as caught:
        await text(box)
    assert KEY not in caught.value.reason
    assert KEY not in caplog.text
    assert KEY not in repr(caught.value)


async def test_a_server_without_models_has_none(box: Box) -> None:
    backend = OpenAI(box.url + "/v1", "small", key=KEY)
    assert await backend.models() == ["small"]
    box.flaws.add("no models")
    assert await backend.models() == []
    await backend.close()


async def test_a_closed_stream_closes_the_connection(box: Box) -> None:
    box.piece_s = 0.01
    box.answer_of = lambda body: "und " * 10_000
    backend = OpenAI(box.url + "/v1", "small", key=KEY)
    async with aclosing(backend.stream(request())) as stream:
        async for _ in stream:
            break
    await box.until(lambda: not box._wires)
    await backend.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_goes_wrong_at_any_message_ends_in_a_text_or_a_reason(kind: FaultKind) -> None:
    async def one(box: Box, *, quick: bool = False) -> str:
        return await text(box, limits=QUICK if quick else None)

    for label, outcome in await go_wrong_everywhere(lambda: Box(key=KEY), one, kind):
        if isinstance(outcome, BackendError):
            assert outcome.reason.startswith("openai: "), label
        else:
            assert outcome == "Erzählt: ein Hund", label


@pytest.mark.parametrize(
    ("url", "in_house"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://192.168.1.20:8000/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://gpu.local/v1", True),
        ("http://workstation:8000/v1", True),
        ("https://api.example.com/v1", False),
        ("https://8.8.8.8/v1", False),
    ],
)
def test_addresses_in_the_house_are_told_from_others(url: str, in_house: bool) -> None:
    assert is_in_house(url) is in_house


async def test_no_text_goes_to_a_server_elsewhere() -> None:
    backend = OpenAI("https://api.example.com/v1", "big", key=KEY, house=HERE)
    with pytest.raises(BackendError, match="does not run in this house"):
        async for _ in backend.stream(request()):
            pass
    await backend.close()


async def test_pictures_come_as_base64(box: Box) -> None:
    backend = OpenAIImages(box.url + "/v1", key=KEY)
    results = await backend.generate(picture(parameters={"quality": "low", "sketchbook": {}}), silent)
    assert results[0].data == box.picture
    assert results[0].model == "gpt-image-1"
    assert sent(box) == {"model": "gpt-image-1", "prompt": "a dog", "n": 1, "quality": "low", "size": "1024x1024"}
    await backend.close()


async def test_pictures_come_by_address_from_allowed_places_only(box: Box) -> None:
    box.flaws.add("url")
    backend = OpenAIImages(box.url + "/v1", key=KEY)
    with pytest.raises(BackendError, match="nothing may be fetched"):
        await backend.generate(picture(), silent)
    await backend.close()
    backend = OpenAIImages(box.url + "/v1", key=KEY, allowed=Allowed(origins=(box.url,)))
    assert (await backend.generate(picture(), silent))[0].data == box.picture
    assert "authorization" not in box.asked[-1].headers
    await backend.close()


async def test_a_picture_to_change_goes_along(box: Box) -> None:
    backend = OpenAIImages(box.url + "/v1", key=KEY)
    await backend.generate(picture(images=(samples.picture(seed=9),)), silent)
    assert box.asked[-1].path == "/v1/images/edits"
    assert samples.picture(seed=9) in box.asked[-1].body
    await backend.close()


async def test_pictures_come_in_chat_messages(box: Box) -> None:
    backend = ChatImages(box.url + "/v1", key=KEY, model="gemini")
    results = await backend.generate(picture(images=(samples.picture(),)), silent)
    assert results[0].data == box.picture
    assert sent(box)["modalities"] == ["image", "text"]
    box.flaws.add("only talks")
    with pytest.raises(BackendError, match=r"gemini drew nothing and said: Here it is\."):
        await backend.generate(picture(), silent)
    await backend.close()


async def test_any_api_that_answers_with_an_address(box: Box) -> None:
    backend = HttpApi(box.url, key=KEY, allowed=Allowed(origins=(box.url,)))
    parameters = {"path": "/draw", "answer": "output[].url", "fields": {"prompt": "text", "seed": ""}, "style": "ink"}
    results = await backend.generate(picture(parameters=parameters), silent)
    assert results[0].data == box.picture
    assert box.asked[-2].json() == {"text": "a dog", "width": 1024, "height": 1024, "style": "ink"}
    await backend.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_picture_service_that_goes_wrong_gives_a_reason(kind: FaultKind) -> None:

    async def one(box: Box, *, quick: bool = False) -> bytes:
        box.flaws.add("url")
        allowed = Allowed(origins=(box.url,), total_s=0.3 if quick else 10)
        limits = WebLimits(answer_s=0.3 if quick else 10)
        backend = OpenAIImages(box.url + "/v1", key=KEY, allowed=allowed, limits=limits)
        try:
            return (await backend.generate(picture(), silent))[0].data
        finally:
            await backend.close()

    outcomes = await go_wrong_everywhere(lambda: Box(key=KEY), one, kind)
    assert [label for label, _ in outcomes] == ["POST /v1/images/generations", "GET /files/1.png"]
    assert all(isinstance(outcome, BackendError) or kind == "garbage" for _, outcome in outcomes)


async def test_a_cancelled_picture_closes_the_connection(box: Box) -> None:
    pause = box.fault("pause", label="POST /v1/images/generations")
    backend = OpenAIImages(box.url + "/v1", key=KEY)
    task = asyncio.create_task(backend.generate(picture(), silent))
    await pause.reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await box.until(lambda: all(wire.gone.is_set() for wire in box._wires))
    await backend.close()


def test_files_are_found_where_they_stand() -> None:
    usual = ("data[].b64_json", "images[]", "output")
    assert find_sources({"images": ["a", "b"]}, usual) == ["a", "b"]
    assert find_sources({"data": [{"b64_json": "x"}, {"url": "y"}]}, usual) == ["x"]
    assert find_sources({"output": "z", "images": []}, usual) == ["z"]
    assert find_sources([1, {"output": 3}], usual) == []
