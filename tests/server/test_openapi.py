"""The description of the interface: whole, precise, readable without a network."""

import re
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from kiosk.server.openapi import document
from tests.server.house import House


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(document())
    return decoded


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, item in schema["paths"].items() for method, operation in item.items()]


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")


def test_every_operation_is_named_and_told(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(set(names)) == len(names)
    for path, method, operation in operations(schema):
        assert operation["summary"], (path, method)
        assert operation["tags"], (path, method)


def test_every_body_and_answer_is_a_record(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert "$ref" in content["schema"], (path, method)
        answer = operation["responses"].get("200") or operation["responses"]["201"]
        for kind, content in answer["content"].items():
            if kind == "application/json" and path != "/i18n/{name}":
                assert "$ref" in content["schema"], (path, method)


def test_refusals_are_problems(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)
                assert answer["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_the_events_of_streams_have_their_records(schema: dict[str, Any]) -> None:
    assert {"RunItem", "Progress", "RunMetadata", "GalleryItem", "Removed"} <= set(schema["components"]["schemas"])


def test_the_command_prints_it_and_starts_nothing() -> None:
    printed = subprocess.run(
        [sys.executable, "-W", "error", "-m", "kiosk.server.openapi"], capture_output=True, check=True, timeout=60
    )
    assert msgspec.json.decode(printed.stdout)["info"]["title"] == "Atelier Kiosk"
    assert printed.stderr == b""


def test_the_page_needs_nothing_from_elsewhere(shared: House) -> None:
    with shared.child() as child:
        page = child.get("/api/docs")
        described = child.get("/api/docs/openapi.json")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    for path in described.json()["paths"]:
        assert path in page.text
    assert 'id="unknown_run"' in page.text or "id='unknown_run'" in page.text
