"""Finding boxes on this machine: only what answers as such a box does is offered."""

from collections.abc import Callable

import msgspec
import pytest

from kiosk.engine.boxes import KNOWN, KnownBox, answers_as
from tests.boxes.comfyui import ComfyUI
from tests.boxes.ollama import Ollama
from tests.boxes.server import Box
from tests.boxes.swarmui import SwarmUI

BY_NAME = {box.name: box for box in KNOWN}
KINDS: dict[str, Callable[[], Box]] = {"ollama": Ollama, "comfyui": ComfyUI, "swarmui": SwarmUI}


def at(url: str, known: KnownBox) -> KnownBox:
    return msgspec.structs.replace(known, url=url)


@pytest.mark.parametrize("name", KINDS)
async def test_a_box_is_known_by_what_it_answers(name: str) -> None:
    async with KINDS[name]() as box:
        found = {known.name for known in KNOWN if await answers_as(at(box.url, known))}
    assert found == {name}


@pytest.mark.parametrize("name", KINDS)
async def test_nothing_is_found_where_nobody_answers(name: str) -> None:
    async with KINDS[name]() as box:
        known = at(box.url, BY_NAME[name])
        assert await answers_as(known)
    assert not await answers_as(known)


@pytest.mark.parametrize("name", KINDS)
async def test_something_that_answers_garbage_is_no_box(name: str) -> None:
    async with KINDS[name]() as box:
        box.fault("garbage", at=0)
        assert not await answers_as(at(box.url, BY_NAME[name]))
