"""Stars leave with their runs and come back with them: once, never over what is here, never without consent."""

from pathlib import Path

import pytest

from kiosk.records import MediaType
from kiosk.storage.export import Profile
from kiosk.storage.export.answers import Import, Selection
from kiosk.storage.journal import parse
from kiosk.storage.library import Library
from tests.storage.export.packages import EVERYTHING, bags, is_valid, pack, task_for
from tests.storage.export.test_bring_in import bring
from tests.storage.kit import library, whole_run


async def starred(folder: Path, stick: Path, profile: Profile = Profile.FULL) -> list[str]:
    """Two runs, one of them without consent, both with a star; packed. Returns their ids."""
    async with library(folder) as opened:
        runs = [await whole_run(opened, consent=EVERYTHING), await whole_run(opened)]
        for run in runs:
            await opened.favorites.add("kiosk-2", run.run_id, MediaType.IMAGE, 1, "der Bär!")
        await opened.settled()
        chosen = Selection(favorites=profile is Profile.PUBLIC)
        await pack(opened, task_for(opened, stick, profile=profile), selection=chosen)
        return [run.run_id for run in runs]


async def stars(opened: Library) -> list[tuple[str, str, str | None]]:
    """Who starred what, with the note."""
    seen = await opened.favorites.seen_by("kiosk-2", "group")
    return [(star.device_id, star.run_id, star.note) for star in seen.favorites]


async def brought(opened: Library, stick: Path) -> Import:
    came = await bring(opened, stick)
    assert came.state == "done"
    return came


async def test_a_star_goes_with_its_run_and_is_put_up_again_once(tmp_path: Path) -> None:
    run_id, _ = await starred(tmp_path / "kiosk", tmp_path / "stick")
    (made,) = bags(tmp_path / "stick")
    assert is_valid(made)
    lines = parse((made / "data" / "favorites" / "kiosk-2.jsonl").read_bytes())
    assert [line.intact for line in lines.lines] == [True]
    async with library(tmp_path / "desk") as opened:
        assert (await brought(opened, tmp_path / "stick")).favorites == 1
        assert await stars(opened) == [("kiosk-2", run_id, "der Bär!")]
        assert (await brought(opened, tmp_path / "stick")).favorites == 0
        assert len(await stars(opened)) == 1


async def test_a_later_package_has_the_stars_on_runs_that_went_earlier(tmp_path: Path) -> None:
    async with library(tmp_path / "kiosk") as opened:
        first = await whole_run(opened, consent=EVERYTHING)
        await opened.favorites.add("kiosk-1", first.run_id, MediaType.IMAGE, 1, "früh")
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick", "export-1"))
        await opened.favorites.add("kiosk-2", first.run_id, MediaType.IMAGE, 1, "spät")
        await whole_run(opened, consent=EVERYTHING)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick", "export-2"))
    assert len(bags(tmp_path / "stick")) == 2
    async with library(tmp_path / "desk") as opened:
        assert (await brought(opened, tmp_path / "stick")).favorites == 2
        assert {(device, note) for device, _, note in await stars(opened)} == {
            ("kiosk-1", "früh"),
            ("kiosk-2", "spät"),
        }


async def test_a_star_that_was_taken_away_here_stays_away(tmp_path: Path) -> None:
    run_id, _ = await starred(tmp_path / "kiosk", tmp_path / "stick")
    async with library(tmp_path / "desk") as opened:
        await brought(opened, tmp_path / "stick")
        await opened.favorites.remove("kiosk-2", run_id)
        assert (await brought(opened, tmp_path / "stick")).favorites == 0
        assert await stars(opened) == []


async def test_a_whole_exports_folder_brings_its_stars_and_none_for_runs_that_are_not_there(tmp_path: Path) -> None:
    first, second = await starred(tmp_path / "kiosk", tmp_path / "stick")
    exports = tmp_path / "kiosk" / "exports"
    with (exports / "favorites" / "kiosk-2.jsonl").open("ab") as file:
        file.write(b'{"action":"add","run_id":"run_1769122471728_00000000","media_type":"image","timestamp":"x"}\n')
    async with library(tmp_path / "desk") as opened:
        assert (await brought(opened, exports)).favorites == 2
        assert {run_id for _, run_id, _ in await stars(opened)} == {first, second}


async def test_a_changed_file_of_stars_is_told_and_left(tmp_path: Path) -> None:
    await starred(tmp_path / "kiosk", tmp_path / "stick")
    (made,) = bags(tmp_path / "stick")
    (made / "data" / "favorites" / "kiosk-2.jsonl").write_bytes(b"{}\n")
    async with library(tmp_path / "desk") as opened:
        came = await brought(opened, tmp_path / "stick")
        assert (came.came_in, came.favorites) == (1, 0)
        assert any(note == "kiosk-2.jsonl: changed" for note in came.notes)


@pytest.mark.parametrize("profile", [Profile.PSEUDONYMOUS, Profile.PUBLIC])
async def test_no_other_profile_says_which_device_liked_what(tmp_path: Path, profile: Profile) -> None:
    await starred(tmp_path / "kiosk", tmp_path / "stick", profile)
    (made,) = bags(tmp_path / "stick")
    assert not (made / "data" / "favorites").exists()
    held = [path for path in made.rglob("*") if path.is_file() and "der Bär!".encode() in path.read_bytes()]
    assert held == []
