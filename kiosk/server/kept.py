"""Lists that are answered again as they were: the same question by the same device, while no run has changed.

Stands between the gate and the handlers. Only lists that follow from the index and from who asks are kept, never
from time, language or settings; what one session was answered, another device or another role never gets.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeAlias

from litestar.types import ASGIApp, Message, Receive, Send
from msgspec import Struct

from kiosk.server.gate import SESSION_KEY
from kiosk.server.sessions import Role, Session

LISTS = frozenset({"/api/runs", "/api/gallery"})
MOST_KEPT = 64
_LONGEST = 256 * 1024

_Question: TypeAlias = tuple[str, bytes, str, Role]


class _Answer(Struct, frozen=True):
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class KeptAnswers:
    """Wraps the application. `version` is another number whenever anything that a list says may have changed."""

    def __init__(self, app: ASGIApp, version: Callable[[], int]) -> None:
        self._app = app
        self._version = version
        self._of_version = -1
        self._answers: OrderedDict[_Question, _Answer] = OrderedDict()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass on and keep what comes back."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in LISTS:
            await self._app(scope, receive, send)
            return
        session: Session = scope["state"][SESSION_KEY]
        question = (scope["path"], scope["query_string"], session.device_id, session.role)
        version = self._version()
        if version != self._of_version:
            self._answers.clear()
            self._of_version = version
        if (answer := self._answers.get(question)) is not None:
            await send({"type": "http.response.start", "status": 200, "headers": list(answer.headers)})
            await send({"type": "http.response.body", "body": answer.body, "more_body": False})
            return
        heard = _Heard(send)
        await self._app(scope, receive, heard.send)
        if heard.answer is not None and version == self._of_version == self._version():
            self._answers[question] = heard.answer
            if len(self._answers) > MOST_KEPT:
                self._answers.popitem(last=False)


class _Heard:
    """Passes an answer on and remembers it, if it is one that may be kept: 200, in one piece, not too long."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._headers: tuple[tuple[bytes, bytes], ...] | None = None
        self.answer: _Answer | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            if message["status"] == 200:
                self._headers = tuple((name, value) for name, value in message["headers"])
        elif message["type"] == "http.response.body":
            if self._headers is not None and not message["more_body"] and len(message["body"]) <= _LONGEST:
                self.answer = _Answer(self._headers, message["body"])
            self._headers = None
        await self._send(message)
