"""Put a copy into the folder, or onto the stick, that the teacher chose: whole or not at all, over nothing else.

Blocking.
"""

import contextlib
import os
import re
import secrets
import shutil
from pathlib import Path

from kiosk import durable
from kiosk.storage.errors import StorageError, is_full, storage_error
from kiosk.storage.run_files import is_day

_BLOCK = 1 << 20
_SPARE = 1 << 20
"""How many bytes a full stick keeps for its own books."""

_NOT_IN_NAMES = re.compile(r"[^a-z0-9_-]+")
_LONGEST = 40


class FolderAway(Exception):
    """The folder is not there: the stick was pulled out, or the network drive is gone."""


def stem_of(lens: str, started: str) -> str:
    """The name of a copy without its number: lens and day, in signs that every file system takes."""
    plain = _NOT_IN_NAMES.sub("-", lens.lower()).strip("-")[:_LONGEST] or "kiosk"
    day = started[:10]
    return f"{plain}_{day}" if is_day(day) else plain


def keep(copy: Path, chosen: str, stem: str) -> str:
    """Write a copy as `{stem}_{n}` with its extension; returns the name. It has it only when it is on the disk.

    `chosen` is the folder as the settings have it. Raises `FolderAway`, `StorageError`.
    """
    folder = Path(chosen).expanduser()
    if not folder.is_dir():
        raise FolderAway
    part = folder / f".{secrets.token_hex(8)}{durable.PART}"
    try:
        size = copy.stat().st_size
        if shutil.disk_usage(folder).free < size + _SPARE:
            raise StorageError("disk full", full=True)
        _write(copy, part)
        name = _give_name(part, folder, stem, copy.suffix)
        durable.sync_folder(folder)
    except OSError as error:
        if not folder.is_dir() and not is_full(error):
            raise FolderAway from error
        raise storage_error(error) from error
    finally:
        durable.remove_quietly(part)
    return name


def _write(copy: Path, part: Path) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(descriptor, "wb") as target, copy.open("rb") as source:
        shutil.copyfileobj(source, target, _BLOCK)
        target.flush()
        durable.sync_data(target.fileno())


def _give_name(part: Path, folder: Path, stem: str, extension: str) -> str:
    """The first free number after the last; another kiosk may take it at the same moment."""
    number = _last_number(folder, stem) + 1
    while True:
        name = f"{stem}_{number}{extension}"
        with contextlib.suppress(FileExistsError):
            _rename_new(part, folder / name)
            return name
        number += 1


def _last_number(folder: Path, stem: str) -> int:
    pattern = re.compile(re.escape(stem) + r"_([0-9]{1,9})\.[a-z0-9]+", re.IGNORECASE)
    found = [int(match[1]) for path in folder.iterdir() if (match := pattern.fullmatch(path.name))]
    return max(found, default=0)


def _rename_new(part: Path, target: Path) -> None:
    """Rename without overwriting: by a second name where the file system knows such, as FAT does not."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(target.name) from None
        part.rename(target)
