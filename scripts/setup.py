"""Makes a checkout ready: `python3 scripts/setup.py run` or `... test`. `make run` and `make test` begin with it.

Needs nothing but Python 3.11 with `venv`. Every step looks first whether there is something to do, so that a
second start takes a moment; an interrupted one is simply begun again. It keeps to the checkout (`.uv/`, `.venv/`,
`kiosk/ui/`), but for Debian packages: as root it installs them, otherwise it prints the one command that does.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_HOME = ROOT / ".uv"
UV = UV_HOME / "bin" / "uv"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".ready.json"
DRAWING_PACKAGES = ROOT / "kiosk" / "drawing-packages.txt"
WINDOW_PACKAGES = ROOT / "kiosk" / "window-packages.txt"
TEST_PACKAGES = ROOT / "scripts" / "test-packages.txt"


class SetupFailed(Exception):
    """A step did not work; the message says what a person can do."""


def main(goal: str) -> None:
    """Make ready for a goal: `run` or `test`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - started by whatever `python3` is
        raise SetupFailed(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make {goal} PYTHON=...")
    if os.geteuid() == 0:
        say("warning: running as root; a normal user is safer and enough")
    install_packages(goal)
    if not is_ready():
        make_environment()
    run(PYTHON, ROOT / "hatch_build.py", problem="the user interface could not be built")


# Debian packages


def install_packages(goal: str) -> None:
    """Install what is missing for the goal, or say how.

    Without it no pictures are drawn, the window does not open, or tests fail.
    """
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    wanted = DRAWING_PACKAGES.read_text().split()
    if goal == "test" or has_screen:
        wanted += WINDOW_PACKAGES.read_text().split()
    if goal == "test":
        wanted += TEST_PACKAGES.read_text().split()
    if not shutil.which("dpkg-query"):
        say(f"this is no Debian: please look yourself for what these packages hold: {' '.join(wanted)}")
        return
    installed = installed_packages()
    missing = [choice.split("|") for choice in wanted if not installed.intersection(choice.split("|"))]
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends"]
    if os.geteuid() != 0:
        names = " ".join(names[0] for names in missing)
        say(f"Debian packages are missing. Please run this once:\n\n  sudo {' '.join(command)} {names}\n")
        return
    say(f"installing {len(missing)} Debian packages")
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    options = ["-q", "-o", "DPkg::Lock::Timeout=300"]
    run("apt-get", *options, "update", problem="apt-get update failed", environment=environment)
    names_to_install = [first_known(names) for names in missing]
    run(*command, *options, *names_to_install, problem="packages could not be installed", environment=environment)


def installed_packages() -> set[str]:
    """Names of all packages that are installed here, without their architecture."""
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return {line.removeprefix("installed ") for line in listed.splitlines() if line.startswith("installed ")}


def first_known(names: list[str]) -> str:
    """The first of several names of one package that this release of Debian has."""
    for name in names:
        shown = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False)
        if shown.returncode == 0 and shown.stdout:
            return name
    return names[0]


# Python packages


def inputs() -> dict[str, str]:
    """What the environment is made from; it is made again when any of this changes, also when the folder moved."""
    files = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml", "hatch_build.py"):
        files.update((ROOT / name).read_bytes())
    return {"place": str(ROOT), "python": sys.version, "files": files.hexdigest()}


def is_ready() -> bool:
    """Whether the environment was made to its end, from the present files, at this place."""
    return PYTHON.exists() and read_stamp() == inputs()


def make_environment() -> None:
    """Bring `.venv` to what requirements.lock says, hash by hash, and put this checkout into it."""
    old, new = read_stamp(), inputs()
    say("making the Python environment" + ("" if old else " (once: about 1.5 GB, a few minutes)"))
    install_uv()
    if not PYTHON.exists() or any(old.get(key) != new[key] for key in ("place", "python")):
        run(UV, "venv", "--quiet", "--clear", "--python", sys.executable, VENV, problem="no virtual environment")
    write_stamp(new | {"files": "not yet"})
    problem = "the Python packages could not be installed; is there a network?"
    sync = ("pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", PYTHON)
    run(UV, *sync, ROOT / "requirements.lock", problem=problem)
    editable = ("pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", PYTHON, "-e", ROOT)
    problem = "this checkout could not be installed into its environment"
    run(UV, *editable, problem=problem, environment={"KIOSK_SKIP_UI": "1"})  # built by itself, for its messages
    write_stamp(new)


def read_stamp() -> dict[str, str]:
    """The last stamp; empty when there is none or it cannot be read."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Note how far the environment is, in one step."""
    unfinished = STAMP.with_suffix(".tmp")
    unfinished.write_text(json.dumps(stamp))
    unfinished.replace(STAMP)


def install_uv() -> None:
    """Put uv into an environment of its own, so that nothing outside the checkout is touched."""
    if UV.exists() and subprocess.run([UV, "--version"], capture_output=True, check=False).returncode == 0:
        return
    hint = "the venv module of Python is needed: sudo apt-get install python3-venv"
    run(sys.executable, "-m", "venv", "--clear", UV_HOME, problem=hint)
    pip = (UV_HOME / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "uv")
    run(*pip, problem="uv could not be installed; is there a network?")


# Small things


def run(*command: str | Path, problem: str, environment: dict[str, str] | None = None) -> None:
    """Run a command in the checkout; what it prints goes to standard error."""
    own = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"} | (environment or {})
    outer = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONHOME")}
    try:
        subprocess.run(command, cwd=ROOT, env=outer | own, stdout=sys.stderr, check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SetupFailed(f"{problem}\n({error})") from None


def say(text: str) -> None:
    """Tell the person at the terminal; standard output stays free for the program."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "test"):
        sys.exit("usage: python3 scripts/setup.py run|test")
    try:
        main(sys.argv[1])
    except SetupFailed as failed:
        sys.exit(f"set-up: {failed}")
    except KeyboardInterrupt:
        sys.exit(130)
