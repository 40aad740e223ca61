"""The gate: who may ask at all. The outermost layer, in front of every handler, plain ASGI.

In this order: headers within bounds, Host is ours, path and method are plain, Origin is ours, there is a session
(refused by default; a short list of exact names is public), a change carries our own Origin or the process's token,
the body is of a kind and size that is taken, and comes in time. Every answer leaves with the security headers.
What a session may see is decided behind it, in `access`.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from litestar.types import ASGIApp, Message, Receive, Send
from msgspec import Struct

from kiosk.server.address import Address
from kiosk.server.errors import PROBLEM_TYPE, Explainer, Refusal
from kiosk.server.sessions import Session, Sessions

Scope: TypeAlias = dict[str, Any]  # ASGI 3.0's
Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

SESSION_KEY = "kiosk_session"
BEARER_KEY = "kiosk_bearer"
TOKEN_KEY = "kiosk_token"  # noqa: S105 - the name of a key

MAX_HEADER_BYTES = 16 * 1024
MAX_HEADERS = 64
BODY_PAUSE_S = 15.0
BODY_TOTAL_S = 120.0
STALLED_S = 60.0

_READING = frozenset({"GET", "HEAD"})
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_BODY_TYPES = frozenset({"application/json", "multipart/form-data"})
_OWN_SITE = frozenset({"same-origin", "none"})
_POLICY_DENIED = 4403
_LENGTH_DIGITS = 15

_log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-embedder-policy": b"require-corp",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": (
        b"camera=(), microphone=(), geolocation=(), display-capture=(), midi=(), payment=(), serial=(), usb=(), "
        b"hid=(), clipboard-read=(), screen-wake-lock=()"
    ),
    b"cache-control": b"no-store",
}
_WITH_CAMERA = {
    b"permissions-policy": SECURITY_HEADERS[b"permissions-policy"].replace(b"camera=()", b"camera=(self)")
}


class BodyLimits(Struct, frozen=True):
    """The largest request bodies, in bytes: `usual`, and for single paths."""

    usual: int
    by_path: Mapping[str, int] = {}

    def of(self, path: str) -> int:
        """The limit for a path."""
        return self.by_path.get(path, self.usual)


class _Caller(Struct, frozen=True):
    session: Session | None = None
    is_bearer: bool = False
    token: str | None = None


class Gate:
    """Wraps the application. `public` are the exact paths that may be read without a session."""

    def __init__(
        self,
        app: ASGIApp,
        address: Address,
        sessions: Sessions,
        explainer: Explainer,
        *,
        public: Callable[[str], bool],
        limits: Callable[[], BodyLimits],
        camera: Callable[[], bool] = bool,
    ) -> None:
        self._app = app
        self._address = address
        self._sessions = sessions
        self._explainer = explainer
        self._public = public
        self._limits = limits
        self._camera = camera

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            caller = self._admit(scope)
        except Refusal as refusal:
            await self._refuse(scope, send, refusal)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        state[SESSION_KEY] = caller.session
        state[BEARER_KEY] = caller.is_bearer
        state[TOKEN_KEY] = caller.token
        body = _Body(receive, self._limits().of(scope["path"]), has_body=_announces_body(scope["headers"]))
        answer = _Answer(send, body, self._headers())
        try:
            await self._app(scope, body.receive, answer.send)
        except Exception:
            if answer.is_stalled:
                return  # uvicorn closes the connection of an answer that is not complete
            _log.exception("an error escaped the application")
            if answer.started:
                raise
            await self._refuse(scope, send, Refusal(500, "internal"))

    def _headers(self) -> Mapping[bytes, bytes]:
        """The headers of every answer; a page may use the camera only where the teacher allows it."""
        return {**SECURITY_HEADERS, **_WITH_CAMERA} if self._camera() else SECURITY_HEADERS

    def _admit(self, scope: Scope) -> _Caller:
        headers = scope["headers"]
        target = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
        size = target + sum(len(name) + len(value) + 4 for name, value in headers)
        if size > MAX_HEADER_BYTES or len(headers) > MAX_HEADERS:
            raise Refusal(431, "headers_too_large")
        hosts = _values(headers, b"host")
        if len(hosts) != 1:
            raise Refusal(400, "bad_request")
        if hosts[0].lower() not in self._address.authorities:
            raise Refusal(421, "wrong_host")
        path, method = scope["path"], scope.get("method", "GET")
        _check_path(path)
        if method not in _READING | _CHANGING:
            raise Refusal(405, "method", headers={"allow": "GET, HEAD, POST, PUT, PATCH, DELETE"})
        is_public = method in _READING and scope["type"] == "http" and self._public(path)
        origins = self._check_origin(headers, is_link_to_page=is_public and _is_navigation(headers))
        caller = self._caller(headers)
        if caller.session is None and not is_public:
            raise Refusal(401, "no_session", headers={"www-authenticate": 'Bearer realm="kiosk"'})
        changes = method in _CHANGING or scope["type"] == "websocket"
        if changes and not caller.is_bearer and not origins:
            raise Refusal(403, "foreign_origin")
        if scope["type"] == "http":
            self._check_body(scope, changes=changes)
        return caller

    def _check_origin(self, headers: Headers, *, is_link_to_page: bool) -> list[str]:
        origins = _values(headers, b"origin")
        if len(origins) > 1 or any(origin.lower() not in self._address.origins for origin in origins):
            raise Refusal(403, "foreign_origin")
        if not is_link_to_page and any(site not in _OWN_SITE for site in _values(headers, b"sec-fetch-site")):
            raise Refusal(403, "foreign_origin")
        return origins

    def _caller(self, headers: Headers) -> _Caller:
        given = _values(headers, b"authorization")
        if given:
            scheme, _, token = given[0].partition(" ")
            if len(given) == 1 and scheme.lower() == "bearer" and self._sessions.is_bearer(token.strip()):
                return _Caller(self._sessions.desk, is_bearer=True)
            return _Caller()
        for token in _cookies(headers, self._address.cookie):
            if session := self._sessions.find(token):
                return _Caller(session, token=token)
        return _Caller()

    def _check_body(self, scope: Scope, *, changes: bool) -> None:
        headers = scope["headers"]
        if not _announces_body(headers):
            return
        lengths = _values(headers, b"content-length")
        if lengths and _values(headers, b"transfer-encoding"):
            raise Refusal(400, "bad_request")
        if any(not _is_within(length, self._limits().of(scope["path"])) for length in lengths):
            raise Refusal(413, "too_large")
        kinds = [kind.partition(";")[0].strip().lower() for kind in _values(headers, b"content-type")]
        if changes and (len(kinds) != 1 or kinds[0] not in _BODY_TYPES):
            raise Refusal(415, "content_type")

    async def _refuse(self, scope: Scope, send: Send, refusal: Refusal) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_DENIED, "reason": refusal.code})
            return
        accept = ",".join(_values(scope["headers"], b"accept-language"))
        body = msgspec.json.encode(self._explainer.problem(refusal, accept, scope["path"]))
        headers = [
            (b"content-type", PROBLEM_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            *((name.encode(), value.encode()) for name, value in refusal.headers.items()),
        ]
        if _announces_body(scope["headers"]):
            headers.append((b"connection", b"close"))
        await send(
            {
                "type": "http.response.start",
                "status": refusal.status,
                "headers": [*headers, *SECURITY_HEADERS.items()],
            }
        )
        await send({"type": "http.response.body", "body": body, "more_body": False})


class _Body:
    """A request's body on its way in: counted, and not waited for without end."""

    def __init__(self, receive: Receive, limit: int, *, has_body: bool) -> None:
        self._receive = receive
        self._left = limit
        self._deadline = asyncio.get_running_loop().time() + BODY_TOTAL_S
        self.complete = not has_body

    async def receive(self) -> Any:
        """The next message; raises `Refusal` when the body is too large or too slow."""
        if self.complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(BODY_PAUSE_S, self._deadline - now)):
                message = await self._receive()
        except TimeoutError:
            raise Refusal(408, "too_slow") from None
        if message["type"] == "http.request":
            self._left -= len(message["body"])
            if self._left < 0:
                raise Refusal(413, "too_large")
            self.complete = not message["more_body"]
            return message
        raise Refusal(400, "cut_off")


class _Answer:
    """A response on its way out: gets the security headers that its handler did not set itself.

    A client that does not read what it has asked for is given up after a while (`is_stalled`).
    """

    def __init__(self, send: Send, body: _Body, headers: Mapping[bytes, bytes]) -> None:
        self._send = send
        self._body = body
        self._headers = headers
        self.started = False
        self.is_stalled = False

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.started = True
            headers = list(message["headers"])
            present = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in self._headers.items() if name not in present]
            if not self._body.complete and message["status"] >= HTTPStatus.BAD_REQUEST:
                headers.append((b"connection", b"close"))
            message["headers"] = headers
        try:
            async with asyncio.timeout(STALLED_S):
                await self._send(message)
        except TimeoutError:
            self.is_stalled = True
            raise


def _check_path(path: str) -> None:
    if not path.startswith("/") or not path.isprintable() or "\\" in path or "//" in path or "\ufffd" in path:
        raise Refusal(400, "bad_path")
    if any(part in (".", "..") for part in path.split("/")):
        raise Refusal(400, "bad_path")


def _is_navigation(headers: Headers) -> bool:
    """Whether a person follows a link to a page of its own (W3C Fetch Metadata): no frame, no image, no fetch."""
    return (_values(headers, b"sec-fetch-mode"), _values(headers, b"sec-fetch-dest")) == (["navigate"], ["document"])


def _announces_body(headers: Headers) -> bool:
    """Whether a body follows (RFC 9112, 6.3)."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in headers
    )


def _is_within(length: str, limit: int) -> bool:
    return length.isdecimal() and len(length) <= _LENGTH_DIGITS and int(length) <= limit


def _values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in headers if key == name]


def _cookies(headers: Headers, name: str) -> list[str]:
    found = []
    for header in _values(headers, b"cookie"):
        for part in header.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                found.append(value)
    return found
