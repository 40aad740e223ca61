import io
import zipfile

import pytest
from lxml import etree

from kiosk.storage.export import report_xml
from tests.server.house import House

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


def test_a_run_leaves_as_json_xml_and_zip(shared: House) -> None:
    run_id = a_run(shared)
    with shared.child() as child:
        answers = {name: child.get(f"/api/runs/{run_id}/export/{name}") for name in ("json", "xml", "zip")}
        record = child.get(f"/api/runs/{run_id}").json()
    for name, answer in answers.items():
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="{run_id}.{name}"'
    assert answers["json"].json() == record
    assert report_xml.schema().validate(etree.fromstring(answers["xml"].content))
    with zipfile.ZipFile(io.BytesIO(answers["zip"].content)) as archive:
        assert archive.testzip() is None
        assert f"{run_id}/journal.jsonl" in archive.namelist()


def test_an_unknown_format_says_which_there_are(shared: House) -> None:
    with shared.child() as child:
        answer = child.get(f"/api/runs/{a_run(shared)}/export/exe")
    assert answer.status_code == 400
    assert answer.json()["supported_formats"] == ["json", "xml", "zip"]


@pytest.mark.parametrize("name", ["json", "xml", "zip"])
def test_another_devices_run_stays_where_it_is(shared: House, name: str) -> None:
    path = f"/api/runs/{a_run(shared)}/export/{name}"
    with shared.child("tablet-b") as other, shared.visitor() as nobody, shared.desk() as desk:
        assert other.get(path).status_code == 403
        assert nobody.get(path).status_code == 401
        assert desk.get(path).status_code == 200


def test_an_unknown_run_is_said_to_be_unknown(shared: House) -> None:
    with shared.desk() as desk:
        assert desk.get("/api/runs/run_1769122471728_362ba81c/export/zip").status_code == 404
