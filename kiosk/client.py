"""What the command line asks a running server: plain HTTP with the server's token, errors as `Refused`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

import httpx
import msgspec

_LOST = "the server does not answer any more; what was finished is saved"
_TIMEOUT = httpx.Timeout(30.0, read=None)


class Refused(Exception):
    """The server said no. `status` is the HTTP status, `detail` its words for a person."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class ConnectionLost(Exception):
    """The server does not answer any more."""


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
        return self._ask("GET", path, params=_without_none(query or {}))

    def post(self, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Any:
        """Send JSON, get JSON. Raises `Refused`."""
        return self._ask("POST", path, json=_without_none(body), headers=headers)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Replace by JSON, get JSON. Raises `Refused`."""
        return self._ask("PUT", path, json=_without_none(body))

    def upload(self, path: str, name: str, file: Path) -> Any:
        """Send a file as the part `name` of a form (`multipart/form-data`), get JSON. Raises `Refused`."""
        with file.open("rb") as content:
            return self._ask("POST", path, files={name: (file.name, content)})

    def download(self, path: str, query: Mapping[str, Any], target: BinaryIO) -> None:
        """Write what is at `path` into an open file, piece by piece. Raises `Refused`, `ConnectionLost`."""
        try:
            with self._http.stream("GET", path, params=_without_none(query)) as answer:
                if answer.is_error:
                    answer.read()
                    _answer(answer)
                for piece in answer.iter_bytes():
                    target.write(piece)
        except httpx.HTTPError as error:
            raise ConnectionLost(_LOST) from error

    def events(self, path: str, last_id: str | None = None) -> Iterator[ServerEvent]:
        """The server-sent events at `path` after `last_id`, until the stream ends.

        Raises `Refused`, `ConnectionLost`.
        """
        headers = {"Last-Event-ID": last_id} if last_id is not None else {}
        try:
            with self._http.stream("GET", path, headers=headers) as answer:
                if answer.is_error:
                    answer.read()
                    _answer(answer)
                yield from _parsed(answer.iter_lines())
        except httpx.HTTPError as error:
            raise ConnectionLost(_LOST) from error

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        try:
            return _answer(self._http.request(method, path, **content))
        except httpx.HTTPError as error:
            raise ConnectionLost(_LOST) from error


def enter_link(url: str, token: str) -> str:
    """A new link into a program that runs already, for the device at which it runs. Raises as `Client` does."""
    with Client(url, token) as client:
        device_id = client.get("/api/session")["device_id"]
        return str(client.post("/api/sessions", {"device_id": device_id})["enter_url"])


def _parsed(lines: Iterator[str]) -> Iterator[ServerEvent]:
    """The events in the lines of a stream (WHATWG HTML, 9.2)."""
    name, data, last_id = "message", [], None
    for line in lines:
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
