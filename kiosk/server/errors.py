"""Every refusal and every failure as `application/problem+json` (RFC 9457), in the caller's language.

The facts of an error are in its type; the sentence for a person is made here, from `errors.<code>` in assets/i18n.
Nothing of an unexpected error but its happening is told outside.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Struct

from kiosk.engine.requests import RequestRefused
from kiosk.hub import HubClosed
from kiosk.i18n import Sentences
from kiosk.ids import InvalidId
from kiosk.server.presence import Gone
from kiosk.storage.errors import DataFolderBusy, ReadOnlyRun, RunBusy, StorageError, UnknownRun
from kiosk.storage.export.jobs import ExportRefused
from kiosk.storage.export.workshop import CannotBeMarked, TookTooLong, ToolMissing, WorkFailed
from kiosk.storage.index.pages import BadCursor
from kiosk.storage.labs import LabRefused
from kiosk.storage.thumbnails import NoThumbnail

PROBLEM_TYPE = "application/problem+json"
DOCS = "/api/docs"
_LONGEST_PATH = 200
_NAMED_FIELD = re.compile(r"(?:unknown|missing required) field `(?P<name>[^`]+)`")  # msgspec's words

_log = logging.getLogger(__name__)

_CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "no_session",
    403: "not_yours",
    404: "not_found",
    405: "method",
    409: "conflict",
    413: "too_large",
    415: "content_type",
    503: "closing",
}

_REFUSED: Mapping[str, int] = {
    "unknown_run": 404,
    "run_busy": 409,
    "read_only_run": 409,
    "closing": 503,
    "safety_off": 503,
}


_EXPORT_REFUSED: Mapping[str, int] = {
    "unknown_export": 404,
    "unknown_import": 404,
    "unknown_drive": 404,
    "no_source": 400,
    "no_folder": 400,
    "own_folder": 400,
}


class Refusal(Exception):
    """A request that is answered with a problem. `values` fill the sentence `errors.<code>`."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        field: str | None = None,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
        supported_formats: Sequence[str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field
        self.detail = detail
        self.headers = dict(headers or {})
        self.supported_formats = list(supported_formats) if supported_formats is not None else None
        self.values = {"field": field or "", **values}


class Problem(Struct, kw_only=True, omit_defaults=True):
    """What is answered instead of what was asked for. `error` says the same as `detail`; `code` is for programs."""

    type: str
    title: str
    status: int
    detail: str
    error: str
    code: str
    instance: str | None = None
    field: str | None = None
    supported_formats: list[str] | None = None


class Explainer:
    """Makes problems out of refusals. `language` gives the one for callers that name none of ours."""

    def __init__(self, sentences: Sentences, language: Callable[[], str]) -> None:
        self._sentences = sentences
        self._language = language

    def language(self, accept_language: str) -> str:
        """The language of ours that an `Accept-Language` header (RFC 9110, 12.5.4) likes best."""
        for tag in _by_preference(accept_language):
            if tag == "*":
                break
            if tag.split("-")[0] in self._sentences.languages:
                return self._sentences.closest(tag)
        return self._sentences.closest(self._language())

    def problem(self, refusal: Refusal, accept_language: str, path: str) -> Problem:
        """The refusal of a request for `path`, in the caller's language."""
        key = f"errors.{refusal.code}"
        sentence = self._sentences.say(self.language(accept_language), key, **refusal.values)
        if sentence == key:
            sentence = refusal.detail or HTTPStatus(refusal.status).phrase
        return Problem(
            type=f"{DOCS}#{refusal.code}",
            title=HTTPStatus(refusal.status).phrase,
            status=refusal.status,
            detail=sentence,
            error=sentence,
            code=refusal.code,
            instance=quote(path[:_LONGEST_PATH], safe="/:@!$&'()*+,;=~-._"),
            field=refusal.field,
            supported_formats=refusal.supported_formats,
        )


def exception_handler(explainer: Explainer) -> Callable[[Request[Any, Any, Any], Exception], Response[bytes]]:
    """Litestar's handler for everything that a controller, or Litestar itself, raises."""

    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        refusal = refusal_for(error)
        if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s %s", request.method, refusal.code, exc_info=error)
        problem = explainer.problem(refusal, request.headers.get("accept-language", ""), request.scope["path"])
        return Response(
            msgspec.json.encode(problem),
            status_code=refusal.status,
            media_type=PROBLEM_TYPE,
            headers=refusal.headers,
        )

    return answer


def refusal_for(error: Exception) -> Refusal:
    """Which refusal an exception is; an unexpected one is a 500 without its words."""
    match error:
        case Refusal():
            return error
        case InvalidId():
            return Refusal(400, "bad_id", field=error.kind, kind=error.kind)
        case RequestRefused():
            status = _REFUSED.get(error.problem, 400)
            return Refusal(status, error.problem, field=error.field, detail=error.detail, value=error.detail)
        case ExportRefused():
            status = _EXPORT_REFUSED.get(error.problem, 409)
            return Refusal(status, error.problem, state=error.detail, folder=error.detail)
        case ReadOnlyRun():
            return Refusal(409, "read_only_run")
        case LabRefused():
            return Refusal(409 if error.problem == "ended" else 400, f"lab_{error.problem}")
        case UnknownRun():
            return Refusal(404, "unknown_run")
        case NoThumbnail():
            return Refusal(404, "no_thumbnail", reason=error.reason)
        case BadCursor():
            return Refusal(400, "bad_cursor", field="cursor")
        case RunBusy():
            return Refusal(409, "run_busy")
        case StorageError():
            status, code = (507, "disk_full") if error.full else (503, "storage_failed")
            return Refusal(status, code, reason=error.reason)
        case DataFolderBusy():
            return Refusal(503, "data_busy", who=error.who)
        case WorkFailed():
            return _of_work(error)
        case Gone():
            return Refusal(400, "cut_off")
        case HubClosed():
            return Refusal(503, "closing", headers={"retry-after": "2"})
        case ValidationException():
            return _bad_field(error)
        case HTTPException():
            return _from_http(error)
        case msgspec.MsgspecError() | UnicodeDecodeError() | RecursionError():
            return Refusal(400, "bad_json")
        case _:
            return Refusal(500, "internal")


def _of_work(error: WorkFailed) -> Refusal:
    match error:
        case ToolMissing():
            return Refusal(501, "no_export_group", name=error.reason)
        case TookTooLong():
            return Refusal(504, "report_too_slow")
        case CannotBeMarked():
            return Refusal(409, "cannot_be_marked", reason=error.reason)
        case _:
            return Refusal(500, "report_failed", reason=error.reason)


def _bad_field(error: ValidationException) -> Refusal:
    first: Any = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    problem = str(first.get("message") or error.detail)
    named = _NAMED_FIELD.search(problem)
    field = named["name"] if named else str(first.get("key") or "")
    if field in ("", "data"):
        return Refusal(400, "bad_body", problem=problem)
    if "matching regex" in problem:
        # A pattern tells nobody anything.
        code = "bad_id" if field in ("run_id", "device_id") else "bad_form"
        return Refusal(400, code, field=field, kind=field)
    return Refusal(400, "bad_field", field=field, problem=problem)


def _from_http(error: HTTPException) -> Refusal:
    status = error.status_code
    if status == HTTPStatus.BAD_REQUEST and isinstance(error.__cause__, msgspec.MsgspecError | UnicodeDecodeError):
        return Refusal(400, "bad_json")
    code = _CODES.get(status, "internal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request")
    return Refusal(status, code, headers=error.headers)


def _by_preference(accept_language: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in accept_language[:256].lower().split(","):
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            weighted.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda entry: -entry[0])]
