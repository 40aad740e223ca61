"""A small lesson, for its counts; what it takes in seconds is measured by `python -m tests.bench.lesson`."""

from pathlib import Path

from tests.bench.lesson import Lesson, hold


async def test_of_a_lesson_with_cancellations_and_a_restart_nothing_is_lost(tmp_path: Path) -> None:
    lesson = Lesson(devices=5, runs=15, cancel_every=4, step_s=0.0, away_s=0.3, limit_s=100)
    report = await hold(lesson, tmp_path)
    assert len(report.outcomes) == 15
    assert report.lost == 0
    assert report.restarts == 1
    assert report.cancelled > 0
    assert set(report.statuses) <= {"completed", "cancelled"}, report.reasons
