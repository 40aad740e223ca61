"""What the room has made: `/api/gallery`."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import Struct

from kiosk.ids import check_device_id, check_run_id
from kiosk.records import GALLERY_TOPIC, MediaType
from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import After, LastEventId, events, problems
from kiosk.server.controllers.runs import Cursor, Date, Label, Limit, Words, checked_date
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.server.streams import event_stream, last_event_id, topic_events
from kiosk.storage.answers import GalleryDays, GalleryItem, GalleryPage, GalleryQuery, GalleryRuler

_EVENTS = "Events `added`, `updated`, `removed`; and `reset`, an empty object"


class Removed(Struct, frozen=True):
    """A run whose media have left the gallery."""

    run_id: str


async def gallery_query(
    session: NamedDependency[Session],
    limit: Limit = 48,
    cursor: Cursor = None,
    device_id: Label = None,
    user_id: Label = None,
    favorites: Annotated[bool, QueryParameter(description="Only those with this device's star.")] = False,
    q: Words = None,
    lens: Label = None,
    media_type: Annotated[MediaType | None, QueryParameter()] = None,
    date: Date = None,
    wall: Annotated[bool, QueryParameter(description="Only those that may hang on a wall for all to see.")] = False,
    hidden: Annotated[bool, QueryParameter(description="Those that are not shown; for the teacher.")] = False,
    run_id: Annotated[str | None, QueryParameter(description="Those of one run.", max_length=64)] = None,
) -> GalleryQuery:
    """Which finished media are asked for, from the parameters of a request."""
    if hidden:
        check_staff(session)
    return GalleryQuery(
        limit=limit,
        cursor=cursor,
        device_id=None if device_id is None else check_device_id(device_id),
        user_id=user_id,
        favorites=favorites,
        viewer=session.device_id,
        q=q,
        lens=lens,
        media_type=media_type,
        date=checked_date(date),
        wall=wall,
        hidden=hidden,
        run_id=None if run_id is None else check_run_id(run_id),
    )


_ASKED = {"wanted": Provide(gallery_query)}


@get(
    "/api/gallery",
    tags=["gallery"],
    summary="A page of finished media",
    responses=problems(),
    dependencies=_ASKED,
)
async def gallery(services: NamedDependency[Services], wanted: NamedDependency[GalleryQuery]) -> GalleryPage:
    """Finished media of the whole room, newest first."""
    return await services.library.gallery(wanted)


@get(
    "/api/gallery/ruler",
    tags=["gallery"],
    summary="Where each page begins",
    responses=problems(),
    dependencies=_ASKED,
)
async def gallery_ruler(services: NamedDependency[Services], wanted: NamedDependency[GalleryQuery]) -> GalleryRuler:
    """How many media there are, and the cursor and time of every page of `limit` of them."""
    return await services.library.gallery_ruler(wanted)


@get(
    "/api/gallery/days",
    tags=["gallery"],
    summary="On which days such media were made",
    responses=problems(),
    dependencies=_ASKED,
)
async def gallery_days(services: NamedDependency[Services], wanted: NamedDependency[GalleryQuery]) -> GalleryDays:
    """Every day with finished media, newest first, and how many it has."""
    return await services.library.gallery_days(wanted)


@get(
    "/api/gallery/stream",
    tags=["gallery"],
    summary="What comes and goes",
    responses={
        200: events(GalleryItem | Removed, _EVENTS),
        **problems(503),
    },
)
async def gallery_stream(
    services: NamedDependency[Services], last_seen: LastEventId = None, after: After = None
) -> Stream:
    """Changes of the gallery since `Last-Event-ID`, then as they happen."""
    return await event_stream(topic_events(services.hub, GALLERY_TOPIC, last_event_id(last_seen, after)))


handlers = [gallery, gallery_ruler, gallery_days, gallery_stream]
