"""Stage 3, first half: the wording in English, where the output model wants that."""

from kiosk.engine.backends import TextBackend, TextRequest
from kiosk.engine.configs import OutputConfig
from kiosk.engine.run import OutputPlan, Run
from kiosk.engine.writing import write_for
from kiosk.records import ItemType, Step

RULES = (
    "Translate the text into English. Keep every image, name, tone and line break. "
    "Add nothing and explain nothing. Answer with the translation only."
)


def needs_english(config: OutputConfig, language: str) -> bool:
    """Whether a wording in `language` must be translated for this output."""
    return config.prompt_language == "en" and language.lower().split("-")[0] != "en"


async def translate(run: Run, backend: TextBackend, output: OutputPlan, text: str, seed: int) -> str:
    """The English wording, recorded; the text itself when none is needed. Raises `StageFailed`."""
    if not needs_english(output.config, run.brief.language):
        return text
    with run.step(Step.TRANSLATION, output):
        request = TextRequest(purpose="translation", text=text, rules=RULES, language="en", seed=seed)
        return await write_for(run, backend, request, output, ItemType.TRANSLATION_EN)
