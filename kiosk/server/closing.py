"""A streamed response that closes what it streams from, however it ends.

Litestar leaves a generator that was interrupted between two pieces to the garbage collector; until then a reader
that went away would still be subscribed, a file still open.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from litestar.response import Stream
from litestar.types import ASGIApp, Receive, Scope, Send


class ClosingStream(Stream):
    """Streams `pieces`, and closes them."""

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        *,
        media_type: str,
        headers: Mapping[str, str],
        status_code: int = 200,
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=dict(headers), status_code=status_code)
        self._pieces = pieces

    def to_asgi_response(self, *given: Any, **named: Any) -> ASGIApp:  # type: ignore[override]
        """The response as Litestar sends it, and the closing after it."""
        answer = super().to_asgi_response(*given, **named)

        async def send_and_close(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await answer(scope, receive, send)
            finally:
                await self._pieces.aclose()

        return send_and_close
