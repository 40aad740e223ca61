"""Attacks by name: no id, type, number, query or label ever reaches a path, and nothing is created by asking."""

from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from tests.server.house import House

RUN = "run_1769122471728_362ba81c"
BAD_IDS = [
    "..",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "CON",
    "nul.txt",
    "run_1769122471728_362ba81c\n",
    "run_1769122471728_362ba81c ",
    "run_1769122471728_362ba81c.",
    "run_1769122471728_362ba81c/..",
    "run_1769122471728_362BA81C",
    "run_١٧٦٩١٢٢٤٧١٧٢٨_362ba81c",
    "run_1769122471728_362ba81c\0",
    "ｒun_1769122471728_362ba81c",
    "run_1769122471728_362ba81c\u202e",
    "run_" + "1" * 5000 + "_362ba81c",
    "a" * 10_000,
    "%",
    "%00",
    "*",
    "'; DROP TABLE runs; --",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "~root",
    "file:///etc/passwd",
    "\ud7ff\ufdd0",
    "🙂",
]
READS = [
    "/api/runs/{}",
    "/api/research/execution/{}",
    "/api/pipeline/{}/status",
    "/api/pipeline/{}/entities",
    "/api/pipeline/{}/entity/input",
    "/api/pipeline/{}/stream",
    "/api/media/image/{}",
    "/api/media/image/{}/1",
    "/api/media/thumb/{}",
    "/api/media/info/{}",
    "/api/media/run/{}",
    f"/api/pipeline/{RUN}/entity/{{}}",
    f"/api/media/{{}}/{RUN}",
    f"/api/media/image/{RUN}/{{}}",
    "/api/lenses/{}",
    "/i18n/{}",
    "/assets/{}",
    "/api/docs/{}",
]
QUERIES = [
    "/api/runs?cursor={}",
    "/api/runs?config={}",
    "/api/runs?date={}",
    "/api/runs?user_id={}",
    "/api/runs?session_id={}",
    "/api/runs?device_id={}",
    "/api/runs?status={}",
    "/api/runs?q={}",
    "/api/runs?limit={}",
    "/api/runs?offset={}",
    "/api/gallery?cursor={}",
    "/api/gallery/ruler?cursor={}",
    "/api/gallery?user_id={}",
    "/api/gallery?device_id={}",
    "/api/gallery?q={}",
    "/api/gallery?lens={}",
    "/api/gallery?date={}",
    "/api/gallery?media_type={}",
    "/api/lenses?language={}",
    "/api/outputs?language={}",
    f"/api/pipeline/{RUN}/entity/input?n={{}}",
    f"/api/pipeline/{RUN}/stream?after={{}}",
]


def files_of(house: House) -> set[Path]:
    return {path for path in house.data.rglob("*") if path.parent.name != "state"}


@pytest.mark.parametrize("template", READS)
def test_a_bad_name_reaches_nothing(shared: House, template: str) -> None:
    before = files_of(shared)
    connection = HTTPConnection(shared.authority, timeout=20)
    for bad in BAD_IDS:
        for spelled in (quote(bad, safe=""), quote(quote(bad, safe=""), safe="")):
            path = template.format(spelled)
            connection.request("GET", path, headers={"Authorization": f"Bearer {shared.bearer}"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status in {400, 404, 431}, path
            assert msgspec.json.decode(body)["error"]
            assert b"root:" not in body
    connection.close()
    assert files_of(shared) == before


@pytest.mark.parametrize("template", QUERIES)
def test_a_bad_value_is_refused_or_finds_nothing(shared: House, template: str) -> None:
    before = files_of(shared)
    with shared.desk() as desk:
        for bad in BAD_IDS:
            answer = desk.get(template.format(quote(bad, safe="")))
            assert answer.status_code in {200, 400, 404, 431}, (template, bad)
            if answer.status_code == 200:
                found = answer.json()
                assert found.get("executions", found.get("items", [])) == []
    assert files_of(shared) == before


def test_a_bad_name_in_a_body_is_refused(shared: House) -> None:
    before = files_of(shared)
    with shared.desk() as desk:
        for bad in BAD_IDS:
            for body in (
                {"run_id": bad, "output_configs": ["sketchbook_image"]},
                {"again": {"run_id": bad}},
                {"prompt": "a", "output_configs": ["sketchbook_image"], "input_image": {"run_id": bad}},
                {"prompt": "a", "output_configs": ["sketchbook_image"], "input_image": {"upload_id": bad}},
                {"prompt": "a", "output_configs": ["sketchbook_image"], "parent_run_id": bad},
                {"prompt": "a", "output_configs": [bad]},
                {"prompt": "a", "output_configs": ["sketchbook_image"], "schema": bad},
                {"prompt": "a", "output_configs": ["sketchbook_image"], "language": f"../{bad}"},
            ):
                answer = desk.post("/api/schema/pipeline/generation", json=body)
                assert answer.status_code in {400, 404}, body
    assert files_of(shared) == before


def test_an_unknown_run_is_404(shared: House) -> None:
    with shared.desk() as desk:
        for template in READS[:11]:
            answer = desk.get(template.format(RUN))
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_run"), template
        for name in ("edit", "cancel"):
            body = {"entity_type": "interception", "text": "a"} if name == "edit" else None
            assert desk.post(f"/api/schema/pipeline/{RUN}/{name}", json=body).status_code == 404


def test_nothing_is_created_by_reading(house: House) -> None:
    with house.desk() as desk:
        for path in ("/api/session", "/api/lenses", "/api/outputs", "/api/runs", "/api/runs/stats", "/api/gallery"):
            assert desk.get(path).status_code == 200, path
        desk.get(f"/api/runs/{RUN}")
    assert not (house.data / "exports").exists()
