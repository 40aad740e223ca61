"""One run in one of five formats, as bytes that stream out. Which run may leave is decided before.

JSON and ZIP are made here, the others in a process of its own, by the module that is named for the format.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from enum import StrEnum
from pathlib import Path
from typing import Literal

from kiosk.records import MediaType
from kiosk.storage import history
from kiosk.storage.export import RunInPackage, archive
from kiosk.storage.export.report_words import ReportWords
from kiosk.storage.export.workshop import Workshop, streamed


class Format(StrEnum):
    """The formats of one run; the value is the extension too."""

    JSON = "json"
    XML = "xml"
    PDF = "pdf"
    DOCX = "docx"
    ZIP = "zip"

    @property
    def mime_type(self) -> str:
        """What the format is called on the wire."""
        return _MIME_TYPES[self]


_MIME_TYPES = {
    Format.JSON: "application/json",
    Format.XML: "application/xml",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.ZIP: "application/zip",
}


async def report(
    wanted: Format, run: RunInPackage, words: ReportWords, workshop: Workshop
) -> AsyncGenerator[bytes, None]:
    """The report of a run: everything that can be refused is refused before this returns, then it streams.

    Close the stream to give back what it holds. Raises `workshop.WorkFailed` and its kinds, `StorageError`.
    """
    match wanted:
        case Format.JSON:
            data = await asyncio.to_thread(history.content, run.record)
            return await streamed(iter((data,)), _nothing)
        case Format.ZIP:
            return await streamed(archive.pieces(run.folder), _nothing)
    bench = await asyncio.to_thread(workshop.new_bench)
    target = bench / f"report.{wanted}"
    try:
        await workshop.make(_make, str(wanted), run, words, target)
    except BaseException:
        await asyncio.to_thread(workshop.clear, bench)
        raise
    return await workshop.hand_out(bench, target)


def _make(wanted: str, run: RunInPackage, words: ReportWords, target: Path) -> None:
    """Write a report into a file; runs in the workshop, where alone its library is imported."""
    match Format(wanted):
        case Format.XML:
            from kiosk.storage.export import report_xml

            report_xml.write(run, words.damage, target)
        case Format.PDF:
            from kiosk.storage.export import report_pdf

            report_pdf.write(run, words, target)
        case Format.DOCX:
            from kiosk.storage.export import report_docx

            report_docx.write(run, words, target)


SHEET_KIND: Literal["pdf", "png"] = "png" if sys.platform == "win32" else "pdf"
"""What printers here are given: PDF, but on Windows, which prints pictures without any further program."""


def write_sheet(
    run: RunInPackage, words: ReportWords, media_type: MediaType, n: int, with_prompt: bool, target: Path
) -> None:
    """Write one work as a sheet to hang up; runs in the workshop, as `_make` does."""
    from kiosk.storage.export import work_page

    work_page.write(run, words, (media_type, n), with_prompt=with_prompt, target=target, kind=SHEET_KIND)


def _nothing() -> None:
    return
