"""What the health view says of the safety check and of the storage room."""

from typing import Literal

import pytest

from kiosk import health
from kiosk.engine.stages.looking import ModelEye, PictureCheck
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.settings import assets_dir
from kiosk.storage.answers import IndexState, StorageHealth
from tests.engine.test_looking import Box, seeing

WORDS = SafetyCheck.load(assets_dir() / "safety")


@pytest.mark.parametrize(("sees", "state"), [(True, "ok"), (False, "warning")])
def test_films_that_nobody_can_look_at_are_told(sees: bool, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "can_see_films", lambda: sees)
    part = health._safety(WORDS, PictureCheck(ModelEye(Box(seeing()), "eye:4b"), WORDS), [])
    assert part.state == state
    assert ("PyAV" in (part.message or "")) is not sees


def test_without_a_model_that_sees_films_are_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "can_see_films", lambda: False)
    assert health._safety(WORDS, None, []).state == "ok"


def storage(index: IndexState, *, works_are_gone: bool = False) -> dict[str, str]:
    """The states of the storage room's parts, by their names."""
    told = StorageHealth(
        durability="full",
        free_bytes=10**12,
        low_space=False,
        writable=True,
        live_runs=0,
        write_failures=0,
        last_failure=None,
        index=index,
        works_are_gone=works_are_gone,
    )
    return {part.name: part.state for part in health._storage(told)}


@pytest.mark.parametrize(
    ("state", "done", "total", "light"),
    [
        ("building", 3, 10, "warning"),
        ("building", 0, 0, "ok"),
        ("building", 10, 10, "ok"),
        ("reconciling", 3, 10, "ok"),
    ],
    ids=["works are missing", "a new folder", "only the search is missing", "every work is listed"],
)
def test_a_list_that_is_being_made_anew_is_told_while_works_are_missing_from_it(
    state: Literal["building", "reconciling"], done: int, total: int, light: str
) -> None:
    assert storage(IndexState(state=state, done=done, total=total))["index"] == light


def test_works_that_were_taken_away_are_told() -> None:
    assert storage(IndexState())["works"] == "ok"
    assert storage(IndexState(), works_are_gone=True)["works"] == "failed"
