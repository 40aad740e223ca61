import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from kiosk.records import MediaType
from kiosk.storage import jailed
from kiosk.storage.jail import TOGETHER, Jail
from kiosk.storage.thumbnails import NoThumbnail
from tests.storage.kit import library, picture, until, whole_run

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def jail() -> AsyncIterator[Jail]:
    made = Jail()
    yield made
    await asyncio.to_thread(made.close)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.png"
    path.write_bytes(picture("green", (900, 600)))
    return path


async def test_pictures_are_made_by_one_child_that_is_used_again(jail: Jail, source: Path) -> None:
    assert jail.children == []
    first = await jail.small_picture(source, MediaType.IMAGE, source.with_suffix(".webp"))
    children = jail.children
    again = await jail.small_picture(source, MediaType.IMAGE, source.with_suffix(".webp"))
    assert first is not None
    assert first[8:12] == b"WEBP"
    assert again == first
    assert jail.children == children
    assert len(children) == 1


async def test_what_is_asked_for_at_once_is_made_by_two(tmp_path: Path, jail: Jail, source: Path) -> None:
    pipe = tmp_path / "held.png"
    os.mkfifo(pipe)
    waiting = asyncio.create_task(jail.small_picture(pipe, MediaType.IMAGE, tmp_path / "held.webp"))
    held = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)  # goes on when the child has it open, too
    assert await jail.small_picture(source, MediaType.IMAGE, tmp_path / "small.webp") is not None
    assert len(jail.children) == TOGETHER
    os.close(held)
    with pytest.raises(NoThumbnail):
        await waiting


async def test_what_is_there_by_now_is_not_made_again(jail: Jail, source: Path) -> None:
    assert await jail.small_picture(source, MediaType.IMAGE, source) is None
    assert jail.children == []


async def test_a_child_that_dies_costs_one_picture(jail: Jail, source: Path) -> None:
    target, pipe = source.with_suffix(".webp"), source.with_suffix(".pipe")
    os.mkfifo(pipe)
    waiting = asyncio.create_task(jail.small_picture(pipe, MediaType.IMAGE, target))
    held = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)  # goes on when the child has it open, too
    (child,) = jail.children
    os.kill(child, signal.SIGKILL)
    os.close(held)
    with pytest.raises(NoThumbnail):
        await waiting
    assert await jail.small_picture(source, MediaType.IMAGE, target) is not None
    assert child not in jail.children


async def test_a_child_that_is_late_is_killed(tmp_path: Path) -> None:
    jail = Jail(patience_s=0.2)
    pipe = tmp_path / "never.png"
    os.mkfifo(pipe)
    try:
        with pytest.raises(NoThumbnail) as refused:
            await jail.small_picture(pipe, MediaType.MUSIC, tmp_path / "small.webp")
        assert refused.value.reason == "the decoder gave up on it"
        assert jail.children == []
    finally:
        await asyncio.to_thread(jail.close)


async def test_the_child_has_limits_and_nothing_of_our_surroundings(
    jail: Jail, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SECRET", "canary")
    await jail.small_picture(source, MediaType.IMAGE, source.with_suffix(".webp"))
    child = psutil.Process(*jail.children)
    assert child.rlimit(psutil.RLIMIT_AS) == (jailed.MEMORY_BYTES, jailed.MEMORY_BYTES)
    assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert child.rlimit(psutil.RLIMIT_CPU)[0] <= jailed.CPU_S + 60
    assert "canary" not in str(child.environ())


async def test_it_ends_with_the_library(tmp_path: Path) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        await opened.thumbnail(run.run_id)
        (child,) = opened._shelf._jail.children
    assert not psutil.pid_exists(child)


async def test_a_child_that_nobody_asks_goes_home(
    jail: Jail, source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); from kiosk.storage import jailed; "
    monkeypatch.setattr("kiosk.storage.child._PROGRAM", program + "jailed.IDLE_S = 0.2; jailed.main()")
    await jail.small_picture(source, MediaType.IMAGE, tmp_path / "small.webp")

    async def gone() -> bool:
        return jail.children == []

    await until(gone)
    assert await jail.small_picture(source, MediaType.IMAGE, tmp_path / "small.webp") is not None


async def test_a_small_picture_that_many_ask_for_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    make = Jail.small_picture

    async def counted(jail: Jail, source: Path, media_type: MediaType, target: Path) -> bytes | None:
        asked.append(target)
        return await make(jail, source, media_type, target)

    monkeypatch.setattr(Jail, "small_picture", counted)
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        found = await asyncio.gather(*(opened.thumbnail(run.run_id) for _ in range(5)))
    assert len({small.mark for small in found}) == 1
    assert len(asked) == 1


@pytest.mark.parametrize("reader", [b"\x89PNG\r\n\x1a\n", b"not a picture"])
async def test_a_run_whose_picture_cannot_be_read_has_none_and_says_why(tmp_path: Path, reader: bytes) -> None:
    async with library(tmp_path) as opened:
        run = await whole_run(opened)
        (run.folder / "final" / "01_output_image.png").write_bytes(reader)
        with pytest.raises(NoThumbnail) as refused:
            await opened.thumbnail(run.run_id)
        assert refused.value.reason == "no picture that can be read"


async def test_in_a_bundle_the_program_itself_becomes_the_child(
    jail: Jail, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "kiosk"
    bundle.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m kiosk "$@"\n')
    bundle.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(bundle))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    made = await jail.small_picture(source, MediaType.IMAGE, source.with_suffix(".webp"))
    assert made is not None
    assert made[8:12] == b"WEBP"
