"""The teacher: in by PIN, out again; the settings in force. `/api/teacher/...`, `/api/settings`."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from kiosk import settings
from kiosk.ids import check_label
from kiosk.server.access import check_staff
from kiosk.server.controllers.parameters import problems
from kiosk.server.controllers.session import SessionInfo, info_of
from kiosk.server.errors import Refusal
from kiosk.server.gate import BEARER_KEY, TOKEN_KEY
from kiosk.server.in_force import NotChangeable, SetByVariable, is_changeable
from kiosk.server.pin import LONGEST, SETTING, NoPin, TooManyTries, WeakPin, WrongPin
from kiosk.server.services import Services
from kiosk.server.sessions import Role, Session
from kiosk.server.setting_forms import SettingForm, forms
from kiosk.settings import Loaded
from kiosk.storage.errors import storage_error
from kiosk.tomlfile import ConfigError

_FOLDERS = {"export.folder", "desk.save_folder"}


class Pin(Struct, forbid_unknown_fields=True):
    """The teacher's PIN."""

    pin: Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class PinState(Struct, frozen=True):
    """Whether there is a PIN."""

    is_set: bool


class Stay(Struct, frozen=True):
    """How long the desk stays open without another touch, in seconds."""

    seconds: float


class Setting(Struct, frozen=True, kw_only=True):
    """One setting, as `section.field`. `source`: `default`, a file and line, or a variable. Secrets are not shown."""

    name: str
    value: Any
    source: str
    variable: str
    meaning: str
    changeable: bool
    form: SettingForm


class SettingsList(Struct, frozen=True):
    """All settings in force."""

    settings: list[Setting]


class SettingsChange(Struct, forbid_unknown_fields=True):
    """New values by `section.field`."""

    changes: dict[str, Any]


@get("/api/teacher/pin", tags=["teacher"], summary="Whether a teacher can log in", responses=problems())
async def pin_state(services: NamedDependency[Services]) -> PinState:
    """Without a PIN nobody can; the first one is set at the kiosk itself."""
    return PinState(services.pin.is_set)


@put("/api/teacher/pin", tags=["teacher"], summary="A new PIN", responses=problems(409, 507))
async def set_pin(
    data: JSONBody[Pin],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> PinState:
    """For the teacher and for whoever holds the process's token; the first one for the kiosk's own screen, too."""
    may_set = session.role is Role.TEACHER or request.scope["state"][BEARER_KEY]
    is_first = not services.pin.is_set and session.device_id == services.sessions.desk.device_id
    if not may_set and not is_first:
        raise Refusal(403, "not_yours")
    try:
        known = await asyncio.to_thread(services.pin.hash_of, data.pin)
        await services.in_force.keep({SETTING: known})
        await asyncio.to_thread(services.pin.forgive)
    except WeakPin as error:
        raise Refusal(400, "weak_pin", field="pin") from error
    except SetByVariable as error:
        raise Refusal(409, "set_by_variable", field=error.name, variable=error.variable) from error
    except OSError as error:
        raise storage_error(error) from error
    return PinState(is_set=True)


@post(
    "/api/teacher/login",
    status_code=200,
    tags=["teacher"],
    summary="Become the teacher",
    responses=problems(409, 429, 507),
)
async def login(
    data: JSONBody[Pin],
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Response[SessionInfo]:
    """Give this device's session the teacher's role, under a new cookie. Five tries, then it takes patience."""
    token = request.scope["state"][TOKEN_KEY]
    if token is None:
        raise Refusal(409, "no_cookie")
    try:
        await asyncio.to_thread(services.pin.check, data.pin, session.device_id)
    except NoPin as error:
        raise Refusal(409, "no_pin") from error
    except WrongPin as error:
        raise Refusal(403, "wrong_pin", field="pin") from error
    except TooManyTries as error:
        wait = max(1, round(error.wait_s))
        raise Refusal(429, "too_many_tries", headers={"retry-after": str(wait)}, seconds=wait) from error
    except OSError as error:
        raise storage_error(error) from error
    return _with_role(services, token, Role.TEACHER)


@post(
    "/api/teacher/logout", status_code=200, tags=["teacher"], summary="Be a child's device", responses=problems(409)
)
async def logout(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[SessionInfo]:
    """Give the teacher's role back, under a new cookie."""
    token = request.scope["state"][TOKEN_KEY]
    if token is None:
        raise Refusal(409, "no_cookie")
    return _with_role(services, token, Role.CHILD)


@post("/api/teacher/stay", status_code=200, tags=["teacher"], summary="Still there", responses=problems(409))
async def stay(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Stay:
    """Without this the desk closes itself after `teacher.session_minutes`; other requests do not count."""
    token = request.scope["state"][TOKEN_KEY]
    if token is None:
        raise Refusal(409, "no_cookie")
    seconds = services.sessions.stay(token)
    if seconds is None:
        raise Refusal(403, "not_yours")
    return Stay(seconds)


@get("/api/settings", tags=["teacher"], summary="All settings", responses=problems())
async def all_settings(services: NamedDependency[Services], session: NamedDependency[Session]) -> SettingsList:
    """Every setting with its value, its meaning and where it comes from. For the desk and the teacher."""
    check_staff(session)
    return _list(services.in_force.loaded)


@patch("/api/settings", tags=["teacher"], summary="Change settings", responses=problems(409, 507))
async def change_settings(
    data: JSONBody[SettingsChange], services: NamedDependency[Services], session: NamedDependency[Session]
) -> SettingsList:
    """Written to kiosk.toml and in force at once. For the desk and the teacher."""
    check_staff(session)
    _refuse_null(data.changes)
    _refuse_half_a_path(data.changes)
    before = services.settings().session.session_id
    if isinstance(workshop := data.changes.get("session.session_id"), str):
        check_label(workshop)
    try:
        loaded = await services.in_force.change(data.changes)
    except NotChangeable as error:
        raise Refusal(400, "not_changeable", field=error.name[:64]) from error
    except SetByVariable as error:
        raise Refusal(409, "set_by_variable", field=error.name, variable=error.variable) from error
    except ConfigError as error:
        raise Refusal(400, "bad_field", field=error.field, problem=error.problem) from error
    except OSError as error:
        raise storage_error(error) from error
    services.sessions.move_workshop(before, loaded.settings.session.session_id)
    services.room.tell("settings")
    return _list(loaded)


def _refuse_null(changes: dict[str, Any]) -> None:
    """TOML has no null, at any depth."""
    for name, value in changes.items():
        parts = [value, *(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())]
        if any(part is None for part in parts):
            raise Refusal(400, "bad_field", field=name[:64], problem="null")


def _refuse_half_a_path(changes: dict[str, Any]) -> None:
    """A folder has its whole path: the program may be started anywhere. Whether it is there now does not matter."""
    for name in _FOLDERS & changes.keys():
        if changes[name] and isinstance(changes[name], str) and not Path(changes[name]).is_absolute():
            raise Refusal(400, "half_a_path", field=name)


def _with_role(services: Services, token: str, role: Role) -> Response[SessionInfo]:
    changed = services.sessions.change_role(token, role)
    if changed is None:
        raise Refusal(401, "no_session")
    new_token, session = changed
    answer = Response(info_of(services, session))
    answer.set_cookie(services.address.cookie, new_token, path="/", httponly=True, samesite="strict")
    return answer


def _list(loaded: Loaded) -> SettingsList:
    form = forms()
    return SettingsList(
        [
            Setting(**row, changeable=is_changeable(row["name"]), form=form[row["name"]])
            for row in settings.rows(loaded)
        ]
    )


handlers = [pin_state, set_pin, login, logout, stay, all_settings, change_settings]
