"""Listen, serve, stop: uvicorn with what a long-lived classroom server needs besides.

Cuts off clients that take their time over a request's head; ends all open streams when it stops.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEADER_BYTES = 16 * 1024
HEADER_SECONDS = 10.0
PIPELINED = 16
KEEP_ALIVE_SECONDS = 30
MAX_CONNECTIONS = 2_000
CLOSING_SECONDS = 5.0
START_SECONDS = 30.0

_log = logging.getLogger(__name__)
_NO_HTTP_BODY = (
    b'{"type":"/api/docs#bad_request","title":"Bad Request","status":400,"detail":"This is no valid HTTP request.",'
    b'"error":"This is no valid HTTP request.","code":"bad_request"}'
)
_NO_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n"
    b"x-content-type-options: nosniff\r\nconnection: close\r\n\r\n%s" % (len(_NO_HTTP_BODY), _NO_HTTP_BODY)
)


class StartFailed(RuntimeError):
    """The server did not come up; the cause is chained or in the log."""


class NoRequest(ValueError):
    """Bytes that this server does not take for a request; the parser tells its caller."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with limits: on the time and the bytes that a head may take, and on requests in a row.

    Bytes that are neither a whole head nor a body (a head that does not end, trailers, extensions of chunks) may be
    `HEADER_BYTES` at most.
    """

    _head_timer: asyncio.TimerHandle | None = None
    _idle_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: its first request must come."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come."""
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response("")
        elif self._is_in_request:
            self._stop_timer()
        elif self._head_timer is None:
            self._expect_head()

    def on_headers_complete(self) -> None:
        """A request begins. Raises `NoRequest` for targets that are no paths, and for too many requests in a row."""
        if not self.url.startswith(b"/") or len(self.pipeline) > PIPELINED:
            raise NoRequest
        super().on_headers_complete()
        self.headers = []  # trailers are no headers of the request
        self._idle_bytes = 0

    def on_body(self, body: bytes) -> None:
        """A part of a request's body."""
        super().on_body(body)
        self._idle_bytes = 0

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP at all, unless an answer has begun; uvicorn calls this."""
        if not (self._is_in_request and self.cycle.response_started):
            self.transport.write(_NO_HTTP)
        self.transport.close()

    @property
    def _is_in_request(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if not self._is_in_request and not self.transport.is_closing():
            self.transport.close()


class KioskServer(uvicorn.Server):
    """uvicorn's server that first stops the program's own work (`closing`), so that open streams end.

    `ready` is set when it answers, and when it has failed to.
    """

    def __init__(self, app: ASGIApp, closing: Callable[[], Awaitable[None]]) -> None:
        super().__init__(_config(app))
        self._closing = closing
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, stop the work, end the streams."""
        for server in self.servers:
            server.close()
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._closing()
        except TimeoutError:
            _log.error("the work did not stop within %s seconds", CLOSING_SECONDS)
        finally:
            await super().shutdown(sockets)


def _config(app: ASGIApp) -> uvicorn.Config:
    uvicorn_app: Any = app
    return uvicorn.Config(
        uvicorn_app,
        http=PatientProtocol,
        ws="none",
        loop="auto",
        lifespan="on",
        log_config=None,
        log_level="error",  # what is no HTTP is answered: nobody outside fills a log with it
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=3,
    )


class ServerThread:
    """A server on a thread of its own, for a program whose main thread belongs to a window or a test.

    On the main thread, `server.run(sockets=[bound])` serves until SIGINT or SIGTERM.
    """

    def __init__(self, server: KioskServer, bound: socket.socket) -> None:
        self._server = server
        self._bound = bound
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def start(self) -> None:
        """Return when the server answers. Raises `StartFailed`."""
        self._thread.start()
        if not self._server.ready.wait(START_SECONDS) or not self._server.started:
            raise StartFailed("the server did not start") from self._failure

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Stop the server; whether it did within `timeout_s` seconds."""
        self._server.should_exit = True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def is_alive(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._bound])
        except BaseException as error:  # noqa: BLE001 - uvicorn leaves by SystemExit; the starter is told
            self._failure = error
        finally:
            self._server.ready.set()
            self._bound.close()
