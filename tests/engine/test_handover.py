"""Ollama and ComfyUI on one graphics card: what is in memory when, over their real protocols."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from kiosk import boxes
from kiosk.engine.text_box import GuardedText
from kiosk.engine.turns import NOBODY
from kiosk.settings import Settings, assets_dir
from tests.boxes.comfyui import ComfyUI
from tests.boxes.ollama import Model, Ollama


@asynccontextmanager
async def sharing(texts: Ollama, pictures: ComfyUI, **more: Any) -> AsyncIterator[boxes.Boxes]:
    chosen: dict[str, Any] = {
        "text": {"backend": "ollama", "model": "small", "guard_model": "llama-guard3", **more},
        "ollama": {"url": texts.url},
        "comfyui": {"url": pictures.url},
    }
    built = boxes.build(msgspec.convert(chosen, Settings), assets_dir() / "safety", [assets_dir() / "workflows"])
    if built.memory is not None:
        built.memory._quiet_s = built.memory._settle_s = 0.01
    yield built
    await built.close()


MODELS = [Model("small:latest"), Model("llama-guard3:latest")]


async def test_models_take_turns_in_memory_and_the_texts_come_back() -> None:
    async with (
        Ollama(models=MODELS) as texts,
        ComfyUI() as pictures,
        sharing(texts, pictures, shares_gpu_with="comfyui") as built,
    ):
        await built.preload.run()
        assert (built.preload.state.state, set(texts.loaded)) == ("done", {"small:latest", "llama-guard3:latest"})
        async with built.media["comfyui"].turns.take(NOBODY):
            assert texts.loaded == {}
        assert isinstance(built.text, GuardedText)
        async with built.text.turns.take(NOBODY):
            assert set(texts.loaded) == {"small:latest", "llama-guard3:latest"}
            freed = [request.json() for request in pictures.asked if request.path == "/free"]
        assert freed == [{"unload_models": True, "free_memory": True}]
        assert built.memory is not None
        assert built.memory.state.handovers == 2


async def test_without_the_setting_nothing_is_unloaded() -> None:
    async with Ollama(models=MODELS) as texts, ComfyUI() as pictures, sharing(texts, pictures) as built:
        await built.preload.run()
        async with built.media["comfyui"].turns.take(NOBODY):
            assert len(texts.loaded) == 2
        assert built.memory is None


async def test_a_box_that_starts_later_gets_its_models_then() -> None:
    async with Ollama(models=MODELS) as texts, ComfyUI() as pictures:
        texts.kill()
        async with sharing(texts, pictures) as built:
            away = asyncio.Event()

            async def rest() -> None:
                if built.preload.state.state == "away":
                    away.set()

            built.preload._rest = rest
            loading = asyncio.create_task(built.preload.run())
            async with asyncio.timeout(10):
                await away.wait()
                await texts.start()
                await loading
            assert built.preload.state.state == "done"


async def test_a_model_that_is_not_there_is_told_and_the_others_are_loaded() -> None:
    async with Ollama(models=MODELS[:1]) as texts, ComfyUI() as pictures, sharing(texts, pictures) as built:
        await built.preload.run()
        assert built.preload.state.state == "failed"
        assert "llama-guard3" in (built.preload.state.reason or "")
        assert list(texts.loaded) == ["small:latest"]


async def test_a_time_limit_of_a_guard_does_not_count_the_wait_for_a_turn() -> None:
    async with (
        Ollama(models=MODELS, answer=lambda body: "safe") as texts,
        ComfyUI() as pictures,
        sharing(texts, pictures) as built,
    ):
        built.safety._guarding._limit_s = 0.5
        assert isinstance(built.text, GuardedText)
        async with built.text.turns.take(NOBODY):
            checking = asyncio.create_task(
                built.safety.check("Eine Blume", level=Settings().session.safety_level, language="de")
            )
            await asyncio.sleep(0.8)
            assert not checking.done()
        verdict = await checking
    assert (verdict.allowed, verdict.method) == (True, "guard_model")
