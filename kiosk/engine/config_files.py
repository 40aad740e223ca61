"""One lens file, one output config file: what is in it, how it is read and checked.

`configs` keeps the shelf of them; this module looks at one file at a time and knows no other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta, Struct, field

from kiosk import tomlfile
from kiosk.records import MediaType
from kiosk.tomlfile import ConfigError

SHIPPED_LANGUAGES = ("de", "en")

Group = Literal["start", "art", "view", "language", "photo", "play"]
TextProcedure = Literal[
    "blueprint", "cut_up", "dream", "erasure", "exaggerate", "film", "fold_in", "gentle", "gesture", "grid",
    "haiku", "inventory", "n_plus_7", "opposite", "other_eyes", "out_of_joint", "permutation",
    "perspective", "plain", "plate", "slang", "story", "sweeten", "telephone", "weave", "word_game",
]  # fmt: skip
PictureManner = Literal[
    "blueprint", "collage", "comic", "dream", "film", "gesture", "grid_forms", "ink", "other_eyes", "overflow",
    "perspective", "plain", "plate", "storybook", "sweet", "tilted", "woven",
]  # fmt: skip

ConfigId = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_]{0,63}\Z")]
Color = Annotated[str, Meta(pattern=r"\A#[0-9a-f]{6}\Z")]

_LANGUAGE_TAG = re.compile(r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


class LocalizedText(dict[str, str]):
    """One text in several languages, by BCP 47 tag."""

    def in_language(self, language: str) -> str:
        """The text in `language`, else in its base (`de` for `de-AT`), else in English, else in any."""
        for tag in (language, language.split("-")[0].lower(), "en"):
            if tag in self:
                return self[tag]
        return next(iter(self.values()), "")

    def missing(self, languages: Iterable[str] = SHIPPED_LANGUAGES) -> list[str]:
        """Those of `languages` in which there is no text."""
        return [tag for tag in languages if not self.get(tag, "").strip()]


class Example(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One idea before and after a lens."""

    before: LocalizedText
    after: LocalizedText


class SketchbookManner(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the embedded sketchbook does for a lens: its text procedure, picture manner and tune."""

    text: TextProcedure = "gentle"
    picture: PictureManner = "plain"
    music: str | None = None


class SafetyNotes(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a teacher should have in mind with a lens."""

    notes: LocalizedText = field(default_factory=LocalizedText)


class InterceptionConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A lens. `rules` instruct the language model; `parameters` go to it (temperature, iterations, languages)."""

    id: ConfigId
    group: Group
    icon: Annotated[str, Meta(min_length=1)]
    color: Color
    name: LocalizedText
    description: LocalizedText
    rules: LocalizedText
    purpose: LocalizedText = field(default_factory=LocalizedText)
    examples: list[Example] = field(default_factory=list)
    suggested_outputs: list[ConfigId] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    sketchbook: SketchbookManner = SketchbookManner()
    safety: SafetyNotes = field(default_factory=SafetyNotes)

    @property
    def iterations(self) -> int:
        """How many times the rewriting is chained; 1 for all but the chains."""
        return int(self.parameters.get("iterations", 1))


class Optimization(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a language model fits a text to an output model before it is sent there."""

    instruction: LocalizedText


class Needs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must be on the box: model files as `folder/name`, and node classes."""

    files: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)


class OutputConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A medium that can be asked for, and the box and model that make it.

    `width` and `height` in pixels, `duration_s` and `estimated_seconds` in seconds, `memory_mb` on the box.
    `workflow` is a file name in the workflows folder; `bindings` say where each value goes in that graph:
    `prompt = "6.text"`, or a list for several places. `seed_policy`: `follow_words` (same wording, new seed;
    changed wording, same seed), `fixed` (always `parameters.seed`, 0 if absent), `random`.
    `tested_on` names the machine on which it was really run; without it, it was checked as a graph only.
    """

    id: ConfigId
    name: LocalizedText
    description: LocalizedText
    media_type: MediaType
    backend: Annotated[str, Meta(pattern=r"\A[a-z0-9_-]{1,64}\Z")]
    model: str | None = None
    workflow: str | None = None
    bindings: dict[str, str | list[str]] = field(default_factory=dict)
    prompt_language: Literal["any", "en"] = "any"
    width: Annotated[int, Meta(ge=16, le=8192)] | None = None
    height: Annotated[int, Meta(ge=16, le=8192)] | None = None
    duration_s: Annotated[float, Meta(gt=0, le=600)] | None = None
    steps: Annotated[int, Meta(ge=1, le=500)] | None = None
    cfg: Annotated[float, Meta(ge=0, le=100)] | None = None
    sampler: str | None = None
    scheduler: str | None = None
    seed_policy: Literal["follow_words", "fixed", "random"] = "follow_words"
    optimization: Optimization | None = None
    negative_prompt: str = ""
    estimated_seconds: Annotated[float, Meta(ge=0)] = 30
    memory_mb: Annotated[int, Meta(ge=0)] = 0
    local: bool = True
    uses_ai: bool = True
    needs: Needs = field(default_factory=Needs)
    tested_on: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


C = TypeVar("C", InterceptionConfig, OutputConfig)


def read_config(path: Path, struct: type[C]) -> C:
    """One config file, checked by itself. Raises `ConfigError` naming file, line and field."""
    raw, text = tomlfile.read_toml(path)
    config = tomlfile.convert(raw, struct, path, text, decode=_decode)
    if config.id != path.stem:
        _refuse(path, text, "id", f"must be the file's name: expected `{path.stem}`, got `{config.id}`")
    if isinstance(config, InterceptionConfig):
        for name, problem in _bad_parameters(config.parameters):
            _refuse(path, text, f"parameters.{name}", problem)
    return config


def _refuse(path: Path, text: str, name: str, problem: str) -> None:
    raise ConfigError(path, problem, line=tomlfile.line_of(text, name), field=name)


def _decode(kind: type, value: Any) -> Any:
    """Localized texts for msgspec: a table of language tag → text, at least one."""
    if kind is not LocalizedText:
        raise TypeError(f"a config has no values of type {kind}")
    if not isinstance(value, dict):
        raise ValueError(f'expected one text per language (de = "...", en = "..."), got {type(value).__name__}')
    if not value:
        raise ValueError("expected a text in at least one language")
    for tag, text in value.items():
        if not _LANGUAGE_TAG.match(tag):
            raise ValueError(f"`{tag}` is not a language tag such as de, en, fr")
        if not isinstance(text, str):
            raise ValueError(f"expected text in `{tag}`, got {type(text).__name__}")
    return LocalizedText({tag: text.strip() for tag, text in value.items()})


def _bad_parameters(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Parameters that the program itself reads; others pass to the box as they are."""
    temperature = parameters.get("temperature", 0)
    if isinstance(temperature, bool) or not isinstance(temperature, int | float) or not 0 <= temperature <= 2:
        yield "temperature", f"expected a number from 0 to 2, got `{temperature}`"
    iterations = parameters.get("iterations", 1)
    if isinstance(iterations, bool) or not isinstance(iterations, int) or not 1 <= iterations <= 16:
        yield "iterations", f"expected a whole number from 1 to 16, got `{iterations}`"
    languages = parameters.get("languages", ["de", "en"])
    if not isinstance(languages, list) or not all(isinstance(tag, str) for tag in languages):
        yield "languages", "expected a list of language tags"
    elif len(set(languages)) < 2 or not all(_LANGUAGE_TAG.match(tag) for tag in languages):
        yield "languages", "expected at least two different language tags such as de, en, fr"
