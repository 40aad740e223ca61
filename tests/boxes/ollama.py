"""An Ollama server by its native protocol, with no model behind it.

One model answers one request at a time; others wait without limit. Headers come with the first piece. `answer`
says what a model writes; `flaws` are the ways in which real servers end a stream wrongly.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field

from tests.boxes.server import Box, Exchange, Gone

VERSION = "0.33.0"


class Model(Struct):
    """A model that a box has."""

    name: str
    capabilities: list[str] = field(default_factory=lambda: ["completion"])
    remote_host: str | None = None
    size: int = 4_000_000_000
    tells_capabilities: bool = True


def retell(body: dict[str, Any]) -> str:
    """What a model says when a test does not care: the last message, and for a form, its first value."""
    form = body.get("format")
    if isinstance(form, dict) and form.get("enum"):
        return json.dumps(form["enum"][0])
    return f"Erzählt: {body['messages'][-1]['content']}"


class Ollama(Box):
    """The server. `asked` are the requests, `loaded` the models in memory with their contexts."""

    def __init__(
        self,
        port: int = 0,
        *,
        models: list[Model] | None = None,
        answer: Callable[[dict[str, Any]], str] = retell,
        thinking: str = "",
        piece_s: float = 0.0,
        load_s: float = 0.0,
    ) -> None:
        super().__init__(port)
        self.models = (
            [Model("small:latest"), Model("thinker:8b", ["completion", "thinking"])] if models is None else models
        )
        self.answer_of = answer
        self.thinking = thinking
        self.piece_s, self.load_s = piece_s, load_s
        self.flaws: set[str] = set()
        self.loaded: dict[str, int] = {}
        self.loads: list[tuple[str, int]] = []
        self.stopped = 0
        self.leaked = False
        self._slots: dict[str, asyncio.Lock] = {}

    def died(self) -> None:
        """Nothing stays in memory."""
        self.loaded.clear()
        self._slots.clear()

    async def start(self) -> None:
        """Listen, with nothing in memory."""
        self.died()
        await super().start()

    async def answer(self, exchange: Exchange) -> None:
        """Every route that a client needs."""
        request = exchange.request
        route = (request.method, request.path)
        if route == ("GET", "/api/version"):
            await exchange.reply_json({"version": VERSION})
        elif route == ("GET", "/api/tags"):
            await exchange.reply_json({"models": [self._tag(model) for model in self.models]})
        elif route == ("GET", "/api/ps"):
            held = [
                {"name": name, "model": name, "size": 4_000, "size_vram": 4_000, "context_length": context}
                for name, context in self.loaded.items()
            ]
            await exchange.reply_json({"models": held})
        elif route in (("POST", "/api/chat"), ("POST", "/api/generate"), ("POST", "/api/show")):
            await self._post(exchange, request.path.rsplit("/", 1)[-1])
        elif request.path == "/":
            await exchange.reply(200, b"Ollama is running", "text/plain")
        else:
            await exchange.reply(404, b"404 page not found", "text/plain")

    def _tag(self, model: Model) -> dict[str, Any]:
        told: dict[str, Any] = {"name": model.name, "model": model.name, "size": model.size, "digest": "0" * 64}
        told["details"] = {
            "format": "gguf",
            "family": "llama",
            "parameter_size": "8B",
            "quantization_level": "Q4_K_M",
        }
        if model.tells_capabilities:
            told["capabilities"] = model.capabilities
        if model.remote_host:
            told |= {"remote_host": model.remote_host, "remote_model": model.name}
        return told

    async def _post(self, exchange: Exchange, what: str) -> None:
        try:
            body = exchange.request.json()
        except ValueError:
            await exchange.reply_json({"error": "invalid JSON"}, 400)
            return
        model = self._named(str(body.get("model", "")))
        if model is None:
            await exchange.reply_json({"error": f"model '{body.get('model')}' not found"}, 404)
        elif what == "show":
            await exchange.reply_json({"capabilities": model.capabilities, "details": {}})
        elif what == "generate":
            await self._load_or_unload(exchange, model, body)
        else:
            await self._chat(exchange, model, body)

    def _named(self, name: str) -> Model | None:
        full = name.lower() if ":" in name else f"{name.lower()}:latest"
        return next((model for model in self.models if model.name.lower() == full), None)

    async def _load_or_unload(self, exchange: Exchange, model: Model, body: dict[str, Any]) -> None:
        if body.get("keep_alive") == 0:
            self.loaded.pop(model.name, None)
            self._slots.pop(model.name, None)
            self.leaked = False
            await exchange.reply_json({"model": model.name, "done": True, "done_reason": "unload"})
            return
        await self._load(model, body)
        await exchange.reply_json({"model": model.name, "response": "", "done": True, "done_reason": "load"})

    async def _load(self, model: Model, body: dict[str, Any]) -> None:
        context = int(body.get("options", {}).get("num_ctx", 4096))
        if self.loaded.get(model.name) != context:
            await asyncio.sleep(self.load_s)
            self.loaded[model.name] = context
            self.loads.append((model.name, context))
            self.moved()

    async def _chat(self, exchange: Exchange, model: Model, body: dict[str, Any]) -> None:
        think = body.get("think", "thinking" in model.capabilities)
        if think and "thinking" not in model.capabilities:
            await exchange.reply_json({"error": f'"{model.name}" does not support thinking'}, 400)
            return
        images = [image for message in body["messages"] for image in message.get("images") or ()]
        if any(image.startswith("data:") for image in images):
            await exchange.reply_json({"error": "illegal base64 data at input byte 4"}, 400)
            return
        if images and "vision" not in model.capabilities:
            inner = {"error": {"code": 500, "message": "image input is not supported", "type": "server_error"}}
            await exchange.reply_json({"error": json.dumps(inner)}, 500)
            return
        await self._load(model, body)
        slot = self._slots.setdefault(model.name, asyncio.Lock())
        waiting = asyncio.create_task(slot.acquire())
        gone = asyncio.create_task(exchange.gone.wait())
        await asyncio.wait([waiting, gone], return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not waiting.done():
            waiting.cancel()
            raise Gone
        try:
            if "refuses" in self.flaws:
                inner = {"error": {"code": 400, "message": "request exceeds the available context size"}}
                await exchange.reply_json({"error": json.dumps(inner)}, 400)
                return
            await self._stream(exchange, model, body, bool(think))
        except Gone:
            self.stopped += 1
            raise
        finally:
            if not self.leaked and slot.locked():
                slot.release()
            self.moved()

    async def _stream(self, exchange: Exchange, model: Model, body: dict[str, Any], think: bool) -> None:
        begun = False
        count = 0
        for piece in self._pieces(body, think):
            await asyncio.sleep(self.piece_s)
            if exchange.gone.is_set():
                raise Gone
            if not begun:
                await exchange.start()
                begun = True
            if "dies half-way" in self.flaws and count == 2:
                await exchange.chunk(b'{"error":"model runner has unexpectedly stopped"}\n')
                await exchange.end()
                return
            count += 1
            await exchange.chunk(self._line(model, message=piece, done=False))
        if "no done" not in self.flaws:
            if not begun:
                await exchange.start()
            reason = "length" if "length" in self.flaws else "stop"
            facts = {"total_duration": 10**9, "prompt_eval_count": 40, "eval_count": count, "eval_duration": 10**8}
            await exchange.chunk(self._line(model, message={"content": ""}, done=True, done_reason=reason, **facts))
        await exchange.end()

    def _pieces(self, body: dict[str, Any], think: bool) -> Iterator[dict[str, str]]:
        if think:
            for word in self.thinking.split():
                yield {"content": "", "thinking": word + " "}
        if "only thinks" in self.flaws:
            return
        words = self.answer_of(body).split(" ")
        for number, word in enumerate(words):
            yield {"content": word + (" " if number < len(words) - 1 else "")}
        if "endless" in self.flaws:
            for _ in itertools.count():
                yield {"content": "und "}

    def _line(self, model: Model, **facts: Any) -> bytes:
        message = {"role": "assistant", **facts.pop("message")}
        line = {"model": model.name, "created_at": "2026-11-20T11:03:16.123456789Z", "message": message, **facts}
        return (json.dumps(line, ensure_ascii=False) + "\n").encode()

    async def stop(self) -> None:
        """End at once."""
        with contextlib.suppress(Gone):
            await super().stop()
