"""What can be made here, and the sentences that say what is missing."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, get_args

import msgspec
import pytest

from kiosk import boxes, i18n
from kiosk.engine import availability as module
from kiosk.engine.availability import Availability
from kiosk.engine.backends import BackendError, TextRequest
from kiosk.engine.boxes import FoundBox
from kiosk.engine.configs import Configs
from kiosk.engine.house import House
from kiosk.engine.text_box import GuardedText
from kiosk.settings import Settings, assets_dir
from tests.boxes.comfyui import ComfyUI
from tests.boxes.ollama import Model, Ollama
from tests.boxes.swarmui import SwarmUI

SD15 = {"checkpoints": ["v1-5-pruned-emaonly-fp16.safetensors"]}
SENTENCES = i18n.load(assets_dir() / "i18n")


@asynccontextmanager
async def known(changes: Mapping[str, Any]) -> AsyncIterator[Availability]:
    """What is known with these settings."""
    settings = msgspec.convert(changes, Settings)
    configs = Configs.load(assets_dir() / "configs")
    house = House(lambda: settings.session.execution_mode)
    built = boxes.build(settings, assets_dir() / "safety", [assets_dir() / "workflows"], house)
    yield Availability(configs, built.media, built.text, lambda: settings, SENTENCES, house)
    await built.close()


def kinds(availability: Availability, output: str) -> list[str]:
    return [lack.kind for lack in availability.missing(availability._configs.output[output])]


@pytest.fixture(autouse=True)
def nothing_else_here(monkeypatch: pytest.MonkeyPatch) -> list[FoundBox]:
    """What answers on this machine at the usual addresses, as a test decides."""
    found: list[FoundBox] = []

    async def look() -> list[FoundBox]:
        return found

    monkeypatch.setattr(module, "find_local", look)
    return found


async def test_without_any_box_the_sketchbook_can_and_the_others_say_what_to_do() -> None:
    async with known({}) as availability:
        await availability.check()
        assert kinds(availability, "sketchbook_image") == []
        assert kinds(availability, "sd15") == ["box_unset"]
        assert kinds(availability, "gemini_image") == ["key_unset"]
        [sentence] = availability.sentences(availability._configs.output["sd15"], "de")
        assert "[comfyui]" in sentence


async def test_a_box_that_was_found_here_is_offered_and_not_used(nothing_else_here: list[FoundBox]) -> None:
    nothing_else_here.append(FoundBox("comfyui", "http://127.0.0.1:8188", True))
    async with known({}) as availability:
        await availability.check()
        assert kinds(availability, "sd15") == ["box_found"]
        assert [box.name for box in availability.offered()] == ["comfyui"]


async def test_missing_files_and_nodes_are_named() -> None:
    async with ComfyUI(files=SD15) as box, known({"comfyui": {"url": box.url}}) as availability:
        assert kinds(availability, "sdxl") == []
        await availability.check()
        assert kinds(availability, "sd15") == []
        [lack] = availability.missing(availability._configs.output["sdxl"])
        assert (lack.kind, lack.values) == ("file", {"folder": "checkpoints", "file": "sd_xl_base_1.0.safetensors"})
        asked = [request.path for request in box.asked]
        assert asked.count("/object_info") == 1


async def test_a_box_that_is_away_is_said_to_be_and_is_back_by_itself() -> None:
    async with ComfyUI(files=SD15) as box, known({"comfyui": {"url": box.url}}) as availability:
        await availability.check()
        box.kill()
        await availability.check()
        assert kinds(availability, "sd15") == ["box_away"]
        await box.start()
        await availability.check()
        assert kinds(availability, "sd15") == []


async def test_a_breaker_that_opens_is_seen_at_once_and_the_box_is_asked_again() -> None:
    async with ComfyUI(files=SD15) as box, known({"comfyui": {"url": box.url}}) as availability:
        keeping = asyncio.create_task(availability.run())
        await box.until(lambda: "GET /models/checkpoints" in box.said)
        box.kill()
        breaker = availability._media["comfyui"].breaker
        for _ in range(3):
            await breaker.probe()
        assert kinds(availability, "sd15") == ["box_away"]
        await box.start()
        asked = len(box.asked)
        availability._hurry()
        await box.until(lambda: len(box.asked) > asked)
        keeping.cancel()


async def test_a_box_at_work_is_left_alone() -> None:
    async with ComfyUI(files=SD15) as box, known({"comfyui": {"url": box.url}}) as availability:
        async with availability._media["comfyui"].breaker.attempt():
            await availability.check()
        assert not box.asked


async def test_a_box_that_lost_some_of_its_jobs_but_is_there_is_tried_again_at_once() -> None:
    async with ComfyUI(files=SD15) as box, known({"comfyui": {"url": box.url}}) as availability:
        breaker = availability._media["comfyui"].breaker
        async with breaker.attempt():
            for _ in range(3):
                breaker.failed(BackendError("the connection broke off", retry=True))
            assert kinds(availability, "sd15") == ["box_away"]
            await availability.check()
            assert kinds(availability, "sd15") == []
            breaker.check()


@pytest.mark.parametrize(
    ("models", "expected"), [([Model("small:latest")], []), ([Model("other:8b")], ["text_model"])]
)
async def test_the_text_model_must_be_there(models: list[Model], expected: list[str]) -> None:
    async with Ollama(models=models) as box, ComfyUI(files=SD15) as pictures:
        settings = {
            "text": {"backend": "ollama", "model": "small"},
            "ollama": {"url": box.url},
            "comfyui": {"url": pictures.url},
        }
        async with known(settings) as availability:
            await availability.check()
            assert kinds(availability, "sd15") == expected
            assert kinds(availability, "sketchbook_image") == []


async def test_without_its_text_box_what_needs_a_translation_cannot_be_made() -> None:
    async with Ollama() as box, ComfyUI(files=SD15) as pictures:
        settings = {
            "text": {"backend": "ollama", "model": "small"},
            "ollama": {"url": box.url},
            "comfyui": {"url": pictures.url},
        }
        async with known(settings) as availability:
            box.kill()
            await availability.check()
            assert kinds(availability, "sd15") == ["text_away"]
            assert isinstance(availability.text, GuardedText)


async def test_in_eco_no_text_leaves_the_house() -> None:
    settings = {
        "text": {"backend": "openai", "model": "m"},
        "openai": {"url": "https://models.invalid/v1", "key": "k"},
    }
    async with known(settings) as availability:
        await availability.check()
        assert [lack.kind for lack in availability.text_lacks()] == ["cloud_off"]
        with pytest.raises(BackendError, match="does not run in this house"):
            [chunk async for chunk in availability.text.stream(TextRequest(purpose="interception", text="x"))]


async def test_a_pool_says_which_models_it_has() -> None:
    async with SwarmUI(models=["other.safetensors"]) as box, known({"swarmui": {"url": box.url}}) as availability:
        await availability.check()
        assert kinds(availability, "swarmui_sd35_large") == ["model"]


async def test_in_eco_nothing_outside_the_house_is_asked_or_offered() -> None:
    settings = {"openrouter": {"key": "k", "url": "https://models.invalid/v1"}}
    async with known(settings) as availability:
        await availability.check()
        assert kinds(availability, "gemini_image") == ["cloud_off"]
        assert availability._media["openrouter"].breaker.state.failures == 0


def test_every_lack_has_a_sentence_in_every_language() -> None:
    for language in SENTENCES.languages:
        known_keys = {key for key in SENTENCES.all(language) if key.startswith("missing.")}
        assert known_keys == {f"missing.{kind}" for kind in get_args(module.LackKind)}


async def test_a_vision_model_that_cannot_see_is_named() -> None:
    models = [Model("small:latest"), Model("blind:1b"), Model("eye:4b", ["completion", "vision"])]
    async with Ollama(models=models) as box:
        for model, expected in (("eye:4b", []), ("blind:1b", ["text_vision"]), ("gone:1b", ["text_model"])):
            text = {"backend": "ollama", "model": "small", "vision_model": model}
            async with known({"text": text, "ollama": {"url": box.url}}) as availability:
                await availability.check()
                assert [lack.kind for lack in availability.text_lacks()] == expected
                assert all(model in sentence for sentence in availability.say(availability.text_lacks(), "de"))


async def test_what_a_box_lacks_is_known_for_each_output_before_a_run() -> None:
    async with ComfyUI(files=SD15) as box, known({"comfyui": {"url": box.url}}) as availability:
        await availability.check()
        outputs = availability._configs.output
        assert availability.inventory_lacks(outputs["sd15"], "de") == []
        [sentence] = availability.inventory_lacks(outputs["sdxl"], "de")
        assert "sd_xl_base_1.0.safetensors" in sentence
