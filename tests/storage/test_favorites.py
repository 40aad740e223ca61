import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest

from kiosk.ids import InvalidId
from kiosk.records import Favorite, MediaType
from kiosk.storage.answers import GalleryQuery
from kiosk.storage.errors import UnknownRun
from kiosk.storage.favorites import Favorites, Key
from kiosk.storage.journal import chained, parse
from kiosk.storage.library import Library
from tests.storage.kit import library, whole_run

RUN = "run_1769122471728_362ba81c"
IMAGE = MediaType.IMAGE


def key(number: int) -> Key:
    return Key(f"run_1769122471728_{number:08x}", IMAGE, 1)


async def starred(opened: Library, device: str) -> list[str]:
    return [view.run_id for view in (await opened.favorites.seen_by(device)).favorites]


async def test_a_star_is_new_once_and_belongs_to_its_device(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        assert (await opened.favorites.add("kiosk-1", run.run_id, IMAGE))[1]
        assert not (await opened.favorites.add("kiosk-1", run.execution_id or "", IMAGE))[1]
        assert await starred(opened, "kiosk-1") == [run.run_id]
        assert await starred(opened, "kiosk-2") == []
        group = await opened.favorites.seen_by("kiosk-2", "group")
        assert [(view.device_id, view.gone) for view in group.favorites] == [("kiosk-1", False)]


async def test_a_starred_work_says_whether_the_star_is_ones_own(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.favorites.add("kiosk-1", run.run_id, IMAGE)
        own = await opened.favorites.seen_by("kiosk-1")
        of_another = await opened.favorites.seen_by("kiosk-2", "group")
        assert [view.item and view.item.favorite for view in own.favorites] == [True]
        assert [view.item and view.item.favorite for view in of_another.favorites] == [False]


async def test_only_the_owner_removes_its_star(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.favorites.add("kiosk-1", run.run_id, IMAGE)
        assert await opened.favorites.remove("kiosk-2", run.run_id) == 0
        assert await starred(opened, "kiosk-1") == [run.run_id]
        assert await opened.favorites.remove("kiosk-1", run.run_id) == 1
        assert await starred(opened, "kiosk-1") == []


async def test_notes_are_kept_and_changed(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.favorites.add("kiosk-1", run.run_id, IMAGE, note="schön")
        await opened.favorites.annotate("kiosk-1", run.run_id, "für die Wand")
    async with library(tmp_path) as opened:
        favorites = (await opened.favorites.seen_by("kiosk-1")).favorites
        assert [view.note for view in favorites] == ["für die Wand"]
        assert await opened.favorites.annotate("kiosk-2", run.run_id, "x") == 0
        assert await opened.favorites.annotate("kiosk-1", run.run_id, "x", MediaType.MUSIC) == 0


async def test_the_gallery_shows_and_filters_by_the_stars_of_its_viewer(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        runs = [await whole_run(opened) for _ in range(3)]
        await opened.favorites.add("kiosk-1", runs[1].run_id, IMAGE)
        page = await opened.gallery(GalleryQuery(viewer="kiosk-1"))
        assert [item.favorite for item in page.items] == [False, True, False]
        for viewer, expected in (("kiosk-1", [runs[1].run_id]), ("kiosk-2", []), (None, [runs[1].run_id])):
            page = await opened.gallery(GalleryQuery(viewer=viewer, favorites=True))
            assert [item.run_id for item in page.items] == expected


async def test_a_star_whose_run_is_gone_is_a_tombstone_and_can_be_removed(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.favorites.add("kiosk-1", run.run_id, IMAGE)
        shutil.rmtree(run.folder)
    async with library(tmp_path) as opened:
        favorites = (await opened.favorites.seen_by("kiosk-1")).favorites
        assert [(view.gone, view.item) for view in favorites] == [(True, None)]
        assert await opened.favorites.remove("kiosk-1", run.run_id) == 1


async def test_a_star_needs_a_medium(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        with pytest.raises(UnknownRun):
            await opened.favorites.add("kiosk-1", run.run_id, IMAGE, 2)
        with pytest.raises(UnknownRun):
            await opened.favorites.add("kiosk-1", RUN, IMAGE)
        with pytest.raises(InvalidId):
            await opened.favorites.add("../kiosk", run.run_id, IMAGE)
        assert not (opened.exports / "favorites").exists()


async def test_eight_devices_lose_no_star(tmp_path: Path) -> None:
    files = Favorites(tmp_path, durable=True)
    work = [
        asyncio.to_thread(files.add, f"kiosk-{device}", key(number)) for number in range(25) for device in range(8)
    ]
    assert all(is_new for _, is_new in await asyncio.gather(*work))
    files.close()
    again = Favorites(tmp_path, durable=True)
    assert [len(again.of_device(f"kiosk-{device}")) for device in range(8)] == [25] * 8


def test_compaction_keeps_every_star_and_its_time(tmp_path: Path) -> None:
    files = Favorites(tmp_path, durable=True)
    first, _ = files.add("kiosk-1", key(0), "bleibt")
    for number in range(260):
        files.add("kiosk-1", key(1 + number % 2))
        files.remove("kiosk-1", key(1 + number % 2).run_id)
    path = tmp_path / "favorites" / "kiosk-1.jsonl"
    assert len(parse(path.read_bytes()).lines) < 400
    assert parse(path.read_bytes()).damage == []
    assert files.of_device("kiosk-1") == {key(0): first}
    files.add("kiosk-1", key(9))
    files.close()
    assert list(Favorites(tmp_path, durable=True).of_device("kiosk-1")) == [key(0), key(9)]


def test_compaction_remembers_what_was_taken_away(tmp_path: Path) -> None:
    files = Favorites(tmp_path, durable=False)
    gone, _ = files.add("kiosk-1", key(0))
    files.remove("kiosk-1", key(0).run_id)
    for _ in range(260):
        files.add("kiosk-1", key(1))
        files.remove("kiosk-1", key(1).run_id)
    assert len(parse((tmp_path / "favorites" / "kiosk-1.jsonl").read_bytes()).lines) < 400
    assert files.restore("kiosk-1", [gone]) == 0
    files.close()


def test_compaction_drops_no_line_that_it_cannot_read(tmp_path: Path) -> None:
    files = Favorites(tmp_path, durable=False)
    files.add("kiosk-1", key(1))
    files.close()
    path = tmp_path / "favorites" / "kiosk-1.jsonl"
    newer, _ = chained(parse(path.read_bytes()).last_h, b'{"action":"praise","run_id":"x"}')
    path.write_bytes(path.read_bytes() + newer)
    files = Favorites(tmp_path, durable=False)
    for _ in range(260):
        files.add("kiosk-1", key(2))
        files.remove("kiosk-1", key(2).run_id)
    assert newer in path.read_bytes()
    files.close()


def test_a_torn_line_harms_no_other(tmp_path: Path) -> None:
    files = Favorites(tmp_path, durable=True)
    files.add("kiosk-1", key(1))
    files.close()
    path = tmp_path / "favorites" / "kiosk-1.jsonl"
    path.write_bytes(path.read_bytes() + b'{"action":"ad')
    files = Favorites(tmp_path, durable=True)
    files.add("kiosk-1", key(2))
    assert list(files.of_device("kiosk-1")) == [key(1), key(2)]
    assert parse(path.read_bytes()).damage == []
    lines = [msgspec.json.decode(line.body, type=Favorite) for line in parse(path.read_bytes()).lines]
    assert [line.action for line in lines] == ["add", "add"]
    files.close()
