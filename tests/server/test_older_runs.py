"""Runs of older programs over HTTP: they are read and taken up again, and never added to."""

from pathlib import Path

import pytest

from tests.server.house import House, running
from tests.storage import older_exports

NEW_WORDS = {"entity_type": "interception", "text": "Zwei Tomaten"}


@pytest.mark.parametrize("safety_level", ["kids", "off"])
def test_an_older_run_is_never_added_to_and_says_so(tmp_path: Path, safety_level: str) -> None:
    metadata = older_exports.flat_january(tmp_path / "exports") / "metadata.json"
    metadata.write_text(metadata.read_text().replace('"safety_level": "kids"', f'"safety_level": "{safety_level}"'))
    before = metadata.read_bytes()
    run_id = older_exports.JANUARY
    with running(tmp_path) as house, house.desk() as desk:
        for path, body in (
            ("/api/schema/pipeline/generation", {"run_id": run_id, "prompt": "Ein Haus", "output_configs": ["x"]}),
            ("/api/schema/pipeline/generation", {"again": {"run_id": run_id, "n": 1}}),
            (f"/api/schema/pipeline/{run_id}/edit", NEW_WORDS),
        ):
            answer = desk.post(path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "read_only_run"), path
    assert metadata.read_bytes() == before


def test_what_is_made_from_an_older_record_knows_where_it_came_from(house: House) -> None:
    older_exports.history_record(house.data / "exports")
    with house.desk() as desk:
        desk.post("/api/housekeeping/reindex").raise_for_status()
        restored = desk.get(f"/api/runs/{older_exports.EXECUTION}/restore").json()
        idea = {"schema": "dada", "input_text": "Ein Fisch", "parent_run_id": restored["run_id"]}
        child = desk.post("/api/schema/pipeline/interception", json=idea).json()
        assert desk.get(f"/api/runs/{child['run_id']}/lineage").json()["ancestors"] == [restored["run_id"]]
