"""Drives that are pulled, full, or do not keep what they get; and work that goes on where it stood."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.storage.export import bag, packing, stick
from kiosk.storage.export.meter import Told
from kiosk.storage.export.packing import Outcome
from tests.storage.export.packages import RESEARCH, bags, files, is_valid, pack, task_for
from tests.storage.kit import library, whole_run


class Pulled(BaseException):
    """The drive is out."""


def after(blocks: int) -> Callable[[], None]:
    """Something to obey that pulls the drive after so many looks."""
    left = [blocks]

    def obey() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Pulled

    return obey


@pytest.mark.parametrize("looks", [2, 12, 25, 40])
async def test_an_interrupted_package_goes_on_and_is_valid(tmp_path: Path, looks: int) -> None:
    async with library(tmp_path / "data") as opened:
        for number in range(6):
            await whole_run(opened, f"Idee {number}", consent=RESEARCH)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick")
        with pytest.raises(Pulled):
            await pack(opened, task, obey=after(looks))
        assert not [
            place for place in (tmp_path / "stick").glob("*/*/bagit.txt") if place.parent.suffix != ".partial"
        ]
        assert await pack(opened, task) == Outcome("done")
        (made,) = bags(tmp_path / "stick")
        assert is_valid(made)
        assert len(list(made.rglob("journal.jsonl"))) == 6


async def test_after_an_interruption_only_what_is_in_doubt_is_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library(tmp_path / "data") as opened:
        for number in range(4):
            await whole_run(opened, f"Idee {number}", consent=RESEARCH)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick")
        with pytest.raises(Pulled):
            await pack(opened, task, obey=after(20))
        there = {name for name, data in files(tmp_path / "stick").items() if data}
        copied = []
        plain = stick.copy

        def counted(source: Path | bytes, target: Path, heed: stick.Heed) -> stick.Copied:
            copied.append(target.relative_to(tmp_path / "stick").as_posix())
            return plain(source, target, heed)

        monkeypatch.setattr(stick, "copy", counted)
        assert await pack(opened, task) == Outcome("done")
        assert not set(copied) & there


async def test_a_file_that_the_pulled_drive_lost_is_written_again(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        for number in range(4):
            await whole_run(opened, f"Idee {number}", consent=RESEARCH)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick")
        with pytest.raises(Pulled):
            await pack(opened, task, obey=after(28))
        pictures = sorted((tmp_path / "stick").rglob("01_output_image.png"))
        pictures[0].write_bytes(b"")
        pictures[-1].write_bytes(b"?" * pictures[-1].stat().st_size)
        shutil.rmtree(sorted((tmp_path / "stick").rglob("final"))[1])
        assert await pack(opened, task) == Outcome("done")
        assert is_valid(bags(tmp_path / "stick")[0])


async def test_a_drive_that_does_not_keep_what_is_written_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        plain = stick.copy

        def spoiling(source: Path | bytes, target: Path, heed: stick.Heed) -> stick.Copied:
            copied = plain(source, target, heed)
            if target.suffix == ".png":
                target.write_bytes(b"?" * copied.size)
            return copied

        monkeypatch.setattr(stick, "copy", spoiling)
        assert await pack(opened, task_for(opened, tmp_path / "stick")) == Outcome("failed", "medium")
        assert bags(tmp_path / "stick") == []


async def test_a_full_drive_holds_a_whole_bag_and_the_rest_goes_on_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library(tmp_path / "data") as opened:
        for number in range(5):
            await whole_run(opened, f"Idee {number}", consent=RESEARCH)
        await opened.settled()
        task = task_for(opened, tmp_path / "one")

        def room(place: Path) -> tuple[int, int]:
            used = sum(1 for _ in place.rglob("journal.jsonl"))
            return (0 if used >= 2 and place.is_relative_to(tmp_path / "one") else 1 << 30), 4096

        monkeypatch.setattr(stick, "room", room)
        heard: list[Told] = []
        assert await pack(opened, task, heard=heard) == Outcome("full", "drive_full")
        assert is_valid(bags(tmp_path / "one")[0])
        assert heard[-1].progress.runs == 2
        assert heard[-1].progress.runs_total == 5
        again = task_for(opened, tmp_path / "two")
        assert await pack(opened, again, heard=heard) == Outcome("done")
        assert heard[-1].progress.runs == 5
        first, second = bags(tmp_path / "one")[0], bags(tmp_path / "two")[0]
        assert is_valid(second)
        assert bag.read_info(second)["Bag-Count"] == "2 of ?"
        names = [{path.parent.name for path in made.rglob("journal.jsonl")} for made in (first, second)]
        assert len(names[0] | names[1]) == 5
        assert not names[0] & names[1]


async def test_a_program_that_ended_just_after_the_last_rename_finds_its_bag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick")
        with monkeypatch.context() as ended:
            ended.setattr(packing.Packer, "_done", _pull)
            with pytest.raises(Pulled):
                await pack(opened, task)
        heard: list[Told] = []
        assert await pack(opened, task, heard=heard) == Outcome("done")
        assert [made.name for made in heard[-1].bags] == [made.name for made in bags(tmp_path / "stick")]
        assert len(bags(tmp_path / "stick")) == 1


async def test_a_run_that_changes_while_it_is_copied_stays_out_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with library(tmp_path / "data") as opened:
        run = await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        plain = stick.copy

        def meddling(source: Path | bytes, target: Path, heed: stick.Heed) -> stick.Copied:
            if isinstance(source, Path) and source.name == "journal.jsonl":
                with source.open("ab") as file:
                    file.write(b"\n")
            return plain(source, target, heed)

        monkeypatch.setattr(stick, "copy", meddling)
        heard: list[Told] = []
        await pack(opened, task_for(opened, tmp_path / "stick"), heard=heard)
        assert [(left.run_id, left.why) for left in heard[-1].left_out] == [(run.run_id, "changing")]
        assert bags(tmp_path / "stick") == []


async def test_the_source_is_left_as_it_is(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        before = files(opened.exports)
        await pack(opened, task_for(opened, tmp_path / "stick"))
        assert files(opened.exports) == before


def _pull(*_: object) -> None:
    raise Pulled
