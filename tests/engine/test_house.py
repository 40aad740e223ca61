"""What may leave the house, and what never does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.engine import house
from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.backends.openai import OpenAI
from kiosk.engine.house import HERE, House, working_in
from kiosk.engine.media_box import MediaBox
from kiosk.engine.queue import FairQueue
from kiosk.engine.requests import ExecuteRequest, RequestRefused
from kiosk.records import ExecutionMode, Status
from kiosk.settings import KioskSettings, SessionSettings, Settings
from tests.engine.studio import CHILD, ScriptedMedia, build

ECO, FAST = ExecutionMode.ECO, ExecutionMode.FAST
IDEA = "Eine Blume auf der Wiese"


def test_a_run_that_stays_is_kept_in_even_where_others_may_leave() -> None:
    anywhere = House(lambda: FAST)
    assert anywhere.lets("https://api.example.com")
    with working_in(ECO):
        assert not anywhere.lets("https://api.example.com")
        assert anywhere.lets("http://127.0.0.1:8188")
    assert anywhere.lets("https://api.example.com")


def test_the_setting_counts_as_it_is_now() -> None:
    mode = FAST
    ours = House(lambda: mode, ["gpu.school.example"])
    assert ours.lets("https://api.example.com")
    mode = ECO
    assert not ours.lets("https://api.example.com")
    assert ours.lets("http://GPU.school.example:8188")


async def test_what_is_done_for_a_run_knows_that_it_must_stay(tmp_path: Path) -> None:
    studio = build(tmp_path, Settings(session=SessionSettings(execution_mode=FAST)))
    kept: list[bool] = []

    async def stream(request: TextRequest) -> AsyncIterator[TextChunk]:
        kept.append(house.ANYWHERE.keeps)
        yield TextChunk("Blume")

    studio.text.stream = stream  # type: ignore[method-assign]  # a text box that only looks where it may go
    for mode in (ECO, FAST, None):
        request = ExecuteRequest(
            schema="dada", input_text=IDEA, output_configs=["sketchbook_image"], execution_mode=mode
        )
        await (await studio.live.execute(request, CHILD)).result()
    assert kept == [True, False, False]
    await studio.live.close()
    await studio.library.close()


@pytest.mark.parametrize(
    ("url", "mode", "refused"),
    [
        ("https://pictures.example.com", ECO, True),
        ("https://pictures.example.com", FAST, False),
        ("http://192.168.1.20:9000", ECO, False),
        ("http://gpu.school.example:9000", ECO, False),
    ],
)
async def test_an_output_of_a_box_outside_is_refused_to_a_run_that_stays(
    tmp_path: Path, url: str, mode: ExecutionMode, *, refused: bool
) -> None:
    media = ScriptedMedia()
    settings = Settings(
        session=SessionSettings(execution_mode=FAST), kiosk=KioskSettings(house_hosts=["gpu.school.example"])
    )
    studio = build(tmp_path, settings, {"http": MediaBox(media, FairQueue("http"), url=url)})
    request = ExecuteRequest(schema="dada", input_text=IDEA, output_configs=["http_image"], execution_mode=mode)
    if refused:
        with pytest.raises(RequestRefused) as refusal:
            await studio.live.execute(request, CHILD)
        assert refusal.value.problem == "mode_off"
        assert media.requests == []
    else:
        assert (await (await studio.live.execute(request, CHILD)).result()).status is Status.COMPLETED
    await studio.live.close()
    await studio.library.close()


async def test_an_output_whose_box_lacks_something_is_refused_before_a_run_is_made(tmp_path: Path) -> None:
    studio = build(tmp_path)
    studio.lacks["sketchbook_image"] = ["ComfyUI fehlt die Modelldatei sdxl.safetensors."]
    with pytest.raises(RequestRefused) as refusal:
        await studio.live.execute(
            ExecuteRequest(schema="dada", input_text=IDEA, output_configs=["sketchbook_image"]), CHILD
        )
    assert (refusal.value.problem, refusal.value.detail) == ("output_lacks", studio.lacks["sketchbook_image"][0])
    assert not list((tmp_path / "exports" / "json").glob("*/*/*"))
    await studio.library.close()


async def test_a_lens_that_compares_takes_the_first_two_that_can_be_made(tmp_path: Path) -> None:
    comfyui = MediaBox(ScriptedMedia(), FairQueue("comfyui"))
    studio = build(tmp_path, more={"comfyui": comfyui})
    request = ExecuteRequest(schema="image_comparison", input_text=IDEA)
    result = await (await studio.live.execute(request, CHILD)).result()
    assert [made.config for made in result.media_outputs] == ["sdxl", "flux1_schnell"]
    studio.lacks.update({name: ["fehlt"] for name in ("sdxl", "flux1_schnell", "sd35_large", "qwen_image")})
    result = await (await studio.live.execute(request, CHILD)).result()
    assert [made.config for made in result.media_outputs] == ["sd15", "sketchbook_image"]
    await studio.live.close()
    await studio.library.close()


@pytest.mark.parametrize(
    "box", [Ollama("https://ollama.example.com", "small"), OpenAI("https://a.example.com/v1", "m", house=HERE)]
)
async def test_no_text_goes_to_a_box_outside(box: Ollama | OpenAI) -> None:
    with pytest.raises(BackendError, match="does not run in this house"):
        async for _ in box.stream(TextRequest(purpose="interception", text=IDEA)):
            pass
    await box.close()
