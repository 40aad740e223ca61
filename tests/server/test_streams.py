"""Server-sent events: nothing is missed, nothing comes twice, and everything ends when the program does."""

import asyncio
import socket
from typing import Any

import httpx

from kiosk.hub import Event, Hub
from kiosk.records import GALLERY_TOPIC, ItemType, MediaType, RunItem, RunMetadata, Status, run_topic
from kiosk.server.streams import frame, item_event, run_events
from tests.server.house import Heard, House, listen, read_answer
from tests.server.test_pipeline import AT_ONCE, EXECUTE, IDEA, INTERCEPTION


def finished_run(house: House) -> str:
    with house.child() as child:
        return str(child.post(EXECUTE, json=IDEA).json()["run_id"])


def heard_of(house: House, run_id: str, after: str | None = None) -> list[Heard]:
    headers = {} if after is None else {"Last-Event-ID": after}
    with house.child() as child, child.stream("GET", f"/api/pipeline/{run_id}/stream", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        return list(listen(stream.iter_lines()))


def numbers(heard: list[Heard]) -> list[int]:
    return [int(event.id or 0) for event in heard if event.name == "item"]


def test_a_finished_run_is_told_from_its_journal(shared: House) -> None:
    heard = heard_of(shared, finished_run(shared))
    items = numbers(heard)
    assert items == list(range(1, len(items) + 1))
    assert [event.data["sequence_number"] for event in heard if event.name == "item"] == items
    assert (heard[-1].name, heard[-1].id, heard[-1].data["status"]) == ("end", None, "completed")


def test_a_reader_goes_on_where_it_left_off(shared: House) -> None:
    run_id = finished_run(shared)
    everything = numbers(heard_of(shared, run_id))
    for last in (1, 5, len(everything)):
        assert numbers(heard_of(shared, run_id, str(last))) == everything[last:]


def test_a_first_connection_may_name_its_place_in_the_address(shared: House) -> None:
    run_id = finished_run(shared)
    with shared.child() as child, child.stream("GET", f"/api/pipeline/{run_id}/stream?after=3") as stream:
        assert numbers(list(listen(stream.iter_lines())))[0] == 4


def test_an_unknown_place_is_told_and_everything_follows(shared: House) -> None:
    run_id = finished_run(shared)
    everything = numbers(heard_of(shared, run_id))
    for unknown in ("99999", "-1", "abc", "1.5", "١", "99999999999999999999"):
        try:
            heard = heard_of(shared, run_id, unknown)
        except UnicodeEncodeError:
            continue
        assert heard[0].name == "reset", unknown
        assert numbers(heard) == everything


def test_a_run_is_followed_without_gap_or_repetition(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        with child.stream("GET", f"/api/pipeline/{run_id}/stream") as stream:
            first = listen(stream.iter_lines())
            early = [next(first)]
            while not (early[-1].name == "progress" and early[-1].data["kind"] == "step"):
                early.append(next(first))
        with child.stream("GET", f"/api/pipeline/{run_id}/stream?after={numbers(early)[-1]}") as stream:
            second = listen(stream.iter_lines())
            house.on_loop(house.studio.media.let_go.set)
            late = list(second)
    items = numbers(early) + numbers(late)
    assert items == list(range(1, len(items) + 1))
    assert late[-1].data["status"] == "completed"


def test_a_waiting_run_ends_its_stream(shared: House) -> None:
    with shared.child() as child:
        run_id = child.post(INTERCEPTION, json={"schema": "dada", "input_text": "Ein Haus"}).json()["run_id"]
    assert heard_of(shared, run_id)[-1].data["status"] == "waiting"


def test_the_gallery_tells_what_comes_and_is_resumed(house: House) -> None:
    with house.child() as child, child.stream("GET", "/api/gallery/stream") as stream:
        heard = listen(stream.iter_lines())
        run_id = finished_run(house)
        added = next(heard)
        assert (added.name, added.data["run_id"]) == ("added", run_id)
        boot, _, count = str(added.id).rpartition("-")
        assert boot
        assert count.isdecimal()
    second = finished_run(house)
    with house.child() as child, child.stream("GET", f"/api/gallery/stream?after={added.id}") as stream:
        missed = next(listen(stream.iter_lines()))
        assert missed.data["run_id"] == second
    with house.child() as child:
        old = {"Last-Event-ID": "another-boot-7"}
        with child.stream("GET", "/api/gallery/stream", headers=old) as stream:
            assert next(listen(stream.iter_lines())).name == "reset"


def test_a_reader_who_leaves_is_forgotten(house: House) -> None:
    hub = house.studio.hub
    with house.child() as child, child.stream("GET", "/api/gallery/stream"):
        assert hub.readers(GALLERY_TOPIC) == 1
    with house.child() as child:
        while hub.readers(GALLERY_TOPIC):
            assert child.get("/livez").status_code == 200  # each answer is a turn of the server's loop


def test_200_streams_stay_open_and_each_gets_every_event(house: House) -> None:
    request = f"GET /api/gallery/stream HTTP/1.1\r\nHost: {house.authority}\r\nCookie: {house.cookie()}\r\n\r\n"
    port = house.services.address.port
    readers = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(200)]
    try:
        for reader in readers:
            reader.sendall(request.encode())
        for reader in readers:
            until(reader, b": listening\n\n")
        with house.desk() as desk:
            assert desk.get("/api/session").status_code == 200
        for number in range(5):
            house.studio.hub.publish(GALLERY_TOPIC, Event("added", b'{"run_id":"x"}', f"boot-{number}"))
        counts = [until(reader, b"id: boot-4\nevent: added\ndata: ").count(b"id: boot-") for reader in readers]
        assert counts == [5] * 200
        with house.desk() as desk:
            assert desk.get("/api/session").status_code == 200
    finally:
        for reader in readers:
            reader.close()


def until(reader: socket.socket, end: bytes) -> bytes:
    """Everything that comes, up to and with `end`."""
    received = b""
    while end not in received:
        part = reader.recv(65536)
        assert part, received
        received += part
    return received


def test_open_streams_end_when_the_program_stops(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        with (
            child.stream("GET", f"/api/pipeline/{run_id}/stream") as of_run,
            child.stream("GET", "/api/gallery/stream") as of_gallery,
        ):
            told = listen(of_run.iter_lines())
            next(told)
            assert house.thread.stop(5)
            assert [event.data["status"] for event in told if event.name == "end"] == ["cancelled"]
            assert list(listen(of_gallery.iter_lines())) == []


def test_a_closing_program_takes_no_new_readers(house: House) -> None:
    run_id = finished_run(house)
    house.studio.hub.close()
    with house.child() as child:
        for path in ("/api/gallery/stream", f"/api/pipeline/{run_id}/stream"):
            answer = child.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "closing")
            assert answer.headers["retry-after"]


class Ahead:
    """A library whose metadata know a line of a live run that its items do not know yet."""

    def __init__(self, items: list[RunItem]) -> None:
        self._items = items

    async def metadata(self, run_id: str) -> RunMetadata:
        return RunMetadata(run_id=run_id, status=Status.WAITING, items_count=len(self._items) + 1)

    async def items(self, run_id: str) -> list[RunItem]:
        return self._items

    def recorder(self, run_id: str) -> object:
        return self


async def test_a_line_that_is_written_but_not_told_yet_is_waited_for() -> None:
    hub, first, last = Hub(), _text(1), _text(2)
    library: Any = Ahead([first])
    frames = run_events(hub, library, "run_1", None)
    assert [await anext(frames) for _ in range(3)][2] == frame(item_event(first))
    coming = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0)
    hub.publish(run_topic("run_1"), item_event(last))
    hub.publish(run_topic("run_1"), Event("end", b"{}"))
    assert await coming == frame(item_event(last))
    assert [told async for told in frames] == [frame(Event("end", b"{}"))]


def _text(number: int) -> RunItem:
    return RunItem(
        sequence_number=number,
        timestamp="2026-11-21T12:00:00+01:00",
        stage=2,
        media_type=MediaType.TEXT,
        item_type=ItemType.INTERCEPTION_FINAL,
        content="Wal ein",
    )


def test_events_of_other_runs_do_not_come_through(house: House) -> None:
    house.studio.media.let_go.clear()
    with house.child() as child:
        run_id = child.post(EXECUTE, json=IDEA, headers=AT_ONCE).json()["run_id"]
        with child.stream("GET", f"/api/pipeline/{run_id}/stream") as stream:
            told = listen(stream.iter_lines())
            next(told)
            house.studio.hub.publish(
                run_topic("run_0000000000000_00000000"), Event("item", b'{"of":"another"}', "99")
            )
            house.on_loop(house.studio.media.let_go.set)
            assert not any("of" in event.data for event in told)


def test_a_half_closed_client_does_not_hold_its_place(house: House) -> None:
    connection = socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20)
    connection.sendall(f"GET /livez HTTP/1.1\r\nHost: {house.authority}\r\nConnection: close\r\n\r\n".encode())
    answer = read_answer(connection)
    assert answer is not None
    assert answer.status == 200
    assert connection.recv(1) == b""
    connection.close()
    assert httpx.get(f"{house.url}/livez", trust_env=False).status_code == 200
