"""Every kind of error as problem+json: its shape, its sentence, and nothing of what went wrong inside."""

import errno
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import (
    ClientException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

import kiosk
from kiosk import i18n
from kiosk.engine.requests import RequestRefused
from kiosk.hub import HubClosed
from kiosk.ids import InvalidId
from kiosk.server.errors import Explainer, Refusal, refusal_for
from kiosk.settings import assets_dir
from kiosk.storage.errors import DataFolderBusy, ReadOnlyRun, RunBusy, StorageError, UnknownRun, storage_error
from kiosk.storage.index.pages import BadCursor
from kiosk.storage.thumbnails import NoThumbnail
from tests.server.house import House

SENTENCES = i18n.load(assets_dir() / "i18n")
FACT = re.compile(r"\{(\w+)\}")
FACTS = {
    "field",
    "folder",
    "formats",
    "kind",
    "name",
    "problem",
    "reason",
    "seconds",
    "state",
    "value",
    "variable",
    "who",
}
FACES: list[tuple[Exception, int, str]] = [
    (InvalidId("run_id"), 400, "bad_id"),
    (NoThumbnail("too large"), 404, "no_thumbnail"),
    (BadCursor(), 400, "bad_cursor"),
    (ValidationException(extra=[{"key": "limit", "message": "too many", "source": "query"}]), 400, "bad_field"),
    (ValidationException("no"), 400, "bad_body"),
    (msgspec.ValidationError("Expected `int`"), 400, "bad_json"),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), 400, "bad_json"),
    (RecursionError(), 400, "bad_json"),
    (ClientException("what"), 400, "bad_request"),
    (RequestRefused("unknown_lens", "schema", "x"), 400, "unknown_lens"),
    (RequestRefused("text_too_long", "input_text", "5000 > 4000"), 400, "text_too_long"),
    (RequestRefused("unknown_run", "run_id"), 404, "unknown_run"),
    (RequestRefused("run_busy", "run_id"), 409, "run_busy"),
    (RequestRefused("closing"), 503, "closing"),
    (RequestRefused("safety_off", None, "because"), 503, "safety_off"),
    (UnknownRun("run_x"), 404, "unknown_run"),
    (NotFoundException(), 404, "not_found"),
    (MethodNotAllowedException(), 405, "method"),
    (RunBusy("run_x"), 409, "run_busy"),
    (ReadOnlyRun("run_x"), 409, "read_only_run"),
    (StorageError("disk full", full=True), 507, "disk_full"),
    (StorageError("disk error"), 503, "storage_failed"),
    (storage_error(OSError(errno.ENOSPC, "No space", "/secret/path")), 507, "disk_full"),
    (storage_error(OSError(errno.EIO, "I/O", "/secret/path")), 503, "storage_failed"),
    (DataFolderBusy("process 7 on a"), 503, "data_busy"),
    (HubClosed(), 503, "closing"),
    (ValueError("secret"), 500, "internal"),
    (OSError(errno.EIO, "secret", "/secret/path"), 500, "internal"),
]


@pytest.mark.parametrize(("error", "status", "code"), FACES, ids=lambda value: str(value)[:40])
def test_each_error_has_its_face(error: Exception, status: int, code: str) -> None:
    refusal = refusal_for(error)
    problem = Explainer(SENTENCES, lambda: "de").problem(refusal, "en", "/api/x")
    assert (problem.status, problem.code) == (status, code)
    assert problem.error == problem.detail
    assert problem.type == f"/api/docs#{code}"
    assert problem.title
    assert problem.instance == "/api/x"
    assert problem.detail == SENTENCES.say("en", f"errors.{code}", **refusal.values)
    assert "secret" not in msgspec.json.encode(problem).decode()


def test_each_sentence_is_there_in_both_languages_with_the_same_facts() -> None:
    german, english = (
        {key: set(FACT.findall(text)) for key, text in SENTENCES.all(language).items() if key.startswith("errors.")}
        for language in ("de", "en")
    )
    assert german == english
    assert set().union(*german.values()) <= FACTS


def test_every_refusal_in_the_program_has_its_sentence() -> None:
    program = Path(kiosk.__file__).parent
    codes = {
        code
        for folder in ("server", "engine")
        for path in (program / folder).rglob("*.py")
        for code in re.findall(r'\bRefus(?:al\([0-9]{3}, |ed\()"([a-z_]+)"', path.read_text())
    }
    assert {"unknown_lens", "not_yours"} <= codes
    assert sorted(code for code in codes if f"errors.{code}" not in SENTENCES.all("de")) == []


def test_a_code_without_sentence_says_its_detail() -> None:
    explainer = Explainer(SENTENCES, lambda: "de")
    assert explainer.problem(Refusal(400, "brand_new", detail="as it is"), "", "/").detail == "as it is"
    assert explainer.problem(Refusal(400, "brand_new"), "", "/").detail == "Bad Request"


def test_an_address_in_a_problem_is_only_an_address() -> None:
    problem = Explainer(SENTENCES, lambda: "de").problem(
        Refusal(404, "not_found"), "", '/<script>"\u202e' + "a" * 9999
    )
    assert problem.instance is not None
    assert problem.instance.isascii()
    assert "<" not in problem.instance
    assert len(problem.instance) < 300


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/none", 404),
        ("GET", "/api/docs/none", 404),
        ("DELETE", "/api/session", 405),
        ("PUT", "/", 404),
        ("HEAD", "/api/lenses", 405),
        ("GET", "/api/runs?limit=0", 400),
        ("GET", "/api/runs?limit=101", 400),
        ("GET", "/api/runs?limit=ten", 400),
        ("GET", "/api/runs?offset=-1", 400),
        ("GET", "/api/runs?cursor=none", 400),
        ("GET", "/api/runs?date=2026-02-30", 400),
        ("GET", "/api/runs?status=odd", 400),
        ("GET", "/api/gallery?favorites=perhaps", 400),
        ("GET", "/api/lenses?language=../x", 400),
        ("GET", "/api/lenses/none", 404),
        ("GET", "/i18n/xx.json", 404),
    ],
)
def test_the_wire_says_the_same(shared: House, method: str, path: str, status: int) -> None:
    with shared.desk() as desk:
        answer = desk.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        problem = answer.json()
        assert problem["status"] == status
        assert problem["error"] == problem["detail"]
        assert {"type", "title", "code", "instance"} <= set(problem)
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"input_text": "\xff"}', b'{"input_text": "\\ud800"}', b"[" * 100_000, b"null", b"NaN",
     b'{"input_text": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}"],
    ids=["empty", "half", "UTF-16", "bad UTF-8", "a lone surrogate", "deep lists", "null", "NaN", "deep objects"],
)  # fmt: skip
def test_what_is_no_json_is_told_so(shared: House, body: bytes) -> None:
    with shared.desk() as desk:
        answer = desk.post("/api/schema/pipeline/execute", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] in {"bad_json", "bad_body", "bad_request", "bad_field"}


async def _broken(*_: Any) -> None:
    raise ValueError("a secret of the inside")


def test_a_value_of_the_wrong_form_is_told_without_its_pattern(shared: House) -> None:
    with shared.desk() as desk:
        for path, code in (("/api/runs/broken", "bad_id"), ("/api/runs?date=today", "bad_form")):
            problem = desk.get(path).json()
            assert problem["code"] == code
            assert "regex" not in problem["error"]


def test_a_failure_inside_is_not_told_outside(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(house.studio.library, "stats", _broken)
    with house.desk() as desk:
        answer = desk.get("/api/runs/stats")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "secret" not in answer.text
    assert "a secret of the inside" in caplog.text


@given(st.text(max_size=60) | st.text(alphabet="deENx-,;q=*. 019\t", max_size=60))
def test_any_wish_for_a_language_is_answered_in_one_of_ours(header: str) -> None:
    assert Explainer(SENTENCES, lambda: "de").language(header) in SENTENCES.languages


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-GB", "en"),
        ("fr, en;q=0.3", "en"),
        ("en;q=0, de", "de"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("*", "de"),
        ("x", "de"),
    ],
)
def test_the_language_that_is_liked_best(header: str, language: str) -> None:
    assert Explainer(SENTENCES, lambda: "de").language(header) == language
