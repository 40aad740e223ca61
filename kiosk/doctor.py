"""What is there, what is missing, and what to do: the checks behind `kiosk doctor`. Creates nothing."""

import asyncio
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from kiosk import __version__, beacon, boxes, desktop, i18n, settings
from kiosk.app import UI_FOLDER
from kiosk.engine.availability import Availability
from kiosk.engine.configs import Configs
from kiosk.engine.house import House
from kiosk.engine.stages.safety import SafetyCheck
from kiosk.engine.text_box import GuardedText
from kiosk.settings import BadVariable, Places, Settings, assets_dir
from kiosk.storage.export.printing import can_print
from kiosk.tomlfile import ConfigError

_MB = 1_000_000
_LANGUAGE = "en"
_EXPORT_LIBRARIES = ("typst", "docx", "lxml", "av", "c2pa", "cryptography", "pyarrow")


class Finding(Struct, frozen=True):
    """One thing that was looked at. `missing`: the program works without it; `broken`: it does not."""

    name: str
    state: Literal["ok", "note", "missing", "broken"]
    fact: str
    remedy: str | None = None


def examine(where: Places) -> list[Finding]:
    """Look at everything, in the order in which a technician would."""
    return [
        Finding("program", "ok", f"{__version__}, Python {sys.version.split()[0]}"),
        _root(),
        *_data_folder(where),
        *_settings(where),
        _server(where),
        _interface(),
        _window(),
        _drawing(),
        *_configs(where),
        *_safety(where),
        *_boxes(where),
        _ffmpeg(),
        _exports(),
        *_printer(where),
    ]


def _root() -> Finding:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Finding("user", "note", "root: the window's sandbox is off", "Start it as an ordinary user.")
    return Finding("user", "ok", "an ordinary user")


def _data_folder(where: Places) -> Iterator[Finding]:
    existing = next(folder for folder in (where.data, *where.data.parents) if folder.exists())
    if not existing.is_dir():
        yield Finding("data folder", "broken", f"{existing} is a file", "Name a folder with --data.")
        return
    if not os.access(existing, os.W_OK | os.X_OK):
        remedy = "Name a folder that you may write to with --data or KIOSK_DATA."
        yield Finding("data folder", "broken", f"{where.data} cannot be written", remedy)
        return
    yield Finding("data folder", "ok", str(where.data) + ("" if where.data.exists() else " (will be made)"))
    free = shutil.disk_usage(existing).free // _MB
    if free < 1_000:
        yield Finding("free space", "missing", f"{free} MB", "Make space, or run kiosk clean.")
    else:
        yield Finding("free space", "ok", f"{free // 1_000} GB")


def _settings(where: Places) -> Iterator[Finding]:
    try:
        loaded = settings.load(where)
    except (ConfigError, BadVariable) as error:
        yield Finding("settings", "broken", str(error), "Correct the value; docs/reference.md lists them all.")
        return
    level = loaded.settings.session.safety_level
    yield Finding("settings", "ok", str(where.settings_file) if where.settings_file.exists() else "all defaults")
    yield Finding("safety level", "ok", str(level))


def _server(where: Places) -> Finding:
    running = beacon.find(where.state)
    if running is None:
        return Finding("server", "note", "none is running on this data folder")
    return Finding("server", "ok", f"{running.url}, process {running.pid}")


def _interface() -> Finding:
    if (UI_FOLDER / "index.html").is_file():
        return Finding("screen", "ok", "built")
    return Finding("screen", "broken", "the user interface is not built", "In a checkout: make run builds it.")


def _window() -> Finding:
    display = desktop.has_display()
    if display:
        return Finding("window", "ok", "can be opened")
    return Finding("window", "missing", display.reason, display.remedy or None)


def _drawing() -> Finding:
    try:
        import skia  # noqa: F401 - loads its libraries, which is what is asked
    except ImportError as error:
        remedy = "sudo apt-get install --no-install-recommends libegl1 libgl1 libfontconfig1"
        return Finding("drawing", "missing", f"the sketchbook cannot draw: {error}", remedy)
    return Finding("drawing", "ok", "the sketchbook can draw")


def _configs(where: Places) -> Iterator[Finding]:
    configs = Configs.load(assets_dir() / "configs", where.own_configs)
    count = f"{len(configs.interception)} lenses, {len(configs.output)} outputs"
    yield Finding("configs", "ok" if configs.interception and configs.output else "broken", count)
    for problem in configs.problems:
        yield Finding("config file", "missing", str(problem), "Correct the file; the others work.")


def _safety(where: Places) -> Iterator[Finding]:
    try:
        check = SafetyCheck.load(assets_dir() / "safety")
    except ConfigError as error:
        yield Finding("safety check", "broken", str(error), "Correct the word list; nothing is generated until then.")
        return
    problems = check.self_test()
    for problem in problems:
        yield Finding("safety check", "broken", problem, "Nothing is generated until the word lists are right again.")
    if not problems:
        yield Finding("safety check", "ok", f"word lists pass their self-test; {_models(where)}")


def _models(where: Places) -> str:
    """Which models judge, guard and look, as the settings name them."""
    try:
        chosen = settings.load(where).settings.text
    except (ConfigError, BadVariable):
        return "which models are set up cannot be read"
    named = {"judge": chosen.judge_model, "guard": chosen.guard_model, "vision": chosen.vision_model}
    told = [f"{role} {model}" for role, model in named.items() if model]
    return ", ".join(told) or "no judge, guard or vision model is set up"


def _boxes(where: Places) -> Iterator[Finding]:
    """Every box that the settings name, asked now, and what each output lacks."""
    yield Finding("sketchbook", "ok", "embedded; makes texts, pictures and music without any AI model")
    try:
        chosen = settings.load(where).settings
        yield from asyncio.run(_asked(where, chosen))
    except (ConfigError, BadVariable):
        return


async def _asked(where: Places, chosen: Settings) -> list[Finding]:
    configs = Configs.load(assets_dir() / "configs", where.own_configs)
    workflows = [assets_dir() / "workflows", where.own_configs / "workflows"]
    house = House(lambda: chosen.session.execution_mode, chosen.kiosk.house_hosts)
    built = boxes.build(chosen, assets_dir() / "safety", workflows, house)
    sentences = i18n.load(assets_dir() / "i18n")
    known = Availability(configs, built.media, built.text, lambda: chosen, sentences, house)
    try:
        await known.check()
    finally:
        await built.close()
    found = [_box(name, known.away(name)) for name in built.media if name != "sketchbook"]
    if isinstance(known.text, GuardedText):
        lacks = known.say(known.text_lacks(), _LANGUAGE)
        state: Literal["ok", "missing"] = "missing" if lacks else "ok"
        found.append(Finding(f"text: {known.text.name}", state, "asked now", " ".join(lacks) or None))
    for offered in known.offered():
        fact = f"answers at {offered.url}; it is not used unless the settings name it"
        found.append(Finding(offered.name, "note", fact))
    return found + _outputs({output.id: known.sentences(output, _LANGUAGE) for output in configs.output.values()})


def _box(name: str, away: str | None) -> Finding:
    if away is None:
        return Finding(name, "ok", "answers")
    return Finding(name, "missing", f"does not answer: {away}", "Start it, or correct its address in kiosk.toml.")


def _outputs(lacking: Mapping[str, list[str]]) -> list[Finding]:
    """The outputs (id → what each lacks), together where they lack the same."""
    together: dict[str, list[str]] = {}
    for name, lacks in lacking.items():
        together.setdefault(" ".join(lacks), []).append(name)
    return [
        Finding("outputs", "missing", f"cannot be made now: {', '.join(names)}", lacks)
        if lacks
        else Finding("outputs", "ok", f"can be made: {', '.join(names)}")
        for lacks, names in sorted(together.items())
    ]


def _ffmpeg() -> Finding:
    found = shutil.which("ffmpeg")
    if found:
        return Finding("ffmpeg", "ok", str(Path(found)))
    return Finding("ffmpeg", "missing", "not there: videos get no still picture", "Install the package ffmpeg.")


def _exports() -> Finding:
    """The libraries that reports, marked copies and packages are made with, none of them imported."""
    missing = [name for name in _EXPORT_LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        remedy = "Install the group export: without it a run leaves as JSON or ZIP only."
        return Finding("exports", "missing", f"not there: {', '.join(missing)}", remedy)
    return Finding("exports", "ok", "reports, marked copies and packages can be made")


def _printer(where: Places) -> Iterator[Finding]:
    """Whether sheets can go to the printer that the teacher chose; nothing is printed."""
    try:
        chosen = settings.load(where).settings.desk.printer
    except (ConfigError, BadVariable):  # told by the settings
        return
    if not chosen:
        return
    if can_print():
        yield Finding("printer", "ok", chosen)
    else:
        yield Finding("printer", "missing", f"{chosen}: nothing to print with", "Install CUPS and its command lp.")
