"""The teacher's desk: who is here and does what, checking all files, taking a box into use, leaving the kiosk."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from kiosk.engine.backends import BackendError
from kiosk.engine.backends.ollama import Ollama
from kiosk.engine.house import HERE
from kiosk.engine.live import RunNow
from kiosk.engine.queue import QueueState
from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import problems
from kiosk.server.errors import Refusal
from kiosk.server.gate import BEARER_KEY
from kiosk.server.in_force import SetByVariable
from kiosk.server.services import Services
from kiosk.server.sessions import Role, Session
from kiosk.server.verifying import VerifyState
from kiosk.storage.answers import BlockedRun, GalleryItem, GalleryQuery
from kiosk.storage.errors import storage_error

MOST_DEVICES = 60
MOST_BLOCKED = 50

BoxName = Annotated[str, PathParameter(description="A box that was found.", pattern=r"^[a-z]{1,20}$")]


class DeskDevice(Struct, frozen=True, kw_only=True):
    """A device that is here: when it last asked (seconds ago), its runs at work, its newest work."""

    device_id: str
    user_id: str
    role: Role
    seen_s: float
    runs: list[RunNow]
    last: GalleryItem | None


class DeskState(Struct, frozen=True, kw_only=True):
    """The room now. `in_network`: whether other devices can reach this kiosk; `window`: whether it can be left."""

    paused: bool
    in_network: bool
    window: bool
    devices: list[DeskDevice]
    queues: list[QueueState]


class UseBox(Struct, forbid_unknown_fields=True, kw_only=True):
    """With which model, where the box writes texts; without it the first that it has."""

    model: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class InUse(Struct, frozen=True, kw_only=True):
    """A box that is named in the settings now; it is used after the next start."""

    box: str
    model: str | None


class Blocked(Struct, frozen=True):
    """Runs with something that was blocked, newest first."""

    runs: list[BlockedRun]


class Left(Struct, frozen=True):
    """Whether the window closes now."""

    closing: bool


@get("/api/desk/blocked", tags=["teacher"], summary="What the safety check has stopped", responses=problems())
async def blocked(services: NamedDependency[Services], session: NamedDependency[Session]) -> Blocked:
    """The newest runs that were stopped, and those of which pictures are kept apart. For the desk and the teacher."""
    check_staff(session)
    return Blocked(await services.library.caretaker.blocked(MOST_BLOCKED))


@get("/api/desk", tags=["teacher"], summary="Who is here and does what", responses=problems())
async def desk(services: NamedDependency[Services], session: NamedDependency[Session]) -> DeskState:
    """Devices, newest request first, with what they do; the queues. For the desk and the teacher."""
    check_staff(session)
    at_work = services.live.at_work()
    devices = []
    for present in services.sessions.present()[:MOST_DEVICES]:
        page = await services.library.gallery(GalleryQuery(limit=1, device_id=present.device_id))
        devices.append(
            DeskDevice(
                device_id=present.device_id,
                user_id=present.user_id,
                role=present.role,
                seen_s=round(present.seen_s, 1),
                runs=[run for run in at_work if run.device_id == present.device_id],
                last=page.items[0] if page.items else None,
            )
        )
    return DeskState(
        paused=services.room.paused,
        in_network=not services.address.is_loopback,
        window=services.leaving.possible,
        devices=devices,
        queues=list(services.queues()),
    )


@post(
    "/api/desk/verify",
    status_code=200,
    tags=["housekeeping"],
    summary="Begin to check every hash",
    responses=problems(),
)
async def begin_verify(services: NamedDependency[Services], session: NamedDependency[Session]) -> VerifyState:
    """Reads every file in the background; see it by GET. One that is at work goes on."""
    check_staff(session)
    return services.verifying.start()


@get("/api/desk/verify", tags=["housekeeping"], summary="How far the check is", responses=problems())
async def verify_progress(services: NamedDependency[Services], session: NamedDependency[Session]) -> VerifyState:
    """The check that is at work, or the last one."""
    check_staff(session)
    return services.verifying.state


@post(
    "/api/desk/boxes/{box:str}/use",
    status_code=200,
    tags=["teacher"],
    summary="Take a found box into use",
    responses=problems(404, 409, 502, 507),
)
async def use_box(
    box: BoxName, data: JSONBody[UseBox], services: NamedDependency[Services], session: NamedDependency[Session]
) -> InUse:
    """Writes a box that answers on this machine into the settings; it is used after the next start."""
    check_staff(session)
    found = next((offered for offered in services.found() if offered.name == box), None)
    if found is None:
        raise Refusal(404, "unknown_box", field="box")
    changes: dict[str, Any] = {f"{box}.url": found.url}
    model = None
    if box == "ollama":
        model = data.model or await _first_model(found.url)
        changes |= {"text.backend": "ollama", "text.model": model}
    try:
        await services.in_force.keep(changes)
    except SetByVariable as error:
        raise Refusal(409, "set_by_variable", field=error.name, variable=error.variable) from error
    except OSError as error:
        raise storage_error(error) from error
    services.room.tell("settings")
    return InUse(box=box, model=model)


@post("/api/teacher/leave", status_code=200, tags=["teacher"], summary="Close the window", responses=problems(409))
async def leave(
    request: Request[Any, Any, Any], services: NamedDependency[Services], session: NamedDependency[Session]
) -> Left:
    """Ends the kiosk: its window closes, and the program with it. For the teacher."""
    if session.role is not Role.TEACHER and not request.scope["state"][BEARER_KEY]:
        raise Refusal(403, "not_yours")
    if not services.leaving.leave():
        raise Refusal(409, "no_window")
    return Left(closing=True)


async def _first_model(url: str) -> str:
    ollama = Ollama(url, "", house=HERE)
    try:
        known = await ollama.models()
    except BackendError as error:
        raise Refusal(502, "no_model", reason=error.reason) from error
    finally:
        await ollama.close()
    writing = [facts.name for facts in known if not facts.capabilities or "completion" in facts.capabilities]
    if not writing:
        raise Refusal(409, "no_model", reason="Ollama")
    return writing[0]


handlers = [desk, blocked, begin_verify, verify_progress, use_box, leave]
