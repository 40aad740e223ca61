"""What a child is told about the health of the whole."""

from typing import Any

import pytest

from kiosk.i18n import load
from kiosk.server.services import Health, HealthPart
from kiosk.server.signs import Sign, signs_of
from kiosk.settings import assets_dir
from tests.server.house import House


def health(*parts: tuple[str, Any], facts: dict[str, Any] | None = None) -> Health:
    made = [HealthPart(name=name, state=state, message="http://10.0.0.5", facts=facts or {}) for name, state in parts]
    return Health(state="ok", app_version="0", uptime_s=1.0, parts=made)


def test_all_well_says_nothing() -> None:
    assert (
        signs_of(health(("disk", "ok"), ("comfyui", "ok"), ("found_ollama", "off")), ["comfyui"], warming=False) == []
    )


@pytest.mark.parametrize(
    ("part", "state", "sign"),
    [
        ("disk", "failed", Sign.NOT_WRITABLE),
        ("disk", "warning", Sign.DISK_LOW),
        ("listeners", "warning", Sign.NOT_SAVED),
        ("safety", "failed", Sign.SAFETY_OFF),
        ("text", "warning", Sign.TEXT_AWAY),
        ("comfyui", "warning", Sign.BOX_AWAY),
    ],
)
def test_each_trouble_has_its_sign(part: str, state: str, sign: Sign) -> None:
    assert signs_of(health((part, state)), ["comfyui"], warming=False) == [sign]


def test_matters_of_the_teacher_are_not_for_children() -> None:
    assert signs_of(health(("configs", "warning"), ("outputs", "warning")), ["comfyui"], warming=False) == []


def test_the_most_serious_comes_first() -> None:
    troubles = health(("comfyui", "warning"), ("disk", "failed"), ("swarmui", "warning"))
    assert signs_of(troubles, ["comfyui", "swarmui"], warming=True) == [
        Sign.NOT_WRITABLE,
        Sign.BOX_AWAY,
        Sign.WARMING,
    ]


@pytest.mark.parametrize(
    ("state", "done", "total", "signs"),
    [
        ("building", 3, 10, [Sign.CATCHING_UP]),
        ("building", 0, 0, []),
        ("building", 10, 10, []),
        ("reconciling", 3, 10, []),
    ],
    ids=["works are missing", "a new folder", "only the search is missing", "every work is listed"],
)
def test_a_list_that_is_being_made_anew_is_told(state: str, done: int, total: int, signs: list[Sign]) -> None:
    facts = {"state": state, "done": done, "total": total}
    assert signs_of(health(("index", "ok"), facts=facts), [], warming=False) == signs


@pytest.mark.parametrize("language", load(assets_dir() / "i18n").languages)
def test_every_sign_can_be_said(language: str) -> None:
    said = load(assets_dir() / "i18n").all(language)
    assert all(f"health.{sign}" in said for sign in Sign)


def test_a_child_may_ask(shared: House) -> None:
    with shared.visitor() as visitor, shared.child() as child:
        assert visitor.get("/api/health/signs").status_code == 401
        assert child.get("/api/health/signs").json() == {"signs": []}
