"""The command `kiosk`: thin over the same server and the same code as the window.

A command started beside a running server uses it; else it runs one of its own for as long as it works.
Exit codes: 0 done, 1 failed, 2 wrong use, 3 blocked by the safety check.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from kiosk import __version__, beacon
from kiosk import settings as settings_module
from kiosk.beacon import CannotServe
from kiosk.client import Client, Refused
from kiosk.records import ExecutionMode, SafetyLevel, Status
from kiosk.settings import BadVariable, Places, places
from kiosk.tomlfile import ConfigError


class ExitCode(IntEnum):
    """What the exit code of every command means."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    BLOCKED = 3


app = typer.Typer(
    name="kiosk",
    no_args_is_help=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="""**Atelier Kiosk**: think with pictures about what machines do to an idea.

Without a command the window opens. Everything is kept below the data folder: a checkout's root,
your own data folder, or what `--data` or `KIOSK_DATA` names.""",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong use, 3 blocked by the safety check.",
)
runs_app = typer.Typer(help="Look at the runs that were made.", no_args_is_help=False)
app.add_typer(runs_app, name="runs")

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder for exports/ and state/.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer with JSON on standard output.")]


@contextmanager
def server_for(where: Places) -> Iterator[Client]:
    """A client of the server that runs on this data folder, or of one that runs as long as the block."""
    running = beacon.find(where.state)
    if running is not None:
        with Client(running.url, running.token) as client:
            yield client
        return
    from kiosk.serving import BackgroundServer

    with BackgroundServer(where, announce=False) as ready, Client(ready.url, ready.token) as client:
        yield client


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    data: DataOption = None,
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Fill the screen.")] = False,
    kiosk: Annotated[bool, typer.Option("--kiosk", help="Fill the screen and keep it: for classrooms.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Open the window."""
    if version:
        sys.stdout.write(f"{__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        open_program(places(data), fullscreen=fullscreen, kiosk=kiosk)


@app.command()
def run(
    data: DataOption = None,
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Fill the screen.")] = False,
    kiosk: Annotated[bool, typer.Option("--kiosk", help="Fill the screen and keep it: for classrooms.")] = False,
) -> None:
    """Open the window; without a display, serve and print the address."""
    open_program(places(data), fullscreen=fullscreen, kiosk=kiosk)


def open_program(where: Places, *, fullscreen: bool, kiosk: bool) -> None:
    """The window on the server that runs here already, or on one of its own."""
    from kiosk import desktop
    from kiosk.serving import BackgroundServer, enter_link

    display = desktop.has_display()
    if not display:
        remedy = f" To get one: {display.remedy}" if display.remedy else ""
        say(f"No window: {display.reason}.{remedy}")
        serve_here(where, host=None, port=None, as_json=False)
        return
    running = beacon.find(where.state)
    if running is not None:
        desktop.open_window(enter_link(running), title="Atelier Kiosk", fullscreen=fullscreen or kiosk, kiosk=kiosk)
        return
    with BackgroundServer(where, announce=True) as ready:
        desktop.open_window(
            ready.enter_url,
            title="Atelier Kiosk",
            fullscreen=fullscreen or kiosk,
            kiosk=kiosk,
            language=ready.language,
        )


@app.command()
def serve(
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Serve without a window and print the address to open.

    With --json one line {"url", "enter_url", "token", "pid", "data_dir"} once it answers.
    """
    serve_here(places(data), host=host, port=port, as_json=as_json)


def serve_here(where: Places, *, host: str | None, port: int | None, as_json: bool) -> None:
    """Serve until SIGINT or SIGTERM."""
    from kiosk.serving import Ready, Serving

    def tell(ready: Ready) -> None:
        announcement = msgspec.json.encode(ready.announcement()).decode()
        sys.stdout.write((announcement if as_json else f"Open {ready.enter_url}") + "\n")
        sys.stdout.flush()

    Serving(where, host=host, port=port, on_ready=tell).run()


@app.command()
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
    from kiosk.console import Reporter

    reporter = Reporter(as_json)
    where = places(data)
    with server_for(where) as client:
        session = client.get("/api/session")
        own_level = SafetyLevel(session["safety_level"])
        if safety_level is not None and safety_level.strictness < own_level.strictness:
            wrong_use(f"--safety-level {safety_level}: looser than the settings' {own_level}", as_json)
        try:
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
            begun = client.post("/api/schema/pipeline/execute", body, headers={"Prefer": "respond-async"})
        except Refused as refused:
            if refused.status in (400, 404, 413, 415):
                wrong_use(refused.detail, as_json)
            raise
        for event in client.events(f"/api/pipeline/{begun['run_id']}/stream"):
            reporter.show(event)
        report = reporter.finish(client.get(f"/api/pipeline/{begun['run_id']}/status"), where.exports)
    if as_json:
        print_json(report)
    codes = {Status.COMPLETED: ExitCode.DONE, Status.BLOCKED: ExitCode.BLOCKED}
    raise typer.Exit(codes.get(Status(report["status"]), ExitCode.FAILED))


def upload(client: Client, image: Path | None) -> dict[str, str] | None:
    """Bring a picture in; what the request says about it."""
    if image is None:
        return None
    return {"upload_id": client.upload("/api/uploads", image)["upload_id"]}


@runs_app.callback(invoke_without_command=True)
def runs(context: typer.Context, data: DataOption = None) -> None:
    """Look at the runs that were made."""
    context.obj = data
    if context.invoked_subcommand is None:
        list_runs(context)


@runs_app.command("list")
def list_runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    config: Annotated[str | None, typer.Option(help="Only this lens.", show_default=False)] = None,
    status: Annotated[Status | None, typer.Option(show_default=False)] = None,
    q: Annotated[str | None, typer.Option(help="Words in ideas and results.", show_default=False)] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """The newest runs."""
    from kiosk.console import print_runs

    query = {"limit": limit, "offset": offset, "config": config, "status": status, "q": q}
    with server_for(places(data or context.obj)) as client:
        page = client.get("/api/runs", query)
    if as_json:
        print_json(page)
    else:
        print_runs(page)


@runs_app.command("show")
def show_run(context: typer.Context, run_id: str, data: DataOption = None, as_json: JsonOption = False) -> None:
    """One run: every wording, verdict and file."""
    from kiosk.console import print_run

    with server_for(places(data or context.obj)) as client:
        record = client.get(f"/api/runs/{run_id}")
    if as_json:
        print_json(record)
    else:
        print_run(record)


@app.command()
def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """What is there, what is missing, and what to do about it."""
    from kiosk.console import print_findings
    from kiosk.doctor import examine

    findings = examine(places(data))
    if as_json:
        print_json(findings)
    else:
        print_findings(findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


@app.command()
def config(data: DataOption = None, as_json: JsonOption = False) -> None:
    """The effective settings, and where each comes from."""
    from kiosk.console import print_settings

    where = places(data)
    loaded = settings_module.load(where)
    rows = settings_module.rows(loaded)
    if as_json:
        print_json({"file": str(where.settings_file), "settings": rows})
    else:
        print_settings(where.settings_file, rows)


def say(sentence: str) -> None:
    """A sentence for the person, on standard error."""
    sys.stderr.write(sentence + "\n")


def print_json(answer: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")


def wrong_use(detail: str, as_json: bool) -> None:
    """Say what was wrong with the call, and leave."""
    if as_json:
        empty: dict[str, Any] = {"run_id": None, "execution_id": None, "status": "refused", "reason": detail}
        print_json(empty | {"run_folder": None, "texts": {}, "outputs": []})
    say(detail)
    raise typer.Exit(ExitCode.WRONG_USE)


def main() -> None:
    """Run the command; turn what can go wrong into a sentence and an exit code."""
    try:
        app()
    except (ConfigError, BadVariable) as error:
        say(str(error))
        sys.exit(ExitCode.WRONG_USE)
    except (CannotServe, Refused) as error:
        say(str(error))
        sys.exit(ExitCode.FAILED)
