"""Send a sheet to the printer that the teacher chose: CUPS on Linux and macOS, Paint on Windows.

No driver and no preview: what comes out of the printer is the system's business. Blocking.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

_TIMEOUT_S = 60
_JOB = re.compile(r"request id is (\S+)")
_LONGEST = 200


class PrintFailed(Exception):
    """The sheet did not go to the printer; `reason` is the system's, short, or ours in English."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def can_print() -> bool:
    """Whether this system has what it needs to print."""
    return shutil.which(_program()) is not None


def send(sheet: Path, printer: str, title: str) -> str | None:
    """Hand a sheet over; returns the job's name where the system gives one. Raises `PrintFailed`."""
    program = shutil.which(_program())
    if program is None:
        raise PrintFailed(f"{_program()} is not installed")
    if sys.platform == "win32":
        command = [program, "/pt", str(sheet), printer]
    else:
        command = [program, "-d", printer, "-t", title, "--", str(sheet)]
    try:
        done = subprocess.run(  # noqa: S603 - our own words; printer and title are arguments of their own
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PrintFailed("the printer does not answer") from error
    except OSError as error:
        raise PrintFailed(error.strerror or "cannot be started") from error
    if done.returncode != 0:
        raise PrintFailed(_short(done.stderr) or f"exit code {done.returncode}")
    found = _JOB.search(done.stdout)
    return found[1] if found else None


def _program() -> str:
    return "mspaint" if sys.platform == "win32" else "lp"


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
