"""Packages: bags that others' tools call valid, with the runs byte for byte, and what stays out."""

import subprocess
from pathlib import Path

import pytest

from kiosk.storage.export import bag, stick
from kiosk.storage.export.answers import Selection
from kiosk.storage.export.meter import Told
from kiosk.storage.export.packing import Outcome
from tests.storage.export.packages import RESEARCH, bags, files, is_valid, pack, report, task_for
from tests.storage.kit import library, whole_run


async def test_a_package_is_a_valid_bag_with_the_runs_byte_for_byte(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        runs = [await whole_run(opened, f"Idee {number}", consent=RESEARCH) for number in range(3)]
        await opened.settled()
        assert await pack(opened, task_for(opened, tmp_path / "stick")) == Outcome("done")
        (made,) = bags(tmp_path / "stick")
        assert is_valid(made)
        assert bag.judge(made).is_sound
        for run in runs:
            place = run.folder.relative_to(opened.exports / "json")
            assert files(made / "data" / "runs" / place) == files(run.folder)


async def test_sha256sum_alone_can_check_a_package(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick"))
        (made,) = bags(tmp_path / "stick")
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            subprocess.run(["sha256sum", "--strict", "-c", manifest], cwd=made, check=True, capture_output=True)
        picture = next(made.rglob("01_output_image.png"))
        picture.write_bytes(picture.read_bytes()[:-1] + b"?")
        spoiled = subprocess.run(["sha256sum", "-c", "manifest-sha256.txt"], cwd=made, capture_output=True)
        assert spoiled.returncode == 1
        assert bag.judge(made).changed == [picture.relative_to(made).as_posix()]


async def test_a_package_says_where_it_comes_from(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick"))
        (made,) = bags(tmp_path / "stick")
        info = bag.read_info(made)
        assert info["Source-Organization"] == "Schule am Fluss"
        assert info["Bag-Count"] == "1 of ?"
        assert info["Kiosk-Profile"] == "full"
        assert info["Kiosk-Runs"] == "1"
        assert "CC BY-NC 4.0" in (made / "data" / "LICENCE.md").read_text(encoding="utf-8")
        assert "| parents' letter of 2026 | 1 |" in (made / "data" / "CONSENT.md").read_text(encoding="utf-8")


async def test_only_runs_with_consent_for_research_go_unless_it_is_the_own_archive(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        asked = await whole_run(opened, consent=RESEARCH)
        other = await whole_run(opened)
        await opened.settled()
        heard: list[Told] = []
        await pack(opened, task_for(opened, tmp_path / "a"), heard=heard)
        assert [left.run_id for left in heard[-1].left_out] == [other.run_id]
        assert heard[-1].left_out_by == {"consent": 1}
        assert {path.parent.name for path in (tmp_path / "a").rglob("journal.jsonl")} == {asked.run_id}
        await pack(opened, task_for(opened, tmp_path / "b", "export-2", own_archive=True))
        assert len(list((tmp_path / "b").rglob("journal.jsonl"))) == 2
        assert report(bags(tmp_path / "b")[0])["left_out"] == {}


async def test_a_second_package_holds_only_what_is_new_and_belongs_to_the_first(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick"))
        assert await pack(opened, task_for(opened, tmp_path / "stick", "export-2")) == Outcome("done", "nothing_new")
        assert len(bags(tmp_path / "stick")) == 1
        fresh = await whole_run(opened, "noch eine", consent=RESEARCH)
        await opened.settled()
        assert await pack(opened, task_for(opened, tmp_path / "stick", "export-3")) == Outcome("done")
        first, second = sorted(bags(tmp_path / "stick"), key=lambda made: made.name[-3:])
        assert [path.parent.name for path in second.rglob("journal.jsonl")] == [fresh.run_id]
        groups = {bag.read_info(made)["Bag-Group-Identifier"] for made in (first, second)}
        assert len(groups) == 1
        assert bag.read_info(second)["Bag-Count"] == "2 of ?"


async def test_a_selection_takes_only_what_it_names(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        wanted = await whole_run(opened, consent=RESEARCH, session_id="workshop", device_id="kiosk-2")
        await whole_run(opened, consent=RESEARCH, session_id="workshop")
        await whole_run(opened, consent=RESEARCH, device_id="kiosk-2")
        await opened.settled()
        selection = Selection(session_id="workshop", device_id="kiosk-2", date_from="2000-01-01", config="dada")
        await pack(opened, task_for(opened, tmp_path / "stick"), selection=selection)
        assert [path.parent.name for path in (tmp_path / "stick").rglob("journal.jsonl")] == [wanted.run_id]


async def test_runs_that_not_every_drive_can_hold_stay_out_and_are_named(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        named = await whole_run(opened, consent=RESEARCH)
        (named.folder / "final" / "was ist das?.txt").write_text("?", encoding="utf-8")
        large = await whole_run(opened, consent=RESEARCH)
        with (large.folder / "final" / "02_output_video.mp4").open("wb") as film:
            film.truncate(1 << 32)
        await opened.settled()
        heard: list[Told] = []
        task = task_for(opened, tmp_path / "stick", file_system="vfat")
        assert await pack(opened, task, heard=heard) == Outcome("done", "nothing_new")
        why = {left.run_id: left.why for left in heard[-1].left_out}
        assert why == {named.run_id: "name", large.run_id: "file_too_large"}


@pytest.mark.parametrize(
    "name",
    ["a:b", "a/CON", "nul.png", "com1.json", "trail.", "trail ", "a%b", "../x", "u\u0308.txt", "x" * 201, "CONIN$"],
)
def test_names_that_a_stick_cannot_hold_are_known(name: str) -> None:
    assert stick.unfit(name)


@pytest.mark.parametrize("name", ["final/01_output_image.png", ".DS_Store", "console.txt", "Straße/ü.txt"])
def test_other_names_are_fine(name: str) -> None:
    assert not stick.unfit(name)


@pytest.mark.parametrize("line", ["data/../../etc/passwd", "/etc/passwd", "data//x", "~/x", "data\\x"])
def test_a_manifest_that_leads_out_is_refused(tmp_path: Path, line: str) -> None:
    manifest = tmp_path / "manifest-sha256.txt"
    manifest.write_text(f"{'0' * 64}  {line}\n", encoding="utf-8")
    with pytest.raises(bag.BadBag):
        list(bag.read_manifest(manifest))


async def test_what_a_mac_drops_is_called_harmless(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick"))
    (made,) = bags(tmp_path / "stick")
    (made / "data" / ".DS_Store").write_bytes(b"x")
    judged = bag.judge(made)
    assert judged.dropped == ["data/.DS_Store"]
    assert judged.is_sound
