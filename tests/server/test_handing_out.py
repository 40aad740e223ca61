"""A work on paper and on a stick, with a printer that is a script."""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from kiosk.settings import DeskSettings, Settings
from tests.server.house import House, running

IDEA = "Ein Bär tanzt auf der Straße"

PRINTER = """#!/bin/sh
[ "$2" = "broken" ] && { echo "lp: Error - The printer or class does not exist." >&2; exit 1; }
for last; do :; done
cp "$last" "$OUT/sheet.pdf"
printf '%s\\n' "$@" > "$OUT/arguments"
echo "request id is $2-7 (1 file(s))"
"""


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder into which `lp` puts what it was given."""
    program = tmp_path / "bin" / "lp"
    out = tmp_path / "out"
    program.parent.mkdir()
    out.mkdir()
    program.write_text(PRINTER)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("OUT", str(out))
    return out


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def house(tmp_path: Path, printer: Path, stick: Path) -> Iterator[House]:
    desk = DeskSettings(printer="-Laser;rm", save_folder=str(stick))
    with running(tmp_path / "data", Settings(desk=desk)) as own:
        yield own


def a_run(house: House) -> str:
    body = {"schema": "dada", "input_text": IDEA, "output_configs": ["sketchbook_image"]}
    with house.child() as child:
        run_id: str = child.post("/api/schema/pipeline/execute", json=body).json()["run_id"]
    return run_id


def test_a_work_is_printed_as_one_sheet_with_its_words(house: House, printer: Path) -> None:
    run_id = a_run(house)
    with house.child() as child:
        answer = child.post(f"/api/runs/{run_id}/print", json={"media_type": "image", "n": 1})
    assert (answer.status_code, answer.json()) == (200, {"job": "-Laser;rm-7"})
    arguments = (printer / "arguments").read_text().splitlines()
    assert arguments[:5] == ["-d", "-Laser;rm", "-t", f"Atelier Kiosk {run_id}", "--"]
    with pypdfium2.PdfDocument(printer / "sheet.pdf") as sheet:
        assert len(sheet) == 1
        text = sheet[0].get_textpage().get_text_range()
    assert IDEA in " ".join(text.split())
    assert run_id in text


def test_another_childs_work_is_printed_without_its_words(house: House, printer: Path) -> None:
    run_id = a_run(house)
    with house.child("tablet-b") as other:
        other.post(f"/api/runs/{run_id}/print", json={"media_type": "image"}).raise_for_status()
    with pypdfium2.PdfDocument(printer / "sheet.pdf") as sheet:
        assert "Bär" not in sheet[0].get_textpage().get_text_range()
        assert "Bär" not in str(sheet.get_metadata_dict())


def test_a_printer_that_refuses_says_why(tmp_path: Path, printer: Path) -> None:
    with running(tmp_path / "data", Settings(desk=DeskSettings(printer="broken"))) as house:
        run_id = a_run(house)
        with house.child() as child:
            answer = child.post(f"/api/runs/{run_id}/print", json={"media_type": "image"})
    assert (answer.status_code, answer.json()["code"]) == (503, "printer_failed")
    assert "does not exist" in answer.json()["detail"]


def test_a_copy_is_saved_with_its_marks_and_a_name_that_says_what_it_is(house: House, stick: Path) -> None:
    run_id = a_run(house)
    with house.child() as child:
        answers = [child.post(f"/api/runs/{run_id}/save", json={"media_type": "image"}) for _ in range(2)]
    names = [answer.json()["file_name"] for answer in answers]
    day = house.services.library.recorder(run_id) is None and names[0].split("_")[1]
    assert names == [f"dada_{day}_1.png", f"dada_{day}_2.png"]
    assert answers[0].json()["marks"] == ["text", "xmp", "c2pa"]
    with Image.open(io.BytesIO((stick / names[0]).read_bytes())) as opened:
        assert opened.text["Run"] == run_id  # type: ignore[attr-defined]
    assert sorted(path.name for path in stick.iterdir()) == names


def test_a_stick_that_was_pulled_out_is_said_to_be_away(house: House, stick: Path) -> None:
    run_id = a_run(house)
    stick.rmdir()
    with house.child() as child:
        answer = child.post(f"/api/runs/{run_id}/save", json={"media_type": "image"})
    assert (answer.status_code, answer.json()["code"]) == (503, "save_away")


@pytest.mark.parametrize("what", ["print", "save"])
def test_without_a_teachers_choice_nothing_leaves(shared: House, what: str) -> None:
    with shared.child() as child:
        answer = child.post(f"/api/runs/{a_run(shared)}/{what}", json={"media_type": "image"})
    assert (answer.status_code, answer.json()["code"]) == (403, f"{what}_off")


@pytest.mark.parametrize("what", ["print", "save"])
def test_what_may_not_be_seen_does_not_leave(house: House, printer: Path, stick: Path, what: str) -> None:
    run_id = a_run(house)
    with house.desk() as desk:
        desk.patch(f"/api/runs/{run_id}", json={"consent": {"gallery": False}}).raise_for_status()
    with house.child("tablet-b") as other, house.child() as own, house.visitor() as nobody:
        path = f"/api/runs/{run_id}/{what}"
        assert other.post(path, json={"media_type": "image"}).status_code == 403
        assert nobody.post(path, json={"media_type": "image"}).status_code in (401, 403)
        assert own.post(path, json={"media_type": "image", "n": 9}).status_code == 404
        assert own.post(path, json={"media_type": "image", "folder": "/etc"}).status_code == 400
    assert list(printer.iterdir()) == list(stick.iterdir()) == []
