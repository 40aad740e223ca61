"""A disk that refuses: the pipeline goes on, the item says so, and what was saved stays saved."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kiosk import durable
from kiosk.records import MediaType, Status
from kiosk.storage.answers import RunQuery
from kiosk.storage.errors import StorageError
from kiosk.storage.journal import parse
from kiosk.storage.run_files import read_run
from tests.storage.kit import end, idea, library, picture, picture_item, record_all, rewritten, start, whole_run

CALLS = ["os.write", "os.fdatasync", "os.fsync", "os.open"]
ERRORS = [errno.EIO, errno.EROFS, errno.ENOSPC]


@contextmanager
def failing(call: str, number: int, *, after: int = 0) -> Iterator[list[int]]:
    """Let a system call fail with an error, but for the first `after` calls; the list counts them."""
    counted = [0]
    name = call.removeprefix("os.")
    real: Callable[..., Any] = getattr(os, name)

    def refuse(*args: Any, **kwargs: Any) -> Any:
        counted[0] += 1
        if counted[0] > after:
            raise OSError(number, os.strerror(number))
        return real(*args, **kwargs)

    with patch.object(os, name, refuse):
        yield counted


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("call", [*CALLS, "os.replace"])
async def test_a_beginning_that_fails_says_why_and_leaves_nothing(tmp_path: Path, call: str, number: int) -> None:
    async with library(tmp_path) as opened:
        await whole_run(opened)
        before = sorted(opened.exports.rglob("*"))
        with failing(call, number), pytest.raises(StorageError) as refused:
            await opened.begin(start())
        assert refused.value.full is (number == errno.ENOSPC)
        assert sorted(opened.exports.rglob("*")) == before
        await whole_run(opened)
        assert (await opened.runs(RunQuery())).total == 2


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("call", [*CALLS, "os.rename"])
async def test_a_picture_that_cannot_be_saved_is_shown_and_says_so(tmp_path: Path, call: str, number: int) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        await record_all(recorder, [idea()])
        with failing(call, number):
            kept = await recorder.record(picture_item(), picture("blue"))
        assert "not_saved" in kept.metadata
        file = await opened.media_file(recorder.run_id, MediaType.IMAGE, 1)
        assert (file.data or file.path.read_bytes()) == picture("blue")
        await recorder.record(picture_item(2), picture("green"))
        await record_all(recorder, [end()])
        await recorder.close()
        assert not list(recorder.folder.rglob("*.part"))
        record = read_run(recorder.folder)
        assert (record.damage, record.metadata.status) == ([], Status.COMPLETED)
        assert (await opened.media_file(recorder.run_id, MediaType.IMAGE, 2)).path.read_bytes() == picture("green")
        assert (await opened.health()).write_failures >= 1


@pytest.mark.parametrize("call", ["os.write", "os.fdatasync"])
async def test_texts_that_had_to_wait_for_the_disk_come_into_the_journal_later(tmp_path: Path, call: str) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        with failing(call, errno.EIO):
            first = await recorder.record(idea("wartet"))
            second = await recorder.record(rewritten("wartet auch"))
        assert [item.metadata.get("not_saved") for item in (first, second)] == ["disk error", "disk error"]
        third = await recorder.record(idea("geht"))
        assert "not_saved" not in third.metadata
        await record_all(recorder, [end()])
        await recorder.close()
        record = read_run(recorder.folder)
        assert record.damage == []
        assert [item.sequence_number for item in record.items] == [1, 2, 3, 4, 5]
        assert [item.content for item in record.items[1:4]] == ["wartet", "wartet auch", "geht"]
        assert all("not_saved" not in item.metadata for item in record.items)
        assert all("not_saved" not in item.metadata for item in recorder.items)


async def test_a_half_written_line_is_taken_back(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        before = parse((recorder.folder / "journal.jsonl").read_bytes())
        real = os.write

        def half(descriptor: int, data: Any) -> int:
            if len(data) > 100 and not written:
                written.append(1)
                return real(descriptor, bytes(data)[:50])
            raise OSError(errno.ENOSPC, "full")

        written: list[int] = []
        with patch.object(os, "write", half):
            kept = await recorder.record(idea())
        assert kept.metadata["not_saved"] == "disk full"
        assert parse((recorder.folder / "journal.jsonl").read_bytes()) == before
        await record_all(recorder, [end()])
        await recorder.close()
        assert read_run(recorder.folder).damage == []


async def test_a_disk_that_stays_broken_never_stops_a_run(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        with failing("os.write", errno.EROFS), failing("os.open", errno.EROFS):
            await record_all(recorder, [idea(), rewritten(), picture_item(), end()])
            await recorder.close()
            assert recorder.metadata.status is Status.COMPLETED
            assert len(recorder.items) == 5
        health = await opened.health()
        assert (health.last_failure, health.write_failures > 3) == ("disk is read-only", True)
    async with library(tmp_path) as opened:
        assert (await opened.metadata(recorder.run_id)).status is Status.INTERRUPTED


async def test_relaxed_durability_asks_the_disk_for_nothing_and_keeps_the_same(tmp_path: Path) -> None:
    async with library(tmp_path, durability="relaxed") as opened:
        await opened.settled()
        with failing("os.fdatasync", errno.EIO) as data_calls, failing("os.fsync", errno.EIO) as calls:
            recorder = await opened.begin(start())
            await record_all(recorder, [idea(), picture_item(), end()])
            await recorder.close()
        assert (data_calls[0], calls[0]) == (0, 0)
        assert read_run(recorder.folder).metadata.status is Status.COMPLETED


async def test_a_text_costs_one_fsync_and_a_picture_three(tmp_path: Path) -> None:
    counts = {"file": 0, "folder": 0}
    real_file, real_folder = durable.sync_data, durable.sync_folder

    def file(descriptor: int) -> None:
        counts["file"] += 1
        real_file(descriptor)

    def folder(place: Any) -> None:
        counts["folder"] += 1
        real_folder(place)

    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        with patch.object(durable, "sync_data", file), patch.object(durable, "sync_folder", folder):
            await recorder.record(idea())
            assert counts == {"file": 1, "folder": 0}
            await recorder.record(picture_item(), picture())
            assert counts == {"file": 3, "folder": 1}
            await record_all(recorder, [end()])
            await recorder.close()
            assert counts == {"file": 4, "folder": 1}
