"""The teacher's PIN and the settings: who gets in, who has to wait, what may be changed."""

import json
import os
from pathlib import Path

import httpx
import pytest

from kiosk.server.pin import (
    FREE_TRIES,
    LONGEST_WAIT_S,
    NoPin,
    TeacherPin,
    TooManyTries,
    WeakPin,
    WrongPin,
    take_over,
)
from kiosk.server.sessions import TEACHER_SECONDS, Role
from kiosk.settings import Places, load
from tests.server.house import DESK, House
from tests.server.test_pipeline import EXECUTE, IDEA

PIN = "739164"
PIN_BODIES: list[object] = [{"pin": PIN}, {"pin": [PIN]}, {"pin": 739164}, {"pin": PIN * 20}, PIN]


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pin(tmp_path: Path, clock: Clock) -> TeacherPin:
    return pin_of(tmp_path, clock)


def pin_of(state: Path, clock: Clock) -> TeacherPin:
    """The PIN of a kiosk whose settings hold its hash."""
    known = TeacherPin(str, state).hash_of(PIN)
    return TeacherPin(lambda: known, state, clock)


def fail(pin: TeacherPin, device_id: str = "tablet-a") -> None:
    with pytest.raises(WrongPin):
        pin.check("000111", device_id)


def waits(pin: TeacherPin, device_id: str = "tablet-a") -> float:
    with pytest.raises(TooManyTries) as refused:
        pin.check(PIN, device_id)
    return refused.value.wait_s


def test_without_a_pin_nobody_gets_in(tmp_path: Path) -> None:
    nobody = TeacherPin(str, tmp_path)
    assert not nobody.is_set
    for guess in ("", "000000", "123456"):
        with pytest.raises(NoPin):
            nobody.check(guess, "tablet-a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weak", ["", "1", "12345", "111111", "123456", "987654", "abcdef", "1" * 65])
def test_a_weak_pin_is_not_taken(tmp_path: Path, weak: str) -> None:
    with pytest.raises(WeakPin):
        TeacherPin(str, tmp_path).hash_of(weak)


def test_the_hash_is_among_the_settings_and_shown_to_nobody(house: House) -> None:
    with house.desk() as desk:
        desk.put("/api/teacher/pin", json={"pin": PIN})
        [shown] = [row for row in desk.get("/api/settings").json()["settings"] if row["name"] == "teacher.pin_hash"]
        refused = desk.patch("/api/settings", json={"changes": {"teacher.pin_hash": ""}})
    assert (shown["value"], shown["changeable"]) == ("(set)", False)
    assert refused.json()["code"] == "not_changeable"
    kept = house.data / "kiosk.toml"
    assert "$argon2id$" in kept.read_text()
    assert PIN not in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_hash_of_an_earlier_version_is_taken_over_once(tmp_path: Path) -> None:
    where = Places(tmp_path, tmp_path / "state")
    where.state.mkdir()
    earlier = where.state / "teacher.json"
    known = TeacherPin(str, where.state).hash_of(PIN)
    earlier.write_text(json.dumps({"hash": known, "tries": {"tablet-a": {"failed": 2, "until": 0}}}))
    assert take_over(where, load(where)).settings.teacher.pin_hash == known
    assert not earlier.exists()
    assert load(where).settings.teacher.pin_hash == known
    earlier.write_text("{torn")
    assert take_over(where, load(where)).settings.teacher.pin_hash == known
    assert not earlier.exists()


def test_who_guesses_has_to_wait_longer_and_longer(pin: TeacherPin, clock: Clock) -> None:
    for _ in range(FREE_TRIES):
        fail(pin)
    expected = 30.0
    for _ in range(7):
        assert waits(pin) == pytest.approx(min(expected, LONGEST_WAIT_S))
        clock.now += min(expected, LONGEST_WAIT_S) + 1
        fail(pin)
        expected *= 2
    clock.now += LONGEST_WAIT_S + 1
    pin.check(PIN, "tablet-a")
    fail(pin)
    pin.check(PIN, "tablet-a")


def test_waiting_survives_a_restart_and_a_clock_set_back(pin: TeacherPin, clock: Clock, tmp_path: Path) -> None:
    for _ in range(FREE_TRIES):
        fail(pin)
    assert waits(pin_of(tmp_path, clock)) > 0
    clock.now -= 1e9
    assert waits(pin_of(tmp_path, clock)) == LONGEST_WAIT_S
    clock.now += LONGEST_WAIT_S
    pin_of(tmp_path, clock).check(PIN, "tablet-a")


@pytest.mark.parametrize("kept", ['{"tablet-a": {"failed": 5000, "until": 0}}', "no JSON", '{"tablet-a": 1}'])
def test_whatever_is_known_of_tries_the_right_pin_opens(pin: TeacherPin, tmp_path: Path, kept: str) -> None:
    (tmp_path / "pin-tries.json").write_text(kept)
    fail(pin)
    (tmp_path / "pin-tries.json").write_text(kept)
    pin.check(PIN, "tablet-a")


def test_one_device_does_not_lock_out_another(pin: TeacherPin) -> None:
    for _ in range(FREE_TRIES):
        fail(pin, "tablet-a")
    waits(pin, "tablet-a")
    pin.check(PIN, "tablet-b")


def test_a_try_counts_before_it_is_answered(pin: TeacherPin, tmp_path: Path) -> None:
    fail(pin)
    assert '"failed":1' in (tmp_path / "pin-tries.json").read_text()


@pytest.fixture
def tablet(house: House) -> httpx.Client:
    """A child's tablet whose cookies change as a browser's do."""
    client = httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=20, trust_env=False)
    name, _, token = house.cookie(Role.CHILD, "tablet-a").partition("=")
    client.cookies.set(name, token, domain="127.0.0.1", path="/")
    return client


def test_the_teacher_comes_and_goes(house: House, tablet: httpx.Client) -> None:
    with house.desk() as desk, tablet:
        assert tablet.post("/api/teacher/login", json={"pin": PIN}).json()["code"] == "no_pin"
        assert desk.get("/api/teacher/pin").json() == {"is_set": False}
        assert desk.put("/api/teacher/pin", json={"pin": "123456"}).json()["code"] == "weak_pin"
        assert desk.put("/api/teacher/pin", json={"pin": PIN}).json() == {"is_set": True}
        before = dict(tablet.cookies)
        assert tablet.get("/api/runs/stats").status_code == 403
        assert tablet.post("/api/teacher/login", json={"pin": "111222"}).json()["code"] == "wrong_pin"
        entered = tablet.post("/api/teacher/login", json={"pin": PIN})
        assert (entered.json()["role"], entered.json()["device_id"]) == ("teacher", "tablet-a")
        assert tablet.get("/api/runs/stats").status_code == 200
        stale = "; ".join(f"{name}={value}" for name, value in before.items())
        with house.visitor() as late:
            assert late.get("/api/session", headers={"Cookie": stale}).status_code == 401
        assert tablet.put("/api/teacher/pin", json={"pin": "846205"}).status_code == 200
        assert tablet.post("/api/teacher/logout").json()["role"] == "child"
        assert tablet.get("/api/runs/stats").status_code == 403
        assert tablet.put("/api/teacher/pin", json={"pin": PIN}).status_code == 403


def test_a_guesser_is_told_how_long(house: House, tablet: httpx.Client) -> None:
    with house.desk() as desk, tablet:
        desk.put("/api/teacher/pin", json={"pin": PIN})
        for _ in range(FREE_TRIES):
            assert tablet.post("/api/teacher/login", json={"pin": "000111"}).status_code == 403
        refused = tablet.post("/api/teacher/login", json={"pin": PIN})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 30


def test_the_first_pin_is_set_at_the_kiosk_and_at_no_other_device(house: House) -> None:
    with house.child(DESK.device_id) as window, house.child("tablet-a") as tablet:
        assert tablet.put("/api/teacher/pin", json={"pin": PIN}).status_code == 403
        assert window.put("/api/teacher/pin", json={"pin": "111111"}).json()["code"] == "weak_pin"
        assert window.put("/api/teacher/pin", json={"pin": PIN}).json() == {"is_set": True}
        assert window.put("/api/teacher/pin", json={"pin": "846205"}).status_code == 403
        assert window.post("/api/teacher/login", json={"pin": PIN}).json()["role"] == "teacher"


def test_a_teacher_who_is_not_there_is_a_child_again(house: House, tablet: httpx.Client) -> None:
    with house.desk() as desk, tablet:
        desk.put("/api/teacher/pin", json={"pin": PIN})
        assert tablet.post("/api/teacher/stay").status_code == 403
        tablet.post("/api/teacher/login", json={"pin": PIN})
        assert tablet.post("/api/teacher/stay").json() == {"seconds": TEACHER_SECONDS}


def test_neither_pin_nor_hash_is_ever_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    said = []
    with house.desk() as desk, house.child(DESK.device_id) as window:
        said.append(window.put("/api/teacher/pin", json={"pin": PIN}))
        said += [window.post("/api/teacher/login", json=body) for body in PIN_BODIES]
        said.append(window.post("/api/teacher/login", content=f'{{"pin": {PIN}'.encode()))
        said += [desk.get(path) for path in ("/api/settings", "/api/health", "/api/session", "/api/teacher/pin")]
        desk.post(EXECUTE, json=IDEA)
    known = load(Places(house.data, house.data / "state")).settings.teacher.pin_hash
    assert known
    for secret in (PIN, known):
        assert secret not in caplog.text
        assert not [answer.url for answer in said if secret in answer.text]
        assert secret not in Path("/proc/self/cmdline").read_text()
    kept = house.data / "kiosk.toml"
    for path in house.data.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert PIN.encode() not in content, path
        assert path == kept or known.encode() not in content, path


def test_the_token_of_the_process_needs_no_pin(house: House) -> None:
    with house.desk() as desk:
        desk.put("/api/teacher/pin", json={"pin": PIN})
        assert desk.post("/api/teacher/login", json={"pin": PIN}).json()["code"] == "no_cookie"


def test_settings_are_changed_at_once_and_kept(house: House) -> None:
    with house.desk() as desk, house.child() as child:
        assert child.get("/api/settings").status_code == 403
        assert child.patch("/api/settings", json={"changes": {"session.safety_level": "adult"}}).status_code == 403
        changes = {"session.safety_level": "youth", "session.session_id": "Werkstatt 7", "limits.idea_chars": 100}
        changed = desk.patch("/api/settings", json={"changes": changes})
        assert changed.status_code == 200
        values = {setting["name"]: setting["value"] for setting in changed.json()["settings"]}
        assert {name: values[name] for name in changes} == changes
        me = child.get("/api/session").json()
        assert (me["safety_level"], me["limits"]["idea_chars"]) == ("youth", 100)
        assert desk.get("/api/session").json()["session_id"] == "Werkstatt 7"
        assert me["session_id"] == "workshop"  # this tablet came in for another one
    assert 'safety_level = "youth"' in (house.data / "kiosk.toml").read_text()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"server.host": "0.0.0.0"}, 400, "not_changeable"),
        ({"storage.durability": "relaxed"}, 400, "not_changeable"),
        ({"openai.key": "x"}, 400, "not_changeable"),
        ({"nothing.here": 1}, 400, "not_changeable"),
        ({"session": {}}, 400, "not_changeable"),
        ({"a.b.c": 1}, 400, "not_changeable"),
        ({"session.safety_level": "none"}, 400, "bad_field"),
        ({"session.safety_level": None}, 400, "bad_field"),
        ({"session.consent": {"basis": None}}, 400, "bad_field"),
        ({"session.session_id": "a\nb"}, 400, "bad_id"),
        ({"kiosk.language": "/etc/passwd"}, 400, "bad_field"),
        ({"limits.idea_chars": 0}, 400, "bad_field"),
        ({"limits.idea_chars": "many"}, 400, "bad_field"),
        ({"export.folder": "Stick/Werke"}, 400, "half_a_path"),
        ({"desk.save_folder": "."}, 400, "half_a_path"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused(
    house: House, changes: dict[str, object], status: int, code: str
) -> None:
    with house.desk() as desk:
        answer = desk.patch("/api/settings", json={"changes": changes})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not (house.data / "kiosk.toml").exists()


def test_what_a_variable_decides_is_not_changed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "KIOSK_SESSION_SAFETY_LEVEL", "kids")
    with house.desk() as desk:
        assert desk.patch("/api/settings", json={"changes": {"limits.idea_chars": 100}}).status_code == 200
        answer = desk.patch("/api/settings", json={"changes": {"session.safety_level": "adult"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "set_by_variable")


def test_no_secret_is_among_the_settings(house: House) -> None:
    (house.data / "kiosk.toml").write_text('[openai]\nkey = "sk-very-secret"\n')
    with house.desk() as desk:
        answer = desk.patch("/api/settings", json={"changes": {"limits.idea_chars": 100}})
    assert answer.status_code == 200
    assert "sk-very-secret" not in answer.text
