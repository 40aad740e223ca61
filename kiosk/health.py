"""How the program is, for `/api/health`: every box, every protection, disk, index, listeners."""

import time
from collections.abc import Mapping
from typing import Literal

import msgspec

from kiosk import __version__
from kiosk.engine.availability import Availability
from kiosk.engine.configs import Configs
from kiosk.engine.media_box import MediaBox
from kiosk.engine.preload import Preload
from kiosk.engine.stages.looking import PictureCheck
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.engine.stills import can_see_films
from kiosk.engine.text_box import GuardedText
from kiosk.engine.turns import Turns
from kiosk.server.services import Health, HealthPart
from kiosk.storage.answers import StorageHealth
from kiosk.storage.export.marking import signs
from kiosk.storage.library import Library


async def examine(
    library: Library,
    configs: Configs,
    safety: SafetyCheck,
    pictures: PictureCheck | None,
    safety_problems: list[str],
    boxes: Mapping[str, MediaBox],
    preload: Preload,
    availability: Availability,
    language: str,
    started: float,
) -> Health:
    """The state of everything now; `started` is the monotonic time of the program's start, in seconds.

    Boxes are as they were when they were last looked at: none is asked here. `language` is that of the sentences
    about what is missing.
    """
    availability.looked()
    parts = [
        *(_box(name, box, availability.away(name)) for name, box in boxes.items()),
        *_text(availability, preload, language),
        _outputs(configs, availability, language),
        *_offered(availability),
        _safety(safety, pictures, safety_problems),
        _configs(configs),
        *_storage(await library.health()),
        _marks(),
    ]
    return Health(
        state=_worst(parts),
        app_version=__version__,
        uptime_s=round(time.monotonic() - started, 1),
        parts=parts,
    )


def _marks() -> HealthPart:
    """Whether copies that leave can be signed; without it they carry their other marks."""
    if signs():
        return HealthPart(name="marks", state="ok", facts={"c2pa": True})
    message = "The group “export” is not installed: copies leave marked, but without content credentials (C2PA)"
    return HealthPart(name="marks", state="off", message=message, facts={"c2pa": False})


def _worst(parts: list[HealthPart]) -> Literal["ok", "warning", "failed"]:
    states = {part.state for part in parts}
    if "failed" in states:
        return "failed"
    return "warning" if "warning" in states else "ok"


def _box(name: str, box: MediaBox, away: str | None) -> HealthPart:
    facts = {**_line(box.turns), "breaker": msgspec.to_builtins(box.breaker.state)}
    if away is not None:
        return HealthPart(name=name, state="warning", message=f"The box is away: {away}", facts=facts)
    message = "embedded; makes texts, pictures and music without any AI model" if name == "sketchbook" else ""
    return HealthPart(name=name, state="ok", message=message, facts=facts)


def _line(turns: Turns) -> dict[str, object]:
    """Who waits in front of a box, and for whose models there is room."""
    queue = turns.queue.state
    facts: dict[str, object] = {"running": queue.running, "waiting": queue.waiting, "slots": queue.slots}
    if turns.memory is not None:
        facts["memory"] = msgspec.to_builtins(turns.memory.state)
    return facts


def _text(availability: Availability, preload: Preload, language: str) -> list[HealthPart]:
    """The text box, where it is not the embedded one."""
    text = availability.text
    if not isinstance(text, GuardedText):
        return []
    facts = {
        **_line(text.turns),
        "box": text.name,
        "breaker": msgspec.to_builtins(text.breaker.state),
        "preload": msgspec.to_builtins(preload.state),
    }
    lacking = availability.say(availability.text_lacks(), language)
    return [HealthPart(name="text", state="warning" if lacking else "ok", message=" ".join(lacking), facts=facts)]


def _outputs(configs: Configs, availability: Availability, language: str) -> HealthPart:
    """What can be made, and for everything else the sentences that say what is missing."""
    lacking = {
        output.id: sentences
        for output in configs.output.values()
        if (sentences := availability.sentences(output, language))
    }
    there = len(configs.output) - len(lacking)
    message = f"{there} of {len(configs.output)} outputs can be made now."
    return HealthPart(name="outputs", state="ok" if there else "warning", message=message, facts={"missing": lacking})


def _offered(availability: Availability) -> list[HealthPart]:
    """Boxes on this machine that no setting names: offered, never silently used."""
    return [
        HealthPart(
            name=f"found_{box.name}",
            state="off",
            message=f"A {box.name} answers on this machine; it is not used unless the settings name it.",
            facts={"url": box.url},
        )
        for box in availability.offered()
    ]


def _safety(safety: SafetyCheck, pictures: PictureCheck | None, problems: list[str]) -> HealthPart:
    if problems:
        message = "The safety check does not pass its own test: nothing is generated."
        return HealthPart(name="safety", state="failed", message=message, facts={"problems": problems})
    if safety.models:
        message = "Texts are checked by word lists and models."
    else:
        message = "Texts are checked by word lists; no judge or guard model is set up."
    models = dict(safety.models)
    if pictures is not None:
        models["vision"] = pictures.model
        message += " Every picture is looked at by a model before anybody sees it."
        if not can_see_films():
            message += " Films cannot be: PyAV is missing. Children and young people do not see them."
            return HealthPart(name="safety", state="warning", message=message, facts={"models": models})
    return HealthPart(name="safety", state="ok", message=message, facts={"models": models})


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
    return [msgspec.structs.replace(disk, facts=facts), listeners, _works(storage), _index(storage)]


def _works(storage: StorageHealth) -> HealthPart:
    facts = {"watching": storage.watching}
    if storage.works_are_gone:
        message = "The folder that held the runs is gone: a share or a stick was taken away, or somebody moved it."
        return HealthPart(name="works", state="failed", message=message, facts=facts)
    return HealthPart(name="works", state="ok", facts=facts)


def _index(storage: StorageHealth) -> HealthPart:
    """The list of runs. While folders are still to be read, works are missing from it; a new one has none to read."""
    index = storage.index
    lacks = index.state == "building" and index.done < index.total
    message = "" if index.state == "ready" else "The list of runs is being made anew."
    facts = msgspec.to_builtins(index) | {"watching": storage.watching}
    return HealthPart(name="index", state="warning" if lacks else "ok", message=message, facts=facts)
