"""Packages without names, and for the public: what is in them, and what is nowhere in them."""

import io
import re
from pathlib import Path

import c2pa
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kiosk.records import Consent, ItemType, MediaType
from kiosk.storage.export import Profile
from kiosk.storage.export.answers import Selection
from kiosk.storage.export.meter import Told
from kiosk.storage.export.packing import Outcome
from kiosk.storage.library import Library
from kiosk.storage.recorders import Recorder
from kiosk.storage.run_files import read_run
from kiosk.storage.verify import verify
from tests.storage.export.packages import EVERYTHING, RESEARCH, bags, files, is_valid, pack, report, task_for
from tests.storage.kit import end, idea, item, library, picture_item, rewritten, start, whole_run

DEVICE = "kiosk-window-seat"
PERSON = "blue-fox"
STARRED = Selection(favorites=True)
PATH = "C:/Users/frau.meier/comfy"


def box_picture() -> bytes:
    """A picture as a box leaves it: with its graph and its paths."""
    said = PngInfo()
    said.add_text("workflow", f'{{"path": "{PATH}"}}')
    buffer = io.BytesIO()
    Image.new("RGB", (48, 32), "red").save(buffer, "PNG", pnginfo=said)
    return buffer.getvalue()


async def told_run(opened: Library, consent: Consent) -> Recorder:
    """A run whose records say its device, its person and its machine in several places."""
    recorder = await opened.begin(start(device_id=DEVICE, user_id=PERSON, consent=consent))
    await recorder.record(idea("Ein Bär tanzt"))
    await recorder.record(
        item(ItemType.USER_EDIT, "Ein Bär singt", metadata={"replaces": 2, "entity_type": "input", "by": DEVICE})
    )
    await recorder.record(rewritten())
    made = picture_item(prompt="ein Bär, Öl", served=f"http://{DEVICE}/out")
    await recorder.record(made, box_picture())
    await recorder.record(end())
    await recorder.close()
    return recorder


def everywhere(folder: Path) -> bytes:
    """All bytes of a package, names included."""
    return b"\n".join(name.encode() + b"\n" + content for name, content in files(folder).items())


async def test_a_pseudonymous_package_holds_no_name_of_a_device_a_person_or_a_machine(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        run = await told_run(opened, RESEARCH)
        host = str(run.items[0].metadata["host"])
        await opened.settled()
        task = task_for(opened, tmp_path / "stick", profile=Profile.PSEUDONYMOUS)
        assert await pack(opened, task) == Outcome("done")
        (made,) = bags(tmp_path / "stick")
        assert is_valid(made)
        whole = everywhere(made)
        for name in (DEVICE, PERSON, host, PATH, str(run.items[0].metadata["boot_id"])):
            assert name.encode() not in whole
        assert "Ein Bär singt".encode() in whole


async def test_a_pseudonymous_run_is_a_sound_run_that_says_where_it_comes_from(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        source = await told_run(opened, RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick", profile=Profile.PSEUDONYMOUS))
        (folder,) = [path.parent for path in (tmp_path / "stick").rglob("journal.jsonl")]
        checked = verify(folder, tmp_path, "nobody", repair=False)
        assert checked is not None
        assert checked.is_sound
        record = read_run(folder)
        assert record.metadata.run_id == source.run_id
        assert record.metadata.device_id == folder.parent.name
        derived = record.items[0].metadata["derived"]
        assert derived["from_last_h"] == source.metadata.last_h
        assert derived["from_items"] == len(source.items)
        assert [one.content for one in record.items if one.media_type is MediaType.TEXT] == [
            one.content for one in source.items if one.media_type is MediaType.TEXT
        ]


async def test_the_same_person_has_the_same_code_in_all_packages_of_a_house(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await told_run(opened, RESEARCH)
        await told_run(opened, RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "a", profile=Profile.PSEUDONYMOUS))
        await pack(opened, task_for(opened, tmp_path / "b", "export-2", profile=Profile.PSEUDONYMOUS))
        people = {
            read_run(path.parent).metadata.user_id
            for stick in ("a", "b")
            for path in (tmp_path / stick).rglob("journal.jsonl")
        }
        assert len(people) == 1
        key = opened.exports.parent / "state" / "exports" / "pseudonyms.key"
        assert key.stat().st_mode & 0o777 == 0o600
        again = task_for(opened, tmp_path / "a", "export-3", profile=Profile.PSEUDONYMOUS)
        assert await pack(opened, again) == Outcome("done", "nothing_new")


async def test_a_public_package_holds_only_starred_works_with_consent_and_no_words(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        shown = await told_run(opened, EVERYTHING)
        private = await told_run(opened, RESEARCH)
        await told_run(opened, EVERYTHING)
        for run in (shown, private):
            await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, 1)
        await opened.settled()
        heard: list[Told] = []
        task = task_for(opened, tmp_path / "stick", profile=Profile.PUBLIC)
        assert await pack(opened, task, selection=STARRED, heard=heard) == Outcome("done")
        (made,) = bags(tmp_path / "stick")
        assert is_valid(made)
        runs = {path.parent.name for path in made.rglob("journal.jsonl")}
        assert runs == {shown.run_id}
        assert {left.run_id: left.why for left in heard[-1].left_out} == {private.run_id: "consent"}
        whole = everywhere(made)
        for word in (DEVICE, PERSON, PATH, "Bär"):
            assert word.encode() not in whole
        with Image.open(next(made.rglob("01_output_image.png"))) as picture:
            assert "Digital Source Type" in picture.info
        with c2pa.Reader(str(next(made.rglob("01_output_image.png")))) as signed:
            assert signed.get_validation_state() == "Valid"
        assert report(made)["profile"] == "public"


async def test_a_public_package_tells_the_words_only_when_the_teacher_lets_it(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        run = await told_run(opened, EVERYTHING)
        await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, 1)
        await opened.settled()
        await pack(
            opened, task_for(opened, tmp_path / "stick", profile=Profile.PUBLIC, prompts=True), selection=STARRED
        )
        (made,) = bags(tmp_path / "stick")
        assert "Ein Bär singt".encode() in everywhere(made)
        (folder,) = [path.parent for path in made.rglob("journal.jsonl")]
        checked = verify(folder, tmp_path, "nobody", repair=False)
        assert checked is not None
        assert checked.is_sound


async def test_a_public_work_without_its_words_is_called_by_its_lens_and_time(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        run = await told_run(opened, EVERYTHING)
        await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, 1)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick", profile=Profile.PUBLIC, lens_names={"dada": "Dada-Laden"})
        await pack(opened, task, selection=STARRED)
        (made,) = bags(tmp_path / "stick")
        index = (made / "data" / "index.html").read_text("utf-8")
        assert re.search(r"<strong[^>]*>Dada-Laden, [0-9]{2}:[0-9]{2}</strong>", index)


async def test_a_run_hidden_from_the_gallery_is_not_public(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        run = await whole_run(opened, consent=Consent(public=True, gallery=False))
        await opened.favorites.add("kiosk-1", run.run_id, MediaType.IMAGE, 1)
        await opened.settled()
        task = task_for(opened, tmp_path / "stick", profile=Profile.PUBLIC)
        assert await pack(opened, task, selection=STARRED) == Outcome("done", "nothing_new")


async def test_packages_have_tables_crate_and_pages(tmp_path: Path) -> None:
    async with library(tmp_path / "data") as opened:
        await whole_run(opened, consent=RESEARCH)
        await opened.settled()
        await pack(opened, task_for(opened, tmp_path / "stick", lens_names={"dada": "Dada-Laden"}))
        (made,) = bags(tmp_path / "stick")
        assert "Dada-Laden" in (made / "data" / "index.html").read_text("utf-8")
        there = {path.name for path in (made / "data").iterdir()}
        assert {"runs.csv", "items.csv", "runs.parquet", "items.parquet", "index.html"} <= there
        assert {"ro-crate-metadata.json", "data-dictionary.md", "CONSENT.md", "LICENCE.md"} <= there
        assert list((made / "data" / "pages" / "thumbs").rglob("*.webp"))
