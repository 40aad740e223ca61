"""S10's server: from the start of `kiosk serve` to its first answer, asked from outside until it comes."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.table import Row, under

ROUNDS = 5
LIMIT_S = 1.0
_LOADING = "import gc; gc.disable(); import kiosk.cli, kiosk.serving"


def rows(folder: Path, archive: Path, size: int) -> list[Row]:
    """On an empty data folder, and on an archive, which must be indexed."""
    folder.mkdir(parents=True, exist_ok=True)
    loading = statistics.median(_loading() for _ in range(ROUNDS))
    found = []
    for work, data in (("an empty folder", folder), (f"{size:,} runs", archive)):
        _first_answer(data)  # makes what a first start makes
        seconds = statistics.median(_first_answer(data) for _ in range(ROUNDS))
        row = under("S10", f"kiosk serve: from its start to its first answer, {work}", seconds, LIMIT_S)
        found.append(row.beside("Python loads the same modules", loading))
    return found


def _loading() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _LOADING], check=True)
    return time.perf_counter() - began


def _first_answer(data: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "serve", "--port", str(port), "--data", str(data)],
        env={**os.environ, "KIOSK_TEXT_BACKEND": "sketchbook"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
