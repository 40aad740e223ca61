import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
import watchfiles

from kiosk.hub import Event, Hub, Subscription
from kiosk.records import Status
from kiosk.storage import watch
from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.errors import RunBusy
from kiosk.storage.library import Library
from tests.storage import older_exports
from tests.storage.kit import (
    end,
    idea,
    library,
    open_library,
    picture,
    picture_item,
    record_all,
    start,
    until,
    whole_run,
)


class Drive(NamedTuple):
    """What psutil tells of a drive."""

    mountpoint: str
    fstype: str
    opts: str


@pytest.fixture
async def elsewhere(tmp_path: Path) -> Path:
    """A run folder that another kiosk has recorded today."""
    async with library(tmp_path / "elsewhere") as opened:
        return (await whole_run(opened, device_id="kiosk-9")).folder


@pytest.fixture
async def watching(tmp_path: Path) -> AsyncIterator[tuple[Library, Subscription]]:
    """A library that watches, with a run of its own, and a reader of its gallery."""
    hub = Hub()
    opened = open_library(tmp_path / "here", hub)
    await opened.start()
    await whole_run(opened)
    await opened.settled()
    await until(lambda: watched(opened))
    with hub.subscribe("gallery") as reader:
        yield opened, reader
    await opened.close()


async def watched(opened: Library) -> bool:
    return (await opened.health()).watching == "watching"


async def filled(opened: Library, count: int) -> bool:
    index = (await opened.health()).index
    return index.state == "ready" and index.runs == count


async def listed(opened: Library, count: int) -> bool:
    return (await opened.runs(RunQuery())).total == count


async def next_event(reader: Subscription, name: str) -> Event:
    async with asyncio.timeout(20):
        async for event in reader:
            if event.name == name:
                return event
    raise AssertionError(name)


async def test_a_run_copied_in_reaches_the_gallery_and_leaves_it_when_it_is_deleted(
    watching: tuple[Library, Subscription], elsewhere: Path
) -> None:
    opened, reader = watching
    target = opened.exports.joinpath("json", *elsewhere.parts[-3:])
    shutil.copytree(elsewhere, target)
    event = await next_event(reader, "added")
    assert elsewhere.name.encode() in event.data
    assert (await opened.runs(RunQuery(device_id="kiosk-9"))).total == 1
    shutil.rmtree(target)
    event = await next_event(reader, "removed")
    assert elsewhere.name.encode() in event.data
    assert (await opened.runs(RunQuery())).total == 1


async def test_on_a_drive_that_tells_nothing_changes_are_seen_by_looking(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    real = watchfiles.awatch

    def noted(*places: Path, **how: Any) -> AsyncIterator[set[tuple[watchfiles.Change, str]]]:
        asked.append(how["force_polling"])
        return real(*places, **how)

    monkeypatch.setattr(watch, "is_polled", lambda _: True)
    monkeypatch.setattr(watchfiles, "awatch", noted)
    async with library(tmp_path / "here") as opened:
        await whole_run(opened)
        await until(lambda: watched(opened))
        shutil.copytree(elsewhere, opened.exports.joinpath("json", *elsewhere.parts[-3:]))
        await until(lambda: listed(opened, 2))
    assert asked
    assert all(asked)


@pytest.mark.parametrize(
    ("kind", "options", "polled"),
    [
        *(("nfs4", "rw", True), ("fuse.sshfs", "rw", True), ("vfat", "rw", True), ("ext4", "rw", False)),
        *(("NTFS", "rw,remote", True), ("NTFS", "rw,removable", True), ("NTFS", "rw,fixed", False)),
    ],
)
def test_shares_and_sticks_are_polled_also_behind_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, options: str, polled: bool
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (tmp_path / "exports").symlink_to(share)
    drives = [Drive("/", "ext4", "rw"), Drive(str(share), kind, options)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: drives)
    assert watch.is_polled(tmp_path / "exports" / "json") is polled
    assert not watch.is_polled(tmp_path)


@pytest.mark.parametrize("copy", ["Kopie von {}", "../kiosk-7/{}"])
async def test_a_copy_that_is_deleted_again_takes_nothing_along(
    watching: tuple[Library, Subscription], copy: str
) -> None:
    opened, _ = watching
    own = (await opened.gallery(GalleryQuery())).items[0].run_id
    folder = (await opened.record(own)).folder
    twin = folder.parent / copy.format(folder.name)
    shutil.copytree(folder, twin)
    await opened._keeper.look_at(twin)
    shutil.rmtree(twin)
    await opened._keeper.look_at(twin)
    assert [item.run_id for item in (await opened.gallery(GalleryQuery())).items] == [own]
    assert (await opened.record(own)).folder == folder


async def test_where_the_original_is_deleted_its_copy_is_shown(watching: tuple[Library, Subscription]) -> None:
    opened, _ = watching
    own = (await opened.gallery(GalleryQuery())).items[0].run_id
    folder = (await opened.record(own)).folder
    twin = folder.parent.parent / "kiosk-7" / folder.name
    shutil.copytree(folder, twin)
    await opened._keeper.look_at(twin)
    shutil.rmtree(folder)
    await opened._keeper.look_at(folder)
    assert await lies_only_at(opened, twin)


@pytest.mark.parametrize("look", ["glance", "reconcile"])
async def test_a_copy_is_also_shown_where_nobody_saw_the_original_go(tmp_path: Path, look: str) -> None:
    async with library(tmp_path) as opened:
        folder = (await whole_run(opened)).folder
        twin = folder.parent.parent / "kiosk-7" / folder.name
        shutil.copytree(folder, twin)
        await getattr(opened._keeper, look)()
        assert await lies_only_at(opened, folder)
        shutil.rmtree(folder)
        await getattr(opened._keeper, look)()
        assert await lies_only_at(opened, twin)


@pytest.mark.parametrize("look", ["glance", "reconcile"])
async def test_a_run_that_is_moved_stays_in_the_gallery(tmp_path: Path, look: str) -> None:
    async with library(tmp_path) as opened:
        folder = (await whole_run(opened)).folder
        await getattr(opened._keeper, look)()
        for device in ("kiosk-7", "a-kiosk-before-all-others", folder.parent.name):
            to = folder.parent.parent / device
            (await opened.record(folder.name)).folder.parent.rename(to)
            await getattr(opened._keeper, look)()
            assert await lies_only_at(opened, to / folder.name)


async def test_a_folder_that_is_being_deleted_gets_nothing_back(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        folder = (await whole_run(opened)).folder
        (folder / "metadata.json").unlink()
        await opened._keeper.look_below(folder.parent)
        assert not (folder / "metadata.json").exists()
        await opened._keeper.reconcile()
        assert (folder / "metadata.json").exists()


async def lies_only_at(opened: Library, folder: Path) -> bool:
    """Whether the gallery shows this run and no other, from this folder."""
    shown = [item.run_id for item in (await opened.gallery(GalleryQuery())).items]
    return shown == [folder.name] and (await opened.record(folder.name)).folder == folder


async def test_a_run_of_2025_reaches_the_gallery_and_leaves_it(watching: tuple[Library, Subscription]) -> None:
    opened, reader = watching
    folder = older_exports.flat_2025(opened.exports)
    assert folder.name.encode() in (await next_event(reader, "added")).data
    shutil.rmtree(folder)
    assert folder.name.encode() in (await next_event(reader, "removed")).data


async def test_what_came_and_went_beside_the_days_is_seen_at_a_glance(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened._keeper.glance()
        flat, store = older_exports.flat_2025(opened.exports), older_exports.media_store(tmp_path)
        await opened._keeper.glance()
        assert (await opened.runs(RunQuery())).total == 3
        (opened.exports / "json").rename(tmp_path / "away")
        await opened._keeper.glance()
        assert [row.run_id for row in (await opened.runs(RunQuery())).executions] == [store.name]
        shutil.rmtree(store)
        (tmp_path / "away").rename(opened.exports / "json")
        await opened._keeper.glance()
        assert {row.run_id for row in (await opened.runs(RunQuery())).executions} == {run.run_id, flat.name}


async def test_a_day_copied_in_as_a_whole_is_seen(watching: tuple[Library, Subscription], elsewhere: Path) -> None:
    opened, reader = watching
    shutil.copytree(elsewhere.parent.parent, opened.exports / "json" / "2020-02-29")
    event = await next_event(reader, "added")
    assert elsewhere.name.encode() in event.data
    page = await opened.gallery(GalleryQuery(date="2020-02-29"))
    assert [entry.run_id for entry in page.items] == [elsewhere.name]


async def test_a_root_that_was_exchanged_is_watched_again(
    watching: tuple[Library, Subscription], elsewhere: Path
) -> None:
    opened, reader = watching
    root = opened.exports / "json"
    root.rename(opened.exports / "away")
    shutil.copytree(elsewhere.parent.parent.parent, root)
    event = await next_event(reader, "added")
    assert elsewhere.name.encode() in event.data


async def test_a_place_that_is_taken_away_is_told_until_it_is_back(watching: tuple[Library, Subscription]) -> None:
    opened, _ = watching
    away = opened.exports.with_name("away")
    opened.exports.rename(away)
    await until(lambda: gone(opened, True))
    away.rename(opened.exports)
    await until(lambda: gone(opened, False))
    await until(lambda: listed(opened, 1))


async def gone(opened: Library, are_gone: bool) -> bool:
    return (await opened.health()).works_are_gone is are_gone


async def test_a_damaged_folder_is_listed_as_damaged_and_harms_no_other(
    watching: tuple[Library, Subscription], elsewhere: Path
) -> None:
    opened, _ = watching
    target = opened.exports.joinpath("json", *elsewhere.parts[-3:])
    target.mkdir(parents=True)
    (target / "journal.jsonl").write_bytes(b"{broken\n" + picture())
    await until(lambda: listed(opened, 2))
    page = await opened.runs(RunQuery())
    assert sorted((row.run_id == elsewhere.name, row.damaged) for row in page.executions) == [
        (False, False),
        (True, True),
    ]


async def test_two_kiosks_on_one_folder_see_each_other_and_leave_each_others_live_runs_alone(tmp_path: Path) -> None:
    first = open_library(tmp_path, state=tmp_path / "state-1")
    second_hub = Hub()
    second = open_library(tmp_path, second_hub, state=tmp_path / "state-2")
    await first.start()
    live = await first.begin(start(device_id="kiosk-1"))
    await record_all(live, [idea()])
    assert await second.start() == []
    await until(lambda: filled(second, 1))
    await until(lambda: watched(second))
    with second_hub.subscribe("gallery") as reader:
        await record_all(live, [picture_item()])
        event = await next_event(reader, "added")
    assert live.run_id.encode() in event.data
    assert (await second.metadata(live.run_id)).status is Status.RUNNING
    with pytest.raises(RunBusy):
        await second.reopen(live.run_id, until=5, expected_outputs=[], output_configs=[])
    await record_all(live, [end()])
    await live.close()
    await until(lambda: ended(second, live.run_id))
    await second.close()
    await first.close()


async def ended(opened: Library, run_id: str) -> bool:
    page = await opened.runs(RunQuery(status=Status.COMPLETED))
    return [row.run_id for row in page.executions] == [run_id]
