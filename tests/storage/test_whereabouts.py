"""Works that were taken away are told from works that never were, and from a folder that is made anew."""

from pathlib import Path

import pytest

from kiosk.storage.whereabouts import Whereabouts

TODAY = "2026-11-21"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "json"


def with_run(root: Path, name: str = "run_1", day: str = TODAY) -> None:
    (root / day / "kiosk-1" / name).mkdir(parents=True)


def test_a_folder_that_never_was_is_not_gone(root: Path) -> None:
    assert not Whereabouts(root).look(TODAY)


def test_an_empty_folder_that_goes_takes_no_works_away(root: Path) -> None:
    root.mkdir(parents=True)
    works = Whereabouts(root)
    works.look(TODAY)
    root.rmdir()
    assert not works.look(TODAY)


def test_works_are_gone_until_they_are_back(root: Path) -> None:
    with_run(root)
    works = Whereabouts(root)
    assert not works.look(TODAY)
    root.parent.rename(root.parent.parent / "away")
    assert works.look(TODAY)
    (root.parent.parent / "away").rename(root.parent)
    assert not works.look(TODAY)


def test_a_folder_that_is_made_anew_meanwhile_does_not_bring_them_back(root: Path) -> None:
    with_run(root)
    works = Whereabouts(root)
    works.look(TODAY)
    root.parent.rename(root.parent.parent / "away")
    works.look(TODAY)
    with_run(root, "run_2")
    assert works.look(TODAY)
    with_run(root, "run_0", "2026-11-20")
    assert not works.look(TODAY)
