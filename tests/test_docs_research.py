"""The questions of docs/research.md are asked of a package that is made from real runs."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from kiosk.storage.export.tables import write_tables
from tests.browser.program import Program, running
from tests.storage.export import runs

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "research.md").read_text(encoding="utf-8")


class Question(NamedTuple):
    """A heading, its query, and the columns of the answer that the page shows."""

    title: str
    query: str
    columns: list[str]


def questions() -> list[Question]:
    found = []
    for section in PAGE.split("\n## ")[1:]:
        query = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
        shown = re.search(r"^\|(.+)\|$", section, re.MULTILINE)
        if query and shown:
            columns = [name.strip() for name in shown[1].split("|")]
            found.append(Question(section.split("\n")[0], query[1], columns))
    return found


def live_through(program: Program) -> None:
    """A short lesson: several lenses, edits, dice thrown again, a block and what came after."""
    idea = "Ein Bär tanzt auf der Straße"
    for lens in ("dada", "haiku", "surrealism"):
        program.make(idea, schema=lens)
    program.make("a house by the sea", schema="stillepost", language="en")
    for _ in range(2):
        program.make("Eine rote Tomate", schema="bauhaus", seed=7)
    run_id = program.ask("/api/schema/pipeline/interception", {"schema": "dada", "input_text": idea})["run_id"]
    generation: dict[str, Any] = {"run_id": run_id, "output_configs": ["sketchbook_image"]}
    for words in ("Tanz! Straße! Bär!", "Tanz! Straße! Wal!"):
        edit = {"entity_type": "interception", "text": words}
        program.ask(f"/api/schema/pipeline/{run_id}/edit", edit)
        program.ask("/api/schema/pipeline/generation", generation)
    program.ask("/api/schema/pipeline/generation", {"again": {"run_id": run_id, "n": 2}})
    program.make("Ein Hakenkreutz an der Wand")
    program.make("Ein Herz an der Wand")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The `data` of a package with the tables of a lesson."""
    house = tmp_path_factory.mktemp("lesson")
    with running(house) as program:
        live_through(program)
    data = house / "package" / "data"
    data.mkdir(parents=True)
    write_tables(data, runs.recorded(house / "exports"))
    yield data
    shutil.rmtree(house)


@pytest.fixture
def database(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in the folder of the package, as the page says to begin."""
    monkeypatch.chdir(package)
    begin = re.search(r"```sql\n(CREATE VIEW.*?)```", PAGE, re.DOTALL)
    assert begin
    with duckdb.connect() as opened:
        opened.execute(begin[1])
        yield opened


def answer(database: duckdb.DuckDBPyConnection, words: str) -> list[dict[str, Any]]:
    """The rows of the question whose heading holds these words."""
    (question,) = (one for one in questions() if words in one.title)
    found = database.execute(question.query)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_there_are_ten_questions() -> None:
    assert len(questions()) == 10


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.title)
def test_a_question_has_an_answer_of_the_form_that_is_shown(
    database: duckdb.DuckDBPyConnection, question: Question
) -> None:
    found = database.execute(question.query)
    assert [column[0] for column in found.description or []] == question.columns
    assert found.fetchall()


def test_a_changed_wording_kept_its_seed_and_the_same_got_new_dice(database: duckdb.DuckDBPyConnection) -> None:
    rows = {row["next_work"]: row for row in answer(database, "keep its seed")}
    assert rows["changed wording"]["times"] == rows["changed wording"]["seed_kept"] > 1
    assert (rows["same wording"]["times"], rows["same wording"]["seed_kept"]) == (1, 0)


def test_the_sketchbook_makes_the_same_file_again(database: duckdb.DuckDBPyConnection) -> None:
    assert [(row["repeated"], row["same_to_the_byte"]) for row in answer(database, "same picture")] == [(1, 1)]


def test_edits_and_the_block_are_found_again(database: duckdb.DuckDBPyConnection) -> None:
    assert [(row["text"], row["edits"]) for row in answer(database, "people edit")] == [("interception", 2)]
    assert [(row["about"], row["times"]) for row in answer(database, "stopped")] == [("law", 1)]
    assert [(row["next_run"], row["times"]) for row in answer(database, "after a block")] == [("completed", 1)]


def test_the_telephone_game_has_eight_steps(database: duckdb.DuckDBPyConnection) -> None:
    assert [row["step"] for row in answer(database, "telephone")] == list(range(1, 9))
