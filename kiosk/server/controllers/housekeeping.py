"""Work on all runs at once, for the desk and the teacher: `/api/housekeeping/...`."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import DEVICE_ID, LABEL, problems
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.answers import IndexState
from kiosk.storage.caretaker import CleanUp, VerifyReport
from kiosk.storage.erasure import Receipt


class Rebuilt(Struct, frozen=True):
    """The runs of which something was made again."""

    runs: list[str]


class VerifyRequest(Struct, forbid_unknown_fields=True):
    """Whether what is derived is made again where it is missing or differs."""

    repair: bool = True


class CleanRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which runs go: those whose date to keep them is over, and those older than some days."""

    older_than_days: Annotated[int, Meta(ge=0, le=36500)] | None = None
    keep_favorites: bool = False
    dry_run: bool = False


class EraseRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whose runs go everywhere: one device's, or one person's (in one workshop, or in all)."""

    device_id: Annotated[str, DEVICE_ID] | None = None
    user_id: Annotated[str, LABEL] | None = None
    session_id: Annotated[str, LABEL] | None = None


@post(
    "/api/housekeeping/reindex",
    status_code=200,
    tags=["housekeeping"],
    summary="The list of runs anew",
    responses=problems(503),
)
async def reindex(services: NamedDependency[Services], session: NamedDependency[Session]) -> IndexState:
    """Read all folders again; answers when lists and counts are right."""
    check_staff(session)
    await services.library.rebuild_index()
    return (await services.library.health()).index


@post(
    "/api/housekeeping/history",
    status_code=200,
    tags=["housekeeping"],
    summary="History records anew",
    responses=problems(503, 507),
)
async def rebuild_history(services: NamedDependency[Services], session: NamedDependency[Session]) -> Rebuilt:
    """Make the history records and what lies in the run folders again from the journals, where they differ."""
    check_staff(session)
    return Rebuilt(await services.library.caretaker.rebuild())


@post(
    "/api/housekeeping/verify",
    status_code=200,
    tags=["housekeeping"],
    summary="Check every hash",
    responses=problems(503, 507),
)
async def verify_all(
    data: JSONBody[VerifyRequest], services: NamedDependency[Services], session: NamedDependency[Session]
) -> VerifyReport:
    """Read every journal and every file, and compare."""
    check_staff(session)
    return await services.library.caretaker.verify_all(repair=data.repair)


@post(
    "/api/housekeeping/clean",
    status_code=200,
    tags=["housekeeping"],
    summary="Clean up",
    responses=problems(503, 507),
)
async def clean(
    data: JSONBody[CleanRequest], services: NamedDependency[Services], session: NamedDependency[Session]
) -> CleanUp:
    """Erase what is due, or say what would go."""
    check_staff(session)
    return await services.library.caretaker.clean(
        older_than_days=data.older_than_days, keep_favorites=data.keep_favorites, dry_run=data.dry_run
    )


@post(
    "/api/housekeeping/erase",
    status_code=200,
    tags=["housekeeping"],
    summary="Erase a device or a person",
    responses=problems(503, 507),
)
async def erase_all_of(
    data: JSONBody[EraseRequest], services: NamedDependency[Services], session: NamedDependency[Session]
) -> Receipt:
    """Erase all runs of one device or one label everywhere; answers a receipt."""
    check_staff(session)
    if (data.device_id is None) == (data.user_id is None):
        raise Refusal(400, "one_of", field="device_id")
    if data.device_id is not None:
        return await services.library.caretaker.erase_device(data.device_id)
    return await services.library.caretaker.erase_person(data.user_id or "", data.session_id)


handlers = [reindex, rebuild_history, verify_all, clean, erase_all_of]
