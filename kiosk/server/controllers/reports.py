"""One run, taken along: as JSON, XML, PDF, DOCX or ZIP. `/api/runs/{id}/export/{format}`."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from kiosk.server.access import own_run
from kiosk.server.closing import ClosingStream
from kiosk.server.controllers.parameters import Language, RunId, binary, problems
from kiosk.server.errors import Refusal
from kiosk.server.presence import while_there
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.export import RunInPackage
from kiosk.storage.export.reports import Format, ReportWords, report
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
    run = RunInPackage(
        metadata=record.metadata,
        record=await services.library.history(identity),
        folder=record.folder,
        place=record.folder.name,
    )
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


handlers = [export]
