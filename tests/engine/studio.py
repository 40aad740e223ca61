"""A small studio for tests: real storage on a temporary folder, and boxes that do as they are told."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from msgspec import Struct
from PIL import Image

from kiosk import i18n
from kiosk.engine.backends import BackendError, MediaRequest, MediaResult, Report, TextChunk, TextRequest
from kiosk.engine.configs import Configs
from kiosk.engine.house import House
from kiosk.engine.live import LiveRuns
from kiosk.engine.media_box import MediaBox
from kiosk.engine.pipeline import Pipeline
from kiosk.engine.queue import FairQueue
from kiosk.engine.requests import Desk, InputImage
from kiosk.engine.seeds import Seeds
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.hub import Hub
from kiosk.records import Person, Progress
from kiosk.settings import Places, Settings, assets_dir
from kiosk.storage.library import Library

CHILD = Person(device_id="kiosk-a")


def png(color: int = 0) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (color % 256, 80, 120)).save(out, "PNG")
    return out.getvalue()


class ScriptedText:
    """A text box that answers what `answer` says."""

    name = "scripted"
    multilingual = True

    def __init__(self) -> None:
        self.requests: list[TextRequest] = []
        self.answer: Callable[[TextRequest], str] = lambda request: f"{request.text} ({request.language})"

    def model_for(self, request: TextRequest) -> str:
        return f"scripted:{request.purpose}"

    async def stream(self, request: TextRequest) -> AsyncIterator[TextChunk]:
        self.requests.append(request)
        yield TextChunk("hm", thinking=True)
        for word in self.answer(request).split(" "):
            yield TextChunk(word + " ")


class ScriptedMedia:
    """A media box that makes small pictures, fails with `reason`, or works until it is let go."""

    name = "sketchbook"

    def __init__(self) -> None:
        self.requests: list[MediaRequest] = []
        self.reasons: list[BackendError | None] = []
        self.let_go = asyncio.Event()
        self.let_go.set()
        self.begun = asyncio.Event()
        self.stopped = 0
        self.previews = False
        self.data: Callable[[MediaRequest], bytes] = lambda request: png(request.seed)

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        self.requests.append(request)
        self.begun.set()
        report(Progress(kind="step", value=1, total=2))
        if self.previews:
            report(Progress(kind="preview", preview="data:image/png;base64,"))
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        reason = self.reasons.pop(0) if self.reasons else None
        if reason is not None:
            raise reason
        return [MediaResult(data=self.data(request), model="scripted-model", prompt_id="p1")]


class Studio(Struct):
    """Everything that a test of the engine needs."""

    library: Library
    live: LiveRuns
    text: ScriptedText
    media: ScriptedMedia
    hub: Hub
    configs: Configs
    queue: FairQueue
    pipeline: Pipeline
    lacks: dict[str, list[str]]


def build(data: Path, settings: Settings | None = None, more: Mapping[str, MediaBox] | None = None) -> Studio:
    """A studio on a data folder, with `more` media boxes than its own."""
    lacks: dict[str, list[str]] = {}
    chosen = settings or Settings()
    hub = Hub()
    library = Library.open(Places(data, data / "state"), chosen.storage, hub, app_version="test")
    configs = Configs.load(assets_dir() / "configs")
    text, media, queue = ScriptedText(), ScriptedMedia(), FairQueue("sketchbook")
    boxes = {"sketchbook": MediaBox(media, queue), **(more or {})}
    pipeline = Pipeline(
        SafetyCheck.load(assets_dir() / "safety"),
        text,
        boxes,
        Seeds(),
        i18n.load(assets_dir() / "i18n"),
    )

    async def picture(reference: InputImage, person: Person) -> bytes:
        if reference.upload_id != "known":
            raise LookupError
        return png(9)

    house = House(lambda: chosen.session.execution_mode, chosen.kiosk.house_hosts)
    desk = Desk(configs, lambda: chosen, boxes, picture, house, lambda output: lacks.get(output.id, []))
    live = LiveRuns(library, pipeline, desk, hub, lambda: chosen)
    return Studio(library, live, text, media, hub, configs, queue, pipeline, lacks)
