"""What is handed out: locks that hold everything and name no address, a wheel that carries all, rooms that hold."""

import ast
import graphlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "kiosk").rglob("*.py")
    if "node_modules" not in path.parts and path.name != "__main__.py"  # which runs the program
)
ONLY_LINUX = {"kiosk.desktop_qt"}


def needs(module: str) -> set[str]:
    """The modules of ours that are imported with this one: what it names outside of functions."""
    path = ROOT.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    named: set[str] = set()
    for statement in at_once(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(statement, ast.ImportFrom):
            named |= {f"{statement.module}.{alias.name}" for alias in statement.names}
        else:
            named |= {alias.name for alias in statement.names}
    return {name if name in MODULES else name.rpartition(".")[0] for name in named} & set(MODULES)


def at_once(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when a module is imported."""
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from at_once(statement.orelse)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            parts = ("body", "handlers", "orelse", "finalbody")
            yield from at_once(part for name in parts for part in getattr(statement, name, []))


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file that git keeps; in a tree without git, every one that is ours."""
    files = tracked_files() or [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.*")]
    for file in files:
        content = file.read_bytes()
        if b"\0" not in content[:8000]:
            yield file.relative_to(ROOT), content.decode(errors="replace")


def locked() -> dict[str, list[Version]]:
    """Package → versions in requirements.lock; several where the platforms differ."""
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", LOCK, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(version))
    return found


def declared() -> list[str]:
    groups: list[str] = [entry for group in PYPROJECT["dependency-groups"].values() for entry in group]
    needed: list[str] = PYPROJECT["project"]["dependencies"]
    return needed + groups


@pytest.mark.parametrize("entry", declared())
def test_what_pyproject_asks_for_is_in_the_lock(entry: str) -> None:
    wanted = Requirement(entry)
    versions = locked().get(canonicalize_name(wanted.name), [])
    assert any(wanted.specifier.contains(version, prereleases=True) for version in versions), (entry, versions)


def test_every_locked_package_has_hashes() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK)
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_build_needs_nothing_that_the_lock_lacks() -> None:
    """The editable install runs without build isolation: what builds must be installed."""
    for entry in PYPROJECT["build-system"]["requires"]:
        assert canonicalize_name(Requirement(entry).name) in locked()


def test_locks_name_no_addresses() -> None:
    assert re.findall(r"https?://|@ |--index|--find-links", LOCK) == []
    for path in (ROOT / "kiosk" / "ui").glob("package-lock.json"):
        packages = json.loads(path.read_text())["packages"]
        keys = {key for entry in packages.values() for key in entry}
        assert "resolved" not in keys
        assert "funding" not in keys
        assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_no_tracked_file_names_a_registry_or_a_place_on_one_machine() -> None:
    registries = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "yarnpkg" + ".com")
    places = re.compile(r"(?<![\w.])/(?:work|root|farm|Users/\w+|home/(?!kiosk\b)\w+)/[\w.]")
    found = [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if any(name in line for name in registries) or places.search(line)
    ]
    assert found == []


def test_every_module_can_be_imported() -> None:
    mine = set(MODULES) - ONLY_LINUX if sys.platform != "linux" else set(MODULES)
    each = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    command = [sys.executable, "-W", "error", "-c", each, *sorted(mine)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_no_module_needs_another_to_be_imported_before_it() -> None:
    graph = {module: needs(module) for module in MODULES}
    assert graph["kiosk.storage.keeper"] >= {"kiosk.storage.index.lookups", "kiosk.hub"}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(MODULES)


def test_the_rooms_import_downwards_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_what_is_imported_at_run_time_is_declared_for_run_time() -> None:
    names = {canonicalize_name(Requirement(entry).name) for entry in PYPROJECT["project"]["dependencies"]}
    groups = PYPROJECT["dependency-groups"]
    names |= {canonicalize_name(Requirement(entry).name) for entry in groups["desktop"] + groups["export"]}
    owners = packages_distributions()
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "kiosk").rglob("*.py") if is_ours(path))
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE)) - sys.stdlib_module_names
    missing = {
        module
        for module in imported - {"kiosk"}
        if module in owners and not names & {canonicalize_name(owner) for owner in owners[module]}
    }
    assert missing == set()


def is_ours(path: Path) -> bool:
    return "node_modules" not in path.parts


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names in a wheel that is built from the present tree; the user interface goes in as it is built now."""
    target = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)],
        cwd=ROOT,
        env={**os.environ, "KIOSK_SKIP_UI": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = target.glob("*.whl")
    return zipfile.ZipFile(file).namelist()


def test_the_wheel_carries_code_data_and_interface(wheel: list[str]) -> None:
    built = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "kiosk" / "ui" / "dist").rglob("*") if path.is_file()
    }
    assert "kiosk/ui/dist/index.html" in built
    assert built - set(wheel) == set()
    assets = {
        f"kiosk/{path.relative_to(ROOT).as_posix()}"
        for path in tracked_files()
        if path.is_relative_to(ROOT / "assets")
    }
    assert assets - set(wheel) == set()
    assert {"kiosk/cli/__init__.py", "kiosk/py.typed", "kiosk/window-packages.txt"} <= set(wheel)


def test_the_wheel_carries_nothing_else(wheel: list[str]) -> None:
    assert {name.split("/")[0] for name in wheel if ".dist-info/" not in name} == {"kiosk"}
    assert [name for name in wheel if re.search(r"node_modules|kiosk/ui/(?!dist/|__init__)", name)] == []
