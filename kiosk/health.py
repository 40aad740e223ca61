"""How the program is, for `/api/health`: every box, every protection, disk, index, listeners."""

import time
from collections.abc import Mapping
from typing import Literal

import msgspec

from kiosk import __version__
from kiosk.engine.configs import Configs
from kiosk.engine.pipeline import MediaBox
from kiosk.server.services import Health, HealthPart
from kiosk.storage.answers import StorageHealth
from kiosk.storage.library import Library


async def examine(
    library: Library,
    configs: Configs,
    safety_problems: list[str],
    boxes: Mapping[str, MediaBox],
    started: float,
) -> Health:
    """The state of everything now; `started` is the monotonic time of the program's start, in seconds."""
    parts = [
        *(_box(name, box) for name, box in boxes.items()),
        _safety(safety_problems),
        _configs(configs),
        *_storage(await library.health()),
    ]
    return Health(
        state=_worst(parts),
        app_version=__version__,
        uptime_s=round(time.monotonic() - started, 1),
        parts=parts,
    )


def _worst(parts: list[HealthPart]) -> Literal["ok", "warning", "failed"]:
    states = {part.state for part in parts}
    if "failed" in states:
        return "failed"
    return "warning" if "warning" in states else "ok"


def _box(name: str, box: MediaBox) -> HealthPart:
    queue = box.queue.state
    facts = {"running": queue.running, "waiting": queue.waiting, "slots": queue.slots}
    message = "embedded; makes texts, pictures and music without any AI model" if name == "sketchbook" else ""
    return HealthPart(name=name, state="ok", message=message, facts=facts)


def _safety(problems: list[str]) -> HealthPart:
    if problems:
        message = "The safety check does not pass its own test: nothing is generated."
        return HealthPart(name="safety", state="failed", message=message, facts={"problems": problems})
    message = "Texts are checked by word lists; no judge or guard model is set up."
    return HealthPart(name="safety", state="ok", message=message, facts={"method": "word_list"})


def _configs(configs: Configs) -> HealthPart:
    facts = {"lenses": len(configs.interception), "outputs": len(configs.output)}
    if configs.problems:
        problems = [str(problem) for problem in configs.problems]
        message = "Some lens or output files cannot be used; the others work."
        return HealthPart(name="configs", state="warning", message=message, facts=facts | {"problems": problems})
    return HealthPart(name="configs", state="ok", facts=facts)


def _storage(storage: StorageHealth) -> list[HealthPart]:
    if not storage.writable:
        disk = HealthPart(name="disk", state="failed", message="The data folder cannot be written.")
    elif storage.low_space:
        disk = HealthPart(name="disk", state="warning", message="The disk is nearly full.")
    else:
        disk = HealthPart(name="disk", state="ok")
    facts = {"free_bytes": storage.free_bytes, "durability": storage.durability, "live_runs": storage.live_runs}
    failures = storage.write_failures + sum(storage.listener_failures.values())
    listeners = HealthPart(
        name="listeners",
        state="warning" if failures else "ok",
        message=f"Not everything could be saved: {storage.last_failure}" if failures else "",
        facts={"write_failures": storage.write_failures, "by_listener": storage.listener_failures},
    )
    index = HealthPart(
        name="index",
        state="ok",
        message="" if storage.index.state == "ready" else "The list of runs is being made anew.",
        facts=msgspec.to_builtins(storage.index) | {"watching": storage.watching},
    )
    return [msgspec.structs.replace(disk, facts=facts), listeners, index]
