import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import get_args

import msgspec
import pytest

from kiosk.engine import configs
from kiosk.records import ItemType, RunMetadata, Status

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_setting_command_and_endpoint_is_in_the_reference() -> None:
    script = reference()
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), "run: python scripts/reference.py"


def structs_in(kind: object) -> set[type[msgspec.Struct]]:
    """A struct and every struct in its fields."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        inner = (structs_in(entry.type) for entry in msgspec.structs.fields(kind))
        return {kind}.union(*inner)
    return set().union(*(structs_in(part) for part in get_args(kind)))


@pytest.mark.parametrize("config", [configs.InterceptionConfig, configs.OutputConfig])
def test_every_field_of_a_config_is_described(config: type[msgspec.Struct]) -> None:
    described = set(re.findall(r"`([a-z_0-9.]+)`", (ROOT / "docs" / "configs.md").read_text(encoding="utf-8")))
    names = {part for name in described for part in name.split(".")}
    fields = {entry.name for struct in structs_in(config) for entry in msgspec.structs.fields(struct)}
    assert fields - names == set()


def test_every_item_type_status_and_metadata_field_is_described() -> None:
    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    names = {*ItemType, *Status, *(entry.name for entry in msgspec.structs.fields(RunMetadata))}
    assert sorted(name for name in names if f"`{name}`" not in text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_page_about_the_looks_shows_every_room() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\(screens/([\w-]+\.webp)\)", page))
    router = (ROOT / "kiosk/ui/src/lib/shell/router.svelte.ts").read_text(encoding="utf-8")
    named = re.search(r"PLAIN_ROOMS = \[(.*?)\]", router)
    assert named is not None
    rooms = {"start", "story", *re.findall(r"'(\w+)'", named[1])}
    assert {room for room in rooms if not any(name.startswith(f"{room}-") for name in shown)} == set()
    assert {path.name for path in (ROOT / "docs" / "screens").iterdir()} == shown


def test_the_page_about_the_looks_tells_every_number() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    tokens = (ROOT / "kiosk/ui/src/styles/tokens.css").read_text(encoding="utf-8")
    light, dark = (re.findall(r"(--[\w-]+): ([^;]+);", block) for block in tokens.split("}")[:2])
    for (name, value), (same, night) in zip([pair for pair in light if pair[1].startswith("#")], dark, strict=True):
        assert name == same
        assert f"| `{name}` | {value} | {night} |" in page
    for name, value in light:
        assert f"`{name}`" in page
        if re.fullmatch(r"[\d.]+(rem|ms)?", value):
            assert re.search(rf"`{name}`(?: \|)? {re.escape(value)}\b", page), name
