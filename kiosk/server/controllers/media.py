"""Finished media: files, thumbnails, facts. `/api/media/...`."""

from enum import StrEnum
from typing import Annotated, Any

from litestar import Request, Response, get, route
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from kiosk.engine.results import texts_of
from kiosk.records import MediaType, Output, RunMetadata, Status, media_path, thumbnail_path
from kiosk.server.access import check_staff, own_run, shown_run, shown_work
from kiosk.server.controllers.parameters import Number, RunId, binary, problems
from kiosk.server.copies import marked_download
from kiosk.server.files import file_response
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.journal import Damage

THUMBNAIL_CACHE = "private, max-age=300"


class MediaKind(StrEnum):
    """The media types that have files of their own."""

    IMAGE = "image"
    AUDIO = "audio"
    MUSIC = "music"
    VIDEO = "video"
    MODEL_3D = "3d"
    CODE = "code"


Kind = Annotated[MediaKind, PathParameter(description="What it is.")]


class Medium(Struct, frozen=True, kw_only=True):
    """A finished medium of a run: the n-th of its type, from 1; pixels, seconds, bytes."""

    n: int
    media_type: MediaType
    url: str
    thumb_url: str | None
    config: str | None
    backend: str | None
    model: str | None
    seed: int | None
    size_bytes: int
    format: str | None
    width: int | None
    height: int | None
    duration_s: float | None
    loop_iteration: int | None


class MediaInfo(Struct, frozen=True, kw_only=True):
    """The finished media of a run."""

    run_id: str
    execution_id: str | None
    status: Status
    schema: str
    media: list[Medium]


class MediaRun(Struct, frozen=True, kw_only=True):
    """A whole run: its state, the latest wording of each text, its media, and where it is not as it was written."""

    metadata: RunMetadata
    texts: dict[str, str]
    media: list[Medium]
    damage: list[Damage]


_FILE: dict[str, Any] = {"http_method": ["GET", "HEAD"], "tags": ["media"]}


@route(
    ["/api/media/{kind:str}/{run_id:str}", "/api/media/{kind:str}/{run_id:str}/{n:int}"],
    summary="A finished medium",
    responses={200: binary("The file"), 206: binary("A part of it"), **problems(404, 409, 416, 503, 504)},
    **_FILE,
)
async def medium(
    request: Request[Any, Any, Any],
    kind: Kind,
    run_id: RunId,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    n: Number = 1,
    download: Annotated[
        bool, QueryParameter(description="As a copy to take along: marked and signed, without what the box wrote.")
    ] = False,
) -> Response[Any]:
    """The n-th output of a type, with byte ranges and ETag; or a marked copy of it, as an attachment."""
    shown = await shown_work(services, session, run_id, MediaType(kind.value), n)
    if download:
        return await marked_download(request, services, shown, MediaType(kind.value), n)
    stored = await services.library.media_file(shown.run.run_id, MediaType(kind.value), n)
    return await file_response(request, stored, f"{shown.run.run_id}_{kind}_{n}")


@route(
    ["/api/media/thumb/{run_id:str}", "/api/media/thumb/{run_id:str}/{n:int}"],
    summary="A small picture",
    responses={200: binary("WebP", "image/webp"), **problems(404, 416)},
    **_FILE,
)
async def thumbnail(
    request: Request[Any, Any, Any],
    run_id: RunId,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    n: Number = 1,
    media_type: Annotated[MediaKind, QueryParameter(description="What the n-th of is meant.")] = MediaKind.IMAGE,
) -> Response[Any]:
    """Of the n-th picture of a run; with `media_type` a frame of a video (with ffmpeg), a sound's waveform."""
    kind = MediaType(media_type.value)
    shown = await shown_work(services, session, run_id, kind, n)
    stored = await services.library.thumbnail(shown.run.run_id, n, kind)
    return await file_response(request, stored, f"{shown.run.run_id}_thumb_{kind}_{n}", THUMBNAIL_CACHE)


@route(
    "/api/media/blocked/{run_id:str}/{n:int}",
    summary="A picture that was blocked",
    responses={200: binary("The file"), **problems(404, 416)},
    **_FILE,
)
async def blocked_medium(
    request: Request[Any, Any, Any],
    run_id: RunId,
    n: Number,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Response[Any]:
    """The n-th picture of a run that was kept apart. For the desk and the teacher."""
    check_staff(session)
    run = await own_run(services, session, run_id)
    stored = await services.library.blocked_file(run.run_id, n)
    return await file_response(request, stored, f"{run.run_id}_blocked_{n}")


@get("/api/media/info/{run_id:str}", tags=["media"], summary="Facts of a run's media", responses=problems(404))
async def info(run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]) -> MediaInfo:
    """What there is, without any text."""
    shown = await shown_run(services, session, run_id)
    run = shown.run
    media = [medium for medium in media_of(run) if shown.allows(medium.media_type, medium.n)]
    return MediaInfo(
        run_id=run.run_id, execution_id=run.execution_id, status=run.status, schema=run.schema, media=media
    )


@get("/api/media/run/{run_id:str}", tags=["media"], summary="A whole run", responses=problems(404))
async def whole_run(
    run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> MediaRun:
    """State, texts and media together, and what is damaged."""
    run = await own_run(services, session, run_id)
    record = await services.library.record(run.run_id)
    return MediaRun(metadata=run, texts=texts_of(record.items), media=media_of(run), damage=record.damage)


def media_of(run: RunMetadata) -> list[Medium]:
    """The finished media of a run, each with its number among those of its type."""
    counts: dict[MediaType, int] = {}
    media = []
    for output in run.outputs:
        kind = MediaType(output.type.removeprefix("output_"))
        counts[kind] = counts.get(kind, 0) + 1
        media.append(_medium(run.run_id, kind, counts[kind], output))
    return media


def _medium(run_id: str, kind: MediaType, n: int, output: Output) -> Medium:
    return Medium(
        n=n,
        media_type=kind,
        url=media_path(kind, run_id, n),
        thumb_url=thumbnail_path(run_id, n, kind),
        config=output.config,
        backend=output.backend,
        model=output.model,
        seed=output.seed,
        size_bytes=output.size_bytes,
        format=output.format,
        width=output.width,
        height=output.height,
        duration_s=output.duration_s,
        loop_iteration=output.loop_iteration,
    )


handlers = [medium, thumbnail, blocked_medium, info, whole_run]
