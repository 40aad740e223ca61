"""S8, the client's share: from POST of a tiny graph to the bytes of its file, beside a bare websocket client.

The box answers at once and has no model. What follows in the program (one file, its fsyncs, one event) is
measured elsewhere.
"""

import asyncio
import json
import statistics
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from kiosk.engine.backends import MediaRequest
from kiosk.engine.backends.comfyui import ComfyUI
from kiosk.records import MediaType
from tests.bench.table import Row
from tests.boxes.comfyui import ComfyUI as Box

GRAPH: dict[str, Any] = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 48, "batch_size": 1, "color": 0}},
    "2": {"class_type": "SaveImage", "inputs": {"filename_prefix": "bench", "images": ["1", 0]}},
}
ALLOWED_S = 0.015
_ROUNDS = 100
_WARM_UP = 10


def rows(folder: Path) -> list[Row]:
    """The row, measured in turns so that both see the same machine."""
    (folder / "tiny.json").write_text(json.dumps(GRAPH))
    bare, ours = asyncio.run(_measure(folder))
    passed = ours <= bare + ALLOWED_S
    return [
        Row(
            row="S8",
            work="ComfyUI: POST of a tiny graph to its bytes (median)",
            seconds=ours,
            floor="a bare websocket client",
            floor_s=bare,
            reach=f"floor + {ALLOWED_S * 1000:g} ms",
            passed=passed,
        )
    ]


async def _measure(folder: Path) -> tuple[float, float]:
    request = MediaRequest(media_type=MediaType.IMAGE, prompt="", seed=1, workflow="tiny.json")
    bare: list[float] = []
    ours: list[float] = []
    async with Box() as box, httpx.AsyncClient(base_url=box.url, trust_env=False) as http:
        backend = ComfyUI(box.url, [folder])
        for _ in range(_ROUNDS + _WARM_UP):
            bare.append(await bare_client(box, http))
            started = time.perf_counter()
            await backend.generate(request, lambda _: None)
            ours.append(time.perf_counter() - started)
        await backend.close()
    return statistics.median(bare[_WARM_UP:]), statistics.median(ours[_WARM_UP:])


async def bare_client(box: Box, http: httpx.AsyncClient) -> float:
    """Seconds from the websocket to the bytes of the file, with nothing of ours."""
    started = time.perf_counter()
    client_id, prompt_id = str(uuid.uuid4()), str(uuid.uuid4())
    graph = {**GRAPH, "2": {**GRAPH["2"], "inputs": {**GRAPH["2"]["inputs"], "filename_prefix": prompt_id}}}
    address = f"ws://127.0.0.1:{box.port}/ws?clientId={client_id}"
    async with connect(address, proxy=None, compression=None) as socket:
        await socket.recv()
        await http.post("/prompt", json={"prompt": graph, "client_id": client_id, "prompt_id": prompt_id})
        async for message in socket:
            told = json.loads(message) if isinstance(message, str) else {}
            if told.get("type") == "executing" and told["data"]["node"] is None:
                break
        history = (await http.get(f"/history/{prompt_id}")).json()
        file = history[prompt_id]["outputs"]["2"]["images"][0]
        (await http.get("/view", params=file)).raise_for_status()
    return time.perf_counter() - started
