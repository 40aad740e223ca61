"""The rule against silent skips, tried on tests that skip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = """
import pytest

@pytest.mark.{}(reason="no wish")
def test_marked(): ...

def test_inside():
    pytest.{}("no time")

def test_good(): ...
""".replace("{}", "skip")
MODULE = "import pytest\npytest.importorskip('no_such_module', reason='no module')\n"


def outcome(folder: Path, text: str, ci: str) -> str:
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), str(folder)],
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_in_ci_a_skip_fails_and_says_why(tmp_path: Path) -> None:
    shown = outcome(tmp_path, SKIPS, ci="true")
    assert "1 passed" in shown
    assert "skipped" not in shown.splitlines()[-1]
    assert "no wish" in shown
    assert "no time" in shown


def test_in_ci_a_module_that_skips_itself_fails(tmp_path: Path) -> None:
    shown = outcome(tmp_path, MODULE, ci="true")
    assert "error" in shown.splitlines()[-1]
    assert "no module" in shown


@pytest.mark.parametrize("ci", ["", "false", "0"])
def test_elsewhere_a_skip_is_a_skip(tmp_path: Path, ci: str) -> None:
    assert "1 passed, 2 skipped" in outcome(tmp_path, SKIPS, ci)
