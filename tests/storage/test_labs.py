import asyncio
from base64 import b64encode
from pathlib import Path

import pytest

from kiosk.records import ItemType, MediaType, RunType, Status
from kiosk.server.controllers.labs import whole_medium
from kiosk.storage.answers import RunQuery
from kiosk.storage.errors import UnknownRun
from kiosk.storage.labs import MAX_OUTPUT_BYTES, LabOutput, LabRecord, LabRefused
from tests.boxes.samples import triangle
from tests.storage.kit import end, library, picture, record_all, start
from tests.storage.test_thumbnails import bomb

RECORD = LabRecord(
    parameters={"steps": 20},
    outputs=[
        LabOutput(data=b64encode(picture()).decode(), step=1),
        LabOutput(data="data:image/png;base64," + b64encode(picture("blue")).decode(), metadata={"seed": 3}),
    ],
)


async def test_a_lab_creates_nothing_before_its_first_record(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "steps")
        assert not opened.exports.exists()
        assert await opened.labs.end(run_id, device_id="kiosk-1") is None
        assert not opened.exports.exists()
        with pytest.raises(UnknownRun):
            await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")


async def test_a_lab_survives_a_restart_between_calls(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "steps")
    async with library(tmp_path) as opened:
        await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")
    async with library(tmp_path) as opened:
        assert (await opened.metadata(run_id)).status is Status.WAITING
        metadata = await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")
        assert [entity.filename for entity in metadata.entities] == [
            "prompting_process/001_parameters.json",
            "prompting_process/002_step_01.png",
            "final/01_output_image.png",
            "prompting_process/003_parameters.json",
            "prompting_process/004_step_01.png",
            "final/02_output_image.png",
        ]
        assert (metadata.type, metadata.schema) == (RunType.LAB, "steps")
        ended = await opened.labs.end(run_id, device_id="kiosk-1")
        assert ended is not None
        assert ended.status is Status.COMPLETED
        file = await opened.media_file(run_id, MediaType.IMAGE, 2)
        assert file.path.read_bytes() == picture("blue")
        kinds = [item.item_type for item in await opened.items(run_id)]
        assert kinds.count(ItemType.PIPELINE_START) == 1
        assert (await opened.runs(RunQuery(config="steps"))).total == 1


async def test_a_lab_whose_program_ended_while_it_began_is_no_dead_end(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "steps")
        announcement = next((tmp_path / "state").rglob(f"{run_id}.json"))
        noted = announcement.read_bytes()
        await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")
        announcement.write_bytes(noted)
        metadata = await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")
        assert len(metadata.outputs) == 2
        assert not announcement.exists()


async def test_a_lab_keeps_a_model_in_three_dimensions(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "models")
        record = LabRecord(outputs=[LabOutput(data=b64encode(triangle()).decode())])
        metadata = await opened.labs.save(run_id, record, whole_medium, device_id="kiosk-1")
        assert [(output.type, output.filename) for output in metadata.outputs] == [("3d", "final/01_output_3d.glb")]
        file = await opened.media_file(run_id, MediaType.MODEL_3D, 1)
        assert (file.path.read_bytes(), file.mime_type) == (triangle(), "model/gltf-binary")


async def test_records_that_come_at_once_wait_for_each_other(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "steps")
        records = [LabRecord(parameters={"number": number}) for number in range(6)]
        await asyncio.gather(
            *(opened.labs.save(run_id, record, whole_medium, device_id="kiosk-1") for record in records)
        )
        items = await opened.items(run_id)
        assert [item.sequence_number for item in items] == list(range(1, 8))
        assert {item.content for item in items[1:]} == {f'{{"number":{number}}}' for number in range(6)}


async def test_a_lab_answers_to_either_of_its_ids(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        first, second = start(), start()
        for begun in (first, second):
            await opened.labs.start(begun, "steps")
        for _ in range(2):
            metadata = await opened.labs.save(first.execution_id, RECORD, whole_medium, device_id="kiosk-1")
            assert metadata.run_id == first.run_id
        assert await opened.labs.end(second.execution_id, device_id="kiosk-1") is None
        assert not list((tmp_path / "state").rglob("run_*.json"))
        ended = await opened.labs.end(first.execution_id, device_id="kiosk-1")
        assert ended is not None
        assert ended.status is Status.COMPLETED


async def test_only_its_device_goes_on_with_a_lab_and_not_after_its_end(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "seeds")
        with pytest.raises(UnknownRun):
            await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-2")
        await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")
        with pytest.raises(UnknownRun):
            await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-2")
        await opened.labs.end(run_id, device_id="kiosk-1")
        with pytest.raises(LabRefused) as refused:
            await opened.labs.save(run_id, RECORD, whole_medium, device_id="kiosk-1")
        assert refused.value.problem == "ended"


async def test_a_pipeline_run_is_no_lab(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        await record_all(recorder, [end()])
        await recorder.close()
        with pytest.raises(UnknownRun):
            await opened.labs.save(recorder.run_id, RECORD, whole_medium, device_id="kiosk-1")


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (LabRecord(outputs=[LabOutput(data="no base64!")]), "bad_base64"),
        (LabRecord(outputs=[LabOutput(data=b64encode(b"<svg/>").decode())]), "unknown_media"),
        (LabRecord(outputs=[LabOutput(data=b64encode(triangle()[:-8]).decode())]), "damaged"),
        (LabRecord(outputs=[LabOutput(data=b64encode(bomb(50_000, 50_000)).decode())]), "too_large"),
        (LabRecord(outputs=[LabOutput(data=b64encode(picture()[:60]).decode())]), "damaged"),
        (LabRecord(outputs=[LabOutput(data="A" * (MAX_OUTPUT_BYTES * 4 // 3 + 8))]), "too_large"),
        (LabRecord(outputs=[LabOutput(data="")] * 33), "too_many"),
        (LabRecord(parameters={"text": "x" * 70_000}), "too_large"),
    ],
)
async def test_what_is_no_medium_or_too_much_is_refused_and_creates_nothing(
    tmp_path: Path, record: LabRecord, problem: str
) -> None:
    async with library(tmp_path) as opened:
        run_id = await opened.labs.start(start(), "steps")
        with pytest.raises(LabRefused) as refused:
            await opened.labs.save(run_id, record, whole_medium, device_id="kiosk-1")
        assert refused.value.problem == problem
        assert not opened.exports.exists()


async def test_a_canvas_run_keeps_its_workflow(tmp_path: Path) -> None:
    graph = {"nodes": [{"id": "n1", "type": "input"}], "edges": []}
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start(suffix="_canvas", type=RunType.CANVAS), workflow=graph)
        await record_all(recorder, [end()])
        await recorder.close()
        before = (recorder.folder / "workflow.json").read_bytes()
        assert b'"n1"' in before
        (recorder.folder / "workflow.json").unlink()
        await opened.caretaker.verify_all()
        assert (recorder.folder / "workflow.json").read_bytes() == before
