import io
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import c2pa
import psutil
import pytest
from lxml import etree
from PIL import Image

from kiosk.settings import DeskSettings, Settings
from kiosk.storage.export import report_xml, reports
from kiosk.storage.export.workshop import FOLDER
from tests.server.house import House, running
from tests.test_cli import generate, kiosk

T = TypeVar("T")

FORMATS = ["json", "xml", "pdf", "docx", "zip"]
IDEA = "Ein <b>Bär</b> & 1 = 2"


def a_run(house: House, device_id: str = "tablet-a") -> str:
    with house.child(device_id) as child:
        answer = child.post(
            "/api/schema/pipeline/execute",
            json={"schema": "dada", "input_text": IDEA, "output_configs": ["sketchbook_image"]},
        )
    assert answer.status_code == 200, answer.text
    run_id: str = answer.json()["run_id"]
    return run_id


def test_a_run_leaves_in_five_formats(shared: House) -> None:
    run_id = a_run(shared)
    with shared.child() as child:
        answers = {name: child.get(f"/api/runs/{run_id}/export/{name}") for name in FORMATS}
        record = child.get(f"/api/runs/{run_id}").json()
    for name, answer in answers.items():
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="{run_id}.{name}"'
    assert answers["json"].json() == record
    assert answers["pdf"].content.startswith(b"%PDF-")
    assert zipfile.is_zipfile(io.BytesIO(answers["docx"].content))
    assert report_xml.schema().validate(etree.fromstring(answers["xml"].content))
    with zipfile.ZipFile(io.BytesIO(answers["zip"].content)) as archive:
        assert archive.testzip() is None
        assert f"{run_id}/journal.jsonl" in archive.namelist()


def test_an_unknown_format_says_which_there_are(shared: House) -> None:
    with shared.child() as child:
        answer = child.get(f"/api/runs/{a_run(shared)}/export/exe")
    assert answer.status_code == 400
    assert answer.json()["supported_formats"] == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_another_devices_run_stays_where_it_is(shared: House, name: str) -> None:
    path = f"/api/runs/{a_run(shared)}/export/{name}"
    with shared.child("tablet-b") as other, shared.visitor() as nobody, shared.desk() as desk:
        assert other.get(path).status_code == 403
        assert nobody.get(path).status_code == 401
        assert desk.get(path).status_code == 200


def test_an_unknown_run_is_said_to_be_unknown(shared: House) -> None:
    with shared.desk() as desk:
        assert desk.get("/api/runs/run_1769122471728_362ba81c/export/zip").status_code == 404


def test_a_picture_is_taken_along_as_a_marked_copy(shared: House) -> None:
    path = f"/api/media/image/{a_run(shared)}/1"
    with shared.child() as child:
        plain, copy = child.get(path), child.get(path, params={"download": "1"})
    assert copy.headers["content-disposition"].startswith("attachment;")
    assert copy.headers["kiosk-marks"] == "text, xmp, c2pa"
    assert plain.content != copy.content
    with Image.open(io.BytesIO(plain.content)) as own, Image.open(io.BytesIO(copy.content)) as marked:
        assert own.tobytes() == marked.tobytes()
        assert marked.text["Run"] in path  # type: ignore[attr-defined]
    with c2pa.Reader("image/png", io.BytesIO(copy.content)) as reader:
        assert reader.get_validation_state() == "Valid"


def test_the_words_go_along_only_with_their_own_child_and_as_the_teacher_likes(tmp_path: Path) -> None:
    with running(tmp_path) as house:
        path = f"/api/media/image/{a_run(house)}/1?download=1"
        with house.child() as own, house.child("tablet-b") as other:
            assert own.get(path).content.count(b"Description\x00") == 1
            assert other.get(path).content.count(b"Description\x00") == 0
    with running(tmp_path, Settings(desk=DeskSettings(prompts_in_copies=False))) as house, house.child() as own:
        assert own.get(path).content.count(b"Description\x00") == 0


def test_what_a_gallery_does_not_show_is_not_handed_out_as_a_copy_either(shared: House) -> None:
    run_id = a_run(shared)
    with shared.desk() as desk, shared.child("tablet-b") as other:
        desk.patch(f"/api/runs/{run_id}", json={"consent": {"gallery": False}}).raise_for_status()
        assert other.get(f"/api/media/image/{run_id}/1?download=1").status_code == 403


def test_nothing_of_what_was_handed_out_stays(shared: House) -> None:
    run_id = a_run(shared)
    with shared.child() as child:
        child.get(f"/api/media/image/{run_id}/1?download=1").raise_for_status()
        child.get(f"/api/runs/{run_id}/export/xml").raise_for_status()
    bench = shared.services.workshop
    assert list((shared.data / "state" / FOLDER).iterdir()) == []
    assert bench.keys == shared.data / "state" / "signing"


def wait_for_ever(*given: object) -> None:
    target = given[-1]
    assert isinstance(target, Path)
    (target.parent / "pid").write_text(str(os.getpid()))
    time.sleep(600)


def test_a_report_that_nobody_waits_for_any_more_is_not_made(shared: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_make", wait_for_ever)
    run_id = a_run(shared)
    head = f"Host: {shared.authority}\r\nCookie: {shared.cookie()}\r\n\r\n"
    request = f"GET /api/runs/{run_id}/export/pdf HTTP/1.1\r\n{head}"
    benches = shared.data / "state" / FOLDER
    with socket.create_connection(("127.0.0.1", shared.services.address.port), timeout=20) as connection:
        connection.sendall(request.encode())
        (pid,) = once(lambda: [int(path.read_text() or 0) for path in benches.glob("*/pid")])
        assert psutil.pid_exists(pid)
    once(lambda: [True] if not list(benches.iterdir()) else [])
    assert not psutil.pid_exists(pid)


def once(look: Callable[[], list[T]]) -> list[T]:
    """What is found as soon as something is; fails after 20 seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = look()
        if found and all(found):
            return found
        time.sleep(0.02)  # nobody announces it
    raise AssertionError("nothing happened")


def test_without_the_libraries_a_report_says_what_is_missing(shared: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_make", not_installed)
    with shared.child() as child:
        answer = child.get(f"/api/runs/{a_run(shared)}/export/pdf", headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (501, "no_export_group")
    assert "typst" in answer.json()["detail"]


def not_installed(*_: object) -> None:
    raise ModuleNotFoundError("No module named 'typst'", name="typst")


def test_the_server_imports_none_of_the_libraries_and_nothing_that_packs() -> None:
    heavy = {"typst", "docx", "c2pa", "av", "pyarrow", "kiosk.storage.export.packing"}
    code = f"import sys, kiosk.app; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_command_writes_a_report_and_overwrites_nothing(tmp_path: Path) -> None:
    code, made = generate(tmp_path / "data", "--schema", "dada", "--output", "sketchbook_image")
    assert code == 0
    out = tmp_path / "page.pdf"
    arguments = ("export", made["run_id"], "--format", "pdf", "--out", str(out))
    assert kiosk(tmp_path / "data", *arguments).returncode == 0
    first = out.read_bytes()
    assert first.startswith(b"%PDF-")
    again = kiosk(tmp_path / "data", *arguments)
    assert again.returncode == 1
    assert "already" in again.stderr
    assert out.read_bytes() == first
    assert kiosk(tmp_path / "data", "export", made["run_id"], "--format", "exe").returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "page.pdf"]
