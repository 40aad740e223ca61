"""Marking: the copy of a medium that leaves, with its marks inside the file.

The run's own file stays as it is. A copy loses whatever the box wrote beside the picture (graphs, paths, prompts)
and gets in its place: where it comes from, model, seed, run, and the wording if it may leave; then, where the library
is there and knows the kind of file, content credentials, which are signed last. Runs in a process of its own
(`workshop`).
"""

import importlib.util
import shutil
from pathlib import Path
from typing import Any

from kiosk import __version__
from kiosk.storage.export.marks import Marks
from kiosk.storage.export.workshop import CannotBeMarked
from kiosk.storage.run_files import mime_type_of

_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
_STREAMS = frozenset({"audio/wav", "audio/flac", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm"})
_PLAIN = frozenset({"text/plain", "application/json"})


def write_marked(source: Path, target: Path, marks: Marks, keys: Path | None) -> list[str]:
    """Write the marked copy of a medium; returns which marks it carries: `text`, `xmp`, `c2pa`, or none.

    `keys` is the folder of this installation's signing key (made there at first need); None: no credentials.
    Raises `CannotBeMarked` for a damaged file or a kind that is not known, `OSError`.
    """
    mime_type = mime_type_of(source)
    part = target.with_name(target.name + ".plain")
    try:
        carried = _write_plain(source, part, mime_type, marks)
        signed = keys is not None and carried != [] and _sign(part, target, mime_type, marks, keys)
        if not signed:
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return [*carried, "c2pa"] if signed else carried


def signs() -> bool:
    """Whether content credentials can be signed here: the libraries are installed. Imports nothing."""
    return all(importlib.util.find_spec(name) is not None for name in ("c2pa", "cryptography"))


def _write_plain(source: Path, target: Path, mime_type: str, marks: Marks) -> list[str]:
    if mime_type in _PICTURES:
        from kiosk.storage.export import marked_pictures

        target.write_bytes(marked_pictures.marked(source.read_bytes(), mime_type, marks))
        return ["text", "xmp"] if mime_type in ("image/png", "image/gif") else ["xmp"]
    if mime_type in _STREAMS:
        from kiosk.storage.export import marked_streams

        marked_streams.write(source, target, mime_type, marks)
        return ["text"]
    if mime_type == "model/gltf-binary":
        from kiosk.storage.export import marked_models

        target.write_bytes(marked_models.marked(source.read_bytes(), marks))
        return ["text"]
    if mime_type in _PLAIN:
        shutil.copyfile(source, target)
        return []
    raise CannotBeMarked("unknown kind")


def _sign(source: Path, target: Path, mime_type: str, marks: Marks, keys: Path) -> bool:
    if not signs():
        return False
    from kiosk.storage.export import credentials

    return credentials.sign(source, target, mime_type, claim_of(marks, target.name), keys)


def claim_of(marks: Marks, title: str) -> dict[str, Any]:
    """The manifest of content credentials (C2PA 2.x, c2pa.actions): made here, by what."""
    parameters = {"run": marks.run_id, "lens": marks.lens, "model": marks.model, "seed": marks.seed}
    action = {
        "action": "c2pa.created",
        "when": marks.created,
        "digitalSourceType": marks.source_type,
        "softwareAgent": {"name": "Atelier Kiosk", "version": __version__},
        "parameters": {f"kiosk.{name}": value for name, value in parameters.items() if value is not None},
    }
    return {
        "claim_generator_info": [{"name": "Atelier Kiosk", "version": __version__}],
        "title": title,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
