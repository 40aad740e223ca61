"""`kiosk export --to` and `kiosk import`: many runs out as one package, and in again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from kiosk.cli.base import DataOption, ExitCode, JsonOption, megabytes, print_json, say, server_for, tell
from kiosk.client import Client, Refused
from kiosk.settings import places
from kiosk.storage.export.answers import Export, Import

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

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
_REFUSED = {
    "other_content": "a run of this name is here and is another",
    "erased": "was erased here and does not come back",
    "trashed": "is in the trash here: put it back from there",
    "damaged": "is damaged:",
    "changed": "is not as it was packed:",
    "name": "holds a name that leads elsewhere or is none:",
    "too_large": "is too large:",
    "unreadable": "cannot be read:",
}
_ENDED = {
    "nothing_found": "There are no runs there.",
    "not_importable": "This is a selection for the public: it holds no whole runs.",
    "bad_zip": "This zip is damaged or not harmless; nothing of it was unpacked.",
    "bad_bag": "This package is not as it was sealed.",
    "import_busy": "Another kiosk that shares these folders is bringing something in: wait until it is done.",
    "disk_full": "This machine's own disk is full.",
    "disk_error": "This machine's own disk refused.",
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


def _bar(as_json: bool) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.progress import TransferSpeedColumn as Speed

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


def _show(bar: "Progress", task: "TaskID", export: Export) -> None:
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
        tell(f"{made.name}: {made.runs} runs, {made.files} files, {megabytes(made.bytes)}, seal {made.seal}")
    if export.reason == "nothing_new" and not export.bags:
        tell("Nothing new: everything that may go is there already.")
    if export.known:
        tell(f"{export.known} runs were there already")
    if export.damaged:
        tell(f"{export.damaged} runs went along as they are, but are damaged here: kiosk verify tells how")
    for why, count in export.left_out_by.items():
        tell(f"{count} runs stayed: they {_LEFT.get(why, why)}")
    if export.state == "done":
        return
    say(_STANDS.get(export.reason or "", export.reason or export.state))
    if export.state in ("full", "interrupted"):
        say(f"To go on: kiosk export --resume {export.id} --to DRIVE")


def bring_in(
    source: Annotated[Path, typer.Argument(metavar="PATH", help="A bag, a stick, run folders, or a zip of them.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring in runs that were taken out, here or on other kiosks. Checks first, writes nothing over.

    Exit code 1 when something was refused.
    """
    with server_for(places(data)) as client:
        try:
            begun = client.post("/api/imports", {"source": str(source.expanduser().absolute())})
            came = _import_ended(client, msgspec.convert(begun, Import))
        except Refused as refused:
            say(refused.detail)
            raise typer.Exit(ExitCode.WRONG_USE) from refused
    if as_json:
        print_json(came)
    else:
        _tell_import(came)
    if came.state != "done" or came.refused_by:
        raise typer.Exit(ExitCode.FAILED)


def _import_ended(client: Client, begun: Import) -> Import:
    last = begun
    for event in client.events("/api/exports/stream"):
        if event.name == "import":
            told = msgspec.json.decode(event.data, type=Import)
            last = told if told.id == begun.id else last
        if last.ended is not None:
            break
    return last


def _tell_import(came: Import) -> None:
    tell(f"{came.came_in} runs came in, {megabytes(came.bytes)}; {came.same} were here already")
    if came.favorites:
        tell(f"{came.favorites} stars came along")
    for note in came.notes:
        tell(note)
    for conflict in came.refused:
        words = _REFUSED.get(conflict.why, conflict.why)
        tell(f"{conflict.run_id} ({conflict.source}): {words} {conflict.detail}".rstrip())
    for why, count in came.refused_by.items():
        listed = sum(conflict.why == why for conflict in came.refused)
        if listed < count:
            tell(f"and {count - listed} more: {_REFUSED.get(why, why)}")
    if came.state != "done":
        say(_ENDED.get(came.reason or "", came.reason or came.state))
