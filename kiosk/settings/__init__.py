"""kiosk.toml and KIOSK_* variables, as one frozen `Settings`, and where each value comes from.

Which settings there are stands in `sections`. Reading settings creates nothing. A bad value names its file, line and
field, or its variable.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
import platformdirs
import tomlkit
from msgspec import Meta, Struct

from kiosk import durable, tomlfile
from kiosk.settings.sections import (
    ComfyUISettings,
    DeskSettings,
    ExportSettings,
    HttpSettings,
    KioskSettings,
    LimitSettings,
    OfferSettings,
    OllamaSettings,
    OpenAISettings,
    OpenRouterSettings,
    SafetySettings,
    ServerSettings,
    SessionSettings,
    Settings,
    StorageSettings,
    SwarmUISettings,
    TeacherSettings,
    TextSettings,
)

__all__ = [
    "FILE_NAME",
    "BadVariable",
    "ComfyUISettings",
    "DeskSettings",
    "ExportSettings",
    "HttpSettings",
    "KioskSettings",
    "LimitSettings",
    "Loaded",
    "OfferSettings",
    "OllamaSettings",
    "OpenAISettings",
    "OpenRouterSettings",
    "Places",
    "SafetySettings",
    "ServerSettings",
    "SessionSettings",
    "Settings",
    "StorageSettings",
    "SwarmUISettings",
    "TeacherSettings",
    "TextSettings",
    "assets_dir",
    "fields",
    "load",
    "places",
    "rows",
    "save",
    "variable_for",
]

FILE_NAME = "kiosk.toml"
_PROGRAM = Path(__file__).resolve().parent.parent
_SOURCE_ROOT = _PROGRAM.parent
_SECRET_FIELDS = ("key", "pin_hash")


class Places(Struct, frozen=True):
    """The folders of one installation. `exports` and `state` lie in `data`, unless KIOSK_STATE says otherwise."""

    data: Path
    state: Path

    @property
    def exports(self) -> Path:
        """Where runs, history and favourites are kept."""
        return self.data / "exports"

    @property
    def own_configs(self) -> Path:
        """The teacher's own lenses, outputs and workflows."""
        return self.data / "configs"

    @property
    def settings_file(self) -> Path:
        """The teacher's settings."""
        return self.data / FILE_NAME


class BadVariable(ValueError):
    """An environment variable has a value that its setting does not allow."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


class Loaded(Struct, frozen=True):
    """Settings, and for each `section.field` where its value comes from (`default`, a file and line, a variable)."""

    settings: Settings
    sources: Mapping[str, str]


def assets_dir() -> Path:
    """The data that a teacher may read and replace: configs, word lists, languages, icons."""
    bundled = Path(getattr(sys, "_MEIPASS", "")) / "kiosk" / "assets" if hasattr(sys, "_MEIPASS") else None
    for place in (bundled, _PROGRAM / "assets", _SOURCE_ROOT / "assets"):
        if place is not None and place.is_dir():
            return place
    raise FileNotFoundError("the program's assets folder is missing: install it again")


def places(data: Path | None = None, environment: Mapping[str, str] = os.environ) -> Places:
    """Where this installation keeps its data: `data`, else KIOSK_DATA, else a checkout's root, else the user's."""
    chosen = data or (Path(environment["KIOSK_DATA"]) if environment.get("KIOSK_DATA") else None)
    if chosen is None:
        is_checkout = (_SOURCE_ROOT / "pyproject.toml").is_file() and (_SOURCE_ROOT / "assets").is_dir()
        chosen = _SOURCE_ROOT if is_checkout else platformdirs.user_data_path("atelier-kiosk", appauthor=False)
    chosen = chosen.expanduser().absolute()
    state = environment.get("KIOSK_STATE")
    return Places(chosen, Path(state).expanduser().absolute() if state else chosen / "state")


def load(where: Places, environment: Mapping[str, str] = os.environ) -> Loaded:
    """Defaults, then the file, then KIOSK_SECTION_FIELD variables; a table or a list in a variable is JSON.

    Raises `tomlfile.ConfigError` or `BadVariable`.
    """
    raw: dict[str, Any] = {}
    sources = {name: "default" for name, _ in fields()}
    text = ""
    if where.settings_file.exists():
        raw, text = tomlfile.read_toml(where.settings_file)
        tomlfile.convert(raw, Settings, where.settings_file, text)
        for section, values in raw.items():
            for name in values:
                line = tomlfile.line_of(text, f"{section}.{name}")
                sources[f"{section}.{name}"] = f"{where.settings_file.name}, line {line}"
    for name, _ in fields():
        section, key = name.split(".")
        variable = variable_for(name)
        text_value = environment.get(variable)
        if text_value is None:
            continue
        try:
            value = _value_of(section, key, text_value)
        except msgspec.DecodeError as error:
            raise BadVariable(variable, str(error).split(" - at ")[0]) from error
        raw.setdefault(section, {})[key] = value
        sources[name] = variable
    return Loaded(msgspec.convert(raw, Settings, strict=False), sources)


def _value_of(section: str, key: str, text: str) -> Any:
    """What the text of a variable says: itself where the setting takes it, else (a table, a list) its JSON.

    Raises `msgspec.DecodeError`.
    """
    try:
        msgspec.convert({section: {key: text}}, Settings, strict=False)
    except msgspec.ValidationError:
        if not text.startswith(("{", "[")):
            raise
    else:
        return text
    value = msgspec.json.decode(text)
    msgspec.convert({section: {key: value}}, Settings, strict=False)
    return value


def rows(loaded: Loaded) -> list[dict[str, Any]]:
    """Every setting with its value, where it comes from, its variable and its meaning; secrets are not shown."""
    shown = []
    for name, meaning in fields():
        section, key = name.split(".")
        value = msgspec.to_builtins(getattr(getattr(loaded.settings, section), key))
        if key in _SECRET_FIELDS and value:
            value = "(set)"
        source = loaded.sources[name]
        row = {"name": name, "value": value, "source": source, "variable": variable_for(name), "meaning": meaning}
        shown.append(row)
    return shown


def save(where: Places, changes: Mapping[str, Any]) -> None:
    """Write `section.field` values into the settings file (mode 0600), keeping everything else in it as it is.

    Raises `tomlfile.ConfigError`, and changes nothing, when the file with the changes would not be valid.
    """
    text = where.settings_file.read_text(encoding="utf-8") if where.settings_file.exists() else ""
    document = tomlkit.parse(text)
    for name, value in changes.items():
        section, key = name.split(".")
        if section not in document:
            document[section] = tomlkit.table()
        document[section][key] = value
    changed = tomlkit.dumps(document)
    tomlfile.convert(document.unwrap(), Settings, where.settings_file, changed)
    durable.make_folders(where.data, durable=True)
    durable.replace(where.settings_file, changed.encode(), durable=True)


def variable_for(name: str) -> str:
    """The environment variable that overrides the setting `section.field`."""
    return "KIOSK_" + name.replace(".", "_").upper()


def fields() -> Iterator[tuple[str, str]]:
    """Each setting as (`section.field`, what it means), in order."""
    for section in msgspec.structs.fields(Settings):
        for entry in msgspec.structs.fields(section.type):
            yield f"{section.name}.{entry.name}", _description(entry.type)


def _description(kind: Any) -> str:
    for part in (kind, *get_args(kind)):
        for extra in getattr(part, "__metadata__", ()):
            if isinstance(extra, Meta) and extra.description:
                return extra.description
    raise LookupError(f"a setting has no description: {kind}")
