import json
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.records import ItemType, MediaType, RunType, Status
from kiosk.storage.answers import GalleryQuery, RunQuery
from kiosk.storage.errors import ReadOnlyRun, UnknownRun
from tests.storage import older_exports
from tests.storage.kit import library, picture


def state_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one run of every older kind."""
    exports = tmp_path / "exports"
    for build in (
        older_exports.flat_2025,
        older_exports.flat_january,
        older_exports.nested,
        older_exports.canvas,
        older_exports.lab,
    ):
        build(exports)
    older_exports.media_store(tmp_path)
    older_exports.history_record(exports)
    return tmp_path


async def test_every_kind_is_listed_counted_and_in_the_gallery_and_none_is_rewritten(data: Path) -> None:
    before = state_of(data)
    async with library(data) as opened:
        page = await opened.runs(RunQuery())
        assert page.total == 6
        assert {row.run_id for row in page.executions} == {
            older_exports.UUID,
            older_exports.JANUARY,
            older_exports.NESTED,
            older_exports.CANVAS,
            older_exports.LAB,
            older_exports.STORE_UUID,
        }
        gallery = await opened.gallery(GalleryQuery())
        assert len(gallery.items) == 7
        for item in gallery.items:
            file = await opened.media_file(item.run_id, MediaType.IMAGE, item.n)
            assert file.path.read_bytes().startswith(b"\x89PNG")
            assert (await opened.thumbnail(item.run_id, item.n)).mime_type == "image/webp"
    after = {name: content for name, content in state_of(data).items() if "/state/" not in name}
    assert after == before


async def test_entities_as_an_object_are_read(data: Path) -> None:
    async with library(data) as opened:
        run = await opened.metadata(older_exports.UUID)
        assert (run.schema, run.user_id, run.status, run.progress) == ("dada", "anna", Status.COMPLETED, "6/6")
        assert [entity.type for entity in run.entities] == [
            "input",
            "translation",
            "safety",
            "interception",
            "safety_pre_output",
            "output_image",
        ]
        assert (await opened.runs(RunQuery(q="katzenmond"))).total == 1
        assert (await opened.runs(RunQuery(user_id="anna"))).total == 1


async def test_entities_as_a_list_carry_config_backend_and_seed(data: Path) -> None:
    async with library(data) as opened:
        run = await opened.metadata(older_exports.JANUARY)
        assert (run.schema, run.seed, run.execution_mode) == ("bauhaus", 123, "fast")
        assert [(output.config, output.backend, output.width) for output in run.outputs] == [
            ("sd35_large", "comfyui", 48)
        ]
        assert (await opened.entity_file(older_exports.JANUARY, "optimized_prompt")).path.name == (
            "06_optimized_prompt.txt"
        )


async def test_defects_are_shown_and_not_repaired(data: Path) -> None:
    async with library(data) as opened:
        run = await opened.metadata(older_exports.NESTED)
        assert [output.filename for output in run.outputs] == [
            "final/02_output_image.png",
            "final/03_output_image.png",
        ]
        assert run.safety_level == "off"
        assert run.device_id == "kiosk-3"
        assert run.status is Status.COMPLETED
        unlisted = [entity for entity in run.entities if entity.metadata.get("unlisted")]
        assert [entity.filename for entity in unlisted] == ["prompting_process/003_interception.txt"]
        rows = {row.run_id: row for row in (await opened.runs(RunQuery())).executions}
        assert not rows[older_exports.JANUARY].damaged


async def test_a_history_record_belongs_to_its_run(data: Path) -> None:
    async with library(data) as opened:
        row = next(row for row in (await opened.runs(RunQuery())).executions if row.run_id == older_exports.NESTED)
        assert (row.execution_id, row.total_execution_time) == (older_exports.EXECUTION, 12.5)
        for identity in (older_exports.EXECUTION, older_exports.NESTED):
            record = await opened.history(identity)
            assert [item.item_type for item in record.items] == [ItemType.INTERCEPTION_RESULT, ItemType.OUTPUT_IMAGE]
            assert record.items[1].loop_iteration == 1


async def test_a_history_record_without_its_run_is_listed_alone(tmp_path: Path) -> None:
    older_exports.history_record(tmp_path / "exports")
    async with library(tmp_path) as opened:
        rows = (await opened.runs(RunQuery())).executions
        assert [(row.run_id, row.execution_id) for row in rows] == [(older_exports.NESTED, older_exports.EXECUTION)]
        assert (await opened.restore(older_exports.EXECUTION)).schema == "surrealism"
        with pytest.raises(UnknownRun):
            await opened.media_file(older_exports.NESTED, MediaType.IMAGE)
    async with library(tmp_path) as opened:
        assert (await opened.runs(RunQuery())).total == 1


async def test_canvas_and_lab_runs_keep_their_type(data: Path) -> None:
    async with library(data) as opened:
        canvas = await opened.metadata(older_exports.CANVAS)
        assert canvas.type is RunType.CANVAS
        assert [entity.metadata["node_id"] for entity in canvas.entities] == ["n1", "n2"]
        lab = await opened.metadata(older_exports.LAB)
        assert lab.type is RunType.LAB
        assert [entity.type for entity in lab.entities] == ["parameters", "step_01", "output_image"]


async def test_the_media_store_is_read(data: Path) -> None:
    async with library(data) as opened:
        restored = await opened.restore(older_exports.STORE_UUID)
        assert (restored.input_text, restored.transformed_text, restored.schema) == (
            "Regen",
            "Regen fällt leise",
            "haiku",
        )
        file = await opened.media_file(older_exports.STORE_UUID, MediaType.IMAGE)
        assert file.path.read_bytes() == picture("gray")


async def test_an_older_run_is_not_continued(data: Path) -> None:
    async with library(data) as opened:
        with pytest.raises(ReadOnlyRun):
            await opened.reopen(older_exports.JANUARY, until=5, expected_outputs=[], output_configs=[])


@pytest.mark.parametrize("content", [b"", b'{"run_id": "run_17', b"[]", b'{"entities": 3}', b"\xff\xfe", b"null"])
async def test_damaged_metadata_still_shows_the_files(tmp_path: Path, content: bytes) -> None:
    folder = older_exports.flat_january(tmp_path / "exports")
    (folder / "metadata.json").write_bytes(content)
    async with library(tmp_path) as opened:
        rows = (await opened.runs(RunQuery())).executions
        assert [row.run_id for row in rows] == [older_exports.JANUARY]
        assert (await opened.metadata(older_exports.JANUARY)).outputs[0].filename == "07_output_image.png"
        assert (await opened.restore(older_exports.JANUARY)).input_text == "Text von 01_input.txt"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
async def test_a_record_that_an_editor_saved_anew_is_read(tmp_path: Path, encoding: str) -> None:
    metadata = older_exports.flat_2025(tmp_path / "exports") / "metadata.json"
    plain = metadata.read_text().replace("{", '{"score": NaN, ', 1).replace("\n", "\r\n")
    metadata.write_bytes(plain.encode(encoding))
    async with library(tmp_path) as opened:
        row = (await opened.runs(RunQuery())).executions[0]
        assert (row.config_name, row.user_id, row.damaged) == ("dada", "anna", False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
async def test_a_text_is_read_and_found_in_whatever_bytes(tmp_path: Path, encoding: str) -> None:
    folder = older_exports.flat_2025(tmp_path / "exports")
    (folder / "01_input.txt").write_bytes("Ein Bär läuft".encode(encoding))
    async with library(tmp_path) as opened:
        assert (await opened.restore(older_exports.UUID)).input_text == "Ein Bär läuft"
        assert (await opened.runs(RunQuery(q="bär"))).total == 1


async def test_only_a_folder_in_a_day_names_a_device(data: Path) -> None:
    async with library(data) as opened:
        devices = {row.run_id: row.device_id for row in (await opened.runs(RunQuery())).executions}
        for run_id in (older_exports.UUID, older_exports.JANUARY, older_exports.STORE_UUID):
            assert devices[run_id] is None
        assert devices[older_exports.NESTED] == "kiosk-3"


async def test_the_outputs_tell_which_configs_made_them(data: Path) -> None:
    async with library(data) as opened:
        assert (await opened.restore(older_exports.JANUARY)).output_configs == ["sd35_large"]


async def test_a_run_id_tells_when_its_run_began_if_nothing_else_does(tmp_path: Path) -> None:
    folder = older_exports.flat_january(tmp_path / "exports")
    (folder / "metadata.json").unlink()
    async with library(tmp_path) as opened:
        start = (await opened.metadata(older_exports.JANUARY)).start_time
        assert start is not None
        assert datetime.fromisoformat(start).timestamp() == 1_768_900_000


async def test_steps_that_no_list_names_have_their_own_numbers(tmp_path: Path) -> None:
    folder = older_exports.lab(tmp_path / "exports")
    (folder / "prompting_process" / "003_step_02.jpg").write_bytes(picture("red"))
    async with library(tmp_path) as opened:
        types = [entity.type for entity in (await opened.metadata(older_exports.LAB)).entities]
        assert ("step_01" in types, "step_02" in types) == (True, True)


async def test_a_history_record_that_names_no_run_goes_by_its_execution(tmp_path: Path) -> None:
    path = older_exports.history_record(tmp_path / "exports")
    record = json.loads(path.read_text())
    del record["run_id"]
    record["used_seed"] = 77
    record["items"].append({"item_type": "gone_since", "content": "Ein altes Wort"})
    path.write_text(json.dumps(record))
    async with library(tmp_path) as opened:
        page = await opened.runs(RunQuery(q="fliegen"))
        assert [row.execution_id for row in page.executions] == [older_exports.EXECUTION]
        restored = await opened.restore(older_exports.EXECUTION)
        assert restored.transformed_text == "Der Fisch, der das Fliegen träumt"
        told = await opened.history(older_exports.EXECUTION)
        assert (told.total_execution_time, told.used_seed) == (12.5, 77)
        assert [(item.item_type, item.content) for item in told.items][2] == ("recovered_file", "Ein altes Wort")
        assert told.items[2].metadata["item_type"] == "gone_since"


@pytest.mark.parametrize("content", [b"", b'{"execution_id": "exec_2026'])
async def test_a_history_record_that_was_cut_is_listed_as_damaged(tmp_path: Path, content: bytes) -> None:
    older_exports.history_record(tmp_path / "exports").write_bytes(content)
    async with library(tmp_path) as opened:
        rows = (await opened.runs(RunQuery())).executions
        assert [(row.execution_id, row.damaged) for row in rows] == [(older_exports.EXECUTION, True)]


async def test_a_folder_that_is_no_run_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "exports" / "json" / "2026-01-20" / "notes").mkdir(parents=True)
    (tmp_path / "exports" / "json" / "2026-01-20" / "notes" / "readme").mkdir()
    (tmp_path / "exports" / "json" / "something").mkdir()
    async with library(tmp_path) as opened:
        assert (await opened.runs(RunQuery())).total == 0
