"""The models of an Ollama server: which there are, what they can do, where they run, in memory or not."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from kiosk.engine.backends import BackendError
from kiosk.engine.backends.http import BoxHttp, HttpProblem
from kiosk.engine.house import House

log = logging.getLogger(__name__)

T = TypeVar("T")

_FACTS_FRESH_S = 60.0
_UNLOAD_LOOKS_S = 0.2


class OllamaLimits(Struct, frozen=True, kw_only=True):
    """How long to wait for what, in seconds.

    `first_byte_s`: for an answer to begin, loading included. `gap_s`: between its pieces. `slot_s`: after which a
    loaded model that does not begin, although nobody else waits for it here, is unloaded once and asked again.
    """

    first_byte_s: float = 330.0
    gap_s: float = 60.0
    slot_s: float = 150.0
    reply_s: float = 10.0


class ModelFacts(Struct, frozen=True):
    """A model of a box. `capabilities` as the box names them (completion, vision, thinking, tools ...)."""

    name: str
    capabilities: tuple[str, ...] = ()
    remote: bool = False


class _Tag(Struct):
    name: str = ""
    capabilities: list[str] | None = None
    remote_host: str | None = None
    remote_model: str | None = None


class _Tags(Struct):
    models: list[_Tag] | None = None


class OllamaBox:
    """An Ollama server at `url`, asked about its models. `num_ctx` holds for models that `contexts` does not name.

    For what the `house` keeps, models that run elsewhere are refused.
    """

    def __init__(
        self,
        url: str,
        *,
        num_ctx: int,
        contexts: Mapping[str, int],
        keep_alive: str | int,
        house: House,
        limits: OllamaLimits,
    ) -> None:
        self._num_ctx = num_ctx
        self._contexts = dict(contexts)
        self._keep_alive = keep_alive
        self._url, self._house = url, house
        self._limits = limits
        self._http = BoxHttp(url, reply_s=limits.reply_s)
        self._known: dict[str, tuple[float, ModelFacts]] = {}

    async def facts(self, model: str) -> ModelFacts:
        """What the box says of a model, asked at most once a minute. Raises `BackendError` if it has none such."""
        asked, facts = self._known.get(model, (0.0, None))
        if facts is None or time.monotonic() - asked > _FACTS_FRESH_S:
            tag = next((tag for tag in await self._tags() if full_name(tag.name) == full_name(model)), None)
            if tag is None:
                raise BackendError(f"Ollama has no model {model}; `ollama pull {model}` fetches it")
            facts = await self._facts_of(tag)
            self._known[model] = (time.monotonic(), facts)
        return facts

    async def models(self) -> list[ModelFacts]:
        """The models that may be used here, with what they can do. Raises `BackendError`."""
        found = [await self._facts_of(tag) for tag in await self._tags()]
        return [facts for facts in found if not (self._house.keeps and facts.remote)]

    async def _tags(self) -> list[_Tag]:
        return _converted(await self._ask("GET", "/api/tags"), _Tags).models or []

    async def _facts_of(self, tag: _Tag) -> ModelFacts:
        capabilities = tag.capabilities
        remote = bool(tag.remote_host or tag.remote_model) or is_cloud_name(tag.name)
        if capabilities is None and not remote:
            shown = _converted(await self._ask("POST", "/api/show", {"model": tag.name}), _Tag)
            capabilities, remote = shown.capabilities, bool(shown.remote_host or shown.remote_model)
        return ModelFacts(tag.name, tuple(capabilities or ()), remote)

    async def check_allowed(self, model: str) -> None:
        """Raises `BackendError` for a model that there is not, or that does not run in this house."""
        if not self._house.lets(self._url):
            raise BackendError("Ollama does not run in this house")
        if self._house.keeps and (is_cloud_name(model) or (await self.facts(model)).remote):
            raise BackendError(f"Ollama: {model} does not run in this house")

    async def version(self) -> str:
        """The version of the box. Raises `BackendError` when it does not answer as Ollama does."""
        told = (await self._ask("GET", "/api/version")).get("version")
        if not isinstance(told, str):
            raise BackendError("what answers there is not Ollama")
        return told

    async def preload(self, model: str) -> None:
        """Load a model before it is needed, with the context that it will be used with. May take minutes."""
        await self.check_allowed(model)
        await self._load(model, self._keep_alive)

    async def unload(self, model: str, *, within_s: float = 10.0) -> None:
        """Take a model out of memory and wait until it is out. Raises `BackendError`."""
        await self._load(model, 0)
        looks = max(1, int(within_s / _UNLOAD_LOOKS_S))
        for _ in range(looks):
            if not await self.is_loaded(model):
                return
            await asyncio.sleep(_UNLOAD_LOOKS_S)
        log.warning("Ollama: %s is still in memory after %g s", model, within_s)

    async def is_loaded(self, model: str) -> bool:
        """Whether a model is in memory now. Raises `BackendError`."""
        loaded = _converted(await self._ask("GET", "/api/ps"), _Tags).models or []
        return full_name(model) in {full_name(entry.name) for entry in loaded}

    async def _load(self, model: str, keep_alive: str | int) -> None:
        body: dict[str, Any] = {"model": model, "stream": False, "keep_alive": keep_alive}
        if keep_alive != 0:
            body["options"] = {"num_ctx": self.context_of(model)}
        try:
            reply = await self._http.post("/api/generate", json=body, reply_s=self._limits.first_byte_s)
        except HttpProblem as problem:
            raise BackendError(f"Ollama: {problem.reason}", retry=True) from problem
        if reply.status != 200:
            raise refusal(reply.status, reply.body)

    def context_of(self, model: str) -> int:
        """The fixed context of a model, in tokens."""
        return self._contexts.get(model, self._num_ctx)

    async def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        try:
            reply = await (self._http.get(path) if method == "GET" else self._http.post(path, json=body))
        except HttpProblem as problem:
            raise BackendError(f"Ollama: {problem.reason}", retry=True) from problem
        if reply.status != 200:
            raise refusal(reply.status, reply.body)
        try:
            told = reply.json()
        except HttpProblem as problem:
            raise BackendError(f"Ollama: {problem.reason}") from problem
        if not isinstance(told, dict):
            raise BackendError("what answers there is not Ollama")
        return told

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()


def is_cloud_name(model: str) -> bool:
    """Whether a name says that the model runs on Ollama's cloud."""
    return model.lower().endswith((":cloud", "-cloud"))


def full_name(model: str) -> str:
    """A name as the box compares it: lower case, with its tag."""
    name = model.lower()
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def refusal(status: int, body: bytes) -> BackendError:
    """What a reply with an error status says."""
    problem = failure(error_text(body) or f"it answered {status}")
    return BackendError(problem.reason, retry=problem.retry or status in (429, 502, 503))


def failure(reason: str) -> BackendError:
    """What a box says went wrong, before an answer or in the middle of one; a model that died is loaded anew."""
    return BackendError(f"Ollama: {reason}", retry="unexpectedly stopped" in reason)


def error_text(body: bytes) -> str:
    """The words of an error reply, JSON or not."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body[:200].decode("utf-8", "replace").strip()
    return unpacked(told.get("error")) if isinstance(told, dict) else ""


def unpacked(error: Any) -> str:
    """The words of an error that may hold another one, coded as JSON or not."""
    for _ in range(4):
        if isinstance(error, str) and error.lstrip().startswith("{"):
            try:
                error = msgspec.json.decode(error)
            except (msgspec.DecodeError, RecursionError):
                break
        if not isinstance(error, dict):
            break
        error = error.get("error") or error.get("message") or ""
    return str(error or "")[:300]


def _converted(told: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        raise BackendError("what answers there is not Ollama") from error
