"""Let a text box write, and show its words as they come."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct

from kiosk.engine.backends import BackendError, TextBackend, TextRequest
from kiosk.engine.breaker import BoxAway
from kiosk.engine.queue import QueueFull
from kiosk.engine.run import OutputPlan, Run, StageFailed, Stopwatch
from kiosk.engine.text_box import GuardedText, turn_at
from kiosk.records import ItemType, Progress


class Written(Struct, frozen=True):
    """A text from a box: who wrote it, and in how many measured seconds."""

    text: str
    model: str
    backend: str
    seconds: float
    thinking: str = ""

    def facts(self) -> dict[str, Any]:
        """The item fields that say who wrote it."""
        return {"model_used": self.model, "backend_used": self.backend, "execution_time": self.seconds}

    def metadata(self) -> dict[str, Any]:
        """What else is kept about it."""
        return {"thinking": self.thinking} if self.thinking else {}


async def write(
    run: Run,
    backend: TextBackend,
    request: TextRequest,
    *,
    stage_iteration: int | None = None,
    loop_iteration: int | None = None,
) -> Written:
    """The whole answer of a box; every piece is reported as it arrives. Raises `StageFailed`.

    A box that went away before it said anything is asked once more when it is back. What was begun is not begun
    anew: somebody is reading it.
    """
    text: list[str] = []
    thinking: list[str] = []

    model = backend.model_for(request)
    here = Progress(kind="working", stage_iteration=stage_iteration, loop_iteration=loop_iteration)

    def report(kind: Literal["thinking", "token"], piece: str) -> None:
        run.report(msgspec.structs.replace(here, kind=kind, text=piece))

    def working() -> None:
        run.report(msgspec.structs.replace(here, model=model))

    async def read() -> None:
        async for chunk in backend.stream(request):
            (thinking if chunk.thinking else text).append(chunk.text)
            report("thinking" if chunk.thinking else "token", chunk.text)

    async def ask() -> None:
        try:
            await read()
        except BackendError as error:
            silent = not text and not thinking
            if not (silent and error.retry and await _is_back(backend, error, working)):
                raise
            await read()

    try:
        async with turn_at(backend, run.asker(stage_iteration=stage_iteration, loop_iteration=loop_iteration)):
            watch = Stopwatch()
            working()
            await ask()
            seconds = watch.seconds
    except BackendError as error:
        raise StageFailed(error.reason) from error
    except QueueFull as error:
        raise StageFailed("too many texts of this device are waiting already") from error
    answer = "".join(text).strip()
    if not answer:
        raise StageFailed(f"{backend.name} gave an empty answer")
    return Written(answer, model, backend.name, seconds, "".join(thinking).strip())


async def write_for(
    run: Run, backend: TextBackend, request: TextRequest, output: OutputPlan, item_type: ItemType
) -> str:
    """A wording of stage 3 for one output, recorded as an item of this type. Raises `StageFailed`."""
    written = await write(run, backend, request, loop_iteration=output.position)
    await run.emit_text(
        item_type,
        written.text,
        stage=3,
        loop_iteration=output.position,
        config_used=output.config.id,
        metadata=written.metadata(),
        **written.facts(),
    )
    return written.text


async def _is_back(backend: TextBackend, error: BackendError, waiting: Callable[[], None]) -> bool:
    """Whether a second try may help: waits for a box that has just gone away, not for one that was away before."""
    return isinstance(backend, GuardedText) and not isinstance(error, BoxAway) and await backend.breaker.back(waiting)
