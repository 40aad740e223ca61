"""Let a text box write, and show its words as they come."""

from typing import Any

from msgspec import Struct

from kiosk.engine.backends import BackendError, TextBackend, TextRequest
from kiosk.engine.run import Run, StageFailed, Stopwatch
from kiosk.records import Progress


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
    """The whole answer of a box; every piece is reported as it arrives. Raises `StageFailed`."""
    watch = Stopwatch()
    text: list[str] = []
    thinking: list[str] = []
    try:
        async for chunk in backend.stream(request):
            (thinking if chunk.thinking else text).append(chunk.text)
            run.report(
                Progress(
                    kind="thinking" if chunk.thinking else "token",
                    text=chunk.text,
                    stage_iteration=stage_iteration,
                    loop_iteration=loop_iteration,
                )
            )
    except BackendError as error:
        raise StageFailed(error.reason) from error
    answer = "".join(text).strip()
    if not answer:
        raise StageFailed(f"{backend.name} gave an empty answer")
    return Written(answer, backend.model_for(request), backend.name, watch.seconds, "".join(thinking).strip())
