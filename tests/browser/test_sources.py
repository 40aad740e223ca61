"""The screen's sources: typed after the server, small, at home. What `npm run check` finds is a check of its own."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build

UI = hatch_build.UI
JS_LIMIT = 150_000


@pytest.fixture(scope="module")
def npm(built: Path) -> Path:
    return built


def test_the_types_are_those_of_the_server(npm: Path) -> None:
    document = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "kiosk.server.openapi"], capture_output=True, text=True, check=True
    ).stdout
    kept = json.loads((UI / "openapi.json").read_text(encoding="utf-8"))
    assert json.loads(document) == kept, "python -m kiosk.server.openapi > kiosk/ui/openapi.json; npm run types"
    hatch_build.npm("run", "types", "--", "--check")


def test_the_lock_file_holds_no_addresses() -> None:
    packages = json.loads((UI / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, facts in packages.items() if {"resolved", "funding"} & facts.keys()] == []


def test_the_script_is_small(built: Path) -> None:
    scripts = [path.read_bytes() for path in built.glob("assets/*.js")]
    assert 0 < sum(len(gzip.compress(script)) for script in scripts) < JS_LIMIT


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(built: Path) -> None:
    page = (built / "index.html").read_text(encoding="utf-8")
    assert "style" not in page.replace("stylesheet", "")
    assert "<script>" not in page
    for path in [*built.glob("assets/*.css"), built / "index.html"]:
        assert "//" not in path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", ""), path.name


def test_no_link_leaves_the_kiosk() -> None:
    sources = [path.read_text(encoding="utf-8") for path in UI.glob("src/**/*.svelte")]
    assert not any(word in source for source in sources for word in ("_blank", "window.open", "http://", "https://"))


def test_every_lens_has_a_drawing() -> None:
    drawings = {path.stem for path in hatch_build.ICONS.glob("*.svg")}
    lenses = (hatch_build.ICONS.parent / "configs" / "interception").glob("*.toml")
    wanted = {
        line.split('"')[1]
        for lens in lenses
        for line in lens.read_text(encoding="utf-8").splitlines()
        if line.startswith("icon =")
    }
    assert wanted <= drawings
