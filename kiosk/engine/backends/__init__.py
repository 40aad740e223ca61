"""What the engine expects of a box: two small protocols. A new kind of box is one new module here.

A backend talks to one server (or is embedded). It knows nothing of runs, files or screens. Cancelling the
task that awaits a backend must stop the job on the box.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal, Protocol

from msgspec import Struct, field

from kiosk.records import MediaType, Progress

Report = Callable[[Progress], None]


class BackendError(Exception):
    """A box could not do what was asked; `reason` is its own, in words. `retry`: worth one more try."""

    def __init__(self, reason: str, *, retry: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry


class TextRequest(Struct, frozen=True, kw_only=True):
    """A text to be made from a text.

    `rules` instruct the model; `text` is what they are applied to; `language` is the BCP 47 tag of the answer.
    `lens` is the id of the interception config, `parameters` its `[parameters]` and, for the sketchbook, its
    `[sketchbook]` table. `images` are checked pictures for a model that sees. The same request with the same
    seed gives the same text where the box can do that.
    """

    purpose: Literal["interception", "translation", "optimization", "judge", "guard", "vision"]
    text: str
    rules: str = ""
    language: str = "de"
    lens: str = ""
    seed: int = 0
    model: str | None = None
    images: tuple[bytes, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


class TextChunk(Struct, frozen=True):
    """A piece of an answer as it arrives; `thinking` pieces are shown apart and are not part of the text."""

    text: str
    thinking: bool = False


class TextBackend(Protocol):
    """A box that writes."""

    name: str
    """What records say in `backend_used`."""

    multilingual: bool
    """Whether it writes in the language that is asked for; if not, it stays in that of the text."""

    def model_for(self, request: TextRequest) -> str:
        """The name of the model (or procedure) that will answer, as records say it in `model_used`."""
        ...

    def stream(self, request: TextRequest) -> AsyncIterator[TextChunk]:
        """The answer, piece by piece. Raises `BackendError`."""
        ...


class MediaRequest(Struct, frozen=True, kw_only=True):
    """A medium to be made. `width`, `height` in pixels, `duration_s` in seconds; `images` are checked files.

    `workflow`, `bindings`, `cfg`, `sampler` and `scheduler` are the output config's, for boxes that run graphs.
    `lens` is the id of the interception config; `parameters` are the output config's `[parameters]`, and
    under the key `sketchbook` the lens's `[sketchbook]` table.
    """

    media_type: MediaType
    prompt: str
    negative_prompt: str = ""
    seed: int
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    steps: int | None = None
    model: str | None = None
    workflow: str | None = None
    bindings: Mapping[str, Any] = field(default_factory=dict)
    cfg: float | None = None
    sampler: str | None = None
    scheduler: str | None = None
    language: str = "de"
    lens: str = ""
    images: tuple[bytes, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


class MediaResult(Struct, frozen=True, kw_only=True):
    """One file as the box made it, byte for byte, and what the box says about it."""

    data: bytes
    model: str
    prompt_id: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class MediaBackend(Protocol):
    """A box that makes pictures, sound, video."""

    name: str
    """What records say in `backend_used`."""

    async def generate(self, request: MediaRequest, report: Report) -> list[MediaResult]:
        """Make the medium; at least one result. Reports real progress only. Raises `BackendError`."""
        ...
