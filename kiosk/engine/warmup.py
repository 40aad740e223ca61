"""Before a lesson: the text models into memory, and the smallest job through each media box, measured.

The first job after a start takes the longest, as a model of many gigabytes is read from the disk; nobody should
wait for that with a class watching. Nothing is recorded. Services that cost money are not asked.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.engine.backends import BackendError, MediaRequest, TextBackend, TextRequest
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.configs import Configs, OutputConfig
from kiosk.engine.media import BadMedia, check_media
from kiosk.engine.media_box import MediaBox
from kiosk.engine.queue import QueueFull
from kiosk.engine.run import Stopwatch
from kiosk.engine.stages.media import request_of
from kiosk.engine.text_box import GuardedText
from kiosk.engine.turns import Asker
from kiosk.records import MediaType, Progress, timestamp

log = logging.getLogger(__name__)

DEVICE = "warmup"
_PROMPT = "a grey circle on white paper"
_SIDE = 256
_STEPS = 2
_DURATION_S = 2.0


class WarmStep(Struct, frozen=True, kw_only=True):
    """One box. `output` is the config whose model is loaded; `seconds` is how long it took, waiting in line left out.

    `skipped`: nothing is to be loaded there, or nothing can be; `reason` says why. `value` of `total`: its steps.
    """

    box: str
    kind: Literal["text", "media"]
    model: str | None = None
    output: str | None = None
    state: Literal["waiting", "working", "done", "failed", "skipped"] = "waiting"
    seconds: float | None = None
    reason: str | None = None
    value: int | None = None
    total: int | None = None


class WarmUpState(Struct, frozen=True, kw_only=True):
    """A warm-up that is at work or was; without `started` there was none since the program began."""

    running: bool
    started: str | None
    steps: list[WarmStep]


class WarmUp:
    """Warms all boxes, one warm-up at a time. `missing` says what an output lacks (nothing: it can be made)."""

    def __init__(
        self,
        configs: Configs,
        media: Mapping[str, MediaBox],
        text: TextBackend,
        models: Callable[[], Sequence[str]],
        missing: Callable[[OutputConfig], Sequence[str]],
    ) -> None:
        self._configs = configs
        self._media = media
        self._text = text
        self._models = models
        self._missing = missing
        self._steps: list[WarmStep] = []
        self._started: str | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> WarmUpState:
        """How far it is."""
        running = self._task is not None and not self._task.done()
        return WarmUpState(running=running, started=self._started, steps=list(self._steps))

    def start(self) -> WarmUpState:
        """Begin, unless one is at work."""
        if self._task is None or self._task.done():
            self._started = timestamp()
            self._steps = [*self._text_steps(), *(self._media_step(name) for name in self._media)]
            self._task = asyncio.create_task(self._work(), name="warm-up")
        return self.state

    async def close(self) -> None:
        """Stop what is at work."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _text_steps(self) -> Iterable[WarmStep]:
        if isinstance(self._text, GuardedText):
            for model in dict.fromkeys(model for model in self._models() if model):
                yield WarmStep(box=self._text.name, kind="text", model=model)

    def _media_step(self, name: str) -> WarmStep:
        step = WarmStep(box=name, kind="media")
        outputs = [config for config in self._configs.output.values() if config.backend == name]
        local = [config for config in outputs if config.local and "image" not in config.bindings]
        if not local:
            return _changed(step, state="skipped", reason="nothing is to be loaded there")
        local.sort(key=lambda config: (config.media_type is not MediaType.IMAGE, config.estimated_seconds))
        smallest = next((config for config in local if not self._missing(config)), None)
        if smallest is None:
            return _changed(step, state="failed", output=local[0].id, reason=self._missing(local[0])[0])
        return _changed(step, output=smallest.id, model=smallest.model)

    async def _work(self) -> None:
        """Texts and media at once, as they usually run on different boxes; each box by itself in turn."""
        texts = [index for index, step in enumerate(self._steps) if step.kind == "text"]
        media = [index for index, step in enumerate(self._steps) if step.kind == "media" and step.state == "waiting"]
        await asyncio.gather(self._texts(texts), *(self._measure(index) for index in media))

    async def _texts(self, indexes: list[int]) -> None:
        for index in indexes:
            await self._measure(index)

    async def _measure(self, index: int) -> None:
        step = self._steps[index]
        self._set(index, state="working")
        try:
            seconds = await (self._load(step) if step.kind == "text" else self._make(index, step))
        except (BackendError, BadMedia) as error:
            self._set(index, state="failed", reason=error.reason)
        except QueueFull:
            self._set(index, state="failed", reason="too many jobs are waiting there")
        except Exception:
            log.exception("a box could not be warmed")
            self._set(index, state="failed", reason="something in the program went wrong; the log says more")
        else:
            self._set(index, state="done", seconds=seconds)

    async def _load(self, step: WarmStep) -> float:
        """Seconds that a text model took until it could answer. Raises `BackendError`."""
        text = self._text
        if not isinstance(text, GuardedText):
            raise BackendError("the text box is embedded")
        async with text.turns.take(Asker(DEVICE)):
            watch = Stopwatch()
            if isinstance(text.box, Ollama):
                async with text.breaker.attempt():
                    await text.box.preload(step.model or "")
                return watch.seconds
            short = {"num_predict": 16}
            request = TextRequest(purpose="interception", text=_PROMPT, model=step.model, parameters=short)
            async with aclosing(text.stream(request)) as chunks:
                async for _ in chunks:
                    break
            return watch.seconds

    async def _make(self, index: int, step: WarmStep) -> float:
        """Seconds that the smallest job of a media box took. Raises `BackendError`, `BadMedia`, `QueueFull`."""
        box, config = self._media[step.box], self._configs.output[step.output or ""]

        def report(progress: Progress) -> None:
            if progress.kind == "step":
                self._set(index, value=progress.value, total=progress.total)

        async with box.turns.take(Asker(DEVICE)):
            watch = Stopwatch()
            async with box.breaker.attempt():
                results = await box.backend.generate(_smallest(config), report)
            seconds = watch.seconds
        for result in results:
            await asyncio.to_thread(check_media, result.data, config.media_type)
        return seconds

    def _set(self, index: int, **facts: object) -> None:
        self._steps[index] = _changed(self._steps[index], **facts)


def _changed(step: WarmStep, **facts: object) -> WarmStep:
    return msgspec.structs.replace(step, **facts)


def _smallest(config: OutputConfig) -> MediaRequest:
    """A job that loads everything and does almost nothing."""
    whole = request_of(config, _PROMPT, seed=1)
    return msgspec.structs.replace(
        whole,
        width=min(whole.width, _SIDE) if whole.width else None,
        height=min(whole.height, _SIDE) if whole.height else None,
        duration_s=min(whole.duration_s, _DURATION_S) if whole.duration_s else None,
        steps=min(whole.steps, _STEPS) if whole.steps else None,
        language="en",
    )
