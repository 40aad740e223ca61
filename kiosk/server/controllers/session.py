"""Coming in, and who one is: `/enter`, `/livez`, `/api/session`, `/api/sessions`."""

import functools
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.response import Redirect
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from kiosk import __version__
from kiosk.records import ExecutionMode, SafetyLevel
from kiosk.server.controllers.parameters import DEVICE_ID, LABEL, LANGUAGE, problems
from kiosk.server.errors import Refusal
from kiosk.server.gate import BEARER_KEY, TOKEN_KEY
from kiosk.server.pseudonyms import ANIMALS, COLOURS, NOBODY, is_pseudonym
from kiosk.server.room import Offer
from kiosk.server.services import Services
from kiosk.server.sessions import Role, Session


class Limits(Struct, frozen=True, kw_only=True):
    """How much may be asked for at once: characters, outputs, megabytes."""

    idea_chars: int
    rules_chars: int
    outputs_per_run: int
    upload_mb: int


class Allowed(Struct, frozen=True, kw_only=True):
    """What may be done here with works: on paper, into a folder, with a camera."""

    print: bool
    save: bool
    camera: bool


class SessionInfo(Struct, frozen=True, kw_only=True):
    """Who asks, and what is in force for them.

    `greeted`: somebody has chosen a pseudonym in this session, or to have none. `colours` and `animals` are what
    pseudonyms are put together of, as `blue-fox`.
    """

    device_id: str
    user_id: str
    session_id: str
    role: Role
    greeted: bool
    language: str
    safety_level: SafetyLevel
    execution_mode: ExecutionMode
    limits: Limits
    languages: list[str]
    idle_minutes: int
    app_version: str
    can: Allowed
    offer: Offer
    paused: bool
    colours: list[str]
    animals: list[str]


class SessionChange(Struct, forbid_unknown_fields=True, kw_only=True):
    """Who somebody is today, and the language of their screen; null: what it was before anybody said anything.

    `user_id` is a pseudonym of a colour and an animal, or `anonymous` for none.
    """

    user_id: Annotated[str, LABEL] | UnsetType | None = UNSET
    language: Annotated[str, LANGUAGE] | UnsetType | None = UNSET


class NewSession(Struct, forbid_unknown_fields=True, kw_only=True):
    """A device that is to come in. Without `session_id`: the workshop that runs now."""

    device_id: Annotated[str, DEVICE_ID]
    user_id: Annotated[str, LABEL] = NOBODY
    session_id: Annotated[str, LABEL] | None = None
    role: Role = Role.CHILD
    qr: bool = False


class EnterLink(Struct, frozen=True, kw_only=True):
    """A link that is good once and until `expires_at` (ISO 8601 with offset). `qr`: as a picture (data URI, SVG)."""

    enter_url: str
    expires_at: str
    qr: str | None = None


@get("/livez", media_type=MediaType.TEXT, sync_to_thread=False, tags=["health"], summary="Whether the server answers")
def livez() -> str:
    """Bare liveness, without a session."""
    return "ok"


@get("/enter", include_in_schema=False, sync_to_thread=False, status_code=303)
def enter(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    t: Annotated[str, QueryParameter(max_length=128)] = "",
) -> Response[Any]:
    """Use up a link. A browser is always sent to the screen, which tells it if it has no session."""
    token = services.sessions.enter(t)
    if token is None and "text/html" not in request.headers.get("accept", "text/html"):
        raise Refusal(403, "link_spent")
    answer = Redirect("/", status_code=303)
    if token is not None:
        answer.set_cookie(services.address.cookie, token, path="/", httponly=True, samesite="strict")
    return answer


@get("/api/session", sync_to_thread=False, tags=["session"], summary="Who I am here", responses=problems())
def session_info(services: NamedDependency[Services], session: NamedDependency[Session]) -> SessionInfo:
    """The session, and the settings in force for it."""
    return info_of(services, session)


def info_of(services: Services, session: Session) -> SessionInfo:
    """A session as the screen needs it."""
    settings = services.settings()
    return SessionInfo(
        device_id=session.device_id,
        user_id=session.user_id,
        session_id=session.session_id,
        role=session.role,
        greeted=session.greeted,
        language=session.language or settings.kiosk.language,
        safety_level=settings.session.safety_level,
        execution_mode=settings.session.execution_mode,
        limits=Limits(
            idea_chars=settings.limits.idea_chars,
            rules_chars=settings.limits.rules_chars,
            outputs_per_run=settings.limits.outputs_per_run,
            upload_mb=settings.limits.upload_mb,
        ),
        languages=services.sentences.languages,
        idle_minutes=settings.kiosk.idle_minutes,
        app_version=__version__,
        can=Allowed(
            print=bool(settings.desk.printer),
            save=bool(settings.desk.save_folder),
            camera=settings.kiosk.camera,
        ),
        offer=services.room.offer,
        paused=services.room.paused,
        colours=list(COLOURS),
        animals=list(ANIMALS),
    )


@patch("/api/session", sync_to_thread=False, tags=["session"], summary="Who I am today", responses=problems(409))
def change_session(
    data: JSONBody[SessionChange],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
) -> SessionInfo:
    """A pseudonym and a language for what this session does from now on; what was recorded before stays as it is."""
    token = request.scope["state"][TOKEN_KEY]
    if token is None:
        raise Refusal(409, "no_cookie")
    if isinstance(data.user_id, str) and not is_pseudonym(data.user_id):
        raise Refusal(400, "no_pseudonym", field="user_id")
    if isinstance(data.language, str) and data.language not in services.sentences.languages:
        raise Refusal(400, "bad_language", field="language")
    changed = services.sessions.change(token, functools.partial(_changed, data))
    if changed is None:
        raise Refusal(401, "no_session")
    return info_of(services, changed)


def _changed(data: SessionChange, session: Session) -> Session:
    if data.user_id is not UNSET:
        session = replace(session, user_id=data.user_id or NOBODY, greeted=data.user_id is not None)
    if data.language is not UNSET:
        session = replace(session, language=data.language)
    return session


@post("/api/sessions", sync_to_thread=False, tags=["session"], summary="A link for a device", responses=problems())
def new_session(
    data: JSONBody[NewSession],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> EnterLink:
    """A link that lets another device in. For the desk and the teacher; nobody hands on more than they may."""
    may_give = {Role.CHILD, session.role} if session.sees_all_devices else set()
    if request.scope["state"][BEARER_KEY]:
        may_give = set(Role)
    if data.role not in may_give:
        raise Refusal(403, "not_yours")
    link = services.sessions.link(
        Session(
            device_id=data.device_id,
            user_id=data.user_id,
            session_id=data.session_id or services.settings().session.session_id,
            role=data.role,
            greeted=data.user_id != NOBODY,
        )
    )
    enter_url = f"{services.address.url}/enter?t={link.token}"
    return EnterLink(enter_url=enter_url, expires_at=link.expires_at, qr=_qr(enter_url) if data.qr else None)


def _qr(text: str) -> str:
    """A QR code (ISO/IEC 18004) as an SVG in a data URI."""
    import segno  # needed only at the desk

    return segno.make(text, error="m", micro=False).svg_data_uri(scale=8, border=4, dark="#17233f", light="#ffffff")


handlers = [livez, enter, session_info, change_session, new_session]
