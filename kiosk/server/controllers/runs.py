"""Runs that were made: lists, counts, whole records. `/api/runs`."""

from datetime import date as calendar_date
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from kiosk.ids import DATE_PATTERN, check_device_id
from kiosk.records import HistoryRecord, Status
from kiosk.server.access import check_device, check_staff, own_run
from kiosk.server.controllers.parameters import RunId, problems
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.answers import RunPage, RunQuery, RunStats

Limit = Annotated[int, QueryParameter(description="How many.", ge=1, le=100)]
Offset = Annotated[int, QueryParameter(description="After how many; slow when deep: use `cursor`.", ge=0, le=10**9)]
Cursor = Annotated[str | None, QueryParameter(description="The `next` of the page before.", max_length=512)]
Label = Annotated[str | None, QueryParameter(min_length=1, max_length=64)]
Date = Annotated[str | None, QueryParameter(description="Local day, YYYY-MM-DD.", pattern=DATE_PATTERN)]
Words = Annotated[str | None, QueryParameter(description="Beginnings of words.", min_length=1, max_length=200)]


@get("/api/runs", tags=["runs"], summary="A list of runs", responses=problems())
async def runs(
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Cursor = None,
    config: Label = None,
    date: Date = None,
    user_id: Label = None,
    session_id: Label = None,
    device_id: Label = None,
    status: Annotated[Status | None, QueryParameter()] = None,
    q: Words = None,
) -> RunPage:
    """Runs by any filters together, newest first. A child's session gets its own device's."""
    query = RunQuery(
        limit=limit,
        offset=offset,
        cursor=cursor,
        config=config,
        date=checked_date(date),
        user_id=user_id,
        session_id=session_id,
        device_id=visible_device(session, device_id),
        status=status,
        q=q,
    )
    return await services.library.runs(query)


@get("/api/runs/stats", tags=["runs"], summary="Counts over all runs", responses=problems())
async def stats(services: NamedDependency[Services], session: NamedDependency[Session]) -> RunStats:
    """Counts by status, device and lens; for the desk and the teacher."""
    check_staff(session)
    return await services.library.stats()


@get("/api/runs/{run_id:str}", tags=["runs"], summary="A whole run", responses=problems(404))
async def run(run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]) -> HistoryRecord:
    """The history record."""
    return await services.library.history((await own_run(services, session, run_id)).run_id)


def visible_device(session: Session, device_id: str | None) -> str | None:
    """The device to filter by: the one that was asked for if it may be seen, else the session's own."""
    if device_id is None:
        return None if session.sees_all_devices else session.device_id
    check_device(session, check_device_id(device_id))
    return device_id


def checked_date(text: str | None) -> str | None:
    """A day that exists, or None."""
    if text is None:
        return None
    try:
        calendar_date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, "bad_field", field="date", problem=str(error)) from error
    return text


handlers = [runs, stats, run]
