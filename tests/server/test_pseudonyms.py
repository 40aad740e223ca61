"""Who somebody is today: a colour and an animal, or nobody."""

import pytest

from kiosk.i18n import load
from kiosk.server.pseudonyms import ANIMALS, COLOURS, is_pseudonym
from kiosk.server.sessions import Role
from kiosk.settings import assets_dir
from tests.server.house import House


@pytest.mark.parametrize("label", ["blue-fox", "red-whale", "anonymous"])
def test_a_colour_and_an_animal_or_nobody(label: str) -> None:
    assert is_pseudonym(label)


@pytest.mark.parametrize(
    "label", ["Mia Schmidt", "blue", "fox", "blue-", "-fox", "blue-fox-2", "Blue-Fox", "blue-fox\n"]
)
def test_anything_else_could_be_a_name(label: str) -> None:
    assert not is_pseudonym(label)


@pytest.mark.parametrize("language", load(assets_dir() / "i18n").languages)
def test_each_can_be_said_and_has_a_drawing(language: str) -> None:
    said = load(assets_dir() / "i18n").all(language)
    assert all(f"pseudonym.colour.{colour}" in said for colour in COLOURS)
    assert all(f"pseudonym.animal.{animal}" in said for animal in ANIMALS)
    assert all((assets_dir() / "icons" / f"animal-{animal}.svg").is_file() for animal in ANIMALS)


def test_a_session_begins_with_nobody_and_goes_on_as_who_was_chosen(house: House) -> None:
    with house.child() as child:
        before = child.get("/api/session").json()
        chosen = child.patch("/api/session", json={"user_id": "blue-fox", "language": "en"}).json()
        after = child.get("/api/session").json()
        run = child.post(
            "/api/schema/pipeline/interception", json={"schema": "dada", "input_text": "Ein Wal.", "language": "de"}
        ).json()
        recorded = child.get(f"/api/pipeline/{run['run_id']}/status").json()
    assert (before["user_id"], before["greeted"], before["language"]) == ("anonymous", False, "de")
    assert chosen == after
    assert (after["user_id"], after["greeted"], after["language"]) == ("blue-fox", True, "en")
    assert recorded["user_id"] == "blue-fox"


def test_one_field_leaves_the_other_alone(house: House) -> None:
    with house.child() as child:
        child.patch("/api/session", json={"user_id": "red-owl"})
        changed = child.patch("/api/session", json={"language": "en"}).json()
    assert (changed["user_id"], changed["language"]) == ("red-owl", "en")


def test_working_without_a_pseudonym_is_a_choice_too(house: House) -> None:
    with house.child() as child:
        chosen = child.patch("/api/session", json={"user_id": "anonymous"}).json()
    assert (chosen["user_id"], chosen["greeted"]) == ("anonymous", True)


def test_null_forgets_who_it_was(house: House) -> None:
    with house.child() as child:
        child.patch("/api/session", json={"user_id": "red-owl", "language": "en"})
        forgotten = child.patch("/api/session", json={"user_id": None, "language": None}).json()
    assert (forgotten["user_id"], forgotten["greeted"], forgotten["language"]) == ("anonymous", False, "de")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"user_id": "Mia Schmidt"}, "no_pseudonym"),
        ({"user_id": ""}, "bad_field"),
        ({"language": "xx"}, "bad_language"),
        ({"role": "teacher"}, "bad_field"),
        ({"device_id": "tablet-b"}, "bad_field"),
    ],
)
def test_nothing_else_can_be_changed(shared: House, change: dict[str, str], code: str) -> None:
    with shared.child() as child:
        answer = child.patch("/api/session", json=change)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert child.get("/api/session").json()["user_id"] == "anonymous"


def test_the_process_itself_is_nobody_s_sitting(shared: House) -> None:
    with shared.desk() as desk:
        answer = desk.patch("/api/session", json={"user_id": "blue-fox"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_cookie")


def test_a_link_that_names_a_pseudonym_needs_no_greeting(shared: House) -> None:
    with shared.desk() as desk, shared.visitor() as tablet:
        link = desk.post("/api/sessions", json={"device_id": "tablet-c", "user_id": "green-frog"}).json()["enter_url"]
        tablet.get(link)
        came = tablet.get("/api/session").json()
    assert (came["user_id"], came["greeted"], came["role"]) == ("green-frog", True, Role.CHILD)
