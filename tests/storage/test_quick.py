import asyncio
import shutil
import threading
from pathlib import Path

import pytest
from msgspec import structs

from kiosk.records import ItemType
from kiosk.storage import keeper
from kiosk.storage.answers import RunQuery
from kiosk.storage.caretaker import visibility_item
from kiosk.storage.index.entries import RunEntry, entry_of, place_name
from kiosk.storage.index.writing import Writer
from kiosk.storage.library import Library
from kiosk.storage.reading import Batch, Reader
from kiosk.storage.run_files import read_run
from kiosk.storage.scanning import read_quickly
from tests.bench.corpus import make
from tests.storage.kit import (
    end,
    idea,
    item,
    library,
    open_library,
    picture_item,
    record_all,
    rewritten,
    start,
    until,
    verdict,
    whole_run,
)


def both_ways(folder: Path, exports: Path) -> tuple[object, object]:
    full = entry_of(read_run(folder), exports, text=False)
    return read_quickly(exports, place_name(folder, exports)), structs.replace(full, signature="")


def test_reading_quickly_tells_the_same_as_reading_in_full(tmp_path: Path) -> None:
    for folder in make(tmp_path / "exports", 40):
        quick, full = both_ways(folder, tmp_path / "exports")
        assert quick == full


async def test_what_a_recorder_leaves_is_told_the_same(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start(parent_run_id="run_1769122471728_362ba81c", retain_until="2030-01-01"))
        await record_all(recorder, [idea('Ein "zitat"\n"item_type":"output_image"'), verdict(), rewritten()])
        await record_all(recorder, [picture_item(1), picture_item(2), end("failed")])
        await recorder.close()
        quick, full = both_ways(recorder.folder, opened.exports)
        assert quick == full


async def test_what_is_out_of_the_ordinary_is_left_to_the_full_reading(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        hidden = await whole_run(opened)
        await opened.amend(hidden.run_id, visibility_item(visible=False))
        edited = await whole_run(opened)
        await opened.amend(edited.run_id, item(ItemType.USER_EDIT, "Neu", metadata={"replaces": 2}))
        waiting = await opened.begin(start(until=2))
        await record_all(waiting, [idea(), rewritten()])
        await waiting.close()
        for run in (hidden, edited, waiting):
            assert both_ways(run.folder, opened.exports)[0] is None


async def test_a_run_read_in_haste_is_put_right_behind(tmp_path: Path) -> None:
    folder = make(tmp_path / "exports", 1)[0]
    content = (folder / "journal.jsonl").read_bytes()
    (folder / "journal.jsonl").write_bytes(content.replace(b"sketchbook:cut_up", b"sketchbook:cut-up", 1))
    assert not read_quickly(tmp_path / "exports", place_name(folder, tmp_path / "exports")).row.damaged  # type: ignore[union-attr]
    async with library(tmp_path) as opened:
        assert (await opened.health()).index.damaged == 1


async def test_a_filling_that_was_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    folders = make(tmp_path / "exports", 30)
    first = open_library(tmp_path)
    entries = [
        entry
        for folder in folders[:20]
        if (entry := read_quickly(first.exports, place_name(folder, first.exports))) is not None
    ]
    first._index.write_now(Writer.put_new, entries)
    await first.close()
    shutil.rmtree(folders[0])
    async with library(tmp_path) as opened:
        page = await opened.runs(RunQuery(limit=100))
        assert {run.run_id for run in page.executions} == {folder.name for folder in folders[1:]}
        assert page.total == 29
        assert (await opened.health()).index.text_pending == 0
        assert (await opened.runs(RunQuery(q="bär"))).total > 0


async def test_a_large_archive_is_read_beside_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_MANY", 10)
    asked: list[Batch] = []
    real = Reader.read

    def noted(reader: Reader, batch: Batch) -> list[RunEntry | None]:
        asked.append(batch)
        return real(reader, batch)

    monkeypatch.setattr(Reader, "read", noted)
    make(tmp_path / "exports", 30)
    async with library(tmp_path) as opened:
        index = (await opened.health()).index
        assert (index.runs, index.text_pending) == (30, 0)
        assert (await opened.runs(RunQuery(q="bär"))).total > 0
        assert opened._keeper._gather._reader is None
    assert {batch.in_full for batch in asked} == {False, True}


async def test_a_reader_that_dies_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_MANY", 10)
    monkeypatch.setattr("kiosk.storage.child._PROGRAM", "raise SystemExit(3)")
    make(tmp_path / "exports", 30)
    async with library(tmp_path) as opened:
        index = (await opened.health()).index
        assert (index.runs, index.text_pending) == (30, 0)


async def test_what_a_recorder_told_meanwhile_is_not_overwritten_by_the_reading_behind(tmp_path: Path) -> None:
    folder = make(tmp_path / "exports", 1)[0]
    opened = open_library(tmp_path)
    early = entry_of(read_run(folder), opened.exports)
    newer = structs.replace(early, row=structs.replace(early.row, status="failed"))
    opened._index.write_now(Writer.put_new, [structs.replace(early, body=None, tallies=None)])
    opened._index.write_now(Writer.put, [newer])
    opened._index.write_now(Writer.put_texts, [early])
    assert [run.status for run in (await opened.runs(RunQuery())).executions] == ["failed"]
    await opened.close()


async def test_texts_are_read_and_written_in_many_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_BATCH", 4)
    monkeypatch.setattr(keeper, "_FILL_BATCH", 7)
    folders = make(tmp_path / "exports", 30)
    async with library(tmp_path) as opened:
        index = (await opened.health()).index
        assert (index.runs, index.text_pending, index.done) == (30, 0, 30)
        found = [await opened.runs(RunQuery(q=read_run(folder).folded.idea, limit=100)) for folder in folders]
        assert all(
            folder.name in {run.run_id for run in page.executions}
            for folder, page in zip(folders, found, strict=True)
        )


@pytest.mark.parametrize("in_full", [False, True])
async def test_a_program_that_ends_while_a_large_archive_is_read_ends_at_once_and_forgets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_full: bool
) -> None:
    monkeypatch.setattr(keeper, "_MANY", 10)
    begun, go_on = threading.Event(), threading.Event()
    real = Reader.read

    def slow(reader: Reader, batch: Batch) -> list[RunEntry | None]:
        if batch.in_full is in_full:
            begun.set()
            go_on.wait(20)
            return [None] * len(batch.names)
        return real(reader, batch)

    monkeypatch.setattr(Reader, "read", slow)
    folders = make(tmp_path / "exports", 30)
    opened = open_library(tmp_path)
    await opened.start()
    assert await asyncio.to_thread(begun.wait, 20)
    closing = asyncio.create_task(opened.close())
    await until(lambda: is_given_up(opened))
    go_on.set()
    await closing
    monkeypatch.setattr(Reader, "read", real)
    async with library(tmp_path) as again:
        index = (await again.health()).index
        assert (index.runs, index.text_pending) == (len(folders), 0)


async def is_given_up(opened: Library) -> bool:
    return opened._keeper._gather._stopped
