"""What docs/records.md, section 5, promises of the interface, row by row."""

import msgspec
import pytest

from kiosk.records import HistoryRecord, RunItem, RunMetadata
from kiosk.server.openapi import document
from tests.server.house import House
from tests.server.test_pipeline import EXECUTE, IDEA

ENDPOINTS = [
    ("get", "/api/runs"),
    ("get", "/api/runs/stats"),
    ("get", "/api/runs/{run_id}"),
    ("get", "/api/runs/{run_id}/restore"),
    ("delete", "/api/runs/{run_id}"),
    ("post", "/api/runs/{run_id}/erase"),
    ("patch", "/api/runs/{run_id}"),
    ("get", "/api/favorites/{run_id}/restore"),
    ("get", "/api/research/execution/{run_id}"),
    ("get", "/api/research/config/{name}/executions"),
    ("get", "/api/lenses"),
    ("get", "/api/lenses/{lens_id}"),
    ("get", "/api/outputs"),
    ("post", "/api/uploads"),
    ("post", "/api/schema/pipeline/execute"),
    ("post", "/api/schema/pipeline/interception"),
    ("post", "/api/schema/pipeline/generation"),
    ("post", "/api/schema/pipeline/{run_id}/edit"),
    ("post", "/api/schema/pipeline/{run_id}/cancel"),
    ("get", "/api/pipeline/{run_id}/status"),
    ("get", "/api/pipeline/{run_id}/entities"),
    ("get", "/api/pipeline/{run_id}/entity/{entity_type}"),
    ("get", "/api/pipeline/{run_id}/stream"),
    ("get", "/api/media/{kind}/{run_id}"),
    ("get", "/api/media/{kind}/{run_id}/{n}"),
    ("get", "/api/media/info/{run_id}"),
    ("get", "/api/media/run/{run_id}"),
    ("get", "/api/media/thumb/{run_id}"),
    ("get", "/api/media/thumb/{run_id}/{n}"),
    ("get", "/api/favorites"),
    ("post", "/api/favorites"),
    ("patch", "/api/favorites/{run_id}"),
    ("delete", "/api/favorites/{run_id}"),
    ("get", "/api/settings"),
    ("patch", "/api/settings"),
    ("post", "/api/teacher/login"),
    ("post", "/api/teacher/logout"),
    ("get", "/api/queue"),
    ("get", "/api/health"),
    ("post", "/api/latent-lab/record/start"),
    ("post", "/api/latent-lab/record/save"),
    ("post", "/api/latent-lab/record/end"),
    ("get", "/api/gallery"),
    ("get", "/api/gallery/stream"),
]


@pytest.fixture(scope="module")
def run_id(shared: House) -> str:
    with shared.child() as child:
        return str(child.post(EXECUTE, json=IDEA).json()["run_id"])


def test_every_endpoint_is_there() -> None:
    paths = msgspec.json.decode(document())["paths"]
    assert [(method, path) for method, path in ENDPOINTS if method not in paths.get(path, {})] == []


def test_the_list_of_runs_has_its_fields(shared: House, run_id: str) -> None:
    with shared.desk() as desk:
        page = desk.get("/api/runs?limit=1").json()
        assert {"executions", "total", "limit", "offset", "returned", "filters", "next"} <= set(page)
        assert {
            "execution_id", "run_id", "config_name", "timestamp", "execution_mode", "safety_level",
            "total_execution_time", "items_count", "user_id", "session_id", "device_id", "status", "taxonomy_version",
        } <= set(page["executions"][0])  # fmt: skip
        assert (page["limit"], page["offset"], page["returned"]) == (1, 0, 1)
        assert desk.get("/api/runs").json()["limit"] == 20
        assert desk.get("/api/runs?limit=100").status_code == 200


def test_pages_follow_each_other_to_the_true_total(house: House) -> None:
    with house.child() as child:
        made = [child.post(EXECUTE, json=IDEA).json()["run_id"] for _ in range(5)]
    with house.desk() as desk:
        page = desk.get("/api/runs?limit=2").json()
        pages = [page]
        while page["next"]:
            page = desk.get("/api/runs", params={"limit": 2, "cursor": page["next"]}).json()
            pages.append(page)
        assert [page["total"] for page in pages] == [5] * 3
        by_cursor = [run["run_id"] for page in pages for run in page["executions"]]
        by_offset = [
            run["run_id"]
            for offset in (0, 2, 4)
            for run in desk.get(f"/api/runs?limit=2&offset={offset}").json()["executions"]
        ]
    assert by_cursor == by_offset == sorted(made, reverse=True)


def test_runs_are_found_by_each_filter(house: House) -> None:
    with house.child("tablet-a") as one, house.child("tablet-b") as other:
        first = one.post(EXECUTE, json=IDEA).json()["run_id"]
        other.post(EXECUTE, json=IDEA | {"schema": "bauhaus", "input_text": "Ein Elefant"})
    with house.desk() as desk:
        today = desk.get(f"/api/runs/{first}").json()["timestamp"][:10]
        for filters, found in (
            ({"config": "dada"}, 1),
            ({"config": "none"}, 0),
            ({"device_id": "tablet-a"}, 1),
            ({"session_id": "workshop"}, 2),
            ({"session_id": "another"}, 0),
            ({"user_id": "anonymous"}, 2),
            ({"status": "completed"}, 2),
            ({"status": "failed"}, 0),
            ({"date": today}, 2),
            ({"date": "2001-01-01"}, 0),
            ({"q": "Tomate"}, 1),
            ({"q": "elef"}, 1),
            ({"q": "Tomate", "config": "bauhaus"}, 0),
            ({"config": "dada", "device_id": "tablet-a", "status": "completed", "date": today}, 1),
        ):
            page = desk.get("/api/runs", params=filters).json()
            assert (page["total"], page["returned"]) == (found, found), filters
            assert page["filters"] == filters


def test_counts_are_true(house: House) -> None:
    with house.child("tablet-a") as child:
        for _ in range(2):
            child.post(EXECUTE, json=IDEA)
    with house.desk() as desk:
        stats = desk.get("/api/runs/stats").json()
        counts = desk.get("/api/research/config/dada/executions").json()
    assert (stats["total_records"], stats["by_status"], stats["by_device"]) == (2, {"completed": 2}, {"tablet-a": 2})
    assert stats["by_config"] == {"dada": 2}
    assert stats["total_size_bytes"] > 0
    assert not stats["storage_dir"].startswith("/")
    assert counts["outputs"] == {"image": 2}


def test_records_have_exactly_the_fields_of_the_contract(shared: House, run_id: str) -> None:
    with shared.child() as child:
        history = child.get(f"/api/runs/{run_id}").content
        status = child.get(f"/api/pipeline/{run_id}/status").content
    for body, kind in ((history, HistoryRecord), (status, RunMetadata)):
        assert set(msgspec.json.decode(body)) == {field.name for field in msgspec.structs.fields(kind)}
        msgspec.json.decode(body, type=kind)
    items = msgspec.json.decode(history)["items"]
    assert set(items[0]) == {field.name for field in msgspec.structs.fields(RunItem)}


def test_a_blocked_run_is_a_result_and_is_recorded(house: House) -> None:
    with house.child() as child:
        answer = child.post(EXECUTE, json=IDEA | {"input_text": "Ein Hakenkreutz am Himmel"})
        assert answer.status_code == 200
        assert (answer.json()["status"], bool(answer.json()["reason"])) == ("blocked", True)
        assert child.get(f"/api/runs/{answer.json()['run_id']}").status_code == 200


def test_pages_of_the_gallery_follow_each_other(house: House) -> None:
    with house.child() as child:
        made = [child.post(EXECUTE, json=IDEA).json()["run_id"] for _ in range(3)]
        first = child.get("/api/gallery?limit=2").json()
        second = child.get("/api/gallery", params={"limit": 2, "cursor": first["next"]}).json()
        shown = [item["run_id"] for item in first["items"] + second["items"]]
        assert shown == made[::-1]
        assert second["next"] is None
        for filters, found in (({"lens": "dada"}, 3), ({"media_type": "music"}, 0), ({"device_id": "tablet-b"}, 0)):
            assert len(child.get("/api/gallery", params=filters).json()["items"]) == found, filters
