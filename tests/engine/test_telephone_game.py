"""The telephone game with a real text box: eight languages, one after the other, each recorded as it comes."""

import itertools
import re
from pathlib import Path
from typing import Any

import msgspec

from kiosk import boxes
from kiosk.engine.backends.messages import language_name
from kiosk.engine.requests import InterceptionRequest
from kiosk.records import ItemType
from kiosk.settings import Settings, assets_dir
from tests.boxes.ollama import Ollama
from tests.engine.studio import CHILD, build

IDEA = "Ein Bär tanzt auf der Straße"


def translate(body: dict[str, Any]) -> str:
    """A model that translates by saying into what."""
    found = re.search(r"Write in (\w+)\.", body["messages"][0]["content"])
    assert found is not None
    return f"{body['messages'][-1]['content'].split(' <')[0]} <{found[1]}>"


async def test_eight_languages_each_from_the_one_before_and_home_again(tmp_path: Path) -> None:
    async with Ollama(answer=translate) as box:
        chosen = {"text": {"backend": "ollama", "model": "small"}, "ollama": {"url": box.url}}
        settings = msgspec.convert(chosen, Settings)
        built = boxes.build(settings, assets_dir() / "safety", [])
        studio = build(tmp_path, settings)
        studio.pipeline._text = built.text
        request = InterceptionRequest(schema="stillepost", input_text=IDEA, seed=5, language="de")
        result = await (await studio.live.interception(request, CHILD)).result()
        items = await studio.library.items(result.run_id)
        asked = [request.json() for request in box.asked if request.path == "/api/chat"]
        await studio.live.close()
        await studio.library.close()
        await built.close()
    steps = [item for item in items if item.item_type is ItemType.INTERCEPTION_ITERATION]
    languages = [step.metadata["language"] for step in steps]
    assert [step.stage_iteration for step in steps] == list(range(1, 9))
    assert languages[-1] == "de"
    assert all(one != other for one, other in itertools.pairwise(languages))
    assert [step.content for step in steps] == [f"{IDEA} <{language_name(tag)}>" for tag in languages]
    assert [body["messages"][-1]["content"] for body in asked] == [IDEA, *(step.content for step in steps[:-1])]
    assert {step.model_used for step in steps} == {"small"}
    assert [step.file_path for step in steps] == [
        f"prompting_process/{3 + n:03d}_interception_{n:02d}.txt" for n in range(1, 9)
    ]
