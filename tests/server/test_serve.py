"""Listening and stopping: the address first, clients that dawdle, an end that comes."""

import socket

import pytest

from kiosk.hub import Event
from kiosk.records import GALLERY_TOPIC
from kiosk.server.address import Address, AddressInUse, AddressRefused, bind
from kiosk.server.serve import KioskServer, ServerThread, StartFailed
from tests.server.house import House, read_answer, send_raw


def test_a_free_port_is_known_before_anything_starts() -> None:
    with bind("127.0.0.1", 0) as bound:
        address = Address.of(bound, "127.0.0.1")
        assert address.port > 0
        assert address.url == f"http://127.0.0.1:{address.port}"


def test_a_taken_port_is_told() -> None:
    with bind("127.0.0.1", 0) as bound, pytest.raises(AddressInUse):
        bind("127.0.0.1", bound.getsockname()[1])


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::"])
def test_nobody_listens_everywhere(host: str) -> None:
    with pytest.raises(AddressRefused):
        bind(host, 0)


def test_answers_do_not_wait_for_each_other() -> None:
    with bind("127.0.0.1", 0) as bound:
        assert bound.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on


@pytest.mark.parametrize(
    ("host", "port", "authorities"),
    [
        ("127.0.0.1", 8420, {"127.0.0.1:8420", "localhost:8420"}),
        ("192.168.1.5", 8420, {"192.168.1.5:8420", "127.0.0.1:8420", "localhost:8420"}),
        ("Atelier.local", 80, {"atelier.local:80", "atelier.local", "127.0.0.1:80", "127.0.0.1",
                               "localhost:80", "localhost"}),
        ("::1", 8420, {"[::1]:8420", "127.0.0.1:8420", "localhost:8420"}),
    ],
)  # fmt: skip
def test_our_names(host: str, port: int, authorities: set[str]) -> None:
    assert Address(host, port).authorities == authorities
    assert Address(host, port).origins == {f"http://{authority}" for authority in authorities}


def test_a_client_that_says_nothing_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.server.serve.HEADER_SECONDS", 0.02)
    with socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20) as silent:
        assert silent.recv(1) == b""


def test_a_head_that_never_ends_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.server.serve.HEADER_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20) as slow:
        slow.sendall(b"GET /livez HTTP/1.1\r\n")
        assert slow.recv(1) == b""


def test_the_second_head_of_a_connection_must_come_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.server.serve.HEADER_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20) as slow:
        slow.sendall(f"GET /livez HTTP/1.1\r\nHost: {house.authority}\r\n\r\n".encode())
        answer = read_answer(slow)
        assert answer is not None
        assert answer.status == 200
        slow.sendall(b"GET /livez HT")
        assert slow.recv(1) == b""


@pytest.mark.parametrize(
    "endless", [b"0\r\n" + b"X-A: b\r\n" * 200_000, b"1;" + b"a" * 2_000_000], ids=["trailers", "extensions"]
)
def test_what_is_around_a_body_must_end(house: House, endless: bytes) -> None:
    head = f"POST /api/schema/pipeline/execute HTTP/1.1\r\nHost: {house.authority}\r\nCookie: {house.cookie()}\r\n"
    head += f"Origin: {house.url}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = send_raw(house, head.encode(), endless)
    assert answer is None or answer.status == 400


def test_a_few_requests_in_a_row_are_answered_and_very_many_are_not(house: House) -> None:
    request = f"GET /livez HTTP/1.1\r\nHost: {house.authority}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20) as hasty:
        hasty.sendall(request * 3)
        received = b""
        while received.count(b"HTTP/1.1 200 ") < 3:
            part = hasty.recv(4096)
            assert part
            received += part
    refused = send_raw(house, request * 1_000)
    assert refused is None or refused.status == 400


def test_a_long_answer_is_no_slow_client(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.server.serve.HEADER_SECONDS", 0.02)
    monkeypatch.setattr("kiosk.server.streams.PING_SECONDS", 0.05)
    request = f"GET /api/gallery/stream HTTP/1.1\r\nHost: {house.authority}\r\nCookie: {house.cookie()}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", house.services.address.port), timeout=20) as reader:
        reader.sendall(request.encode())
        received = b""
        while received.count(b": ping") < 3:
            part = reader.recv(4096)
            assert part
            received += part


def test_a_server_that_cannot_start_says_so() -> None:
    async def broken(scope: object, receive: object, send: object) -> None:
        raise RuntimeError("no")

    async def nothing() -> None:
        return

    with pytest.raises(StartFailed):
        ServerThread(KioskServer(broken, nothing), bind("127.0.0.1", 0)).start()


def test_nothing_is_left_of_a_stopped_server(house: House) -> None:
    port = house.services.address.port
    assert house.thread.stop()
    assert not house.thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()


def test_a_client_that_does_not_read_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.server.gate.STALLED_S", 0.05)
    request = f"GET /api/gallery/stream HTTP/1.1\r\nHost: {house.authority}\r\nCookie: {house.cookie()}\r\n\r\n"
    hub = house.studio.hub
    with socket.socket() as lazy, house.child() as child:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.settimeout(20)
        lazy.connect(("127.0.0.1", house.services.address.port))
        lazy.sendall(request.encode())
        assert lazy.recv(10)
        while hub.readers(GALLERY_TOPIC):
            hub.publish(GALLERY_TOPIC, Event("added", b'"' + b"a" * 100_000 + b'"'))
            assert child.get("/livez").status_code == 200
