"""Runs in the making: start, continue, edit, cancel, watch. `/api/schema/pipeline/...`, `/api/pipeline/...`."""

from typing import Annotated, Any

from litestar import Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, PathParameter, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from kiosk.engine.live import RunHandle
from kiosk.engine.requests import EditRequest, ExecuteRequest, GenerationRequest, InterceptionRequest
from kiosk.engine.results import RunResult
from kiosk.records import Entity, MediaType, Progress, RunItem, RunMetadata, Status
from kiosk.server.access import check_device, own_run, shown_run
from kiosk.server.controllers.parameters import MOST_OF_A_RUN, After, LastEventId, RunId, binary, events, problems
from kiosk.server.files import file_response
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.server.streams import event_stream, last_event_id, run_events

Prefer = Annotated[
    str | None,
    HeaderParameter(name="Prefer", description="`respond-async`: answer at once (RFC 7240).", max_length=256),
]
EntityType = Annotated[
    str, PathParameter(description="An entity type, as `interception`.", pattern=r"^[a-z0-9_]{1,40}$")
]
EntityNumber = Annotated[int, QueryParameter(description="Which one of this type, from 1.", ge=1, le=MOST_OF_A_RUN)]


class Accepted(Struct, frozen=True, kw_only=True):
    """A run that is under way."""

    run_id: str
    execution_id: str | None
    status: Status


class Cancelled(Struct, frozen=True, kw_only=True):
    """A run that was asked to stop; `stopped` tells whether it was at work."""

    run_id: str
    status: Status
    stopped: bool


class Entities(Struct, frozen=True, kw_only=True):
    """The files of a run."""

    run_id: str
    execution_id: str | None
    status: Status
    entities: list[Entity]


_EVENTS = "Events `item`, `progress`, `end`; and `reset`, an empty object"
_STARTED = {
    202: ResponseSpec(Accepted, description="Under way; only with `Prefer: respond-async`", generate_examples=False),
    **problems(404, 409, 423, 503, 507),
}
_STARTING: dict[str, Any] = {"status_code": 200, "tags": ["pipeline"], "responses": _STARTED}


@post("/api/schema/pipeline/execute", summary="The whole pipeline", **_STARTING)
async def execute(
    data: JSONBody[ExecuteRequest],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    prefer: Prefer = None,
) -> Response[RunResult]:
    """All four stages for an idea. A blocked or failed run is a result too: see `status` and `reason`."""
    lens = services.configs.interception.get(data.schema)
    services.room.check_start(session, data.schema, data.output_configs or (lens.suggested_outputs if lens else []))
    await _check_references(services, session, data)
    return await _answer(await services.live.execute(data, session.person), prefer)


@post("/api/schema/pipeline/interception", summary="Stages 1 and 2", **_STARTING)
async def interception(
    data: JSONBody[InterceptionRequest],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    prefer: Prefer = None,
) -> Response[RunResult]:
    """Check and rewrite an idea; then the run waits for the person."""
    services.room.check_start(session, data.schema, [])
    await _check_references(services, session, data)
    return await _answer(await services.live.interception(data, session.person), prefer)


@post("/api/schema/pipeline/generation", summary="Stages 3 and 4", **_STARTING)
async def generation(
    data: JSONBody[GenerationRequest],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    prefer: Prefer = None,
) -> Response[RunResult]:
    """Make media of a wording: in the run that is named, or in a new one."""
    is_new = data.run_id is None and data.again is None
    services.room.check_start(session, data.schema if is_new else None, data.output_configs)
    await _check_references(services, session, data)
    if data.run_id is not None:
        data.run_id = (await own_run(services, session, data.run_id)).run_id
    if data.again is not None:
        data.again.run_id = (await own_run(services, session, data.again.run_id)).run_id
        services.room.check_start(session, None, [await services.live.config_again(data.again)])
    return await _answer(await services.live.generation(data, session.person), prefer)


@post(
    "/api/schema/pipeline/{run_id:str}/edit",
    status_code=200,
    tags=["pipeline"],
    summary="A person's own wording",
    responses=problems(404, 409, 503, 507),
)
async def edit(
    run_id: RunId,
    data: JSONBody[EditRequest],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> RunItem:
    """Record an edit of a text of a run; answers the journal item."""
    run = await own_run(services, session, run_id)
    return await services.live.edit(run.run_id, data)


@post(
    "/api/schema/pipeline/{run_id:str}/cancel",
    status_code=200,
    tags=["pipeline"],
    summary="Stop a run",
    responses=problems(404),
)
async def cancel(run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]) -> Cancelled:
    """Stop a run and its job on the box; no error if it is not at work."""
    run = await own_run(services, session, run_id)
    stopped = await services.live.cancel(run.run_id)
    after = await services.library.metadata(run.run_id)
    return Cancelled(run_id=run.run_id, status=after.status, stopped=stopped)


@get("/api/pipeline/{run_id:str}/status", tags=["pipeline"], summary="Where a run stands", responses=problems(404))
async def status(
    run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> RunMetadata:
    """The live state of a run."""
    return await own_run(services, session, run_id)


@get("/api/pipeline/{run_id:str}/entities", tags=["pipeline"], summary="A run's files", responses=problems(404))
async def entities(run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]) -> Entities:
    """All files of a run, in order."""
    run = await own_run(services, session, run_id)
    return Entities(run_id=run.run_id, execution_id=run.execution_id, status=run.status, entities=run.entities)


@route(
    "/api/pipeline/{run_id:str}/entity/{entity_type:str}",
    http_method=["GET", "HEAD"],
    tags=["pipeline"],
    summary="One file of a run",
    responses={200: binary("The file"), **problems(404, 416)},
)
async def entity(
    request: Request[Any, Any, Any],
    run_id: RunId,
    entity_type: EntityType,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    n: EntityNumber = 1,
) -> Response[Any]:
    """The n-th file of a type, with byte ranges and ETag."""
    run = await own_run(services, session, run_id)
    stored = await services.library.entity_file(run.run_id, entity_type, n)
    return await file_response(request, stored, f"{run.run_id}_{entity_type}_{n}")


@get(
    "/api/pipeline/{run_id:str}/stream",
    tags=["pipeline"],
    summary="What happens in a run",
    responses={
        200: events(RunItem | Progress | RunMetadata, _EVENTS),
        **problems(404, 503),
    },
)
async def stream(
    run_id: RunId,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    last_seen: LastEventId = None,
    after: After = None,
) -> Stream:
    """Everything since `Last-Event-ID`, then as it happens; `end` when the pass is over."""
    run = await own_run(services, session, run_id)
    position = last_event_id(last_seen, after)
    frames = run_events(services.hub, services.library, run.run_id, position)
    return await event_stream(services.attendance.attended(session, frames))


async def _answer(handle: RunHandle, prefer: str | None) -> Response[Any]:
    if prefer is not None and _wants_no_wait(prefer):
        accepted = Accepted(run_id=handle.run_id, execution_id=handle.execution_id, status=handle.status)
        return Response(accepted, status_code=202, headers={"preference-applied": "respond-async"})
    return Response(await handle.result(), status_code=200)


def _wants_no_wait(prefer: str) -> bool:
    """Whether a `Prefer` header asks for it (RFC 7240, 4.1)."""
    return any(part.partition(";")[0].strip().lower() == "respond-async" for part in prefer.split(","))


async def _check_references(
    services: Services, session: Session, request: InterceptionRequest | GenerationRequest
) -> None:
    """A picture or a run that a request builds on must be one that this session may look at.

    Whose picture is taken further is the parent, if no other run is named as such.
    """
    image = request.input_image
    if image is not None and image.run_id is not None:
        shown = await shown_run(services, session, image.run_id)
        if image.brought:
            check_device(session, shown.run.device_id)
        else:
            shown.check(MediaType.IMAGE, image.n)
        image.run_id = shown.run.run_id
        if request.parent_run_id is None:
            request.parent_run_id = image.run_id
    if request.parent_run_id is not None:
        request.parent_run_id = (await shown_run(services, session, request.parent_run_id)).run.run_id


handlers = [execute, interception, generation, edit, cancel, status, entities, entity, stream]
