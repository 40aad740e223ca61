"""S7 and S8: what the program itself adds to a run, and to a picture from ComfyUI.

Boxes answer at once. What the run's own fsyncs take is measured inside the same runs and allowed on top; the bare
client of S8 asks the same box in turns with the program.
"""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import msgspec

from kiosk.engine.backends.comfyui import ComfyUI
from kiosk.engine.configs import OutputConfig
from kiosk.engine.media_box import MediaBox
from kiosk.engine.queue import FairQueue
from kiosk.engine.requests import ExecuteRequest
from kiosk.hub import Event
from kiosk.records import ItemType, Status, run_topic
from tests.bench import boxes
from tests.bench.table import Row
from tests.boxes.comfyui import ComfyUI as Box
from tests.engine.studio import CHILD, Studio, build

ALLOWED_S = 0.030
SYNCS = 1.3
_ROUNDS = 60
_WARM_UP = 8
_IDEA = "Eine Blume auf der Wiese"


class Syncs:
    """Seconds that fsync and fdatasync took in this process."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count inside the block, in every thread."""
        whole = {name: getattr(os, name) for name in ("fsync", "fdatasync")}

        def timed(sync: Callable[[Any], None]) -> Callable[[Any], None]:
            def call(file: Any) -> None:
                began = time.perf_counter()
                sync(file)
                self.seconds += time.perf_counter() - began

            return call

        for name, sync in whole.items():
            setattr(os, name, timed(sync))
        try:
            yield
        finally:
            for name, sync in whole.items():
                setattr(os, name, sync)


def rows(folder: Path) -> list[Row]:
    """Both rows."""
    return [asyncio.run(_whole_run(folder / "s7")), asyncio.run(_picture(folder / "s8"))]


async def _whole_run(folder: Path) -> Row:
    """From the request to the finished result; the boxes are functions that return at once."""
    studio = build(folder)
    times, allowed = [], []
    for _ in range(_ROUNDS + _WARM_UP):
        syncs = Syncs()
        with syncs.counted():
            began = time.perf_counter()
            request = ExecuteRequest(schema="dada", input_text=_IDEA, output_configs=["sketchbook_image"])
            result = await (await studio.live.execute(request, CHILD)).result()
            times.append(time.perf_counter() - began)
        assert result.status is Status.COMPLETED
        allowed.append(ALLOWED_S + SYNCS * syncs.seconds)
    await studio.live.close()
    await studio.library.close()
    ours, limit = statistics.median(times[_WARM_UP:]), statistics.median(allowed[_WARM_UP:])
    return Row(
        row="S7",
        work="a whole run, boxes that answer at once (median)",
        seconds=ours,
        floor=f"{ALLOWED_S * 1000:g} ms + {SYNCS:g} x its own fsyncs",
        floor_s=limit,
        reach="1 x floor",
        passed=ours <= limit,
    )


async def _picture(folder: Path) -> Row:
    """From the moment when the picture's turn has come to its event at a reader, with the file in `final/`."""
    folder.mkdir()
    (folder / "tiny.json").write_text(json.dumps(boxes.GRAPH))
    bare: list[float] = []
    ours: list[float] = []
    allowed: list[float] = []
    async with Box() as box, httpx.AsyncClient(base_url=box.url, trust_env=False) as http:
        backend = ComfyUI(box.url, [folder])
        studio = build(folder / "data", more={"comfyui": MediaBox(backend, FairQueue("comfyui"))})
        config = msgspec.structs.replace(studio.configs.output["sketchbook_image"], **_TINY)
        studio.configs.output = MappingProxyType({config.id: config})
        for _ in range(_ROUNDS + _WARM_UP):
            bare.append(await boxes.bare_client(box, http))
            syncs = Syncs()
            with syncs.counted():
                ours.append(await _one_picture(studio, config))
            allowed.append(bare[-1] + boxes.ALLOWED_S + syncs.seconds)
        await studio.live.close()
        await studio.library.close()
        await backend.close()
    seconds, limit = statistics.median(ours[_WARM_UP:]), statistics.median(allowed[_WARM_UP:])
    return Row(
        row="S8",
        work="ComfyUI: POST of a tiny graph to file in final/ and event (median)",
        seconds=seconds,
        floor=f"a bare websocket client + {boxes.ALLOWED_S * 1000:g} ms + the fsyncs",
        floor_s=limit,
        reach="1 x floor",
        passed=seconds <= limit,
        facts={"bare client ms": round(statistics.median(bare[_WARM_UP:]) * 1000, 1)},
    )


_TINY: dict[str, Any] = {"id": "tiny", "backend": "comfyui", "workflow": "tiny.json", "uses_ai": True}


async def _one_picture(studio: Studio, config: OutputConfig) -> float:
    request = ExecuteRequest(schema="user_defined", input_text=_IDEA, output_configs=[config.id])
    handle = await studio.live.execute(request, CHILD)
    began = 0.0
    with studio.hub.subscribe(run_topic(handle.run_id)) as reader:
        async for event in reader:
            if began == 0.0 and _begins(event):
                began = time.perf_counter()
            if event.name == "item" and json.loads(event.data)["item_type"] == ItemType.OUTPUT_IMAGE:
                seconds = time.perf_counter() - began
            if event.name == "end":
                break
    await handle.result()
    return seconds


def _begins(event: Event) -> bool:
    return event.name == "progress" and json.loads(event.data).get("kind") == "working"
