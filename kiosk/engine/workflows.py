"""A teacher's own ComfyUI graph becomes an output config: find where values go, check it against a box, write TOML.

What is found is a proposal that a person looks at. Facts about nodes come from the box (`/object_info`); without
a box the graph alone is looked at. No network, no files.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from kiosk.engine.backends.comfyui_graphs import Graph

FILE_INPUTS = {
    "ckpt_name": "checkpoints",
    "unet_name": "diffusion_models",
    "clip_name": "text_encoders",
    "clip_name1": "text_encoders",
    "clip_name2": "text_encoders",
    "clip_name3": "text_encoders",
    "vae_name": "vae",
    "lora_name": "loras",
    "control_net_name": "controlnet",
}
_SAVERS = {
    "SaveGLB": "3d",
    "SaveVideo": "video",
    "SaveWEBM": "video",
    "SaveAnimatedWEBP": "video",
    "SaveAudioMP3": "audio",
    "SaveAudioOpus": "audio",
    "SaveAudio": "audio",
    "SaveImageWebsocket": "image",
    "SaveImage": "image",
}
_TEXT_INPUTS = ("text", "tags", "prompt", "clip_l", "t5xxl", "text_g", "text_l")
_SIMPLE = {
    "seed": ("seed", "noise_seed"),
    "steps": ("steps",),
    "cfg": ("cfg",),
    "sampler": ("sampler_name",),
    "scheduler": ("scheduler",),
    "denoise": ("denoise",),
    "guidance": ("guidance",),
    "duration_s": ("seconds",),
    "lyrics": ("lyrics",),
}
_OWN_FIELDS = ("width", "height", "duration_s", "steps", "cfg", "sampler", "scheduler")


class Proposal(Struct, kw_only=True):
    """What a graph seems to want. `values` are what stands in it now, by the names of the bindings."""

    media_type: str
    bindings: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    model: str | None = None
    files: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def propose(graph: Graph, object_info: Mapping[str, Any] | None = None) -> Proposal:
    """Where the values go. `problems` names what was not found, and what the box would refuse."""
    savers = [node for node, entry in graph.items() if entry["class_type"] in _SAVERS]
    media_type = _SAVERS[graph[savers[0]]["class_type"]] if savers else "image"
    if media_type == "audio" and any("AceStep" in entry["class_type"] for entry in graph.values()):
        media_type = "music"
    proposal = Proposal(media_type=media_type)
    positive, negative = _texts(graph, "positive"), _texts(graph, "negative")
    _note(graph, proposal, "prompt", positive or _any_text(graph))
    _note(graph, proposal, "negative_prompt", [place for place in negative if place not in positive])
    for name, inputs in _SIMPLE.items():
        _note(graph, proposal, name, list(_constants(graph, inputs)))
    for name in ("width", "height"):
        _note(graph, proposal, name, list(_sizes(graph, name)))
    _note(graph, proposal, "frames", list(_constants(graph, ("length", "video_frames"))))
    pictures = [(node, "image") for node, entry in graph.items() if entry["class_type"] == "LoadImage"]
    for number, place in enumerate(pictures, start=1):
        _note(graph, proposal, "image" if number == 1 else f"image{number}", [place])
    models = list(_constants(graph, ("ckpt_name", "unet_name")))
    _note(graph, proposal, "model", models[:1])
    proposal.model = proposal.values.pop("model", None)
    proposal.values.pop("prompt", None)
    proposal.files = sorted(_files(graph))
    proposal.nodes = sorted({entry["class_type"] for entry in graph.values()})
    if len(savers) > 1:
        proposal.bindings["output"] = [savers[0]]
        proposal.problems.append(f"several nodes save something: {', '.join(savers)}; the first is taken")
    if not savers:
        proposal.problems.append("no node of the graph saves a medium that is known here")
    if "prompt" not in proposal.bindings:
        proposal.problems.append("no place for the prompt was found")
    if "seed" not in proposal.bindings:
        proposal.problems.append("no place for the seed was found: the same words would give the same picture")
    if object_info is not None:
        proposal.problems += check(graph, object_info)
    return proposal


def check(graph: Graph, object_info: Mapping[str, Any]) -> list[str]:
    """What a box with these nodes and files would refuse, in words."""
    problems = []
    for node, entry in graph.items():
        facts = object_info.get(entry["class_type"])
        if not isinstance(facts, dict):
            problems.append(f"node {node}: the box has no {entry['class_type']}")
            continue
        told = facts.get("input")
        inputs = told if isinstance(told, dict) else {}
        for group in ("required", "optional"):
            for name, spec in (inputs.get(group) or {}).items():
                problems += _input_problems(graph, node, name, spec, object_info, required=group == "required")
    return problems


def as_toml(config_id: str, workflow: str, proposal: Proposal, names: Mapping[str, str]) -> str:
    """The text of an output config; `names` are what it is called, by language."""
    head: dict[str, Any] = {
        "id": config_id,
        "media_type": proposal.media_type,
        "backend": "comfyui",
        "model": proposal.model,
        "workflow": workflow,
        "prompt_language": "en",
        **{name: proposal.values[name] for name in _OWN_FIELDS if name in proposal.values},
        "negative_prompt": proposal.values.get("negative_prompt"),
    }
    own = {*_OWN_FIELDS, "negative_prompt", "seed", "frames"}
    parameters = {
        name: value for name, value in proposal.values.items() if name not in own and not name.startswith("image")
    }
    if "frames" in proposal.values:
        parameters["frames"] = proposal.values["frames"]
    bindings = {name: places[0] if len(places) == 1 else places for name, places in proposal.bindings.items()}
    needs = {"files": proposal.files, "nodes": proposal.nodes}
    tables = {"name": names, "description": names, "bindings": bindings, "parameters": parameters, "needs": needs}
    text = "".join(f"{name} = {_toml(value)}\n" for name, value in head.items() if value is not None)
    for table, entries in tables.items():
        if entries:
            text += f"\n[{table}]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in entries.items())
    return text


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)  # texts, numbers, booleans and lists read the same in TOML


Place = tuple[str, str]


def _note(graph: Graph, proposal: Proposal, name: str, places: list[Place]) -> None:
    if places:
        proposal.bindings[name] = [f"{node}.{key}" for node, key in places]
        node, key = places[0]
        proposal.values[name] = graph[node]["inputs"][key]


def _is_link(graph: Graph, value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and value[0] in graph


def _constants(graph: Graph, names: tuple[str, ...]) -> Iterator[Place]:
    for node, entry in graph.items():
        for name in names:
            value = entry["inputs"].get(name)
            if value is not None and not _is_link(graph, value):
                yield node, name


def _sizes(graph: Graph, name: str) -> Iterator[Place]:
    """Width or height where a latent is made, or a schedule that depends on it."""
    for node, entry in graph.items():
        makes = "Latent" in entry["class_type"] or "Scheduler" in entry["class_type"]
        both = all(isinstance(entry["inputs"].get(side), int) for side in ("width", "height"))
        if makes and both and "Upscale" not in entry["class_type"]:
            yield node, name


def _texts(graph: Graph, side: str) -> list[Place]:
    """The text inputs to which `positive` or `negative` of a sampler leads back."""
    found: list[Place] = []
    for entry in graph.values():
        inputs = entry["inputs"]
        if side == "positive" and "conditioning" in inputs and "Guider" in entry["class_type"]:
            found += _text_before(graph, inputs["conditioning"], side)
        elif side in inputs and any(part in entry["class_type"] for part in ("Sampler", "Guider")):
            found += _text_before(graph, inputs[side], side)
    return list(dict.fromkeys(found))


def _text_before(graph: Graph, link: Any, side: str) -> list[Place]:
    seen: set[str] = set()
    while _is_link(graph, link) and link[0] not in seen:
        node, entry = link[0], graph[link[0]]
        seen.add(node)
        if "ZeroOut" in entry["class_type"]:
            return []
        texts = [(node, name) for name in _TEXT_INPUTS if isinstance(entry["inputs"].get(name), str)]
        if texts:
            return texts
        link = entry["inputs"].get(side) or entry["inputs"].get("conditioning")
    return []


def _any_text(graph: Graph) -> list[Place]:
    return list(_constants(graph, ("text", "tags", "prompt")))[:1]


def _files(graph: Graph) -> Iterator[str]:
    for entry in graph.values():
        for name, folder in FILE_INPUTS.items():
            value = entry["inputs"].get(name)
            if isinstance(value, str):
                yield f"{folder}/{value}"


def _input_problems(
    graph: Graph, node: str, name: str, spec: Any, object_info: Mapping[str, Any], *, required: bool
) -> Iterator[str]:
    entry = graph[node]
    where = f"node {node} ({entry['class_type']})"
    if name not in entry["inputs"]:
        if required:
            yield f"{where}: {name} is missing"
        return
    if not isinstance(spec, list) or not spec:
        return
    value, kind = entry["inputs"][name], spec[0]
    options = spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
    if _is_link(graph, value):
        yield from _link_problems(graph, where, name, kind, value, object_info)
        return
    choices = kind if isinstance(kind, list) else options.get("options") if kind == "COMBO" else None
    if isinstance(choices, list) and entry["class_type"] != "LoadImage":
        if value not in choices:
            yield f"{where}: the box does not have {name} {value!r}"
    elif kind in ("INT", "FLOAT"):
        yield from _range_problems(where, name, value, options)


def _link_problems(
    graph: Graph, where: str, name: str, kind: Any, link: list[Any], object_info: Mapping[str, Any]
) -> Iterator[str]:
    source = object_info.get(graph[link[0]]["class_type"])
    made = source.get("output") if isinstance(source, dict) else None
    if not isinstance(made, list) or not isinstance(link[1], int):
        return
    if link[1] >= len(made):
        yield f"{where}: {name} comes from an output that node {link[0]} does not have"
    elif not _fits(made[link[1]], kind):
        yield f"{where}: {name} wants {kind}, but node {link[0]} makes {made[link[1]]}"


def _fits(made: Any, wanted: Any) -> bool:
    """Whether a link's two ends go together; what is not told as a type name is let through."""
    if not isinstance(made, str) or not isinstance(wanted, str) or "*" in (made, wanted):
        return True
    return bool(set(made.split(",")) & set(wanted.split(",")))


def _range_problems(where: str, name: str, value: Any, options: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield f"{where}: {name} is no number: {value!r}"
    elif value < options.get("min", value) or value > options.get("max", value):
        yield f"{where}: {name} is {value}, outside {options.get('min')} to {options.get('max')}"
