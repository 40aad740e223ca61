"""Stage 2: the idea, rewritten by the lens's rules in the child's language; once, or as a chain.

A chain (`parameters.iterations`) hands each result on to the next step in another language, drawn with the
run's seed without immediate repeats; the last step comes back to the language of the start.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from kiosk.engine.backends import TextBackend, TextRequest
from kiosk.engine.configs import InterceptionConfig
from kiosk.engine.run import Run
from kiosk.engine.writing import Written, write
from kiosk.records import ItemType, Step

STAGE = 2

JudgeStep = Callable[[Run, str], Awaitable[None]]
"""Judges a text that will be rewritten once more; raises `Blocked`."""


async def intercept(run: Run, backend: TextBackend, seed: int, judge_step: JudgeStep) -> str:
    """Rewrite the idea and record it; without rules the idea goes on as it is. Raises `StageFailed` or `Blocked`."""
    brief = run.brief
    with run.step(Step.INTERCEPTION) as watch:
        iterations = brief.lens.iterations
        if not brief.rules.strip():
            await run.emit_text(
                ItemType.INTERCEPTION_FINAL,
                brief.text,
                stage=STAGE,
                config_used=brief.lens.id,
                execution_time=watch.seconds,
                metadata={"seed": seed, "unchanged": True},
            )
            return brief.text
        request = TextRequest(
            purpose="interception",
            text=brief.text,
            rules=brief.rules,
            language=brief.language,
            lens=brief.lens.id,
            seed=seed,
            parameters=_parameters(brief.lens),
        )
        if iterations > 1:
            written = await _chain(run, backend, request, iterations, judge_step)
        else:
            written = await write(run, backend, request)
        await run.emit_text(
            ItemType.INTERCEPTION_FINAL,
            written.text,
            stage=STAGE,
            config_used=brief.lens.id,
            metadata={"seed": seed, **written.metadata()},
            **(written.facts() | {"execution_time": watch.seconds}),
        )
        return written.text


async def _chain(
    run: Run, backend: TextBackend, request: TextRequest, iterations: int, judge_step: JudgeStep
) -> Written:
    languages = chain_languages(request.parameters, request.language, iterations, request.seed)
    parameters = {**request.parameters, "start_language": request.language}
    for iteration, language in enumerate(languages, start=1):
        step_request = msgspec.structs.replace(
            request,
            language=language,
            seed=request.seed + iteration,
            parameters={**parameters, "iteration": iteration},
        )
        written = await write(run, backend, step_request, stage_iteration=iteration)
        await run.emit_text(
            ItemType.INTERCEPTION_ITERATION,
            written.text,
            stage=STAGE,
            stage_iteration=iteration,
            config_used=run.brief.lens.id,
            metadata={
                "language": language if backend.multilingual else parameters["start_language"],
                "asked_language": language,
                "seed": step_request.seed,
                **written.metadata(),
            },
            **written.facts(),
        )
        if iteration < iterations:
            await judge_step(run, written.text)
        request = msgspec.structs.replace(request, text=written.text)
    return written


def chain_languages(parameters: Mapping[str, Any], start: str, iterations: int, seed: int) -> list[str]:
    """The language of each step of a chain: drawn with the seed, none twice in a row, the last is `start`."""
    pool = [language for language in parameters.get("languages", []) if language != start]
    if not pool:
        return [start] * iterations
    draw = random.Random(seed)
    languages: list[str] = []
    for _ in range(iterations - 1):
        choices = [language for language in pool if not languages or language != languages[-1]] or pool
        languages.append(draw.choice(choices))
    return [*languages, start]


def _parameters(lens: InterceptionConfig) -> dict[str, Any]:
    return {**lens.parameters, "sketchbook": msgspec.to_builtins(lens.sketchbook)}
