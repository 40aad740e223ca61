"""The command `kiosk`: thin over the same server and the same code as the window.

A command started beside a running server uses it; else it runs one of its own for as long as it works.
Exit codes: 0 done, 1 failed, 2 wrong use, 3 blocked by the safety check.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs
import typer

from kiosk import __version__, beacon
from kiosk import settings as settings_module
from kiosk.beacon import CannotServe
from kiosk.cli import leaving, making, material, packing, statistics, upkeep, warming
from kiosk.cli.base import DataOption, ExitCode, JsonOption, print_json, say, tell, use_for_all
from kiosk.client import ConnectionLost, Refused
from kiosk.desktop import WindowFailed
from kiosk.settings import BadVariable, Places, places
from kiosk.tomlfile import ConfigError

TITLE = "Atelier Kiosk"

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
    use_for_all(data)
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
    """The window on the server that runs here already, or on one of its own; without a display, the address."""
    from kiosk import desktop
    from kiosk.background import BackgroundServer
    from kiosk.client import enter_link

    display = desktop.has_display()
    running = beacon.find(where.state)
    if not display:
        remedy = f" To get one: {display.remedy}" if display.remedy else ""
        say(f"No window: {display.reason}.{remedy}")
        if running is None:
            serve_here(where, host=None, port=None, as_json=False)
        else:
            tell(f"Open {enter_link(running.url, running.token)}")
        return
    look: dict[str, Any] = {"fullscreen": fullscreen or kiosk, "kiosk": kiosk, "downloads": downloads_folder(kiosk)}
    if running is not None:
        desktop.open_window(enter_link(running.url, running.token), title=TITLE, **look)
        return
    with BackgroundServer(where, announce=True) as server:
        desktop.open_window(
            server.enter_url, title=TITLE, language=server.language, on_ready=server.window_opened, **look
        )


def downloads_folder(kiosk: bool) -> Path | None:
    """Where the window puts what a person saves; a kiosk saves nothing outside its own folder."""
    folder = platformdirs.user_downloads_path()
    return folder if not kiosk and folder.is_dir() else None


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
    from kiosk.door import Door

    door = Door(where, host=host, port=port)
    from kiosk.serving import Ready, Serving

    def announce(ready: Ready) -> None:
        tell(msgspec.json.encode(ready.announcement()).decode() if as_json else f"Open {ready.enter_url}")

    Serving(door, on_ready=announce).run()


app.command()(making.generate)
app.add_typer(making.runs_app, name="runs")
app.command()(leaving.export)
app.command("import")(packing.bring_in)
app.command()(warming.warmup)
app.command()(statistics.stats)
app.command()(upkeep.reindex)
app.command()(upkeep.verify)
app.command()(upkeep.clean)
app.command()(upkeep.erase)
app.add_typer(upkeep.history_app, name="history")
app.add_typer(material.lens_app, name="lens")
app.add_typer(material.workflow_app, name="workflow")


@app.command()
def doctor(data: DataOption = None, as_json: JsonOption = False) -> None:
    """What is there, what is missing, and what to do about it."""
    from kiosk.cli.console import print_findings
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
    from kiosk.cli.console import print_settings

    where = places(data)
    loaded = settings_module.load(where)
    rows = settings_module.rows(loaded)
    if as_json:
        print_json({"file": str(where.settings_file), "settings": rows})
    else:
        print_settings(where.settings_file, rows)


app.command()(upkeep.pin)


def main() -> None:
    """Run the command; turn what can go wrong into a sentence and an exit code."""
    try:
        app()
    except (ConfigError, BadVariable) as error:
        say(str(error))
        sys.exit(ExitCode.WRONG_USE)
    except (CannotServe, ConnectionLost, Refused, WindowFailed) as error:
        say(str(error))
        sys.exit(ExitCode.FAILED)
