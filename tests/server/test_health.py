"""How the program is, and how long one waits."""

from tests.server.house import House


def test_the_health_view_needs_a_session(shared: House) -> None:
    with shared.visitor() as visitor, shared.child() as child:
        assert visitor.get("/api/health").status_code == 401
        assert child.get("/api/health").json()["state"] == "ok"


def test_inner_facts_are_for_the_teacher(shared: House) -> None:
    with shared.child() as child, shared.desk() as desk:
        [seen], [known] = child.get("/api/health").json()["parts"], desk.get("/api/health").json()["parts"]
    assert (seen["name"], seen["message"], seen["facts"]) == ("disk", "fine", {})
    assert known["facts"] == {"folder": "/secret/place"}


def test_bare_liveness_says_nothing_else(shared: House) -> None:
    with shared.visitor() as visitor:
        answer = visitor.get("/livez")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_a_child_sees_its_own_place_and_nobody_elses(shared: House) -> None:
    with shared.child("tablet-a") as one, shared.child("tablet-b") as other:
        [own], [foreign] = one.get("/api/queue").json()["boxes"], other.get("/api/queue").json()["boxes"]
        assert "tablet-a" not in other.get("/api/queue").text
    assert own == {
        "box": "sketchbook",
        "slots": 1,
        "running": 1,
        "waiting": 2,
        "own_waiting": 2,
        "seconds_per_job": 4.0,
        "estimate_s": 12.0,
        "memory_s": 0.0,
    }
    assert foreign["own_waiting"] == 0


def test_only_the_desk_and_the_teacher_warm_the_boxes(shared: House) -> None:
    with shared.child() as child, shared.desk() as desk:
        assert child.post("/api/warmup").status_code == 403
        assert child.get("/api/warmup").status_code == 403
        begun = desk.post("/api/warmup")
        assert begun.status_code == 200
        assert [step["box"] for step in begun.json()["steps"]] == ["sketchbook"]
        for _ in range(1000):
            state = desk.get("/api/warmup").json()
            if not state["running"]:
                break
        assert state["steps"][0]["state"] == "done"
