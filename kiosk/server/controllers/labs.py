"""What is explored in a lab, as runs of their own: `/api/latent-lab/record/...`."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from kiosk.engine.media import BadMedia, CheckedMedia, check_media
from kiosk.engine.stages.safety import STRICT
from kiosk.ids import check_run_or_execution_id, new_run
from kiosk.records import Consent, MediaType, RunMetadata, RunStart, local_now
from kiosk.server.access import shown_run
from kiosk.server.controllers.parameters import LANGUAGE, problems
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.settings import SessionSettings
from kiosk.storage.labs import LabOutput, LabRecord, LabRefused

SAVE_PATH = "/api/latent-lab/record/save"
MAX_SAVE_BYTES = 32_000_000

_KINDS = problems(404, 409, 503, 507)


class LabStart(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which lab is opened."""

    tool: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
    language: Annotated[str, LANGUAGE] | None = None
    parent_run_id: str | None = None


class LabStarted(Struct, frozen=True, kw_only=True):
    """The ids of a lab run. Nothing is on the disk before its first record."""

    run_id: str
    execution_id: str


class LabSave(Struct, forbid_unknown_fields=True, kw_only=True):
    """Parameters, and what was made with them (media as base64)."""

    run_id: str
    parameters: dict[str, object] = field(default_factory=dict)
    outputs: list[LabOutput] = field(default_factory=list)


class LabEnd(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which lab run is over."""

    run_id: str


class LabEnded(Struct, frozen=True, kw_only=True):
    """How it ended; `metadata` is null if nothing was ever recorded."""

    run_id: str
    metadata: RunMetadata | None


def whole_medium(data: bytes, media_type: MediaType) -> CheckedMedia:
    """The one check of media, for what a lab brings. Raises `LabRefused`."""
    try:
        return check_media(data, media_type)
    except BadMedia as error:
        known = {"cut_off": "damaged", "damaged": "damaged", "too_large": "too_large"}
        raise LabRefused(known.get(error.code, "unknown_media")) from error


@post("/api/latent-lab/record/start", status_code=200, tags=["labs"], summary="Open a lab run", responses=_KINDS)
async def start_lab(
    data: JSONBody[LabStart], services: NamedDependency[Services], session: NamedDependency[Session]
) -> LabStarted:
    """Announce a lab run."""
    if data.parent_run_id is not None:
        data.parent_run_id = (await shown_run(services, session, data.parent_run_id)).run.run_id
    started = local_now()
    ids = new_run(started)
    settings = services.settings()
    start = RunStart(
        run_id=ids.run_id,
        execution_id=ids.execution_id,
        schema=data.tool,
        execution_mode=settings.session.execution_mode,
        safety_level=settings.session.safety_level,
        user_id=session.user_id,
        session_id=session.session_id,
        device_id=session.device_id,
        language=data.language or settings.kiosk.language,
        started=started,
        parent_run_id=data.parent_run_id,
        consent=_consent_for(session, settings.session),
        retain_until=settings.session.retain_until(started),
    )
    await services.library.labs.start(start, data.tool)
    return LabStarted(run_id=ids.run_id, execution_id=ids.execution_id)


@post(SAVE_PATH, status_code=200, tags=["labs"], summary="Keep a step of a lab run", responses=_KINDS)
async def save_lab(
    data: JSONBody[LabSave], services: NamedDependency[Services], session: NamedDependency[Session]
) -> RunMetadata:
    """Keep parameters and media; answers all files of the run."""
    if not data.parameters and not data.outputs:
        raise Refusal(400, "no_change")
    record = LabRecord(parameters=data.parameters, outputs=data.outputs)
    run_id = check_run_or_execution_id(data.run_id)
    return await services.library.labs.save(run_id, record, whole_medium, device_id=session.device_id)


@post("/api/latent-lab/record/end", status_code=200, tags=["labs"], summary="Close a lab run", responses=_KINDS)
async def end_lab(
    data: JSONBody[LabEnd], services: NamedDependency[Services], session: NamedDependency[Session]
) -> LabEnded:
    """The run is complete; one without any record leaves nothing."""
    run_id = check_run_or_execution_id(data.run_id)
    metadata = await services.library.labs.end(run_id, device_id=session.device_id)
    return LabEnded(run_id=run_id if metadata is None else metadata.run_id, metadata=metadata)


def _consent_for(session: Session, workshop: SessionSettings) -> Consent:
    """The workshop's consent; what a child's lab brings nobody has looked at, so at strict levels others see none."""
    if session.sees_all_devices or workshop.safety_level not in STRICT:
        return workshop.consent
    return replace(workshop.consent, gallery=False, wall=False, public=False)


handlers = [start_lab, save_lab, end_lab]
