"""Builds the boxes that the settings name: who writes, who judges, who makes pictures, sound and film.

Knows every kind of backend and nothing of what they are used for. Part of the composition root.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from kiosk.engine.availability import urls_of
from kiosk.engine.backends import BackendError, MediaBackend, TextBackend
from kiosk.engine.backends.comfyui import ComfyUI
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.backends.openai import OpenAI
from kiosk.engine.backends.sketchbook import SketchbookMedia, SketchbookText
from kiosk.engine.backends.sketchbook.media import AT_ONCE as SKETCHBOOK_SLOTS
from kiosk.engine.backends.swarmui import SwarmUI
from kiosk.engine.backends.web_media import ChatImages, HttpApi, OpenAIImages
from kiosk.engine.breaker import Breaker, Probe
from kiosk.engine.house import House
from kiosk.engine.media_box import MediaBox
from kiosk.engine.media_sources import Allowed
from kiosk.engine.preload import Preload
from kiosk.engine.queue import FairQueue, QueueState
from kiosk.engine.shared_memory import Models, SharedMemory
from kiosk.engine.stages.judges import ModelGuard, ModelJudge
from kiosk.engine.stages.looking import ModelEye, PictureCheck
from kiosk.engine.stages.safety import SafetyCheck, SelfTest
from kiosk.engine.stages.wordlists import WordLists
from kiosk.engine.text_box import QUEUE, GuardedText, turn_at
from kiosk.engine.turns import NOBODY
from kiosk.records import SafetyLevel
from kiosk.settings import Settings, TextSettings

_TEXTS_AT_ONCE = {"ollama": 1, "openai": 8}

Closers = list[Callable[[], Awaitable[None]]]


class Boxes(Struct, frozen=True):
    """All boxes of one program. `media` is by the name that output configs use in `backend`.

    `pictures` looks at pictures, None where no model that sees is set up.
    """

    text: TextBackend
    media: dict[str, MediaBox]
    safety: SafetyCheck
    pictures: PictureCheck | None
    memory: SharedMemory | None
    preload: Preload
    closers: Closers

    def all_queues(self) -> list[FairQueue]:
        """Every queue, that of the text box first."""
        texts = [self.text.turns.queue] if isinstance(self.text, GuardedText) else []
        return texts + [box.queue for box in self.media.values()]

    def queues(self) -> list[QueueState]:
        """The queue in front of each box."""
        texts = [self.text.turns.state] if isinstance(self.text, GuardedText) else []
        return texts + [box.turns.state for box in self.media.values()]

    async def close(self) -> None:
        """Stop what still asks a model, then let go of every connection."""
        for close in self.closers:
            await close()


def build(settings: Settings, word_lists: Path, workflows: list[Path], house: House | None = None) -> Boxes:
    """The boxes of these settings; connects to none of them yet. Raises `tomlfile.ConfigError`
    for bad word lists. Without a `house` it is that of these settings.
    """
    closers: Closers = []
    house = house or House(lambda: settings.session.execution_mode, settings.kiosk.house_hosts)
    chosen = settings.text
    comfyui = ComfyUI(settings.comfyui.url, workflows) if settings.comfyui.url else None
    lists = WordLists.load(word_lists)
    writer = _writer(settings, house, lists, closers)
    memory = _shared_memory(settings, writer, comfyui)
    if memory is not None:
        closers.insert(0, memory.close)
    text = _guarded(settings, writer, memory)
    judge = ModelJudge(text, chosen.judge_model) if chosen.judge_model else None
    guard = ModelGuard(text, chosen.guard_model) if chosen.guard_model else None
    limit_s, turn = settings.safety.time_limit_s, partial(turn_at, text)
    known = SelfTest.load(word_lists)
    safety = SafetyCheck(lists, judge, guard, known=known, time_limit_s=limit_s, turn=turn)
    closers.insert(0, safety.close)
    pictures = None
    if chosen.vision_model:
        pictures = PictureCheck(ModelEye(text, chosen.vision_model), safety, time_limit_s=limit_s, turn=turn)
        closers.insert(0, pictures.close)
    return Boxes(
        text, _media(settings, comfyui, memory, closers), safety, pictures, memory, _preload(settings, text), closers
    )


def models_of(chosen: TextSettings) -> list[str]:
    """Every model of the text box that the settings name, the one that rewrites first."""
    named = (chosen.model, chosen.judge_model, chosen.guard_model, chosen.vision_model)
    return list(dict.fromkeys(model for model in named if model))


def _writer(settings: Settings, house: House, lists: WordLists, closers: Closers) -> Ollama | OpenAI | SketchbookText:
    chosen = settings.text
    models = {"judge": chosen.judge_model, "guard": chosen.guard_model, "vision": chosen.vision_model}
    special = {purpose: model for purpose, model in models.items() if model}
    if chosen.backend == "ollama":
        ollama = Ollama(
            settings.ollama.url,
            chosen.model,
            models=special,
            num_ctx=settings.ollama.num_ctx,
            house=house,
        )
        closers.append(ollama.close)
        return ollama
    if chosen.backend == "openai":
        server = OpenAI(settings.openai.url, chosen.model, key=settings.openai.key, models=special, house=house)
        closers.append(server.close)
        return server
    return SketchbookText(lambda text: not lists.find(text, SafetyLevel.KIDS))


def _guarded(
    settings: Settings, writer: Ollama | OpenAI | SketchbookText, memory: SharedMemory | None
) -> TextBackend:
    if isinstance(writer, SketchbookText):
        return writer
    probe: Probe = writer.version if isinstance(writer, Ollama) else writer.models
    slots = settings.text.slots or _TEXTS_AT_ONCE[settings.text.backend]
    queue = FairQueue(QUEUE, slots, settings.limits.jobs_waiting_per_device)
    return GuardedText(writer, Breaker(probe), queue, memory)


def _shared_memory(
    settings: Settings, writer: Ollama | OpenAI | SketchbookText, comfyui: ComfyUI | None
) -> SharedMemory | None:
    if settings.text.shares_gpu_with != "comfyui" or not isinstance(writer, Ollama) or comfyui is None:
        return None
    models = models_of(settings.text)

    async def load_nothing() -> None:
        """ComfyUI loads what a graph needs, when it is needed."""

    texts = Models(load=lambda: preload(writer, models), unload=lambda: _unload(writer, models))
    media = Models(load=load_nothing, unload=comfyui.free)
    return SharedMemory(texts, media, longest_wait_s=settings.text.handover_wait_s)


def _preload(settings: Settings, text: TextBackend) -> Preload:
    if not settings.text.preload or not isinstance(text, GuardedText) or not isinstance(text.box, Ollama):
        return Preload(None)
    writer, turns, models = text.box, text.turns, models_of(settings.text)

    async def load() -> None:
        async with turns.take(NOBODY):
            await preload(writer, models)

    return Preload(load)


async def preload(writer: Ollama, models: Sequence[str]) -> None:
    """Load models one after the other. Raises `BackendError` for the first that cannot be loaded, after the rest."""
    problem = None
    for model in models:
        try:
            await writer.preload(model)
        except BackendError as error:
            problem = problem or error
    if problem is not None:
        raise problem


async def _unload(writer: Ollama, models: Sequence[str]) -> None:
    for model in models:
        if await writer.is_loaded(model):
            await writer.unload(model)


def _media(
    settings: Settings, comfyui: ComfyUI | None, memory: SharedMemory | None, closers: Closers
) -> dict[str, MediaBox]:
    sketchbook = SketchbookMedia()
    backends: list[tuple[MediaBackend, int, Probe | None]] = [(sketchbook, SKETCHBOOK_SLOTS, None)]
    closers.append(sketchbook.close)
    if comfyui is not None:
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
    if settings.http.url:
        api = HttpApi(settings.http.url, key=settings.http.key, allowed=_allowed_of_http(settings))
        backends.append((api, settings.http.slots, api.answering))
        closers.append(api.close)
    most, urls = settings.limits.jobs_waiting_per_device, urls_of(settings)
    boxes = {
        backend.name: MediaBox(
            backend,
            FairQueue(backend.name, slots, most),
            Breaker(probe),
            memory if backend is comfyui else None,
            urls.get(backend.name),
        )
        for backend, slots, probe in backends
    }
    boxes[sketchbook.name] = msgspec.structs.replace(boxes[sketchbook.name], prepare=sketchbook.prepare)
    return boxes


def _allowed_of_http(settings: Settings) -> Allowed:
    """Files of an API come from itself, from the named hosts, from the named folder, and from nowhere else."""
    parts = urlsplit(settings.http.url)
    folder = settings.http.media_folder
    return Allowed(
        origins=(f"{parts.scheme}://{parts.netloc}",),
        hosts=tuple(settings.http.media_hosts),
        folders=(Path(folder),) if folder else (),
    )
