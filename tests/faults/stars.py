"""R4: eight clients put favourites at once, and the program is killed in between."""

import asyncio
import os
import random
import signal
import time
from pathlib import Path

from kiosk.records import MediaType
from kiosk.storage.favorites import Favorites, Key
from tests.faults import Finding

CLIENTS = 8


def run(count: int, seed: int, folder: Path) -> Finding:
    """Put `count` stars in all, with a kill about every 100."""
    dice = random.Random(seed)
    said: set[tuple[str, str]] = set()
    kills = 0
    number = 0
    while len(said) < count:
        acknowledged = _round(folder, number, dice.uniform(0.02, 0.3))
        said |= acknowledged
        number += 10_000
        kills += 1
    files = Favorites(folder, durable=True)
    kept = {(device, key.run_id) for device in files.devices() for key in files.of_device(device)}
    facts = {"kills": kills, "clients": CLIENTS, "stars answered with success": len(said)}
    return Finding("R4", "favourites at once, killed", count, {"lost": len(said - kept)}, facts)


def _round(folder: Path, number: int, after_s: float) -> set[tuple[str, str]]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_put(Favorites(folder, durable=True), number, writer))
        finally:
            os._exit(1)
    os.close(writer)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as told:
        lines = told.read().decode().splitlines()
    return {(device, run_id) for device, run_id in (line.split() for line in lines if line.count(" ") == 1)}


async def _put(files: Favorites, number: int, writer: int) -> None:
    async def client(device: str) -> None:
        for star in range(number, number + 10_000):
            key = Key(f"run_1769122471728_{star:08x}", MediaType.IMAGE, 1)
            await asyncio.to_thread(files.add, device, key)
            os.write(writer, f"{device} {key.run_id}\n".encode())

    await asyncio.gather(*(client(f"kiosk-{device}") for device in range(CLIENTS)))
