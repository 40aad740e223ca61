"""The files of an older run: from the three shapes of its entity lists, and from what really lies there.

Blocking; reads names only.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct

from kiosk.storage.run_files import FINAL, METADATA, PROMPTING, WORKFLOW

_NUMBERED = re.compile(r"\A([0-9]{2,3})_([a-z0-9_]+?)\.[A-Za-z0-9]+\Z")
_PLAIN = re.compile(r"\A([a-z0-9_]+)\.[A-Za-z0-9]+\Z")
_NOT_ENTITIES = {METADATA, WORKFLOW}
_LISTS = ("entities", "prompting_process", "outputs")


class Entry(Struct, frozen=True):
    """A file of an older run: its entity type, its name relative to the folder, and what its list said of it."""

    kind: str
    filename: str
    timestamp: str | None
    facts: dict[str, Any]


def entries_of(folder: Path, raw: dict[str, Any]) -> tuple[list[Entry], int]:
    """The files that are there, in order, and how many entries have no file. Files without an entry are kept."""
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    found: dict[str, Entry] = {}
    missing = 0
    for kind, name, timestamp, facts in _listed(raw):
        filename = _placed(name, there)
        if filename is None:
            missing += 1
        elif filename not in found:
            found[filename] = Entry(kind or _kind_by_name(filename), filename, timestamp, facts)
    for filename in there:
        if filename not in found and _kind_by_name(filename):
            kind = _kind_by_name(filename)
            found[filename] = Entry(kind, filename, None, {**_index(kind), **({"unlisted": True} if raw else {})})
    return sorted(found.values(), key=_order), missing


def number_of(text: str) -> int:
    """The number at the end of `step_03`; 0 if there is none."""
    digits = text.rpartition("_")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _listed(raw: dict[str, Any]) -> Iterator[tuple[str, str, str | None, dict[str, Any]]]:
    for source in _LISTS:
        listed = raw.get(source)
        if isinstance(listed, dict):
            for key, facts in listed.items():
                said = facts if isinstance(facts, dict) else {}
                if said.get("available") is not False:
                    kind = str(key).partition("_")[2]
                    yield kind, str(key), None, _index(kind)
        elif isinstance(listed, list):
            for facts in listed:
                if isinstance(facts, dict) and isinstance(facts.get("filename"), str):
                    yield _one(facts, source)


def _one(said: dict[str, Any], source: str) -> tuple[str, str, str | None, dict[str, Any]]:
    kind = said.get("type") if isinstance(said.get("type"), str) else ""
    if source == "outputs" and kind:
        kind = f"output_{kind}"
    extra = said.get("metadata") if isinstance(said.get("metadata"), dict) else {}
    known = {"sequence", "type", "filename", "timestamp", "metadata", "file_size_bytes", "size_bytes"}
    facts = {**{key: value for key, value in said.items() if key not in known}, **(extra or {})}
    facts = {**_index(kind or ""), **facts}
    timestamp = said.get("timestamp")
    return kind or "", said["filename"], timestamp if isinstance(timestamp, str) else None, facts


def _index(kind: str) -> dict[str, Any]:
    """The place of a `step_03` among its like; nothing for what has none."""
    number = number_of(kind)
    return {"index": number} if number else {}


def _placed(name: str, there: dict[str, Path]) -> str | None:
    """Where a listed name really lies: as it says, in one of the two folders, or (a key) with some extension."""
    for candidate in (name, f"{FINAL}/{name}", f"{PROMPTING}/{name}"):
        if candidate in there:
            return candidate
    return next((filename for filename in there if PurePosixPath(filename).stem == name), None)


def _files(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / PROMPTING, folder / FINAL):
        if not place.is_dir() or place.is_symlink():
            continue
        for path in sorted(place.iterdir()):
            if path.is_file() and not path.is_symlink() and path.name not in _NOT_ENTITIES:
                yield path


def _kind_by_name(filename: str) -> str:
    name = PurePosixPath(filename).name
    found = _NUMBERED.match(name)
    if found:
        return found[2]
    plain = _PLAIN.match(name)
    return plain[1] if plain and plain[1].startswith(("output_", "input_", "transformed_")) else ""


def _order(entry: Entry) -> tuple[bool, int, str]:
    path = PurePosixPath(entry.filename)
    found = _NUMBERED.match(path.name)
    in_final = path.parts[0] == FINAL
    # In the media store nothing is numbered: texts come before what was made of them.
    number = int(found[1]) if found else {"input": 1, "trans": 2}.get(path.name[:5], 3)
    return in_final, number, path.name
