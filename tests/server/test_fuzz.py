"""Every endpoint with anything that its description allows, and with what it does not: never a 500."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kiosk.server.openapi import document
from tests.server.house import House, running
from tests.server.test_pipeline import EXECUTE, IDEA

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


schema = schemathesis.openapi.from_dict(msgspec.json.decode(document())).exclude(path_regex="/stream$")


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A program of its own: what is asked of it may change settings, pause the room, or erase."""
    with running(tmp_path_factory.mktemp("fuzzed")) as house:
        yield house


@pytest.fixture(scope="module")
def run_id(fuzzed: House) -> str:
    """A run that is there, so that not every request ends at an unknown one."""
    with fuzzed.desk() as desk:
        return str(desk.post(EXECUTE, json=IDEA).json()["run_id"])


@schema.parametrize()
@settings(
    max_examples=15,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_endpoint_takes_anything(case: Any, fuzzed: House, run_id: str) -> None:
    point_to_what_is_there(case, run_id)
    response = case.call(base_url=fuzzed.url, headers={"Authorization": f"Bearer {fuzzed.bearer}"}, timeout=20)
    case.validate_response(response, checks=CHECKS)


def point_to_what_is_there(case: Any, run_id: str) -> None:
    """Let well-formed names be those of a real run, lens and output."""
    if case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    real = (
        {"run_id": run_id, "lens_id": "dada", "name": "dada"} if case.path != "/i18n/{name}" else {"name": "de.json"}
    )
    for name, value in real.items():
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = value
    if isinstance(case.body, dict):
        for name, value in (("schema", "dada"), ("run_id", run_id), ("parent_run_id", run_id)):
            if case.body.get(name) is not None:
                case.body[name] = value
        if case.body.get("output_configs"):
            case.body["output_configs"] = ["sketchbook_image"]
