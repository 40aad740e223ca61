"""Read a TOML file into a struct; say file, line and field where it is wrong.

Settings, lenses, output configs and word lists all come through here.
"""

import re
import tomllib
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import msgspec

T = TypeVar("T")

_FIELD_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`\Z")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]+)`")
_MISSING = re.compile(r"missing required field `(?P<name>[^`]+)`")
_TOML_LINE = re.compile(r"\(at line (?P<line>[0-9]+), column [0-9]+\)")


class ConfigError(ValueError):
    """A configuration file cannot be used. `field` is a dotted path, `line` counts from 1; None if not known."""

    def __init__(self, path: Path, problem: str, *, line: int | None = None, field: str | None = None) -> None:
        where = f"{path}" + (f", line {line}" if line else "") + (f", {field}" if field else "")
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.problem = problem
        self.line = line
        self.field = field


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """The parsed file and its text. Raises `ConfigError` when it cannot be read or parsed."""
    try:
        # Editors on Windows put a mark in front of UTF-8.
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, str(error)) from error
    try:
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:  # it says so, too, of endless numbers and nests
        found = _TOML_LINE.search(str(error))
        raise ConfigError(path, str(error), line=int(found["line"]) if found else None) from error


def load(path: Path, kind: type[T]) -> T:
    """The file as a `kind`. Raises `ConfigError` naming file, line and field of the first error."""
    raw, text = read_toml(path)
    return convert(raw, kind, path, text)


def convert(
    raw: dict[str, Any], kind: type[T], path: Path, text: str, *, decode: Callable[[type, Any], Any] | None = None
) -> T:
    """Parsed TOML as a `kind`; `path` and `text` are for the error's words.

    `decode` makes values of types of our own; its `ValueError`s are located like all others.
    """
    try:
        return msgspec.convert(raw, kind, dec_hook=decode)
    except msgspec.ValidationError as error:
        message = str(error)
        where = _FIELD_PATH.search(message)
        field = (where["path"] if where else "").lstrip(".")
        named = _UNKNOWN.search(message) or _MISSING.search(message)
        if named:
            field = f"{field}.{named['name']}" if field else named["name"]
        problem = message[: where.start()] if where else message
        if allowed := _allowed(kind, field):
            problem += f"; it may be {', '.join(allowed)}"
        raise ConfigError(path, problem, line=line_of(text, field), field=field or None) from error


def _allowed(kind: Any, field: str) -> list[str]:
    """The words that may stand at the dotted `field`; empty where others may, too."""
    for name in re.findall(r"[^.\[\]]+", field):
        known = msgspec.structs.fields(kind) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else ()
        kind = next((one.type for one in known if one.encode_name == name), None)
    return _words(kind)


def _words(kind: Any) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(one.value) for one in kind]
    if get_origin(kind) is Literal:
        return [str(one) for one in get_args(kind)]
    return [word for part in get_args(kind) for word in _words(part)] if get_origin(kind) is Annotated else []


def line_of(text: str, field: str) -> int | None:
    """The line, from 1, on which the dotted `field` (`a.b`, `a[2].b`) stands in TOML `text`; None if nowhere."""
    parts = re.findall(r"[^.\[\]]+|\[[0-9]+\]", field)
    if not parts:
        return None
    wanted = [part for part in parts if not part.startswith("[")]
    indexes = [int(part[1:-1]) for part in parts if part.startswith("[")]
    table: list[str] = []
    seen: dict[str, int] = {}
    best: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        header = re.fullmatch(r"(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?", stripped)
        if header:
            table = [part.strip().strip('"') for part in header[2].split(".")]
            if header[1] == "[[":
                seen[header[2]] = seen.get(header[2], -1) + 1
            at_wanted_entry = not indexes or header[1] == "[" or seen[header[2]] == indexes[0]
            if not at_wanted_entry:
                table = ["\0"]
            if table == wanted[: len(table)]:
                best = number
            if table == wanted:
                return number
            continue
        key = re.match(r"""["']?([A-Za-z0-9_-]+)["']?((?:\s*\.\s*["']?[A-Za-z0-9_-]+["']?)*)\s*=""", stripped)
        if key:
            dotted = [part.strip().strip("\"'") for part in (key[1] + key[2]).split(".")]
            if [*table, *dotted] == wanted:
                return number
    return best
