"""Where run folders lie, and what has changed among them since somebody looked. Reads names and times. Blocking."""

import logging
import os
from pathlib import Path

from kiosk.storage.index.entries import RunEntry, signature
from kiosk.storage.index.quick import quick_entry
from kiosk.storage.older import older_places, read_any, store_of
from kiosk.storage.run_files import RunRecord, is_day

log = logging.getLogger(__name__)

STORE = "../media_storage/runs"
"""How the index names the place of the media store of 2025."""


def groups(exports: Path) -> list[tuple[str, list[str]]]:
    """All run folders, named as the index does, by day, newest day first; those beside the days come last."""
    store = (f"{STORE}/", [f"{STORE}/{folder.name}" for folder in older_places(exports.parent)])
    root = exports / "json"
    names = sorted(_folders_in(root), reverse=True) if root.is_dir() else []
    days = [(f"json/{name}/", _runs_of(root / name, f"json/{name}/")) for name in names if is_day(name)]
    return [*days, ("json/", _flat(names)), store]


def places_beside_days(exports: Path) -> list[Path]:
    """The folders in which runs lie directly, without a day: those of 2025."""
    return [exports / "json", store_of(exports.parent)]


def runs_below(place: Path, relative: str) -> list[str]:
    """The names of the run folders in a day's or a device's folder, or of those beside the days; it may be gone."""
    if not place.is_dir():
        return []
    if relative == "json":
        return _flat(_folders_in(place))
    if is_day(place.name):
        return _runs_of(place, f"{relative}/")
    return sorted(f"{relative}/{name}" for name in _folders_in(place))


def _runs_of(day: Path, prefix: str) -> list[str]:
    """Run folders in a day folder: directly in it in older exports, else in a device's folder."""
    found = []
    for name in _folders_in(day):
        if name.startswith("run_"):
            found.append(f"{prefix}{name}")
        else:
            found += [f"{prefix}{name}/{run}" for run in _folders_in(f"{day}/{name}")]
    return sorted(found)


def _flat(names: list[str]) -> list[str]:
    return sorted(f"json/{name}" for name in names if not is_day(name))


def _folders_in(place: Path | str) -> list[str]:
    with os.scandir(place) as entries:
        return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]


def folder_times(exports: Path) -> dict[Path, int]:
    """When names last came or went in each day's and each device's folder, and beside the days."""
    beside = [place for place in places_beside_days(exports) if place.is_dir()]
    times = {place: place.stat().st_mtime_ns for place in beside}
    root = exports / "json"
    if root not in times:
        return times
    for day in os.scandir(root):
        if not (is_day(day.name) and day.is_dir(follow_symlinks=False)):
            continue
        times[Path(day.path)] = day.stat().st_mtime_ns
        for device in os.scandir(day.path):
            if device.is_dir(follow_symlinks=False) and not device.name.startswith("run_"):
                times[Path(device.path)] = device.stat().st_mtime_ns
    return times


def signature_of_run(folder: Path) -> str | None:
    """The signature of a folder; None if nothing of it is there."""
    found = signature(folder)
    return None if found.replace("-", "").strip() == "" else found


def read_quickly(exports: Path, relative: str) -> RunEntry | None:
    """The entry of a plain run in a day's and device's folder; None if it must be read in full."""
    parts = relative.split("/")
    if len(parts) != 4 or not parts[3].startswith("run_"):
        return None
    try:
        return quick_entry(f"{exports}/{relative}", relative, parts[1])
    except OSError:
        return None


def read(folder: Path) -> RunRecord | None:
    """The run in a folder; None if there is none that can be read."""
    try:
        return read_any(folder)
    except OSError as error:
        log.warning("a run folder cannot be read: %s", error.strerror)
        return None
