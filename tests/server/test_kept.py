"""Lists that are answered again: only while nothing has changed, and only to the one who was answered."""

import asyncio
from typing import Any

from kiosk.server.gate import SESSION_KEY
from kiosk.server.kept import MOST_KEPT, KeptAnswers
from kiosk.server.sessions import Role, Session
from tests.server.house import House
from tests.server.test_pipeline import EXECUTE, IDEA


class Handlers:
    """An application that counts how often it is asked."""

    def __init__(self, status: int = 200) -> None:
        self.asked = 0
        self.version = 1
        self._status = status

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        await send({"type": "http.response.start", "status": self._status, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": str(self.asked).encode(), "more_body": False})


def ask(
    kept: KeptAnswers, query: bytes = b"", device: str = "tablet-a", role: Role = Role.CHILD, path: str = "/api/runs"
) -> bytes:
    session = Session(device_id=device, role=role)
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "state": {SESSION_KEY: session}}
    body = b""

    async def send(message: Any) -> None:
        nonlocal body
        body += message.get("body", b"")

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    asyncio.run(kept(scope, receive, send))
    return body


def test_the_same_question_is_answered_again_until_something_changes() -> None:
    handlers = Handlers()
    kept = KeptAnswers(handlers, lambda: handlers.version)
    assert [ask(kept), ask(kept)] == [b"1", b"1"]
    handlers.version += 1
    assert ask(kept) == b"2"


def test_each_question_device_and_role_has_its_own_answer() -> None:
    handlers = Handlers()
    kept = KeptAnswers(handlers, lambda: 1)
    ask(kept)
    others = [ask(kept, b"limit=5"), ask(kept, device="tablet-b"), ask(kept, role=Role.TEACHER)]
    assert [*others, ask(kept, path="/api/gallery")] == [b"2", b"3", b"4", b"5"]


def test_an_answer_that_was_overtaken_by_a_change_is_not_kept() -> None:
    handlers = Handlers()
    versions = iter([1, 2, 2, 2])
    kept = KeptAnswers(handlers, lambda: next(versions))
    assert [ask(kept), ask(kept)] == [b"1", b"2"]


def test_refusals_and_other_paths_are_not_kept() -> None:
    refusing = Handlers(status=400)
    kept = KeptAnswers(refusing, lambda: 1)
    assert [ask(kept), ask(kept)] == [b"1", b"2"]
    handlers = Handlers()
    kept = KeptAnswers(handlers, lambda: 1)
    assert [ask(kept, path="/api/health"), ask(kept, path="/api/health")] == [b"1", b"2"]


def test_only_so_many_are_kept() -> None:
    handlers = Handlers()
    kept = KeptAnswers(handlers, lambda: 1)
    for number in range(MOST_KEPT + 1):
        ask(kept, f"limit={number}".encode())
    assert ask(kept, f"limit={MOST_KEPT}".encode()) == str(MOST_KEPT + 1).encode()
    assert ask(kept, b"limit=0") == str(MOST_KEPT + 2).encode()


def test_what_changes_is_in_the_next_list(house: House) -> None:
    with house.child() as child, house.child("tablet-b") as other, house.desk() as desk:
        assert [who.get("/api/runs").json()["total"] for who in (child, other, desk)] == [0, 0, 0]
        assert desk.get("/api/gallery").json()["items"] == []
        run_id = child.post(EXECUTE, json=IDEA).json()["run_id"]
        assert [who.get("/api/runs").json()["total"] for who in (child, other, desk)] == [1, 0, 1]
        assert [item["run_id"] for item in desk.get("/api/gallery").json()["items"]] == [run_id]
        child.post("/api/favorites", json={"run_id": run_id, "media_type": "image"})
        stars = [who.get("/api/gallery").json()["items"][0]["favorite"] for who in (child, other)]
        assert stars == [True, False]
        desk.patch(f"/api/runs/{run_id}", json={"visible": False})
        assert child.get("/api/gallery").json()["items"] == []
