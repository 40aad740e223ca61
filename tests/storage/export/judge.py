"""The RO-Crate validator, offline: its cache is filled with the one context that our crates name, then it runs alone.

Of the published context it holds the terms that we use. A term that is not among them is seen by the tests.
"""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

from kiosk.storage.export.crate import CONTEXT

_SCHEMA = "http://schema.org/"
_TERMS = """
    about actionStatus agent author contentSize creativeWorkStatus dateCreated datePublished description
    encodingFormat endTime error hasPart identifier inLanguage instrument license mentions name object publisher
    result softwareVersion startTime value version
    CreateAction CreativeWork Dataset Organization Person PropertyValue SoftwareApplication UpdateAction
"""
TERMS = {
    **{term: _SCHEMA + term for term in _TERMS.split()},
    "File": _SCHEMA + "MediaObject",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}


class _Shelf(HTTPAdapter):
    """Answers with the context, from memory."""

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        body = json.dumps({"@context": TERMS}).encode()
        kept = HTTPResponse(
            body=io.BytesIO(body),
            headers={"Content-Type": "application/ld+json"},
            status=200,
            preload_content=False,
            request_url=request.url,
        )
        return self.build_response(request, kept)


def filled_cache(folder: Path) -> Path:
    """A cache for the validator that holds the context."""
    place = folder / "contexts"
    with CachedSession(cache_name=str(place), backend="sqlite", expire_after=-1) as session:
        session.mount("https://", _Shelf())
        for accepted in ("application/ld+json, application/json", "application/ld+json, application/json, */*;q=0.1"):
            session.get(CONTEXT, headers={"Accept": accepted})
    return place


def issues(crate: Path, cache: Path, severity: str = "required") -> list[tuple[str, str]]:
    """What the validator has against a crate, from a severity on, as (entity, message). It runs as people run it."""
    report = cache.with_name("report.json")
    command = [
        *(str(Path(sys.executable).with_name("rocrate-validator")), "validate", str(crate)),
        *("--offline", "--cache-path", str(cache), "--profile-identifier", "process-run-crate"),
        *("--requirement-severity", severity, "--output-format", "json", "--output-file", str(report), "--no-paging"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    if not report.is_file():
        raise AssertionError(done.stdout + done.stderr)
    found = json.loads(report.read_text("utf-8"))
    report.unlink()
    told = [(issue["violatingEntity"] or "", issue["message"]) for issue in found["issues"]]
    assert found["passed"] is not bool(told)
    return told
