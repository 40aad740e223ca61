"""What the command line asks a running server: plain HTTP with the server's token, errors as `Refused`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx
import msgspec

_TIMEOUT = httpx.Timeout(30.0, read=None)


class Refused(Exception):
    """The server said no. `status` is the HTTP status, `detail` its words for a person."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class ServerEvent(NamedTuple):
    """One server-sent event."""

    name: str
    data: bytes
    id: str | None


class Client:
    """A session with a server."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON at `path`. Raises `Refused`."""
        return _answer(self._http.get(path, params=_without_none(query or {})))

    def post(self, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Any:
        """Send JSON, get JSON. Raises `Refused`."""
        return _answer(self._http.post(path, json=_without_none(body), headers=headers))

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Replace by JSON, get JSON. Raises `Refused`."""
        return _answer(self._http.put(path, json=_without_none(body)))

    def upload(self, path: str, file: Path) -> Any:
        """Send a file as `multipart/form-data`, get JSON. Raises `Refused`."""
        with file.open("rb") as content:
            return _answer(self._http.post(path, files={"data": (file.name, content)}))

    def events(self, path: str) -> Iterator[ServerEvent]:
        """The server-sent events at `path` until the stream ends. Raises `Refused`."""
        with self._http.stream("GET", path) as answer:
            if answer.is_error:
                answer.read()
                _answer(answer)
            name, data, last_id = "message", [], None
            for line in answer.iter_lines():
                field, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if field == "event":
                    name = value
                elif field == "data":
                    data.append(value)
                elif field == "id":
                    last_id = value
                elif not line and data:
                    yield ServerEvent(name, "\n".join(data).encode(), last_id)
                    name, data, last_id = "message", [], None


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _answer(answer: httpx.Response) -> Any:
    if answer.is_success:
        return msgspec.json.decode(answer.content) if answer.content else None
    try:
        detail = msgspec.json.decode(answer.content)["error"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        detail = f"{answer.status_code} {answer.reason_phrase}"
    raise Refused(answer.status_code, str(detail))
