"""The boxes that the program knows how to find on this machine. Found boxes are offered, never silently used."""

import asyncio

import httpx
from msgspec import Struct

_TIMEOUT_S = 0.8


class KnownBox(Struct, frozen=True):
    """A kind of box, where it answers by default, and the path that proves that it is one."""

    name: str
    url: str
    probe: str


class FoundBox(Struct, frozen=True):
    """A box that answers on this machine. `answers` is False where nothing, or something else, is there."""

    name: str
    url: str
    answers: bool


KNOWN = (
    KnownBox("ollama", "http://127.0.0.1:11434", "/api/version"),
    KnownBox("comfyui", "http://127.0.0.1:8188", "/system_stats"),
    KnownBox("swarmui", "http://127.0.0.1:7801", "/"),
)


async def find_local() -> list[FoundBox]:
    """Ask at every known address; takes at most a second."""
    async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as http:
        answers = await asyncio.gather(*(_answers(http, box) for box in KNOWN))
    return [FoundBox(box.name, box.url, answer) for box, answer in zip(KNOWN, answers, strict=True)]


async def _answers(http: httpx.AsyncClient, box: KnownBox) -> bool:
    try:
        answer = await http.get(box.url + box.probe)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
