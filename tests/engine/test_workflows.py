"""The shipped outputs as graphs: against what real servers know of their nodes, and run on a box without models."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.engine.backends import MediaRequest
from kiosk.engine.backends.comfyui import ComfyUI
from kiosk.engine.backends.comfyui_graphs import Workflows, bind, places, values_of
from kiosk.engine.configs import Configs, OutputConfig
from kiosk.engine.media import check_media
from kiosk.engine.workflows import as_toml, propose
from kiosk.engine.workflows import check as check_graph
from kiosk.records import MediaType
from kiosk.settings import assets_dir
from tests.boxes import samples
from tests.boxes.comfyui import ComfyUI as Box
from tests.boxes.comfyui_graph import NODES, check, is_link, object_info

FOLDER = assets_dir() / "workflows"
OUTPUTS = {
    config: output
    for config, output in Configs.load(assets_dir() / "configs").output.items()
    if output.backend == "comfyui"
}
SHIPPED = [
    "ace_step", "flux1_dev", "flux1_schnell", "flux2_dev", "flux_img2img", "hunyuan3d", "ltx_video", "qwen_image",
    "sd15", "sd35_large", "sdxl", "stable_audio", "wan22_video",
]  # fmt: skip


def request(output: OutputConfig, **changes: Any) -> MediaRequest:
    facts: dict[str, Any] = {
        "media_type": output.media_type,
        "prompt": "a red apple",
        "negative_prompt": output.negative_prompt,
        "seed": 2**32 - 1,
        "width": output.width,
        "height": output.height,
        "duration_s": output.duration_s,
        "steps": output.steps,
        "model": output.model,
        "workflow": output.workflow,
        "bindings": output.bindings,
        "cfg": output.cfg,
        "sampler": output.sampler,
        "scheduler": output.scheduler,
        "parameters": output.parameters,
        "images": (samples.picture(),) if "image" in output.bindings else (),
    }
    return MediaRequest(**(facts | changes))


def bound(output: OutputConfig) -> dict[str, dict[str, Any]]:
    graph = Workflows([FOLDER]).load(str(output.workflow))
    return bind(graph, output.bindings, values_of(request(output), ["picture.png"]), "kiosk/x")


def files_in(graph: dict[str, dict[str, Any]]) -> set[str]:
    found = set()
    for node in graph.values():
        for name, spec in NODES[node["class_type"]]["required"].items():
            if spec[0] == "FILE" and spec[1]["folder"] != "input":
                found.add(f"{spec[1]['folder']}/{node['inputs'][name]}")
    return found


def test_every_output_that_is_promised_is_there() -> None:
    assert sorted(OUTPUTS) == SHIPPED
    every = Configs.load(assets_dir() / "configs").output
    assert {"sketchbook_image", "sketchbook_music", "swarmui_sd35_large", "gpt_image_1", "gemini_image"} <= set(every)
    assert {config for config, output in every.items() if not output.local} == {"gpt_image_1", "gemini_image"}


@pytest.mark.parametrize("config", SHIPPED)
def test_the_graph_is_one_that_a_server_accepts(config: str) -> None:
    good, errors = check(bound(OUTPUTS[config]), lambda folder, name: True, (0, 26, 0))
    assert good
    assert not errors


@pytest.mark.parametrize("config", SHIPPED)
def test_no_input_of_the_graph_is_unknown_to_its_node(config: str) -> None:
    for node in bound(OUTPUTS[config]).values():
        facts = NODES[node["class_type"]]
        assert set(node["inputs"]) <= set(facts["required"]) | set(facts.get("optional", {})), node


@pytest.mark.parametrize("config", SHIPPED)
def test_what_the_config_needs_is_what_the_graph_uses(config: str) -> None:
    output = OUTPUTS[config]
    graph = bound(output)
    assert files_in(graph) == set(output.needs.files)
    assert set(output.needs.nodes) <= {node["class_type"] for node in graph.values()}
    assert not output.tested_on
    text = (assets_dir() / "configs" / "output" / f"{config}.toml").read_text(encoding="utf-8")
    assert "never run on a GPU" in text.splitlines()[0]


@pytest.mark.parametrize("config", SHIPPED)
def test_every_value_of_the_config_has_its_place(config: str) -> None:
    output = OUTPUTS[config]
    values = values_of(request(output), ["picture.png"])
    graph = Workflows([FOLDER]).load(str(output.workflow))
    for name, node, key in places(output.bindings):
        assert name in values, name
        assert not is_link(graph[node]["inputs"][key]), f"{node}.{key} is a link"
    used = {name for name, _, _ in places(output.bindings)}
    told = {"width", "height", "steps", "cfg", "sampler", "scheduler", "model"}
    assert {name for name in told if getattr(output, name) is not None} <= used
    assert {"prompt", "seed"} <= used
    if output.negative_prompt:
        assert "negative_prompt" in used


@pytest.mark.parametrize("config", SHIPPED)
async def test_the_graph_runs_and_gives_its_medium(config: str) -> None:
    output = OUTPUTS[config]
    async with Box(previews=False) as box:
        backend = ComfyUI(box.url, [FOLDER])
        asked = request(output, steps=2)
        results = await backend.generate(asked, lambda _: None)
        await backend.close()
    checked = check_media(results[0].data, output.media_type)
    if output.media_type is MediaType.IMAGE and output.width:
        assert (checked.width, checked.height) == (output.width, output.height)
    assert results[0].model == output.model


def test_frames_follow_from_seconds() -> None:
    graph = bound(OUTPUTS["ltx_video"])
    assert graph["6"]["inputs"]["length"] == 97
    graph = bound(OUTPUTS["wan22_video"])
    assert graph["7"]["inputs"]["length"] == 73


def test_a_teacher_s_workflow_of_the_same_name_wins(tmp_path: Path) -> None:
    (tmp_path / "sd15.json").write_text('{"1": {"class_type": "EmptyImage", "inputs": {}}}')
    assert list(Workflows([FOLDER, tmp_path]).load("sd15.json")) == ["1"]
    assert len(Workflows([FOLDER, tmp_path]).load("sdxl.json")) == 7


@pytest.mark.parametrize("config", SHIPPED)
def test_the_binding_of_every_shipped_graph_can_be_found_again(config: str) -> None:
    output = OUTPUTS[config]
    there: dict[str, list[str]] = {}
    for file in output.needs.files:
        there.setdefault(file.split("/")[0], []).append(file.split("/", 1)[1])
    info = {name: object_info(name, lambda folder: there.get(folder, [])) for name in NODES}
    found = propose(Workflows([FOLDER]).load(str(output.workflow)), info)
    assert found.problems == []
    assert found.media_type == output.media_type
    assert found.files == sorted(output.needs.files)
    exact = ("prompt", "negative_prompt", "width", "height", "image", "frames", "lyrics", "duration_s")
    for binding, where in output.bindings.items():
        wanted = {where} if isinstance(where, str) else set(where)
        if binding in exact:
            assert set(found.bindings[binding]) == wanted, binding
        elif binding in ("seed", "steps"):
            assert wanted <= set(found.bindings[binding]), binding


def test_a_proposal_becomes_a_config_that_loads(tmp_path: Path) -> None:
    graph = Workflows([FOLDER]).load("ltx_video.json")
    text = as_toml("my_film", "my_film.json", propose(graph), {"de": "Mein »Film«", "en": 'My "film"'})
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "my_film.toml").write_text(text, encoding="utf-8")
    configs = Configs.load(tmp_path)
    assert not configs.problems
    output = configs.output["my_film"]
    assert output.media_type is MediaType.VIDEO
    assert output.name["en"] == 'My "film"'
    assert output.parameters["frames"] == 97
    assert bind(graph, output.bindings, values_of(request(output), []), "x")["3"]["inputs"]["text"] == "a red apple"


def test_a_graph_that_the_box_would_refuse_is_told_so_beforehand() -> None:
    info = {name: object_info(name, lambda folder: ["other.safetensors"]) for name in NODES if name != "VAEDecode"}
    graph = Workflows([FOLDER]).load("sd15.json")
    graph["5"]["inputs"]["steps"] = 0
    graph["5"]["inputs"]["sampler_name"] = "mine"
    graph["5"]["inputs"]["positive"] = ["1", 0]
    graph["5"]["inputs"]["negative"] = ["1", 7]
    del graph["4"]["inputs"]["width"]
    assert check_graph(graph, info) == [
        "node 1 (CheckpointLoaderSimple): the box does not have ckpt_name 'v1-5-pruned-emaonly-fp16.safetensors'",
        "node 4 (EmptyLatentImage): width is missing",
        "node 5 (KSampler): steps is 0, outside 1 to 10000",
        "node 5 (KSampler): the box does not have sampler_name 'mine'",
        "node 5 (KSampler): positive wants CONDITIONING, but node 1 makes MODEL",
        "node 5 (KSampler): negative comes from an output that node 1 does not have",
        "node 6: the box has no VAEDecode",
    ]


def test_a_graph_without_the_usual_places_says_what_is_missing() -> None:
    found = propose({"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64}}})
    assert [problem.split(":")[0] for problem in found.problems] == [
        "no node of the graph saves a medium that is known here",
        "no place for the prompt was found",
        "no place for the seed was found",
    ]
