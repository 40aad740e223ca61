"""What researchers ask the program for: counts, times and pictures; and who may."""

import csv
import io

import pytest
from lxml import etree

from tests.server.house import House
from tests.server.test_pipeline import EXECUTE, IDEA

PATHS = ("/api/research/statistics", "/api/research/statistics/table", "/api/research/statistics/picture/lenses")
TOPICS = ("lenses", "models", "devices", "days", "times", "blocks")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def made(house: House) -> dict[str, str]:
    with house.child() as child:
        answer: dict[str, str] = child.post(EXECUTE, json=IDEA).json()
        return answer


@pytest.mark.parametrize("path", PATHS)
def test_statistics_are_for_the_desk_and_the_teacher(house: House, path: str) -> None:
    with house.child() as child, house.visitor() as visitor:
        assert child.get(path).status_code == 403
        assert visitor.get(path).status_code == 401


def test_counts_tell_of_what_was_made(house: House, made: dict[str, str]) -> None:
    with house.desk() as desk:
        found = desk.get(PATHS[0]).json()
    assert (found["runs"], found["by_status"]) == (1, {"completed": 1})
    assert [(count["name"], count["total"]) for count in found["by_device"]] == [("tablet-a", 1)]
    assert {time["step"] for time in found["times"]} >= {"safety", "interception", "media_generation", "run"}


def test_a_lens_tells_its_runs_and_what_they_brought(house: House, made: dict[str, str]) -> None:
    path = f"/api/research/config/{IDEA['schema']}/executions"
    with house.desk() as desk, house.child() as child:
        assert child.get(path).status_code == 403
        second = desk.post(EXECUTE, json=IDEA).json()["run_id"]
        first_page = desk.get(path, params={"limit": 1}).json()
        assert [run["run_id"] for run in first_page["executions"]] == [second]
        assert (first_page["total"], first_page["outputs"]) == (2, {"image": 2})
        rest = desk.get(path, params={"limit": 1, "cursor": first_page["next"]}).json()
        assert [run["run_id"] for run in rest["executions"]] == [made["run_id"]]
        assert desk.get("/api/research/config/nobody/executions").json()["executions"] == []


def test_another_workshop_and_other_days_are_left_out(house: House, made: dict[str, str]) -> None:
    with house.desk() as desk:
        assert desk.get(PATHS[0], params={"session_id": "workshop"}).json()["runs"] == 1
        assert desk.get(PATHS[0], params={"session_id": "another"}).json()["runs"] == 0
        assert desk.get(PATHS[0], params={"date_to": "2020-12-31"}).json()["filters"] == {"date_to": "2020-12-31"}


@pytest.mark.parametrize(
    "params",
    [{"date_from": "2026-02-30"}, {"date_from": "yesterday"}, {"date_from": "2026-03-02", "date_to": "2026-03-01"}],
)
def test_days_that_make_no_sense_are_refused(house: House, params: dict[str, str]) -> None:
    with house.desk() as desk:
        assert desk.get(PATHS[0], params=params).status_code == 400


def test_the_table_has_a_row_for_each_count(house: House, made: dict[str, str]) -> None:
    with house.desk() as desk:
        answer = desk.get(PATHS[1])
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer.headers["content-disposition"] == 'attachment; filename="statistics.csv"'
    assert {"topic": "outputs_by_device", "name": "tablet-a", "count": "1"}.items() <= {
        key: value for row in rows if row["topic"] == "outputs_by_device" for key, value in row.items()
    }.items()


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_picture_says_in_words_what_it_shows(house: House, made: dict[str, str], topic: str, language: str) -> None:
    with house.desk() as desk:
        answer = desk.get(f"/api/research/statistics/picture/{topic}", params={"language": language})
    picture = etree.fromstring(answer.content)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert picture.get("role") == "img"
    title, said = picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc")
    assert title
    assert said
    assert "research." not in title + said
    words = [element.text for element in picture.iter(f"{SVG}text")]
    assert len(words) > 2 or topic == "blocks"


def test_another_picture_is_not_found(house: House) -> None:
    with house.desk() as desk:
        assert desk.get("/api/research/statistics/picture/nothing").status_code == 400
