"""`kiosk stats`: what the runs amount to, as tables for a person, JSON, CSV or a picture."""

import sys
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kiosk.cli.base import DataOption, JsonOption, print_json, server_for, wrong_use
from kiosk.client import Client
from kiosk.settings import places
from kiosk.storage.answers import OutputCount, Statistics

_PATH = "/api/research/statistics"
_PATIENCE_S = 60.0
_PAUSE_S = 0.2


class Topic(StrEnum):
    """What a picture shows."""

    LENSES = "lenses"
    MODELS = "models"
    DEVICES = "devices"
    DAYS = "days"
    TIMES = "times"
    BLOCKS = "blocks"


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
            _show(found)


def _counted_in(client: Client, query: Mapping[str, str | None]) -> Statistics:
    """The statistics when all runs are counted in, or after a minute what there is by then."""
    until = time.monotonic() + _PATIENCE_S
    with Console(stderr=True).status("Counting ..."):
        while True:
            found = msgspec.convert(client.get(_PATH, query), Statistics)
            if found.complete or time.monotonic() > until:
                return found
            time.sleep(_PAUSE_S)


def _show(found: Statistics) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{found.runs}[/] runs, [bold]{found.outputs}[/] finished works")
    if not found.complete:
        console.print("[yellow]The list of runs is being made: not all are counted in yet.[/]")
    if found.by_status:
        console.print(", ".join(f"{escape(name)} {count}" for name, count in found.by_status.items()))
    of = (("lens", found.by_lens), ("model", found.by_model), ("device", found.by_device), ("day", found.by_day))
    for name, counts in of:
        if counts:
            console.print(_counted(name, counts))
    if found.times:
        console.print(_timed(found))
    if found.blocks:
        console.print(_blocked(found))


def _counted(name: str, counts: list[OutputCount]) -> Table:
    table = Table(name, "works", "of which", title=f"Finished works by {name}", title_justify="left")
    table.columns[1].justify = "right"
    for count in counts:
        kinds = ", ".join(f"{kind} {n}" for kind, n in count.media.items())
        table.add_row(escape(count.name) or "-", str(count.total), escape(kinds))
    return table


def _timed(found: Statistics) -> Table:
    table = Table("step", "times", "25 %", "median", "75 %", title="Measured seconds", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for step in found.times:
        numbers = (f"{seconds:g}" for seconds in (step.lower, step.median, step.upper))
        table.add_row(step.media_type or step.step, str(step.count), *numbers)
    return table


def _blocked(found: Statistics) -> Table:
    table = Table("stage", "about", "by", "times", title="What the check stopped", title_justify="left")
    table.columns[3].justify = "right"
    for block in found.blocks:
        table.add_row(
            str(block.stage), escape(block.category or "not checked"), block.method or "-", str(block.count)
        )
    return table
