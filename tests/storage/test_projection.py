import msgspec

from kiosk.records import ItemType, MediaType, RunItem, Status, Step
from kiosk.storage.accounts import total_seconds
from kiosk.storage.projection import Fold, fold
from kiosk.storage.run_folder import start_item
from tests.storage.kit import end, idea, item, picture_item, rewritten, start, verdict


def numbered(*items: RunItem) -> list[RunItem]:
    return [msgspec.structs.replace(one, sequence_number=number) for number, one in enumerate(items, start=1)]


def folded(*items: RunItem, **facts: object) -> Fold:
    return fold(numbered(start_item(start(**facts), {"app_version": "0.1"}), *items))


def continues(until: int = 5, **facts: object) -> RunItem:
    return item(ItemType.PIPELINE_START, metadata={"continues": True, "until": until, **facts})


def test_a_run_begins_with_the_safety_check() -> None:
    run = folded().metadata()
    assert (run.status, run.current_stage, run.current_step, run.end_time) == (Status.RUNNING, 0, Step.SAFETY, None)


def test_stage_and_step_follow_the_items() -> None:
    for one, expected in (
        (verdict(), (1, Step.SAFETY)),
        (rewritten(), (2, Step.INTERCEPTION)),
        (item(ItemType.TRANSLATION_EN, "x", stage=3), (3, Step.TRANSLATION)),
        (item(ItemType.PROMPT_OPTIMIZATION, "x", stage=3), (3, Step.OPTIMIZATION)),
        (item(ItemType.STAGE3_BLOCKED, stage=3), (3, Step.SAFETY_PRE_OUTPUT)),
        (picture_item(), (4, Step.MEDIA_GENERATION)),
        (end(), (5, Step.PIPELINE_COMPLETE)),
    ):
        run = folded(one).metadata()
        assert (run.current_stage, run.current_step) == expected


def test_every_end_gives_its_status_and_its_reason() -> None:
    for one, status, reason in (
        (end(), Status.COMPLETED, None),
        (end("blocked"), Status.BLOCKED, None),
        (
            item(ItemType.PIPELINE_COMPLETE, metadata={"status": "failed", "reason": "box away"}),
            Status.FAILED,
            "box away",
        ),
        (item(ItemType.PIPELINE_ERROR, "no text model"), Status.FAILED, "no text model"),
        (item(ItemType.PIPELINE_CANCELLED), Status.CANCELLED, None),
        (item(ItemType.PIPELINE_INTERRUPTED, "power"), Status.INTERRUPTED, "power"),
    ):
        run = folded(idea(), one).metadata()
        assert (run.status, run.reason, run.end_time) == (status, reason, one.timestamp)


def test_nothing_after_the_end_reopens_a_run_but_a_new_start() -> None:
    assert folded(end(), idea(), rewritten()).metadata().status is Status.COMPLETED
    again = folded(end(), continues()).metadata()
    assert (again.status, again.end_time) == (Status.RUNNING, None)
    assert folded(end(), continues(), end("failed")).metadata().status is Status.FAILED


def test_waiting_begins_with_the_rewritten_text_and_ends_with_the_continuation() -> None:
    assert folded(idea(), until=2).status is Status.RUNNING
    assert folded(idea(), rewritten(), until=2).status is Status.WAITING
    assert folded(idea(), rewritten(), continues(), until=2).status is Status.RUNNING
    assert folded(idea(), rewritten(), continues(), rewritten(), until=2).status is Status.RUNNING


def test_progress_counts_what_was_expected_and_never_exceeds_it() -> None:
    expected = ["input", "interception", "output_image", "output_image"]
    partly = folded(idea(), idea(), rewritten(), expected_outputs=expected).metadata()
    assert (partly.progress, partly.expected_outputs) == ("2/4", ["output_image", "output_image"])
    more = folded(idea(), continues(expected_outputs=["output_image"]), expected_outputs=["input"]).metadata()
    assert (more.progress, more.expected_outputs) == ("1/2", ["output_image"])


def test_the_model_that_really_answered_is_named() -> None:
    run = folded(verdict(), rewritten(), picture_item()).metadata()
    assert run.models_used == {"stage2_interception": "sketchbook:cut_up", "stage4_output": "sketchbook:collage"}


def test_an_unknown_value_of_a_newer_version_does_not_lose_the_run() -> None:
    start_of = start_item(start(), {})
    start_of.metadata["safety_level"] = "galactic"
    run = fold(numbered(start_of, idea())).metadata()
    assert run.run_id == start_of.metadata["run_id"]
    assert (run.schema, run.device_id) == ("dada", "kiosk-1")


def test_numbered_entities_take_their_number_from_the_item() -> None:
    known = Fold()
    for one, kind in (
        (item(ItemType.INTERCEPTION_ITERATION, "x", stage_iteration=3), "interception_03"),
        (item(ItemType.STEP_OUTPUT, metadata={"index": 12}), "step_12"),
        (item(ItemType.NODE_OUTPUT, metadata={"index": 1}), "node_01"),
        (item(ItemType.PIPELINE_COMPLETE), None),
        (item(ItemType.USER_EDIT, "x", metadata={"entity_type": "input"}), "input"),
    ):
        assert known.entity_type(one) == kind


def test_waiting_for_the_person_is_not_time_worked() -> None:
    first = numbered(start_item(start(), {}), idea(), rewritten())
    later = [item(ItemType.PIPELINE_START, metadata={"continues": True}), end()]
    later[1] = msgspec.structs.replace(later[1], execution_time=2.5)
    total = total_seconds([*first, *later])
    assert total is not None
    assert 2.5 <= total < 3.5
    assert total_seconds([]) is None


def test_what_could_not_be_saved_counts_in_addresses_but_is_no_file() -> None:
    lost = picture_item(1, not_saved="disk full")
    media = folded(lost, picture_item(2)).media()
    assert [(medium.n, medium.media_type) for medium in media] == [(1, MediaType.IMAGE)]
    assert folded(lost).metadata().outputs == []
