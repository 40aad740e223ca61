import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kiosk.storage.errors import StorageError
from kiosk.storage.export import workshop
from kiosk.storage.export.workshop import CannotBeMarked, TookTooLong, ToolMissing, WorkFailed, Workshop
from tests.storage.kit import until


def add(one: int, other: int) -> int:
    return one + other


def say_who(started: Path) -> None:
    started.write_text(str(os.getpid()))
    time.sleep(600)


async def told(*started: Path, count: int = 1) -> bool:
    return sum(path.exists() and bool(path.read_text()) for path in started) >= count


def greedy() -> int:
    return len(bytearray(workshop.MEMORY_BYTES + (256 << 20)))


def stumble(kind: str) -> None:
    if kind == "bug":
        raise ValueError("Anna Muster")
    if kind == "full":
        raise OSError(28, "No space left on device")
    if kind == "unfit":
        raise CannotBeMarked("cut off")
    if kind == "missing":
        raise ModuleNotFoundError("No module named 'typst'", name="typst")
    os._exit(3)


async def test_work_is_done_in_another_process(tmp_path: Path) -> None:
    made = Workshop(tmp_path)
    assert await made.make(add, 2, 3) == 5
    assert await made.make(os.getpid) != os.getpid()


@pytest.mark.parametrize(
    ("kind", "expected", "reason"),
    [
        ("bug", WorkFailed, "ValueError in test_workshop.py"),
        ("full", StorageError, "disk full"),
        ("unfit", CannotBeMarked, "cut off"),
        ("missing", ToolMissing, "typst"),
        ("gone", WorkFailed, "without an answer"),
    ],
)
async def test_what_goes_wrong_there_is_told_by_its_kind(
    tmp_path: Path, kind: str, expected: type[Exception], reason: str
) -> None:
    with pytest.raises(expected, match=reason) as caught:
        await Workshop(tmp_path).make(stumble, kind)
    assert "Muster" not in str(caught.value)


async def test_work_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    with pytest.raises(TookTooLong):
        await Workshop(tmp_path, seconds=3).make(say_who, started)
    assert not psutil.pid_exists(int(started.read_text()))


async def test_work_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    task = asyncio.create_task(Workshop(tmp_path).make(say_who, started))
    await until(lambda: told(started))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(int(started.read_text()))


async def test_memory_is_limited(tmp_path: Path) -> None:
    with pytest.raises(WorkFailed, match="memory"):
        await Workshop(tmp_path).make(greedy)


async def test_few_work_at_once(tmp_path: Path) -> None:
    made = Workshop(tmp_path)
    tasks = [asyncio.create_task(made.make(say_who, tmp_path / f"pid{n}")) for n in range(4)]
    await until(lambda: told(*tmp_path.glob("pid*"), count=workshop.AT_ONCE))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(list(tmp_path.glob("pid*"))) == workshop.AT_ONCE


def test_a_bench_is_gone_after_the_work_and_after_a_crash(tmp_path: Path) -> None:
    crashed = Workshop(tmp_path).new_bench()
    (crashed / "half.pdf").write_bytes(b"half")
    with Workshop(tmp_path).bench() as bench:
        assert not crashed.exists()
        (bench / "whole.pdf").write_bytes(b"whole")
    assert list((tmp_path / workshop.FOLDER).iterdir()) == []


PROGRAM = """
import asyncio, sys
from pathlib import Path
from kiosk.storage.export.workshop import Workshop
from tests.storage.export.test_workshop import say_who
if __name__ == "__main__":
    asyncio.run(Workshop(Path(sys.argv[1])).make(say_who, Path(sys.argv[2])))
"""


async def test_work_ends_when_the_program_is_killed(tmp_path: Path) -> None:
    started = tmp_path / "pid"
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    root = str(Path(__file__).parents[3])
    program = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "state"), str(started)], env={**os.environ, "PYTHONPATH": root}
    )
    await until(lambda: told(started))
    program.kill()
    program.wait()
    worker = int(started.read_text())
    await until(lambda: gone(worker))


async def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
