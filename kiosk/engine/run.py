"""One run while the pipeline works on it: its facts, and the two ways out of the engine.

Items are kept (recorder), progress passes (hub). Stages write through here and nowhere else.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.engine.configs import InterceptionConfig, OutputConfig
from kiosk.engine.recording import RunRecorder
from kiosk.engine.stages.safety import Verdict
from kiosk.engine.turns import Asker
from kiosk.hub import Event, Hub
from kiosk.records import (
    ExecutionMode,
    FileFacts,
    ItemType,
    MediaType,
    Person,
    Progress,
    RunItem,
    SafetyLevel,
    Step,
    run_topic,
    timestamp,
)


class OutputPlan(Struct, frozen=True):
    """One requested output: its config, its position from 1 (`loop_iteration`), and the seed asked for, if any."""

    config: OutputConfig
    position: int
    seed: int | None = None


class Brief(Struct, frozen=True, kw_only=True):
    """Everything that is asked of one pass through the pipeline, checked and complete.

    `known_pictures`: the run has its pictures already; they are looked at again, and not recorded again.
    `finished`: the text is a prompt that was used before; it is judged again, but not translated or fitted.
    """

    person: Person
    lens: InterceptionConfig
    text: str
    rules: str
    language: str
    level: SafetyLevel
    mode: ExecutionMode
    outputs: tuple[OutputPlan, ...] = ()
    seed: int | None = None
    images: tuple[bytes, ...] = ()
    known_pictures: bool = False
    finished: bool = False


class Run:
    """A run at work: its brief, its recorder, and what the safety check already said of each text."""

    def __init__(self, brief: Brief, recorder: RunRecorder, hub: Hub) -> None:
        self.brief = brief
        self.recorder = recorder
        self.verdicts: dict[tuple[str, int], Verdict] = {}
        self._hub = hub
        self._topic = run_topic(recorder.run_id)
        self._step_began = time.monotonic()
        self._now: Progress | None = None

    @property
    def now(self) -> Progress:
        """What passes now, without words and pictures; `seconds` since the step began."""
        known = self._now or Progress(kind="stage")
        return msgspec.structs.replace(known, seconds=round(time.monotonic() - self._step_began, 1))

    def report(self, progress: Progress) -> None:
        """Tell the watching screens what passes now."""
        if progress.seconds is None:
            progress = msgspec.structs.replace(progress, seconds=round(time.monotonic() - self._step_began, 2))
        if progress.kind == "stage":
            self._now = progress
        elif self._now is not None and progress.kind in ("queue", "step", "working"):
            self._now = msgspec.structs.replace(
                self._now,
                place=progress.place,
                estimate_s=progress.estimate_s,
                value=progress.value,
                total=progress.total,
                model=progress.model,
            )
        self._hub.publish(self._topic, Event("progress", msgspec.json.encode(progress)))

    def asker(self, *, stage_iteration: int | None = None, loop_iteration: int | None = None) -> Asker:
        """Whoever waits for this run at a box: the watching screens are told the place."""

        def moved(place: int, estimate_s: float | None) -> None:
            self.report(
                Progress(
                    kind="queue",
                    place=place,
                    estimate_s=estimate_s,
                    stage_iteration=stage_iteration,
                    loop_iteration=loop_iteration,
                )
            )

        return Asker(self.brief.person.device_id, moved)

    @contextmanager
    def step(self, step: Step, output: OutputPlan | None = None) -> Iterator["Stopwatch"]:
        """A step begins: tell it, and measure it."""
        watch = Stopwatch()
        self._step_began = watch.began
        position = output.position if output else None
        config = output.config.id if output else None
        self.report(Progress(kind="stage", step=step, loop_iteration=position, config=config, seconds=0.0))
        yield watch

    async def emit(
        self,
        item_type: ItemType,
        media_type: MediaType,
        *,
        stage: int,
        data: bytes | None = None,
        mime_type: str | None = None,
        **fields: Any,
    ) -> RunItem:
        """Keep an item; with `data`, the bytes of its file, whose MIME type has been checked."""
        file = FileFacts(mime_type, len(data), "") if data is not None and mime_type else None
        item = RunItem(
            timestamp=timestamp(), stage=stage, item_type=item_type, media_type=media_type, file=file, **fields
        )
        return await self.record(item, data)

    async def record(self, item: RunItem, data: bytes | None = None) -> RunItem:
        """Keep an item that was made before."""
        return await self.recorder.record(item, data)

    async def emit_verdict(
        self,
        item_type: ItemType,
        verdict: Verdict,
        *,
        stage: int,
        checked: list[str],
        seconds: float,
        output: OutputPlan | None = None,
    ) -> RunItem:
        """Keep a verdict of the safety check; `checked` says on what, by entity type."""
        facts = {
            "allowed": verdict.allowed,
            "category": verdict.category,
            "method": verdict.method,
            "level": verdict.level,
            "checked": checked,
            "matches": msgspec.to_builtins(verdict.matches),
        }
        return await self.emit(
            item_type,
            MediaType.METADATA,
            stage=stage,
            content=msgspec.json.encode(facts).decode(),
            loop_iteration=output.position if output else None,
            config_used=output.config.id if output else self.brief.lens.id,
            model_used=verdict.model,
            execution_time=seconds,
            metadata=facts,
        )

    async def emit_text(self, item_type: ItemType, text: str, *, stage: int, **fields: Any) -> RunItem:
        """Keep a text."""
        return await self.emit(item_type, MediaType.TEXT, stage=stage, content=text, **fields)


class Stopwatch:
    """Measured seconds since it was made."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds, to a tenth of a millisecond."""
        return round(time.monotonic() - self.began, 4)


class Blocked(Exception):
    """The safety check stopped a text; `reason` is the sentence for the person."""

    def __init__(self, reason: str, verdict: Verdict) -> None:
        super().__init__(reason)
        self.reason = reason
        self.verdict = verdict


class StageFailed(Exception):
    """A stage could not do its work; `reason` is in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
