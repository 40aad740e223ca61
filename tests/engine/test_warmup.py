"""Before a lesson: what is loaded, how long it took, what could not be."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from kiosk import boxes
from kiosk.engine.configs import Configs, OutputConfig
from kiosk.engine.warmup import WarmStep, WarmUp
from kiosk.settings import Settings, assets_dir
from tests.boxes.comfyui import ComfyUI
from tests.boxes.ollama import Ollama
from tests.boxes.openai import OpenAI
from tests.boxes.server import Box


def nothing(_: OutputConfig) -> list[str]:
    return []


@asynccontextmanager
async def warming(
    changes: Mapping[str, Any], missing: Callable[[OutputConfig], list[str]] = nothing
) -> AsyncIterator[WarmUp]:
    settings = msgspec.convert(changes, Settings)
    built = boxes.build(settings, assets_dir() / "safety", [assets_dir() / "workflows"])
    warmup = WarmUp(
        Configs.load(assets_dir() / "configs"),
        built.media,
        built.text,
        lambda: (settings.text.model, settings.text.guard_model),
        missing,
    )
    yield warmup
    await warmup.close()
    await built.close()


async def done(warmup: WarmUp) -> dict[str, WarmStep]:
    warmup.start()
    assert warmup._task is not None
    await warmup._task
    assert not warmup.state.running
    return {step.box: step for step in warmup.state.steps}


async def test_the_text_model_is_loaded_and_each_box_makes_something_small() -> None:
    async with Ollama() as texts, ComfyUI() as pictures:
        settings = {
            "text": {"backend": "ollama", "model": "small"},
            "ollama": {"url": texts.url, "num_ctx": 2048},
            "comfyui": {"url": pictures.url},
        }
        async with warming(settings) as warmup:
            steps = await done(warmup)
    assert texts.loads == [("small:latest", 2048)]
    assert {name: step.state for name, step in steps.items()} == {
        "ollama": "done",
        "sketchbook": "done",
        "comfyui": "done",
    }
    assert all(step.seconds is not None and step.seconds > 0 for step in steps.values())
    comfyui = steps["comfyui"]
    assert (comfyui.output, comfyui.value, comfyui.total) == ("sd15", 2, 2)
    [prompt] = [request.json() for request in pictures.asked if request.path == "/prompt" and request.body]
    sizes = [node["inputs"] for node in prompt["prompt"].values() if node["class_type"] == "EmptyLatentImage"]
    assert (sizes[0]["width"], sizes[0]["height"]) == (256, 256)


async def test_a_server_without_preload_is_asked_for_a_word() -> None:
    async with OpenAI() as box:
        settings = {"text": {"backend": "openai", "model": "small"}, "openai": {"url": f"{box.url}/v1"}}
        async with warming(settings) as warmup:
            steps = {step.kind: step for step in (await done(warmup)).values() if step.box == "openai"}
            texts = [step for step in warmup.state.steps if step.kind == "text"]
    assert texts[0].state == "done"
    assert steps["media"].state == "skipped"
    assert [request.path for request in box.asked] == ["/v1/chat/completions"]


async def test_a_box_that_is_away_fails_alone() -> None:
    async with Box() as gone:
        url = gone.url
    async with warming({"comfyui": {"url": url}}) as warmup:
        steps = await done(warmup)
    assert (steps["comfyui"].state, steps["sketchbook"].state) == ("failed", "done")
    assert "cannot be reached" in (steps["comfyui"].reason or "")


async def test_a_box_that_lacks_every_model_says_so() -> None:
    async with warming({}, lambda config: ["the model file is missing"]) as warmup:
        steps = await done(warmup)
    assert (steps["sketchbook"].state, steps["sketchbook"].reason) == ("failed", "the model file is missing")


async def test_one_warm_up_at_a_time_and_closing_stops_it() -> None:
    async with ComfyUI() as box:
        pause = box.fault("pause", label="ws executing")
        async with warming({"comfyui": {"url": box.url}}) as warmup:
            first = warmup.start()
            async with asyncio.timeout(10):
                await pause.reached.wait()
            assert warmup.start().started == first.started
            assert warmup.state.running
            pause.resume.set()
