import asyncio

import pytest

from kiosk.storage.behind import Behind


async def test_one_piece_is_done_while_the_next_is_made_ready() -> None:
    told: list[str] = []
    ready = asyncio.Event()

    async def piece(name: str) -> None:
        await ready.wait()
        told.append(name)

    async with Behind() as behind:
        await behind.do(piece, "first")
        told.append("made ready")
        ready.set()
        await behind.do(piece, "second")
    assert told == ["made ready", "first", "second"]


async def test_what_goes_wrong_behind_is_heard() -> None:
    async def broken() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        async with Behind() as behind:
            await behind.do(broken)
