"""Pictures, sound and film from web APIs: OpenAI images, pictures in chat answers (OpenRouter), any JSON API.

These services give no steps; while they work nothing is reported. What they hand over, in whatever form, goes
through `media_sources.take`. The key is sent and never told.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from msgspec import Struct

from kiosk import mediatypes
from kiosk.engine.backends import BackendError, MediaRequest, MediaResult, Report
from kiosk.engine.backends.http import MB, BoxHttp, HttpProblem, Reply
from kiosk.engine.backends.openai import bearer, data_uri, hidden, refusal
from kiosk.engine.formats import BadMedia
from kiosk.engine.media import MAX_BYTES
from kiosk.engine.media_sources import NOTHING, Allowed, take

_OWN = ("sketchbook", "path", "answer", "fields", "fps", "frame_step")
_USUAL_PLACES = (
    "data[].b64_json", "data[].url", "images[].image_url.url", "images[].url", "images[]", "image", "image_url",
    "audio", "audio_url", "video", "video_url", "output[]", "output", "artifacts[].base64", "url", "file", "result",
)  # fmt: skip
_MAX_REPLY_BYTES = 256 * MB


class WebLimits(Struct, frozen=True, kw_only=True):
    """How long to wait, in seconds: for the whole answer, as these services say nothing before, and for a sign."""

    answer_s: float = 300.0
    look_s: float = 10.0


class _WebApi:
    """What the three kinds share: one POST, one JSON answer, its files. `model` is for requests that name none."""

    usual_name: ClassVar[str]
    usual_model: ClassVar[str] = ""

    def __init__(
        self,
        url: str,
        *,
        key: str = "",
        model: str = "",
        name: str = "",
        allowed: Allowed = NOTHING,
        limits: WebLimits | None = None,
    ) -> None:
        self.name = name or self.usual_name
        self._model = model or self.usual_model
        self._key = key
        self._allowed = allowed
        self._limits = limits or WebLimits()
        self._http = BoxHttp(url, headers=bearer(key), reply_s=self._limits.answer_s)

    async def _asked(self, path: str, **body: Any) -> Any:
        try:
            reply: Reply = await self._http.post(path, max_bytes=_MAX_REPLY_BYTES, **body)
            if reply.status not in (200, 201):
                raise refusal(self.name, reply.status, reply.body, self._key)
            told = reply.json()
        except HttpProblem as problem:
            raise BackendError(f"{self.name}: {problem.reason}", retry=not problem.sent) from problem
        if isinstance(told, dict) and told.get("error"):
            raise refusal(self.name, 200, reply.body, self._key)
        return told

    async def _results(self, sources: list[str], request: MediaRequest, model: str) -> list[MediaResult]:
        results = []
        for source in sources:
            try:
                data = await take(source, self._allowed, max_bytes=MAX_BYTES[request.media_type])
            except BadMedia as error:
                raise BackendError(f"{self.name}: {error.reason}") from error
            results.append(MediaResult(data=data, model=model))
        if not results:
            raise BackendError(f"{self.name} answered without a file")
        return results

    async def reachable(self) -> None:
        """Ask for something small, with the key: the health check. Raises `BackendError`."""
        reply = await self._looked_at("/models")
        if reply.status in (401, 403) or reply.status >= 500:
            raise refusal(self.name, reply.status, reply.body, self._key)

    async def _looked_at(self, path: str) -> Reply:
        try:
            return await self._http.get(path, reply_s=self._limits.look_s)
        except HttpProblem as problem:
            raise BackendError(f"{self.name}: {problem.reason}", retry=not problem.too_large) from problem

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()


class OpenAIImages(_WebApi):
    """`POST /images/generations`, or `/images/edits` when there are pictures; base64 or an address comes back."""

    usual_name = "openai"
    usual_model = "gpt-image-1"

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """One picture or more. Raises `BackendError`."""
        model = request.model or self._model
        body = {"model": model, "prompt": request.prompt, "n": 1, **_own_parameters(request.parameters)}
        if request.width and request.height:
            body["size"] = f"{request.width}x{request.height}"
        if request.images:
            files = [("image[]", (f"picture{n}", image, _mime(image))) for n, image in enumerate(request.images, 1)]
            form = {name: str(value) for name, value in body.items()}
            told = await self._asked("/images/edits", data=form, files=files)
        else:
            told = await self._asked("/images/generations", json=body)
        return await self._results(find_sources(told, ("data[].b64_json", "data[].url")), request, model)


class ChatImages(_WebApi):
    """`POST /chat/completions` of models that draw: pictures come as data URIs in the message (OpenRouter)."""

    usual_name = "openrouter"

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """One picture or more. Raises `BackendError`, with the model's words when it only talks."""
        model = request.model or self._model
        content: list[dict[str, Any]] = [{"type": "text", "text": request.prompt}]
        content += [{"type": "image_url", "image_url": {"url": data_uri(image)}} for image in request.images]
        body = {
            "model": model,
            "messages": [{"role": "user", "content": content}],
            "modalities": ["image", "text"],
            **_own_parameters(request.parameters),
        }
        told = await self._asked("/chat/completions", json=body)
        sources = find_sources(told, ("choices[].message.images[].image_url.url",))
        if not sources and (reasons := find_sources(told, ("choices[].error.message",))):
            raise BackendError(f"{self.name}: {hidden(reasons[0], self._key)}")
        if not sources:
            words = " ".join(find_sources(told, ("choices[].message.content",)))
            raise BackendError(f"{self.name}: {model} drew nothing" + (f" and said: {words[:200]}" if words else ""))
        return await self._results(sources, request, model)


class HttpApi(_WebApi):
    """Any API that takes JSON and answers with JSON that holds a file or tells where it is.

    The output config's parameters say how: `path` to POST to, `fields` (our name → its name, or `""` to leave
    out), `answer` (where the file stands, `output[].url`; without it the usual places are tried). All other
    parameters are sent as they are.
    """

    usual_name = "http"

    async def answering(self) -> None:
        """Whether anything answers there at all: what an API says to GET is its own matter. Raises `BackendError`."""
        await self._looked_at("/")

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """One file or more. Raises `BackendError`."""
        parameters = request.parameters
        fields = parameters.get("fields")
        told = await self._asked(
            str(parameters.get("path") or "/"),
            json=_renamed(request, fields if isinstance(fields, Mapping) else {}) | _own_parameters(parameters),
        )
        answer = parameters.get("answer")
        sources = find_sources(told, (str(answer),) if answer else _USUAL_PLACES)
        return await self._results(sources, request, request.model or self.name)


def find_sources(told: Any, places: tuple[str, ...]) -> list[str]:
    """The texts at the first of these places that has any; `a[].b` goes through a list."""
    if isinstance(told, str):
        return [told]
    for place in places:
        found = [
            value for value in _at(told, place.replace("[]", ".[]").split(".")) if isinstance(value, str) and value
        ]
        if found:
            return found
    return []


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "[]" and isinstance(value, list):
        for entry in value:
            yield from _at(entry, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _renamed(request: MediaRequest, fields: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt or None,
        "seed": request.seed,
        "width": request.width,
        "height": request.height,
        "steps": request.steps,
        "duration_s": request.duration_s,
        "image": data_uri(request.images[0]) if request.images else None,
    }
    named = {str(fields.get(name, name)): value for name, value in facts.items() if value is not None}
    return {name: value for name, value in named.items() if name}


def _own_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name not in _OWN}


def _mime(image: bytes) -> str:
    return mediatypes.sniff(image) or "application/octet-stream"
