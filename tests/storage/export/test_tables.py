import csv
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk.records import ItemType, RunItem
from kiosk.storage.export import RunInPackage
from kiosk.storage.export.columns import ITEMS, RUNS, Kind, Table
from kiosk.storage.export.tables import BATCH_ROWS, cell, undefused, write_tables
from tests.storage import kit
from tests.storage.export import runs

TEXTS = st.text(st.characters(codec="utf-8"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def items_with(folder: Path, text: str) -> list[dict[str, str]]:
    write_tables(folder, [runs.run_of([kit.idea(text)])])
    return rows_of(folder / "items.csv")


def test_two_tables_in_two_forms_and_their_dictionary_are_written(tmp_path: Path) -> None:
    written = write_tables(tmp_path, runs.many(3))
    assert {path.name for path in written} == {
        "runs.csv", "items.csv", "runs.parquet", "items.parquet", "data-dictionary.md", "data-dictionary.json",
    }  # fmt: skip
    assert len(rows_of(tmp_path / "runs.csv")) == pq.read_table(tmp_path / "runs.parquet").num_rows == 3


def test_an_empty_package_has_tables_with_heads(tmp_path: Path) -> None:
    write_tables(tmp_path, [])
    assert (tmp_path / "runs.csv").read_text("utf-8-sig").split(",")[0] == "run_id"
    assert pq.read_table(tmp_path / "items.parquet").num_rows == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("=1+1")
@example("'quoted")
@example("+49 170")
@example("-1")
@example("@SUM(A1)")
@example("\t=1")
@example("\r\n=1")
@example("＝1")
@example('"; drop, table')
@example("")
@given(TEXTS)
def test_any_text_comes_back_from_csv_and_parquet(tmp_path: Path, text: str) -> None:
    row = items_with(tmp_path, text)[1]
    assert undefused(row["content"]) == text
    assert pq.read_table(tmp_path / "items.parquet")["content"][1].as_py() == text


@given(TEXTS)
@example("=HYPERLINK(0)")
@example("ﬀ＠")
def test_no_cell_of_text_begins_like_a_formula(text: str) -> None:
    assert not cell(Kind.TEXT, text).lstrip('"').startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "+1", "\t=1"])
def test_a_formula_in_an_idea_is_shown_as_text(tmp_path: Path, text: str) -> None:
    assert items_with(tmp_path, text)[1]["content"] == f"'{text}"


def test_nothing_recorded_and_an_empty_text_are_told_apart(tmp_path: Path) -> None:
    write_tables(tmp_path, [runs.run_of([kit.idea("")])])
    lines = (tmp_path / "items.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    content = [column.name for column in ITEMS.columns].index("content")
    assert lines[1].split(",")[content] == ""
    assert lines[2].split(",")[content] == '""'


def test_parquet_has_instants_with_zone_lists_and_large_seeds(tmp_path: Path) -> None:
    write_tables(tmp_path, [runs.usual(0)])
    row = pq.read_table(tmp_path / "runs.parquet").to_pylist()[0]
    assert row["start_time"].isoformat() == "2026-03-02T08:30:01+00:00"
    assert row["utc_offset"] == 60
    assert row["seeds"] == [(1 << 64) - 1]
    assert row["edited_types"] == ["interception"]


def test_what_is_not_what_its_name_says_is_left_out(tmp_path: Path) -> None:
    odd: dict[str, Any] = {
        "seed": -1,
        "width": "wide",
        "replaces": 1 << 70,
        "allowed": "yes",
        "duration_s": float("inf"),
    }
    item = msgspec.structs.replace(kit.picture_item(), metadata=odd, sequence_number=1)
    write_tables(tmp_path, [runs.run_of([runs.saved(item, "final/01_output_image.png")])])
    row = pq.read_table(tmp_path / "items.parquet").to_pylist()[1]
    assert [row[name] for name in odd] == [None] * len(odd)


def test_an_edit_says_what_it_replaces_and_both_wordings_stand_in_the_run(tmp_path: Path) -> None:
    write_tables(tmp_path, [runs.usual(0, "Haus")])
    row = pq.read_table(tmp_path / "runs.parquet").to_pylist()[0]
    assert (row["interception_text"], row["interception_text_last"]) == ("0: suaH", "Haus!")
    edits = [item for item in pq.read_table(tmp_path / "items.parquet").to_pylist() if item["edited"]]
    assert [(item["entity_type"], item["replaces"]) for item in edits] == [("interception", 4)]


def test_a_block_is_told_with_stage_and_category(tmp_path: Path) -> None:
    blocked: RunItem = kit.item(
        ItemType.STAGE1_BLOCKED, "{}", stage=1, metadata={"allowed": False, "category": "age"}
    )
    run: RunInPackage = runs.run_of([kit.idea(), blocked, kit.end("blocked")])
    write_tables(tmp_path, [run])
    row = pq.read_table(tmp_path / "runs.parquet").to_pylist()[0]
    assert (row["status"], row["blocked_stage"], row["blocked_category"]) == ("blocked", 1, "age")


def test_large_tables_are_written_in_row_groups(tmp_path: Path) -> None:
    write_tables(tmp_path, runs.many(BATCH_ROWS // 4))
    assert pq.ParquetFile(tmp_path / "items.parquet").num_row_groups >= 2


def test_duckdb_reads_the_same_from_csv_and_from_parquet(tmp_path: Path) -> None:
    write_tables(tmp_path, runs.many(12))
    ask = (
        "SELECT run_id, status, outputs, total_execution_time, epoch_ms(start_time::TIMESTAMPTZ) FROM '{}' ORDER BY 1"
    )
    with duckdb.connect() as database:
        found = [database.sql(ask.format(tmp_path / f"runs.{form}")).fetchall() for form in ("csv", "parquet")]
    assert found[0] == found[1]
    assert len(found[0]) == 12


def test_the_dictionary_describes_every_column_of_the_tables(tmp_path: Path) -> None:
    write_tables(tmp_path, runs.many(1))
    described = msgspec.json.decode((tmp_path / "data-dictionary.json").read_bytes())
    tables: tuple[Table[Any], ...] = (RUNS, ITEMS)
    for table, resource in zip(tables, described["resources"], strict=True):
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(rows_of(tmp_path / resource["path"])[0])
        assert [field["name"] for field in fields] == pq.read_schema(tmp_path / resource["parquet"]).names
        assert all(field["description"] and field["description_de"] for field in fields)
        people = (tmp_path / "data-dictionary.md").read_text("utf-8")
        assert all(f"| `{column.name}` |" in people for column in table.columns)


def test_values_of_few_kinds_are_those_that_the_dictionary_lists(tmp_path: Path) -> None:
    write_tables(tmp_path, runs.many(5))
    described = msgspec.json.decode((tmp_path / "data-dictionary.json").read_bytes())
    for resource in described["resources"]:
        for row in rows_of(tmp_path / resource["path"]):
            for field in resource["schema"]["fields"]:
                constraints = field.get("constraints", {})
                assert row[field["name"]] in constraints.get("enum", [row[field["name"]]])
                assert row[field["name"]] != "" or not constraints.get("required")
