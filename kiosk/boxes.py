"""Builds the boxes that the settings name: who writes, who judges, who makes pictures, sound and film.

Knows every kind of backend and nothing of what they are used for. Part of the composition root.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec import Struct

from kiosk.engine.backends import MediaBackend, TextBackend
from kiosk.engine.backends.comfyui import ComfyUI
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.backends.openai import OpenAI
from kiosk.engine.backends.sketchbook import SketchbookMedia, SketchbookText
from kiosk.engine.backends.swarmui import SwarmUI
from kiosk.engine.backends.web_media import ChatImages, OpenAIImages
from kiosk.engine.breaker import Breaker, GuardedText, Probe
from kiosk.engine.media_sources import Allowed
from kiosk.engine.pipeline import MediaBox
from kiosk.engine.queue import FairQueue
from kiosk.engine.stages.judges import ModelGuard, ModelJudge
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.records import ExecutionMode
from kiosk.settings import Settings, TextSettings

_SKETCHBOOK_SLOTS = 2


class Boxes(Struct, frozen=True):
    """All boxes of one program. `media` is by the name that output configs use in `backend`."""

    text: TextBackend
    media: dict[str, MediaBox]
    safety: SafetyCheck
    closers: list[Callable[[], Awaitable[None]]]

    async def close(self) -> None:
        """Stop what still asks a model, then let go of every connection."""
        for close in self.closers:
            await close()


def build(settings: Settings, word_lists: Path, workflows: list[Path]) -> Boxes:
    """The boxes of these settings; connects to none of them yet. Raises `tomlfile.ConfigError` for bad word lists."""
    closers: list[Callable[[], Awaitable[None]]] = []
    text = _text(settings, closers)
    chosen = settings.text
    judge = ModelJudge(text, chosen.judge_model) if chosen.judge_model else None
    guard = ModelGuard(text, chosen.guard_model) if chosen.guard_model else None
    safety = SafetyCheck.load(word_lists, judge, guard)
    closers.insert(0, safety.close)
    return Boxes(text, _media(settings, workflows, closers), safety, closers)


def _text(settings: Settings, closers: list[Callable[[], Awaitable[None]]]) -> TextBackend:
    chosen = settings.text
    local_only = settings.session.execution_mode is ExecutionMode.ECO
    if chosen.backend == "ollama":
        ollama = Ollama(
            settings.ollama.url,
            chosen.model,
            models=_special_models(chosen),
            num_ctx=settings.ollama.num_ctx,
            local_only=local_only,
        )
        closers.append(ollama.close)
        return GuardedText(ollama, Breaker(ollama.version))
    if chosen.backend == "openai":
        server = OpenAI(
            settings.openai.url,
            chosen.model,
            key=settings.openai.key,
            models=_special_models(chosen),
            local_only=local_only,
        )
        closers.append(server.close)
        return GuardedText(server, Breaker(server.models))
    return SketchbookText()


def _special_models(chosen: TextSettings) -> dict[str, str]:
    models = {"judge": chosen.judge_model, "guard": chosen.guard_model}
    return {purpose: model for purpose, model in models.items() if model}


def _media(
    settings: Settings, workflows: list[Path], closers: list[Callable[[], Awaitable[None]]]
) -> dict[str, MediaBox]:
    backends: list[tuple[MediaBackend, int, Probe | None]] = [(SketchbookMedia(), _SKETCHBOOK_SLOTS, None)]
    if settings.comfyui.url:
        comfyui = ComfyUI(settings.comfyui.url, workflows)
        backends.append((comfyui, settings.comfyui.slots, comfyui.waiting))
        closers.append(comfyui.close)
    if settings.swarmui.url:
        swarmui = SwarmUI(settings.swarmui.url, token=settings.swarmui.key)
        backends.append((swarmui, settings.swarmui.slots, swarmui.waiting))
        closers.append(swarmui.close)
    if settings.openai.url:
        allowed = Allowed(hosts=tuple(settings.openai.media_hosts))
        images = OpenAIImages(settings.openai.url, key=settings.openai.key, allowed=allowed)
        backends.append((images, settings.openai.slots, images.reachable))
        closers.append(images.close)
    if settings.openrouter.key:
        chat = ChatImages(settings.openrouter.url, key=settings.openrouter.key)
        backends.append((chat, settings.openrouter.slots, chat.reachable))
        closers.append(chat.close)
    return {
        backend.name: MediaBox(backend, FairQueue(backend.name, slots), Breaker(probe))
        for backend, slots, probe in backends
    }
