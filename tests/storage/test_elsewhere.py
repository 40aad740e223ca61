"""One kiosk erases, the other on the same exports forgets."""

from pathlib import Path

from kiosk.records import MediaType
from kiosk.storage.answers import RunQuery
from tests.storage.kit import library, whole_run
from tests.storage.test_caretaker import CANARY, traces


async def test_what_one_kiosk_erases_the_other_forgets(tmp_path: Path) -> None:
    async with (
        library(tmp_path, state=tmp_path / "state-a") as one,
        library(tmp_path, state=tmp_path / "state-b") as other,
    ):
        run = await whole_run(one, f"Ein {CANARY}")
        await other.reconcile()
        for kiosk in (one, other):
            await kiosk.thumbnail(run.run_id)
        await one.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, note=CANARY)
        await other.reconcile()
        receipt = await other.caretaker.erase_run(run.run_id)
        assert (receipt.runs, receipt.busy) == ([run.run_id], [])
        assert any("kiosk-1" in place for place in receipt.not_reached)
        await one.reconcile()
        assert (await one.runs(RunQuery())).total == 0
        assert (await one.favorites.seen_by("kiosk-1")).total == 0
        assert not list((tmp_path / "state-a").rglob(f"{run.run_id}*"))
        assert traces(tmp_path) == []
        lists = [path for path in tmp_path.rglob("index.db*") if not path.name.endswith("-shm")]
        assert [path for path in lists if run.run_id.encode() in path.read_bytes()] == []


async def test_nothing_of_an_erased_run_stays_in_an_index_that_has_not_missed_it_yet(tmp_path: Path) -> None:
    async with (
        library(tmp_path, state=tmp_path / "state-a") as one,
        library(tmp_path, state=tmp_path / "state-b") as other,
    ):
        run = await whole_run(one, f"Ein {CANARY}")
        await other.reconcile()
        await other.caretaker.erase_run(run.run_id)
        await one.favorites._reconcile(is_new=False)
        await one.reconcile()
        assert traces(tmp_path) == []


async def test_erasing_leaves_the_stars_of_another_kiosk_to_it(tmp_path: Path) -> None:
    async with library(tmp_path, state=tmp_path / "state-a") as one:
        run, kept = await whole_run(one), await whole_run(one)
        for star in (run, kept):
            await one.favorites.add("kiosk-1", star.run_id, MediaType.IMAGE)
    async with library(tmp_path, state=tmp_path / "state-b") as other:
        await other.reconcile()
        await other.caretaker.erase_run(run.run_id)
        async with library(tmp_path, state=tmp_path / "state-a") as one:
            assert await one.favorites.remove("kiosk-1", kept.run_id) == 1
