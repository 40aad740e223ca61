import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.engine.backends import BackendError, MediaRequest, MediaResult
from kiosk.engine.backends.comfyui import ComfyUI, ComfyUILimits
from kiosk.engine.media import check_media
from kiosk.records import MediaType, Progress
from tests.boxes import samples
from tests.boxes.comfyui import ComfyUI as Box
from tests.boxes.server import FaultKind
from tests.boxes.trials import KINDS, cancel_everywhere, go_wrong_everywhere, messages_of
from tests.engine.graphs import BINDINGS, EMPTY_IMAGE, TXT2IMG

VERSIONS = ["0.3.64", "0.12.1", "0.26.0"]
QUICK = ComfyUILimits(poll_s=0.02, reply_s=0.2, away_s=0.3, stuck_s=30, blind_s=30, stop_s=0.6, socket_s=0.2)
PATIENT = ComfyUILimits(poll_s=0.05, reply_s=10, away_s=0.3, stuck_s=30, blind_s=30, stop_s=10, socket_s=10)


@pytest.fixture
def workflow(tmp_path: Path) -> Callable[[str, Any], Path]:
    def write(name: str, graph: Any) -> Path:
        (tmp_path / name).write_text(json.dumps(graph))
        return tmp_path

    write("txt2img.json", TXT2IMG)
    return write


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with Box() as server:
        yield server


def request(**changes: Any) -> MediaRequest:
    facts: dict[str, Any] = {
        "media_type": MediaType.IMAGE,
        "prompt": "a red apple",
        "negative_prompt": "blurry",
        "seed": 7,
        "width": 64,
        "height": 48,
        "steps": 3,
        "model": "small.safetensors",
        "workflow": "txt2img.json",
        "bindings": BINDINGS,
    }
    return MediaRequest(**(facts | changes))


async def ask(
    box: Box, folder: Path, asked: MediaRequest | None = None, limits: ComfyUILimits = PATIENT
) -> tuple[list[MediaResult], list[Progress]]:
    """One request to a box, from a client of its own."""
    backend, seen = ComfyUI(box.url, [folder], limits=limits), list[Progress]()
    try:
        return await backend.generate(asked or request(), seen.append), seen
    finally:
        await backend.close()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_picture_comes_with_its_steps_and_previews(version: str, tmp_path: Path, workflow: Any) -> None:
    async with Box(version=version) as box:
        results, seen = await ask(box, tmp_path)
    assert len(results) == 1
    checked = check_media(results[0].data, MediaType.IMAGE)
    assert (checked.width, checked.height) == (64, 48)
    assert results[0].model == "small.safetensors"
    assert results[0].prompt_id in box.history
    assert [(p.value, p.total) for p in seen if p.kind == "step"] == [(1, 3), (2, 3), (3, 3)]
    previews = [p.preview for p in seen if p.kind == "preview"]
    assert len(previews) == 3
    assert all(preview and preview.startswith("data:image/jpeg;base64,/9j/") for preview in previews)


async def test_the_box_gets_every_value_in_its_place(box: Box, tmp_path: Path, workflow: Any) -> None:
    seed = 2**64 - 1
    results, _ = await ask(box, tmp_path, request(seed=seed, parameters={"denoise": 0.5, "sketchbook": {}}))
    graph = box.history[str(results[0].prompt_id)]["prompt"][2]
    assert graph["6"]["inputs"]["text"] == "a red apple"
    assert graph["7"]["inputs"]["text"] == "blurry"
    assert graph["3"]["inputs"]["seed"] == seed
    assert graph["3"]["inputs"]["steps"] == 3
    assert graph["3"]["inputs"]["denoise"] == 0.5
    assert (graph["5"]["inputs"]["width"], graph["5"]["inputs"]["height"]) == (64, 48)


async def test_a_server_without_preview_facts_sends_older_frames(tmp_path: Path, workflow: Any) -> None:
    async with Box(knows_flags=False) as box:
        _, seen = await ask(box, tmp_path)
    assert len([p for p in seen if p.kind == "preview"]) == 3


async def test_a_server_without_previews_is_no_problem(tmp_path: Path, workflow: Any) -> None:
    async with Box(previews=False) as box:
        results, seen = await ask(box, tmp_path)
    assert results
    assert not [p for p in seen if p.kind == "preview"]


async def test_without_a_websocket_the_picture_still_comes(box: Box, tmp_path: Path, workflow: Any) -> None:
    box.fault("error", label="ws upgrade")
    results, seen = await ask(box, tmp_path)
    assert results
    assert not [p for p in seen if p.kind == "step"]


async def test_history_that_is_late_is_waited_for(tmp_path: Path, workflow: Any) -> None:
    async with Box(history_delay_s=0.1) as box:
        results, _ = await ask(box, tmp_path)
    assert results


async def test_the_same_request_twice_makes_two_files_of_one_s_own(box: Box, tmp_path: Path, workflow: Any) -> None:
    first, _ = await ask(box, tmp_path)
    second, _ = await ask(box, tmp_path)
    names = [entry["outputs"]["9"]["images"][0] for entry in box.history.values()]
    assert names[0] != names[1]
    assert str(first[0].prompt_id) in names[0]["filename"] + names[0]["subfolder"]
    assert str(second[0].prompt_id) in names[1]["filename"] + names[1]["subfolder"]


FILMS: dict[str, dict[str, Any]] = {
    "mp4": {"class_type": "SaveVideo", "inputs": {"video": ["2", 0], "format": "auto", "codec": "auto"}},
    "webm": {"class_type": "SaveWEBM", "inputs": {"images": ["1", 0], "codec": "vp9", "fps": 8, "crf": 32}},
    "webp": {
        "class_type": "SaveAnimatedWEBP",
        "inputs": {"images": ["1", 0], "fps": 8, "lossless": False, "quality": 80, "method": "default"},
    },
}


@pytest.mark.parametrize("kind", FILMS)
async def test_films_come_from_under_images(kind: str, box: Box, tmp_path: Path, workflow: Any) -> None:
    node = {**FILMS[kind], "inputs": {**FILMS[kind]["inputs"], "filename_prefix": "film"}}
    video = {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 8}}
    workflow("film.json", {**EMPTY_IMAGE, "2": video, "3": node})
    results, _ = await ask(
        box, tmp_path, request(workflow="film.json", bindings={}, media_type=MediaType.VIDEO, model=None)
    )
    assert check_media(results[0].data, MediaType.VIDEO).mime_type.endswith(kind)
    assert results[0].model == "film.json"


async def test_pictures_sent_over_the_websocket_are_results(box: Box, tmp_path: Path, workflow: Any) -> None:
    workflow(
        "socket.json", {**EMPTY_IMAGE, "2": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["1", 0]}}}
    )
    results, seen = await ask(box, tmp_path, request(workflow="socket.json", bindings={}))
    assert check_media(results[0].data, MediaType.IMAGE).width == 64
    assert not seen


async def test_temporary_pictures_are_left_where_there_are_real_ones(box: Box, tmp_path: Path, workflow: Any) -> None:
    other = {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 48, "batch_size": 1, "color": 9}}
    graph = {
        **EMPTY_IMAGE,
        "5": other,
        "10": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["1", 0]}},
        "2": {"class_type": "SaveImage", "inputs": {"filename_prefix": "y", "images": ["5", 0]}},
        "3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    workflow("three.json", graph)
    results, _ = await ask(box, tmp_path, request(workflow="three.json", bindings={}))
    assert [result.facts["node"] for result in results] == ["2", "10"]
    chosen, _ = await ask(box, tmp_path, request(workflow="three.json", bindings={"output": "10"}))
    assert [result.facts["node"] for result in chosen] == ["10"]


async def test_a_file_that_two_savers_name_is_one_result(box: Box, tmp_path: Path, workflow: Any) -> None:
    saver = {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["1", 0]}}
    workflow("twice.json", {**EMPTY_IMAGE, "2": saver, "10": saver})
    results, _ = await ask(box, tmp_path, request(workflow="twice.json", bindings={}))
    assert [result.facts["node"] for result in results] == ["2"]
    chosen, _ = await ask(box, tmp_path, request(workflow="twice.json", bindings={"output": "10"}))
    assert [result.facts["node"] for result in chosen] == ["10"]


async def test_an_output_that_alone_was_refused_says_why(box: Box, tmp_path: Path, workflow: Any) -> None:
    graph = {
        **EMPTY_IMAGE,
        "2": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["1", 0]}},
        "7": {"class_type": "LoadImage", "inputs": {"image": "gone.png"}},
        "8": {"class_type": "SaveImage", "inputs": {"filename_prefix": "y", "images": ["7", 0]}},
    }
    workflow("half.json", graph)
    with pytest.raises(BackendError, match="Invalid image file: gone"):
        await ask(box, tmp_path, request(workflow="half.json", bindings={"output": "8"}))
    results, _ = await ask(box, tmp_path, request(workflow="half.json", bindings={"output": "2"}))
    assert len(results) == 1


async def test_a_picture_goes_up_under_the_name_that_the_box_gives_it(
    box: Box, tmp_path: Path, workflow: Any
) -> None:
    graph = json.loads(json.dumps(TXT2IMG))
    graph["10"] = {"class_type": "LoadImage", "inputs": {"image": "none.png"}}
    graph["11"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["10", 0], "vae": ["4", 2]}}
    graph["3"]["inputs"]["latent_image"] = ["11", 0]
    del graph["5"]
    workflow("img2img.json", graph)
    bindings = {"prompt": "6.text", "seed": "3.seed", "image": "10.image"}
    picture = samples.picture(seed=3)
    asked = request(workflow="img2img.json", bindings=bindings, images=(picture,))
    results, _ = await ask(box, tmp_path, asked)
    used = box.history[str(results[0].prompt_id)]["prompt"][2]["10"]["inputs"]["image"]
    assert box.store.files[("input", "", used)] == picture


async def test_a_workflow_that_starts_from_a_picture_says_so(box: Box, tmp_path: Path, workflow: Any) -> None:
    with pytest.raises(BackendError, match="needs a picture"):
        await ask(box, tmp_path, request(bindings={**BINDINGS, "image": "10.image"}))
    assert not box.said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "gone.safetensors"}}}, "gone.safe"),
        ({"9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}}, "Required input is missing: images"),
        ({"9": {"class_type": "NoSuchSaver", "inputs": {}}}, "NoSuchSaver does not exist"),
        ({"5": {"class_type": "EmptyLatentImage", "inputs": {"width": 9, "height": 64, "batch_size": 1}}}, "min: 16"),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
async def test_a_refused_graph_says_why(version: str, change: Any, words: str, tmp_path: Path, workflow: Any) -> None:
    workflow("refused.json", {**TXT2IMG, **change})
    async with Box(version=version, files={"checkpoints": ["small.safetensors"]}) as box:
        with pytest.raises(BackendError) as caught:
            await ask(box, tmp_path, request(workflow="refused.json", bindings={"prompt": "6.text"}))
    assert words in caught.value.reason
    assert not caught.value.retry


async def test_a_failing_node_says_why_without_the_server_s_paths(box: Box, tmp_path: Path, workflow: Any) -> None:
    box.failing["VAEDecode"] = "Could not read /opt/ComfyUI/models/vae/x.safetensors\nmore lines"
    with pytest.raises(BackendError) as caught:
        await ask(box, tmp_path)
    assert caught.value.reason == "VAEDecode (8) failed: Could not read x.safetensors"


async def test_a_job_that_others_stop_says_so(tmp_path: Path, workflow: Any) -> None:
    async with Box(step_s=0.02) as box:
        task = asyncio.create_task(ask(box, tmp_path, request(steps=500)))
        await box.until(lambda: "ws progress" in box.said)
        box.interrupt = True
        with pytest.raises(BackendError, match="was stopped on ComfyUI"):
            await task


async def test_messages_of_others_are_not_taken_for_one_s_own(tmp_path: Path, workflow: Any) -> None:
    async with Box(step_s=0.005) as box:
        other = {"prompt": TXT2IMG, "prompt_id": "00000000-0000-4000-8000-000000000000"}
        first = ComfyUI(box.url, [tmp_path], limits=PATIENT)
        await first._http.post("/prompt", json=other)
        _, seen = await ask(box, tmp_path)
        await first.close()
    assert [p.total for p in seen if p.kind == "step"] == [3, 3, 3]
    assert [p.place for p in seen if p.kind == "queue"] == [1]


async def test_a_box_that_was_started_again_has_lost_the_job(tmp_path: Path, workflow: Any) -> None:
    async with Box(step_s=0.02) as box:
        task = asyncio.create_task(ask(box, tmp_path, request(steps=500)))
        await box.until(lambda: "ws progress" in box.said)
        await box.stop()
        await box.start()
        with pytest.raises(BackendError, match="lost the job") as caught:
            await task
    assert caught.value.retry


async def test_a_box_that_stays_away_is_given_up(tmp_path: Path, workflow: Any) -> None:
    async with Box(step_s=0.02) as box:
        task = asyncio.create_task(ask(box, tmp_path, request(steps=500)))
        await box.until(lambda: "ws progress" in box.said)
        await box.stop()
        with pytest.raises(BackendError, match="cannot be reached") as caught:
            await task
    assert caught.value.retry


async def test_a_job_in_which_nothing_moves_is_stopped(tmp_path: Path, workflow: Any) -> None:
    limits = ComfyUILimits(poll_s=0.02, reply_s=1, stuck_s=0.2, blind_s=0.2, stop_s=2)
    async with Box(step_s=0.02) as box:
        pause = box.fault("pause", label="ws progress", nth=1)
        box.step_s = 0.05
        box.node_s = 1.0
        with pytest.raises(BackendError, match="no sign of life"):
            await ask(box, tmp_path, request(steps=500), limits)
        pause.resume.set()
        await box.until(lambda: box.running is None)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_cancelled_job_ends_on_the_box_while_it_runs(version: str, tmp_path: Path, workflow: Any) -> None:
    async with Box(version=version, step_s=0.01) as box:
        task = asyncio.create_task(ask(box, tmp_path, request(steps=5_000)))
        await box.until(lambda: box.said.count("ws progress") > 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert box.running is None
        assert [entry["status"]["messages"][-1][0] for entry in box.history.values()] == ["execution_interrupted"]


async def test_a_cancelled_job_leaves_the_queue(tmp_path: Path, workflow: Any) -> None:
    async with Box(step_s=0.01) as box:
        first = asyncio.create_task(ask(box, tmp_path, request(steps=5_000)))
        await box.until(lambda: "ws progress" in box.said)
        second = asyncio.create_task(ask(box, tmp_path))
        await box.until(lambda: len(box.queue) == 1)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        assert not box.queue
        assert box.running is not None
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert box.running is None


async def test_a_job_cancelled_at_any_message_ends_on_the_box(tmp_path: Path, workflow: Any) -> None:
    async def short(box: Box, *, quick: bool = False) -> None:
        await ask(box, tmp_path, request(steps=1))

    async def long(box: Box, *, quick: bool = False) -> None:
        await ask(box, tmp_path, request(steps=400))

    labels = await messages_of(Box, short)
    await cancel_everywhere(
        lambda: Box(step_s=0.002), long, labels, lambda box: box.running is None and not box.queue
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_goes_wrong_at_any_message_ends_in_a_picture_or_a_reason(
    kind: FaultKind, tmp_path: Path, workflow: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)

    async def one(box: Box, *, quick: bool = False) -> MediaResult:
        results, _ = await ask(box, tmp_path, request(steps=1), QUICK if quick else PATIENT)
        return results[0]

    outcomes = await go_wrong_everywhere(Box, one, kind)
    for label, outcome in outcomes:
        if isinstance(outcome, BackendError):
            assert outcome.reason, label
        elif (kind, label) != ("garbage", "GET /view"):
            assert check_media(outcome.data, MediaType.IMAGE).width == 64, label
    pictures = [label for label, outcome in outcomes if not isinstance(outcome, BackendError)]
    if kind not in ("die", "hang"):
        assert set(pictures) >= {"ws upgrade", "ws status", "ws progress", "ws preview", "ws executing"}


async def test_the_box_says_what_it_lacks(tmp_path: Path) -> None:
    async with Box(files={"checkpoints": ["a.safetensors"], "vae": ["sub\\b.safetensors"]}) as box:
        backend = ComfyUI(box.url, [tmp_path])
        assert await backend.version() == "0.26.0"
        assert await backend.waiting() == 0
        lacking = await backend.missing(
            ["checkpoints/a.safetensors", "vae/sub/b.safetensors", "vae/c.safetensors", "nowhere/d"],
            ["KSampler", "NoSuchNode"],
        )
        assert lacking == ["vae/c.safetensors", "nowhere/d", "NoSuchNode"]
        assert await backend.missing(["vae/c.safetensors"], ["KSampler"]) == ["vae/c.safetensors"]
        assert box.said.count("GET /object_info") == 1
        await backend.free()
        assert box.freed == [{"unload_models": True, "free_memory": True}]
        await backend.close()


async def test_a_missing_or_unusable_workflow_is_named(box: Box, tmp_path: Path, workflow: Any) -> None:
    workflow("page.json", {"nodes": [], "links": []})
    for name, words in (
        ("none.json", "no workflow none.json"),
        ("../txt2img.json", "no workflow"),
        ("page.json", "not one exported in API format"),
    ):
        with pytest.raises(BackendError, match=words):
            await ask(box, tmp_path, request(workflow=name))
    with pytest.raises(BackendError, match=r"no place 99\.text for prompt"):
        await ask(box, tmp_path, request(bindings={"prompt": "99.text"}))
    assert "POST /prompt" not in box.said
