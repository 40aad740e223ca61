"""Stage 1 for pictures that a person brought in: looked at, with the words in them, before anybody is shown them."""

from kiosk.engine.run import Run
from kiosk.engine.stages.looking import PictureCheck
from kiosk.engine.stages.media import kept_apart
from kiosk.engine.stages.safety import Verdict
from kiosk.mediatypes import sniff
from kiosk.records import FileFacts, ItemType, MediaType, RunItem, Step, timestamp

STAGE = 1
_ENTITY = "input_image"


async def bring_in(run: Run, pictures: PictureCheck | None, data: bytes) -> Verdict | None:
    """Record a picture and the verdict on it; a blocked one is kept apart, and its verdict returned.

    Of a picture that the run has already only the verdict is recorded.
    """
    item = RunItem(
        timestamp=timestamp(),
        stage=0,
        item_type=ItemType.USER_INPUT_IMAGE,
        media_type=MediaType.IMAGE,
        file=FileFacts(sniff(data) or "image/png", len(data), ""),
    )
    brief = run.brief
    if pictures is None:
        if not brief.known_pictures:
            await run.record(item, data)
        return None
    with run.step(Step.SAFETY) as watch:
        verdict = await pictures.brought_in(data, level=brief.level, language=brief.language, asker=run.asker())
        if not brief.known_pictures:
            await run.record(item if verdict.allowed else kept_apart(item, verdict), data)
        await run.emit_verdict(
            ItemType.STAGE1_SAFETY_CHECK if verdict.allowed else ItemType.STAGE1_BLOCKED,
            verdict,
            stage=STAGE,
            checked=[_ENTITY],
            seconds=watch.seconds,
        )
    return None if verdict.allowed else verdict
