"""S5, S6 and S15 over real HTTP: the real program on an archive, asked by many at once."""

import asyncio
import shutil
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import uvloop
from msgspec import structs

from kiosk.records import local_now
from kiosk.storage.answers import RunQuery
from tests.bench.lesson import Server, serving
from tests.bench.table import Row, against, at_most, under
from tests.storage.kit import library, open_library, whole_run

CLIENTS = 40
STREAMS = 200
_EACH = 10
_EVENTS = 5
_MIB = 1 << 20


def rows(data: Path, size: int) -> list[Row]:
    """All of them; the archive's index is brought up to date before the program is started."""
    asyncio.run(_make_ready(data))
    return uvloop.run(_rows(data, size))  # the clients share the processor with the server, and should take little


async def _make_ready(data: Path) -> None:
    opened = open_library(data)
    await opened.start()
    await opened.settled()
    await opened.runs(RunQuery())
    await opened.close()


async def _rows(data: Path, size: int) -> list[Row]:
    async with serving(data, {"KIOSK_TEXT_BACKEND": "sketchbook"}) as server, _client(server) as http:
        (await http.get("/api/runs")).raise_for_status()
        before = _memory_mib(server)
        await _reconciled(http)
        found = [
            *await _many_clients(server),
            *await _many_streams(server, http, data),
        ]
        thumbnails = await _thumbnails(http)
        for word in ("bär", "straße tanzt", "roboter"):
            (await http.get("/api/runs", params={"q": word})).raise_for_status()
        facts = {"after the start MiB": round(before), "thumbnails asked for": thumbnails}
        memory = at_most(
            "S15", f"memory of the server after all this at {size:,} runs", _memory_mib(server), 200, "MiB"
        )
        children = sum(child.memory_info().rss for child in _process(server).children(recursive=True)) / _MIB
        found += [
            memory,
            Row(row="S15", work="and of its children", facts={"MiB": round(children), **facts}),
        ]
    return found


def _client(server: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=server.url,
        headers={"Authorization": f"Bearer {server.token}"},
        timeout=60,
        trust_env=False,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
    )


def _process(server: Server) -> psutil.Process:
    return server._process


def _memory_mib(server: Server) -> float:
    return float(_process(server).memory_info().rss) / _MIB


async def _reconciled(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(600):
        while True:
            parts = (await http.get("/api/health")).json()["parts"]
            index = next(part["facts"] for part in parts if part["name"] == "index")
            if index["state"] == "ready" and not index["text_pending"]:
                return
            await asyncio.sleep(0.2)


async def _timed(http: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    (await http.get(path)).raise_for_status()
    return time.perf_counter() - began


async def _many_clients(server: Server) -> list[Row]:
    before = sum(_process(server).cpu_times()[:2])
    single, times, size = await _alone_and_together(server.url, server.token)
    cpu = sum(_process(server).cpu_times()[:2]) - before
    async with _bare(size) as url:
        bare_single, bare_times, _ = await _alone_and_together(url, server.token)
    p95, bare_p95 = _p95(times), _p95(bare_times)
    facts = {
        "median ms": round(statistics.median(times) * 1000, 1),
        "processor ms a list": round(cpu / (len(times) + _EACH * 5) * 1000, 2),
        "bare server single ms": round(bare_single * 1000, 2),
        "bare server p95 ms": round(bare_p95 * 1000, 1),
        "bare server ratio": round(bare_p95 / bare_single, 1),
    }
    row = against(
        "S5",
        f"{CLIENTS} clients, {_EACH} lists each: p95; none refused",
        p95,
        "a single client (median)",
        single,
        10,
    )
    return [structs.replace(row, facts=facts)]


@asynccontextmanager
async def _bare(size: int) -> AsyncIterator[str]:
    """The same server with nothing behind it but an answer of this size."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bare", str(size), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _alone_and_together(url: str, token: str) -> tuple[float, list[float], int]:
    """The median of a client alone, the times of many at once, and the size of the answer."""
    _, size = await _client_of_its_own(url, token, _EACH)
    alone, _ = await _client_of_its_own(url, token, _EACH * 4)
    together = await asyncio.gather(*(_client_of_its_own(url, token, _EACH) for _ in range(CLIENTS)))
    return statistics.median(alone), [seconds for times, _ in together for seconds in times], size


async def _client_of_its_own(url: str, token: str, requests: int) -> tuple[list[float], int]:
    """Ask for the list so many times over one connection, with next to no work of the client's own.

    The times, and the size of the answer in bytes.
    """
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = f"GET /api/runs HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    times = []
    length = 0
    for _ in range(requests):
        began = time.perf_counter()
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()
    return times, length


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


async def _many_streams(server: Server, http: httpx.AsyncClient, data: Path) -> list[Row]:
    heard = [0] * STREAMS
    ready = asyncio.Event()

    async def listen(number: int, lines: Any) -> None:
        async for line in lines:
            heard[number] += line == "event: added"
            if min(heard) >= _EVENTS:
                ready.set()

    async with AsyncExitStack() as stack, _client(server) as readers:
        tasks = []
        for number in range(STREAMS):
            response = await stack.enter_async_context(readers.stream("GET", "/api/gallery/stream"))
            response.raise_for_status()
            tasks.append(asyncio.create_task(listen(number, response.aiter_lines())))
        times = [await _timed(http, "/api/runs?limit=1") for _ in range(60)]
        for folder in await _foreign_runs(data):
            target = data / "exports" / "json" / f"{local_now():%Y-%m-%d}" / "kiosk-77" / folder.name
            target.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(shutil.copytree, folder, target)
        try:
            async with asyncio.timeout(60):
                await ready.wait()
        except TimeoutError:
            pass
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    p95 = _p95(times)
    missed = sum(count < _EVENTS for count in heard)
    return [
        under("S6", f"{STREAMS} open streams, then a small request: p95", p95, 0.020),
        at_most("S6", f"streams that missed one of {_EVENTS} events", missed, 0, ""),
    ]


async def _foreign_runs(data: Path) -> list[Path]:
    """Runs recorded elsewhere; made anew each time, so that their ids are new."""
    place = data / "elsewhere"
    async with library(place) as source:
        return [(await whole_run(source, device_id="kiosk-77")).folder for _ in range(_EVENTS)]


async def _thumbnails(http: httpx.AsyncClient) -> int:
    """Ask for the small pictures of a page; those of the archive have no files and are refused."""
    page = (await http.get("/api/gallery", params={"limit": 48})).json()
    addresses = [item["thumb_url"] for item in page["items"] if item.get("thumb_url")]
    answers = await asyncio.gather(*(http.get(address) for address in addresses))
    return sum(answer.status_code == httpx.codes.OK for answer in answers)
