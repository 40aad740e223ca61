"""What a session may see and change. A child: the runs of its own device, and what the gallery shows.

The gate has already let the session in; every handler that names a run asks here, before it does anything.
"""

from msgspec import Struct

from kiosk.ids import check_run_or_execution_id
from kiosk.records import MediaType, RunMetadata
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.projection import fold


def owns(session: Session, device_id: str | None) -> bool:
    """Whether runs of a device may be read, edited and removed."""
    return session.sees_all_devices or device_id == session.device_id


def check_device(session: Session, device_id: str | None) -> None:
    """Raise `Refusal` (403) if runs of this device are not this session's."""
    if not owns(session, device_id):
        raise Refusal(403, "not_yours")


def check_staff(session: Session) -> None:
    """Raise `Refusal` (403) unless this is the desk or the teacher."""
    if not session.sees_all_devices:
        raise Refusal(403, "not_yours")


async def own_run(services: Services, session: Session, either_id: str) -> RunMetadata:
    """The run of this run or execution id, if it may be read and changed. Raises for 400, 403 and 404."""
    metadata = await services.library.metadata(check_run_or_execution_id(either_id))
    check_device(session, metadata.device_id)
    return metadata


class Shown(Struct, frozen=True):
    """A run of which some media may be looked at: all (`media` is None: it is one's own), or those in galleries."""

    run: RunMetadata
    media: frozenset[tuple[MediaType, int]] | None

    def allows(self, media_type: MediaType, n: int) -> bool:
        """Whether the n-th medium of a type may be looked at."""
        return self.media is None or (media_type, n) in self.media

    def check(self, media_type: MediaType, n: int) -> None:
        """Raise `Refusal` (403) if this medium may not be looked at."""
        if not self.allows(media_type, n):
            raise Refusal(403, "not_yours")


async def shown_run(services: Services, session: Session, either_id: str) -> Shown:
    """The run of this id, if any of its media may be looked at. Raises for 400, 403 and 404."""
    run = await services.library.metadata(check_run_or_execution_id(either_id))
    if owns(session, run.device_id):
        return Shown(run, None)
    media = fold(await services.library.items(run.run_id)).media()
    shown = frozenset((medium.media_type, medium.n) for medium in media if medium.shown)
    if not shown:
        raise Refusal(403, "not_yours")
    return Shown(run, shown)


async def shown_work(services: Services, session: Session, either_id: str, media_type: MediaType, n: int) -> Shown:
    """The run of this id, if this one of its media may be looked at. Raises for 400, 403 and 404."""
    shown = await shown_run(services, session, either_id)
    shown.check(media_type, n)
    return shown
