import os
import shutil
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock, patch

import pytest

from kiosk.records import ItemType, MediaType, RunItem, Status, local_now
from kiosk.storage import recovery
from kiosk.storage.answers import RunQuery
from kiosk.storage.caretaker import visibility_item
from kiosk.storage.library import Library, Recorder
from kiosk.storage.run_files import read_run
from kiosk.storage.run_folder import NewItem, OpenRun
from kiosk.storage.verify import verify
from tests.storage.kit import (
    end,
    idea,
    library,
    open_library,
    picture,
    picture_item,
    record_all,
    rewritten,
    start,
    whole_run,
)


def left_by_a_crash(folder: Path, *items: RunItem, **facts: object) -> Path:
    """A run folder as a killed program leaves it: no end, no projections after the start, no lock."""
    run = OpenRun.create(
        folder / "exports", start(**facts), {"host": recovery.this_host(), "app_version": "0.1"}, durable=False
    )
    for one in items:
        run.save([NewItem(one, picture() if one.item_type is ItemType.OUTPUT_IMAGE else None)])
    run.close()
    return run.folder


async def test_a_run_under_which_the_program_died_is_marked_interrupted_and_shown(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea(), rewritten())
    async with library(tmp_path) as opened:
        metadata = await opened.metadata(folder.name)
        assert (metadata.status, metadata.items_count) == (Status.INTERRUPTED, 4)
        page = await opened.runs(RunQuery(status=Status.INTERRUPTED))
        assert [row.run_id for row in page.executions] == [folder.name]
        assert (folder / "prompting_process" / "002_interception.txt").read_text() == rewritten().content
        assert (await opened.history(folder.name)).items[-1].item_type is ItemType.PIPELINE_INTERRUPTED


async def test_a_run_of_an_earlier_day_is_marked_interrupted_without_an_index(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea(), started=local_now() - timedelta(days=3))
    async with library(tmp_path) as opened:
        assert (await opened.metadata(folder.name)).status is Status.INTERRUPTED
        assert (await opened.runs(RunQuery(status=Status.INTERRUPTED))).total == 1


async def test_lines_that_were_lost_stay_lost_in_sight_when_the_run_is_added_to(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
    journal = run.folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-2]))
    async with library(tmp_path) as opened:
        cut = await opened.metadata(run.run_id)
        assert cut.status is Status.COMPLETED
        hidden = await opened.amend(run.run_id, visibility_item(visible=False))
        assert hidden.sequence_number > len(lines)
        assert [one.kind for one in read_run(run.folder).damage] == ["gap"]
        shown = await opened.amend(run.run_id, visibility_item(visible=True))
        assert shown.sequence_number == hidden.sequence_number + 1
        assert [one.run_id for one in (await opened.caretaker.verify_all()).faulty] == [run.run_id]
        assert (await opened.metadata(run.run_id)).status is Status.INTERRUPTED


async def test_an_interrupted_run_says_so_in_its_language(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea(), language="en")
    async with library(tmp_path) as opened:
        reason = (await opened.metadata(folder.name)).reason
        assert reason == "The program was ended while this was being worked on. What was ready is saved."


async def test_recovering_again_changes_nothing(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea())
    async with library(tmp_path):
        before = (folder / "journal.jsonl").read_bytes()
    async with library(tmp_path) as opened:
        assert await opened.recover() == []
    assert (folder / "journal.jsonl").read_bytes() == before


async def test_a_picture_renamed_just_before_the_crash_is_adopted_and_its_number_kept(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea(), picture_item())
    (folder / "final" / "02_output_image.png").write_bytes(picture("blue"))
    (folder / "final" / "03_output_image.png.part").write_bytes(b"half")
    async with library(tmp_path) as opened:
        kinds = [entry.item_type for entry in await opened.items(folder.name)]
        assert kinds[-2:] == [ItemType.RECOVERED_FILE, ItemType.PIPELINE_INTERRUPTED]
        file = await opened.media_file(folder.name, MediaType.IMAGE, 2)
        assert file.path.read_bytes() == picture("blue")
        assert not list(folder.rglob("*.part"))
        again = await opened.reopen(folder.name, until=5, expected_outputs=[], output_configs=[])
        await record_all(again, [picture_item()])
        assert again.items[-1].file_path == "final/03_output_image.png"
        await record_all(again, [end()])
        await again.close()


async def test_a_torn_line_is_set_aside_and_the_run_marked(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea())
    with (folder / "journal.jsonl").open("ab") as file:
        file.write(b'{"sequence_number":3,"timest')
    async with library(tmp_path) as opened:
        assert (await opened.metadata(folder.name)).status is Status.INTERRUPTED
    assert read_run(folder).damage == []
    assert (folder / "journal.torn").read_bytes() == b'{"sequence_number":3,"timest'


async def test_a_run_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path)
    (folder / "journal.jsonl").write_bytes((folder / "journal.jsonl").read_bytes()[:40])
    (folder / "metadata.json").unlink()
    async with library(tmp_path) as opened:
        assert (await opened.runs(RunQuery())).total == 0
    assert not folder.exists()


async def test_a_waiting_run_is_left_waiting(tmp_path: Path) -> None:
    folder = left_by_a_crash(tmp_path, idea(), rewritten(), until=2)
    async with library(tmp_path) as opened:
        assert (await opened.metadata(folder.name)).status is Status.WAITING


async def test_a_run_that_somebody_records_is_left_alone(tmp_path: Path) -> None:
    live = OpenRun.create(tmp_path / "exports", start(), {"host": recovery.this_host()}, durable=False)
    async with library(tmp_path) as opened:
        assert (await opened.metadata(live.folder.name)).status is Status.RUNNING
        live.save([NewItem(idea())])
        assert (await opened.metadata(live.folder.name)).items_count == 2
    live.close()


def test_half_a_line_of_a_run_that_somebody_records_is_being_written(tmp_path: Path) -> None:
    live = OpenRun.create(tmp_path / "exports", start(), {"host": "another-kiosk"}, durable=False)
    live.save([NewItem(idea())])
    with (live.folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"sequence_number":3,"times')
    assert read_run(live.folder).damage == []
    # Its texts follow in the next pause.
    found = verify(live.folder, tmp_path / "exports", recovery.this_host(), repair=True)
    assert found is not None
    assert found.is_sound
    live.close()
    assert [damage.kind for damage in read_run(live.folder).damage] == ["torn"]
    found = verify(live.folder, tmp_path / "exports", recovery.this_host(), repair=True)
    assert found is not None
    assert found.missing == ["prompting_process/001_input.txt"]


async def test_who_reads_before_the_last_line_and_after_the_end_reads_once_more(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        folder = (await whole_run(opened)).folder
    whole = (folder / "journal.jsonl").read_bytes()
    said = (folder / "metadata.json").read_bytes()
    before = b"".join(whole.splitlines(keepends=True)[:-1])
    with patch("kiosk.storage.run_files.content_of", Mock(side_effect=[before, said, whole, said])):
        record = read_run(folder)
    assert (record.damage, record.metadata.status) == ([], Status.COMPLETED)


async def test_a_run_of_another_machine_is_neither_marked_nor_continued(tmp_path: Path) -> None:
    run = OpenRun.create(tmp_path / "exports", start(), {"host": "another-kiosk"}, durable=False)
    run.close()
    async with library(tmp_path) as opened:
        assert (await opened.metadata(run.folder.name)).status is Status.RUNNING
        with pytest.raises(LookupError):
            await opened.reopen(run.folder.name, until=5, expected_outputs=[], output_configs=[])


async def test_lines_cut_off_an_ended_run_are_damage_and_not_a_crash(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        folder = (await whole_run(opened)).folder
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "journal.jsonl").write_bytes(b"".join(lines[:-1]))
    async with library(tmp_path) as opened:
        record = read_run(folder)
        assert [(entry.line, entry.kind) for entry in record.damage] == [(6, "cut")]
        assert record.metadata.items_count == 5
        page = await opened.runs(RunQuery())
        assert [row.damaged for row in page.executions] == [True]


PROJECTIONS = ["metadata.json", "prompting_process", "exec", "index", "thumbnails"]


@pytest.mark.parametrize("gone", [*([name] for name in PROJECTIONS), PROJECTIONS])
async def test_a_deleted_projection_comes_back_with_the_same_content(tmp_path: Path, gone: list[str]) -> None:
    async with library(tmp_path) as opened:
        runs = [await whole_run(opened, f"Idee {number}") for number in range(3)]
        for run in runs:
            await opened.thumbnail(run.run_id)
        before = await everything(opened, runs)
    for run in runs:
        if "metadata.json" in gone:
            (run.folder / "metadata.json").unlink()
        if "prompting_process" in gone:
            shutil.rmtree(run.folder / "prompting_process")
    if "exec" in gone:
        shutil.rmtree(tmp_path / "exports" / "pipeline_runs")
    if "index" in gone:
        (tmp_path / "state" / "index.db").unlink()
    if "thumbnails" in gone:
        shutil.rmtree(tmp_path / "state" / "thumbnails")
    async with library(tmp_path) as opened:
        assert await everything(opened, runs) == before


async def everything(opened: Library, runs: list[Recorder]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for run in runs:
        seen[f"{run.run_id} thumb"] = (await opened.thumbnail(run.run_id)).mark
        for path in sorted(run.folder.rglob("*")):
            seen[str(path)] = path.read_bytes() if path.is_file() else None
    for path in sorted((opened.exports / "pipeline_runs").glob("*")):
        seen[str(path)] = path.read_bytes()
    seen["runs"] = await opened.runs(RunQuery(q="tanz"))
    seen["stats"] = await opened.stats()
    return seen


async def test_projections_that_a_power_cut_left_empty_are_written_again(tmp_path: Path) -> None:
    opened = open_library(tmp_path)
    await opened.start()
    run = await whole_run(opened)
    await opened.settled()
    before = await everything_of(opened, run)
    names = ["metadata.json", "prompting_process/001_input.txt"]
    for path in [*(run.folder / name for name in names), next((opened.exports / "pipeline_runs").iterdir())]:
        os.truncate(path, 0)
    await opened.close()
    # A power cut leaves no sum of the index.
    (tmp_path / "state" / "index.sum").unlink()
    async with library(tmp_path) as again:
        assert await everything_of(again, run) == before


async def everything_of(opened: Library, run: Recorder) -> dict[str, bytes]:
    places = (run.folder, opened.exports / "pipeline_runs")
    return {str(path): path.read_bytes() for place in places for path in sorted(place.rglob("*")) if path.is_file()}
