import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.records import MediaType, Status, local_now
from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.errors import StorageError
from kiosk.storage.index import schema
from kiosk.storage.index.pages import BadCursor
from kiosk.storage.index.writing import Writer
from kiosk.storage.library import Library
from tests.bench.corpus import LENSES, make
from tests.storage.kit import library, open_library, start, whole_run

RUNS = 120


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with many runs of another host."""
    data = tmp_path_factory.mktemp("archive")
    make(data / "exports", RUNS)
    return data


async def all_rows(opened: Library, **filters: object) -> list[str]:
    """The ids of all runs, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = await opened.runs(RunQuery(limit=17, cursor=cursor, **filters))  # type: ignore[arg-type]
        found += [row.run_id for row in page.executions]
        cursor = page.next
        if cursor is None:
            assert page.total == len(found)
            return found


async def test_pages_together_are_the_whole_list_newest_first(archive: Path) -> None:
    async with library(archive) as opened:
        found = await all_rows(opened)
        assert len(found) == len(set(found)) == RUNS
        assert found == sorted(found, key=lambda run_id: run_id.split("_")[1], reverse=True)
        by_offset = [
            row.run_id
            for offset in range(0, RUNS, 50)
            for row in (await opened.runs(RunQuery(limit=50, offset=offset))).executions
        ]
        assert by_offset == found


async def test_every_filter_and_every_pair_gives_what_the_folders_say(archive: Path) -> None:
    dice = random.Random(3)
    async with library(archive) as opened:
        rows = []
        cursor = None
        while True:
            page = await opened.runs(RunQuery(limit=100, cursor=cursor))
            rows += page.executions
            cursor = page.next
            if cursor is None:
                break
        names = ["config", "user_id", "session_id", "device_id", "status", "date"]
        field = {"config": "config_name", "date": "timestamp"}
        for _ in range(40):
            row = dice.choice(rows)
            chosen = dice.sample(names, dice.randrange(1, 4))
            given = {
                name: str(getattr(row, field.get(name, name)))[: 10 if name == "date" else None] for name in chosen
            }
            expected = [
                other.run_id
                for other in rows
                if all(
                    str(getattr(other, field.get(name, name))).startswith(value)
                    if name == "date"
                    else str(getattr(other, field.get(name, name))) == value
                    for name, value in given.items()
                )
            ]
            assert await all_rows(opened, **given) == expected, given


async def test_search_and_filters_go_together(archive: Path) -> None:
    async with library(archive) as opened:
        for word in ("bär", "STRA", "träumt"):
            everywhere = await all_rows(opened, q=word)
            assert everywhere
            by_lens = [run_id for lens in LENSES for run_id in await all_rows(opened, q=word, config=lens)]
            assert sorted(by_lens) == sorted(everywhere)
            gallery = await opened.gallery(GalleryQuery(limit=200, q=word))
            assert sorted({item.run_id for item in gallery.items}) == sorted(everywhere)
        assert await all_rows(opened, q="gibtesnicht") == []
        assert await all_rows(opened, q='"; DROP TABLE runs; --') == []
        assert await all_rows(opened, q="!?*\"'()^:-") == []
        assert await all_rows(opened, config="gibtesnicht") == []


async def test_the_gallery_pages_by_cursor_and_filters(archive: Path) -> None:
    async with library(archive) as opened:
        found = []
        cursor = None
        while True:
            page = await opened.gallery(GalleryQuery(limit=25, cursor=cursor, media_type=MediaType.IMAGE))
            found += [(item.run_id, item.n) for item in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert len(found) == len(set(found)) == RUNS
        lens = await opened.gallery(GalleryQuery(limit=200, lens="dada"))
        assert {item.schema for item in lens.items} == {"dada"}
        assert (await opened.gallery(GalleryQuery(media_type=MediaType.VIDEO))).items == []


@pytest.mark.parametrize("cursor", ["x", "-1", "1;2", "9" * 19, "9" * 30, "١", ""])
async def test_a_cursor_that_no_page_gave_is_refused(archive: Path, cursor: str) -> None:
    async with library(archive) as opened:
        with pytest.raises(BadCursor):
            await opened.runs(RunQuery(cursor=cursor))
        with pytest.raises(BadCursor):
            await opened.gallery(GalleryQuery(cursor=cursor))


async def test_counters_stay_true_while_runs_come_change_and_go(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        runs = [await whole_run(opened, schema=lens) for lens in ("dada", "dada", "haiku")]
        await opened.reopen(runs[0].run_id, until=5, expected_outputs=[], output_configs=[])
        await opened.settled()
        stats = await opened.stats()
        assert (stats.by_config, stats.by_status) == ({"dada": 2, "haiku": 1}, {"completed": 2, "running": 1})
        await opened.caretaker.erase_run(runs[1].run_id)
        stats = await opened.stats()
        assert (stats.total_records, stats.by_config) == (2, {"dada": 1, "haiku": 1})
        assert (await opened.outputs_of_config("dada")).outputs == {"image": 1}
        assert (await opened.runs(RunQuery(status=Status.RUNNING))).total == 1


async def test_two_runs_of_one_millisecond_are_both_listed(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        moment = local_now()
        for _ in range(5):
            await whole_run(opened, started=moment)
        await whole_run(opened, started=moment - timedelta(days=1))
        assert len(await all_rows(opened)) == 6


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def other_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        flip,
        other_version,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"x" * 9000),
    ],
)
async def test_a_damaged_index_is_made_anew_with_the_same_answers(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    async def answers(opened: Library) -> list[object]:
        return [
            await opened.runs(RunQuery()),
            await opened.runs(RunQuery(q="straße", config="dada")),
            await opened.gallery(GalleryQuery(viewer="kiosk-1")),
            await opened.stats(),
        ]

    async with library(tmp_path) as opened:
        runs = [await whole_run(opened, f"Idee {number} auf der Straße") for number in range(5)]
        await opened.favorites.add("kiosk-1", runs[2].run_id, MediaType.IMAGE)
        before = await answers(opened)
    damage(tmp_path / "state" / "index.db")
    async with library(tmp_path) as opened:
        assert await answers(opened) == before
        assert (await opened.health()).index.rebuilt_because is not None


async def test_an_index_that_is_removed_just_after_the_start_is_made_anew(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        await whole_run(opened)
    opened = open_library(tmp_path)
    opened._index.path.unlink()
    await opened.start()
    await opened.settled()
    await opened.reconcile()
    assert opened._index.path.exists()
    assert (await opened.runs(RunQuery())).total == 1
    await opened.close()


async def test_damage_found_while_running_is_healed(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        (tmp_path / "state" / "index.db").write_bytes(b"x" * 50_000)
        (tmp_path / "state" / "index.db-wal").write_bytes(b"")
        await whole_run(opened)
        await opened.settled()
        await opened.reconcile()
        assert (await opened.runs(RunQuery())).total == 2
        assert (await opened.metadata(run.run_id)).run_id == run.run_id


async def test_starting_tells_what_it_does(tmp_path: Path) -> None:
    make(tmp_path / "exports", 30)
    async with library(tmp_path) as opened:
        state = (await opened.health()).index
        assert (state.state, state.done, state.total, state.runs) == ("ready", 30, 30, 30)
        assert (state.text_pending, state.damaged, state.rebuilt_because) == (0, 0, "missing")
        recorder = await opened.begin(start())
        await recorder.close()


async def test_a_full_disk_costs_the_index_nothing_but_time(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        writing = opened._index._write_connection
        await whole_run(opened)
        pages = writing.execute("PRAGMA page_count").fetchone()[0]
        writing.execute(f"PRAGMA max_page_count = {pages + 4}")
        for number in range(6):
            await whole_run(opened, f"Idee {number} " + "voller Worte " * 400)
        assert opened._index._write_connection is writing
        assert 1 <= (await opened.runs(RunQuery())).total < 7
        health = await opened.health()
        assert (health.listener_failures["index"] > 0, health.last_failure) == (True, "disk full")
        writing.execute("PRAGMA max_page_count = 1000000")
        await opened._keeper.glance()
        assert (await opened.runs(RunQuery(q="worte"))).total == 6
        assert (await opened.gallery(GalleryQuery(viewer="kiosk-1", limit=100))).items[6:] != []
        assert len(await opened.caretaker.rebuild()) == 0


async def test_a_start_on_a_full_disk_leaves_the_index_as_it_is(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        await whole_run(opened)
    before = (tmp_path / "state" / "index.db").read_bytes()
    with no_space(), pytest.raises(StorageError) as refused:
        open_library(tmp_path)
    assert refused.value.full
    assert (tmp_path / "state" / "index.db").read_bytes() == before
    async with library(tmp_path) as opened:
        assert (await opened.health()).index.rebuilt_because is None


async def test_an_index_that_could_not_be_made_anew_is_made_when_there_is_space(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        await whole_run(opened)
        with no_space():
            for _ in range(2):
                with pytest.raises(StorageError):
                    await opened.rebuild_index()
                with pytest.raises(StorageError):
                    await opened.runs(RunQuery())
            assert (await opened.health()).index.runs == 0
            with pytest.raises(StorageError):
                await opened.reconcile()
        await opened._keeper.glance()
        assert (await opened.runs(RunQuery())).total == 1


async def test_an_erasure_without_space_for_it_throws_the_index_away(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened, "Geheimnis")
        writing = opened._index._write_connection
        writing.execute(f"PRAGMA max_page_count = {writing.execute('PRAGMA page_count').fetchone()[0]}")
        with patch.object(Writer, "purge", side_effect=full_error()):
            await opened.caretaker.erase_run(run.run_id)
        assert opened._index._write_connection is not writing
        kept = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("index.*"))
        assert b"geheimnis" not in kept.lower()


def full_error() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@contextmanager
def no_space() -> Iterator[None]:
    """Let no index be opened, as on a full disk."""
    with patch.object(schema, "connect", side_effect=full_error()):
        yield
