"""What a child is told about the health of the whole."""

from typing import Any

import pytest

from kiosk.i18n import load
from kiosk.server.services import Health, HealthPart
from kiosk.server.signs import Sign, signs_of
from kiosk.settings import assets_dir
from tests.server.house import House


def health(*parts: tuple[str, Any]) -> Health:
    made = [HealthPart(name=name, state=state, message="http://10.0.0.5", facts={}) for name, state in parts]
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
        ("works", "failed", Sign.WORKS_GONE),
        ("listeners", "warning", Sign.NOT_SAVED),
        ("index", "warning", Sign.CATCHING_UP),
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


@pytest.mark.parametrize("language", load(assets_dir() / "i18n").languages)
def test_every_sign_can_be_said(language: str) -> None:
    said = load(assets_dir() / "i18n").all(language)
    assert all(f"health.{sign}" in said for sign in Sign)


def test_a_child_may_ask(shared: House) -> None:
    with shared.visitor() as visitor, shared.child() as child:
        assert visitor.get("/api/health/signs").status_code == 401
        assert child.get("/api/health/signs").json() == {"signs": []}
