"""Websockets to boxes: the one place that says how they are opened. What is said over them is not known here."""

from collections.abc import Mapping

from websockets.asyncio.client import ClientConnection, connect

from kiosk.engine.backends.http import MB

_MAX_MESSAGE_BYTES = 128 * MB
"""A finished picture in full size may come as one message."""


async def open_socket(url: str, path: str, headers: Mapping[str, str] | None = None) -> ClientConnection:
    """A websocket on the server at an `http(s)` address; the caller limits the wait, and closes it.

    Our side pings and waits for no answer: some boxes are too busy with a picture to give one. Raises `OSError` and
    `websockets.exceptions.WebSocketException`.
    """
    return await connect(
        "ws" + url.removeprefix("http") + path,
        additional_headers=dict(headers or {}),
        max_size=_MAX_MESSAGE_BYTES,
        compression=None,
        proxy=None,
        open_timeout=None,
        ping_interval=20,
        ping_timeout=None,
        close_timeout=0.5,
    )
