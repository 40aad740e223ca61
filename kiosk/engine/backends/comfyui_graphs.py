"""ComfyUI graphs in API format: load, bind values, read what came out or why not.

A graph is a JSON object `{node id: {class_type, inputs}}`; a binding says at which `node.input` a value goes.
No network.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct

from kiosk.engine.backends import BackendError, MediaRequest

Graph = dict[str, dict[str, Any]]

_WEBSOCKET_SAVER = "SaveImageWebsocket"
_SERVER_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\s\\/'\":]+)*[\\/](?=[^\s\\/'\":]+)")
_MAX_GRAPH_BYTES = 4 << 20


class OutputFile(Struct, frozen=True):
    """A file that a run left on the box."""

    node: str
    filename: str
    subfolder: str
    type: str


class Workflows:
    """The graphs in some folders; a later folder wins. Read when asked for, again when the file changed."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._read: dict[Path, tuple[int, bytes]] = {}

    def load(self, name: str) -> Graph:
        """A fresh copy of a graph. Blocking. Raises `BackendError`."""
        path = next((folder / name for folder in reversed(self._folders) if (folder / name).is_file()), None)
        if path is None or PurePosixPath(name).name != name:
            raise BackendError(f"there is no workflow {name}")
        try:
            stamp = path.stat().st_mtime_ns
            if self._read.get(path, (0, b""))[0] != stamp:
                self._read[path] = (stamp, path.read_bytes()[:_MAX_GRAPH_BYTES])
        except OSError as error:
            raise BackendError(f"the workflow {name} cannot be read") from error
        try:
            return parse_graph(self._read[path][1])
        except ValueError as error:
            raise BackendError(f"the workflow {name} cannot be used: {error}") from error


def parse_graph(text: bytes) -> Graph:
    """JSON in API format. Raises `ValueError` for anything else, the web page's own format included."""
    try:
        graph = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if isinstance(graph, dict) and isinstance(graph.get("nodes"), list):
        raise ValueError("it is a saved workflow, not one exported in API format")
    if not isinstance(graph, dict) or not graph or not all(_is_node(node) for node in graph.values()):
        raise ValueError("it is no graph in API format")
    return graph


def _is_node(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("class_type"), str) and isinstance(node.get("inputs"), dict)


def values_of(request: MediaRequest, images: Sequence[str]) -> dict[str, Any]:
    """What can be bound, by name: the request's own facts, the config's `[parameters]`, uploaded pictures.

    `frames` is `duration_s` in frames at `parameters.fps`, one more than a multiple of `parameters.frame_step`.
    Pictures are `image`, `image2`, `image3` ...; a graph that wants more than there are gets the last again.
    """
    values = {name: value for name, value in request.parameters.items() if name != "sketchbook"}
    fps = values.get("fps")
    if request.duration_s is not None and isinstance(fps, int | float):
        step = int(values.get("frame_step", 1))
        values["frames"] = max(1, round(request.duration_s * fps / step)) * step + 1
    facts = {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "seed": request.seed,
        "width": request.width,
        "height": request.height,
        "duration_s": request.duration_s,
        "steps": request.steps,
        "cfg": request.cfg,
        "sampler": request.sampler,
        "scheduler": request.scheduler,
        "model": request.model,
    }
    values |= {name: value for name, value in facts.items() if value is not None}
    for number in range(1, 9 if images else 1):
        values["image" if number == 1 else f"image{number}"] = images[min(number, len(images)) - 1]
    return values


def bind(graph: Graph, bindings: Mapping[str, Any], values: Mapping[str, Any], prefix: str) -> Graph:
    """The graph with every value in its place, changed in place and returned.

    Every file that it saves gets the name `prefix`: a name of one's own is never given to another's file, and a
    repeated graph writes a new file. Raises `BackendError` for a binding that leads nowhere.
    """
    for name, node, key in places(bindings):
        if node not in graph or not key:
            raise BackendError(f"the workflow has no place {node}.{key} for {name}")
        if name in values:
            graph[node]["inputs"][key] = values[name]
    for entry in graph.values():
        if "filename_prefix" in entry["inputs"]:
            entry["inputs"]["filename_prefix"] = prefix
    return graph


def places(bindings: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each binding as (name, node id, input name); the name `output` names a node alone and is left out."""
    for name, where in bindings.items():
        if name == "output":
            continue
        for place in [where] if isinstance(where, str) else where:
            node, _, key = str(place).rpartition(".")
            yield name, node, key


def sends_by_websocket(graph: Graph, node: str | None) -> bool:
    """Whether binary frames while this node runs are its result and not a preview."""
    return node is not None and graph.get(node, {}).get("class_type") == _WEBSOCKET_SAVER


def files_of(outputs: Any, node: str | None = None) -> list[OutputFile]:
    """Every file in a history entry's `outputs`, under whatever key, by node; with `node`, that node's alone.

    Temporary ones only if nothing else. Two equal savers name one and the same file; it is given once.
    """
    found: list[OutputFile] = []
    for name, told in outputs.items() if isinstance(outputs, dict) else ():
        if node not in (None, name):
            continue
        for entries in told.values() if isinstance(told, dict) else ():
            found += [_file(name, entry) for entry in entries if _names_a_file(entry)] if _is_list(entries) else []
    kept = [file for file in found if file.type != "temp"] or found
    kept.sort(key=lambda file: (_node_order(file.node), file.filename))
    return list({(file.filename, file.subfolder, file.type): file for file in reversed(kept)}.values())[::-1]


def _is_list(entries: Any) -> bool:
    return isinstance(entries, list)


def _names_a_file(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("filename"), str) and bool(entry["filename"])


def _file(node: str, entry: dict[str, Any]) -> OutputFile:
    return OutputFile(node, entry["filename"], str(entry.get("subfolder") or ""), str(entry.get("type") or "output"))


def _node_order(node: str) -> tuple[int, str]:
    return (int(node), "") if node.isdecimal() else (1 << 30, node)


def why_refused(status: int, reply: Any) -> str:
    """In words, from the reply to a POST /prompt that was not accepted."""
    if not isinstance(reply, dict):
        return f"ComfyUI refused the workflow ({status})"
    problems = [_problem(node, entry) for node, entry in _node_errors(reply)]
    error = reply.get("error")
    if not problems and isinstance(error, dict):
        parts = [str(error.get("message") or error.get("type") or ""), str(error.get("details") or "")]
        problems = [": ".join(dict.fromkeys(part.rstrip(".") for part in parts if part))]
    elif not problems and error:
        problems = [str(error)]
    return (
        _short("ComfyUI refused the workflow: " + "; ".join(problems))
        if problems
        else (f"ComfyUI refused the workflow ({status})")
    )


def _node_errors(reply: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    errors = reply.get("node_errors")
    if not isinstance(errors, dict):
        return []
    return [(node, entry) for node, entry in errors.items() if isinstance(entry, dict) and entry.get("errors")]


def _problem(node: str, entry: dict[str, Any]) -> str:
    found = entry["errors"][0] if isinstance(entry["errors"], list) else None
    first = found if isinstance(found, dict) else {}
    what = f"{entry.get('class_type', 'node')} ({node})"
    details, kind = str(first.get("details") or ""), first.get("type")
    if kind == "value_not_in_list":
        return f"{what} does not have {details.split(' not in ')[0]}"
    return f"{what}: " + ": ".join(part for part in (str(first.get("message") or kind), details) if part)


def why_failed(data: Any) -> str:
    """In words, from the data of an `execution_error`: its message only, without the server's paths."""
    if not isinstance(data, dict):
        return "ComfyUI reported an error"
    message = next((line for line in str(data.get("exception_message") or "").splitlines() if line.strip()), "")
    node = f"{data.get('node_type', 'a node')} ({data.get('node_id', '?')})"
    if "OutOfMemory" in str(data.get("exception_type")):
        message = "not enough memory on the graphics card"
    return _short(f"{node} failed: {_SERVER_PATH.sub('', message.strip()) or data.get('exception_type')}")


def _short(text: str) -> str:
    return text if len(text) <= 400 else text[:399] + "…"
