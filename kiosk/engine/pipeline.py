"""The four stages in their order. Order is decided here alone, and every text is judged here alone.

Stage 1 judges the idea and the rules, stage 2 rewrites, stage 3 makes and judges the wording for each output,
stage 4 makes the outputs. One output that is blocked or fails never stops the others.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Literal, Never

from msgspec import Struct

from kiosk.engine.backends import TextBackend
from kiosk.engine.media_box import MediaBox
from kiosk.engine.run import Blocked, OutputPlan, Run, StageFailed, Stopwatch
from kiosk.engine.seeds import Seeds, random_seed
from kiosk.engine.stages.input_pictures import bring_in
from kiosk.engine.stages.interception import intercept
from kiosk.engine.stages.looking import PictureCheck
from kiosk.engine.stages.media import LOOKED_AT, generate
from kiosk.engine.stages.optimization import optimize
from kiosk.engine.stages.safety import SafetyCheck, Verdict, sentence
from kiosk.engine.stages.translation import translate
from kiosk.i18n import Sentences
from kiosk.records import ItemType, MediaType, Status, Step


class Outcome(Struct, frozen=True):
    """How a pass ended; `reason` is for the person, None when all went well."""

    status: Status
    reason: str | None = None
    seed: int | None = None


class _Fate(StrEnum):
    DONE = "done"
    BLOCKED = "blocked"
    FAILED = "failed"


class Pipeline:
    """The stages, with the boxes that do their work."""

    def __init__(
        self,
        safety: SafetyCheck,
        text: TextBackend,
        media: Mapping[str, MediaBox],
        seeds: Seeds,
        sentences: Sentences,
        help_line: Callable[[], str] = str,
        pictures: PictureCheck | None = None,
    ) -> None:
        self.media = media
        self._safety = safety
        self._text = text
        self._seeds = seeds
        self._sentences = sentences
        self._help_line = help_line
        self._pictures = pictures

    async def execute(self, run: Run) -> Outcome:
        """All four stages for one idea."""
        transformed = await self.transform(run)
        if isinstance(transformed, Outcome):
            return transformed
        return await self.produce(run, transformed)

    async def transform(self, run: Run) -> str | Outcome:
        """Stages 1 and 2: the rewritten text, or how the run ended instead."""
        self._prepare(run)
        try:
            await self._check_idea(run)
            await self._bring_in(run)
            text = await intercept(run, self._text, self._text_seed(run), self._check_step)
            await self._check_rewritten(run, text)
        except Blocked as block:
            return Outcome(Status.BLOCKED, block.reason)
        except StageFailed as failure:
            return Outcome(Status.FAILED, failure.reason)
        return text

    def _prepare(self, run: Run) -> None:
        """Tell the boxes of the outputs that they will be asked; where there is but one, before any is chosen."""
        names = {output.config.backend for output in run.brief.outputs}
        for name in names or (self.media if len(self.media) == 1 else ()):
            if name in self.media:
                self.media[name].prepare()

    async def check(self, run: Run) -> Outcome | None:
        """Stage 1 alone, for a wording that goes to the output models as it is; None when it may pass."""
        try:
            await self._check_idea(run)
            await self._bring_in(run)
        except Blocked as block:
            return Outcome(Status.BLOCKED, block.reason)
        return None

    async def produce(self, run: Run, text: str) -> Outcome:
        """Stages 3 and 4 for every output, one after the other."""
        fates: list[_Fate] = []
        reasons: list[str] = []
        seed = None
        for output in run.brief.outputs:
            output_seed = self._output_seed(run, output, text)
            try:
                prompt = await self._prompt(run, output, text, output_seed)
                box = self.media[output.config.backend]
                blocked = await generate(run, box, self._pictures, output, prompt, output_seed)
                if blocked is not None:
                    raise Blocked(self._reason(run, blocked), blocked)
            except Blocked as block:
                fates.append(_Fate.BLOCKED)
                reasons.append(block.reason)
            except StageFailed as failure:
                await self._record_failure(run, output, failure)
                fates.append(_Fate.FAILED)
                reasons.append(failure.reason)
            else:
                fates.append(_Fate.DONE)
                seed = output_seed
        return _outcome(fates, reasons, seed)

    async def _prompt(self, run: Run, output: OutputPlan, text: str, seed: int) -> str:
        """Stage 3 for one output: the wording that the box will get, judged. Raises `Blocked` or `StageFailed`."""
        prompt = text
        if not run.brief.finished:
            prompt = await translate(run, self._text, output, prompt, seed)
            if output.config.optimization is not None:
                await self._check_step(run, prompt, output)
            prompt = await optimize(run, self._text, output, prompt, seed)
        with run.step(Step.SAFETY_PRE_OUTPUT, output) as watch:
            verdict = await self._judge(run, prompt, 3)
            await run.emit_verdict(
                ItemType.STAGE3_SAFETY_CHECK if verdict.allowed else ItemType.STAGE3_BLOCKED,
                verdict,
                stage=3,
                checked=["prompt"],
                seconds=watch.seconds,
                output=output,
            )
        if not verdict.allowed:
            raise Blocked(self._reason(run, verdict), verdict)
        return prompt

    async def _check_idea(self, run: Run) -> None:
        brief = run.brief
        with run.step(Step.SAFETY) as watch:
            verdict = await self._judge(run, brief.text, 1)
            checked = ["input"]
            if verdict.allowed and brief.rules.strip():
                verdict = await self._judge(run, brief.rules, 1)
                checked.append("context_prompt")
            await run.emit_verdict(
                ItemType.STAGE1_SAFETY_CHECK if verdict.allowed else ItemType.STAGE1_BLOCKED,
                verdict,
                stage=1,
                checked=checked,
                seconds=watch.seconds,
            )
        if not verdict.allowed:
            raise Blocked(self._reason(run, verdict), verdict)

    async def _bring_in(self, run: Run) -> None:
        """The pictures that the person brought in, looked at and recorded. Raises `Blocked`."""
        for data in run.brief.images:
            verdict = await bring_in(run, self._pictures, data)
            if verdict is not None:
                raise Blocked(self._reason(run, verdict), verdict)

    async def _check_step(self, run: Run, text: str, output: OutputPlan | None = None) -> None:
        """A text on its way, of a chain or for an output: a model is to rewrite it once more. Raises `Blocked`."""
        watch = Stopwatch()
        verdict = run.verdicts.get((text, 3)) or await self._judge(run, text, 1)
        if not verdict.allowed:
            await self._stop(run, verdict, "interception" if output is None else "translation_en", watch, output)

    async def _check_rewritten(self, run: Run, text: str) -> None:
        """A rewritten text that may not pass is not handed on, whether outputs follow or not."""
        with run.step(Step.SAFETY_PRE_OUTPUT) as watch:
            verdict = await self._judge(run, text, 3)
            if not verdict.allowed:
                await self._stop(run, verdict, "interception", watch)

    async def _stop(
        self, run: Run, verdict: Verdict, checked: str, watch: Stopwatch, output: OutputPlan | None = None
    ) -> Never:
        """A text of the run itself may not go on: kept as an item, and raised as `Blocked`."""
        await run.emit_verdict(
            ItemType.STAGE3_BLOCKED, verdict, stage=3, checked=[checked], seconds=watch.seconds, output=output
        )
        raise Blocked(self._reason(run, verdict), verdict)

    async def _judge(self, run: Run, text: str, stage: Literal[1, 3]) -> Verdict:
        """The verdict on a text; the same text is judged once at each of the two stages of a pass."""
        verdict = run.verdicts.get((text, stage))
        if verdict is None:
            verdict = await self._safety.check(
                text, level=run.brief.level, language=run.brief.language, stage=stage, asker=run.asker()
            )
            run.verdicts[text, stage] = verdict
        return verdict

    def looks_at(self, media_type: MediaType) -> bool:
        """Whether finished media of a type are looked at before they are shown."""
        return self._pictures is not None and media_type in LOOKED_AT

    async def _record_failure(self, run: Run, output: OutputPlan, failure: StageFailed) -> None:
        await run.emit(
            ItemType.OUTPUT_ERROR,
            MediaType.METADATA,
            stage=4,
            content=failure.reason,
            loop_iteration=output.position,
            config_used=output.config.id,
            backend_used=output.config.backend,
        )

    def say(self, run: Run, key: str) -> str:
        """A sentence for the person of a run, in the run's language."""
        return self._sentences.say(run.brief.language, key)

    def _reason(self, run: Run, verdict: Verdict) -> str:
        return sentence(verdict, self._sentences, run.brief.language, self._help_line())

    def _text_seed(self, run: Run) -> int:
        brief = run.brief
        wording = f"{brief.rules}\0{brief.text}"
        use = f"interception:{brief.lens.id}"
        if brief.seed is None:
            return self._seeds.choose(brief.person, use, wording)
        self._seeds.remember(brief.person, use, wording, brief.seed)
        return brief.seed

    def _output_seed(self, run: Run, output: OutputPlan, wording: str) -> int:
        policy = output.config.seed_policy
        if output.seed is not None:
            seed = output.seed
        elif policy == "fixed":
            seed = int(output.config.parameters.get("seed", 0))
        elif policy == "random":
            seed = random_seed()
        else:
            twins = [other for other in run.brief.outputs if other.config.id == output.config.id]
            use = f"output:{output.config.id}:{twins.index(output)}"
            return self._seeds.choose(run.brief.person, use, wording)
        self._seeds.remember(run.brief.person, f"output:{output.config.id}:0", wording, seed)
        return seed


def _outcome(fates: list[_Fate], reasons: list[str], seed: int | None) -> Outcome:
    """Any success is completed, else any failure is failed, else blocked; no outputs is completed too."""
    reason = reasons[0] if reasons else None
    if _Fate.DONE in fates or not fates:
        return Outcome(Status.COMPLETED, reason, seed)
    if _Fate.FAILED in fates:
        return Outcome(Status.FAILED, reason)
    return Outcome(Status.BLOCKED, reason)
