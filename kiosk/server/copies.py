"""Copies of media that leave through the server: marked in a process of their own, gone when they were handed on.

Who may have a copy is decided before. What it may say of itself is decided here: the words stay in the house unless
the teacher lets them go, and another child's words always do.
"""

import asyncio
from pathlib import Path
from typing import Any

from litestar import Request, Response
from msgspec import Struct

from kiosk.mediatypes import EXTENSIONS
from kiosk.records import MediaType, RunItem
from kiosk.server.access import Shown
from kiosk.server.closing import ClosingStream
from kiosk.server.presence import while_there
from kiosk.server.services import Services
from kiosk.storage.answers import StoredFile
from kiosk.storage.errors import UnknownRun
from kiosk.storage.export.marking import write_marked
from kiosk.storage.export.marks import marks_of

MARKS_HEADER = "kiosk-marks"
"""Which marks a copy carries: text, xmp, c2pa; empty when its kind carries none."""


class Copy(Struct, frozen=True, kw_only=True):
    """A marked copy on a bench. `carries` names its marks, `item` is the medium that it is of."""

    bench: Path
    path: Path
    mime_type: str
    carries: list[str]
    item: RunItem

    @property
    def extension(self) -> str:
        """The extension for its kind, without a dot."""
        return EXTENSIONS.get(self.mime_type, "bin")


async def marked_copy_of(services: Services, shown: Shown, media_type: MediaType, n: int) -> Copy:
    """A marked copy of a medium; whoever gets it clears its bench.

    Raises `UnknownRun`, `WorkFailed` and its kinds, `StorageError`.
    """
    item = await item_of(services, shown.run.run_id, media_type, n)
    stored = await services.library.media_file(shown.run.run_id, media_type, n)
    marks = marks_of(shown.run, item, with_prompt=may_tell(services, shown))
    bench = await asyncio.to_thread(services.workshop.new_bench)
    path = bench / f"copy.{EXTENSIONS.get(stored.mime_type, 'bin')}"
    try:
        source = await asyncio.to_thread(_source, stored, bench)
        carries = await services.workshop.make(write_marked, source, path, marks, services.workshop.keys)
    except BaseException:
        await asyncio.to_thread(services.workshop.clear, bench)
        raise
    return Copy(bench=bench, path=path, mime_type=stored.mime_type, carries=carries, item=item)


def may_tell(services: Services, shown: Shown) -> bool:
    """Whether a copy may carry the words that its work was made with."""
    return shown.media is None and services.settings().desk.prompts_in_copies


async def item_of(services: Services, run_id: str, media_type: MediaType, n: int) -> RunItem:
    """The item of the n-th medium of a type, from 1. Raises `UnknownRun`."""
    record = await services.library.record(run_id)
    for medium in record.folded.media():
        if (medium.media_type, medium.n) == (media_type, n):
            return medium.item
    raise UnknownRun(run_id)


async def marked_download(
    request: Request[Any, Any, Any], services: Services, shown: Shown, media_type: MediaType, n: int
) -> Response[Any]:
    """The marked copy as an attachment; `Kiosk-Marks` says which marks it carries."""
    copy = await while_there(request, marked_copy_of(services, shown, media_type, n))
    name = f"{shown.run.run_id}_{media_type}_{n}"
    headers = {
        "content-disposition": f'attachment; filename="{name}.{copy.extension}"',
        "cache-control": "private, no-store",
        MARKS_HEADER: ", ".join(copy.carries),
    }
    pieces = await services.workshop.hand_out(copy.bench, copy.path)
    return ClosingStream(pieces, headers=headers, media_type=copy.mime_type)


def _source(stored: StoredFile, bench: Path) -> Path:
    """The file of a medium; one that could not be saved is put on the bench."""
    if stored.data is None:
        return stored.path
    path = bench / "source"
    path.write_bytes(stored.data)
    return path
