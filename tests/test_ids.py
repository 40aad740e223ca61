from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import ids


def test_a_new_run_has_the_documented_forms_and_shares_its_digits() -> None:
    started = datetime(2026, 1, 22, 23, 54, 31, 728000, tzinfo=timezone(timedelta(hours=1)))
    run_id, execution_id = ids.new_run(started)
    assert run_id.startswith("run_1769122471728_")
    assert execution_id.startswith("exec_20260122_235431_")
    assert run_id[-8:] == execution_id[-8:]


def test_an_id_tells_when_its_run_began() -> None:
    started = datetime(2026, 1, 22, 23, 54, 31, 728000, tzinfo=UTC)
    assert ids.began_ms(ids.new_run(started, "_canvas").run_id) == int(started.timestamp() * 1000)
    assert ids.began_ms("9f1c2b34-0a1b-4c2d-8e3f-0123456789ab") is None


def test_canvas_runs_and_batches_add_their_suffix() -> None:
    now = datetime.now(UTC)
    assert ids.new_run(now, "_canvas").run_id.endswith("_canvas")
    assert ids.is_run_id(ids.new_run(now, "_canvas_batch_007").run_id)
    with pytest.raises(ids.InvalidId):
        ids.new_run(now, "_canvas_batch_7")


@pytest.mark.parametrize(
    "text",
    ["run_1769122471728_362ba8", "run_1769122471728_362ba81c", "9f1c2b34-0a1b-4c2d-8e3f-0123456789ab"],
)
def test_older_ids_are_read(text: str) -> None:
    assert ids.check_run_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "run_1769122471728_362ba81c\n", " run_1769122471728_362ba81c", "run_176912247172٨_362ba81c",
        "run_1769122471728_362BA81C", "run_1769122471728_362ba", "../run_1769122471728_362ba81c",
        "run_1769122471728_362ba81c/..", "run_1769122471728_362ba81c\0", "exec_20260122_235431_362ba81c",
    ],
)  # fmt: skip
def test_anything_else_is_no_run_id(text: str) -> None:
    with pytest.raises(ids.InvalidId) as refused:
        ids.check_run_id(text)
    assert refused.value.kind == "run_id"


@pytest.mark.parametrize("text", ["a", "pc-01", "kiosk_3", "0" * 64])
def test_device_ids(text: str) -> None:
    assert ids.check_device_id(text) == text


@pytest.mark.parametrize("text", ["", "-a", "A", "a.b", "a/b", "..", "ä", "0" * 65, "a\n"])
def test_anything_else_is_no_device_id(text: str) -> None:
    assert not ids.is_device_id(text)


@given(st.text(max_size=80))
def test_no_accepted_id_can_leave_its_folder(text: str) -> None:
    if ids.is_run_id(text) or ids.is_device_id(text) or ids.is_execution_id(text):
        assert text.isascii()
        assert not set(text) & set("/\\.:\0\n ")


def test_labels_are_short_and_printable() -> None:
    assert ids.check_label("Workshop 2025 / Gruppe Blau") == "Workshop 2025 / Gruppe Blau"
    for bad in ("", " x", "x\n", "x" * 65, "a\u200b"):
        with pytest.raises(ids.InvalidId):
            ids.check_label(bad)
