"""The simulation behind docs/scaling.md: its counts are right, and it is the same each time."""

import asyncio

import pytest

from tests.bench import virtual
from tests.bench.scaling import Model, everybody_at_once, lesson, texts

SMALL = Model(kiosks=20, lesson_s=300, think_s=30)


def test_an_hour_of_virtual_time_passes_at_once() -> None:
    async def work() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    assert virtual.run(work()) == pytest.approx(3600)


def test_a_simulation_that_waits_for_ever_says_so() -> None:
    async def work() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(RuntimeError, match="never comes"):
        virtual.run(work())


def test_twice_the_machines_do_the_same_pictures_in_half_the_time() -> None:
    one, two = everybody_at_once(1, SMALL), everybody_at_once(2, SMALL)
    assert one.pictures == two.pictures == 40
    assert two.ends_s < one.ends_s * 0.6
    assert one.efficiency > 0.9


def test_it_is_the_same_each_time() -> None:
    assert lesson(2, SMALL) == lesson(2, SMALL)
    assert texts(2, SMALL, slots=4) == texts(2, SMALL, slots=4)


def test_a_machine_that_stops_costs_time_and_no_picture() -> None:
    whole, broken = lesson(2, SMALL), lesson(2, SMALL, fails_at_s=150)
    assert broken.failed == 0
    assert broken.mean_s > whole.mean_s


def test_texts_wait_where_fewer_go_out_at_once_and_wait_alike() -> None:
    narrow, wide = texts(1, SMALL, slots=1), texts(1, SMALL, slots=20)
    assert narrow.most_at_once == 1
    assert narrow.waited_s > 1
    assert narrow.unfairness < 1.5
    assert wide.waited_s == 0
    assert wide.most_at_once > 1
