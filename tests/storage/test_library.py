import asyncio
import stat
from pathlib import Path

import pytest

from kiosk.hub import Hub
from kiosk.ids import InvalidId
from kiosk.records import ItemType, MediaType, Status, run_topic
from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.errors import DataFolderBusy, RunBusy, StorageError, UnknownRun
from tests.storage.kit import (
    end,
    idea,
    item,
    library,
    open_library,
    picture,
    picture_item,
    record_all,
    rewritten,
    start,
    verdict,
    whole_run,
)


async def test_a_completed_run_is_listed_and_served_by_either_id(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        page = await opened.runs(RunQuery())
        assert [row.run_id for row in page.executions] == [run.run_id]
        assert page.total == 1
        for identity in (run.run_id, run.execution_id or ""):
            metadata = await opened.metadata(identity)
            assert (metadata.status, metadata.progress, metadata.seed) == (Status.COMPLETED, "4/4", 7)
            file = await opened.media_file(identity, MediaType.IMAGE)
            assert file.path.read_bytes() == picture()
            assert (await opened.history(identity)).items == list(run.items)


async def test_folders_and_files_are_for_their_owner_only_and_named_by_number_and_type(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        names = sorted(path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*") if path.is_file())
        assert names == [
            "final/01_output_image.png",
            "journal.jsonl",
            "metadata.json",
            "prompting_process/001_input.txt",
            "prompting_process/002_safety.json",
            "prompting_process/003_interception.txt",
        ]
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


async def test_items_are_published_with_their_number_and_the_run_ends_with_its_metadata(tmp_path: Path) -> None:
    hub = Hub()
    opened = open_library(tmp_path, hub)
    recorder = await opened.begin(start())
    with hub.subscribe(run_topic(recorder.run_id)) as reader:
        await record_all(recorder, [idea(), end()])
        await recorder.close()
        events = [await reader.next(5) for _ in range(3)]
    assert [(event.name, event.id) for event in events if event] == [("item", "2"), ("item", "3"), ("end", None)]
    await opened.close()


async def test_a_run_waits_after_stage_two_and_goes_on_in_the_same_folder(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start(until=2, expected_outputs=["input", "interception"]))
        await record_all(recorder, [idea(), rewritten()])
        await recorder.close()
        assert (await opened.metadata(recorder.run_id)).status is Status.WAITING
        again = await opened.reopen(
            recorder.run_id, until=5, expected_outputs=["output_image"], output_configs=["sketchbook_image"]
        )
        assert again.metadata.status is Status.RUNNING
        assert [entry.sequence_number for entry in again.items] == [1, 2, 3, 4]
        await record_all(again, [picture_item(), end()])
        await again.close()
        metadata = await opened.metadata(recorder.run_id)
        assert (metadata.status, metadata.progress) == (Status.COMPLETED, "3/3")
        assert [entity.filename for entity in metadata.entities][-1] == "final/01_output_image.png"


async def test_an_edit_keeps_a_waiting_run_waiting(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start(until=2))
        await record_all(recorder, [idea(), rewritten()])
        await recorder.close()
        edit = await opened.amend(recorder.run_id, item(ItemType.USER_EDIT, "Neu", metadata={"replaces": 3}))
        metadata = await opened.metadata(recorder.run_id)
        assert metadata.status is Status.WAITING
        assert (edit.sequence_number, edit.file_path) == (4, "prompting_process/003_interception.txt")
        assert metadata.entities[-1].type == "interception"
        assert metadata.entities[-1].metadata == {"replaces": 3, "edited": True}


async def test_a_run_that_is_recorded_is_not_opened_a_second_time(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        with pytest.raises(RunBusy):
            await opened.reopen(recorder.run_id, until=5, expected_outputs=[], output_configs=[])
        await record_all(recorder, [end()])
        await recorder.close()


async def test_a_cancelled_caller_still_leaves_its_item(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        waiting = asyncio.get_running_loop().create_task(recorder.record(idea()))
        await asyncio.sleep(0)
        waiting.cancel()
        await record_all(recorder, [end()])
        await recorder.close()
        assert [entry.item_type for entry in await opened.items(recorder.run_id)] == [
            ItemType.PIPELINE_START,
            ItemType.USER_INPUT_TEXT,
            ItemType.PIPELINE_COMPLETE,
        ]


async def test_a_second_program_is_told_who_has_the_data_folder(tmp_path: Path) -> None:
    async with library(tmp_path):
        with pytest.raises(DataFolderBusy) as refused:
            open_library(tmp_path)
        assert "process" in refused.value.who


async def test_no_run_begins_without_space_and_nothing_is_left(tmp_path: Path) -> None:
    async with library(tmp_path, min_free_mb=1 << 40) as opened:
        with pytest.raises(StorageError) as refused:
            await opened.begin(start())
        assert refused.value.full
        assert not opened.exports.exists()
        health = await opened.health()
        assert (health.low_space, health.write_failures) == (True, 0)


@pytest.mark.parametrize(
    "identity", ["../x", "run_1_x", "exec_20260101_000000_zz", "run_1769122471728_362ba81c\n", ""]
)
async def test_an_id_without_its_form_is_refused(tmp_path: Path, identity: str) -> None:
    async with library(tmp_path) as opened:
        with pytest.raises(InvalidId):
            await opened.metadata(identity)


async def test_an_unknown_run_is_unknown_and_reading_creates_nothing(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        with pytest.raises(UnknownRun):
            await opened.metadata("run_1769122471728_362ba81c")
        assert (await opened.runs(RunQuery())).total == 0
        assert (await opened.gallery(GalleryQuery())).items == []
        assert not opened.exports.exists()


async def test_texts_are_found_by_word_beginnings_without_regard_to_umlauts(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await whole_run(opened, "Ein Haus am Meer")
        for words in ("tanzt auf", "TANZT EIN", "ein strasse auf", "Ein Bär auf de"):
            assert [row.run_id for row in (await opened.runs(RunQuery(q=words))).executions] == [run.run_id], words
            assert (await opened.runs(RunQuery(q=words, config="dada", status=Status.COMPLETED))).total == 1
        found = await opened.runs(RunQuery(q="Haus"))
        assert found.total == 1
        assert run.run_id not in [row.run_id for row in found.executions]


async def test_the_gallery_hears_of_a_picture_when_it_is_indexed(tmp_path: Path) -> None:
    hub = Hub()
    opened = open_library(tmp_path, hub)
    with hub.subscribe("gallery") as reader:
        run = await whole_run(opened)
        event = await reader.next(5)
    assert event is not None
    assert event.name == "added"
    assert run.run_id.encode() in event.data
    page = await opened.gallery(GalleryQuery(lens="dada", media_type=MediaType.IMAGE, q="tanz"))
    assert [(entry.run_id, entry.n, entry.width) for entry in page.items] == [(run.run_id, 1, 48)]
    await opened.close()


async def test_stats_count_runs_by_status_device_and_lens(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        await whole_run(opened)
        await whole_run(opened, device_id="kiosk-2", schema="bauhaus")
        stats = await opened.stats()
        assert stats.total_records == 2
        assert stats.by_device == {"kiosk-1": 1, "kiosk-2": 1}
        assert stats.by_config == {"dada": 1, "bauhaus": 1}
        assert stats.by_status == {"completed": 2}
        assert stats.total_size_bytes > 2 * len(picture())
        outputs = await opened.outputs_of_config("dada")
        assert outputs.outputs == {"image": 1}


async def test_a_verdict_is_kept_as_json(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        await record_all(recorder, [idea(), verdict(), end("blocked")])
        await recorder.close()
        file = await opened.entity_file(recorder.run_id, "safety")
        assert (file.mime_type, file.path.read_text()) == ("application/json", '{"allowed":true}')
        assert (await opened.metadata(recorder.run_id)).status is Status.BLOCKED
