"""What ComfyUI knows of graphs: its core node classes, the check at POST /prompt, the order of execution.

The table in `files/core_nodes.json` holds facts of real servers (class, inputs, types, ranges, outputs), as their
`/object_info` tells them; `EmptyFlux2LatentImage`, `Flux2Scheduler` and the text encoder type `flux2` came with
later releases than the rest.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Graph = dict[str, dict[str, Any]]
Errors = dict[str, dict[str, Any]]

NODES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "files" / "core_nodes.json").read_text())
SAMPLERS = ("KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced")


class Refusal(Exception):
    """A graph that POST /prompt answers with 400; `body` is the reply."""

    def __init__(self, kind: str, message: str, details: str = "", extra: Any = None, nodes: Any = None) -> None:
        super().__init__(message)
        error = {"type": kind, "message": message, "details": details, "extra_info": extra or {}}
        self.body = {"error": error, "node_errors": nodes or {}}


def is_link(value: Any) -> bool:
    """Whether an input is a link to another node's output."""
    return isinstance(value, list) and len(value) == 2


def check(graph: Graph, has_file: Callable[[str, str], bool], version: tuple[int, ...]) -> tuple[list[str], Errors]:
    """The output nodes that can run, and what is wrong with the others. Raises `Refusal` when none can."""
    for node, entry in graph.items():
        _check_class(node, entry, version)
    outputs = [node for node, entry in graph.items() if NODES[entry["class_type"]].get("output_node")]
    if not outputs:
        raise Refusal("prompt_no_outputs", "Prompt has no outputs")
    errors: Errors = {}
    good = []
    for output in outputs:
        bad = {node: found for node in upstream(graph, output) if (found := list(_problems(graph, node, has_file)))}
        for node, found in bad.items():
            entry = {"errors": found, "dependent_outputs": [], "class_type": graph[node]["class_type"]}
            errors.setdefault(node, entry)["dependent_outputs"].append(output)
        if not bad:
            good.append(output)
    if not good:
        first = next(iter(errors.values()))["errors"][0]
        details = f"{first['message']}: {first['details']}"
        raise Refusal("prompt_outputs_failed_validation", "Prompt outputs failed validation", details, {}, errors)
    return good, errors


def _check_class(node: str, entry: Any, version: tuple[int, ...]) -> None:
    name = entry.get("class_type") if isinstance(entry, dict) else None
    if name in NODES:
        return
    kind = "invalid_prompt" if version < (0, 12) else "missing_node_type"
    title = (entry.get("_meta") or {}).get("title", name)
    extra = {} if version < (0, 12) else {"node_id": node, "class_type": name, "node_title": title}
    if name is None:
        message = "Cannot execute because a node is missing the class_type property."
    else:
        message = f"Cannot execute because node {name} does not exist."
    raise Refusal(kind, message, f"Node ID '#{node}'", extra)


def upstream(graph: Graph, node: str) -> list[str]:
    """A node and all that it needs, needed ones first. A link to nowhere is left out here."""
    order: list[str] = []
    stack = [(node, False)]
    seen: set[str] = set()
    while stack:
        current, ready = stack.pop()
        if ready:
            order.append(current)
        elif current not in seen and current in graph:
            seen.add(current)
            stack.append((current, True))
            links = [value[0] for value in graph[current].get("inputs", {}).values() if is_link(value)]
            stack += [(link, False) for link in reversed(links)]
    return order


def _problems(graph: Graph, node: str, has_file: Callable[[str, str], bool]) -> Iterator[dict[str, Any]]:
    entry = graph[node]
    facts = NODES[entry["class_type"]]
    inputs = entry.get("inputs", {})
    for name, spec in facts["required"].items():
        if name not in inputs:
            yield _problem("required_input_missing", "Required input is missing", name, name)
        else:
            yield from _input_problems(graph, name, spec, inputs[name], has_file)
    for name, spec in facts.get("optional", {}).items():
        if name in inputs:
            yield from _input_problems(graph, name, spec, inputs[name], has_file)


def _input_problems(
    graph: Graph, name: str, spec: list[Any], value: Any, has_file: Callable[[str, str], bool]
) -> Iterator[dict[str, Any]]:
    kind, options = spec[0], spec[1] if len(spec) > 1 else {}
    if is_link(value):
        yield from _link_problems(graph, name, kind, value)
    elif kind in ("INT", "FLOAT"):
        yield from _number_problems(name, kind, options, value)
    elif kind == "COMBO" and value not in options["options"]:
        yield _problem(
            "value_not_in_list", "Value not in list", f"{name}: '{value}' not in {options['options']}", name
        )
    elif kind == "FILE" and not has_file(options["folder"], value):
        if options["folder"] == "input":
            details = f"{name} - Invalid image file: {value}"
            yield _problem("custom_validation_failed", "Custom validation failed for node", details, name)
        else:
            yield _problem("value_not_in_list", "Value not in list", f"{name}: '{value}' not in []", name)


def _link_problems(graph: Graph, name: str, kind: str, link: list[Any]) -> Iterator[dict[str, Any]]:
    source = graph.get(link[0])
    if source is None:
        yield _problem("exception_during_inner_validation", "Exception when validating inner node", link[0], name)
        return
    made = NODES[source["class_type"]]["output"]
    if link[1] >= len(made):
        yield _problem("exception_during_validation", "Exception when validating node", "list index", name)
    elif made[link[1]] != kind:
        details = f"{name}, received_type({made[link[1]]}) mismatch input_type({kind})"
        yield _problem("return_type_mismatch", "Return type mismatch between linked nodes", details, name)


def _number_problems(name: str, kind: str, options: dict[str, Any], value: Any) -> Iterator[dict[str, Any]]:
    try:
        number = (
            int(float(value))
            if kind == "INT" and not isinstance(value, int)
            else float(value)
            if kind == "FLOAT"
            else value
        )
    except (TypeError, ValueError):
        yield _problem("invalid_input_type", f"Failed to convert an input value to a {kind} value", name, name)
        return
    if number < options.get("min", number):
        details = f"{name}, received value: {value}, min: {options['min']}"
        yield _problem("value_smaller_than_min", f"Value {value} smaller than min of {options['min']}", details, name)
    if number > options.get("max", number):
        details = f"{name}, received value: {value}, max: {options['max']}"
        yield _problem("value_bigger_than_max", f"Value {value} bigger than max of {options['max']}", details, name)


def _problem(kind: str, message: str, details: str, name: str) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": {"input_name": name}}


def signature(graph: Graph, node: str, file_hash: Callable[[str], str]) -> str:
    """What the node cache goes by: class and inputs of a node and all before it, not their ids."""
    entry = graph[node]
    inputs = {
        name: [signature(graph, value[0], file_hash), value[1]] if is_link(value) else value
        for name, value in sorted(entry.get("inputs", {}).items())
    }
    if entry["class_type"] == "LoadImage":
        inputs["content"] = file_hash(str(inputs["image"]))
    return hashlib.sha1(json.dumps([entry["class_type"], inputs]).encode()).hexdigest()  # noqa: S324


def find(graph: Graph, node: str, *names: str) -> Any:
    """The constant that the nearest node before `node` (itself first) has under one of these input names."""
    for current in reversed(upstream(graph, node)):
        for name in names:
            value = graph[current].get("inputs", {}).get(name)
            if value is not None and not is_link(value):
                return value
    return None


def object_info(node_class: str, files: Callable[[str], list[str]]) -> dict[str, Any]:
    """One class as `/object_info` tells it."""
    facts = NODES[node_class]

    def told(spec: list[Any]) -> list[Any]:
        options = spec[1] if len(spec) > 1 else {}
        if spec[0] == "FILE":
            return [files(options["folder"])]
        return [options["options"], {}] if spec[0] == "COMBO" else [spec[0], options]

    inputs = {
        group: {name: told(spec) for name, spec in facts[group].items()}
        for group in ("required", "optional")
        if group in facts
    }
    return {
        "input": inputs,
        "input_order": {group: list(entries) for group, entries in inputs.items()},
        "output": facts["output"],
        "output_is_list": [False] * len(facts["output"]),
        "output_name": facts["output"],
        "name": node_class,
        "display_name": node_class,
        "description": "",
        "python_module": "nodes",
        "category": "",
        "output_node": bool(facts.get("output_node")),
    }
