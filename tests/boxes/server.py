"""A small HTTP/1.1 and websocket server on raw streams, whose every outgoing message can be made to go wrong.

Not for the world: it exists so that tests can cut, garble, hold back or reset at an exact message. Each message
has a label (`GET /queue`, `ws progress`, `chunk /api/chat`) and a number; `Fault` says what happens at which.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import re
import struct
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal, Self

from msgspec import Struct, field

from tests.boxes.wire import Gone, Request, Wire, frame

FaultKind = Literal["die", "hang", "garbage", "cut", "reset", "error", "pause"]
GARBAGE = b"\xff\xfe{\x00]:\x9d<html>\r\nnot what you asked for"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REASONS = {200: "OK", 101: "Switching Protocols", 204: "No Content", 206: "Partial Content"}


class Fault(Struct, kw_only=True):
    """What goes wrong, once, at the message number `at` (from 0) or at the `nth` one labelled `label`.

    `die`: the program behind the port is gone. `hang`: nothing is sent from now on, to nobody. `garbage`: other
    bytes come. `cut`: half of it comes, then the connection ends. `reset`: the connection ends before it.
    `error`: an HTTP reply becomes 500 text. `pause`: it waits for `resume`.
    """

    kind: FaultKind
    at: int | None = None
    label: str | None = None
    nth: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    resume: asyncio.Event = field(default_factory=asyncio.Event)


class Exchange:
    """A request and the way back to who sent it."""

    def __init__(self, box: "Box", request: Request, wire: Wire) -> None:
        self.request = request
        self.gone = wire.gone
        self._box = box
        self._wire = wire

    async def reply(
        self, status: int, body: bytes = b"", kind: str = "application/json; charset=utf-8", **headers: str
    ) -> None:
        """A whole reply."""
        fault = await self._box.turn(self.label)
        if fault == "error":
            status, kind, body = (
                500,
                "text/plain; charset=utf-8",
                b"500 Internal Server Error\n\nServer got itself in",
            )
        elif fault == "garbage":
            body = GARBAGE
        head = self._head(status, kind, {"Content-Length": str(len(body)), **headers})
        await self._wire.send(head + (b"" if self.request.method == "HEAD" else body), fault)

    async def reply_json(self, value: Any, status: int = 200) -> None:
        """A whole reply in JSON."""
        await self.reply(status, json.dumps(value).encode())

    async def start(self, status: int = 200, kind: str = "application/x-ndjson") -> None:
        """The head of a reply that comes in chunks."""
        fault = await self._box.turn(self.label)
        if fault == "error":
            await self._wire.send(self._head(500, "text/plain", {"Content-Length": "4"}) + b"oops", "cut_after")
        head = self._head(status, kind, {"Transfer-Encoding": "chunked"})
        await self._wire.send(GARBAGE if fault == "garbage" else head, fault)

    async def chunk(self, data: bytes) -> None:
        """A piece of a reply."""
        fault = await self._box.turn(f"chunk {self.request.path}")
        if fault in ("garbage", "error"):
            data = GARBAGE + b"\n"
        await self._wire.send(f"{len(data):x}\r\n".encode() + data + b"\r\n", fault)

    async def end(self) -> None:
        """The end of a reply in chunks."""
        fault = await self._box.turn(f"end {self.request.path}")
        await self._wire.send(GARBAGE if fault == "garbage" else b"0\r\n\r\n", fault)

    async def websocket(self) -> "Socket":
        """Answer the upgrade (RFC 6455, section 4.2.2)."""
        key = self.request.headers.get("sec-websocket-key", "")
        digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()  # noqa: S324
        fault = await self._box.turn("ws upgrade")
        head = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )
        if fault in ("error", "garbage"):
            head = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
        await self._wire.send(head, fault)
        return Socket(self._box, self._wire)

    @property
    def label(self) -> str:
        """What this exchange is called among the messages: method and path, an id in it left out."""
        return f"{self.request.method} {_ID.sub('{id}', self.request.path)}"

    def _head(self, status: int, kind: str, headers: Mapping[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
        if kind:
            lines.append(f"Content-Type: {kind}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Socket:
    """The server's end of a websocket."""

    def __init__(self, box: "Box", wire: Wire) -> None:
        self._box = box
        self._wire = wire
        self.closed = False

    async def send(self, message: str | bytes, label: str) -> None:
        """One text or binary message. Raises `Gone`."""
        fault = await self._box.turn(f"ws {label}")
        data = message.encode() if isinstance(message, str) else message
        if fault in ("garbage", "error"):
            data = GARBAGE if isinstance(message, bytes) else b'{"type": nonsense'
        await self._wire.send(frame(1 if isinstance(message, str) else 2, data), fault)

    async def close(self) -> None:
        """Say goodbye and end."""
        self.closed = True
        with contextlib.suppress(Gone):
            await self._wire.send(frame(8, struct.pack(">H", 1000)), None)

    async def messages(self) -> AsyncIterator[str | bytes]:
        """What the client sends, until it is gone; pings are answered."""
        while True:
            try:
                opcode, data = await self._wire.frame()
            except (Gone, asyncio.IncompleteReadError, OSError):
                self.closed = True
                return
            if opcode == 8:
                self.closed = True
                with contextlib.suppress(Gone):
                    await self._wire.send(frame(8, data[:2]), None)
                return
            if opcode == 9:
                with contextlib.suppress(Gone):
                    await self._wire.send(frame(10, data), None)
            elif opcode == 1:
                yield data.decode("utf-8", "replace")
            elif opcode == 2:
                yield data


class Box:
    """A server that can be started, killed and started again on the same port. Subclasses answer requests."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.faults: list[Fault] = []
        self.said: list[str] = []
        self.asked: deque[Request] = deque(maxlen=2_000)
        self._times: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._wires: set[Wire] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._frozen = False
        self._moved = asyncio.Event()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; the port stays the same over all starts."""
        self._frozen = False
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End at once, as a killed process does."""
        self.kill()
        for _ in range(3):
            await asyncio.sleep(0)  # connections that were just accepted come to their handler, and end there
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def kill(self) -> None:
        """Every connection reset, the port closed."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for wire in list(self._wires):
            wire.abort()

    def fault(self, kind: FaultKind, *, at: int | None = None, label: str | None = None, nth: int = 0) -> Fault:
        """Arrange for something to go wrong."""
        self.faults.append(Fault(kind=kind, at=at, label=label, nth=nth))
        return self.faults[-1]

    def spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Work that ends with the box."""

        async def run() -> None:
            with contextlib.suppress(Gone, asyncio.CancelledError):
                await work

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def turn(self, label: str) -> str | None:
        """Called before each message: what shall go wrong with it."""
        number = len(self.said)
        nth = self._times[label]
        self._times[label] += 1
        self.said.append(label)
        self.moved()
        if self._frozen:
            await asyncio.Event().wait()
        for fault in self.faults:
            if (fault.at is not None and number == fault.at) or (fault.label == label and fault.nth == nth):
                fault.reached.set()
                return await self._go_wrong(fault)
        return None

    async def _go_wrong(self, fault: Fault) -> str | None:
        if fault.kind == "die":
            self.kill()
            self.died()
            raise Gone
        if fault.kind == "hang":
            self._frozen = True
            await asyncio.Event().wait()
        if fault.kind == "pause":
            await fault.resume.wait()
            return None
        return fault.kind

    def moved(self) -> None:
        """Something happened that a test may wait for."""
        self._moved.set()

    async def until(self, what: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until something of this box is so."""
        async with asyncio.timeout(seconds):
            while not what():
                self._moved.clear()
                await self._moved.wait()

    def died(self) -> None:
        """What is lost when the process is."""

    async def answer(self, exchange: Exchange) -> None:
        """Answer one request; a box of no kind hangs up."""
        raise Gone

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:
            writer.transport.abort()
            return
        wire = Wire(reader, writer, self.moved)
        self._wires.add(wire)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (request := await wire.request()) is not None:
                self.asked.append(request)
                self.moved()
                await self.answer(Exchange(self, request, wire))
                if "upgrade" in request.headers:
                    break
        except (Gone, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._wires.discard(wire)
            wire.abort()
            self.moved()


__all__ = ["GARBAGE", "Box", "Exchange", "Fault", "FaultKind", "Gone", "Request", "Socket"]
