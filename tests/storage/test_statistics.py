import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.records import ItemType, RunItem
from kiosk.storage.answers import StatisticsQuery
from kiosk.storage.index import statistics as module
from kiosk.storage.index.statistics import RESOLUTION, Sums, Tallies, add_up, drop, put, statistics
from kiosk.storage.library import Library
from tests.storage import kit

ALL = StatisticsQuery()


async def record(library: Library, items: Sequence[RunItem], **facts: Any) -> str:
    recorder = await library.begin(kit.start(**facts))
    await kit.record_all(recorder, items)
    await recorder.close()
    return recorder.run_id


def blocked(category: str = "age") -> list[RunItem]:
    verdict = {"allowed": False, "category": category, "method": "word_list"}
    return [kit.idea(), kit.item(ItemType.STAGE1_BLOCKED, "{}", stage=1, metadata=verdict), kit.end("blocked")]


async def test_finished_media_are_counted_by_lens_model_device_and_day(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        await kit.whole_run(library)
        await kit.whole_run(library, schema="haiku", device_id="kiosk-2")
        found = await library.statistics(ALL)
    assert (found.runs, found.outputs, found.complete) == (2, 2, True)
    assert {count.name: count.media for count in found.by_lens} == {"dada": {"image": 1}, "haiku": {"image": 1}}
    assert [(count.name, count.total) for count in found.by_model] == [("sketchbook:collage", 2)]
    assert [count.name for count in found.by_device] == ["kiosk-1", "kiosk-2"]
    assert [count.total for count in found.by_day] == [2]


async def test_blocks_are_counted_by_stage_category_and_method(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        for category in ("age", "law", "age"):
            await record(library, blocked(category))
        found = await library.statistics(ALL)
    assert [(block.stage, block.category, block.method, block.count) for block in found.blocks] == [
        (1, "age", "word_list", 2),
        (1, "law", "word_list", 1),
    ]
    assert found.by_status == {"blocked": 3}


async def test_times_have_median_and_quartiles_by_step(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        for seconds in (1.0, 2.0, 3.0, 4.0, 100.0):
            await record(
                library, [kit.idea(), msgspec.structs.replace(kit.rewritten(), execution_time=seconds), kit.end()]
            )
        found = await library.statistics(ALL)
    step = next(time for time in found.times if time.step == "interception")
    assert step.count == 5
    assert (step.lower, step.median, step.upper) == pytest.approx((2.0, 3.0, 4.0), rel=RESOLUTION)


async def test_a_workshop_and_some_days_may_be_asked_for(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        await kit.whole_run(library, session_id="spring")
        await kit.whole_run(library, session_id="autumn")
        assert (await library.statistics(StatisticsQuery(session_id="spring"))).runs == 1
        assert (await library.statistics(StatisticsQuery(date_to="2020-01-01"))).runs == 0
        assert (await library.statistics(StatisticsQuery(date_from="2020-01-01"))).runs == 2


async def test_a_run_that_goes_on_is_counted_once(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        recorder = await kit.whole_run(library)
        again = await library.reopen(
            recorder.run_id, until=5, expected_outputs=["output_image"], output_configs=["x"]
        )
        await kit.record_all(again, [kit.picture_item(loop=2), kit.end()])
        await again.close()
        found = await library.statistics(ALL)
    assert (found.runs, found.outputs) == (1, 2)


async def test_of_an_erased_run_nothing_is_counted_and_no_name_stays(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        recorder = await kit.whole_run(library, device_id="kiosk-gone", session_id="secret-group")
        await library.caretaker.erase_run(recorder.run_id)
        found = await library.statistics(ALL)
    assert found.runs == found.outputs == 0
    assert b"kiosk-gone" not in (tmp_path / "state" / "index.db").read_bytes()
    assert b"secret-group" not in (tmp_path / "state" / "index.db").read_bytes()


async def test_a_new_index_counts_the_same(tmp_path: Path) -> None:
    async with kit.library(tmp_path) as library:
        await kit.whole_run(library)
        await record(library, blocked())
        before = await library.statistics(ALL)
        await library.rebuild_index()
        assert await library.statistics(ALL) == before


COUNTS = st.tuples(st.sampled_from(["time", "block", "lens"]), st.sampled_from("ab"), st.integers(1, 5))


@given(st.lists(COUNTS, max_size=8))
def test_what_was_put_and_dropped_again_leaves_nothing(counts: list[tuple[str, str, int]]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(module.TALLIES)
        sums: Sums = Counter()
        put(connection, 1, Tallies("s", "d", counts), sums)
        add_up(connection, sums)
        sums.clear()
        drop(connection, 1, sums)
        add_up(connection, sums)
        assert connection.execute("SELECT count(*) FROM tallies").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM run_tallies").fetchone() == (0,)


@given(st.lists(st.floats(0.001, 10_000), min_size=1, max_size=60), st.sampled_from([0.25, 0.5, 0.75]))
def test_a_quantile_is_right_to_the_resolution(values: list[float], part: float) -> None:
    buckets = sorted(Counter(module._bucket(value) for value in values).items())
    wanted = sorted(values)[max(0, -int(-part * len(values) // 1) - 1)]
    assert module._quantile(buckets, part) == pytest.approx(wanted, rel=RESOLUTION + 0.006)


def test_an_empty_index_answers_with_nothing() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(module.TALLIES + "CREATE TABLE runs (has_text INTEGER);")
        found = statistics(connection, ALL)
    assert (found.runs, found.by_lens, found.times, found.blocks) == (0, [], [], [])
