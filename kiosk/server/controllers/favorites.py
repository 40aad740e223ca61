"""Stars on finished media: `/api/favorites`. A device changes only its own."""

from typing import Annotated, Literal

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct
from msgspec.structs import replace

from kiosk.ids import check_run_id, is_execution_id
from kiosk.records import MediaType
from kiosk.server.access import shown_work
from kiosk.server.controllers.media import MediaKind
from kiosk.server.controllers.parameters import MOST_OF_A_RUN, Position, RunId, problems
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.answers import FavoriteList
from kiosk.storage.favorites import MAX_NOTE

Note = Annotated[str, Meta(max_length=MAX_NOTE)]


class NewFavorite(Struct, forbid_unknown_fields=True, kw_only=True):
    """A star for the n-th medium of a type of a run."""

    run_id: str
    media_type: MediaKind
    n: Position = 1
    note: Note | None = None


class ChangedFavorite(Struct, forbid_unknown_fields=True, kw_only=True):
    """Another note on one's stars on a run, or on those of one type, or on one; null takes it away."""

    note: Note | None
    media_type: MediaKind | None = None
    n: Position | None = None


@get("/api/favorites", tags=["favorites"], summary="The stars", responses=problems())
async def favorites(
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    view: Annotated[Literal["device", "group"], QueryParameter(description="One's own, or all devices'.")] = "device",
) -> FavoriteList:
    """Stars with their media, newest first. A child reads its own notes only: nobody has checked those of others."""
    found = await services.library.favorites.seen_by(session.device_id, view)
    if session.sees_all_devices:
        return found
    own = session.device_id
    shown = [star if star.device_id == own else replace(star, note=None) for star in found.favorites]
    return replace(found, favorites=shown)


@post(
    "/api/favorites",
    tags=["favorites"],
    summary="Put a star",
    responses={
        200: ResponseSpec(FavoriteList, description="It was there already", generate_examples=False),
        **problems(404, 409, 503, 507),
    },
)
async def new_favorite(
    data: JSONBody[NewFavorite], services: NamedDependency[Services], session: NamedDependency[Session]
) -> Response[FavoriteList]:
    """Put one's star on a medium that may be looked at; answers all one's stars."""
    kind = MediaType(data.media_type.value)
    shown = await shown_work(services, session, data.run_id, kind, data.n)
    stars = services.library.favorites
    _, is_new = await stars.add(session.device_id, shown.run.run_id, kind, data.n, data.note)
    return Response(await stars.seen_by(session.device_id), status_code=201 if is_new else 200)


@patch(
    "/api/favorites/{run_id:str}", tags=["favorites"], summary="Change a note", responses=problems(404, 409, 503, 507)
)
async def change_favorite(
    run_id: RunId,
    data: JSONBody[ChangedFavorite],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> FavoriteList:
    """Change the note of one's own stars on a run, which may be gone."""
    stars = services.library.favorites
    kind = None if data.media_type is None else MediaType(data.media_type.value)
    if not await stars.annotate(session.device_id, await _run_id(services, run_id), data.note, kind, data.n):
        raise Refusal(404, "unknown_favorite")
    return await stars.seen_by(session.device_id)


@delete(
    "/api/favorites/{run_id:str}",
    status_code=200,
    tags=["favorites"],
    summary="Take stars away",
    responses=problems(404, 409, 503, 507),
)
async def remove_favorite(
    run_id: RunId,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    media_type: Annotated[MediaKind | None, QueryParameter(description="Only of this type.")] = None,
    n: Annotated[int | None, QueryParameter(description="Only this one, from 1.", ge=1, le=MOST_OF_A_RUN)] = None,
) -> FavoriteList:
    """Take away one's own stars on a run, which may be gone."""
    stars = services.library.favorites
    kind = None if media_type is None else MediaType(media_type.value)
    if not await stars.remove(session.device_id, await _run_id(services, run_id), kind, n):
        raise Refusal(404, "unknown_favorite")
    return await stars.seen_by(session.device_id)


async def _run_id(services: Services, either_id: str) -> str:
    """The run id; only a run that is still there is known by its execution id. Raises for 400 and 404."""
    if is_execution_id(either_id):
        return (await services.library.metadata(either_id)).run_id
    return check_run_id(either_id)


handlers = [favorites, new_favorite, change_favorite, remove_favorite]
