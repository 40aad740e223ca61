"""What storage tests build on: a library in a temporary folder, items, pictures, a whole recorded run."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.hub import Hub
from kiosk.ids import new_run
from kiosk.records import ItemType, MediaType, RunItem, RunStart, local_now, timestamp
from kiosk.settings import Places, StorageSettings
from kiosk.storage.library import Library
from kiosk.storage.recorders import Recorder

EXPECTED = ["input", "safety", "interception", "output_image"]


def places(folder: Path) -> Places:
    return Places(folder, folder / "state")


@asynccontextmanager
async def library(folder: Path, **settings: Any) -> AsyncIterator[Library]:
    """An open library that has finished its start, background work included."""
    opened = open_library(folder, **settings)
    try:
        await opened.start()
        await opened.settled()
        yield opened
    finally:
        await opened.close()


def open_library(folder: Path, hub: Hub | None = None, state: Path | None = None, **settings: Any) -> Library:
    kept = StorageSettings(**{"min_free_mb": 0, **settings})
    where = Places(folder, state) if state is not None else places(folder)
    return Library.open(where, kept, hub or Hub(), app_version="0.1")


def start(**facts: Any) -> RunStart:
    now = facts.pop("started", None) or local_now()
    ids = new_run(now, facts.pop("suffix", ""))
    known = {"schema": "dada", "device_id": "kiosk-1", "expected_outputs": EXPECTED}
    return RunStart(run_id=ids.run_id, execution_id=ids.execution_id, started=now, **{**known, **facts})


def item(kind: ItemType, content: str | None = None, **facts: Any) -> RunItem:
    stage = facts.pop("stage", 0)
    media_type = facts.pop("media_type", MediaType.TEXT if content is not None else MediaType.METADATA)
    return RunItem(
        timestamp=timestamp(), stage=stage, media_type=media_type, item_type=kind, content=content, **facts
    )


def idea(text: str = "Ein Bär tanzt auf der Straße") -> RunItem:
    return item(ItemType.USER_INPUT_TEXT, text)


def verdict() -> RunItem:
    return item(
        ItemType.STAGE1_SAFETY_CHECK,
        '{"allowed":true}',
        stage=1,
        media_type=MediaType.METADATA,
        metadata={"allowed": True, "method": "word_list", "level": "kids"},
    )


def rewritten(text: str = "Tanz. Straße. Bär.") -> RunItem:
    return item(ItemType.INTERCEPTION_FINAL, text, stage=2, model_used="sketchbook:cut_up", backend_used="sketchbook")


def picture_item(loop: int = 1, seed: int = 7, **metadata: Any) -> RunItem:
    return item(
        ItemType.OUTPUT_IMAGE,
        stage=4,
        media_type=MediaType.IMAGE,
        loop_iteration=loop,
        config_used="sketchbook_image",
        model_used="sketchbook:collage",
        backend_used="sketchbook",
        metadata={"seed": seed, "width": 48, "height": 32, **metadata},
    )


def end(status: str = "completed") -> RunItem:
    return item(ItemType.PIPELINE_COMPLETE, stage=5, metadata={"status": status})


def picture(colour: str = "red", size: tuple[int, int] = (48, 32), kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as something that nobody announces is so; fail after 20 seconds."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)


async def record_all(recorder: Recorder, items: Sequence[RunItem]) -> None:
    for one in items:
        await recorder.record(one, picture() if one.item_type is ItemType.OUTPUT_IMAGE else None)


async def whole_run(opened: Library, text: str = "Ein Bär tanzt auf der Straße", **facts: Any) -> Recorder:
    """A completed run with four texts and a picture."""
    recorder = await opened.begin(start(**facts))
    await record_all(recorder, [idea(text), verdict(), rewritten(), picture_item(), end()])
    await recorder.close()
    return recorder
