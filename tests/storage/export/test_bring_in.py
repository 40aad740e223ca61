"""Data that comes back: whole, once, never over what is here, and nothing that does harm."""

import asyncio
import shutil
import zipfile
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk import durable
from kiosk.hub import Hub
from kiosk.storage.answers import RunQuery
from kiosk.storage.export import Profile, archive
from kiosk.storage.export.answers import Import, Selection
from kiosk.storage.export.drives import Drives
from kiosk.storage.export.imports import Imports
from kiosk.storage.library import Library
from kiosk.storage.locks import FolderLock
from tests.storage import older_exports
from tests.storage.export.packages import EVERYTHING, RESEARCH, bags, files, pack, task_for
from tests.storage.kit import end, idea, library, record_all, start, whole_run


async def bring(opened: Library, source: Path) -> Import:
    """Bring a place in and say what came of it."""
    hub = Hub()
    imports = Imports(opened, hub, Drives())
    with hub.subscribe("exports") as heard:
        begun = await imports.begin(str(source), by_path=True)
        async with asyncio.timeout(20):
            while imports.get(begun.id).ended is None:
                await heard.next(20)
    await imports.close()
    return imports.get(begun.id)


async def packed(folder: Path, stick: Path, count: int = 2, **facts: object) -> dict[str, bytes]:
    """A kiosk's runs on a stick; returns all its run files."""
    async with library(folder) as opened:
        for number in range(count):
            await whole_run(opened, f"Idee {number}", **{"consent": RESEARCH, **facts})
        await opened.settled()
        await pack(opened, task_for(opened, stick, folder.name))
        return files(opened.exports / "json")


async def ids(opened: Library) -> set[str]:
    return {row.run_id for row in (await opened.runs(RunQuery(limit=100))).executions}


async def test_the_sticks_of_several_kiosks_come_into_one_desk(tmp_path: Path) -> None:
    one = await packed(tmp_path / "kiosk-a", tmp_path / "stick", device_id="kiosk-a")
    two = await packed(tmp_path / "kiosk-b", tmp_path / "stick", device_id="kiosk-b")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert (came.state, came.came_in, came.same, came.refused_by) == ("done", 4, 0, {})
        assert len(came.sources) == 2
        assert files(opened.exports / "json") == one | two
        assert len(await ids(opened)) == 4
        assert len(list((opened.exports / "pipeline_runs").glob("exec_*.json"))) == 4
        found = await opened.runs(RunQuery(q="Idee"))
        assert found.total == 4
        assert [path.name for path in (opened.exports / ".incoming").iterdir()] == ["lock"]


async def test_the_same_data_twice_changes_nothing(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick")
    async with library(tmp_path / "desk") as opened:
        await bring(opened, tmp_path / "stick")
        before = files(opened.exports)
        again = await bring(opened, tmp_path / "stick")
        assert (again.state, again.came_in, again.same) == ("done", 0, 2)
        assert files(opened.exports) == before


async def test_the_kiosk_itself_takes_its_own_stick_for_the_same(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick")
    async with library(tmp_path / "kiosk") as opened:
        assert (await bring(opened, tmp_path / "stick")).same == 2


async def test_a_run_that_went_on_here_is_not_thrown_back_by_an_older_copy(tmp_path: Path) -> None:
    from kiosk.storage.caretaker import visibility_item

    async with library(tmp_path / "kiosk") as opened:
        run = await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick"))
        await opened.amend(run.run_id, visibility_item(visible=False))
        before = files(run.folder)
        assert (await bring(opened, tmp_path / "stick")).same == 1
        assert files(run.folder) == before


async def test_a_copy_made_while_a_run_was_recorded_does_not_throw_it_back(tmp_path: Path) -> None:
    async with library(tmp_path / "kiosk") as opened:
        recorder = await opened.begin(start())
        await record_all(recorder, [idea()])
        shutil.copytree(recorder.folder, tmp_path / "copy" / recorder.run_id)
        await record_all(recorder, [end()])
        await recorder.close()
        before = files(recorder.folder)
        assert (await bring(opened, tmp_path / "copy")).same == 1
        assert files(recorder.folder) == before


async def test_another_run_of_the_same_name_is_a_conflict_and_changes_nothing(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    async with library(tmp_path / "desk") as opened:
        await bring(opened, tmp_path / "stick")
        (journal,) = (opened.exports / "json").rglob("journal.jsonl")
        journal.write_bytes(journal.read_bytes().replace(b"Idee", b"Iden"))
        before = files(opened.exports / "json")
        came = await bring(opened, tmp_path / "stick")
        assert came.refused_by == {"other_content": 1}
        assert came.refused[0].run_id == journal.parent.name
        assert files(opened.exports / "json") == before


async def test_an_erased_run_does_not_come_back(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick")
    async with library(tmp_path / "kiosk") as opened:
        gone, stays = sorted(await ids(opened))
        await opened.caretaker.erase_run(gone)
        came = await bring(opened, tmp_path / "stick")
        assert came.refused_by == {"erased": 1}
        assert came.same == 1
        assert await ids(opened) == {stays}
        assert gone.encode() not in b"".join(files(opened.exports).values())


async def test_an_erased_run_does_not_come_back_under_another_name(tmp_path: Path) -> None:
    async with library(tmp_path / "kiosk") as opened:
        run = await whole_run(opened)
        shutil.copytree(run.folder, tmp_path / "copies" / "our best run")
        await opened.caretaker.erase_run(run.run_id)
        assert (await bring(opened, tmp_path / "copies")).refused_by == {"erased": 1}


async def test_a_run_in_the_trash_is_put_back_from_there_not_from_a_stick(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    async with library(tmp_path / "kiosk") as opened:
        (run_id,) = await ids(opened)
        await opened.caretaker.throw(run_id)
        assert (await bring(opened, tmp_path / "stick")).refused_by == {"trashed": 1}


async def test_a_run_that_is_not_as_it_was_packed_stays_out_and_the_others_come(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 3)
    picture = sorted(bags(tmp_path / "stick")[0].rglob("01_output_image.png"))[0]
    picture.write_bytes(picture.read_bytes()[:-1] + b"?")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert came.came_in == 2
        assert [(one.run_id, one.why) for one in came.refused] == [(picture.parent.parent.name, "changed")]


async def test_a_bag_whose_tags_were_changed_is_left_alone(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    with (bags(tmp_path / "stick")[0] / "manifest-sha256.txt").open("ab") as manifest:
        manifest.write(f"{'0' * 64}  data/runs/../../../etc/passwd\n".encode())
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert (came.state, came.reason) == ("failed", "bad_bag")
        assert await ids(opened) == set()


async def test_a_zip_of_a_bag_and_a_zip_of_a_run_come_in(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick")
    shutil.make_archive(str(tmp_path / "bag"), "zip", bags(tmp_path / "stick")[0].parent)
    async with library(tmp_path / "desk") as opened:
        assert (await bring(opened, tmp_path / "bag.zip")).came_in == 2
    (run, _) = sorted((tmp_path / "kiosk" / "exports" / "json").rglob("run_*"))
    shutil.make_archive(str(tmp_path / "run"), "zip", run.parent, run.name)
    async with library(tmp_path / "other") as opened:
        assert (await bring(opened, tmp_path / "run.zip")).came_in == 1


async def test_a_run_comes_in_as_it_was_taken_along(tmp_path: Path) -> None:
    async with library(tmp_path / "kiosk") as opened:
        ours = (await whole_run(opened)).folder
        older = older_exports.nested(opened.exports)
        for folder in (ours, older):
            (tmp_path / f"{folder.name}.zip").write_bytes(b"".join(archive.pieces(folder)))
            assert (await bring(opened, tmp_path / f"{folder.name}.zip")).same == 1
    async with library(tmp_path / "desk") as opened:
        for folder in (ours, older):
            assert (await bring(opened, tmp_path / f"{folder.name}.zip")).came_in == 1
        assert await ids(opened) == {ours.name, older.name}


async def test_bare_run_folders_and_whole_data_folders_come_in(tmp_path: Path) -> None:
    runs = await packed(tmp_path / "kiosk", tmp_path / "stick")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "kiosk" / "exports")
        assert (came.came_in, came.same, came.runs_total) == (2, 0, 2)
        assert files(opened.exports / "json") == runs


async def test_a_record_whose_run_is_not_there_any_more_counts_as_a_run(tmp_path: Path) -> None:
    older_exports.history_record(tmp_path / "old" / "exports")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "old")
        assert (came.came_in, came.runs, came.runs_total) == (1, 1, 1)


async def test_what_is_refused_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "old" / "run_1769122471728_362ba81c" / "notes"
    folder.mkdir(parents=True)
    for number in range(50):
        (folder / f"{number}.txt").write_text("x")
    async with library(tmp_path / "desk") as opened:
        with patch.object(durable, "sync_data") as synced:
            came = await bring(opened, tmp_path / "old")
        assert (came.refused_by, synced.called) == ({"damaged": 1}, False)


async def test_a_bare_run_with_an_altered_journal_stays_out(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    (journal,) = (tmp_path / "kiosk" / "exports" / "json").rglob("journal.jsonl")
    journal.write_bytes(journal.read_bytes().replace(b"Idee", b"Iden"))
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, journal.parent)
        assert came.refused_by == {"damaged": 1}
        assert await ids(opened) == set()


async def test_older_exports_come_in_as_they_are(tmp_path: Path) -> None:
    kinds = (older_exports.flat_2025, older_exports.flat_january, older_exports.nested, older_exports.canvas)
    made = [make(tmp_path / "old" / "exports") for make in (*kinds, older_exports.lab)]
    made.append(older_exports.media_store(tmp_path / "old"))
    older_exports.history_record(tmp_path / "old" / "exports")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "old")
        # The history record is of a run that came along: it is none of its own.
        assert (came.refused_by, came.came_in, came.runs, came.runs_total) == ({}, *[len(made)] * 3)
        assert {folder.name for folder in made} <= await ids(opened)
        for folder in made:
            (here,) = (opened.exports / "json").rglob(folder.name)
            assert files(here) == files(folder)
        again = await bring(opened, tmp_path / "old")
        assert (again.came_in, again.same) == (0, came.came_in)


async def test_older_exports_go_out_as_they_are_and_come_in_again(tmp_path: Path) -> None:
    older_exports.flat_2025(tmp_path / "kiosk" / "exports")
    older_exports.nested(tmp_path / "kiosk" / "exports")
    async with library(tmp_path / "kiosk") as opened:
        task = task_for(opened, tmp_path / "stick", own_archive=True)
        await pack(opened, task)
        runs = files(opened.exports / "json")
    async with library(tmp_path / "desk") as opened:
        assert (await bring(opened, tmp_path / "stick")).came_in == 2
        assert files(opened.exports / "json") == runs


async def test_a_pseudonymous_package_can_be_read_on_a_researchers_desk(tmp_path: Path) -> None:
    async with library(tmp_path / "kiosk") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick", profile=Profile.PSEUDONYMOUS))
    async with library(tmp_path / "desk") as opened:
        assert (await bring(opened, tmp_path / "stick")).came_in == 1


async def test_a_public_selection_is_not_brought_in(tmp_path: Path) -> None:
    from kiosk.records import MediaType

    async with library(tmp_path / "kiosk") as opened:
        run = await whole_run(opened, consent=EVERYTHING)
        await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, 1)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick", profile=Profile.PUBLIC)
        await pack(opened, task, selection=Selection(favorites=True))
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert (came.state, came.reason) == ("failed", "not_importable")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/evil.txt",
        "run/../../evil.txt",
        "C:\\evil.txt",
        "C:/evil.txt",
        "run/CON",
        "run/nul.txt",
        "run/a:b",
        "run/trail.",
    ],
)
async def test_a_zip_that_leads_out_or_names_devices_is_refused_as_a_whole(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("run_1770000000000_abcdef12/001_input.txt", "x")
        archive.writestr(name, "x")
    before = {path for path in tmp_path.rglob("*") if "desk" not in path.parts}
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "evil.zip")
        assert (came.state, came.reason) == ("failed", "bad_zip")
        assert await ids(opened) == set()
    assert {path for path in tmp_path.rglob("*") if "desk" not in path.relative_to(tmp_path).parts} == before


async def test_a_zip_with_links_twins_or_a_bomb_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("run/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(tmp_path / "twins.zip", "w") as archive:
        archive.writestr("run/a.txt", "x")
        archive.writestr("run/A.txt", "y")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run/final/bomb.txt", b"0" * 20_000_000)
    (tmp_path / "broken.zip").write_bytes((tmp_path / "bomb.zip").read_bytes()[:500])
    async with library(tmp_path / "desk") as opened:
        for name in ("link", "twins", "bomb", "broken"):
            came = await bring(opened, tmp_path / f"{name}.zip")
            assert (came.state, came.reason) == ("failed", "bad_zip"), name


async def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    made = bags(tmp_path / "stick")[0]
    (tmp_path / "secret.png").write_bytes(next(made.rglob("01_output_image.png")).read_bytes())
    picture = next(made.rglob("01_output_image.png"))
    picture.unlink()
    picture.symlink_to(tmp_path / "secret.png")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert came.refused_by == {"name": 1}


async def test_a_file_that_nobody_packed_is_left_and_told(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    final = next(bags(tmp_path / "stick")[0].rglob("final"))
    (final / "99_output_image.png").write_bytes(b"x")
    (final / "._99_output_image.png").write_bytes(b"x")
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert came.came_in == 1
        assert [note.rpartition(": ")[2] for note in came.notes] == ["harmless", "not in the manifest, left"]
        assert not list((opened.exports / "json").rglob("*99_output_image.png"))


async def test_an_unfinished_package_is_named(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 1)
    (tmp_path / "stick" / "KIOSK-EXPORT" / "20261121T100000_abcdef12_009.partial").mkdir()
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "stick")
        assert came.notes == ["20261121T100000_abcdef12_009.partial: not finished"]


async def test_a_full_disk_ends_an_import_and_what_came_in_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await packed(tmp_path / "kiosk", tmp_path / "stick", 3)
    async with library(tmp_path / "desk") as opened:
        plain = shutil.disk_usage

        def usage(place: Path) -> object:
            here = plain(place)
            arrived = len(list((tmp_path / "desk").glob("exports/json/*/*/*")))
            return here if arrived < 2 else type(here)(here.total, here.total, 0)

        monkeypatch.setattr(shutil, "disk_usage", usage)
        came = await bring(opened, tmp_path / "stick")
        assert (came.state, came.reason, came.came_in) == ("failed", "disk_full", 2)
        assert len(await ids(opened)) == 2


async def test_an_empty_place_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with library(tmp_path / "desk") as opened:
        came = await bring(opened, tmp_path / "empty")
        assert (came.state, came.reason) == ("failed", "nothing_found")


async def test_what_a_killed_import_left_is_taken_away_at_the_next_start(tmp_path: Path) -> None:
    async with library(tmp_path / "desk") as opened:
        left = opened.exports / ".incoming" / "import-0123456789ab" / "unpacked" / "run" / "001_input.txt"
        left.parent.mkdir(parents=True)
        left.write_text("nobody has checked this")
        await Imports(opened, Hub(), Drives()).start()
        assert [path.name for path in (opened.exports / ".incoming").iterdir()] == ["lock"]


async def test_two_kiosks_that_share_their_folders_bring_in_one_after_the_other(tmp_path: Path) -> None:
    await packed(tmp_path / "kiosk-a", tmp_path / "stick")
    async with library(tmp_path / "desk") as opened:
        at_work = opened.exports / ".incoming" / "import-0123456789ab"
        at_work.mkdir(parents=True)
        other = FolderLock(opened.exports / ".incoming" / "lock", "another kiosk")
        await Imports(opened, Hub(), Drives()).start()
        came = await bring(opened, tmp_path / "stick")
        assert (came.state, came.reason, came.came_in) == ("failed", "import_busy", 0)
        assert at_work.is_dir()
        other.release()
        assert (await bring(opened, tmp_path / "stick")).came_in == 2
