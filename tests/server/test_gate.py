"""Raw requests against the real server: who gets in, and what is refused before any handler."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct

from kiosk import i18n
from kiosk.records import Person
from kiosk.server.address import Address
from kiosk.server.errors import Explainer
from kiosk.server.gate import MAX_HEADER_BYTES, SECURITY_HEADERS, BodyLimits, Gate
from kiosk.server.sessions import Sessions
from kiosk.settings import assets_dir
from tests.server.house import Answer, House, send_raw


class Case(Struct):
    """One request: `%H` is our host and port, `%C` a child's cookie, `%D` a desk's, `%B` the Bearer token."""

    name: str
    head: str
    status: int
    body: str = ""


JSON = "Content-Type: application/json\r\n"
GET_SESSION = "GET /api/session HTTP/1.1\r\n"
POST = "POST /api/schema/pipeline/execute HTTP/1.1\r\n"
HOST = "Host: %H\r\n"
COOKIE = "Cookie: %C\r\n"
OWN = "Origin: http://%H\r\n"
BEARER = "Authorization: Bearer %B\r\n"
WEBSOCKET = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
LINK = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"
STREAM = "GET /api/gallery/stream HTTP/1.1\r\n"

WELCOME = [
    Case("the screen needs no session", "GET / HTTP/1.1\r\n" + HOST, 503),
    Case("so do the languages", "GET /i18n HTTP/1.1\r\n" + HOST, 200),
    Case("and the sentences", "GET /i18n/de.json HTTP/1.1\r\n" + HOST, 200),
    Case("and the bare liveness", "GET /livez HTTP/1.1\r\n" + HOST, 200),
    Case("localhost is our name too", "GET /livez HTTP/1.1\r\nHost: localhost:%P\r\n", 200),
    Case("names have no case", "GET /livez HTTP/1.1\r\nHost: LocalHost:%P\r\n", 200),
    Case("a cookie may read", GET_SESSION + HOST + COOKIE, 200),
    Case("a cookie among others may read", GET_SESSION + HOST + "Cookie: a=b; %C; c=d\r\n", 200),
    Case("the token may read", GET_SESSION + HOST + BEARER, 200),
    Case("a navigation of one's own", GET_SESSION + HOST + COOKIE + "Sec-Fetch-Site: none\r\n", 200),
    Case("a fetch from our page", GET_SESSION + HOST + COOKIE + OWN + "Sec-Fetch-Site: same-origin\r\n", 200),
    Case("a link to our screen on a page of the school", "GET / HTTP/1.1\r\n" + HOST + LINK, 503),
    Case("a change with cookie and origin", POST + HOST + COOKIE + OWN + JSON, 400, "{}"),
    Case("a change with the token", POST + HOST + BEARER + JSON, 400, "{}"),
    Case("the token from our own page", POST + HOST + BEARER + OWN + JSON, 400, "{}"),
]
HOSTILE = [
    Case("no host", "GET /livez HTTP/1.0\r\n", 400),
    Case("a rebound name", GET_SESSION + "Host: evil.example:%P\r\n" + COOKIE, 421),
    Case("a rebound name at the screen", "GET / HTTP/1.1\r\nHost: evil.example\r\n", 421),
    Case("our name with another port", GET_SESSION + "Host: 127.0.0.1:1\r\n" + COOKIE, 421),
    Case("our name without port", GET_SESSION + "Host: 127.0.0.1\r\n" + COOKIE, 421),
    Case("our name and a dot", GET_SESSION + "Host: localhost.:%P\r\n" + COOKIE, 421),
    Case("our name as a user", GET_SESSION + "Host: %H@evil.example\r\n" + COOKIE, 421),
    Case("our name inside another", GET_SESSION + "Host: 127.0.0.1.evil.example:%P\r\n" + COOKIE, 421),
    Case("every address", GET_SESSION + "Host: 0.0.0.0:%P\r\n" + COOKIE, 421),
    Case("a number for our address", GET_SESSION + "Host: 2130706433:%P\r\n" + COOKIE, 421),
    Case("two hosts", GET_SESSION + HOST + "Host: evil.example\r\n" + COOKIE, 400),
    Case("a whole address as target", "GET http://evil.example/api/session HTTP/1.1\r\n" + HOST + COOKIE, 400),
    Case("no session", GET_SESSION + HOST, 401),
    Case("an invented cookie", GET_SESSION + HOST + "Cookie: kiosk_session_%P=AAAA\r\n", 401),
    Case("the cookie of another port", GET_SESSION + HOST + "Cookie: kiosk_session_1=%c\r\n", 401),
    Case("a wrong token", GET_SESSION + HOST + "Authorization: Bearer wrong\r\n", 401),
    Case("a wrong token with a right cookie", GET_SESSION + HOST + COOKIE + "Authorization: Bearer x\r\n", 401),
    Case("another scheme", GET_SESSION + HOST + "Authorization: Basic %B\r\n", 401),
    Case("two tokens", GET_SESSION + HOST + BEARER + BEARER, 401),
    Case("a doubled slash", "GET //api/session HTTP/1.1\r\n" + HOST, 400),
    Case("a public name and more", "GET /livez/../api/session HTTP/1.1\r\n" + HOST, 400),
    Case("a public name, encoded dots", "GET /i18n/%2e%2e/api/session HTTP/1.1\r\n" + HOST, 400),
    Case("an encoded slash", "GET /i18n%2fde.json HTTP/1.1\r\n" + HOST, 200),
    Case("a NUL", "GET /i18n/de.json%00 HTTP/1.1\r\n" + HOST, 400),
    Case("a line break", "GET /livez%0d%0aSet-Cookie:a=b HTTP/1.1\r\n" + HOST, 400),
    Case("a backslash", "GET /..%5capi HTTP/1.1\r\n" + HOST, 400),
    Case("broken UTF-8", "GET /api/runs/%ff%fe HTTP/1.1\r\n" + HOST + COOKIE, 400),
    Case("a public name in capitals", "GET /LIVEZ HTTP/1.1\r\n" + HOST, 401),
    Case("the description of the interface", "GET /api/docs HTTP/1.1\r\n" + HOST, 401),
    Case("a name that is not there", "GET /secret HTTP/1.1\r\n" + HOST, 401),
    Case("a foreign page reads", GET_SESSION + HOST + COOKIE + "Origin: http://evil.example\r\n", 403),
    Case("a foreign page, our name in it", GET_SESSION + HOST + COOKIE + "Origin: http://%H.evil.example\r\n", 403),
    Case("another port's page", GET_SESSION + HOST + COOKIE + "Origin: http://127.0.0.1:1\r\n", 403),
    Case("our page over TLS that we do not speak", GET_SESSION + HOST + COOKIE + "Origin: https://%H\r\n", 403),
    Case("a sandboxed page", GET_SESSION + HOST + COOKIE + "Origin: null\r\n", 403),
    Case("two origins", GET_SESSION + HOST + COOKIE + OWN + "Origin: http://evil.example\r\n", 403),
    Case("a cross-site fetch", GET_SESSION + HOST + COOKIE + "Sec-Fetch-Site: cross-site\r\n", 403),
    Case("a same-site fetch", GET_SESSION + HOST + COOKIE + "Sec-Fetch-Site: same-site\r\n", 403),
    Case("a link to a record", GET_SESSION + HOST + COOKIE + LINK, 403),
    Case("our screen in a foreign frame", "GET / HTTP/1.1\r\n" + HOST + LINK.replace("document", "iframe"), 403),
    Case("a change by cookie alone", POST + HOST + COOKIE + JSON, 403, "{}"),
    Case("a change from a foreign page", POST + HOST + COOKIE + "Origin: http://evil.example\r\n" + JSON, 403, "{}"),
    Case("the token from a foreign page", POST + HOST + BEARER + "Origin: http://evil.example\r\n" + JSON, 403, "{}"),
    Case("a change without session", POST + HOST + OWN + JSON, 401, "{}"),
    Case("a change of a public name", "POST /livez HTTP/1.1\r\n" + HOST + OWN, 401),
    Case("a form's text", POST + HOST + COOKIE + OWN + "Content-Type: text/plain\r\n", 415, "{}"),
    Case(
        "a form's fields",
        POST + HOST + COOKIE + OWN + "Content-Type: application/x-www-form-urlencoded\r\n",
        415,
        "a=b",
    ),
    Case("no type", POST + HOST + COOKIE + OWN, 415, "{}"),
    Case("two types", POST + HOST + COOKIE + OWN + JSON + "Content-Type: text/plain\r\n", 415, "{}"),
    Case("a preflight", "OPTIONS /api/session HTTP/1.1\r\n" + HOST + COOKIE + OWN, 405),
    Case("a trace", "TRACE / HTTP/1.1\r\n" + HOST, 405),
    Case("a tunnel", "CONNECT %H HTTP/1.1\r\n" + HOST, 400),
    Case("an invented method", "BREW / HTTP/1.1\r\n" + HOST, 400),
    Case("a gigabyte is announced", POST + HOST + COOKIE + OWN + JSON + "Content-Length: 1000000000\r\n", 413),
    Case("a length beyond all numbers", POST + HOST + COOKIE + OWN + JSON + f"Content-Length: {'9' * 19}\r\n", 413),
    Case("a negative length", POST + HOST + COOKIE + OWN + JSON + "Content-Length: -1\r\n", 400),
    Case("two lengths", POST + HOST + COOKIE + OWN + JSON + "Content-Length: 2\r\nContent-Length: 3\r\n", 400),
    Case("a stream without the session", STREAM + HOST, 401),
    Case("a stream under a rebound name", STREAM + "Host: evil.example\r\n" + COOKIE, 421),
    Case("a stream for a foreign page", STREAM + HOST + COOKIE + "Origin: http://evil.example\r\n", 403),
    Case("a websocket without the session", "GET /api/session HTTP/1.1\r\n" + HOST + WEBSOCKET + OWN, 401),
    Case(
        "a websocket from a foreign page",
        GET_SESSION + HOST + COOKIE + WEBSOCKET + "Origin: http://e.example\r\n",
        403,
    ),
    Case("a websocket under a rebound name", GET_SESSION + "Host: evil.example\r\n" + WEBSOCKET + COOKIE, 421),
    Case("a header of 100 kB", GET_SESSION + HOST + COOKIE + f"X-Long: {'a' * 100_000}\r\n", 431),
    Case("a header of 17 kB", GET_SESSION + HOST + COOKIE + f"X-Long: {'a' * 17_000}\r\n", 431),
    Case("a hundred headers", GET_SESSION + HOST + COOKIE + "X-A: b\r\n" * 100, 431),
    Case("a target of 100 kB", f"GET /{'a' * 100_000} HTTP/1.1\r\n" + HOST, 431),
    Case("no HTTP at all", "hello\r\n", 400),
    Case("HTTP/0.9", "GET /\r\n", 400),
    Case("a folded header", GET_SESSION + HOST + COOKIE + "X-A: b\r\n c\r\n", 400),
    Case("a header without name", GET_SESSION + HOST + COOKIE + ": b\r\n", 400),
    Case(
        "two framings", POST + HOST + COOKIE + OWN + JSON + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", 400
    ),
]


def ask(house: House, case: Case) -> Answer | None:
    length = f"Content-Length: {len(case.body)}\r\n" if case.body else ""
    cookie = house.cookie()
    head = (case.head + length + "\r\n").replace("%H", house.authority).replace("%C", cookie)
    head = head.replace("%P", house.authority.split(":")[1]).replace("%c", cookie.split("=")[1])
    return send_raw(house, head.replace("%B", house.bearer).encode(), case.body.encode())


@pytest.mark.parametrize("case", WELCOME, ids=lambda case: case.name)
def test_lets_in(shared: House, case: Case) -> None:
    answer = ask(shared, case)
    assert answer is not None
    assert answer.status == case.status


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_turns_away(shared: House, case: Case) -> None:
    answer = ask(shared, case)
    assert answer is not None
    # a head that is too large comes in one piece or in several: the gate or the parser is first
    assert answer.status in ({400, 431} if case.status == 431 else {case.status})
    if case.status != 200:
        assert answer.problem["status"] == answer.status
        assert answer.problem["error"] == answer.problem["detail"]
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_every_answer_carries_the_security_headers(shared: House) -> None:
    for head in ("GET / HTTP/1.1\r\n", "GET /livez HTTP/1.1\r\n", GET_SESSION, "GET /api/none HTTP/1.1\r\n"):
        answer = ask(shared, Case("", head + HOST + COOKIE, 200))
        assert answer is not None
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name.decode()] == value.decode(), (head, name)


def test_a_refused_websocket_is_not_upgraded(shared: House) -> None:
    answer = ask(shared, Case("", GET_SESSION + HOST + COOKIE + OWN + WEBSOCKET, 200))
    assert answer is not None
    assert answer.status == 200  # answered as the plain request that it also is: there are no websockets here


def test_what_is_no_request_fills_no_log(shared: House, caplog: pytest.LogCaptureFixture) -> None:
    for head in (b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"):
        answer = send_raw(shared, head)
        assert answer is not None
        assert answer.status == 400
    assert not caplog.records


def test_an_endless_body_is_cut_off_at_the_limit(shared: House) -> None:
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    head = f"{POST}Host: {shared.authority}\r\nCookie: {shared.cookie()}\r\nOrigin: {shared.url}\r\n{JSON}"
    request = (head + "Transfer-Encoding: chunked\r\n\r\n").encode()
    answer = send_raw(shared, request, *[chunk] * 64)
    assert answer is None or answer.status == 413


def test_a_refusal_is_told_in_the_callers_language(shared: House) -> None:
    spoken = {}
    for language in ("de-AT,en;q=0.5", "en", "xx, *;q=0.1", ""):
        answer = ask(shared, Case("", GET_SESSION + HOST + f"Accept-Language: {language}\r\n", 401))
        assert answer is not None
        spoken[language] = answer.problem["detail"]
    assert spoken["de-AT,en;q=0.5"] == spoken["xx, *;q=0.1"] == spoken[""]
    assert spoken["en"] != spoken[""]


class Wire:
    """What a gate got and gave, without a network."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.sent: list[dict[str, Any]] = []
        self.reached = False

    async def receive(self) -> Any:
        return self.messages.pop(0)

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached = True


def websocket(**headers: str) -> dict[str, Any]:
    pairs = [(name.encode().replace(b"_", b"-"), value.encode()) for name, value in headers.items()]
    return {"type": "websocket", "path": "/api/live", "headers": pairs}


@pytest.fixture
def gate() -> Callable[[Wire], Gate]:
    sessions = Sessions(Person(device_id="desk"), "bearer-token")
    explainer = Explainer(i18n.load(assets_dir() / "i18n"), lambda: "de")
    return lambda wire: Gate(
        wire.app,
        Address("127.0.0.1", 8420),
        sessions,
        explainer,
        public=lambda path: True,
        limits=lambda: BodyLimits(100),
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:8420"},
        {"host": "127.0.0.1:8420", "origin": "http://127.0.0.1:8420"},
        {"host": "127.0.0.1:8420", "authorization": "Bearer bearer-token", "origin": "http://evil.example"},
        {"host": "127.0.0.1:8420", "authorization": "Bearer wrong", "origin": "http://127.0.0.1:8420"},
    ],
    ids=["host", "no session", "public names are no way in", "origin", "token"],
)
async def test_a_websocket_is_closed_before_any_handler(
    gate: Callable[[Wire], Gate], headers: dict[str, str]
) -> None:
    wire = Wire()
    await gate(wire)(websocket(**headers), wire.receive, wire.send)
    assert [message["type"] for message in wire.sent] == ["websocket.close"]
    assert not wire.reached


async def test_a_websocket_with_session_and_origin_may_pass(gate: Callable[[Wire], Gate]) -> None:
    wire = Wire()
    own = websocket(host="127.0.0.1:8420", authorization="Bearer bearer-token", origin="http://127.0.0.1:8420")
    await gate(wire)(own, wire.receive, wire.send)
    assert wire.reached


async def test_a_body_that_stops_coming_is_refused(
    gate: Callable[[Wire], Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.server.gate.BODY_PAUSE_S", 0.01)
    errors: list[BaseException] = []

    class Silent(Wire):
        async def receive(self) -> Any:
            await asyncio.Event().wait()

        async def app(self, scope: Any, receive: Any, send: Any) -> None:
            with pytest.raises(Exception, match="too_slow") as caught:
                await receive()
            errors.append(caught.value)
            await send({"type": "http.response.start", "status": 408, "headers": []})

    wire = Silent()
    scope = {"type": "http", "method": "POST", "path": "/x", "headers": [
        (b"host", b"127.0.0.1:8420"), (b"authorization", b"Bearer bearer-token"),
        (b"content-type", b"application/json"), (b"content-length", b"10"),
    ]}  # fmt: skip
    await gate(wire)(scope, wire.receive, wire.send)
    assert errors
    assert (b"connection", b"close") in wire.sent[0]["headers"]


def test_headers_up_to_the_limit_are_taken(shared: House) -> None:
    filler = f"X-Long: {'a' * (MAX_HEADER_BYTES // 2)}\r\n"
    answer = ask(shared, Case("", GET_SESSION + HOST + COOKIE + filler, 200))
    assert answer is not None
    assert answer.status == 200
