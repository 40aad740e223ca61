"""Runs read for the index in a process of its own, so that the server answers while a large archive is listed anew.

`Reader` is the server's end, `main` the child's. Reads folders and writes nothing. Blocking.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.storage import recovery, scanning
from kiosk.storage.child import Child, serve
from kiosk.storage.index.entries import RunEntry, entry_of

PATIENCE_S = 300.0
"""A batch that takes longer than so many seconds is read by the server itself."""


class Batch(Struct, frozen=True):
    """Runs to be read, by the names that the index has for them; quickly, or in full with their texts."""

    exports: str
    names: list[str]
    in_full: bool
    host: str


_batches = msgspec.msgpack.Decoder(Batch)
_entries = msgspec.msgpack.Decoder(list[RunEntry | None])


class Reader:
    """Reads batches in a child that ends with `close`, or when the server does."""

    def __init__(self) -> None:
        self._child = Child("reading", PATIENCE_S)

    def read(self, batch: Batch) -> list[RunEntry | None]:
        """An entry for each run; None where the server must look for itself, and for all if the child died."""
        raw = self._child.ask(msgspec.msgpack.encode(batch))
        return _entries.decode(raw) if raw is not None else [None] * len(batch.names)

    def close(self) -> None:
        """End the child."""
        self._child.end()


def main() -> None:
    """Read batches until nobody asks any more."""
    serve(lambda request: msgspec.msgpack.encode(read(_batches.decode(request))))


def read(batch: Batch) -> list[RunEntry | None]:
    """What a batch asks for. A run that is not as it should be is left to the server: it may repair it."""
    exports = Path(batch.exports)
    if not batch.in_full:
        return [scanning.read_quickly(exports, name) for name in batch.names]
    found: list[RunEntry | None] = []
    for name in batch.names:
        record = scanning.read(exports / name)
        is_whole = record is not None and not recovery.needs_repair(record, exports, batch.host)
        found.append(entry_of(record, exports) if record is not None and is_whole else None)
    return found
