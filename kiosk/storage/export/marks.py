"""Marks: what a copy of a medium that leaves says of itself, and how its record tells it.

Writes no files: that is `marking`. Where a copy comes from is said in the IPTC's words (digital source type).
"""

from msgspec import Struct

from kiosk import __version__
from kiosk.records import RunItem, RunMetadata

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = SOURCE_TYPES + "trainedAlgorithmicMedia"
"""Made by a model that was trained on other works."""

ALGORITHMIC = SOURCE_TYPES + "algorithmicMedia"
"""Made by a procedure alone: no model took part."""


class Marks(Struct, frozen=True, kw_only=True):
    """What a copy says. `created` is ISO 8601 with offset; `prompt` is None when the words stay in the house."""

    source_type: str
    run_id: str
    created: str
    lens: str
    model: str | None = None
    backend: str | None = None
    seed: int | None = None
    prompt: str | None = None
    language: str | None = None

    @property
    def tool(self) -> str:
        """The program that made it."""
        return f"Atelier Kiosk {__version__}"

    def texts(self) -> dict[str, str]:
        """The marks by name, as files carry them that have plain text fields."""
        known = {
            "Software": self.tool,
            "Creation Time": self.created,
            "Digital Source Type": self.source_type,
            "Model": self.model,
            "Seed": str(self.seed) if self.seed is not None else None,
            "Lens": self.lens,
            "Run": self.run_id,
            "Description": self.prompt,
        }
        return {name: clean(value) for name, value in known.items() if value}


def marks_of(run: RunMetadata, item: RunItem, *, with_prompt: bool) -> Marks:
    """What a copy of the medium of this item says."""
    prompt = item.metadata.get("prompt")
    seed = item.metadata.get("seed")
    return Marks(
        source_type=ALGORITHMIC if is_algorithmic(item) else TRAINED,
        run_id=run.run_id,
        created=item.timestamp,
        lens=run.schema,
        model=item.model_used,
        backend=item.backend_used,
        seed=seed if isinstance(seed, int) else None,
        prompt=prompt if with_prompt and isinstance(prompt, str) else None,
        language=run.language,
    )


def is_algorithmic(item: RunItem) -> bool:
    """Whether no AI model took part in making this medium, as its record says."""
    said = item.metadata.get("uses_ai")
    return item.backend_used == "sketchbook" if said is None else said is False


def clean(text: str) -> str:
    """A text without characters that no field may hold: controls but for tab and line ends."""
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\x7f\ufffe\uffff"))
