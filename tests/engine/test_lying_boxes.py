"""Boxes that answer with well-formed nonsense: whatever it is, a `BackendError` comes of it and nothing else."""

import contextlib
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.engine.backends import BackendError, MediaRequest, TextRequest
from kiosk.engine.backends.comfyui import ComfyUI, ComfyUILimits
from kiosk.engine.backends.comfyui_graphs import files_of, parse_graph, why_failed, why_refused
from kiosk.engine.backends.ollama import Ollama, OllamaLimits
from kiosk.engine.backends.openai import OpenAI, OpenAILimits
from kiosk.engine.backends.swarmui import SwarmUI, SwarmUILimits
from kiosk.engine.backends.web_media import ChatImages, HttpApi, OpenAIImages
from kiosk.engine.house import ANYWHERE
from kiosk.engine.workflows import propose
from kiosk.records import MediaType
from tests.boxes.server import Box, Exchange, Gone

WORDS = [
    "error", "models", "name", "message", "content", "done", "done_reason", "stop", "type", "data", "prompt_id",
    "executing", "progress", "node", "value", "max", "queue_running", "queue_pending", "outputs", "status",
    "messages", "execution_success", "execution_error", "node_errors", "errors", "details", "images", "filename",
    "session_id", "gen_progress", "image", "batch_index", "discard_indices", "socket_intention", "choices",
    "delta", "url", "b64_json", "capabilities", "version", "files", "system", "exec_info", "class_type", "inputs",
    "small", "small:latest", "waiting_gens", "overall_percent", "preview", "id",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(WORDS)
    | st.text()
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=5)
    ),
    max_leaves=20,
)
GRAPH = {"1": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}}
PICTURE = MediaRequest(media_type=MediaType.IMAGE, prompt="x", seed=1, workflow="g.json", model="small")
TEXT = TextRequest(purpose="interception", text="x", model="small")
ONCE = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class Liar(Box):
    """Answers everything with one of some values, each time the next."""

    def __init__(self, values: list[Any]) -> None:
        super().__init__()
        self.values = values
        self.turns = 0

    def next_value(self) -> Any:
        self.turns += 1
        return self.values[self.turns % len(self.values)]

    async def answer(self, exchange: Exchange) -> None:
        if "upgrade" not in exchange.request.headers:
            body = json.dumps(self.next_value()).encode()
            await exchange.reply(200 if self.turns % 5 else 400, body + b"\n", "application/json")
            return
        socket = await exchange.websocket()
        try:
            for _ in range(6):
                await socket.send(json.dumps(self.next_value()), "lie")
            await socket.send(b"\0\0\0\1\0\0\0\1", "lie")
        except Gone:
            return
        await socket.close()


async def told_lies(values: list[Any], ask: Callable[[Liar], Coroutine[Any, Any, None]]) -> None:
    async with Liar(values) as liar:
        try:
            await ask(liar)
        except BackendError as error:
            assert error.reason  # noqa: PT017


VALUES = st.lists(JSON, min_size=1, max_size=6)


@ONCE
@given(values=VALUES)
async def test_comfyui(values: list[Any], tmp_path: Path) -> None:
    (tmp_path / "g.json").write_text(json.dumps(GRAPH))
    limits = ComfyUILimits(poll_s=0.005, reply_s=2, away_s=0.05, stuck_s=0.05, blind_s=0.05, stop_s=0.1, socket_s=1)

    async def ask(liar: Liar) -> None:
        backend = ComfyUI(liar.url, [tmp_path], limits=limits)
        try:
            for work in (backend.version, backend.waiting, lambda: backend.missing(["vae/x"], ["y"])):
                try:
                    await work()
                except BackendError:
                    continue
            await backend.generate(PICTURE, lambda _: None)
        finally:
            await backend.close()

    await told_lies(values, ask)


@ONCE
@given(values=VALUES)
async def test_ollama(values: list[Any]) -> None:
    async def ask(liar: Liar) -> None:
        backend = Ollama(liar.url, "small", limits=OllamaLimits(first_byte_s=2, gap_s=2, slot_s=2, reply_s=2))
        try:
            for work in (backend.version, backend.models, lambda: backend.is_loaded("small")):
                try:
                    await work()
                except BackendError:
                    continue
            async for _ in backend.stream(TEXT):
                pass
        finally:
            await backend.close()

    await told_lies(values, ask)


@ONCE
@given(values=VALUES)
async def test_ollama_that_has_the_model(values: list[Any]) -> None:
    async def ask(liar: Liar) -> None:
        backend = Ollama(liar.url, "small", house=ANYWHERE)
        try:
            async for _ in backend.stream(TEXT):
                pass
        finally:
            await backend.close()

    await told_lies(values, ask)


@ONCE
@given(values=VALUES)
async def test_openai(values: list[Any]) -> None:
    async def ask(liar: Liar) -> None:
        backend = OpenAI(liar.url, "small", limits=OpenAILimits(first_byte_s=2, gap_s=2, reply_s=2))
        try:
            with contextlib.suppress(BackendError):
                await backend.models()
            async for _ in backend.stream(TEXT):
                pass
        finally:
            await backend.close()

    await told_lies(values, ask)


@pytest.mark.parametrize("kind", [OpenAIImages, ChatImages, HttpApi])
@ONCE
@given(values=VALUES)
async def test_picture_services(kind: Any, values: list[Any]) -> None:
    async def ask(liar: Liar) -> None:
        backend = kind(liar.url)
        try:
            await backend.generate(PICTURE, lambda _: None)
        finally:
            await backend.close()

    await told_lies(values, ask)


@ONCE
@given(values=VALUES)
async def test_swarmui(values: list[Any]) -> None:
    limits = SwarmUILimits(connect_s=2, reply_s=2, gap_s=2, job_s=5, stop_s=0.2)

    async def ask(liar: Liar) -> None:
        backend = SwarmUI(liar.url, limits=limits)
        try:
            for work in (backend.models, backend.waiting):
                try:
                    await work()
                except BackendError:
                    continue
            await backend.generate(PICTURE, lambda _: None)
        finally:
            await backend.close()

    await told_lies([*values, {"session_id": "s"}], ask)


@given(value=JSON, status=st.sampled_from([400, 500]))
def test_reasons_and_files_of_nonsense(value: Any, status: int) -> None:
    assert why_refused(status, value)
    assert why_failed(value)
    assert isinstance(files_of(value), list)
    assert isinstance(files_of({"9": value}), list)
    assert isinstance(files_of({"9": {"images": value}}), list)
    assert why_refused(status, {"error": value, "node_errors": {"3": value, "4": {"errors": value}}})


@given(value=JSON)
def test_graphs_of_nonsense(value: Any) -> None:
    for candidate in (value, {"1": value}, {"1": {"class_type": "KSampler", "inputs": value}}):
        try:
            graph = parse_graph(json.dumps(candidate).encode())
        except ValueError:
            continue
        propose(graph, {"KSampler": {"input": {"required": {"model": ["MODEL"]}}}})
        propose(graph, {"KSampler": value} if isinstance(value, dict) else None)
