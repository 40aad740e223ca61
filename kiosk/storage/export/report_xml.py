"""One run as XML, by the schema `docs/run.xsd`: the whole history record and the state of the run.

Nothing is lost: a text that holds characters which XML 1.0 (section 2.2) cannot carry is written with them as
backslash escapes, and says so in `escaped`. Metadata of an item, which may be any JSON, becomes typed values.
Runs in a process of its own (`workshop`).
"""

import re
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from kiosk.records import FileFacts, RunItem
from kiosk.settings import assets_dir
from kiosk.storage.export import RunInPackage

NAMESPACE = "urn:atelier-kiosk:run:1"
SCHEMA = "run.xsd"

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ITEM_ATTRIBUTES = (
    "sequence_number", "timestamp", "stage", "stage_iteration", "loop_iteration", "media_type", "item_type",
    "config_used", "model_used", "backend_used", "prompt_id", "execution_time",
)  # fmt: skip


def write(run: RunInPackage, damage: list[str], target: Path) -> None:
    """Write the report of a run; `damage` tells in plain words what of it cannot be read. Raises `OSError`."""
    target.write_bytes(document(run, damage))


def document(run: RunInPackage, damage: list[str]) -> bytes:
    """The report as bytes: UTF-8 with a declaration."""
    root = etree.Element(_name("run"), nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs do not know the default namespace
    root.set("taxonomy_version", run.record.taxonomy_version)
    _head(root, run)
    for problem in damage:
        _text(etree.SubElement(root, _name("damage")), problem)
    items = etree.SubElement(root, _name("items"))
    for item in run.record.items:
        _item(items, item)
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data


def schema_path() -> Path:
    """The schema that every report fits: beside the assets where the program is installed, else in `docs`."""
    installed = assets_dir() / SCHEMA
    return installed if installed.is_file() else assets_dir().parent / "docs" / SCHEMA


def schema() -> etree.XMLSchema:
    """The schema, ready to judge. Raises `OSError` when it is not there."""
    return etree.XMLSchema(etree.fromstring(schema_path().read_bytes()))


def plain(text: str) -> str:
    """A text with what XML cannot carry, and every backslash, as escapes: `\\\\`, `\\u0007`."""
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\\", "\\\\"))


def _head(root: Any, run: RunInPackage) -> None:
    record, state = run.record, run.metadata
    facts: dict[str, Any] = {
        "run_id": record.run_id,
        "execution_id": record.execution_id,
        "type": str(state.type),
        "config_name": record.config_name,
        "execution_mode": record.execution_mode,
        "safety_level": record.safety_level,
        "user_id": record.user_id,
        "session_id": record.session_id,
        "device_id": record.device_id,
        "language": state.language,
        "timestamp": record.timestamp,
        "end_time": state.end_time,
        "status": str(state.status),
        "reason": state.reason,
        "total_execution_time": record.total_execution_time,
        "used_seed": record.used_seed,
        "parent_run_id": state.parent_run_id,
        "app_version": state.app_version or None,
    }
    for name, value in facts.items():
        if value is not None:
            _text(etree.SubElement(root, _name(name)), str(value))
    consent = etree.SubElement(root, _name("consent"))
    for name, value in msgspec.to_builtins(state.consent).items():
        if value is not None:
            consent.set(name, _attribute(value))


def _item(parent: Any, item: RunItem) -> None:
    element = etree.SubElement(parent, _name("item"))
    for name in _ITEM_ATTRIBUTES:
        value = getattr(item, name)
        if value is not None:
            element.set(name, _attribute(value))
    if item.content is not None:
        _text(etree.SubElement(element, _name("content")), item.content)
    if item.file_path is not None or item.file is not None:
        _file(element, item.file_path, item.file)
    if item.metadata:
        _values(etree.SubElement(element, _name("metadata")), item.metadata)


def _file(parent: Any, path: str | None, facts: FileFacts | None) -> None:
    element = etree.SubElement(parent, _name("file"))
    if path is not None:
        element.set("path", _attribute(path))
    for name, value in (msgspec.to_builtins(facts) if facts is not None else {}).items():
        if value != "":
            element.set(name, _attribute(value))


def _values(parent: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        _value(parent, value).set("name", plain(str(name)))


def _value(parent: Any, value: Any) -> Any:
    element = etree.SubElement(parent, _name("value"))
    match value:
        case None:
            element.set("type", "null")
        case bool():
            element.set("type", "boolean")
            element.text = "true" if value else "false"
        case int() | float():
            element.set("type", "number")
            element.text = repr(value)
        case dict():
            element.set("type", "object")
            _values(element, value)
        case list() | tuple():
            element.set("type", "array")
            for part in value:
                _value(element, part)
        case _:
            element.set("type", "string")
            _text(element, str(value))
    return element


def _text(element: Any, text: str) -> None:
    if _FORBIDDEN.search(text):
        element.set("escaped", "backslash")
        text = plain(text)
    element.text = text


def _attribute(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(str(value))


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
