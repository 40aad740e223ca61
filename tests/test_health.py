"""What the health view says of the safety check."""

import pytest

from kiosk import health
from kiosk.engine.stages.looking import ModelEye, PictureCheck
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.settings import assets_dir
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
