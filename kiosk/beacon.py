"""`state/server.json`: where the server of a data folder answers, so that a command started beside it uses it.

Written when the server answers, removed when it stops, readable by its user only. A file left by a program
that died is recognised, because nobody answers at its address.
"""

import contextlib
from pathlib import Path

import httpx
import msgspec
from msgspec import Struct

from kiosk import durable

FILE_NAME = "server.json"
_TIMEOUT_S = 2.0


class CannotServe(Exception):
    """The program cannot start here; the message says why and what to do."""


class Beacon(Struct, frozen=True):
    """How to reach a running server. `token` goes into `Authorization: Bearer`."""

    url: str
    token: str
    pid: int
    data_dir: str


def write(state: Path, beacon: Beacon) -> None:
    """Announce a server."""
    durable.replace(state / FILE_NAME, msgspec.json.encode(beacon), durable=False)


def remove(state: Path) -> None:
    """The server has stopped."""
    with contextlib.suppress(FileNotFoundError):
        (state / FILE_NAME).unlink()


def find(state: Path) -> Beacon | None:
    """The server that answers for this state folder, or None."""
    try:
        beacon = msgspec.json.decode((state / FILE_NAME).read_bytes(), type=Beacon)
    except (OSError, msgspec.MsgspecError):
        return None
    try:
        answer = httpx.get(
            f"{beacon.url}/api/session",
            headers={"Authorization": f"Bearer {beacon.token}"},
            timeout=_TIMEOUT_S,
            trust_env=False,
        )
    except httpx.HTTPError:
        return None
    return beacon if answer.status_code == httpx.codes.OK else None
