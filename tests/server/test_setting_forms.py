"""In which form the teacher's screen offers each setting."""

import pytest

from kiosk import settings
from kiosk.server.setting_forms import FormKind, forms


def test_every_setting_has_a_form() -> None:
    assert set(forms()) == {name for name, _ in settings.fields()}


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("session.safety_level", ["kids", "youth", "adult", "research"]),
        ("session.execution_mode", ["eco", "fast"]),
        ("storage.durability", ["full", "relaxed"]),
    ],
)
def test_a_setting_of_few_values_is_a_choice_in_their_order(name: str, choices: list[str]) -> None:
    form = forms()[name]
    assert (form.kind, form.choices) == (FormKind.CHOICE, choices)


def test_a_number_tells_its_limits_and_its_unit() -> None:
    form = forms()["kiosk.idle_minutes"]
    assert (form.kind, form.least, form.most, form.unit) == (FormKind.NUMBER, 0, 240, "minutes")
    assert forms()["limits.page_closed_s"].unit == "seconds"
    assert (forms()["safety.time_limit_s"].kind, forms()["safety.time_limit_s"].most) == (FormKind.NUMBER, 300)
    assert forms()["limits.outputs_per_run"].unit is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kiosk.camera", FormKind.SWITCH),
        ("offer.lenses", FormKind.LIST),
        ("session.consent", FormKind.TABLE),
        ("kiosk.device_id", FormKind.TEXT),
        ("desk.printer", FormKind.TEXT),
    ],
)
def test_the_form_follows_the_type(name: str, kind: FormKind) -> None:
    assert forms()[name].kind is kind
