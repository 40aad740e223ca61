"""A whole lesson over real HTTP: `python -m tests.bench.lesson [--runs 300]` prints what became of every run.

The real program as a process of its own, boxes without models (tests/boxes) beside it, and many devices, each with
its own session: they send ideas, some change their mind and cancel, and one box is killed and started again in the
middle. Ends by itself, within `--minutes`; ends only the process that it started.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
from msgspec import Struct, field

from tests.boxes.comfyui import ComfyUI
from tests.boxes.ollama import Ollama
from tests.boxes.openai import OpenAI
from tests.boxes.swarmui import SwarmUI

OUTPUTS = ("sd15", "sd15", "swarmui_sd35_large", "gpt_image_1", "sketchbook_image")
LENSES = ("dada", "bauhaus", "user_defined", "haiku")
THINGS = ("Hund", "Wolke", "Berg", "Schiff", "Garten", "Turm", "Vogel", "Fluss")
PLACES = ("im Regen", "am Meer", "auf dem Mond", "in der Stadt", "unter Wasser", "im Wald")
ENDED = ("completed", "cancelled", "failed", "blocked")


class Lesson(Struct, frozen=True, kw_only=True):
    """What happens. `at_once`: runs of one device at a time; one in `cancel_every` is cancelled; times in seconds."""

    devices: int = 15
    runs: int = 300
    at_once: int = 2
    cancel_every: int = 12
    step_s: float = 0.004
    away_s: float = 1.5
    limit_s: float = 900.0
    seed: int = 1


class Outcome(Struct, kw_only=True):
    """What became of one run. `waited_s`: in front of boxes; `reason`: why it failed."""

    device: str
    run_id: str
    status: str = "lost"
    waited_s: float = 0.0
    took_s: float = 0.0
    reason: str | None = None
    was_cancelled: bool = False


class Report(Struct, frozen=True, kw_only=True):
    """The whole lesson. `memory_mb`: the server's resident memory after as many runs, in megabytes."""

    seconds: float
    lost: int
    statuses: dict[str, int]
    reasons: dict[str, int]
    cancelled: int
    restarts: int
    waited_mean_s: dict[str, float]
    unfairness: float
    memory_mb: dict[int, float]
    outcomes: list[Outcome] = field(default_factory=list)


class Boxes:
    """One box of each kind, without models."""

    def __init__(self, step_s: float) -> None:
        self.comfyui = ComfyUI(step_s=step_s, files={"checkpoints": ["v1-5-pruned-emaonly-fp16.safetensors"]})
        self.swarmui = SwarmUI(models=["sd3.5_large_fp8_scaled.safetensors", "sd3.5_large_fp8_scaled"], step_s=step_s)
        self.openai = OpenAI()
        self.ollama = Ollama(answer=_short)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[dict[str, str]]:
        """All of them; the variables that name them to the program."""
        async with AsyncExitStack() as stack:
            for box in (self.comfyui, self.swarmui, self.openai, self.ollama):
                await stack.enter_async_context(box)
            yield {
                "KIOSK_TEXT_BACKEND": "ollama",
                "KIOSK_TEXT_MODEL": "small",
                "KIOSK_OLLAMA_URL": self.ollama.url,
                "KIOSK_COMFYUI_URL": self.comfyui.url,
                "KIOSK_SWARMUI_URL": self.swarmui.url,
                "KIOSK_OPENAI_URL": f"{self.openai.url}/v1",
                "KIOSK_SESSION_EXECUTION_MODE": "fast",
            }


class Server:
    """The real program."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any]) -> None:
        self.url: str = ready["url"]
        self.token: str = ready["token"]
        self._process = psutil.Process(process.pid)

    @property
    def memory_mb(self) -> float:
        """Its resident memory."""
        return float(self._process.memory_info().rss) / 1e6


@asynccontextmanager
async def serving(data: Path, variables: dict[str, str]) -> AsyncIterator[Server]:
    """`kiosk serve` on a data folder of its own, ended with the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", "serve", "--port", "0", "--json", "--data", str(data)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **variables},
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            line = await process.stdout.readline()
        yield Server(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(30):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


class Classroom:
    """The devices and what they do."""

    def __init__(self, lesson: Lesson, server: Server, boxes: Boxes) -> None:
        self._lesson = lesson
        self._server = server
        self._boxes = boxes
        self.outcomes: list[Outcome] = []
        self._ended = 0
        self._moved = asyncio.Event()
        self.restarts = 0
        self.memory_mb: dict[int, float] = {}

    async def teach(self) -> None:
        """All devices at once, and the mishap in the middle."""
        share, rest = divmod(self._lesson.runs, self._lesson.devices)
        async with asyncio.TaskGroup() as group:
            for number in range(self._lesson.devices):
                group.create_task(self._device(f"tablet-{number:02d}", share + (number < rest)))
            group.create_task(self._mishap())
            group.create_task(self._measure_memory())

    async def _device(self, name: str, runs: int) -> None:
        dice = random.Random(f"{self._lesson.seed}:{name}")
        async with self._client() as http:
            await self._enter(http, name)
            turn = asyncio.Semaphore(self._lesson.at_once)

            async def one(number: int) -> None:
                async with turn:
                    await self._run(http, name, dice, number)

            async with asyncio.TaskGroup() as group:
                for number in range(runs):
                    group.create_task(one(number))

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._server.url, headers={"Origin": self._server.url}, timeout=120, trust_env=False
        )

    async def _enter(self, http: httpx.AsyncClient, name: str) -> None:
        bearer = {"Authorization": f"Bearer {self._server.token}"}
        async with self._client() as desk:
            link = await desk.post("/api/sessions", json={"device_id": name}, headers=bearer)
        link.raise_for_status()
        entered = await http.get(link.json()["enter_url"])
        assert entered.status_code == 303
        assert (await http.get("/api/session")).json()["device_id"] == name

    async def _run(self, http: httpx.AsyncClient, name: str, dice: random.Random, number: int) -> None:
        body = {
            "schema": dice.choice(LENSES),
            "input_text": f"{dice.choice(THINGS)} {dice.choice(PLACES)}, {dice.choice(THINGS)} Nummer {number}",
            "output_configs": [dice.choice(OUTPUTS)],
        }
        cancels = dice.randrange(self._lesson.cancel_every) == 0
        accepted = await http.post("/api/schema/pipeline/execute", json=body, headers={"Prefer": "respond-async"})
        accepted.raise_for_status()
        outcome = Outcome(device=name, run_id=accepted.json()["run_id"])
        self.outcomes.append(outcome)
        await self._follow(http, outcome, cancel_after=dice.randrange(1, 12) if cancels else None)
        self._ended += 1
        self._moved.set()

    async def _follow(self, http: httpx.AsyncClient, outcome: Outcome, cancel_after: int | None) -> None:
        """Read the run's stream to its end, as a screen does; cancel it after some events."""
        began, queued_since, events = time.monotonic(), None, 0
        async with http.stream("GET", f"/api/pipeline/{outcome.run_id}/stream") as stream:
            async for name, data in _events(stream.aiter_lines()):
                events += 1
                queued = name == "progress" and data.get("kind") == "queue"
                if queued and queued_since is None:
                    queued_since = time.monotonic()
                elif not queued and queued_since is not None:
                    outcome.waited_s += time.monotonic() - queued_since
                    queued_since = None
                if events == cancel_after:
                    answer = await http.post(f"/api/schema/pipeline/{outcome.run_id}/cancel")
                    outcome.was_cancelled = answer.is_success
                if name == "end":
                    outcome.status, outcome.reason = data["status"], data.get("reason")
                    break
        outcome.took_s = time.monotonic() - began

    async def _mishap(self) -> None:
        """When half of the runs have ended, the picture box is killed at work, and is back a little later."""
        await self._until(self._lesson.runs // 2)
        self._boxes.comfyui.kill()
        await asyncio.sleep(self._lesson.away_s)
        await self._boxes.comfyui.start()
        self.restarts += 1

    async def _measure_memory(self) -> None:
        """After the first runs, when everything that is used was loaded, and at each twelfth."""
        runs = self._lesson.runs
        for ended in (min(2 * self._lesson.devices, runs // 20), *(runs * part // 12 for part in range(1, 13))):
            await self._until(ended)
            self.memory_mb[ended] = round(self._server.memory_mb, 1)

    async def _until(self, ended: int) -> None:
        while self._ended < ended:
            self._moved.clear()
            await self._moved.wait()

    async def count_lost(self) -> int:
        """Runs that were taken on and are not kept as ended, or whose picture is not there."""
        headers = {"Authorization": f"Bearer {self._server.token}"}
        lost = 0
        async with httpx.AsyncClient(base_url=self._server.url, headers=headers, timeout=60, trust_env=False) as desk:
            for outcome in self.outcomes:
                answer = await desk.get(f"/api/pipeline/{outcome.run_id}/status")
                record = answer.json() if answer.is_success else {}
                kept = record.get("status") == outcome.status and outcome.status in ENDED
                if kept and outcome.status == "completed":
                    picture = await desk.get(f"/api/media/image/{outcome.run_id}/1")
                    kept = picture.is_success and picture.headers["content-type"].startswith("image/")
                lost += not kept
        return lost


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def _short(body: dict[str, Any]) -> str:
    """A model that keeps to a few words."""
    return " ".join(str(body["messages"][-1]["content"]).split()[:12])


async def hold(lesson: Lesson, data: Path) -> Report:
    """The lesson from the first link to the last check. Raises `TimeoutError` after its limit."""
    boxes = Boxes(lesson.step_s)
    async with boxes.running() as variables, serving(data, variables) as server:
        classroom = Classroom(lesson, server, boxes)
        began = time.monotonic()
        async with asyncio.timeout(lesson.limit_s):
            await classroom.teach()
            seconds = time.monotonic() - began
            lost = await classroom.count_lost()
    return _report(classroom, seconds, lost)


def _report(classroom: Classroom, seconds: float, lost: int) -> Report:
    outcomes = classroom.outcomes
    waited: dict[str, list[float]] = {}
    for outcome in outcomes:
        if not outcome.was_cancelled:
            waited.setdefault(outcome.device, []).append(outcome.waited_s)
    means = {device: round(sum(times) / len(times), 3) for device, times in sorted(waited.items())}
    mean = sum(means.values()) / len(means)
    return Report(
        seconds=round(seconds, 1),
        lost=lost,
        statuses=dict(Counter(outcome.status for outcome in outcomes)),
        reasons=dict(Counter(outcome.reason or "" for outcome in outcomes if outcome.status == "failed")),
        cancelled=sum(outcome.was_cancelled for outcome in outcomes),
        restarts=classroom.restarts,
        waited_mean_s=means,
        unfairness=round(max(means.values()) / mean, 2) if mean else 1.0,
        memory_mb=classroom.memory_mb,
        outcomes=outcomes,
    )


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lesson", description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--devices", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=15, help="the longest that it may take")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = parser.parse_args(arguments)
    lesson = Lesson(runs=chosen.runs, devices=chosen.devices, limit_s=chosen.minutes * 60)
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(hold(lesson, Path(folder)))
    print(  # noqa: T201
        f"{len(report.outcomes)} runs of {lesson.devices} devices in {report.seconds} s, lost {report.lost}\n"
        f"statuses {report.statuses}, {report.cancelled} cancelled by a child, {report.restarts} restart of a box\n"
        f"reasons of failures {report.reasons}\n"
        f"seconds waited in front of boxes, mean per device {report.waited_mean_s}\n"
        f"longest / mean {report.unfairness}\n"
        f"memory of the server in MB after as many runs {report.memory_mb}"
    )
    if chosen.json is not None:
        chosen.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return 0 if report.lost == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
