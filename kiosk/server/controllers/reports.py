"""One run, taken along: as JSON, XML, PDF, DOCX or ZIP; one work on paper or on a stick. `/api/runs/{id}/...`."""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Struct

from kiosk.records import MediaType
from kiosk.server.access import Shown, own_run, shown_work
from kiosk.server.closing import ClosingStream
from kiosk.server.controllers.parameters import Language, Position, RunId, binary, problems
from kiosk.server.copies import item_of, marked_copy_of, may_tell
from kiosk.server.errors import Refusal
from kiosk.server.presence import while_there
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.errors import StorageError
from kiosk.storage.export import RunInPackage, keeping_copies, printing
from kiosk.storage.export.report_words import ReportWords
from kiosk.storage.export.reports import SHEET_KIND, Format, report, write_sheet
from kiosk.storage.run_files import RunRecord

FormatName = Annotated[
    str, PathParameter(description="json, xml, pdf, docx or zip.", min_length=1, max_length=16, pattern="^[a-z0-9]+$")
]


@get(
    "/api/runs/{run_id:str}/export/{format_name:str}",
    tags=["runs"],
    summary="A run as a file to take along",
    responses={200: binary("The report, as an attachment"), **problems(404, 501, 503, 504)},
)
async def export(
    request: Request[Any, Any, Any],
    run_id: RunId,
    format_name: FormatName,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    language: Language = None,
) -> Response[Any]:
    """The history record, an XML document, a page to print, a text to edit, or the run's own folder."""
    wanted = known_format(format_name)
    identity = (await own_run(services, session, run_id)).run_id
    record = await services.library.record(identity)
    run = await _packed(services, record)
    words = words_for(services, record, language)
    pieces = await while_there(request, report(wanted, run, words, services.workshop))
    headers = {
        "content-disposition": f'attachment; filename="{record.metadata.run_id}.{wanted}"',
        "cache-control": "private, no-store",
    }
    return ClosingStream(pieces, headers=headers, media_type=wanted.mime_type)


def known_format(name: str) -> Format:
    """The format of this name. Raises `Refusal` (400) that lists those there are."""
    try:
        return Format(name)
    except ValueError as error:
        known = [str(each) for each in Format]
        raise Refusal(400, "unknown_format", supported_formats=known, formats=", ".join(known)) from error


def words_for(services: Services, record: RunRecord, language: str | None) -> ReportWords:
    """What a report in this language (without one, the kiosk's) says about a run."""
    tag = services.sentences.closest(language or services.settings().kiosk.language)
    lens = services.configs.interception.get(record.metadata.schema)
    outputs = services.configs.output
    asked = {item.config_used for item in record.items if item.config_used is not None}
    return ReportWords(
        language=tag,
        lens_name=lens.name.in_language(tag) if lens is not None else record.metadata.schema or "Atelier Kiosk",
        output_names={name: outputs[name].name.in_language(tag) for name in asked & outputs.keys()},
        damage=[damage.kind for damage in record.damage],
    )


class Choice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finished medium of a run: the n-th of its type, from 1."""

    media_type: MediaType
    n: Position = 1


class Printed(Struct, frozen=True):
    """A sheet is with the printer; `job` is its name there, where the system tells."""

    job: str | None


class Saved(Struct, frozen=True):
    """A copy lies in the teacher's folder under `file_name`; `marks` says what it carries."""

    file_name: str
    marks: list[str]


@post(
    "/api/runs/{run_id:str}/print",
    tags=["runs"],
    status_code=200,
    summary="A work on paper",
    responses=problems(404, 501, 503, 504),
)
async def print_work(
    request: Request[Any, Any, Any],
    run_id: RunId,
    data: JSONBody[Choice],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Printed:
    """Send a work as a sheet to the printer that the teacher chose."""
    shown = await shown_work(services, session, run_id, data.media_type, data.n)
    printer = services.settings().desk.printer
    if not printer:
        raise Refusal(403, "print_off")
    return Printed(await while_there(request, _print(services, shown, data, printer)))


@post(
    "/api/runs/{run_id:str}/save",
    tags=["runs"],
    status_code=200,
    summary="A work into the teacher's folder",
    responses=problems(404, 409, 503, 504, 507),
)
async def save_work(
    request: Request[Any, Any, Any],
    run_id: RunId,
    data: JSONBody[Choice],
    services: NamedDependency[Services],
    session: NamedDependency[Session],
) -> Saved:
    """Write a marked copy of a work into the folder, or onto the stick, that the teacher chose."""
    shown = await shown_work(services, session, run_id, data.media_type, data.n)
    folder = services.settings().desk.save_folder
    if not folder:
        raise Refusal(403, "save_off")
    copy = await while_there(request, marked_copy_of(services, shown, data.media_type, data.n))
    stem = keeping_copies.stem_of(shown.run.schema, shown.run.start_time or "")
    try:
        name = await asyncio.to_thread(keeping_copies.keep, copy.path, folder, stem)
    except keeping_copies.FolderAway as error:
        raise Refusal(503, "save_away") from error
    except StorageError as error:
        raise Refusal(507, "save_full") if error.full else Refusal(503, "save_failed", reason=error.reason) from error
    finally:
        await asyncio.to_thread(services.workshop.clear, copy.bench)
    return Saved(name, copy.carries)


async def _print(services: Services, shown: Shown, choice: Choice, printer: str) -> str | None:
    record = await services.library.record(shown.run.run_id)
    await item_of(services, shown.run.run_id, choice.media_type, choice.n)
    run = await _packed(services, record)
    bench = await asyncio.to_thread(services.workshop.new_bench)
    sheet = bench / f"sheet.{SHEET_KIND}"
    with_prompt = may_tell(services, shown)
    words = words_for(services, record, None)
    try:
        await services.workshop.make(write_sheet, run, words, choice.media_type, choice.n, with_prompt, sheet)
        title = f"Atelier Kiosk {shown.run.run_id}"
        return await asyncio.to_thread(printing.send, sheet, printer, title)
    except printing.PrintFailed as error:
        raise Refusal(503, "printer_failed", reason=error.reason) from error
    finally:
        await asyncio.to_thread(services.workshop.clear, bench)


async def _packed(services: Services, record: RunRecord) -> RunInPackage:
    return RunInPackage(
        metadata=record.metadata,
        record=await services.library.history(record.metadata.run_id),
        folder=record.folder,
        place=record.folder.name,
    )


handlers = [export, print_work, save_work]
