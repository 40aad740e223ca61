"""ComfyUI's one worker: takes prompts off the queue, runs their graphs, tells who listens, in the real order.

No model runs: pictures are drawn from size and seed, sounds and films are samples.
"""

import asyncio
import json
import struct
import time
import zlib
from typing import Any

from msgspec import Struct, field

from tests.boxes import comfyui_graph as graphs
from tests.boxes import samples
from tests.boxes.comfyui_graph import Graph

TEMP_PREFIX = "ComfyUI_temp_box"


class Interrupted(Exception):
    """The running prompt was stopped."""


class NodeFailed(Exception):
    """A node raised; the message is what the client is told."""


class Prompt(Struct):
    """A graph in the queue or running."""

    number: float
    id: str
    graph: Graph
    extra: dict[str, Any]
    outputs: list[str]

    @property
    def client_id(self) -> str | None:
        """Who is told about it."""
        return self.extra.get("client_id")

    def item(self) -> list[Any]:
        """As the queue and the history tell it."""
        return [self.number, self.id, self.graph, self.extra, self.outputs]


class Store(Struct):
    """The files of a box by (type, subfolder, name), and what was uploaded. The oldest go when there are `most`."""

    files: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    most: int = 500

    def save(self, kind: str, prefix: str, extension: str, data: bytes) -> dict[str, str]:
        """Under the next free number, as SaveImage names it; the highest there is plus one."""
        subfolder, _, stem = prefix.rpartition("/")
        taken = [
            int(name[len(stem) + 1 : len(stem) + 6])
            for held, folder, name in self.files
            if (held, folder) == (kind, subfolder) and name.startswith(f"{stem}_")
        ]
        name = f"{stem}_{max(taken, default=0) + 1:05}_.{extension}"
        self.files[(kind, subfolder, name)] = data
        if len(self.files) > self.most:
            del self.files[next(iter(self.files))]
        return {"filename": name, "subfolder": subfolder, "type": kind}

    def hash(self, image: str) -> str:
        """Of the content of an uploaded file."""
        folder, _, name = image.rpartition("/")
        return str(zlib.crc32(self.files.get(("input", folder, name), b"")))


def now_ms() -> int:
    """The clock of the messages."""
    return int(time.time() * 1000)


def make_files(graph: Graph, node: str, store: Store) -> dict[str, Any] | None:
    """What an output node saves and tells; None for one that tells nothing."""
    entry = graph[node]
    kind, prefix = entry["class_type"], str(entry["inputs"].get("filename_prefix", "ComfyUI"))
    if prefix.startswith(".."):
        raise NodeFailed(
            "**** ERROR: Saving image outside the output folder is not allowed.\n output_dir: /srv/out\n"
        )
    if kind in ("SaveImage", "PreviewImage"):
        where = ("output", prefix) if kind == "SaveImage" else ("temp", TEMP_PREFIX)
        pictures = _pictures(graph, node)
        return {"images": [store.save(*where, "png", picture) for picture in pictures]}
    if kind == "SaveAnimatedWEBP":
        return {"images": [store.save("output", prefix, "webp", samples.animation())], "animated": [True]}
    if kind in ("SaveVideo", "SaveWEBM"):
        extension = "mp4" if kind == "SaveVideo" else "webm"
        saved = store.save("output", prefix, extension, samples.sample(f"film.{extension}"))
        return {"images": [saved], "animated": [True]}
    if kind in ("SaveAudio", "SaveAudioMP3"):
        extension = "flac" if kind == "SaveAudio" else "mp3"
        return {"audio": [store.save("output", prefix, extension, samples.sample(f"sound.{extension}"))]}
    if kind == "SaveGLB":
        return {"3d": [store.save("output", prefix, "glb", samples.triangle())]}
    return {"text": ["a text"]} if kind == "PreviewAny" else None


def _pictures(graph: Graph, node: str) -> list[bytes]:
    width = int(graphs.find(graph, node, "width") or 64)
    height = int(graphs.find(graph, node, "height") or 48)
    seed = int(graphs.find(graph, node, "seed", "noise_seed") or 0)
    count = int(graphs.find(graph, node, "batch_size") or 1)
    text = b"prompt\0" + json.dumps(graph).encode("ascii")
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    plain = [samples.picture(width, height, seed + number) for number in range(count)]
    return [picture[:33] + chunk + picture[33:] for picture in plain]


def preview() -> bytes:
    """A preview frame: a JPEG, scaled to 512 pixels as the server does."""
    return samples.picture(512, 384, 7, "JPEG")


class Execution:
    """One prompt being run. `tell` publishes to the prompt's client, `frame` sends it a preview."""

    def __init__(self, box: Any, prompt: Prompt) -> None:
        self.box = box
        self.prompt = prompt
        self.states: dict[str, dict[str, Any]] = {}
        self.executed: list[str] = []
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.outputs: dict[str, dict[str, Any]] = {}
        self.meta: dict[str, dict[str, Any]] = {}
        self.current: str | None = None

    async def run(self) -> None:
        """To the end, whatever it is; history is written and the queue moves on before the end marker."""
        try:
            await self._nodes()
        except Interrupted:
            self._log("execution_interrupted", node_id=self.current, node_type=self._class(), executed=self.executed)
        except NodeFailed as error:
            self._log(
                "execution_error",
                node_id=self.current,
                node_type=self._class(),
                executed=self.executed,
                exception_message=str(error) + "\n",
                exception_type="RuntimeError",
                traceback=['  File "/opt/ComfyUI/execution.py", line 496, in execute\n'],
                current_inputs={},
                current_outputs=[],
            )
        else:
            self._log("execution_success")
        await asyncio.sleep(self.box.history_delay_s)

    def history(self) -> dict[str, Any]:
        """The entry that `/history` keeps."""
        success = self.messages[-1][0] == "execution_success"
        return {
            "prompt": self.prompt.item(),
            "outputs": self.outputs,
            "status": {
                "status_str": "success" if success else "error",
                "completed": success,
                "messages": self.messages,
            },
            "meta": self.meta,
        }

    async def _nodes(self) -> None:
        graph, cached = self.prompt.graph, self.box.cache
        order: list[str] = []
        for output in sorted(self.prompt.outputs):
            order += [node for node in graphs.upstream(graph, output) if node not in order]
        marks = {node: graphs.signature(graph, node, self.box.store.hash) for node in order}
        hits = [node for node in order if marks[node] in cached]
        self.box.cache = {marks[node]: cached[marks[node]] for node in hits}
        self._log("execution_start")
        self._log("execution_cached", nodes=hits)
        await asyncio.sleep(0)
        for node in order:
            if node in hits:
                self._cached_output(node, cached[marks[node]])
        for node in order:
            if node in hits:
                continue
            if marks[node] in self.box.cache:  # the same work as that of a node before it
                self._cached_output(node, self.box.cache[marks[node]])
                self._state(node, 1.0, 1.0, "finished")
            else:
                self.box.cache[marks[node]] = await self._node(node)
        if len(hits) == len(order):
            self._tell("progress_state", nodes=self.states)

    def _cached_output(self, node: str, told: dict[str, Any] | None) -> None:
        if told is None:
            return
        if self.prompt.client_id is not None or self.box.version_number < (0, 12):
            self._keep(node, told)
            self._tell("executed", node=node, display_node=node, output=told)

    async def _node(self, node: str) -> dict[str, Any] | None:
        self.current = node
        if self.box.interrupt:
            raise Interrupted
        self._state(node, 0.0, 1.0, "running")
        self._tell("executing", node=node, display_node=node)
        await asyncio.sleep(self.box.node_s)
        kind = self._class()
        if kind in self.box.failing:
            raise NodeFailed(self.box.failing[kind])
        if kind in graphs.SAMPLERS:
            await self._sample(node)
        told = make_files(self.prompt.graph, node, self.box.store)
        if kind == "SaveImageWebsocket":
            for picture in _pictures(self.prompt.graph, node):
                self.box.publish(self.prompt.client_id, struct.pack(">II", 1, 2) + picture, "picture")
        if told is not None:
            self._keep(node, told)
            self._tell("executed", node=node, display_node=node, output=told)
        value, most = self.states[node]["value"], self.states[node]["max"]
        self._state(node, most if kind in graphs.SAMPLERS else max(value, 1.0), most, "finished")
        self.executed.append(node)
        return told

    async def _sample(self, node: str) -> None:
        steps = int(graphs.find(self.prompt.graph, node, "steps") or 4)
        flagged = self.box.wants_metadata(self.prompt.client_id)
        for step in range(1, steps + 1):
            await asyncio.sleep(self.box.step_s)
            if self.box.interrupt:
                raise Interrupted
            self._state(node, step, steps, "running")
            if flagged and self.box.previews:
                self._preview(node, flagged=True)
            self._tell("progress", value=step, max=steps, node=node)
            if self.box.previews and not flagged:
                self._preview(node, flagged=False)

    def _preview(self, node: str, *, flagged: bool) -> None:
        if flagged:
            about = {"node_id": node, "prompt_id": self.prompt.id, "display_node_id": node, "parent_node_id": None}
            text = json.dumps({**about, "real_node_id": node, "image_type": "image/jpeg"}).encode()
            frame = struct.pack(">II", 4, len(text)) + text + preview()
        else:
            frame = struct.pack(">II", 1, 1) + preview()
        self.box.publish(self.prompt.client_id, frame, "preview")

    def _keep(self, node: str, told: dict[str, Any]) -> None:
        self.outputs[node] = told
        about = {"node_id": node, "display_node": node, "parent_node": None, "real_node_id": node}
        self.meta[node] = about

    def _state(self, node: str, value: float, most: float, state: str) -> None:
        self.states[node] = {
            "value": value,
            "max": most,
            "state": state,
            "node_id": node,
            "prompt_id": self.prompt.id,
            "display_node_id": node,
            "parent_node_id": None,
            "real_node_id": node,
        }
        self._tell("progress_state", nodes=dict(self.states))

    def _class(self) -> str:
        return str(self.prompt.graph[self.current]["class_type"]) if self.current else ""

    def _log(self, kind: str, **data: Any) -> None:
        full = {"prompt_id": self.prompt.id, **data, "timestamp": now_ms()}
        self.messages.append((kind, full))
        to_all = kind == "execution_interrupted" and self.prompt.client_id is None
        if self.prompt.client_id is not None or to_all:
            self.box.tell(self.prompt.client_id, kind, full)

    def _tell(self, kind: str, **data: Any) -> None:
        broadcast = kind in ("progress", "progress_state")
        if self.prompt.client_id is not None or broadcast:
            self.box.tell(self.prompt.client_id, kind, {**data, "prompt_id": self.prompt.id})
