"""One lens file, one output config file: what is in it, how it is read and checked.

`configs` keeps the shelf of them; this module looks at one file at a time and knows no other.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

import msgspec
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


def _note(text: str, **limits: Any) -> Meta:
    return Meta(description=text, **limits)


class Example(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One idea before and after a lens."""

    before: Annotated[LocalizedText, _note("The idea as a child might type it.")]
    after: Annotated[LocalizedText, _note("The same idea through the lens, worked by a person.")]


class SketchbookManner(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the embedded sketchbook does for a lens."""

    text: Annotated[TextProcedure, _note("Text procedure of the sketchbook.")] = "gentle"
    picture: Annotated[PictureManner, _note("Manner in which the sketchbook draws.")] = "plain"
    music: Annotated[str, _note("Tune of the sketchbook.")] | None = None


class SafetyNotes(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a teacher should have in mind with a lens."""

    notes: Annotated[LocalizedText, _note("What a teacher should have in mind with this lens.")] = field(
        default_factory=LocalizedText
    )


class InterceptionConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A lens. `rules` instruct the language model."""

    id: Annotated[ConfigId, _note("Name in records and URLs: the file's name without .toml.")]
    group: Annotated[Group, _note("Shelf on which it stands: start, art, view, language, photo or play.")]
    icon: Annotated[str, _note("Name of a drawing in assets/icons.", min_length=1)]
    color: Annotated[Color, _note("Colour of its card, #rrggbb in small letters; readable on light and dark.")]
    name: Annotated[LocalizedText, _note("Name on the screen.")]
    description: Annotated[LocalizedText, _note("One sentence for a child of eight.")]
    rules: Annotated[LocalizedText, _note("What the language model is told; shown and editable. Empty: the child's.")]
    purpose: Annotated[LocalizedText, _note("What it is for in a lesson.")] = field(default_factory=LocalizedText)
    examples: Annotated[list[Example], _note("Worked examples, two.")] = field(default_factory=list)
    suggested_outputs: Annotated[
        list[ConfigId], _note("Output configs that suit it; one named twice is made twice.")
    ] = field(default_factory=list)
    parameters: Annotated[
        dict[str, Any],
        _note(
            "For the model: temperature (0 to 2), iterations (1 to 16), languages of a chain, side_by_side "
            "(so many of the suggested outputs, the first that can be made); others pass on."
        ),
    ] = field(default_factory=dict)
    sketchbook: Annotated[SketchbookManner, _note("What the embedded sketchbook does.")] = SketchbookManner()
    safety: Annotated[SafetyNotes, _note("What a teacher should have in mind.")] = field(default_factory=SafetyNotes)

    def choose(self, can_make: Callable[[str], bool]) -> list[str]:
        """The outputs that it suggests; of a lens that puts some `side_by_side`, so many that can be made."""
        count = int(self.parameters.get("side_by_side", 0))
        if not count:
            return list(self.suggested_outputs)
        return [name for name in self.suggested_outputs if can_make(name)][:count]

    @property
    def iterations(self) -> int:
        """How many times the rewriting is chained; 1 for all but the chains."""
        return int(self.parameters.get("iterations", 1))


class Optimization(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a language model fits a text to an output model before it is sent there."""

    instruction: Annotated[LocalizedText, _note("What the language model is told, per language of the prompt.")]


class Needs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must be on the box."""

    files: Annotated[list[str], _note("Model files as folder/name, for example checkpoints/sd15.safetensors.")] = (
        field(default_factory=list)
    )
    nodes: Annotated[list[str], _note("Node classes that its workflow uses beyond the core ones.")] = field(
        default_factory=list
    )


class OutputConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A medium that can be asked for, and the box and model that make it."""

    id: Annotated[ConfigId, _note("Name in records and requests: the file's name without .toml.")]
    name: Annotated[LocalizedText, _note("Name on the screen.")]
    description: Annotated[LocalizedText, _note("What it makes, for a child.")]
    media_type: Annotated[MediaType, _note("image, audio, music, video, 3d or code.")]
    backend: Annotated[str, _note("Kind or name of the box.", pattern=r"\A[a-z0-9_-]{1,64}\Z")]
    model: Annotated[str, _note("Model as the box names it.")] | None = None
    workflow: Annotated[str, _note("File name of the graph in the workflows folder.")] | None = None
    bindings: Annotated[
        dict[str, str | list[str]],
        _note('Where each value goes in the graph: prompt = "6.text", or a list for several places.'),
    ] = field(default_factory=dict)
    prompt_language: Annotated[Literal["any", "en"], _note("en: the text is translated before.")] = "any"
    width: Annotated[int, _note("Pixels.", ge=16, le=8192)] | None = None
    height: Annotated[int, _note("Pixels.", ge=16, le=8192)] | None = None
    duration_s: Annotated[float, _note("Seconds of sound or film.", gt=0, le=600)] | None = None
    steps: Annotated[int, _note("Denoising steps.", ge=1, le=500)] | None = None
    cfg: Annotated[float, _note("How strictly the prompt is followed.", ge=0, le=100)] | None = None
    sampler: Annotated[str, _note("Sampler as the box names it.")] | None = None
    scheduler: Annotated[str, _note("Noise schedule as the box names it.")] | None = None
    seed_policy: Annotated[
        Literal["follow_words", "fixed", "random"],
        _note("follow_words: same wording, new seed; changed wording, same seed. fixed: parameters.seed. random."),
    ] = "follow_words"
    optimization: Annotated[Optimization, _note("How the text is fitted to this model.")] | None = None
    negative_prompt: Annotated[str, _note("What the model should avoid.")] = ""
    estimated_seconds: Annotated[float, _note("Seconds that it takes; measured times replace it.", ge=0)] = 30
    memory_mb: Annotated[int, _note("Memory that it needs on the box, in megabytes.", ge=0)] = 0
    local: Annotated[bool, _note("Whether the box stands in this house; false: only in the mode fast.")] = True
    uses_ai: Annotated[bool, _note("Whether an AI model takes part; becomes the mark on what leaves the house.")] = (
        True
    )
    needs: Annotated[Needs, _note("What must be on the box.")] = field(default_factory=Needs)
    tested_on: (
        Annotated[str, _note("Machine on which it was really run; absent: it was checked as a graph only.")] | None
    ) = None
    parameters: Annotated[dict[str, Any], _note("Anything else for the box, passed as it is.")] = field(
        default_factory=dict
    )

    @property
    def needs_picture(self) -> bool:
        """Whether nothing can be made without a picture to begin with: its graph has a place for one."""
        return "image" in self.bindings

    @property
    def takes_picture(self) -> bool:
        """Whether a picture to begin with counts. Boxes without a graph take one where they make a picture."""
        return self.needs_picture or (self.workflow is None and self.media_type is MediaType.IMAGE)


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
    side_by_side = parameters.get("side_by_side", 2)
    if isinstance(side_by_side, bool) or not isinstance(side_by_side, int) or not 2 <= side_by_side <= 8:
        yield "side_by_side", f"expected a whole number from 2 to 8, got `{side_by_side}`"
    languages = parameters.get("languages", ["de", "en"])
    if not isinstance(languages, list) or not all(isinstance(tag, str) for tag in languages):
        yield "languages", "expected a list of language tags"
    elif len(set(languages)) < 2 or not all(_LANGUAGE_TAG.match(tag) for tag in languages):
        yield "languages", "expected at least two different language tags such as de, en, fr"


def fields(struct: type[Struct], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each field of a config file as (dotted name, what it means), tables inside tables included."""
    for entry in msgspec.structs.fields(struct):
        name = f"{prefix}{entry.encode_name}"
        yield name, _description(entry.type)
        for inner in _tables(entry.type):
            yield from fields(inner, f"{name}.")


def _description(kind: Any) -> str:
    for part in (kind, *get_args(kind)):
        for extra in getattr(part, "__metadata__", ()):
            if isinstance(extra, Meta) and extra.description:
                return extra.description
    raise LookupError(f"a config field has no description: {kind}")


def _tables(kind: Any) -> Iterator[type[Struct]]:
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield kind
    for part in get_args(kind):
        yield from _tables(part)
