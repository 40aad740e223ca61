"""One connection of a box: requests and websocket frames in, bytes out, cut or reset where wanted."""

import asyncio
import json
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct


class Gone(ConnectionError):
    """The other side, or this server, is no longer there."""


class Request(Struct):
    """One HTTP request, whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, whatever its content type says. Raises `ValueError`."""
        return json.loads(self.body)


def frame(opcode: int, data: bytes) -> bytes:
    """A websocket message from the server, in one frame (RFC 6455, section 5.2)."""
    size = len(data)
    if size < 126:
        head = struct.pack(">BB", 0x80 | opcode, size)
    elif size < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, 126, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 127, size)
    return head + data


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, moved: Callable[[], None]) -> None:
        self._moved = moved
        self._reader = reader
        self._writer = writer
        self._buffer = b""
        self._more = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        self.gone = asyncio.Event()

    async def send(self, data: bytes, fault: str | None) -> None:
        """Bytes to the client. Raises `Gone`."""
        if fault == "reset":
            self.abort()
            raise Gone
        if fault == "cut":
            data = data[: len(data) // 2]
        if self._writer.is_closing():
            raise Gone
        self._writer.write(data)
        try:
            await self._writer.drain()
        except OSError as error:
            raise Gone from error
        if fault in ("cut", "cut_after"):
            self._writer.close()
            self.gone.set()
            raise Gone

    async def request(self) -> Request | None:
        """The next request; None when the client has left."""
        head = await self._until(b"\r\n\r\n")
        if not head:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = b""
        if "content-length" in headers:
            body = await self._exactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding") == "chunked":
            body = await self._chunks()
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Request(method, unquote(parts.path), query, headers, body)

    async def frame(self) -> tuple[int, bytes]:
        """The next websocket frame: opcode and unmasked data."""
        first, second = await self._exactly(2)
        size = second & 127
        if size == 126:
            size = int.from_bytes(await self._exactly(2), "big")
        elif size == 127:
            size = int.from_bytes(await self._exactly(8), "big")
        mask = await self._exactly(4) if second & 128 else b"\0\0\0\0"
        data = await self._exactly(size)
        return first & 15, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

    async def _read(self) -> None:
        """All that comes, also while a request is answered: so a client that leaves is noticed."""
        data = b"-"
        while data:
            try:
                data = await self._reader.read(65_536)
            except OSError:
                data = b""
            self._buffer += data
            self._more.set()
        self.gone.set()
        self._more.set()
        self._moved()

    async def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            if not await self._wait():
                return b""
        head, _, self._buffer = self._buffer.partition(end)
        return head

    async def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not await self._wait():
                raise Gone
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    async def _wait(self) -> bool:
        """Whether there may be more."""
        if self.gone.is_set():
            return False
        self._more.clear()
        await self._more.wait()
        return True

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._until(b"\r\n"), 16):
            body += await self._exactly(size)
            await self._exactly(2)
        await self._until(b"\r\n")
        return body

    def abort(self) -> None:
        """Reset the connection."""
        self.gone.set()
        self._more.set()
        self._reading.cancel()
        self._writer.transport.abort()
