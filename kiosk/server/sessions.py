"""Who may ask: sessions, the links that open them, and the token of the process itself.

Everything is held in memory and ends with the program. Of every token only the SHA-256 is kept. Knows no HTTP:
the gate asks here whom a token belongs to.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from kiosk.ids import check_device_id, check_label
from kiosk.records import Person, local_now, timestamp
from kiosk.server.pseudonyms import NOBODY

LINK_SECONDS = 600
SESSION_SECONDS = 24 * 3600
TEACHER_SECONDS = 20 * 60.0
MAX_LINKS = 500
MAX_SESSIONS = 2_000


class Role(StrEnum):
    """What a session may do. `child`: its own device's runs and the gallery. `desk`, `teacher`: all devices."""

    CHILD = "child"
    DESK = "desk"
    TEACHER = "teacher"


class Session(Struct, frozen=True, kw_only=True):
    """One device that has come in; `role` says how far.

    `greeted`: somebody has said who they are today, or that they work without a pseudonym. `language` is what they
    chose for the screen; None: the kiosk's.
    """

    device_id: str
    user_id: str = NOBODY
    session_id: str = "default"
    role: Role = Role.CHILD
    greeted: bool = False
    language: str | None = None

    @property
    def person(self) -> Person:
        """Who is recorded as the author of what this session does."""
        return Person(device_id=self.device_id, user_id=self.user_id, session_id=self.session_id)

    @property
    def sees_all_devices(self) -> bool:
        """Whether other devices' runs may be read and changed."""
        return self.role is not Role.CHILD


class Present(Struct, frozen=True, kw_only=True):
    """A device with a session. `seen_s`: seconds since its last request."""

    device_id: str
    user_id: str
    role: Role
    seen_s: float


class Link(Struct, frozen=True):
    """A way in that is good once. `expires_at` is ISO 8601 with offset."""

    token: str
    expires_at: str


class _Held(Struct):
    session: Session
    until: float
    teacher_until: float = 0.0


def new_token() -> str:
    """A secret of 256 bits, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def checked(session: Session) -> Session:
    """The session, if its names have their form; raises `InvalidId` if not."""
    check_device_id(session.device_id)
    check_label(session.user_id)
    check_label(session.session_id)
    return session


class Sessions:
    """All sessions and open links of one process. May be used from any thread.

    `desk` is who the process itself is (its own device); `bearer` is its token, of which a hash is kept. The desk's
    sessions last as long as the program, others for a day after their last request. A teacher's is a child's again
    after `teacher_s()` seconds without `stay`. `clock` gives seconds.
    """

    def __init__(
        self,
        desk: Person,
        bearer: str,
        clock: Callable[[], float] = time.monotonic,
        teacher_s: Callable[[], float] = lambda: TEACHER_SECONDS,
    ) -> None:
        self.desk = checked(
            Session(device_id=desk.device_id, user_id=desk.user_id, session_id=desk.session_id, role=Role.DESK)
        )
        self._bearer = _digest(bearer)
        self._clock = clock
        self._teacher_s = teacher_s
        self._lock = threading.Lock()
        self._links: OrderedDict[bytes, _Held] = OrderedDict()
        self._sessions: OrderedDict[bytes, _Held] = OrderedDict()

    def is_bearer(self, token: str) -> bool:
        """Whether this is the token of the process."""
        return secrets.compare_digest(_digest(token), self._bearer)

    def link(self, session: Session, secret: str | None = None) -> Link:
        """A way in for `session`, good once and for ten minutes; `secret` if it was told before, else a new one.

        Raises `InvalidId` for a malformed name.
        """
        token = secret if secret is not None else new_token()
        with self._lock:
            self._links[_digest(token)] = _Held(checked(session), self._clock() + LINK_SECONDS)
            while len(self._links) > MAX_LINKS:
                self._links.popitem(last=False)
        return Link(token, timestamp(local_now() + timedelta(seconds=LINK_SECONDS)))

    def enter(self, link_token: str) -> str | None:
        """Use up a link: the token of the session that it opens, or None if it is unknown, used or too old."""
        with self._lock:
            held = self._links.pop(_digest(link_token), None)
        if held is None or held.until < self._clock():
            return None
        return self.open(held.session)

    def open(self, session: Session) -> str:
        """Begin a session without a link; its token. For the process itself."""
        token = new_token()
        with self._lock:
            now = self._clock()
            self._sessions[_digest(token)] = _Held(checked(session), now + SESSION_SECONDS, now + self._teacher_s())
            while len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)
        return token

    def find(self, token: str) -> Session | None:
        """Whose session this is, or None if there is none or it has lapsed."""
        digest = _digest(token)
        with self._lock:
            held = self._sessions.get(digest)
            if held is None:
                return None
            now = self._clock()
            if held.until < now and held.session.role is not Role.DESK:
                del self._sessions[digest]
                return None
            if held.session.role is Role.TEACHER and held.teacher_until < now:
                held.session = msgspec.structs.replace(held.session, role=Role.CHILD)
            held.until = now + SESSION_SECONDS
            self._sessions.move_to_end(digest)
            return held.session

    def stay(self, token: str) -> float | None:
        """A teacher is still there: the seconds until the session is a child's again; None if it is no teacher's."""
        session = self.find(token)
        if session is None or session.role is not Role.TEACHER:
            return None
        seconds = self._teacher_s()
        with self._lock:
            if held := self._sessions.get(_digest(token)):
                held.teacher_until = self._clock() + seconds
        return seconds

    def change_role(self, token: str, role: Role) -> tuple[str, Session] | None:
        """Give a session another role, under a new token; the old one is good for nothing. None if there is none."""
        session = self.find(token)
        if session is None:
            return None
        changed = msgspec.structs.replace(session, role=role)
        self.end(token)
        return self.open(changed), changed

    def change(self, token: str, change: Callable[[Session], Session]) -> Session | None:
        """Let a session go on under other names, with the token that it has. None if there is none.

        Raises `InvalidId` for a malformed name.
        """
        if self.find(token) is None:
            return None
        with self._lock:
            held = self._sessions.get(_digest(token))
            if held is None:
                return None
            held.session = checked(change(held.session))
            return held.session

    def present(self) -> list[Present]:
        """Every device that has a session, the one that asked last first; of its sessions, the one used last."""
        now = self._clock()
        found: dict[str, Present] = {}
        with self._lock:
            for held in reversed(self._sessions.values()):
                session, seen_s = held.session, now - (held.until - SESSION_SECONDS)
                if seen_s < SESSION_SECONDS and session.device_id not in found:
                    found[session.device_id] = Present(
                        device_id=session.device_id, user_id=session.user_id, role=session.role, seen_s=seen_s
                    )
        return list(found.values())

    def move_workshop(self, before: str, after: str) -> None:
        """Let all sessions of one workshop belong to another: the teacher has renamed what runs now."""
        with self._lock:
            self.desk = _moved(self.desk, before, after)
            for held in (*self._sessions.values(), *self._links.values()):
                held.session = _moved(held.session, before, after)

    def end(self, token: str) -> None:
        """Forget a session; it is no error if there is none."""
        with self._lock:
            self._sessions.pop(_digest(token), None)


def _moved(session: Session, before: str, after: str) -> Session:
    return msgspec.structs.replace(session, session_id=after) if session.session_id == before else session


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
