"""Packages of many runs, the drives they go onto, and data that comes back in: `/api/exports`, `/api/imports`.

For the desk and the teacher. Only whoever holds the process's token (the command line) may name a folder; the one
that the settings name is among the drives.
"""

import asyncio
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from litestar.response import Stream
from msgspec import Meta, Struct, field

from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import events, problems
from kiosk.server.errors import Refusal
from kiosk.server.gate import BEARER_KEY
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.server.streams import event_stream, export_events
from kiosk.storage.export import Profile
from kiosk.storage.export.answers import DriveList, Ejected, Export, ExportList, Import, ImportList, Selection
from kiosk.storage.export.drives import NotEjected

ExportId = Annotated[str, PathParameter(description="A package.", pattern="^export-[0-9a-f]{12}$")]
ImportId = Annotated[str, PathParameter(description="An import.", pattern="^import-[0-9a-f]{12}$")]
DriveId = Annotated[str, PathParameter(description="A drive.", pattern="^drive-[0-9a-f]{16}$")]
Target = Annotated[str, Meta(min_length=1, max_length=1000)]


class ExportRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to go where. `target`: the id of a drive; for the command line also an absolute folder.

    `own_archive` (with the profile `full`): also runs without consent for research. `prompts` (with `public`):
    whether copies may tell what was asked for.
    """

    target: Target
    profile: Profile = Profile.FULL
    own_archive: bool = False
    prompts: bool = False
    filter: Selection = field(default_factory=Selection)


class ResumeRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Where it goes on, if not where it was: the next drive."""

    target: Target | None = None


@get("/api/exports", tags=["exports"], summary="Packages", responses=problems(503))
async def exports(services: NamedDependency[Services], session: NamedDependency[Session]) -> ExportList:
    """Packages being made and made, the newest first."""
    check_staff(session)
    return ExportList(services.exports.listed())


@post(
    "/api/exports",
    status_code=201,
    tags=["exports"],
    summary="Make a package",
    responses=problems(404, 409, 503, 507),
)
async def begin_export(
    data: JSONBody[ExportRequest],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Export:
    """Begin to make a package on a drive; what becomes of it is told by `/api/exports/stream`."""
    check_staff(session)
    return await services.exports.begin(
        data.target,
        data.profile,
        data.filter,
        own_archive=data.own_archive,
        prompts=data.prompts,
        by_path=may_name_folders(request),
    )


@get("/api/exports/{export_id:str}", tags=["exports"], summary="One package", responses=problems(404))
async def one_export(
    export_id: ExportId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> Export:
    """How a package stands."""
    check_staff(session)
    return services.exports.get(export_id)


@post(
    "/api/exports/{export_id:str}/pause",
    status_code=200,
    tags=["exports"],
    summary="Let a package wait",
    responses=problems(404, 409),
)
async def pause_export(
    export_id: ExportId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> Export:
    """Its state is `paused` as soon as nothing is written any more."""
    check_staff(session)
    return await services.exports.pause(export_id)


@post(
    "/api/exports/{export_id:str}/resume",
    status_code=200,
    tags=["exports"],
    summary="Let a package go on",
    responses=problems(404, 409, 503, 507),
)
async def resume_export(
    export_id: ExportId,
    data: JSONBody[ResumeRequest],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Export:
    """After a pause, after an interruption, or (`full`) on the next drive."""
    check_staff(session)
    return await services.exports.resume(export_id, data.target, by_path=may_name_folders(request))


@post(
    "/api/exports/{export_id:str}/cancel",
    status_code=200,
    tags=["exports"],
    summary="End a package",
    responses=problems(404, 409),
)
async def cancel_export(
    export_id: ExportId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> Export:
    """For good; its unfinished bag is taken off the drive, bags that are whole stay."""
    check_staff(session)
    return await services.exports.cancel(export_id)


@get("/api/exports/drives", tags=["exports"], summary="Drives", responses=problems())
async def drives(services: NamedDependency[Services], session: NamedDependency[Session]) -> DriveList:
    """Drives that can be taken away and have something mounted, and the folder of the settings."""
    check_staff(session)
    return DriveList(await asyncio.to_thread(services.exports.drives_now))


@post(
    "/api/exports/drives/{drive_id:str}/eject",
    status_code=200,
    tags=["exports"],
    summary="Make a drive safe to pull",
    responses=problems(404, 409, 503),
)
async def eject(drive_id: DriveId, services: NamedDependency[Services], session: NamedDependency[Session]) -> Ejected:
    """Write out what waits, unmount, switch off, as far as this system lets the program; says how far that was."""
    check_staff(session)
    try:
        return await services.exports.eject(drive_id)
    except NotEjected as error:
        raise Refusal(409 if error.reason == "drive_in_use" else 503, error.reason) from error


@get(
    "/api/exports/stream",
    tags=["exports"],
    summary="How packages stand",
    responses={
        200: events(
            Export | Import | DriveList, "Events `export` and `import` (how one stands), `drives` (which there are)"
        ),
        **problems(503),
    },
)
async def export_stream(services: NamedDependency[Services], session: NamedDependency[Session]) -> Stream:
    """First all packages and imports as they stand and the drives, then changes as they happen."""
    check_staff(session)
    return await event_stream(export_events(services.hub, services.exports, services.imports))


class ImportRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to come in: the id of a drive; for the command line also an absolute file or folder."""

    source: Target


@get("/api/imports", tags=["exports"], summary="What came in", responses=problems())
async def imports(services: NamedDependency[Services], session: NamedDependency[Session]) -> ImportList:
    """Imports since the program was started, the newest first."""
    check_staff(session)
    return ImportList(services.imports.listed())


@post("/api/imports", status_code=201, tags=["exports"], summary="Bring data in", responses=problems(404, 409))
async def begin_import(
    data: JSONBody[ImportRequest],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Import:
    """Begin to bring in what a drive holds: bags, zips of runs, run folders. `/api/exports/stream` tells the rest."""
    check_staff(session)
    return await services.imports.begin(data.source, by_path=may_name_folders(request))


@post(
    "/api/imports/{import_id:str}/cancel",
    status_code=200,
    tags=["exports"],
    summary="End an import",
    responses=problems(404, 409),
)
async def cancel_import(
    import_id: ImportId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> Import:
    """What came in stays."""
    check_staff(session)
    return await services.imports.cancel(import_id)


def may_name_folders(request: Request[Any, Any, Any]) -> bool:
    """Whether who asks holds the process's token, and so may as well write where the process may."""
    return bool(request.scope["state"][BEARER_KEY])


handlers = [
    imports, begin_import, cancel_import, exports, begin_export, export_stream, drives, eject, one_export,
    pause_export, resume_export, cancel_export,
]  # fmt: skip
