"""Lenses and outputs as the screen shows them: `/api/lenses`, `/api/outputs`."""

from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import PathParameter
from msgspec import Struct

from kiosk.engine.configs import InterceptionConfig, OutputConfig
from kiosk.records import MediaType
from kiosk.server.controllers.parameters import Language, problems
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session

LensId = Annotated[str, PathParameter(description="The id of a lens.", pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]


class LensExample(Struct, frozen=True):
    """One idea before and after a lens."""

    before: str
    after: str


class Lens(Struct, frozen=True, kw_only=True):
    """An interception config in one language. `color` is `#rrggbb`, `icon` the name of a drawing."""

    id: str
    name: str
    description: str
    rules: str
    purpose: str
    group: str
    icon: str
    color: str
    examples: list[LensExample]
    suggested_outputs: list[str]
    parameters: dict[str, Any]


class Lenses(Struct, frozen=True):
    """All lenses, in the order of the shelf."""

    lenses: list[Lens]


class OutputChoice(Struct, frozen=True, kw_only=True):
    """An output config in one language. `missing` says in sentences what it lacks; pixels, seconds, megabytes.

    `takes_picture`: a picture to begin with counts; `needs_picture`: it cannot do without one.
    """

    id: str
    name: str
    description: str
    media_type: MediaType
    backend: str
    model: str | None
    local: bool
    uses_ai: bool
    estimated_seconds: float
    memory_mb: int
    width: int | None
    height: int | None
    duration_s: float | None
    takes_picture: bool
    needs_picture: bool
    available: bool
    missing: list[str]


class OutputChoices(Struct, frozen=True):
    """All outputs."""

    outputs: list[OutputChoice]


@get("/api/lenses", sync_to_thread=False, tags=["lenses"], summary="All lenses", responses=problems())
def lenses(
    services: NamedDependency[Services], session: NamedDependency[Session], language: Language = None
) -> Lenses:
    """The interception configs in force, in the asked language; a child's session gets what is offered."""
    tag = language or services.settings().kiosk.language
    shown = (
        config for config in services.configs.interception.values() if services.room.sees_lens(session, config.id)
    )
    return Lenses([_lens(services, session, config, tag) for config in shown])


@get("/api/lenses/{lens_id:str}", sync_to_thread=False, tags=["lenses"], summary="One lens", responses=problems(404))
def lens(
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    lens_id: LensId,
    language: Language = None,
) -> Lens:
    """One interception config, in the asked language."""
    config = services.configs.interception.get(lens_id)
    if config is None:
        raise Refusal(404, "unknown_lens", field="lens_id")
    return _lens(services, session, config, language or services.settings().kiosk.language)


@get("/api/outputs", sync_to_thread=False, tags=["lenses"], summary="All outputs", responses=problems())
def outputs(
    services: NamedDependency[Services], session: NamedDependency[Session], language: Language = None
) -> OutputChoices:
    """The output configs in force, with what each one lacks; a child's session gets what is offered."""
    tag = language or services.settings().kiosk.language
    shown = (config for config in services.configs.output.values() if services.room.sees_output(session, config.id))
    return OutputChoices([_output(config, tag, list(services.missing(config, tag))) for config in shown])


def _lens(services: Services, session: Session, config: InterceptionConfig, language: str) -> Lens:
    def can_make(name: str) -> bool:
        output = services.configs.output.get(name)
        offered = output is not None and services.room.sees_output(session, name)
        return output is not None and offered and not services.missing(output, language)

    return Lens(
        id=config.id,
        name=config.name.in_language(language),
        description=config.description.in_language(language),
        rules=config.rules.in_language(language),
        purpose=config.purpose.in_language(language),
        group=config.group,
        icon=config.icon,
        color=config.color,
        examples=[
            LensExample(example.before.in_language(language), example.after.in_language(language))
            for example in config.examples
        ],
        suggested_outputs=config.choose(can_make),
        parameters=config.parameters,
    )


def _output(config: OutputConfig, language: str, missing: list[str]) -> OutputChoice:
    return OutputChoice(
        id=config.id,
        name=config.name.in_language(language),
        description=config.description.in_language(language),
        media_type=config.media_type,
        backend=config.backend,
        model=config.model,
        local=config.local,
        uses_ai=config.uses_ai,
        estimated_seconds=config.estimated_seconds,
        memory_mb=config.memory_mb,
        width=config.width,
        height=config.height,
        duration_s=config.duration_s,
        takes_picture=config.takes_picture,
        needs_picture=config.needs_picture,
        available=not missing,
        missing=missing,
    )


handlers = [lenses, lens, outputs]
