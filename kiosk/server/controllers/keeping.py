"""What becomes of runs: taken up again, hidden, kept, thrown away, erased. `/api/runs/{id}`, `/api/trash`."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from kiosk.ids import DATE_PATTERN, check_run_or_execution_id
from kiosk.records import Consent, RunItem, RunMetadata, timestamp
from kiosk.server.access import check_staff, own_run
from kiosk.server.controllers.parameters import MOST_OF_A_RUN, RunId, problems
from kiosk.server.controllers.runs import checked_date
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.caretaker import consent_item, retention_item, visibility_item
from kiosk.storage.erasure import Receipt
from kiosk.storage.restore import Lineage, RestoreData
from kiosk.storage.trash import Trashed

Picture = Annotated[
    int | None, QueryParameter(description="Hand this picture (from 1) to the image view.", ge=1, le=MOST_OF_A_RUN)
]
Day = Annotated[str, Meta(pattern=DATE_PATTERN)]
Label = Annotated[str, Meta(max_length=200)]


class ConsentChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be changed about a consent; what is not named stays. `set_by` and `at` are known without saying."""

    gallery: bool | UnsetType = UNSET
    wall: bool | UnsetType = UNSET
    research: bool | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    basis: Label | UnsetType | None = UNSET
    set_by: Label | UnsetType = UNSET

    def of(self, before: Consent, session: Session) -> Consent:
        """The consent from now on."""
        changed = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}
        return replace(before, **{"set_by": session.role.value, **changed, "at": timestamp()})


class RunChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be changed about a run; the rest stays. `retain_until`: YYYY-MM-DD, null keeps it for good."""

    visible: bool | UnsetType = UNSET
    consent: ConsentChange | UnsetType = UNSET
    retain_until: Day | UnsetType | None = UNSET


class Trash(Struct, frozen=True):
    """The runs in the trash, last thrown first."""

    runs: list[Trashed]


@get("/api/runs/{run_id:str}/restore", tags=["runs"], summary="Take up a run again", responses=problems(404))
async def restore_run(
    run_id: RunId,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    picture: Picture = None,
) -> RestoreData:
    """Every text as last edited, the settings, the media."""
    return await _restored(services, session, run_id, picture)


@get(
    "/api/favorites/{run_id:str}/restore",
    tags=["favorites"],
    summary="Take up a starred run again",
    responses=problems(404),
)
async def restore_favorite(
    run_id: RunId,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    picture: Picture = None,
) -> RestoreData:
    """Every text as last edited, the settings, the media."""
    return await _restored(services, session, run_id, picture)


@get("/api/runs/{run_id:str}/lineage", tags=["runs"], summary="What came from what", responses=problems(404))
async def lineage(run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]) -> Lineage:
    """The runs that a run came from, and those that were made from it."""
    run = await own_run(services, session, run_id)
    return await services.library.lineage(run.run_id)


@patch("/api/runs/{run_id:str}", tags=["runs"], summary="Show, keep, consent", responses=problems(404, 409, 503, 507))
async def change_run(
    run_id: RunId,
    data: JSONBody[RunChange],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> RunMetadata:
    """One's own run may be hidden and shown; consent and the date to keep it are the teacher's."""
    run = await own_run(services, session, run_id)
    if data.consent is not UNSET or data.retain_until is not UNSET:
        check_staff(session)
    for item in _decisions(data, run, session):
        await services.library.amend(run.run_id, item)
    if data.visible is not UNSET:
        services.room.tell("works")
    return await services.library.metadata(run.run_id)


@delete(
    "/api/runs/{run_id:str}",
    status_code=200,
    tags=["runs"],
    summary="Into the trash",
    responses=problems(404, 409, 503, 507),
)
async def throw_run_away(
    run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> Trashed:
    """Take a run out of everything; it can be put back until the trash is emptied."""
    run = await own_run(services, session, run_id)
    thrown = await services.library.caretaker.throw(run.run_id, session.device_id)
    services.room.tell("works")
    return thrown


@post(
    "/api/runs/{run_id:str}/erase",
    status_code=200,
    tags=["runs"],
    summary="Gone everywhere",
    responses=problems(404, 409, 503, 507),
)
async def erase_run(run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]) -> Receipt:
    """Erase a run, also from the trash; answers a receipt. For the desk and the teacher."""
    check_staff(session)
    return await services.library.caretaker.erase_run(check_run_or_execution_id(run_id))


@get("/api/trash", tags=["trash"], summary="What was thrown away", responses=problems(503))
async def trash(services: NamedDependency[Services], session: NamedDependency[Session]) -> Trash:
    """The runs in the trash. For the desk and the teacher."""
    check_staff(session)
    return Trash(await services.library.caretaker.trashed())


@post(
    "/api/trash/{run_id:str}/restore",
    status_code=200,
    tags=["trash"],
    summary="Out of the trash again",
    responses=problems(404, 409, 503, 507),
)
async def put_run_back(
    run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> RunMetadata:
    """Put a run back to its place. For the desk and the teacher."""
    check_staff(session)
    put_back = await services.library.caretaker.put_back(check_run_or_execution_id(run_id))
    services.room.tell("works")
    return await services.library.metadata(put_back)


@delete("/api/trash", status_code=200, tags=["trash"], summary="Empty the trash", responses=problems(503, 507))
async def empty_trash(services: NamedDependency[Services], session: NamedDependency[Session]) -> Receipt:
    """Erase what is in the trash; answers a receipt. For the desk and the teacher."""
    check_staff(session)
    return await services.library.caretaker.empty_trash()


async def _restored(services: Services, session: Session, run_id: str, picture: int | None) -> RestoreData:
    run = await own_run(services, session, run_id)
    if picture is not None:
        return await services.library.continue_with(run.run_id, picture)
    return await services.library.restore(run.run_id)


def _decisions(data: RunChange, run: RunMetadata, session: Session) -> list[RunItem]:
    decisions = []
    if data.visible is not UNSET:
        decisions.append(visibility_item(visible=data.visible))
    if data.consent is not UNSET:
        decisions.append(consent_item(data.consent.of(run.consent, session)))
    if data.retain_until is not UNSET:
        decisions.append(retention_item(checked_date(data.retain_until)))
    if not decisions:
        raise Refusal(400, "no_change")
    return decisions


handlers = [
    restore_run, restore_favorite, lineage, change_run, throw_run_away, erase_run, trash, put_run_back,
    empty_trash,
]  # fmt: skip
