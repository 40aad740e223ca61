"""What a session may see and change. A child: the runs of its own device, and what the gallery shows.

The gate has already let the session in; every handler that names a run asks here, before it does anything.
"""

from kiosk.ids import check_run_or_execution_id
from kiosk.records import RunMetadata
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session


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


async def shown_run(services: Services, session: Session, either_id: str) -> RunMetadata:
    """The run of this id, if its media may be looked at: one's own, and all in the gallery."""
    metadata = await services.library.metadata(check_run_or_execution_id(either_id))
    if not metadata.consent.gallery:
        check_device(session, metadata.device_id)
    return metadata
