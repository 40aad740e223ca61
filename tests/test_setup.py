"""The set-up behind `make run` and `make test`: it repeats, survives interruption and moving, and asks politely."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup(tmp_path: Path) -> ModuleType:
    """The script, working on a copy of the checkout's small files, with tools that only write down their calls."""
    checkout = tmp_path / "checkout"
    for name in (
        "requirements.lock",
        "pyproject.toml",
        "hatch_build.py",
        "scripts",
        "kiosk/window-packages.txt",
        "kiosk/drawing-packages.txt",
    ):
        source, target = ROOT / name, checkout / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return load(checkout)


def load(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_script", checkout / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def calls(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the set-up would run; `uv venv` makes a python, as the real one does."""
    made: list[str] = []

    def note(*command: str | Path, problem: str, environment: dict[str, str] | None = None) -> None:
        words = [Path(word).name if isinstance(word, Path) else word for word in command]
        made.append(" ".join(words[:3]))
        if words[:2] == ["uv", "venv"]:
            setup.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            setup.PYTHON.write_text("")

    monkeypatch.setattr(setup, "run", note)
    monkeypatch.setattr(setup, "install_uv", lambda: None)
    monkeypatch.setattr(setup, "install_packages", lambda _goal: None)
    return made


def test_a_second_start_only_looks_at_the_interface(setup: ModuleType, calls: list[str]) -> None:
    setup.main("run")
    assert calls == ["uv venv --quiet", "uv pip sync", "uv pip install", "python hatch_build.py"]
    calls.clear()
    setup.main("run")
    assert calls == ["python hatch_build.py"]


def test_a_new_lock_is_brought_in_without_making_everything_anew(setup: ModuleType, calls: list[str]) -> None:
    setup.main("run")
    calls.clear()
    with (setup.ROOT / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    setup.main("run")
    assert calls == ["uv pip sync", "uv pip install", "python hatch_build.py"]


def test_an_interrupted_set_up_begins_again(
    setup: ModuleType, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    noting = setup.run

    def break_off(*command: str | Path, problem: str, environment: dict[str, str] | None = None) -> None:
        if "sync" in command:
            raise KeyboardInterrupt
        noting(*command, problem=problem, environment=environment)

    monkeypatch.setattr(setup, "run", break_off)
    with pytest.raises(KeyboardInterrupt):
        setup.main("run")
    assert not setup.is_ready()
    monkeypatch.setattr(setup, "run", noting)
    calls.clear()
    setup.main("run")
    assert setup.is_ready()
    assert "uv venv --quiet" not in calls  # what is there already is kept, for those without a network


@pytest.mark.parametrize("content", ["", "{", "[]", '{"place": 1}'])
def test_a_stamp_that_cannot_be_read_counts_as_none(setup: ModuleType, calls: list[str], content: str) -> None:
    setup.main("run")
    setup.STAMP.write_text(content)
    assert not setup.is_ready()
    setup.main("run")
    assert setup.is_ready()


def test_a_moved_checkout_gets_a_new_environment(setup: ModuleType, calls: list[str], tmp_path: Path) -> None:
    setup.main("run")
    moved = load(setup.ROOT.rename(tmp_path / "elsewhere"))
    assert not moved.is_ready()
    assert moved.read_stamp()["place"] != moved.inputs()["place"]


def test_who_is_not_root_gets_one_command(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup, "installed_packages", lambda: {"libegl1", "libasound2t64"})
    monkeypatch.setattr(setup, "run", None)
    setup.install_packages("test")
    (command,) = [line for line in capsys.readouterr().err.splitlines() if "apt-get" in line]
    assert command.strip().startswith("sudo apt-get install --yes --no-install-recommends ")
    assert " libegl1 " not in command
    assert "libasound2" not in command
    assert "libxcb-cursor0" in command
    assert "chromium" in command


def test_without_a_screen_only_drawing_needs_packages(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup, "installed_packages", lambda: {"libegl1"})
    setup.install_packages("run")
    told = capsys.readouterr().err
    assert "libgl1 libfontconfig1" in told
    assert "libegl1" not in told
    assert "libxcb" not in told


def test_a_failing_step_says_what_it_was_for(setup: ModuleType) -> None:
    with pytest.raises(setup.SetupFailed, match="no such luck"):
        setup.run(sys.executable, "-c", "raise SystemExit(3)", problem="no such luck")


def test_wrong_use_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/setup.py", "fly"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "run|test" in done.stderr


def test_the_ci_script_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in script
    assert "make test" in script
    assert "make test" in (ROOT / "README.md").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
