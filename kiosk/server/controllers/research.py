"""What the runs amount to, for researchers: whole runs, counts and times, as JSON, table, picture. `/api/research`.

For the desk and the teacher; a child's session reads its own device's runs only.
"""

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from msgspec.structs import asdict

from kiosk.i18n import Sentences
from kiosk.ids import DATE_PATTERN
from kiosk.records import HistoryRecord
from kiosk.server.access import check_staff, own_run
from kiosk.server.charts import Bar, Range, bars, ranges
from kiosk.server.controllers.parameters import LENS_PATTERN, Language, RunId, binary, problems
from kiosk.server.controllers.runs import Cursor, Label, Limit, checked_date
from kiosk.server.errors import Refusal
from kiosk.server.services import Services
from kiosk.server.sessions import Session
from kiosk.storage.answers import ConfigOutputs, OutputCount, RunQuery, RunRow, Statistics, StatisticsQuery, Topic
from kiosk.storage.export.statistics_table import as_csv

LensName = Annotated[str, PathParameter(description="The id of a lens, or of one of old.", pattern=LENS_PATTERN)]
From = Annotated[str | None, QueryParameter(description="First local day, YYYY-MM-DD.", pattern=DATE_PATTERN)]
To = Annotated[str | None, QueryParameter(description="Last local day, YYYY-MM-DD.", pattern=DATE_PATTERN)]


TopicName = Annotated[str, PathParameter(description="What to draw.", pattern=f"^({'|'.join(Topic)})$")]

_FINEST_S = 0.001


class ConfigExecutions(ConfigOutputs, frozen=True, kw_only=True):
    """The runs of one lens, newest first, a page of them, and the finished media of all, counted by type."""

    executions: list[RunRow]
    next: str | None


@get("/api/research/execution/{run_id:str}", tags=["research"], summary="A whole run", responses=problems(404))
async def execution(
    run_id: RunId, services: NamedDependency[Services], session: NamedDependency[Session]
) -> HistoryRecord:
    """The history record, under the address that research tools know."""
    return await services.library.history((await own_run(services, session, run_id)).run_id)


@get(
    "/api/research/config/{name:str}/executions",
    tags=["research"],
    summary="What one lens has brought",
    responses=problems(),
)
async def executions_of_config(
    name: LensName,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ConfigExecutions:
    """The runs of a lens, and their finished media counted by type; for the desk and the teacher."""
    check_staff(session)
    page = await services.library.runs(RunQuery(config=name, limit=limit, cursor=cursor))
    counted = await services.library.outputs_of_config(name)
    return ConfigExecutions(**asdict(counted), executions=page.executions, next=page.next)


@get("/api/research/statistics", tags=["research"], summary="Counts and times", responses=problems())
async def statistics(
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    session_id: Label = None,
    date_from: From = None,
    date_to: To = None,
) -> Statistics:
    """Outputs by lens, model, device and day, times of the stages, blocks; for the desk and the teacher."""
    return await _statistics(services, session, session_id, date_from, date_to)


@get(
    "/api/research/statistics/table",
    tags=["research"],
    summary="Counts and times as CSV",
    responses={200: binary("One row for each count or time", "text/csv"), **problems()},
)
async def statistics_table(
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    session_id: Label = None,
    date_from: From = None,
    date_to: To = None,
) -> Response[bytes]:
    """The same as one long table, safe to open in a spreadsheet."""
    found = await _statistics(services, session, session_id, date_from, date_to)
    headers = {"content-disposition": 'attachment; filename="statistics.csv"'}
    return Response(as_csv(found), media_type="text/csv", headers=headers)


@get(
    "/api/research/statistics/picture/{topic:str}",
    tags=["research"],
    summary="Counts or times as a picture",
    responses={200: binary("A chart", "image/svg+xml"), **problems()},
)
async def statistics_picture(
    topic: TopicName,
    services: NamedDependency[Services],
    session: NamedDependency[Session],
    session_id: Label = None,
    date_from: From = None,
    date_to: To = None,
    language: Language = None,
) -> Response[str]:
    """A chart as SVG: the finished media by lens, model, device or day, the times of the stages, or the blocks."""
    found = await _statistics(services, session, session_id, date_from, date_to)
    tag = language or services.settings().kiosk.language
    names = services.configs.lens_names(tag)
    return Response(_drawn(Topic(topic), found, services.sentences, tag, names), media_type="image/svg+xml")


async def _statistics(
    services: Services, session: Session, session_id: str | None, date_from: str | None, date_to: str | None
) -> Statistics:
    check_staff(session)
    query = StatisticsQuery(session_id=session_id, date_from=checked_date(date_from), date_to=checked_date(date_to))
    if query.date_from and query.date_to and query.date_from > query.date_to:
        raise Refusal(400, "bad_field", field="date_to", problem="before date_from")
    return await services.library.statistics(query)


def _drawn(topic: Topic, found: Statistics, sentences: Sentences, language: str, lenses: dict[str, str]) -> str:
    def say(key: str) -> str:
        return sentences.say(language, key)

    def outputs(counts: list[OutputCount]) -> str:
        rows = [Bar(lenses.get(count.name, count.name) or "–", count.total) for count in counts]
        return bars(say(f"research.{topic}"), rows, nothing)

    nothing = say("research.nothing")
    match topic:
        case Topic.LENSES:
            return outputs(found.by_lens)
        case Topic.MODELS:
            return outputs(found.by_model)
        case Topic.DEVICES:
            return outputs(found.by_device)
        case Topic.DAYS:
            return outputs(found.by_day[-31:])
        case Topic.BLOCKS:
            rows = [
                Bar(f"{say('research.category.' + (block.category or 'none'))} · {block.stage}", block.count)
                for block in found.blocks
            ]
            return bars(say("research.blocks"), rows, nothing)
        case Topic.TIMES:
            times = [
                Range(
                    say(f"research.step.{time.media_type or time.step}"),
                    *(time.lower, time.median, time.upper),
                    said=_seconds(time.median, language),
                )
                for time in found.times
            ]
            return ranges(say("research.times"), times, nothing)


def _seconds(seconds: float, language: str) -> str:
    """A measured time for people: three digits, nothing finer than a thousandth of a second."""
    plain = f"{seconds:.3g} s" if seconds >= _FINEST_S else f"< {_FINEST_S} s"
    return plain.replace(".", ",") if language.startswith("de") else plain


handlers = [execution, executions_of_config, statistics, statistics_table, statistics_picture]
