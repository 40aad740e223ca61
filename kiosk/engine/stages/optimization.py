"""Stage 3, second half: the wording as the output model likes it, where its config has an instruction."""

from kiosk.engine.backends import TextBackend, TextRequest
from kiosk.engine.run import OutputPlan, Run
from kiosk.engine.writing import write_for
from kiosk.records import ItemType, Step


async def optimize(run: Run, backend: TextBackend, output: OutputPlan, text: str, seed: int) -> str:
    """The prompt for the output model, recorded; the text itself without an instruction. Raises `StageFailed`."""
    if output.config.optimization is None:
        return text
    language = "en" if output.config.prompt_language == "en" else run.brief.language
    instruction = output.config.optimization.instruction.in_language(language)
    with run.step(Step.OPTIMIZATION, output):
        request = TextRequest(purpose="optimization", text=text, rules=instruction, language=language, seed=seed)
        return await write_for(run, backend, request, output, ItemType.PROMPT_OPTIMIZATION)
