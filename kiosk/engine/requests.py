"""What a person may ask of the pipeline, and what is checked before anything is created."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from msgspec import Struct, field

from kiosk.engine.configs import Configs, InterceptionConfig, OutputConfig
from kiosk.engine.formats import BadMedia
from kiosk.engine.house import HERE, House
from kiosk.engine.media_box import MediaBox
from kiosk.engine.run import Brief, OutputPlan
from kiosk.engine.seeds import MAX_SEED
from kiosk.i18n import LANGUAGE_PATTERN
from kiosk.records import ExecutionMode, Person, SafetyLevel
from kiosk.settings import Settings

DEFAULT_LENS = "user_defined"


class RequestRefused(ValueError):
    """A request cannot be taken; nothing was created. `problem` is a code, `field` the part that is wrong."""

    def __init__(self, problem: str, field: str | None = None, detail: str = "") -> None:
        super().__init__(f"{problem}{f' ({field})' if field else ''}{f': {detail}' if detail else ''}")
        self.problem = problem
        self.field = field
        self.detail = detail


class InputImage(Struct, forbid_unknown_fields=True, kw_only=True):
    """A picture to start from: one that was brought in (`upload_id`), or the n-th picture of a run.

    `brought`: not the n-th that the run made, but the n-th that was brought into it.
    """

    upload_id: str | None = None
    run_id: str | None = None
    n: int = 1
    brought: bool = False


class Again(Struct, forbid_unknown_fields=True, kw_only=True):
    """The n-th output (from 1) of a run, to be made anew with its stored prompt."""

    run_id: str
    n: int = 1


class InterceptionRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Stages 1 and 2 for an idea. A `safety_level` counts only if it is stricter than the teacher's."""

    schema: str = DEFAULT_LENS
    input_text: str
    execution_mode: ExecutionMode | None = None
    safety_level: SafetyLevel | None = None
    context_prompt: str | None = None
    seed: int | None = None
    input_image: InputImage | None = None
    language: str | None = None
    parent_run_id: str | None = None


class ExecuteRequest(InterceptionRequest, forbid_unknown_fields=True, kw_only=True):
    """The whole pipeline; without `output_configs` those that the lens suggests."""

    output_configs: list[str] = field(default_factory=list)


class GenerationRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Stages 3 and 4 for a wording: into the run `run_id`, or into a new one."""

    run_id: str | None = None
    prompt: str | None = None
    output_configs: list[str] = field(default_factory=list)
    seed: int | None = None
    input_image: InputImage | None = None
    again: Again | None = None
    schema: str = DEFAULT_LENS
    execution_mode: ExecutionMode | None = None
    safety_level: SafetyLevel | None = None
    language: str | None = None
    parent_run_id: str | None = None


class EditRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """A person's own wording for a text of a run, by entity type (`interception`, `optimized_prompt` ...)."""

    entity_type: str
    text: str


PictureSource = Callable[[InputImage, Person], Awaitable[bytes]]


class Desk:
    """Checks requests against configs and settings, and makes briefs of them."""

    def __init__(
        self,
        configs: Configs,
        settings: Callable[[], Settings],
        media: Mapping[str, MediaBox],
        pictures: PictureSource,
        house: House = HERE,
        lacks: Callable[[OutputConfig], Sequence[str]] = lambda output: (),
    ) -> None:
        """`lacks` tells in sentences which files, nodes or models an output's box does not have."""
        self._configs = configs
        self._settings = settings
        self._media = media
        self._pictures = pictures
        self._house = house
        self._lacks = lacks

    async def brief(self, request: InterceptionRequest, person: Person) -> Brief:
        """The brief for an idea; with outputs for an `ExecuteRequest`. Raises `RequestRefused`."""
        settings = self._settings()
        lens = self.lens(request.schema)
        mode = self.mode(request.execution_mode)
        language = self.language(request.language)
        rules = request.context_prompt if request.context_prompt is not None else lens.rules.in_language(language)
        outputs: tuple[OutputPlan, ...] = ()
        if isinstance(request, ExecuteRequest):
            names = request.output_configs or lens.choose(self._can_make)
            outputs = self.outputs(names, request.seed, mode=mode)
        return Brief(
            person=person,
            lens=lens,
            text=check_text(request.input_text, "input_text", settings.limits.idea_chars),
            rules=check_length(rules, "context_prompt", settings.limits.rules_chars),
            language=language,
            level=self.level(request.safety_level),
            mode=mode,
            outputs=outputs,
            seed=check_seed(request.seed),
            images=await self.images(request.input_image, person),
        )

    def lens(self, name: str) -> InterceptionConfig:
        """The lens of this id."""
        lens = self._configs.interception.get(name)
        if lens is None:
            raise RequestRefused("unknown_lens", "schema", name[:64])
        return lens

    def outputs(
        self, names: Sequence[str], seed: int | None, first_position: int = 1, *, mode: ExecutionMode
    ) -> tuple[OutputPlan, ...]:
        """The plan for each named output; a name that comes again gets the next seed."""
        if not names:
            raise RequestRefused("no_output", "output_configs")
        if len(names) > self._settings().limits.outputs_per_run:
            limit = self._settings().limits.outputs_per_run
            raise RequestRefused("too_many_outputs", "output_configs", str(limit))
        seen: dict[str, int] = {}
        plans = []
        for position, name in enumerate(names, start=first_position):
            repetition = seen[name] = seen.get(name, -1) + 1
            own_seed = None if seed is None else (seed + repetition) & MAX_SEED
            plans.append(OutputPlan(self._output(name, mode), position, own_seed))
        return tuple(plans)

    def _can_make(self, name: str) -> bool:
        try:
            self._output(name, self._settings().session.execution_mode)
        except RequestRefused:
            return False
        return True

    def _output(self, name: str, mode: ExecutionMode) -> OutputConfig:
        config = self._configs.output.get(name)
        if config is None:
            raise RequestRefused("unknown_output", "output_configs", name[:64])
        box = self._media.get(config.backend)
        if box is None:
            raise RequestRefused("output_unavailable", "output_configs", name)
        outside = not config.local or (box.url is not None and not self._house.has(box.url))
        if outside and mode is ExecutionMode.ECO:
            raise RequestRefused("mode_off", "output_configs", name)
        if lacks := self._lacks(config):
            raise RequestRefused("output_lacks", "output_configs", " ".join(lacks))
        return config

    def language(self, language: str | None) -> str:
        """The language asked for, else the kiosk's."""
        if language is None:
            return self._settings().kiosk.language
        if not re.search(LANGUAGE_PATTERN, language):
            raise RequestRefused("bad_language", "language")
        return language

    def level(self, wish: SafetyLevel | None) -> SafetyLevel:
        """The stricter one of the teacher's level and the wish."""
        own = self._settings().session.safety_level
        return max(own, wish or own, key=lambda level: level.strictness)

    def mode(self, wish: ExecutionMode | None) -> ExecutionMode:
        """The mode asked for; `fast` only where the teacher allows it."""
        own = self._settings().session.execution_mode
        if wish is ExecutionMode.FAST and own is ExecutionMode.ECO:
            raise RequestRefused("mode_off", "execution_mode")
        return wish or own

    async def images(self, reference: InputImage | None, person: Person) -> tuple[bytes, ...]:
        """The bytes of the picture to start from, if any."""
        if reference is None:
            return ()
        if (reference.upload_id is None) == (reference.run_id is None):
            raise RequestRefused("bad_picture", "input_image")
        try:
            return (await self._pictures(reference, person),)
        except (LookupError, BadMedia) as error:
            raise RequestRefused("unknown_picture", "input_image") from error

    def wording(self, request: GenerationRequest, prompt: str, person: Person) -> Brief:
        """The brief for a wording that needs no rewriting; its outputs are planned apart."""
        return Brief(
            person=person,
            lens=self.lens(request.schema),
            text=check_text(prompt, "prompt", self._settings().limits.rules_chars),
            rules="",
            language=self.language(request.language),
            level=self.level(request.safety_level),
            mode=self.mode(request.execution_mode),
            seed=check_seed(request.seed),
            finished=request.again is not None,
        )


def check_text(text: str, name: str, limit: int) -> str:
    """A text that says something and is not too long, without surrounding space."""
    text = check_length(text, name, limit).strip()
    if not any(character.isalnum() or ord(character) > 0x2000 for character in text):
        raise RequestRefused("empty_text", name)
    return text


def check_length(text: str, name: str, limit: int) -> str:
    """A text within its limit, in characters, and free of what no file can hold."""
    if len(text) > limit:
        raise RequestRefused("text_too_long", name, f"{len(text)} > {limit}")
    if any(0xD800 <= ord(character) <= 0xDFFF or character == "\0" for character in text):
        raise RequestRefused("bad_text", name)
    return text


def check_seed(seed: int | None) -> int | None:
    """A seed from 0 to 2^32 - 1, or none."""
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise RequestRefused("bad_seed", "seed", f"0 to {MAX_SEED}")
    return seed


def with_outputs(brief: Brief, outputs: tuple[OutputPlan, ...], images: tuple[bytes, ...]) -> Brief:
    """The brief with its outputs and pictures."""
    return msgspec.structs.replace(brief, outputs=outputs, images=images)
