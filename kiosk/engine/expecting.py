"""Which files a run is going to leave, by entity type and in order: what its progress is measured against."""

from collections.abc import Callable

from kiosk.engine.run import Brief
from kiosk.engine.stages.translation import needs_english
from kiosk.records import OUTPUT_ITEM_TYPES, MediaType


def expected_of_idea(brief: Brief, *, rewritten: bool) -> list[str]:
    """Stages 0 to 2; without stage 2 where the wording is not to be `rewritten`."""
    expected = ["input", *(["input_image"] * len(brief.images))]
    if brief.rules.strip():
        expected.append("context_prompt")
    expected.append("safety")
    if not rewritten:
        return expected
    if brief.rules.strip() and brief.lens.iterations > 1:
        expected += [f"interception_{step:02d}" for step in range(1, brief.lens.iterations + 1)]
    return [*expected, "interception"]


def expected_of_outputs(brief: Brief, looks_at: Callable[[MediaType], bool]) -> list[str]:
    """Stages 3 and 4; `looks_at` tells which media are looked at before they are shown."""
    expected: list[str] = []
    for plan in brief.outputs:
        if needs_english(plan.config, brief.language):
            expected.append("translation_en")
        if plan.config.optimization is not None:
            expected.append("optimized_prompt")
        expected.append("safety_pre_output")
        if looks_at(plan.config.media_type):
            expected.append("media_safety")
        expected.append(str(OUTPUT_ITEM_TYPES[plan.config.media_type]))
    return expected
