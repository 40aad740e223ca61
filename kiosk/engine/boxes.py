"""The boxes that the program knows how to find on this machine. Found boxes are offered, never silently used."""

import asyncio
from typing import Literal

from msgspec import Struct

from kiosk.engine.backends.http import BoxHttp, HttpProblem

_TIMEOUT_S = 0.8


class KnownBox(Struct, frozen=True):
    """A kind of box, where it answers by default, and the question that only such a box answers in this way.

    `says`: one of these names stands in its answer, a JSON object. SwarmUI with accounts says an `error`.
    """

    name: str
    url: str
    method: Literal["GET", "POST"]
    path: str
    says: tuple[str, ...]


class FoundBox(Struct, frozen=True):
    """A box that answers on this machine. `answers` is False where nothing, or something else, is there."""

    name: str
    url: str
    answers: bool


KNOWN = (
    KnownBox("ollama", "http://127.0.0.1:11434", "GET", "/api/version", ("version",)),
    KnownBox("comfyui", "http://127.0.0.1:8188", "GET", "/system_stats", ("system",)),
    KnownBox("swarmui", "http://127.0.0.1:7801", "POST", "/API/GetNewSession", ("session_id", "error")),
)


async def find_local() -> list[FoundBox]:
    """Ask at every known address; takes at most a second or two."""
    answers = await asyncio.gather(*(answers_as(box) for box in KNOWN))
    return [FoundBox(box.name, box.url, answer) for box, answer in zip(KNOWN, answers, strict=True)]


async def answers_as(box: KnownBox) -> bool:
    """Whether what answers there is a box of this kind."""
    http = BoxHttp(box.url, connect_s=_TIMEOUT_S, reply_s=_TIMEOUT_S)
    try:
        reply = await (http.post(box.path, json={}) if box.method == "POST" else http.get(box.path))
        told = reply.json() if reply.status == 200 else None
    except HttpProblem:
        return False
    finally:
        await http.close()
    return isinstance(told, dict) and any(name in told for name in box.says)
