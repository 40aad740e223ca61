import asyncio
import errno
import shutil
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.hub import Hub
from kiosk.records import Consent, MediaType, Status, local_now
from kiosk.storage import erasure
from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.caretaker import consent_item, retention_item, visibility_item
from kiosk.storage.errors import RunBusy, UnknownRun
from kiosk.storage.library import Library
from tests.storage import older_exports
from tests.storage.kit import end, library, open_library, picture_item, record_all, start, whole_run

CANARY = "Kanarienvogelgeheimnis"


def traces(folder: Path, word: str = CANARY) -> list[str]:
    """Files below a folder in which a word stands, in any case."""
    wanted = word.casefold().encode()
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and wanted in path.read_bytes().lower()
    ]


async def gallery_ids(opened: Library) -> list[str]:
    return [item.run_id for item in (await opened.gallery(GalleryQuery())).items]


async def test_a_run_goes_to_the_trash_and_comes_back_as_it_was(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE)
        before = {str(path): path.read_bytes() for path in opened.exports.rglob("*") if path.is_file()}
        await opened.caretaker.throw(run.run_id, by="teacher")
        assert (await opened.runs(RunQuery())).total == 0
        assert not run.folder.exists()
        with pytest.raises(UnknownRun):
            await opened.metadata(run.run_id)
        assert [(entry.run_id, entry.by) for entry in await opened.caretaker.trashed()] == [(run.run_id, "teacher")]
        await opened.caretaker.put_back(run.run_id)
        assert {str(path): path.read_bytes() for path in opened.exports.rglob("*") if path.is_file()} == before
        assert await gallery_ids(opened) == [run.run_id]
        assert [view.gone for view in (await opened.favorites.seen_by("kiosk-1")).favorites] == [False]


async def test_a_run_that_is_recorded_stays(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        for take_away in (opened.caretaker.throw, opened.caretaker.erase_run):
            with pytest.raises(RunBusy):
                await take_away(recorder.run_id)
        await record_all(recorder, [end()])
        await recorder.close()
        assert (await opened.metadata(recorder.run_id)).status is Status.COMPLETED


async def test_the_trash_is_not_listed_after_a_new_start(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.caretaker.throw(run.run_id)
    (tmp_path / "state" / "index.db").unlink()
    async with library(tmp_path) as opened:
        assert (await opened.runs(RunQuery())).total == 0
        assert (await opened.caretaker.empty_trash()).runs == [run.run_id]
        assert await opened.caretaker.trashed() == []


async def test_an_erased_run_leaves_no_trace_anywhere(tmp_path: Path) -> None:
    hub = Hub()
    opened = open_library(tmp_path, hub)
    await opened.start()
    run = await whole_run(opened, f"Mein {CANARY} singt", user_id=CANARY.lower())
    other = await whole_run(opened, "Etwas anderes")
    await opened.thumbnail(run.run_id)
    await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, note=CANARY)
    await opened.settled()
    assert len(traces(tmp_path)) > 5
    receipt = await opened.caretaker.erase_run(run.execution_id or "")
    assert (receipt.runs, receipt.history_records, receipt.favorites, receipt.thumbnails) == ([run.run_id], 1, 1, 1)
    assert receipt.files == 6
    assert traces(tmp_path) == []
    with hub.subscribe("gallery", after="?") as reader:
        await reader.next(0)
    await opened.close()
    assert traces(tmp_path) == []
    async with library(tmp_path) as again:
        assert await gallery_ids(again) == [other.run_id]


async def test_a_person_is_erased_from_trash_and_shelf(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        thrown = await whole_run(opened, user_id="anna")
        kept = await whole_run(opened, user_id="ben")
        await whole_run(opened, user_id="anna", session_id="workshop_2")
        await opened.caretaker.throw(thrown.run_id)
        assert len((await opened.caretaker.erase_person("anna", "workshop_2")).runs) == 1
        assert (await opened.caretaker.erase_person("anna")).runs == [thrown.run_id]
        assert [row.run_id for row in (await opened.runs(RunQuery())).executions] == [kept.run_id]
        assert await opened.caretaker.trashed() == []


async def test_a_device_is_erased_with_its_stars(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        first = await whole_run(opened, device_id="kiosk-1")
        second = await whole_run(opened, device_id="kiosk-2")
        await opened.favorites.add("kiosk-1", second.run_id, MediaType.IMAGE)
        await opened.favorites.add("kiosk-2", second.run_id, MediaType.IMAGE)
        receipt = await opened.caretaker.erase_device("kiosk-1")
        assert (receipt.runs, receipt.favorites) == ([first.run_id], 1)
        assert await gallery_ids(opened) == [second.run_id]
        group = await opened.favorites.seen_by("kiosk-2", "group")
        assert [view.device_id for view in group.favorites] == ["kiosk-2"]


async def test_an_erasure_that_was_cut_off_is_finished_at_the_next_start(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened, CANARY)
        plan = erasure.Plan(
            scope="run",
            runs=[erasure.Doomed(run.run_id, run.execution_id, run.folder.relative_to(opened.exports).as_posix())],
        )
        await asyncio.to_thread(erasure.write_plan, opened.exports, plan)
        shutil.rmtree(run.folder / "final")
    async with library(tmp_path) as opened:
        assert (await opened.runs(RunQuery())).total == 0
        assert traces(tmp_path) == []


async def test_clean_up_tells_first_then_takes_what_is_old_and_spares_stars(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        long_ago = local_now() - timedelta(days=100)
        old = await whole_run(opened, started=long_ago)
        starred = await whole_run(opened, started=long_ago)
        over = await whole_run(opened, retain_until="2020-01-01")
        new = await whole_run(opened)
        await opened.favorites.add("kiosk-1", starred.run_id, MediaType.IMAGE)
        would = await opened.caretaker.clean(older_than_days=90, keep_favorites=True, dry_run=True)
        assert sorted(would.runs) == sorted([old.run_id, over.run_id])
        assert would.size_bytes > 0
        assert would.kept_favorites == 1
        assert (await opened.runs(RunQuery())).total == 4
        done = await opened.caretaker.clean(older_than_days=90, keep_favorites=True)
        assert done.runs == would.runs
        assert sorted(await gallery_ids(opened)) == sorted([starred.run_id, new.run_id])


async def test_consent_visibility_and_retention_change_what_the_gallery_shows(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.amend(run.run_id, visibility_item(visible=False))
        assert await gallery_ids(opened) == []
        await opened.amend(run.run_id, visibility_item(visible=True))
        assert await gallery_ids(opened) == [run.run_id]
        await opened.amend(run.run_id, consent_item(Consent(gallery=False, research=True)))
        await opened.amend(run.run_id, retention_item("2030-01-01"))
        metadata = await opened.metadata(run.run_id)
        assert (metadata.consent.research, metadata.retain_until) == (True, "2030-01-01")
        assert metadata.status is Status.COMPLETED
        assert await gallery_ids(opened) == []


async def test_a_blocked_picture_leaves_the_gallery_and_one_to_be_checked_waits(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        await record_all(recorder, [picture_item(1, check_pending=True), picture_item(2)])
        await opened.settled()
        items = (await opened.gallery(GalleryQuery())).items
        assert [item.n for item in items] == [2]
        await record_all(recorder, [end()])
        await recorder.close()


async def test_verification_names_what_is_changed_or_missing_and_repairs_projections(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        _sound, changed, missing, stale = [await whole_run(opened) for _ in range(4)]
        older_exports.flat_january(opened.exports)
        (changed.folder / "final" / "01_output_image.png").write_bytes(b"other")
        (missing.folder / "final" / "01_output_image.png").unlink()
        (stale.folder / "metadata.json").write_text("{}")
        # Of the same length: what a glance at names and sizes finds is made again behind, before anybody asks.
        text = stale.folder / "prompting_process" / "001_input.txt"
        text.write_bytes(text.read_bytes().swapcase())
        seen: list[tuple[int, int]] = []
        report = await opened.caretaker.verify_all(progress=lambda done, total: seen.append((done, total)))
        assert report.runs == 5
        assert {fault.run_id: (fault.changed, fault.missing) for fault in report.faulty} == {
            changed.run_id: (["final/01_output_image.png"], []),
            missing.run_id: ([], ["final/01_output_image.png"]),
        }
        assert [(one.run_id, sorted(one.repaired)) for one in report.repaired] == [
            (stale.run_id, ["metadata.json", "prompting_process/001_input.txt"])
        ]
        assert seen[-1] == (5, 5)
        assert (await opened.caretaker.verify_all()).repaired == []


async def test_an_archive_that_can_only_be_read_is_verified_all_the_same(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        runs = [await whole_run(opened) for _ in range(2)]
        picture_file = runs[0].folder / "final" / "01_output_image.png"
        picture_file.write_bytes(picture_file.read_bytes()[:-1])
        refused = OSError(errno.EROFS, "Read-only file system")
        with patch("kiosk.storage.recovery.repair_projections", side_effect=refused):
            report = await opened.caretaker.verify_all()
        assert report.runs == 2
        assert [found.changed for found in report.faulty] == [["final/01_output_image.png"]]


async def test_a_run_that_cannot_be_read_is_damaged_and_keeps_no_other_from_being_verified(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        bad, good = await whole_run(opened), await whole_run(opened)
        for run in (bad, good):
            (run.folder / "metadata.json").unlink()
        (bad.folder / "journal.jsonl").unlink()
        (bad.folder / "journal.jsonl").mkdir()
        assert await opened.caretaker.rebuild() in ([good.run_id], [])
        report = await opened.caretaker.verify_all()
        assert report.runs == 2
        assert [(found.run_id, found.damage) for found in report.faulty] == [(bad.run_id, ["0 broken"])]
        assert (good.folder / "metadata.json").exists()


async def test_history_records_are_written_again_with_the_same_content(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        for _ in range(3):
            await whole_run(opened)
        place = opened.exports / "pipeline_runs"
        before = {path.name: path.read_bytes() for path in place.iterdir()}
        for path in place.iterdir():
            path.write_text("{}")
        assert len(await opened.caretaker.rebuild()) == 3
        assert await opened.caretaker.rebuild() == []
        assert {path.name: path.read_bytes() for path in place.iterdir()} == before
