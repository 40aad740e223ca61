"""The room as a whole: pause and go on, and the stream that tells every page what changed."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.response import Stream
from msgspec import Struct

from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import After, LastEventId, events, problems
from kiosk.server.room import ROOM_TOPIC, RoomChange
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.server.streams import event_stream, last_event_id, topic_events


class Pause(Struct, forbid_unknown_fields=True):
    """Whether work is paused."""

    paused: bool


@post("/api/teacher/pause", status_code=200, tags=["teacher"], summary="Pause, or go on", responses=problems())
async def pause(
    data: JSONBody[Pause], services: NamedDependency[Services], session: NamedDependency[Session]
) -> Pause:
    """Children's starts wait (423), and so do jobs in the queues; what runs is finished. Ends with the program."""
    check_staff(session)
    services.room.pause(data.paused)
    return Pause(services.room.paused)


@get(
    "/api/room/stream",
    tags=["session"],
    summary="What changed in the room",
    responses={200: events(RoomChange, "Events `changed`; and `reset`, an empty object"), **problems(503)},
)
async def room_stream(
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    last_seen: LastEventId = None,
    after: After = None,
) -> Stream:
    """Changes of pause, offer, level, names and shown works since `Last-Event-ID`, then as they happen."""
    frames = topic_events(services.hub, ROOM_TOPIC, last_event_id(last_seen, after))
    return await event_stream(services.attendance.attended(session, frames))


handlers = [pause, room_stream]
