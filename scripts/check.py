"""Every check of the project, one after the other: `make test`. Fails if any of them fails.

`python scripts/check.py NAME ...` runs only the named ones; `-- ARGUMENTS` at the end go to pytest.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent


@dataclass(frozen=True)
class Check:
    """One command and what it is called in the summary."""

    name: str
    command: tuple[str, ...]


# A file's tests stay together and in order: they share a program or a browser. Tests wait about as long as they
# compute, so there are more processes than the two cores of a small machine.
SIDE_BY_SIDE = ("--numprocesses", "3", "--dist", "loadfile", "--no-loadscope-reorder")
CHECKS = (
    Check("lint", (str(BIN / "ruff"), "check", ".")),
    Check("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("types", (PYTHON, "-m", "mypy")),
    Check("imports", (str(BIN / "lint-imports"),)),
    Check("ui", (PYTHON, "hatch_build.py", "npm", "run", "check")),
    Check("tests", (PYTHON, "-m", "pytest", "--durations=15", *SIDE_BY_SIDE)),
)


def main(arguments: list[str]) -> int:
    """Run the checks; 0 when all passed, 1 when one failed, 2 for a name that is none."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    names, for_pytest = arguments[:split], arguments[split + 1 :]
    if unknown := set(names) - {check.name for check in CHECKS}:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(c.name for c in CHECKS)}")
        return 2
    lines, failed = [], False
    for check in CHECKS:
        if names and check.name not in names:
            continue
        print(f"\n=== {check.name}", flush=True)
        began = time.monotonic()
        extra = for_pytest if check.name == "tests" else []
        code = subprocess.run([*check.command, *extra], cwd=ROOT, env=environment(), check=False).returncode
        lines.append(f"{check.name} {'failed' if code else 'ok'} ({time.monotonic() - began:.0f} s)")
        failed = failed or code != 0
    print(f"\n{'FAILED' if failed else 'all checks passed'}: {', '.join(lines)}", flush=True)
    return 1 if failed else 0


def environment() -> dict[str, str]:
    """The outer environment, with the programs of our own first on the path."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONUNBUFFERED": "1"}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
