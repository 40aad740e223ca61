"""What is left of erased runs: a salted hash of each id, so that no import brings one back.

The list tells nobody which runs there were; only who has a run can find out that it was erased. Blocking.
"""

import secrets
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path

from kiosk import durable as disk

FILE = "erased.txt"


def bury(folder: Path, run_ids: Iterable[str]) -> None:
    """Note that runs were erased, before they are; may be repeated. `folder` is there. Raises `OSError`."""
    salt, known = _read(folder)
    new = [mark for run_id in run_ids if (mark := _mark(salt, run_id)) not in known]
    if new:
        lines = [salt.hex(), *sorted(known), *dict.fromkeys(new)]
        disk.replace(folder / FILE, ("\n".join(lines) + "\n").encode(), durable=True)


def is_buried(folder: Path) -> Callable[[str], bool]:
    """What tells of a run id whether its run was erased here. Raises `OSError`."""
    salt, known = _read(folder)
    return lambda run_id: _mark(salt, run_id) in known


def _read(folder: Path) -> tuple[bytes, set[str]]:
    try:
        lines = (folder / FILE).read_text(encoding="ascii").split()
        return bytes.fromhex(lines[0]), set(lines[1:])
    except FileNotFoundError:
        return secrets.token_bytes(16), set()


def _mark(salt: bytes, run_id: str) -> str:
    return blake2b(run_id.encode(), key=salt, digest_size=16).hexdigest()
