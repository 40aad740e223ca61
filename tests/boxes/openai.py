"""A server of OpenAI's protocol with no model behind it: chat as server-sent events, pictures in every form."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

from tests.boxes import samples
from tests.boxes.server import Box, Exchange


def retell(body: dict[str, Any]) -> str:
    """What a model says when a test does not care."""
    content = body["messages"][-1]["content"]
    return f"Erzählt: {content if isinstance(content, str) else content[0]['text']}"


class OpenAI(Box):
    """The server. `key` is the only one accepted, where set; `flaws` are what real servers get wrong."""

    def __init__(
        self,
        port: int = 0,
        *,
        key: str = "",
        answer: Callable[[dict[str, Any]], str] = retell,
        thinking: str = "",
        piece_s: float = 0.0,
    ) -> None:
        super().__init__(port)
        self.key = key
        self.answer_of = answer
        self.thinking = thinking
        self.piece_s = piece_s
        self.flaws: set[str] = set()
        self.picture = samples.picture()

    async def answer(self, exchange: Exchange) -> None:
        """The routes below /v1, and pictures below /files."""
        request = exchange.request
        route = (request.method, request.path)
        if route == ("GET", "/files/1.png"):
            await exchange.reply(200, self.picture, "image/png")
        elif self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            given = request.headers.get("authorization", "")
            await _fail(exchange, 401, f"Incorrect API key provided: {given}", "invalid_request_error")
        elif "echoes the key" in self.flaws:
            await _fail(
                exchange, 400, f"bad request with {request.headers['authorization']}", "invalid_request_error"
            )
        elif "busy" in self.flaws:
            await _fail(exchange, 429, "Rate limit reached", "rate_limit_error")
        elif route == ("GET", "/v1/models"):
            data = [{"id": "small", "object": "model"}]
            await exchange.reply_json({"object": "list", "data": None if "no models" in self.flaws else data})
        elif route == ("POST", "/v1/chat/completions"):
            await self._chat(exchange, request.json())
        elif route in (("POST", "/v1/images/generations"), ("POST", "/v1/images/edits")):
            await self._picture(exchange)
        elif route == ("POST", "/draw"):
            await exchange.reply_json({"output": [{"url": f"{self.url}/files/1.png"}]})
        else:
            await exchange.reply(404, b'{"detail":"Not Found"}')

    async def _picture(self, exchange: Exchange) -> None:
        if "url" in self.flaws:
            await exchange.reply_json({"created": 1, "data": [{"url": f"{self.url}/files/1.png"}]})
        else:
            await exchange.reply_json({"created": 1, "data": [{"b64_json": base64.b64encode(self.picture).decode()}]})

    async def _chat(self, exchange: Exchange, body: dict[str, Any]) -> None:
        if "image" in body.get("modalities", []):
            url = "data:image/png;base64," + base64.b64encode(self.picture).decode()
            if "loses its server" in self.flaws:
                error = {"code": 502, "message": f"the server behind it died, {self.key}"}
                await exchange.reply_json({"choices": [{"index": 0, "error": error, "message": {"content": ""}}]})
                return
            drawn = [] if "only talks" in self.flaws else [{"type": "image_url", "image_url": {"url": url}}]
            message = {"role": "assistant", "content": "Here it is.", "images": drawn}
            await exchange.reply_json({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
            return
        await exchange.start(200, "text/event-stream")
        await exchange.chunk(b": PROCESSING\n\n")
        await self._event(exchange, {"role": "assistant", "content": ""})
        for word in self.thinking.split():
            await self._event(exchange, {"reasoning_content": word + " "})
        words = self.answer_of(body).split(" ")
        for number, word in enumerate(words):
            await asyncio.sleep(self.piece_s)
            if "dies half-way" in self.flaws and number == 1:
                await exchange.chunk(b'data: {"error":{"message":"the engine stopped","code":500}}\n\n')
                await exchange.end()
                return
            await self._event(exchange, {"content": word + (" " if number < len(words) - 1 else "")})
        if "swallows its error" not in self.flaws:
            ends = {"length": "length", "loses its server": "error"}
            reason = next((reason for flaw, reason in ends.items() if flaw in self.flaws), "stop")
            await self._event(exchange, {}, reason)
            await exchange.chunk(b"data: [DONE]\n\n")
        await exchange.end()

    async def _event(self, exchange: Exchange, delta: dict[str, Any], reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        event = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [choice]}
        await exchange.chunk(b"data: " + json.dumps(event).encode() + b"\n\n")


async def _fail(exchange: Exchange, status: int, message: str, kind: str) -> None:
    error = {"message": message, "type": kind, "param": None, "code": None}
    await exchange.reply_json({"error": error}, status)
