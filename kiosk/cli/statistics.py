"""`kiosk stats`: what the runs amount to, as tables for a person, JSON, CSV or a picture."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kiosk.cli.base import DataOption, JsonOption, print_json, server_for, wrong_use
from kiosk.client import Client
from kiosk.settings import places
from kiosk.storage.answers import Statistics, Topic

_PATH = "/api/research/statistics"
_PATIENCE_S = 60.0
_PAUSE_S = 0.2


def stats(
    session: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Only this workshop.", show_default=False)
    ] = None,
    date_from: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on, YYYY-MM-DD.", show_default=False)
    ] = None,
    date_to: Annotated[
        str | None, typer.Option(metavar="DAY", help="Up to this day, YYYY-MM-DD.", show_default=False)
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="One long table, CSV on standard output.")] = False,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw a chart into this file.", show_default=False)
    ] = None,
    topic: Annotated[Topic, typer.Option(help="What the chart shows.")] = Topic.LENSES,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Finished works by lens, model, device and day, times of the stages, and what the check stopped."""
    if sum((csv, svg is not None, as_json)) > 1:
        wrong_use("choose one of --json, --csv, --svg", as_json)
    query = {"session_id": session, "date_from": date_from, "date_to": date_to}
    with server_for(places(data)) as client:
        found = _counted_in(client, query)
        if csv:
            client.download(f"{_PATH}/table", query, sys.stdout.buffer)
        elif svg is not None:
            with svg.open("wb") as file:
                client.download(f"{_PATH}/picture/{topic}", query, file)
        elif as_json:
            print_json(found)
        else:
            from kiosk.cli.console import print_statistics

            print_statistics(found)


def _counted_in(client: Client, query: Mapping[str, str | None]) -> Statistics:
    """The statistics when all runs are counted in, or after a minute what there is by then."""
    from rich.console import Console

    until = time.monotonic() + _PATIENCE_S
    with Console(stderr=True).status("Counting ..."):
        while True:
            found = msgspec.convert(client.get(_PATH, query), Statistics)
            if found.complete or time.monotonic() > until:
                return found
            time.sleep(_PAUSE_S)
