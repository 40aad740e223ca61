"""A Linux of its own for faults that need drivers which this one lacks: user-mode Linux on this machine's files.

Its root is this machine's root, its drives are image files. To kill it is to pull them: what its kernel still had in
memory is gone. Needs root, Debian's `user-mode-linux`, `kmod`, `dmsetup` and `dosfstools`.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_NEEDED = {
    "linux.uml": "user-mode-linux",
    "insmod": "kmod",
    "dmsetup": "dmsetup",
    "mkfs.vfat": "dosfstools",
    "fsck.vfat": "dosfstools",
}
_SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
_PATIENCE_S = 30.0


def why_not() -> str | None:
    """Why no such machine can be booted here; None if it can."""
    if os.geteuid() != 0:
        return "needs root"
    missing = sorted({package for tool, package in _NEEDED.items() if shutil.which(tool, path=_SYSTEM) is None})
    return f"needs {', '.join(missing)} (apt-get install {' '.join(missing)})" if missing else None


@contextmanager
def booted(image: Path, module: str, order: Path) -> Iterator[subprocess.Popen[str]]:
    """Boot with a drive (`/dev/ubda`) and `python -m module order` as the first process; gone at the end.

    Its console is `stdout`, a line at a time, the kernel's own words included.
    """
    words = [
        "linux.uml", "mem=640M", "rootfstype=hostfs", "rootflags=/", "rw", f"ubd0={image}",
        f"uml_dir={order.parent}/", "con=null", "ssl=null", "con0=null,fd:1", "quiet",
        f"PATH={_SYSTEM}", f"PYTHONPATH={ROOT}", "LC_ALL=C.UTF-8",
        f"init={sys.executable}", "--", "-m", module, str(order),
    ]  # fmt: skip
    machine = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        env={**os.environ, "PATH": _SYSTEM},
    )
    try:
        yield machine
    finally:
        pull(machine)
        if machine.stdout is not None:
            machine.stdout.close()


def pull(machine: "subprocess.Popen[str]") -> None:
    """Kill the machine and wait until nothing of it holds its image any more."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            os.killpg(machine.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        machine.poll()
        time.sleep(0.01)
    raise TimeoutError("the machine does not go")
