"""Text from any server that speaks OpenAI's chat completions: llama.cpp, vLLM, LM Studio, OpenRouter, OpenAI.

Streams are server-sent events that end with `[DONE]`; one that ends without it, or without a finish reason, broke
off, as some servers swallow an error half-way. The key is sent and never told: not in errors, not in logs.
"""

import base64
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import msgspec
from msgspec import Struct, field

from kiosk import mediatypes
from kiosk.engine.backends import BackendError, TextChunk, TextRequest
from kiosk.engine.backends.http import MB, BoxHttp, HttpProblem
from kiosk.engine.backends.messages import ThinkingSplitter, system_text
from kiosk.engine.house import ANYWHERE, House

log = logging.getLogger(__name__)

_PASSED_ON = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "stop")
_EXACT = ("judge", "guard", "vision")
_MAX_ANSWER_BYTES = 16 * MB
_LONGEST_ANSWER = 4_096
"""In tokens, thinking included, where the request sets no limit: a model that repeats itself comes to an end."""
_RETRY = (408, 429, 500, 502, 503, 504, 529)


class OpenAILimits(Struct, frozen=True, kw_only=True):
    """How long to wait for what, in seconds: for an answer to begin, between its pieces, for a short reply."""

    first_byte_s: float = 120.0
    gap_s: float = 60.0
    reply_s: float = 15.0


class _Delta(Struct):
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None


class _Choice(Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Event(Struct):
    choices: list[_Choice] = field(default_factory=list)
    error: Any = None


class OpenAI:
    """A server at `url`, which ends where `/chat/completions` begins (`http://127.0.0.1:8080/v1`).

    `model` answers unless the request, or `models` for its purpose, names another. `extra` goes into every
    request as it is, for what one server wants and others do not know. What the `house` keeps is not
    sent to an address outside.
    """

    multilingual = True

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        models: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        house: House = ANYWHERE,
        name: str = "openai",
        limits: OpenAILimits | None = None,
    ) -> None:
        self.name = name
        self._model = model
        self._models = dict(models or {})
        self._extra = dict(extra or {})
        self._key = key
        self._url, self._house = url, house
        self._limits = limits or OpenAILimits()
        self._http = BoxHttp(url, headers=bearer(key), reply_s=self._limits.reply_s)

    def model_for(self, request: TextRequest) -> str:
        """The name of the model that will answer."""
        return request.model or self._models.get(request.purpose) or self._model

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextChunk, None]:
        """The answer, piece by piece. Raises `BackendError`."""
        model = self.model_for(request)
        if not self._house.lets(self._url):
            raise BackendError(f"{self.name}: {model} does not run in this house")
        try:
            async with (
                aclosing(self._events(self._body(model, request))) as events,
                aclosing(self._answer(model, request, events)) as chunks,
            ):
                async for chunk in chunks:
                    yield chunk
        except HttpProblem as problem:
            raise BackendError(f"{self.name}: {problem.reason}", retry=True) from problem

    async def _answer(
        self, model: str, request: TextRequest, events: AsyncGenerator[_Event, None]
    ) -> AsyncGenerator[TextChunk, None]:
        splitter, said, reason = ThinkingSplitter(), False, ""
        async for event in events:
            choice = event.choices[0] if event.choices else _Choice()
            delta = choice.delta or _Delta()
            if thought := delta.reasoning or delta.reasoning_content:
                yield TextChunk(thought, thinking=True)
            for chunk in splitter.feed(delta.content or ""):
                said = said or (not chunk.thinking and bool(chunk.text.strip()))
                yield chunk
            reason = choice.finish_reason or reason
        if reason in ("", "error"):  # a gateway that lost its server half-way says `error` instead of an end
            raise BackendError(f"{self.name}: the answer broke off before its end", retry=True)
        for chunk in splitter.end():
            said = said or not chunk.thinking
            yield chunk
        if reason == "content_filter":
            raise BackendError(f"{self.name}: the server's own filter stopped the answer")
        if not said:
            cause = "it ran out of length while thinking" if reason == "length" else "it said nothing"
            raise BackendError(f"{self.name}: {model} gave no answer: {cause}")
        if reason != "stop" and request.purpose in _EXACT:
            raise BackendError(f"{self.name}: the verdict of {model} was cut off")

    async def _events(self, body: Mapping[str, Any]) -> AsyncGenerator[_Event, None]:
        """The data of each event; comments, which some servers send to keep the line open, are passed over."""
        limits = self._limits
        async with self._http.stream(
            "POST",
            "/chat/completions",
            json=body,
            first_byte_s=limits.first_byte_s,
            gap_s=limits.gap_s,
            max_bytes=_MAX_ANSWER_BYTES,
        ) as reply:
            if reply.status != 200:
                raise refusal(self.name, reply.status, (await reply.read()).body, self._key)
            async with aclosing(reply.lines()) as lines:
                async for line in lines:
                    if not line.startswith(b"data:"):
                        self._check_other(line)
                        continue
                    data = line[5:].strip()
                    if data == b"[DONE]":
                        return
                    yield self._decoded(data)
        raise BackendError(f"{self.name}: the answer broke off before its end", retry=True)

    def _check_other(self, line: bytes) -> None:
        """Of a stream of events there may be other lines; anything else means that some of it was lost."""
        if line.strip() and not line.startswith((b":", b"event", b"id", b"retry")):
            raise BackendError(f"{self.name}: the answer is not in OpenAI's protocol", retry=True)

    def _decoded(self, data: bytes) -> _Event:
        try:
            event = msgspec.json.decode(data, type=_Event)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BackendError(f"{self.name}: the answer is not in OpenAI's protocol", retry=True) from error
        if event.error is not None:
            raise BackendError(f"{self.name}: {_words(event.error, self._key)}", retry=True)
        return event

    def _body(self, model: str, request: TextRequest) -> dict[str, Any]:
        parameters = request.parameters
        rules = system_text(request)
        body: dict[str, Any] = {
            "model": model,
            "messages": ([{"role": "system", "content": rules}] if rules else []) + [_user_message(request)],
            "stream": True,
            "seed": request.seed,
            **{name: parameters[name] for name in _PASSED_ON if name in parameters},
        }
        body["max_tokens"] = parameters.get("num_predict", _LONGEST_ANSWER)
        if isinstance(parameters.get("think"), str):
            body["reasoning_effort"] = parameters["think"]
        if isinstance(form := parameters.get("format"), Mapping):
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": dict(form)},
            }
        if "max_completion_tokens" in self._extra:  # newer models of OpenAI itself refuse the older name
            del body["max_tokens"]
        return body | self._extra

    async def models(self) -> list[str]:
        """The names of the server's models. Raises `BackendError`."""
        try:
            reply = await self._http.get("/models")
            told = reply.json() if reply.status == 200 else None
        except HttpProblem as problem:
            raise BackendError(f"{self.name}: {problem.reason}", retry=True) from problem
        if reply.status != 200:
            raise refusal(self.name, reply.status, reply.body, self._key)
        entries = told.get("data") if isinstance(told, dict) else None
        listed = entries if isinstance(entries, list) else []  # some servers without models say null
        return [str(entry["id"]) for entry in listed if isinstance(entry, dict) and "id" in entry]

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key, if there is one."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def refusal(name: str, status: int, body: bytes, key: str) -> BackendError:
    """What a reply with an error status says, without the key."""
    if status in (401, 403):
        return BackendError(f"{name}: the server does not accept the key ({status})")
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        told = None
    error = told.get("error", told) if isinstance(told, dict) else None
    words = _words(error, key) if error else f"it answered {status}"
    return BackendError(f"{name}: {words}", retry=status in _RETRY)


def _words(error: Any, key: str) -> str:
    words = str(error.get("message") or error.get("type") or error) if isinstance(error, dict) else str(error)
    return hidden(words, key)


def hidden(words: str, key: str) -> str:
    """The beginning of what a server says, without the key, should it repeat it."""
    return (words.replace(key, "…") if key else words)[:300]


def _user_message(request: TextRequest) -> dict[str, Any]:
    if not request.images:
        return {"role": "user", "content": request.text}
    parts: list[dict[str, Any]] = [{"type": "text", "text": request.text}]
    parts += [{"type": "image_url", "image_url": {"url": data_uri(image)}} for image in request.images]
    return {"role": "user", "content": parts}


def data_uri(image: bytes) -> str:
    """A picture as these servers take it."""
    mime_type = mediatypes.sniff(image) or "application/octet-stream"
    return f"data:{mime_type};base64,{base64.b64encode(image).decode('ascii')}"
