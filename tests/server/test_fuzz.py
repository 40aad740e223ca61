"""Every endpoint with anything that its description allows, and with what it does not: never a 500."""

from typing import Any

import msgspec
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kiosk.server.openapi import document
from tests.server.house import House

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


schema = schemathesis.openapi.from_dict(msgspec.json.decode(document())).exclude(path_regex="/stream$")


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_endpoint_takes_anything(case: Any, shared: House) -> None:
    response = case.call(base_url=shared.url, headers={"Authorization": f"Bearer {shared.bearer}"}, timeout=20)
    case.validate_response(response, checks=CHECKS)
