"""Links, sessions and the token: in memory, once, for a while."""

import httpx
import pytest

from kiosk.ids import InvalidId
from kiosk.records import Person
from kiosk.server.sessions import LINK_SECONDS, MAX_LINKS, SESSION_SECONDS, Role, Session, Sessions, new_token
from tests.server.house import House


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(Person(device_id="kiosk-desk"), "the-bearer", clock)


def test_a_link_is_good_once(sessions: Sessions) -> None:
    link = sessions.link(Session(device_id="tablet-a"))
    token = sessions.enter(link.token)
    assert token is not None
    assert sessions.find(token) == Session(device_id="tablet-a")
    assert sessions.enter(link.token) is None


def test_a_link_runs_out(sessions: Sessions, clock: Clock) -> None:
    link = sessions.link(Session(device_id="tablet-a"))
    clock.now = LINK_SECONDS + 1
    assert sessions.enter(link.token) is None


def test_a_session_lapses_a_day_after_its_last_request(sessions: Sessions, clock: Clock) -> None:
    token = sessions.open(Session(device_id="tablet-a"))
    clock.now = SESSION_SECONDS - 1
    assert sessions.find(token)
    clock.now += SESSION_SECONDS - 1
    assert sessions.find(token)
    clock.now += SESSION_SECONDS + 1
    assert sessions.find(token) is None


def test_a_teachers_session_is_a_childs_again_when_nobody_stays(clock: Clock) -> None:
    sessions = Sessions(Person(device_id="kiosk-desk"), "the-bearer", clock, teacher_s=lambda: 600.0)
    entered = sessions.open(Session(device_id="tablet-a"))
    assert sessions.stay(entered) is None
    token, _ = sessions.change_role(entered, Role.TEACHER) or ("", None)
    clock.now = 500
    assert sessions.stay(token) == 600
    clock.now = 1_000
    assert sessions.find(token) == Session(device_id="tablet-a", role=Role.TEACHER)
    clock.now = 1_101
    assert sessions.find(token) == Session(device_id="tablet-a")
    assert sessions.stay(token) is None


def test_the_desks_own_session_lasts(sessions: Sessions, clock: Clock) -> None:
    token = sessions.open(sessions.desk)
    clock.now = 10 * SESSION_SECONDS
    assert sessions.find(token) == sessions.desk


def test_links_do_not_pile_up(sessions: Sessions) -> None:
    first = sessions.link(Session(device_id="tablet-a"))
    for _ in range(MAX_LINKS):
        sessions.link(Session(device_id="tablet-a"))
    assert sessions.enter(first.token) is None


def test_an_ended_session_is_unknown(sessions: Sessions) -> None:
    token = sessions.open(Session(device_id="tablet-a"))
    sessions.end(token)
    assert sessions.find(token) is None


def test_no_token_is_kept_as_it_is(sessions: Sessions) -> None:
    token = sessions.open(Session(device_id="tablet-a"))
    link = sessions.link(Session(device_id="tablet-a"))
    kept = repr(vars(sessions))
    assert token not in kept
    assert link.token not in kept
    assert "the-bearer" not in kept
    assert sessions.is_bearer("the-bearer")
    assert not sessions.is_bearer("the-bearer ")


def test_tokens_have_256_bits() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) == 43  # 32 bytes in base64


@pytest.mark.parametrize(
    "session",
    [Session(device_id="../x"), Session(device_id="a", user_id=""), Session(device_id="a", session_id="a\n")],
    ids=["device", "user", "workshop"],
)
def test_names_are_checked_before_they_get_in(sessions: Sessions, session: Session) -> None:
    with pytest.raises(InvalidId):
        sessions.link(session)
    with pytest.raises(InvalidId):
        sessions.open(session)


def test_a_link_opens_the_door_once(shared: House) -> None:
    with shared.desk() as desk:
        made = desk.post("/api/sessions", json={"device_id": "tablet-x", "user_id": "Fuchs", "session_id": "w1"})
    assert made.status_code == 201
    url = made.json()["enter_url"]
    with httpx.Client(base_url=shared.url, trust_env=False) as browser:
        entered = browser.get(url, headers={"Accept": "text/html"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        for part in ("HttpOnly", "SameSite=strict", "Path=/", f"kiosk_session_{shared.services.address.port}="):
            assert part in cookie
        assert "Domain" not in cookie
        me = browser.get("/api/session").json()
        assert (me["device_id"], me["user_id"], me["session_id"], me["role"]) == ("tablet-x", "Fuchs", "w1", "child")
    with shared.visitor() as late:
        again = late.get(url, headers={"Accept": "text/html"})
        assert (again.status_code, again.headers["location"]) == (303, "/")
        assert "set-cookie" not in again.headers
        program = late.get(url, headers={"Accept": "application/json"})
        assert (program.status_code, program.json()["code"]) == (403, "link_spent")


@pytest.mark.parametrize(
    ("giver", "given", "status"),
    [
        (Role.CHILD, "child", 403),
        (Role.DESK, "child", 201),
        (Role.DESK, "desk", 201),
        (Role.DESK, "teacher", 403),
        (Role.TEACHER, "child", 201),
        (Role.TEACHER, "teacher", 201),
        (Role.TEACHER, "desk", 403),
    ],
)
def test_nobody_hands_on_more_than_they_may(shared: House, giver: Role, given: str, status: int) -> None:
    with shared.visitor() as client:
        client.headers.update({"cookie": shared.cookie(giver), "origin": shared.url})
        answer = client.post("/api/sessions", json={"device_id": "tablet-y", "role": given})
    assert answer.status_code == status


@pytest.mark.parametrize("device_id", ["..", "A", "a/b", "a\n", "", "a" * 65, "ä", "a\0"])
def test_a_device_has_a_proper_name(shared: House, device_id: str) -> None:
    with shared.desk() as desk:
        assert desk.post("/api/sessions", json={"device_id": device_id}).status_code == 400


def test_the_process_itself_is_the_desk(shared: House) -> None:
    with shared.desk() as desk:
        me = desk.get("/api/session").json()
    assert (me["device_id"], me["role"]) == ("kiosk-desk", "desk")
    assert me["limits"] == {"idea_chars": 4000, "rules_chars": 8000, "outputs_per_run": 8, "upload_mb": 20}
    assert {"de", "en"} <= set(me["languages"])
