"""`ro-crate-metadata.json`: the package as an RO-Crate 1.1 that keeps to Process Run Crate 0.5.

One JSON-LD document, written as it is read: what belongs to one run goes straight into the file; the long lists of
the root (all parts, all actions) wait in files without a name. Memory grows with the number of models, lenses and
pseudonyms, not with that of runs. Blocking.
"""

import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

import msgspec

from kiosk.storage.export import PackageFacts, RunInPackage
from kiosk.storage.export.actions import SHA256, SOFTWARE, Entity, Shared, entities_of
from kiosk.storage.run_files import JOURNAL, METADATA, WORKFLOW

NAME = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CRATE = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"

_ROOT = "./"
_LICENCE = "#licence"
_MAKERS = "#workshop"
_ACTIONS = ("CreateAction", "UpdateAction")
_DESCRIPTIONS = {
    "runs.csv": "One row for each run, for spreadsheets.",
    "runs.parquet": "One row for each run, for analysis.",
    "items.csv": "One row for each item of a run, for spreadsheets.",
    "items.parquet": "One row for each item of a run, for analysis.",
    "data-dictionary.md": "What every column means.",
    "data-dictionary.json": "What every column means, as a Data Package descriptor.",
    "index.html": "The package to look at in any browser, without a network.",
}
_FOLDERS = {
    "favorites": "Stars that were put on works, a file for each device.",
    "pages": "What index.html leads to.",
    "pipeline_runs": "Records of runs of older programs, of which nothing else is left.",
}


def write_crate(path: Path, runs: Iterable[RunInPackage], about: PackageFacts, data: Path) -> None:
    """Write the crate's metadata to `path`; what lies in `data` by then (runs, tables, pages, notes) is described.

    Memory does not grow with the number of runs. Raises `OSError`.
    """
    shared = Shared()
    with ExitStack() as stack:
        file = stack.enter_context(path.open("wb"))
        parts, actions = (stack.enter_context(TemporaryFile()) for _ in range(2))
        graph = _Graph(file)
        graph.add(_descriptor())
        for run in runs:
            for entity in entities_of(run, shared, _beside(data, run)):
                graph.add(entity)
                if entity["@type"] in _ACTIONS:
                    _note(actions, entity)
                elif entity["@type"] == "Dataset":
                    _note(parts, entity)
        for entity in [*_neighbours(data), *_context(about), *shared.entities.values()]:
            graph.add(entity)
            if entity["@type"] in ("File", "Dataset"):
                _note(parts, entity)
        graph.root(_root(about), {"hasPart": parts, "mentions": actions})


class _Graph:
    """The open document: entities one by one, the root last."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        context = msgspec.json.encode([CONTEXT, {"sha256": SHA256}])
        file.write(b'{"@context":' + context + b',\n"@graph":[\n')

    def add(self, entity: Entity) -> None:
        self._file.write(msgspec.json.encode(entity) + b",\n")

    def root(self, entity: Entity, lists: dict[str, IO[bytes]]) -> None:
        """The root data entity, whose long lists are copied from their files, and the end of the document."""
        self._file.write(msgspec.json.encode(entity)[:-1])
        for name, waiting in lists.items():
            if not waiting.tell():
                continue
            waiting.seek(0)
            first = waiting.readline().rstrip(b"\n")
            alone = True
            self._file.write(f',"{name}":'.encode())
            for line in waiting:
                self._file.write((b"[" + first if alone else b"") + b",\n" + line.rstrip(b"\n"))
                alone = False
            self._file.write(first if alone else b"]")
        self._file.write(b"}\n]}\n")


def _note(waiting: IO[bytes], entity: Entity) -> None:
    waiting.write(msgspec.json.encode({"@id": entity["@id"]}) + b"\n")


def _descriptor() -> Entity:
    return {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": {"@id": _ROOT},
        "conformsTo": {"@id": CRATE},
        "description": "What lies in this package, for programs.",
    }


def _root(about: PackageFacts) -> Entity:
    workshops = ", ".join(about.session_ids)
    words = [
        "Runs of Atelier Kiosk, each with every wording, edit, verdict, model, seed and file.",
        f"Workshops: {workshops}." if workshops else "",
        f"Export profile: {about.profile}.",
        f"Consent: {about.consent_note}" if about.consent_note else "",
    ]
    root: Entity = {
        "@id": _ROOT,
        "@type": "Dataset",
        "name": about.title,
        "description": " ".join(word for word in words if word),
        "datePublished": about.created,
        "license": {"@id": _licence_id(about)},
        "conformsTo": {"@id": PROFILE},
        "author": {"@id": _MAKERS},
        "publisher": {"@id": _MAKERS},
    }
    if about.bag_group:
        root["identifier"] = f"{about.bag_group}/{about.bag_number or 1}"
    return root


def _licence_id(about: PackageFacts) -> str:
    return about.licence if about.licence and about.licence.startswith(("https://", "http://")) else _LICENCE


def _context(about: PackageFacts) -> Iterator[Entity]:
    none = "No licence was given: ask those who made this package before you publish anything of it."
    yield {
        "@id": _licence_id(about),
        "@type": "CreativeWork",
        "name": about.licence or "No licence given",
        "description": "The licence of this package." if about.licence else none,
    }
    yield {
        "@id": PROFILE,
        "@type": "CreativeWork",
        "name": "Process Run Crate",
        "version": "0.5",
    }
    yield {
        "@id": _MAKERS,
        "@type": "Organization",
        "name": f"Workshop {', '.join(about.session_ids)}" if about.session_ids else "A workshop",
        "description": "Those who made these works and those who looked after them; nobody is named.",
    }
    software: Entity = {
        "@id": SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "Atelier Kiosk",
        "description": "The program that recorded these runs; its word lists and procedures need no model.",
    }
    if about.app_version:
        software["softwareVersion"] = about.app_version
    yield software


def _neighbours(data: Path) -> Iterator[Entity]:
    """What lies beside the metadata file and is not the runs' own: tables, pages, notes."""
    for place in sorted(data.iterdir()):
        if place.name == NAME or place.name.startswith("."):
            continue
        if place.is_file():
            entity: Entity = {"@id": quote(place.name), "@type": "File", "name": place.name}
            entity["encodingFormat"] = _mime_type(place)
            entity["contentSize"] = str(place.stat().st_size)
            if place.name in _DESCRIPTIONS:
                entity["description"] = _DESCRIPTIONS[place.name]
            yield entity
        elif place.name in _FOLDERS:
            known = {"@id": f"{place.name}/", "@type": "Dataset", "name": place.name}
            yield known | {"description": _FOLDERS[place.name]}


def _mime_type(place: Path) -> str:
    known = {".parquet": "application/vnd.apache.parquet", ".md": "text/markdown", ".csv": "text/csv"}
    return known.get(place.suffix) or mimetypes.guess_type(place.name)[0] or "application/octet-stream"


def _beside(data: Path, run: RunInPackage) -> list[str]:
    """Files of a run in the package that no item tells of."""
    return [name for name in (JOURNAL, METADATA, WORKFLOW) if (data / run.place / name).is_file()]
