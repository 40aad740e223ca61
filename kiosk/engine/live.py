"""The runs that are at work now: started, continued, edited, cancelled, each in a task of its own.

A request is checked as a whole before anything is created. Whoever asked may leave: the work goes on, and
the run's stream tells what happens.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from msgspec import Struct

from kiosk.engine import house
from kiosk.engine.expecting import expected_of_idea, expected_of_outputs
from kiosk.engine.pipeline import Outcome, Pipeline
from kiosk.engine.recording import RunRecorder, RunShelf
from kiosk.engine.requests import (
    Again,
    Desk,
    EditRequest,
    ExecuteRequest,
    GenerationRequest,
    InterceptionRequest,
    RequestRefused,
    check_text,
    with_outputs,
)
from kiosk.engine.results import RunResult, result_of, texts_of
from kiosk.engine.run import Brief, Run, Stopwatch
from kiosk.engine.run_items import brought, check_open, edit_item, end_item, output_again, record_idea, stricter
from kiosk.hub import Hub
from kiosk.ids import new_run
from kiosk.records import (
    Person,
    Progress,
    RunItem,
    RunStart,
    Status,
    local_now,
)
from kiosk.settings import Settings

log = logging.getLogger(__name__)

Pass = Callable[[Run], Awaitable[Outcome | None]]
_EDITABLE = ("input", "context_prompt", "interception", "translation_en", "optimized_prompt")


class RunHandle:
    """A run that was started: its ids at once, its result when it is there."""

    def __init__(self, run: Run, task: "asyncio.Task[None]") -> None:
        self.run_id = run.recorder.run_id
        self.execution_id = run.recorder.execution_id
        self._run = run
        self._task = task

    @property
    def status(self) -> Status:
        """Where the run stands."""
        return self._run.recorder.metadata.status

    async def result(self) -> RunResult:
        """Wait until the pass is over; the run goes on when the waiter is cancelled."""
        await asyncio.shield(self._task)
        recorder = self._run.recorder
        return result_of(recorder.metadata, recorder.items, self._run.brief.outputs)


class RunNow(Struct, frozen=True, kw_only=True):
    """A run that is at work: whose, through which lens, and what passes now (see `Progress`)."""

    run_id: str
    device_id: str
    lens: str
    now: Progress


class _Work(Struct):
    """A run at work, and which sentence says why, should it be stopped."""

    run: Run
    task: "asyncio.Task[None]"
    began: float
    why: str = "reason.stopped"


class LiveRuns:
    """Starts passes through the pipeline and knows those that are under way."""

    def __init__(
        self,
        shelf: RunShelf,
        pipeline: Pipeline,
        desk: Desk,
        hub: Hub,
        settings: Callable[[], Settings],
        safety_problems: Callable[[], list[str]] = list,
    ) -> None:
        self._shelf = shelf
        self._pipeline = pipeline
        self._desk = desk
        self._hub = hub
        self._settings = settings
        self._safety_problems = safety_problems
        self._live: dict[str, _Work] = {}
        self._opening: set[str] = set()
        self._closing = False

    async def execute(self, request: ExecuteRequest, person: Person) -> RunHandle:
        """Start the whole pipeline for an idea. Raises `RequestRefused`."""
        self._check_open()
        brief = await self._desk.brief(request, person)
        recorder = await self._begin(brief, until=5, parent=request.parent_run_id)
        return self._start(Run(brief, recorder, self._hub), self._pipeline.execute, record_idea)

    async def interception(self, request: InterceptionRequest, person: Person) -> RunHandle:
        """Start stages 1 and 2 for an idea; then the run waits for the person. Raises `RequestRefused`."""
        self._check_open()
        brief = await self._desk.brief(request, person)
        recorder = await self._begin(brief, until=2, parent=request.parent_run_id)
        return self._start(Run(brief, recorder, self._hub), self._transform_only, record_idea)

    async def generation(self, request: GenerationRequest, person: Person) -> RunHandle:
        """Start stages 3 and 4, in the run that the request names or in a new one. Raises `RequestRefused`."""
        self._check_open()
        if request.again is not None:
            request = await self._again(request)
        if request.run_id is None:
            return await self._generate_anew(request, person)
        return await self._continue(request, request.run_id, person)

    async def config_again(self, again: Again) -> str:
        """The output config of an output that is to be made anew. Raises `RequestRefused`."""
        return output_again(await self._items(again.run_id), again).config_used or ""

    async def edit(self, run_id: str, request: EditRequest) -> RunItem:
        """Record a person's own wording for a text of a run. Raises `RequestRefused`."""
        if request.entity_type not in _EDITABLE and not request.entity_type.startswith("interception_"):
            raise RequestRefused("not_editable", "entity_type", request.entity_type[:64])
        text = check_text(request.text, "text", self._settings().limits.rules_chars)
        work = await self._at_work(run_id)
        items = work.run.recorder.items if work else await self._items(run_id)
        item = edit_item(items, request.entity_type, text)
        if work:
            return await work.run.recorder.record(item)
        return await self._shelf.amend(run_id, item)

    async def cancel(self, run_id: str) -> bool:
        """Stop a run and its job on the box; False when it is not at work. Returns when the run is closed."""
        work = self._live.get(run_id)
        if work is None:
            return False
        work.task.cancel()
        await asyncio.wait([work.task])
        return True

    async def left(self, device_id: str, since: float) -> None:
        """Nobody sits at a device any more, and did not since a monotonic time: its runs of before give way."""
        for work in list(self._live.values()):
            if work.run.brief.person.device_id == device_id and work.began <= since:
                work.why = "reason.left"
                work.task.cancel()

    def is_live(self, run_id: str) -> bool:
        """Whether a run is at work now."""
        return run_id in self._live

    def at_work(self) -> list[RunNow]:
        """Every run that is at work, oldest first."""
        return [
            RunNow(
                run_id=run_id,
                device_id=work.run.brief.person.device_id,
                lens=work.run.brief.lens.id,
                now=work.run.now,
            )
            for run_id, work in self._live.items()
        ]

    @property
    def count(self) -> int:
        """How many runs are at work."""
        return len(self._live)

    async def close(self) -> None:
        """Stop every run, record that, and take no more."""
        self._closing = True
        tasks = [work.task for work in self._live.values()]
        for work in self._live.values():
            work.why = "reason.closing"
            work.task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _at_work(self, run_id: str) -> _Work | None:
        """The work on a run, if it goes on; one that is only being put away is waited for."""
        work = self._live.get(run_id)
        if work is not None and work.run.recorder.metadata.status is not Status.RUNNING:
            await asyncio.wait([work.task])
            return None
        return work

    def _check_open(self) -> None:
        if self._closing:
            raise RequestRefused("closing")
        if problems := self._safety_problems():
            raise RequestRefused("safety_off", None, problems[0])

    async def _begin(
        self, brief: Brief, *, until: Literal[2, 5], parent: str | None, rewritten: bool = True
    ) -> RunRecorder:
        settings = self._settings()
        started = local_now()
        ids = new_run(started)
        start = RunStart(
            run_id=ids.run_id,
            execution_id=ids.execution_id,
            schema=brief.lens.id,
            output_configs=[plan.config.id for plan in brief.outputs],
            execution_mode=brief.mode,
            safety_level=brief.level,
            user_id=brief.person.user_id,
            session_id=brief.person.session_id,
            device_id=brief.person.device_id,
            language=brief.language,
            started=started,
            expected_outputs=[
                *expected_of_idea(brief, rewritten=rewritten),
                *expected_of_outputs(brief, self._pipeline.looks_at),
            ],
            until=until,
            seed=brief.seed,
            parent_run_id=parent,
            consent=settings.session.consent,
            retain_until=settings.session.retain_until(started),
        )
        return await self._shelf.begin(start)

    def _start(self, run: Run, work: Pass, prelude: Callable[[Run], Awaitable[None]]) -> RunHandle:
        task = asyncio.create_task(self._work(run, work, prelude), name=run.recorder.run_id)
        self._live[run.recorder.run_id] = _Work(run, task, time.monotonic())
        return RunHandle(run, task)

    async def _work(self, run: Run, work: Pass, prelude: Callable[[Run], Awaitable[None]]) -> None:
        watch = Stopwatch()
        outcome: Outcome | None
        try:
            with house.working_in(run.brief.mode):
                await prelude(run)
                outcome = await work(run)
        except asyncio.CancelledError:
            outcome = Outcome(Status.CANCELLED, self._pipeline.say(run, self._live[run.recorder.run_id].why))
        except Exception:
            log.exception("a run failed unexpectedly", extra={"run_id": run.recorder.run_id})
            outcome = Outcome(Status.FAILED, self._pipeline.say(run, "reason.broken"))
        finishing = asyncio.ensure_future(self._finish(run, outcome, watch.seconds))
        while not finishing.done():
            try:
                await asyncio.shield(finishing)
            except asyncio.CancelledError:
                continue
        finishing.result()

    async def _finish(self, run: Run, outcome: Outcome | None, seconds: float) -> None:
        try:
            if outcome is not None:
                await run.recorder.record(end_item(outcome, seconds))
            await run.recorder.close()
        finally:
            self._live.pop(run.recorder.run_id, None)

    async def _transform_only(self, run: Run) -> Outcome | None:
        transformed = await self._pipeline.transform(run)
        return transformed if isinstance(transformed, Outcome) else None

    async def _generate_anew(self, request: GenerationRequest, person: Person) -> RunHandle:
        if request.prompt is None:
            raise RequestRefused("empty_text", "prompt")
        brief = self._desk.wording(request, request.prompt, person)
        outputs = self._desk.outputs(request.output_configs, request.seed, mode=brief.mode)
        brief = with_outputs(brief, outputs, await self._desk.images(request.input_image, person))
        recorder = await self._begin(brief, until=5, parent=request.parent_run_id, rewritten=False)

        async def work(run: Run) -> Outcome:
            return await self._pipeline.check(run) or await self._pipeline.produce(run, brief.text)

        return self._start(Run(brief, recorder, self._hub), work, record_idea)

    async def _continue(self, request: GenerationRequest, run_id: str, person: Person) -> RunHandle:
        if await self._at_work(run_id) is not None or run_id in self._opening:
            raise RequestRefused("run_busy", "run_id")
        self._opening.add(run_id)
        try:
            return await self._reopen(request, run_id, person)
        finally:
            self._opening.discard(run_id)

    async def _reopen(self, request: GenerationRequest, run_id: str, person: Person) -> RunHandle:
        items = await self._items(run_id)
        check_open(items)
        metadata = await self._shelf.metadata(run_id)
        stored = texts_of(items)
        present = stored.get("interception") or stored.get("input", "")
        request = msgspec.structs.replace(
            request,
            schema=metadata.schema,
            language=request.language or metadata.language,
            safety_level=stricter(request, metadata),
        )
        brief = self._desk.wording(request, request.prompt or present, person)
        done = max((item.loop_iteration or 0 for item in items), default=0)
        outputs = self._desk.outputs(request.output_configs, request.seed, done + 1, mode=brief.mode)
        known = brought(run_id, items) if request.input_image is None else None
        brief = with_outputs(brief, outputs, await self._desk.images(request.input_image or known, person))
        brief = msgspec.structs.replace(brief, known_pictures=known is not None)
        recorder = await self._shelf.reopen(
            run_id,
            until=5,
            expected_outputs=expected_of_outputs(brief, self._pipeline.looks_at),
            output_configs=[*metadata.output_configs, *(plan.config.id for plan in outputs)],
        )

        async def prelude(run: Run) -> None:
            if brief.text != present and not brief.finished:
                await run.recorder.record(edit_item(items, "interception", brief.text))

        async def work(run: Run) -> Outcome:
            return await self._pipeline.check(run) or await self._pipeline.produce(run, brief.text)

        return self._start(Run(brief, recorder, self._hub), work, prelude)

    async def _again(self, request: GenerationRequest) -> GenerationRequest:
        """The request with the stored prompt and config of the output that is to be made anew."""
        again = request.again
        if again is None or request.prompt is not None or request.output_configs:
            raise RequestRefused("bad_again", "again")
        items = await self._items(again.run_id)
        check_open(items)
        output = output_again(items, again)
        return msgspec.structs.replace(
            request,
            run_id=again.run_id,
            prompt=output.metadata.get("prompt") or texts_of(items).get("interception"),
            output_configs=[output.config_used or ""],
        )

    async def _items(self, run_id: str) -> list[RunItem]:
        try:
            return list(await self._shelf.items(run_id))
        except LookupError as error:
            raise RequestRefused("unknown_run", "run_id") from error
