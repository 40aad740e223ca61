"""`kiosk export --to`: many runs as one package, with a bar that shows what is measured."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import TransferSpeedColumn as Speed

from kiosk.cli.base import ExitCode, print_json, say
from kiosk.client import Client
from kiosk.storage.export.answers import Export

_STANDS = {
    "drive_full": "The drive is full. What is on it is a whole package.",
    "no_room": "The drive has no room for even one more run.",
    "drive_gone": "The drive is gone.",
    "read_only": "The drive is write-protected.",
    "medium": "The drive does not keep what is written on it: take another one.",
    "program_ended": "The program was ended.",
    "crashed": "The program that packs came to an end by itself; its log says more.",
    "disk_full": "This machine's own disk is full.",
    "disk_error": "This machine's own disk refused.",
}
_LEFT = {
    "consent": "have no consent for this",
    "running": "are not finished",
    "changing": "were being worked on",
    "name": "hold names that not every drive can take",
    "file_too_large": "hold files too large for this drive",
    "unreadable": "cannot be read",
    "not_starred": "have no starred work",
    "unmarkable": "could not be marked as made by a machine",
}
_RESTING = ("done", "failed", "cancelled", "full", "interrupted")


def target_of(to: str) -> str:
    """A drive's id as it is, a folder as the server wants it."""
    return to if to.startswith("drive-") else str(Path(to).expanduser().absolute())


def pack(client: Client, export: dict[str, Any], *, as_json: bool) -> None:
    """Show how a package that was begun comes along, and leave with what became of it."""
    begun = last = msgspec.convert(export, Export)
    with _bar(as_json) as bar:
        task = bar.add_task("", total=None, runs="")
        for last in _told(client, begun):
            _show(bar, task, last)
            if last.state in _RESTING:
                break
    if as_json:
        print_json(last)
    else:
        _tell(last)
    if last.state != "done":
        raise typer.Exit(ExitCode.FAILED)


def _bar(as_json: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[runs]}"), DownloadColumn(), Speed(),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=as_json)


def _told(client: Client, first: Export) -> Iterator[Export]:
    yield first
    for event in client.events("/api/exports/stream"):
        if event.name == "export":
            export = msgspec.json.decode(event.data, type=Export)
            if export.id == first.id:
                yield export


def _show(bar: Progress, task: TaskID, export: Export) -> None:
    done = export.progress
    words = {"planning": "Looking", "copying": "Copying", "describing": "Describing", "closing": "Closing"}
    bar.update(
        task,
        description=words.get(done.phase, done.phase),
        completed=done.bytes,
        total=done.bytes_total or None,
        runs=f"{done.runs} of {done.runs_total} runs",
    )


def _tell(export: Export) -> None:
    for made in export.bags:
        typer.echo(f"{made.name}: {made.runs} runs, {made.files} files, {made.bytes / 1e6:.1f} MB, seal {made.seal}")
    if export.reason == "nothing_new" and not export.bags:
        typer.echo("Nothing new: everything that may go is there already.")
    if export.known:
        typer.echo(f"{export.known} runs were there already")
    if export.damaged:
        typer.echo(f"{export.damaged} runs went along as they are, but are damaged here: kiosk verify tells how")
    for why, count in export.left_out_by.items():
        typer.echo(f"{count} runs stayed: they {_LEFT.get(why, why)}")
    if export.state == "done":
        return
    say(_STANDS.get(export.reason or "", export.reason or export.state))
    if export.state in ("full", "interrupted"):
        say(f"To go on: kiosk export --resume {export.id} --to DRIVE")
