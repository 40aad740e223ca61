"""The box is a good likeness: its messages come in the order, and its races have the outcome, of real servers."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.boxes.__main__ import PORTS, make
from tests.boxes.comfyui import ComfyUI

GRAPH: dict[str, Any] = {
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "tiny.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 128, "height": 128, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red apple", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 1, "steps": 2, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
            "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0],
        },
    },
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "rig", "images": ["8", 0]}},
}  # fmt: skip
SMALL: dict[str, Any] = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 48, "batch_size": 1, "color": 0}},
    "2": {"class_type": "SaveImage", "inputs": {"filename_prefix": "empty", "images": ["1", 0]}},
}
FLAGS = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})


@pytest.fixture
async def box() -> AsyncIterator[ComfyUI]:
    async with ComfyUI() as server:
        yield server


@asynccontextmanager
async def socket(box: ComfyUI, client_id: str) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://127.0.0.1:{box.port}/ws?clientId={client_id}", proxy=None, max_size=None) as opened:
        yield opened


async def post(box: ComfyUI, path: str, body: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(box.url + path, json=body)


async def get(box: ComfyUI, path: str) -> Any:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(box.url + path)).json()


async def submit(box: ComfyUI, graph: Any, client_id: str | None = "me") -> str:
    prompt_id = str(uuid.uuid4())
    body = {"prompt": graph, "prompt_id": prompt_id} | ({"client_id": client_id} if client_id else {})
    assert (await post(box, "/prompt", body)).status_code == 200
    return prompt_id


def shortened(message: str | bytes) -> str:
    if isinstance(message, bytes):
        return f"binary {message[3]}"
    told = json.loads(message)
    if told["type"] == "executing":
        return f"executing {told['data']['node']}"
    if told["type"] == "status":
        return f"status {told['data']['status']['exec_info']['queue_remaining']}"
    return str(told["type"])


async def until_end(opened: ClientConnection) -> list[str]:
    seen: list[str] = []
    async with asyncio.timeout(10):
        while not seen or seen[-1] != "executing None":
            seen.append(shortened(await opened.recv()))
    return seen


PER_NODE = ["progress_state", "executing {}", "progress_state"]


async def test_a_whole_run_is_told_in_the_real_order(box: ComfyUI) -> None:
    async with socket(box, "me") as opened:
        await submit(box, GRAPH)
        seen = await until_end(opened)
    steps = ["progress_state", "progress", "binary 1"] * 2
    loaders = [part.format(node) for node in ("4", "6", "7", "5") for part in PER_NODE]
    assert seen == [
        "status 0", "status 1", "status 1", "execution_start", "execution_cached", *loaders,
        "progress_state", "executing 3", *steps, "progress_state",
        "progress_state", "executing 8", "progress_state",
        "progress_state", "executing 9", "executed", "progress_state",
        "execution_success", "status 0", "executing None",
    ]  # fmt: skip


async def test_previews_with_facts_come_before_their_step(box: ComfyUI) -> None:
    async with socket(box, "me") as opened:
        await opened.send(FLAGS)
        await submit(box, GRAPH)
        seen = await until_end(opened)
    assert "feature_flags" in seen
    assert seen[seen.index("executing 3") :][1:4] == ["progress_state", "binary 4", "progress"]


async def test_a_repeated_graph_is_cached_and_tells_the_old_file(box: ComfyUI) -> None:
    async with socket(box, "me") as opened:
        first = await submit(box, SMALL)
        await until_end(opened)
        second = await submit(box, SMALL)
        seen = await until_end(opened)
        files = [(await get(box, f"/history/{id_}"))[id_]["outputs"] for id_ in (first, second)]
    assert seen == [
        "status 1", "status 1", "execution_start", "execution_cached", "executed", "progress_state",
        "execution_success", "status 0", "executing None",
    ]  # fmt: skip
    assert files[0] == files[1]


@pytest.mark.parametrize(("version", "told"), [("0.3.64", True), ("0.12.1", False), ("0.26.0", False)])
async def test_a_cached_run_without_a_client_tells_nothing_on_newer_servers(version: str, told: bool) -> None:
    async with ComfyUI(version=version) as box:
        await submit(box, SMALL, None)
        await box.until(lambda: len(box.history) == 1)
        second = await submit(box, SMALL, None)
        await box.until(lambda: len(box.history) == 2)
        assert bool(box.history[second]["outputs"]) is told


async def test_an_interrupt_before_the_start_is_lost(box: ComfyUI) -> None:
    box.interrupt = True
    prompt_id = await submit(box, SMALL)
    await box.until(lambda: prompt_id in box.history)
    assert box.history[prompt_id]["status"]["status_str"] == "success"


async def test_an_interrupt_for_another_job_does_nothing_and_an_empty_one_stops_what_runs() -> None:
    async with ComfyUI(step_s=0.005) as box:
        graph = {**GRAPH, "3": {**GRAPH["3"], "inputs": {**GRAPH["3"]["inputs"], "steps": 5_000}}}
        async with socket(box, "me") as opened:
            prompt_id = await submit(box, graph)
            await box.until(lambda: "ws progress" in box.said)
            await post(box, "/interrupt", {"prompt_id": str(uuid.uuid4())})
            assert not box.interrupt
            await post(box, "/interrupt", {})
            seen = await until_end(opened)
        assert seen[-3:] == ["execution_interrupted", "status 0", "executing None"]
        assert box.history[prompt_id]["status"]["messages"][-1][0] == "execution_interrupted"


async def test_a_newer_socket_takes_all_and_goes_deaf_when_the_older_closes(box: ComfyUI) -> None:
    async with socket(box, "me") as older:
        await older.recv()
        async with socket(box, "me") as newer:
            await newer.recv()
            await older.close()
            await box.until(lambda: "me" not in box._sockets)
            prompt_id = await submit(box, SMALL)
            await box.until(lambda: prompt_id in box.history)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await newer.recv()


async def test_others_hear_of_jobs_without_a_client(box: ComfyUI) -> None:
    async with socket(box, "other") as opened:
        prompt_id = await submit(box, GRAPH, None)
        await box.until(lambda: prompt_id in box.history)
        seen: list[str] = []
        while "status 0" not in seen[1:]:
            seen.append(shortened(await opened.recv()))
    assert set(seen) == {"status 0", "status 1", "progress_state", "progress", "binary 1"}


@pytest.mark.parametrize(
    ("version", "prompt_id", "status"),
    [("0.3.64", "my job", 200), ("0.12.1", "my job", 200), ("0.26.0", "my job", 400), ("0.26.0", "A" * 8, 400)],
)
async def test_ids_are_free_on_older_servers_only(version: str, prompt_id: str, status: int) -> None:
    async with ComfyUI(version=version) as box:
        assert (await post(box, "/prompt", {"prompt": SMALL, "prompt_id": prompt_id})).status_code == status


async def test_a_list_as_client_ends_the_process(box: ComfyUI) -> None:
    with pytest.raises(httpx.HTTPError):
        await post(box, "/prompt", {"prompt": SMALL, "client_id": ["x"]})
    with pytest.raises(httpx.ConnectError):
        await get(box, "/prompt")


async def test_foreign_pages_are_kept_out(box: ComfyUI) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(box.url + "/prompt", headers={"Origin": "http://localhost:1"})
    assert answer.status_code == 403


async def test_a_good_and_a_bad_output_run_the_good_one(box: ComfyUI) -> None:
    graph = {**SMALL, "7": {"class_type": "LoadImage", "inputs": {"image": "no.png"}}}
    graph["8"] = {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["7", 0]}}
    reply = await post(box, "/prompt", {"prompt": graph, "client_id": "me"})
    assert reply.status_code == 200
    assert reply.json()["node_errors"]["7"]["dependent_outputs"] == ["8"]
    await box.until(lambda: bool(box.history))
    assert list(next(iter(box.history.values()))["outputs"]) == ["2"]


async def test_uploads_of_one_name_are_told_apart(box: ComfyUI) -> None:
    async with httpx.AsyncClient(base_url=box.url, trust_env=False) as http:
        names = [
            (await http.post("/upload/image", files={"image": ("up.png", data)})).json()["name"]
            for data in (b"one", b"one", b"two")
        ]
    assert names == ["up.png", "up.png", "up (1).png"]


@pytest.mark.parametrize("kind", sorted(PORTS))
async def test_every_box_can_be_started_by_hand(kind: str) -> None:
    async with make(kind, 0, 0.0) as box:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(box.url + "/")
        assert answer.status_code in (200, 400, 404)
