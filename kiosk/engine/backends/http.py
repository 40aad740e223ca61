"""HTTP to boxes: the one module that knows the HTTP library. A successor with its interface is one changed import.

No proxies and no settings from the environment, no redirects, no compressed replies; every wait and every size
has a limit. Errors never quote headers, so that no key can reach a log. What replies mean is not known here.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import httpx as library
from msgspec import Struct

MB = 1 << 20
MAX_JSON_BYTES = 32 * MB
_FETCH_TRIES = 3


class HttpProblem(Exception):
    """No usable reply came.

    `sent`: whether the request may have reached the box and been acted on. `too_large`: a limit of size was passed.
    """

    def __init__(self, reason: str, *, sent: bool, too_large: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.too_large = too_large


class Reply(Struct, frozen=True):
    """A whole reply, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; NaN is let through, as boxes send it. Raises `HttpProblem`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise HttpProblem(f"the box answered {self.status} with something that is not JSON", sent=True) from error

    def text(self) -> str:
        """The beginning of the body as text, for a message."""
        return self.body[:500].decode("utf-8", "replace").strip()


class StreamedReply:
    """A reply that is read piece by piece; each wait for a piece has a limit, and so has their sum of bytes."""

    def __init__(self, response: library.Response, first_byte_s: float, gap_s: float, max_bytes: int) -> None:
        self.status = response.status_code
        self._response = response
        self._first_byte_s = first_byte_s
        self._gap_s = gap_s
        self._max_bytes = max_bytes

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises `HttpProblem`."""
        received, wait = 0, self._first_byte_s
        async with aclosing(_raw(self._response)) as pieces:
            while True:
                try:
                    async with asyncio.timeout(wait):
                        piece = await anext(pieces, None)
                except (TimeoutError, library.TimeoutException) as error:
                    raise HttpProblem(f"nothing came for {wait:g} seconds", sent=True) from error
                except library.HTTPError as error:
                    raise HttpProblem("the connection broke off", sent=True) from error
                if piece is None:
                    return
                received += len(piece)
                if received > self._max_bytes:
                    raise HttpProblem(f"it is larger than {self._max_bytes // MB} MB", sent=True, too_large=True)
                yield piece
                wait = self._gap_s

    async def lines(self) -> AsyncGenerator[bytes, None]:
        """The body cut at newline bytes and nowhere else; a last line without one is given, too."""
        rest = b""
        async with aclosing(self.chunks()) as pieces:
            async for piece in pieces:
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    yield line
        if rest:
            yield rest

    async def read(self) -> Reply:
        """All of it."""
        async with aclosing(self.chunks()) as pieces:
            body = b"".join([piece async for piece in pieces])
        return Reply(self.status, {name.lower(): value for name, value in self._response.headers.items()}, body)


class BoxHttp:
    """A client for one box. `headers` may hold its key; times are in seconds."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        connect_s: float = 5.0,
        reply_s: float = 30.0,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._reply_s = reply_s
        self._connect_s = connect_s
        self._client = library.AsyncClient(
            base_url=self.base_url,
            headers={"Accept-Encoding": "identity", **(headers or {})},
            limits=library.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=4.0),
            follow_redirects=False,
            trust_env=False,
            verify=self.base_url.startswith("https:"),  # without TLS there is no need to read certificates
        )

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
        reply_s: float | None = None,
        max_bytes: int = MAX_JSON_BYTES,
    ) -> Reply:
        """A whole reply to GET. `reply_s` limits the wait for it to begin and each pause in it."""
        async with self.stream(
            "GET",
            path,
            params=params,
            headers=headers,
            extensions=extensions,
            first_byte_s=reply_s,
            max_bytes=max_bytes,
        ) as streamed:
            return await streamed.read()

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        files: Any = None,
        reply_s: float | None = None,
        max_bytes: int = MAX_JSON_BYTES,
    ) -> Reply:
        """A whole reply to POST of JSON, or of a form with `data` and `files`."""
        async with self.stream(
            "POST", path, json=json, data=data, files=files, first_byte_s=reply_s, max_bytes=max_bytes
        ) as streamed:
            return await streamed.read()

    async def fetch(self, path: str, *, params: Mapping[str, str] | None = None, max_bytes: int) -> bytes:
        """A file that the box has made: asked for again where the connection broke off, as the work is done already.

        Raises `HttpProblem`.
        """
        problem = "no answer"
        for _ in range(_FETCH_TRIES):
            try:
                reply = await self.get(path, params=params, max_bytes=max_bytes)
            except HttpProblem as broken:
                if broken.too_large:
                    raise
                problem = broken.reason
                continue
            if reply.status == 200:
                return reply.body
            problem = f"it is no longer there ({reply.status})"
        raise HttpProblem(problem, sent=True)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        files: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
        first_byte_s: float | None = None,
        gap_s: float | None = None,
        max_bytes: int = MAX_JSON_BYTES,
    ) -> AsyncIterator[StreamedReply]:
        """A reply to be read as it comes; the connection is given back or closed with the context."""
        first_byte_s = first_byte_s or self._reply_s
        request = self._client.build_request(
            method,
            path,
            json=json,
            data=data,
            files=files,
            params=params,
            headers=headers,
            extensions=dict(extensions or {}),
            timeout=library.Timeout(first_byte_s, connect=self._connect_s, pool=None),
        )
        try:
            response = await self._client.send(request, stream=True)
        except (library.ConnectError, library.ConnectTimeout, library.UnsupportedProtocol) as error:
            raise HttpProblem("the box cannot be reached", sent=False) from error
        except library.TimeoutException as error:
            raise HttpProblem(f"no answer within {first_byte_s:g} seconds", sent=True) from error
        except library.HTTPError as error:
            raise HttpProblem("the connection broke off", sent=True) from error
        try:
            yield StreamedReply(response, first_byte_s, gap_s or self._reply_s, max_bytes)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


async def _raw(response: library.Response) -> AsyncGenerator[bytes, None]:
    """The pieces of a body as they are on the wire; closing this closes what the library made for it."""
    async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as pieces:
        async for piece in pieces:
            yield piece
