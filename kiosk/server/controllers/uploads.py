"""Bringing in a picture: `/api/uploads`."""

from typing import Annotated

from litestar import post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body
from msgspec import Struct

from kiosk.engine.formats import BadMedia
from kiosk.server.controllers.parameters import problems
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.server.uploads import Upload, UploadsFull
from kiosk.storage.errors import storage_error


class UploadForm(Struct, forbid_unknown_fields=True):
    """The form: one picture."""

    picture: UploadFile


@post("/api/uploads", tags=["uploads"], summary="Bring in a picture", responses=problems(413, 415, 503, 507))
async def upload(
    data: Annotated[UploadForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Upload:
    """A PNG, JPEG, WebP or GIF; kept for an hour without anything but its pixels, for this device alone."""
    picture = await data.picture.read()
    if len(picture) > services.settings().limits.upload_mb * 1_000_000:
        raise Refusal(413, "too_large")
    try:
        return await services.uploads.take(picture, session.device_id)
    except BadMedia as error:
        raise Refusal(400, f"picture_{error.code}", field="picture", detail=error.reason) from error
    except UploadsFull as error:
        raise Refusal(503, "uploads_full") from error
    except OSError as error:
        raise storage_error(error) from error


handlers = [upload]
