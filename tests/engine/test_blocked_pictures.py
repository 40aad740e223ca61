"""A picture that may not be shown: kept apart for the teacher, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest

from kiosk.engine.requests import Again, ExecuteRequest, GenerationRequest, InputImage
from kiosk.engine.stages.looking import ModelEye, PictureCheck
from kiosk.records import ItemType, MediaType, Progress, RunItem, SafetyLevel, Status, run_topic
from kiosk.settings import SafetySettings, SessionSettings, Settings
from kiosk.storage.answers import GalleryQuery
from kiosk.storage.errors import UnknownRun
from kiosk.storage.export import archive, plan
from kiosk.storage.verify import verify
from tests.boxes import samples
from tests.engine.studio import CHILD, Studio, build, png
from tests.engine.test_looking import WORDS, Box, seeing

IDEA = "Eine Blume auf der Wiese"
REQUEST = ExecuteRequest(schema="dada", input_text=IDEA, output_configs=["sketchbook_image"], seed=7)


def looking(studio: Studio, kind: str = "", words: str = "") -> Box:
    """From now on a model looks at every picture of this studio and sees this."""
    box = Box(seeing(kind, words))
    studio.pipeline._pictures = PictureCheck(ModelEye(box, "eye:4b"), WORDS)
    return box


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = build(tmp_path)
    yield studio
    await studio.live.close()
    await studio.library.close()


def only(items: list[RunItem], kind: ItemType) -> RunItem:
    [found] = [item for item in items if item.item_type is kind]
    return found


async def test_a_picture_that_passes_has_its_verdict_before_it_is_shown(studio: Studio) -> None:
    looking(studio)
    result = await (await studio.live.execute(REQUEST, CHILD)).result()
    assert result.status is Status.COMPLETED
    kinds = [item.item_type for item in await studio.library.items(result.run_id)]
    assert kinds[-3:] == [ItemType.MEDIA_SAFETY_CHECK, ItemType.OUTPUT_IMAGE, ItemType.PIPELINE_COMPLETE]
    metadata = await studio.library.metadata(result.run_id)
    assert metadata.expected_outputs == []
    assert "media_safety" in [entity.type for entity in metadata.entities]


async def test_a_blocked_picture_is_in_no_list_no_address_and_no_gallery(studio: Studio, tmp_path: Path) -> None:
    looking(studio, "age")
    result = await (await studio.live.execute(REQUEST, CHILD)).result()
    assert result.status is Status.BLOCKED
    assert result.media_outputs[0].url is None
    assert result.reason
    assert result.reason.startswith("Auf dem Bild")
    items = list(await studio.library.items(result.run_id))
    verdict = only(items, ItemType.MEDIA_SAFETY_CHECK)
    assert (verdict.metadata["allowed"], verdict.metadata["method"]) == (False, "vision_model")
    blocked = only(items, ItemType.OUTPUT_BLOCKED)
    assert blocked.file_path == "kept_apart/01_output_blocked.png"
    metadata = await studio.library.metadata(result.run_id)
    assert metadata.outputs == []
    assert "kept_apart" not in str([entity.filename for entity in metadata.entities])
    for attempt in (
        studio.library.media_file(result.run_id, MediaType.IMAGE),
        studio.library.thumbnail(result.run_id),
        studio.library.entity_file(result.run_id, "output_blocked"),
    ):
        with pytest.raises(UnknownRun):
            await attempt
    assert (await studio.library.gallery(GalleryQuery())).items == []
    kept = await studio.library.blocked_file(result.run_id)
    assert kept.path.read_bytes() == png(7)
    folder = kept.path.parent.parent
    assert kept.path not in archive.files_of(folder)
    assert not [piece.name for piece in plan.files_of(folder) if "kept_apart" in piece.name]
    kept.path.unlink()
    verified = verify(folder, tmp_path / "exports", "here", repair=False)
    assert verified is not None
    assert verified.is_sound


async def test_a_crash_between_the_file_and_its_item_shows_nothing(studio: Studio, tmp_path: Path) -> None:
    result = await (await studio.live.execute(REQUEST, CHILD)).result()
    folder = (await studio.library.media_file(result.run_id, MediaType.IMAGE)).path.parent.parent
    (folder / "kept_apart").mkdir()
    (folder / "kept_apart" / "01_output_blocked.png").write_bytes(png(9))
    looking(studio, "age")
    again = await studio.live.generation(GenerationRequest(again=Again(run_id=result.run_id, n=1)), CHILD)
    await again.result()
    items = list(await studio.library.items(result.run_id))
    assert ItemType.RECOVERED_FILE not in [item.item_type for item in items]
    assert only(items, ItemType.OUTPUT_BLOCKED).file_path == "kept_apart/02_output_blocked.png"


async def test_one_blocked_picture_stops_no_other(studio: Studio) -> None:
    looking(studio, "age")
    seen = 0

    def answer(request: object) -> str:
        nonlocal seen
        seen += 1
        return seeing("age" if seen == 1 else "")(request)  # type: ignore[arg-type]  # a request of the box's

    studio.pipeline._pictures = PictureCheck(ModelEye(Box(answer), "eye"), WORDS)
    twice = msgspec.structs.replace(REQUEST, output_configs=["sketchbook_image"] * 2)
    result = await (await studio.live.execute(twice, CHILD)).result()
    assert [made.status for made in result.media_outputs] == [Status.BLOCKED, Status.COMPLETED]
    assert result.status is Status.COMPLETED


async def test_the_young_see_no_picture_in_the_making(studio: Studio, tmp_path: Path) -> None:
    async def kinds_shown(studio: Studio) -> set[str]:
        studio.media.let_go.clear()
        studio.media.begun.clear()
        handle = await studio.live.execute(REQUEST, CHILD)
        with studio.hub.subscribe(run_topic(handle.run_id)) as reader:
            await studio.media.begun.wait()
            studio.media.let_go.set()
            seen: set[str] = set()
            async for event in reader:
                if event.name == "progress":
                    seen.add(msgspec.json.decode(event.data, type=Progress).kind)
                if event.name == "end":
                    return seen
        raise AssertionError

    studio.media.previews = True
    looking(studio)
    assert "preview" not in await kinds_shown(studio)
    grown = build(tmp_path / "grown", Settings(session=SessionSettings(safety_level=SafetyLevel.ADULT)))
    grown.media.previews = True
    looking(grown)
    assert "preview" in await kinds_shown(grown)
    await grown.live.close()
    await grown.library.close()


@pytest.mark.parametrize(("kind", "words"), [("law", ""), ("", "Sieg Heil")])
async def test_a_picture_that_is_brought_in_is_looked_at_and_read_first(
    studio: Studio, kind: str, words: str
) -> None:
    looking(studio, kind, words)
    request = msgspec.structs.replace(REQUEST, input_image=InputImage(upload_id="known"))
    result = await (await studio.live.execute(request, CHILD)).result()
    assert result.status is Status.BLOCKED
    assert studio.media.requests == []
    items = list(await studio.library.items(result.run_id))
    kinds = [item.item_type for item in items]
    assert ItemType.USER_INPUT_IMAGE not in kinds
    assert ItemType.STAGE1_BLOCKED in kinds
    assert only(items, ItemType.OUTPUT_BLOCKED).metadata["entity_type"] == "input_image"


async def test_a_film_is_looked_at_and_kept_from_the_young(studio: Studio) -> None:
    box = looking(studio, "age")
    film = msgspec.structs.replace(studio.configs.output["sketchbook_image"], id="film", media_type=MediaType.VIDEO)
    studio.configs.output = MappingProxyType({"film": film})
    studio.media.data = lambda request: samples.sample("film.mp4")
    request = msgspec.structs.replace(REQUEST, output_configs=["film"])
    result = await (await studio.live.execute(request, CHILD)).result()
    assert result.status is Status.BLOCKED
    assert len(box.requests) == 1
    assert only(list(await studio.library.items(result.run_id)), ItemType.OUTPUT_BLOCKED).file_path


async def test_a_model_that_fails_shows_the_young_nothing(studio: Studio) -> None:
    box = looking(studio)
    box.answer = lambda request: "I would rather not say."
    result = await (await studio.live.execute(REQUEST, CHILD)).result()
    assert result.status is Status.BLOCKED
    item = only(list(await studio.library.items(result.run_id)), ItemType.MEDIA_SAFETY_CHECK)
    assert item.metadata["method"] == "unchecked"
    assert SafetySettings().time_limit_s == 10
