"""Ollama by its native `/api/chat`: texts, verdicts and looks at pictures, streamed as they come.

Every request says `think`, `keep_alive` and, always the same for a model, `num_ctx`: another value would load
the model anew. A stream that breaks off, ends without `done` or says `error` half-way is a failure, whatever its
status was. Closing a stream closes the connection, and with it the work on the box.
"""

import asyncio
import base64
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.http import MB, HttpProblem
from kiosk.engine.backends.messages import ThinkingSplitter, system_text
from kiosk.engine.backends.ollama_models import (
    ModelFacts,
    OllamaBox,
    OllamaLimits,
    failure,
    is_cloud_name,
    refusal,
    unpacked,
)
from kiosk.engine.house import HERE, House

log = logging.getLogger(__name__)

_OPTIONS = (
    "temperature", "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty",
    "presence_penalty", "frequency_penalty", "num_predict", "stop",
)  # fmt: skip
_EXACT = ("judge", "guard", "vision")
_MAX_ANSWER_BYTES = 16 * MB
_LONGEST_ANSWER = 2_048
_LONGEST_THOUGHT = 8_192
"""In tokens, where the request sets no limit: a model that repeats itself comes to an end."""


class _Message(Struct):
    content: str | None = None
    thinking: str | None = None


class _Piece(Struct):
    message: _Message | None = None
    done: bool = False
    done_reason: str | None = None
    error: Any = None
    prompt_eval_count: int = 0


class _SlotLeaked(Exception):
    """The model is loaded, nobody uses it, and it does not answer."""


class Ollama(OllamaBox):
    """An Ollama server at `url`.

    `model` answers unless the request, or `models` for its purpose, names another. `num_ctx` is the context of
    every model that `contexts` does not name. What the `house` keeps never goes to a model that runs elsewhere.
    """

    multilingual = True

    def __init__(
        self,
        url: str,
        model: str,
        *,
        models: Mapping[str, str] | None = None,
        num_ctx: int = 8192,
        contexts: Mapping[str, int] | None = None,
        think: bool | str = False,
        keep_alive: str | int = "10m",
        house: House = HERE,
        name: str = "ollama",
        limits: OllamaLimits | None = None,
    ) -> None:
        super().__init__(
            url,
            num_ctx=num_ctx,
            contexts=contexts or {},
            keep_alive=keep_alive,
            house=house,
            limits=limits or OllamaLimits(),
        )
        self.name = name
        self._model = model
        self._models = dict(models or {})
        self._think = think
        self._in_flight: Counter[str] = Counter()

    def model_for(self, request: TextRequest) -> str:
        """The name of the model that will answer."""
        return request.model or self._models.get(request.purpose) or self._model

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextChunk, None]:
        """The answer, piece by piece. Raises `BackendError`."""
        model = self.model_for(request)
        await self.check_allowed(model)
        body = await self._body(model, request)
        self._in_flight[model] += 1
        try:
            try:
                async with aclosing(self._answer(model, request, body)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            except _SlotLeaked:
                log.warning("Ollama: %s holds a slot that nobody uses; unloading it once", model)
                await self.unload(model)
                async with aclosing(self._answer(model, request, body, watched=False)) as chunks:
                    async for chunk in chunks:
                        yield chunk
        except HttpProblem as problem:
            raise BackendError(f"Ollama: {problem.reason}", retry=True) from problem
        finally:
            self._in_flight[model] -= 1

    async def _answer(
        self, model: str, request: TextRequest, body: Mapping[str, Any], *, watched: bool = True
    ) -> AsyncGenerator[TextChunk, None]:
        splitter = ThinkingSplitter()
        said = False
        async with aclosing(self._lines("/api/chat", body)) as lines:
            first: bytes | None = await (self._first(lines, model) if watched else anext(lines, None))
            while first is not None:
                piece = _decoded(first)
                message = piece.message or _Message()
                if message.thinking:
                    yield TextChunk(message.thinking, thinking=True)
                for chunk in splitter.feed(message.content or ""):
                    said = said or (not chunk.thinking and bool(chunk.text.strip()))
                    yield chunk
                if piece.done:
                    for chunk in splitter.end():
                        said = said or not chunk.thinking
                        yield chunk
                    self._check_end(model, request, piece, said=said)
                    return
                first = await anext(lines, None)
        raise BackendError("Ollama: the answer broke off before its end", retry=True)

    def _check_end(self, model: str, request: TextRequest, piece: _Piece, *, said: bool) -> None:
        if not said:
            cause = "it ran out of length while thinking" if piece.done_reason == "length" else "it said nothing"
            raise BackendError(f"Ollama: {model} gave no answer: {cause}")
        if piece.done_reason != "stop" and request.purpose in _EXACT:
            raise BackendError(f"Ollama: the verdict of {model} was cut off")
        if piece.prompt_eval_count >= self.context_of(model) * 0.95:
            log.warning("Ollama: the text all but fills the context of %s; its beginning may be unread", model)

    async def _lines(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        limits = self._limits
        async with self._http.stream(
            "POST", path, json=body, first_byte_s=limits.first_byte_s, gap_s=limits.gap_s, max_bytes=_MAX_ANSWER_BYTES
        ) as reply:
            if reply.status != 200:
                raise refusal(reply.status, (await reply.read()).body)
            async with aclosing(reply.lines()) as lines:
                async for line in lines:
                    if line.strip():
                        yield line

    async def _first(self, lines: AsyncIterator[bytes], model: str) -> bytes | None:
        """The first line; a model that is loaded and idle, yet does not begin, raises `_SlotLeaked`."""

        async def begin() -> bytes | None:
            return await anext(lines, None)

        waiting = asyncio.create_task(begin())
        try:
            done, _ = await asyncio.wait([waiting], timeout=self._limits.slot_s)
            if not done and self._in_flight[model] == 1 and await self.is_loaded(model):
                raise _SlotLeaked
            return await waiting
        finally:
            if not waiting.done():
                waiting.cancel()
                await asyncio.wait([waiting])

    async def _body(self, model: str, request: TextRequest) -> dict[str, Any]:
        parameters = request.parameters
        options = {name: parameters[name] for name in _OPTIONS if name in parameters}
        user: dict[str, Any] = {"role": "user", "content": request.text}
        if request.images:
            user["images"] = [base64.b64encode(image).decode("ascii") for image in request.images]
        rules = system_text(request)
        think = await self._thinking(model, parameters.get("think", self._think))
        longest = min(_LONGEST_THOUGHT if think else _LONGEST_ANSWER, self.context_of(model))
        body: dict[str, Any] = {
            "model": model,
            "messages": ([{"role": "system", "content": rules}] if rules else []) + [user],
            "stream": True,
            "think": think,
            "truncate": False,  # a text that does not fit is refused, never read in part
            "keep_alive": self._keep_alive,
            "options": {
                "num_predict": longest,
                **options,
                "seed": request.seed,
                "num_ctx": self.context_of(model),
            },
        }
        if "format" in parameters:
            body["format"] = parameters["format"]
        return body

    async def _thinking(self, model: str, wanted: Any) -> bool | str:
        """What to say for `think`: asking a model to think that cannot is refused by the box."""
        if "gpt-oss" in model and not isinstance(wanted, str):
            return "medium" if wanted else "low"  # it knows levels only, and always thinks
        if not wanted or "thinking" not in (await self.facts(model)).capabilities:
            return False
        return wanted if isinstance(wanted, str) else True


def _decoded(line: bytes) -> _Piece:
    try:
        piece = msgspec.json.decode(line, type=_Piece)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BackendError("Ollama: the answer is not in Ollama's protocol", retry=True) from error
    if piece.error is not None:
        raise failure(unpacked(piece.error))
    return piece


__all__ = ["ModelFacts", "Ollama", "OllamaLimits", "is_cloud_name"]
