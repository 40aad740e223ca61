"""Runs of older programs go into tables, crate and pages as they are: what is missing is empty."""

import shutil
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from kiosk.storage.export import PackageFacts, Profile, RunInPackage
from kiosk.storage.export.crate import NAME, write_crate
from kiosk.storage.export.pages import write_pages
from kiosk.storage.export.tables import write_tables
from tests.storage import older_exports
from tests.storage.export import judge
from tests.storage.kit import library

ABOUT = PackageFacts(title="Archiv", profile=Profile.FULL, created="2026-03-02T13:00:00+01:00")


@pytest.fixture
async def archive(tmp_path: Path) -> list[RunInPackage]:
    """One run of every older kind, as the library reads them."""
    exports = tmp_path / "data" / "exports"
    kinds = (
        older_exports.flat_2025,
        older_exports.flat_january,
        older_exports.nested,
        older_exports.canvas,
        older_exports.lab,
    )
    for build in kinds:
        build(exports)
    older_exports.media_store(tmp_path / "data")
    found = []
    async with library(tmp_path / "data") as opened:
        for run_id in (older_exports.UUID, older_exports.JANUARY, older_exports.NESTED):
            record = await opened.record(run_id)
            history = await opened.history(run_id)
            place = f"runs/{record.folder.name}"
            found.append(RunInPackage(metadata=record.metadata, record=history, folder=record.folder, place=place))
    return found


def test_tables_hold_what_older_runs_tell(tmp_path: Path, archive: list[RunInPackage]) -> None:
    write_tables(tmp_path, archive)
    rows = pq.read_table(tmp_path / "runs.parquet").to_pylist()
    assert [row["run_id"] for row in rows] == [run.metadata.run_id for run in archive]
    assert all(row["input_text"] for row in rows)
    assert {row["consent_research"] for row in rows} == {False}
    zones = {row["run_id"]: row["utc_offset"] for row in rows}
    assert zones.pop(older_exports.JANUARY) is not None  # its record names no time, but its id tells the instant
    assert set(zones.values()) == {None}


def test_pages_and_a_valid_crate_are_made_of_older_runs(tmp_path: Path, archive: list[RunInPackage]) -> None:
    package = tmp_path / "package"
    for run in archive:
        shutil.copytree(run.folder, package / run.place)
    write_pages(package, archive, ABOUT, lambda run, n: None)
    write_crate(package / NAME, archive, ABOUT, package)
    assert len(list((package / "pages" / "runs").rglob("*.html"))) == len(archive)
    assert judge.issues(package, judge.filled_cache(tmp_path)) == []
    graph = msgspec.json.decode((package / NAME).read_bytes())["@graph"]
    assert any(entity["@type"] == "CreateAction" for entity in graph)
