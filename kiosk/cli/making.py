"""`kiosk generate` and `kiosk runs`: make a run, look at runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.beacon import CannotServe
from kiosk.cli.base import DataOption, ExitCode, JsonOption, not_made, print_json, server_for, use_for_all, wrong_use
from kiosk.client import Client, ConnectionLost, Refused
from kiosk.records import ExecutionMode, SafetyLevel, Status
from kiosk.settings import places

if TYPE_CHECKING:
    from kiosk.cli.console import Reporter

_AT_ONCE = {"Prefer": "respond-async"}
_WRONG_USE = (400, 404, 413, 415)

runs_app = typer.Typer(help="Look at the runs that were made.", no_args_is_help=False)


def generate(
    idea: Annotated[str, typer.Argument(help="The idea; - reads it from standard input.")],
    schema: Annotated[str, typer.Option(help="The lens.")] = "user_defined",
    output: Annotated[
        list[str] | None, typer.Option(help="An output config; may come several times.", show_default="the lens's")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**32 - 1, show_default="new dice")] = None,
    mode: Annotated[ExecutionMode | None, typer.Option(show_default="the settings'")] = None,
    safety_level: Annotated[
        SafetyLevel | None, typer.Option(help="Only a stricter one than the settings'.", show_default=False)
    ] = None,
    context: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Your own rules for the lens.", show_default=False)
    ] = None,
    image: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="A picture to start from.", show_default=False
        ),
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of the idea.", show_default="the settings'")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send an idea through the whole pipeline and say what happened and where the files are."""
    from kiosk.cli.console import Reporter

    reporter = Reporter(as_json)
    where = places(data)
    try:
        with server_for(where) as client:
            check_level(client, safety_level, as_json)
            body = {
                "schema": schema,
                "input_text": sys.stdin.read() if idea == "-" else idea,
                "output_configs": output,
                "seed": seed,
                "execution_mode": mode,
                "safety_level": safety_level,
                "context_prompt": context,
                "language": language,
                "input_image": upload(client, image),
            }
            run_id = client.post("/api/schema/pipeline/execute", body, headers=_AT_ONCE)["run_id"]
            watch(client, run_id, reporter)
            report = reporter.finish(client.get(f"/api/pipeline/{run_id}/status"), where.exports)
    except Refused as refused:
        if refused.status in _WRONG_USE:
            wrong_use(refused.detail, as_json)
        not_made(refused.detail, as_json)
    except (CannotServe, ConnectionLost) as error:
        not_made(str(error), as_json)
    if as_json:
        print_json(report)
    codes = {Status.COMPLETED: ExitCode.DONE, Status.BLOCKED: ExitCode.BLOCKED}
    raise typer.Exit(codes.get(Status(report["status"]), ExitCode.FAILED))


def check_level(client: Client, wish: SafetyLevel | None, as_json: bool) -> None:
    """A looser level than the settings' is wrong use."""
    own = SafetyLevel(client.get("/api/session")["safety_level"])
    if wish is not None and wish.strictness < own.strictness:
        wrong_use(f"--safety-level {wish}: looser than the settings' {own}", as_json)


def watch(client: Client, run_id: str, reporter: "Reporter") -> None:
    """Show a run until it is over; Ctrl+C cancels it. A stream that breaks off is taken up where it ended."""
    last_id = None
    try:
        while True:
            for event in client.events(f"/api/pipeline/{run_id}/stream", last_id):
                reporter.show(event)
                if event.name == "end":
                    return
                last_id = event.id or last_id
    except KeyboardInterrupt:
        client.post(f"/api/schema/pipeline/{run_id}/cancel", {})


def upload(client: Client, image: Path | None) -> dict[str, str] | None:
    """Bring a picture in; what the request says about it."""
    if image is None:
        return None
    return {"upload_id": client.upload("/api/uploads", "picture", image)["upload_id"]}


@runs_app.callback(invoke_without_command=True)
def runs(context: typer.Context, data: DataOption = None) -> None:
    """Look at the runs that were made."""
    use_for_all(data)
    if context.invoked_subcommand is None:
        list_runs()


@runs_app.command("list")
def list_runs(
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    config: Annotated[str | None, typer.Option(help="Only this lens.", show_default=False)] = None,
    status: Annotated[Status | None, typer.Option(show_default=False)] = None,
    q: Annotated[str | None, typer.Option(help="Words in ideas and results.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The newest runs."""
    from kiosk.cli.console import print_runs

    query = {"limit": limit, "offset": offset, "config": config, "status": status, "q": q}
    with server_for(places(data)) as client:
        page = client.get("/api/runs", query)
    if as_json:
        print_json(page)
    else:
        print_runs(page)


@runs_app.command("show")
def show_run(run_id: str, data: DataOption = None, as_json: JsonOption = False) -> None:
    """One run: every wording, verdict and file."""
    from kiosk.cli.console import print_run

    with server_for(places(data)) as client:
        record = client.get(f"/api/runs/{run_id}")
    if as_json:
        print_json(record)
    else:
        print_run(record)
