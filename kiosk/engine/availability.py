"""What can be made here now, and what is missing: for each output config, from what the boxes last said.

Boxes are asked in the background: at the start, when one went away or came back, and every half minute while
somebody looks; never while somebody waits for the answer. In the mode eco nothing outside the house is asked.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from kiosk.engine.backends import BackendError, TextBackend
from kiosk.engine.backends.comfyui import ComfyUI
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.backends.ollama_models import full_name
from kiosk.engine.backends.openai import OpenAI
from kiosk.engine.backends.swarmui import SwarmUI
from kiosk.engine.boxes import FoundBox, find_local
from kiosk.engine.breaker import Breaker
from kiosk.engine.configs import Configs, OutputConfig
from kiosk.engine.house import House
from kiosk.engine.media_box import MediaBox
from kiosk.engine.text_box import GuardedText
from kiosk.i18n import Sentences
from kiosk.settings import Settings

log = logging.getLogger(__name__)

_FRESH_S = 30.0
_AWAY_S = 10.0
_WATCHED_S = 90.0
_NAMES = {
    "comfyui": "ComfyUI",
    "swarmui": "SwarmUI",
    "ollama": "Ollama",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "http": "HTTP",
}
_EXAMPLES = {
    "comfyui": "http://127.0.0.1:8188",
    "swarmui": "http://127.0.0.1:7801",
    "openai": "http://127.0.0.1:8080/v1",
    "http": "http://127.0.0.1:9000",
}

LackKind = Literal[
    "box_unset", "box_found", "box_unknown", "key_unset", "box_away", "cloud_off", "file", "node", "model",
    "text_away", "text_model", "text_vision",
]  # fmt: skip


class Lack(Struct, frozen=True):
    """One thing that is missing. Its sentence is `missing.<kind>`, with `values` filled in."""

    kind: LackKind
    values: dict[str, str]

    def sentence(self, sentences: Sentences, language: str) -> str:
        """What is missing and what to do about it."""
        return sentences.say(language, f"missing.{self.kind}", **self.values)


class Availability:
    """Knows what each box last said. `run` keeps that fresh; `looked` tells it that somebody looks."""

    def __init__(
        self,
        configs: Configs,
        media: Mapping[str, MediaBox],
        text: TextBackend,
        settings: Callable[[], Settings],
        sentences: Sentences,
        house: House,
    ) -> None:
        self.text = text
        self._house = house
        self._configs = configs
        self._media = media
        self._settings = settings
        self._sentences = sentences
        self._away: dict[str, str] = {}
        self._lacks: dict[str, list[Lack]] = {}
        self._text_lacks: list[Lack] = []
        self._found: list[FoundBox] = []
        self._checked = float("-inf")
        self._looked = float("-inf")
        self._urgent = False
        self._wake = asyncio.Event()
        for breaker in self._breakers():
            breaker.changed = self._hurry

    # -- what is known ------------------------------------------------------------------------------------------

    def missing(self, output: OutputConfig) -> list[Lack]:
        """What an output lacks now; nothing: it can be made. Asks no box."""
        self.looked()
        box = self._media.get(output.backend)
        if box is None:
            return [self._unset(output.backend)]
        outside = not output.local or (box.url is not None and not self._house.has(box.url))
        if outside and self._house.keeps:
            return [Lack("cloud_off", {})]
        if (reason := self.away(output.backend)) is not None:
            return [Lack("box_away", {"box": _name(output.backend), "reason": reason})]
        lacks = list(self._lacks.get(output.id, ()))
        if output.prompt_language == "en" or output.optimization is not None:
            lacks += self.text_lacks()
        return lacks

    def inventory_lacks(self, output: OutputConfig, language: str) -> list[str]:
        """Which files, nodes or models the box of an output said it does not have, in words. Asks no box."""
        self.looked()
        return self.say(self._lacks.get(output.id, ()), language)

    def sentences(self, output: OutputConfig, language: str) -> list[str]:
        """What an output lacks, in words."""
        return [lack.sentence(self._sentences, language) for lack in self.missing(output)]

    def away(self, name: str) -> str | None:
        """Why a media box does not answer, None when it does as far as is known."""
        state = self._media[name].breaker.state
        return (state.reason or self._away.get(name)) if state.state == "open" else self._away.get(name)

    def text_lacks(self) -> list[Lack]:
        """What the text box lacks."""
        if not isinstance(self.text, GuardedText):
            return []
        if not self._may_ask(self.text.name):
            return [Lack("cloud_off", {})]
        if (state := self.text.breaker.state).state == "open":
            return [Lack("text_away", {"box": _name(self.text.name), "reason": state.reason or ""})]
        return list(self._text_lacks)

    def say(self, lacks: Iterable[Lack], language: str) -> list[str]:
        """Lacks in words."""
        return [lack.sentence(self._sentences, language) for lack in lacks]

    def offered(self) -> list[FoundBox]:
        """Boxes that answer on this machine and that no setting names."""
        return list(self._found)

    # -- keeping it fresh ---------------------------------------------------------------------------------------

    def looked(self) -> None:
        """Somebody looks now: what is old is asked anew, in the background."""
        self._looked = time.monotonic()
        if self._looked - self._checked > _FRESH_S:
            self._wake.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self.check()
            except Exception:
                log.exception("the boxes could not be looked at")
                self._checked = time.monotonic()
            await self._until_due()

    async def check(self) -> None:
        """Ask every box now, all at once. What is at work is left alone: its jobs tell how it is."""
        self._urgent = False
        looks = [self._look(name, box) for name, box in self._media.items()]
        await asyncio.gather(self._look_at_text(), self._look_around(), *looks)
        self._checked = time.monotonic()

    async def _until_due(self) -> None:
        while not self._urgent:
            wait = _AWAY_S if self._away or self._text_lacks else _FRESH_S
            now = time.monotonic()
            due = max(0.0, self._checked + wait - now) if now - self._looked < _WATCHED_S else None
            if due == 0.0:
                return
            self._wake.clear()
            try:
                async with asyncio.timeout(due):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _hurry(self) -> None:
        self._urgent = True
        self._wake.set()

    def _breakers(self) -> list[Breaker]:
        own = [self.text.breaker] if isinstance(self.text, GuardedText) else []
        return own + [box.breaker for box in self._media.values()]

    # -- asking -------------------------------------------------------------------------------------------------

    async def _look(self, name: str, box: MediaBox) -> None:
        if _at_work(box.breaker) or not self._may_ask(name):
            return
        problem = await box.breaker.probe()
        if problem is not None:
            self._away[name] = problem.reason
            return
        self._away.pop(name, None)
        for output in [output for output in self._configs.output.values() if output.backend == name]:
            try:
                self._lacks[output.id] = await _inventory(box, output)
            except BackendError as error:
                self._away[name] = error.reason
                return

    async def _look_at_text(self) -> None:
        text = self.text
        if not isinstance(text, GuardedText) or _at_work(text.breaker) or not self._may_ask(text.name):
            return
        problem = await text.breaker.probe()
        if problem is None:
            try:
                self._text_lacks = await self._models_lacking(text.box)
            except BackendError as error:
                problem = error
        if problem is not None:
            self._text_lacks = [Lack("text_away", {"box": _name(text.name), "reason": problem.reason})]

    async def _models_lacking(self, box: TextBackend) -> list[Lack]:
        chosen = self._settings().text
        named = (chosen.model, chosen.judge_model, chosen.guard_model, chosen.vision_model)
        wanted = [model for model in named if model]
        lacks, blind = [], []
        if isinstance(box, Ollama):
            there = {full_name(facts.name): facts for facts in await box.models()}
            lacks = [model for model in wanted if full_name(model) not in there]
            eye = there.get(full_name(chosen.vision_model)) if chosen.vision_model else None
            if eye is not None and "vision" not in eye.capabilities:
                blind = [Lack("text_vision", {"box": _name(self.text.name), "model": chosen.vision_model})]
        elif isinstance(box, OpenAI):
            listed = await box.models()
            lacks = [model for model in wanted if listed and model not in listed]
        kind: LackKind = "text_model" if isinstance(box, Ollama) else "model"
        absent = [Lack(kind, {"box": _name(self.text.name), "model": model}) for model in dict.fromkeys(lacks)]
        return absent + blind

    async def _look_around(self) -> None:
        settings = self._settings()
        named = {"comfyui": settings.comfyui.url, "swarmui": settings.swarmui.url}
        named["ollama"] = settings.ollama.url if settings.text.backend == "ollama" else ""
        self._found = [box for box in await find_local() if box.answers and not named[box.name]]

    def _may_ask(self, name: str) -> bool:
        """Whether a box may be asked how it is: in the mode eco none outside the house."""
        url = urls_of(self._settings()).get(name)
        return url is None or self._house.lets(url)

    def _unset(self, name: str) -> Lack:
        values = {"box": _name(name), "section": name, "url": _EXAMPLES.get(name, "")}
        if name == "openrouter":
            return Lack("key_unset", values)
        if name not in _EXAMPLES:
            return Lack("box_unknown", values)
        found = next((box for box in self._found if box.name == name), None)
        return Lack("box_unset", values) if found is None else Lack("box_found", values | {"url": found.url})


def _at_work(breaker: Breaker) -> bool:
    """Whether jobs tell how the box is; those of a box that was lost tell nothing."""
    return breaker.in_flight > 0 and breaker.state.state != "open"


async def _inventory(box: MediaBox, output: OutputConfig) -> list[Lack]:
    """What the box has not got for one output. Raises `BackendError`."""
    backend = box.backend
    if isinstance(backend, ComfyUI):
        absent = set(await backend.missing(output.needs.files, output.needs.nodes))
        files = [_file_lack(file) for file in output.needs.files if file in absent]
        return files + [Lack("node", {"node": node}) for node in output.needs.nodes if node in absent]
    if isinstance(backend, SwarmUI) and output.model:
        there = {name.removesuffix(".safetensors") for name in await backend.models()}
        if output.model.removesuffix(".safetensors") not in there:
            return [Lack("model", {"box": _name(backend.name), "model": output.model})]
    return []


def _file_lack(file: str) -> Lack:
    folder, _, name = file.partition("/")
    return Lack("file", {"folder": folder, "file": name})


def urls_of(settings: Settings) -> dict[str, str]:
    """Where the boxes that the settings name answer, by their names."""
    return {
        "ollama": settings.ollama.url,
        "comfyui": settings.comfyui.url,
        "swarmui": settings.swarmui.url,
        "openai": settings.openai.url,
        "openrouter": settings.openrouter.url,
        "http": settings.http.url,
    }


def _name(box: str) -> str:
    return _NAMES.get(box, box)
