from pathlib import Path

import pytest

from kiosk.records import ItemType, MediaType
from kiosk.storage.errors import UnknownRun
from tests.storage.kit import end, idea, item, library, picture, picture_item, record_all, rewritten, start, whole_run


async def test_every_text_comes_back_as_last_edited(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start(output_configs=["sketchbook_image", "sketchbook_image"]))
        await record_all(recorder, [idea(), rewritten()])
        await recorder.record(item(ItemType.USER_EDIT, "Von Hand", metadata={"replaces": 3}))
        await recorder.record(item(ItemType.USER_EDIT, "Neue Idee", metadata={"entity_type": "input"}))
        await record_all(recorder, [picture_item(1, 5), picture_item(2, 6), end()])
        await recorder.close()
        restored = await opened.restore(recorder.execution_id or "")
        assert (restored.input_text, restored.transformed_text) == ("Neue Idee", "Von Hand")
        assert (restored.schema, restored.seed) == ("dada", 6)
        assert restored.output_configs == ["sketchbook_image", "sketchbook_image"]
        assert [(medium.n, medium.seed) for medium in restored.media_outputs] == [(1, 5), (2, 6)]
        assert restored.target_view == "text-transformation"


async def test_a_run_with_an_input_picture_goes_back_to_the_image_view(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        recorder = await opened.begin(start())
        await recorder.record(item(ItemType.USER_INPUT_IMAGE, media_type=MediaType.IMAGE), picture("blue"))
        await record_all(recorder, [end()])
        await recorder.close()
        restored = await opened.restore(recorder.run_id)
        assert restored.target_view == "image-transformation"
        assert [image.url for image in restored.input_images] == [
            f"/api/pipeline/{recorder.run_id}/entity/input_image?n=1"
        ]
        file = await opened.entity_file(recorder.run_id, "input_image")
        assert file.path.name == "001_input_image.png"


async def test_a_picture_is_handed_on(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        handed = await opened.continue_with(run.run_id, 1)
        assert [(image.source, image.n) for image in handed.input_images] == [("output", 1)]
        assert (handed.target_view, handed.media_outputs) == ("image-transformation", [])
        with pytest.raises(UnknownRun):
            await opened.continue_with(run.run_id, 2)


async def test_lineage_is_followed_both_ways(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        first = await whole_run(opened)
        second = await whole_run(opened, parent_run_id=first.run_id)
        third = await whole_run(opened, parent_run_id=second.run_id)
        assert (await opened.lineage(third.run_id)).ancestors == [second.run_id, first.run_id]
        assert (await opened.lineage(first.run_id)).children == [second.run_id]
        assert (await opened.metadata(third.run_id)).parent_run_id == second.run_id
