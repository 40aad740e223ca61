"""Stars that leave with their runs and come back with them: in a package a file for each device, in the line form of
`exports/favorites` (docs/records.md).

Only the profile *full* has them: they say which device liked what, and their notes are words of people. Blocking.
"""

import hashlib
import os
from collections.abc import Container
from pathlib import Path

import msgspec

from kiosk import durable as disk
from kiosk.ids import is_run_id
from kiosk.records import Favorite
from kiosk.storage.export.sources import BadSource, SourceFile
from kiosk.storage.favorites import FOLDER, MAX_NOTE, Favorites, fold, lines_of
from kiosk.storage.journal import FIRST, chained

_LARGEST = 64 << 20


def write(exports: Path, data: Path, run_ids: Container[str]) -> None:
    """Write the stars that all devices have put on some runs into `data/favorites`. Raises `OSError`."""
    files = Favorites(exports, durable=False)
    for device in files.devices():
        stars = [star for key, star in files.of_device(device).items() if key.run_id in run_ids]
        if not stars:
            continue
        h, lines = FIRST, []
        for star in stars:
            line, h = chained(h, msgspec.json.encode(star))
            lines.append(line)
        (data / FOLDER).mkdir(exist_ok=True)
        (data / FOLDER / f"{device}.jsonl").write_bytes(b"".join(lines))


def read(file: SourceFile) -> list[Favorite]:
    """The stars in a file that comes in. Raises `BadSource` if it is not as its bag says, or cannot be read."""
    try:
        descriptor = disk.open_no_follow(file.path, os.O_RDONLY)
        with os.fdopen(descriptor, "rb") as opened:
            content = opened.read(_LARGEST + 1)
        is_elsewhere = file.path.resolve(strict=True) != file.path
    except (OSError, RuntimeError) as error:
        raise BadSource("unreadable", file.name) from error
    if len(content) > _LARGEST or is_elsewhere:
        raise BadSource("too_large" if len(content) > _LARGEST else "name", file.name)
    if file.sha256 is not None and hashlib.sha256(content).hexdigest() != file.sha256:
        raise BadSource("changed", file.name)
    return [
        msgspec.structs.replace(star, note=star.note[:MAX_NOTE] if star.note else None)
        for star in fold(lines_of(content)).values()
        if is_run_id(star.run_id) and star.n > 0
    ]
